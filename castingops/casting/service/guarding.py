"""Profiles of minors: a draft beside each ward, and nothing that goes out without a guardian (ID-10)."""
from datetime import date
from uuid import UUID

from castingops.casting import queries, rules
from castingops.casting.errors import GuardianRequired
from castingops.casting.models import TalentProfile
from castingops.casting.types import ProfileStatus, Visibility
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.db import save, session
from castingops.core.errors import Forbidden
from castingops.core.ids import new_id
from castingops.identity.service import guardians
from castingops.identity.types.guardians import Scope, WardFacts


def keep_for_ward(ward: WardFacts, actor: Actor) -> None:
    """Give a ward a draft, and keep the birth date that the guardian stated; connected to identity's `ward_kept`."""
    row = queries.find_profile(ward.ward_id) or empty_profile(ward.ward_id)
    row.birth_date = ward.birth_date
    save(row)


def drop_for_ward(ward_id: UUID, actor: Actor) -> None:
    """Forget the draft of a ward who turned out to be known already; connected to identity's `ward_dropped`."""
    row = queries.find_profile(ward_id)
    if row is not None:
        session().delete(row)
        session().flush()


def has_submitted(subject_id: UUID) -> bool:
    """Whether this person has ever sent a profile for review."""
    row = queries.find_profile(subject_id)
    return row is not None and row.last_revision > 0


def guardianship_of(actor: Actor) -> UUID | None:
    """The guardianship that a minor's submission rests on; None for a former ward who consents for themself.

    Errors: GuardianRequired when neither holds at this moment.
    """
    if actor.guardianship_id is None and guardians.has_own_capacity(actor.subject):
        return None
    try:
        return guardians.require_acting(Scope.PROFILE, actor=actor)
    except Forbidden as refusal:
        raise GuardianRequired from refusal


def check_guarded(birth_date: date | None, *, actor: Actor) -> None:
    """Errors: GuardianRequired for a minor behind whom nobody stands; the actor has entered them."""
    if birth_date is None or not rules.is_minor(birth_date, today=clock.today_riyadh()):
        return
    if not guardians.has_own_capacity(actor.subject) and not guardians.is_guarded(actor.subject, actor=actor):
        raise GuardianRequired


def empty_profile(subject_id: UUID) -> TalentProfile:
    """A draft that nobody has stored yet."""
    now = clock.now()
    return TalentProfile(subject_id=subject_id, id=new_id(), status=ProfileStatus.DRAFT, languages=[], dialects=[],
                         skills=[], accents=[], skill_levels=[], driving=[], credits=[], training=[], availability=[],
                         visibility=Visibility.PUBLIC, last_revision=0, created_at=now, updated_at=now)
