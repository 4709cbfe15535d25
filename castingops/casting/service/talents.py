"""Talents for staff: masked by default; a look at the rest has a reason and is on record (CAST-1, COMP-8)."""
from collections.abc import Callable, Sequence
from uuid import UUID

from msgspec import Struct

from castingops.audit import service as audit
from castingops.casting import queries, rules
from castingops.casting.errors import TalentNotFound, UnmaskRefused
from castingops.casting.models import TalentProfile
from castingops.casting.queries import talents as reads
from castingops.casting.service.profiles import list_revisions
from castingops.casting.service.profiles_describing import Described, describe
from castingops.casting.service.profiles_showing import fields_of
from castingops.casting.types import Revision
from castingops.casting.types.talents import REASON_MAX, Section, TalentFilter, TalentRow
from castingops.consent import service as consent
from castingops.consent.types import ConsentState
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.arabic import is_storable
from castingops.core.cursor import Page
from castingops.core.db import entered
from castingops.core.messages import N_
from castingops.core.privacy import Purpose
from castingops.core.roles import StaffRole
from castingops.identity.service.guardians import desk
from castingops.identity.types.guardians import WardClaim
from castingops.media import service as media
from castingops.media.types import Photo

Provider = Callable[[UUID, Actor], Section | None]

_PROVIDERS: list[Provider] = []
# What stays covered until somebody says why they need it: of anybody, and of a child also who they are.
COVERED = frozenset({"birth_date", "sizes", "weight_kg", "hijab", "scars", "day_rate", "representation"})
COVERED_OF_MINORS = COVERED | {
    "display_name_ar", "display_name_en", "stage_name_ar", "stage_name_en", "bio_ar", "bio_en", "training",
    "availability", "union_status"}


class Talent(Struct, frozen=True, kw_only=True):
    """One talent with all that their page shows. `unmasked`: this reader sees everything, this once."""

    profile: TalentProfile
    minor: bool
    unmasked: bool
    score: int
    lines: Sequence[Described]
    covered: frozenset[str]
    photos: Sequence[Photo]
    revisions: Sequence[Revision]
    consents: Sequence[ConsentState]
    guardianships: Sequence[WardClaim]
    sections: Sequence[Section]
    published_id: UUID | None


def provide_section(provider: Provider) -> None:
    """Add what another part of the house knows of a talent to their page; None where this reader may not see it."""
    if provider not in _PROVIDERS:
        _PROVIDERS.append(provider)


def list_talents(wanted: TalentFilter, *, cursor: str | None) -> Page[TalentRow]:
    """A page of talents, the newest first. Errors: Invalid for a foreign cursor."""
    return reads.list_talents(wanted, youngest_adult=rules.youngest_adult(clock.today_riyadh()), cursor=cursor)


def export_talents(wanted: TalentFilter, *, actor: Actor) -> list[TalentRow]:
    """The talents of a filter for a file without names, recorded before the first row leaves the house (COMP-8)."""
    found = reads.list_for_export(wanted, youngest_adult=rules.youngest_adult(clock.today_riyadh()))
    audit.record("casting.talent.export", actor=actor, entity="talent_list", purpose=Purpose.LEGAL,
                 details={"status": wanted.status, "city": wanted.city, "age": wanted.age,
                          "visibility": wanted.visibility, "searched": bool(wanted.words or wanted.ref),
                          "talents": len(found)})
    return found


def show_talent(ref: str, *, actor: Actor) -> Talent:
    """One talent, masked; looking is on record. Errors: TalentNotFound."""
    profile = _found(ref)
    audit.record("casting.talent.read", actor=actor, entity="talent_profile", entity_id=profile.id,
                 subject_id=profile.subject_id, purpose=Purpose.MODERATION, details={"ref": profile.ref})
    return _whole(profile, actor=actor, unmasked=False)


def unmask_talent(ref: str, reason: str, *, actor: Actor) -> Talent:
    """One talent in full, for a reason that is recorded with who looked.

    A child is shown in full to compliance alone. Errors: TalentNotFound, UnmaskRefused.
    """
    profile = _found(ref)
    words = reason.strip()
    if not 10 <= len(words) <= REASON_MAX or not is_storable(words):
        raise UnmaskRefused(reason=N_("Say in 10 to %(max)d characters why you need to see it.", max=REASON_MAX))
    if _is_minor(profile) and StaffRole.COMPLIANCE_OFFICER not in actor.roles:
        raise UnmaskRefused(reason=N_("A child is shown in full to a compliance officer only."))
    audit.record("casting.talent.unmask", actor=actor, entity="talent_profile", entity_id=profile.id,
                 subject_id=profile.subject_id, purpose=Purpose.MODERATION,
                 details={"ref": profile.ref, "reason": words, "minor": _is_minor(profile)})
    return _whole(profile, actor=actor, unmasked=True)


def _found(ref: str) -> TalentProfile:
    profile = reads.find_by_ref(ref)
    if profile is None:
        raise TalentNotFound
    return profile


def _is_minor(profile: TalentProfile) -> bool:
    return profile.birth_date is not None and rules.is_minor(profile.birth_date, today=clock.today_riyadh())


def _whole(profile: TalentProfile, *, actor: Actor, unmasked: bool) -> Talent:
    subject_id, minor, fields = profile.subject_id, _is_minor(profile), fields_of(profile)
    photos = media.list_photos(subject_id)
    shown = queries.find_published_of(subject_id)
    score, _ = rules.completeness(fields, has_primary_photo=any(photo.is_primary for photo in photos),
                                  today=clock.today_riyadh())
    covered = frozenset() if unmasked else COVERED_OF_MINORS if minor else COVERED
    with entered(actor, subject_id) as inside:
        consents = consent.list_consents(actor=inside)
    sections = [section for provide in _PROVIDERS if (section := provide(subject_id, actor)) is not None]
    return Talent(
        profile=profile, minor=minor, unmasked=unmasked, score=score, lines=describe(fields, contact=unmasked),
        covered=covered, photos=photos, revisions=list_revisions(subject_id), consents=consents,
        guardianships=desk.claims_of(subject_id), sections=sections,
        published_id=shown.id if shown is not None else None)
