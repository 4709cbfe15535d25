"""Applying to a role: every gate is asked here, and once more by the database as it commits (CAST-3, CAST-5)."""
from collections.abc import Mapping
from typing import Any

import msgspec

from castingops.casting import rules as profile_rules
from castingops.casting.errors import GuardianRequired
from castingops.casting.errors.applications import IdentityUnverified, MinorsNotSought
from castingops.casting.events.applications import ApplicationCreated
from castingops.casting.models import ApplicationReview, ApplicationRow
from castingops.casting.queries.applications import OwnLine
from castingops.casting.rules import applications as rules
from castingops.casting.service import calls
from castingops.casting.service.applications import base
from castingops.casting.service.applications.own import shown
from castingops.casting.types import Snapshot
from castingops.casting.types.applications import Applicant, EventKind, OwnApplication, PublicStatus, Status, Wanted
from castingops.casting.types.calls import OpenRole
from castingops.consent import service as consent
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.db import add_row, entered_org, plain_row, together
from castingops.core.errors import Forbidden
from castingops.core.ids import new_id
from castingops.core.outbox import publish
from castingops.core.privacy import Purpose
from castingops.identity import service as identity
from castingops.identity.service import guardians
from castingops.identity.types.guardians import Scope


def apply_to_role(sent: Mapping[str, Any], *, actor: Actor) -> OwnApplication:
    """Apply, for oneself or for the ward one acts for.

    Errors: InvalidApplication, CallNotFound, CallNotOpen, ProfileNotApproved, MinorsNotSought, GuardianRequired,
    IdentityUnverified, ConsentMissing, PhotoMissing; AlreadyApplied, by its constraint.
    """
    wanted = rules.checked_application(sent)
    role = calls.require_open(wanted.role_id)
    applicant, approved = _applicant(role, actor=actor)
    base.check_photos(wanted, role.assets, approved, actor=actor)
    row = _row(wanted, role, applicant)
    with entered_org(base.house(actor, role.org_id), role.org_id), together():
        for each in (row, _review(row), *base.photos(row, wanted),
                     base.event(row, EventKind.SUBMITTED, actor=actor, after=PublicStatus.SUBMITTED)):
            add_row(each.__tablename__, plain_row(each))
        publish(ApplicationCreated(org_id=row.org_id, application_id=row.id, call_id=row.call_id, role_id=row.role_id,
                                   minor=row.minor))
        base.record("create", row, actor=actor, role_id=row.role_id, minor=row.minor)
    return _own(row, role, wanted)


def _applicant(role: OpenRole, *, actor: Actor) -> tuple[Applicant, Snapshot]:
    """Who applies, through every gate that is about them, and what of their profile was approved."""
    profile, approved = base.approved_of(actor)
    assert profile.approved_revision is not None and actor.user_id is not None
    minor = profile.birth_date is None or profile_rules.is_minor(profile.birth_date, today=clock.today_riyadh())
    guardianship_id = None
    if actor.guardianship_id is not None:
        try:
            guardianship_id = guardians.require_acting(Scope.CASTING, actor=actor)
        except Forbidden as refusal:
            raise GuardianRequired from refusal
    elif minor and not guardians.has_own_capacity(actor.subject):
        raise GuardianRequired
    if minor and not role.minors:
        raise MinorsNotSought
    if not identity.is_verified(actor.user_id):
        raise IdentityUnverified
    consent.require(Purpose.PROFILE, actor.subject, actor=actor)
    applicant = Applicant(
        subject_id=actor.subject, applied_by=actor.user_id, guardianship_id=guardianship_id, minor=minor,
        revision=profile.approved_revision, card=rules.card_of(approved.fields, minor=minor))
    return applicant, approved


def _row(wanted: Wanted, role: OpenRole, applicant: Applicant) -> ApplicationRow:
    return ApplicationRow(
        org_id=role.org_id, id=new_id(), call_id=role.call_id, role_id=role.role_id, subject_id=applicant.subject_id,
        applied_by=applicant.applied_by, guardianship_id=applicant.guardianship_id, minor=applicant.minor,
        profile_revision=applicant.revision, shown=msgspec.structs.asdict(applicant.card),
        cover_note=wanted.cover_note, public_status=PublicStatus.SUBMITTED,
        submitted_at=clock.now(), version=1)


def _review(row: ApplicationRow) -> ApplicationReview:
    return ApplicationReview(org_id=row.org_id, id=new_id(), application_id=row.id, role_id=row.role_id,
                             status=Status.SUBMITTED, moved_at=row.submitted_at, version=1)


def _own(row: ApplicationRow, role: OpenRole, wanted: Wanted) -> OwnApplication:
    """What was just sent, as its talent reads it."""
    return shown(OwnLine(
        row.id, row.call_id, row.role_id, row.public_status, row.cover_note, row.submitted_at, None, 1, role.title_ar,
        role.title_en, role.name_ar, role.name_en), wanted.photo_ids, wanted.primary_photo_id)
