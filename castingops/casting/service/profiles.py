"""Talent profiles: write, send for review, decide, publish."""
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from castingops.audit import service as audit
from castingops.casting import queries, rules, types
from castingops.casting.errors import (
    ProfileChanged,
    ProfileIncomplete,
    RevisionDecided,
    RevisionNotFound,
    StatementMissing,
)
from castingops.casting.events import (
    MinorityStated,
    ProfileApproved,
    ProfileChangesRequested,
    ProfileRejected,
    ProfileSubmitted,
)
from castingops.casting.models import ProfileRevision, TalentProfile
from castingops.casting.service.guarding import check_guarded, empty_profile, guardianship_of
from castingops.casting.service.profiles_showing import fields_of, keep_terms, sent_of, show
from castingops.casting.types import (
    Completeness,
    Gap,
    OwnProfile,
    ProfileFields,
    ProfileStatus,
    Revision,
    RevisionStatus,
    Shown,
    Snapshot,
    Submission,
    SubmissionKind,
    Visibility,
)
from castingops.consent import service as consent
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.db import entered, save
from castingops.core.i18n import translate
from castingops.core.ids import new_id
from castingops.core.outbox import publish
from castingops.core.privacy import Purpose
from castingops.core.roles import AppRole
from castingops.identity.types import Registration
from castingops.media import service as media

Reasons = tuple[str | None, str | None, str | None]  # statement in English and Arabic, code of the policy


def start_profile(new: Registration, actor: Actor) -> None:
    """Give a new talent a draft, in the transaction of their registration; other roles get none.

    Connected to identity's `user_registered`, whose actor is inside the new subject.
    """
    if new.role is AppRole.TALENT and queries.find_profile(actor.subject) is None:  # a former ward has one
        row = empty_profile(actor.subject)
        row.birth_date = new.birth_date
        save(row)


def get_own(*, actor: Actor) -> OwnProfile:
    """The actor's profile as it stands, an empty draft if they never wrote one."""
    row = queries.find_profile(actor.subject)
    return _own(row if row is not None else empty_profile(actor.subject))


def write(document: Mapping[str, Any], *, actor: Actor, seen_version: int | None = None) -> OwnProfile:
    """Replace the actor's working copy by `document`; what is absent becomes empty.

    Errors: InvalidProfile with every wrong field, ProfileChanged when it is no longer at `seen_version`,
    GuardianRequired for another birth date than the one that who registered as a minor gave, ConsentMissing for what
    tells of belief or health while there is no consent to exactly that.
    """
    fields = rules.checked_fields(document, today=clock.today_riyadh())
    row = queries.find_profile(actor.subject) or empty_profile(actor.subject)
    if seen_version is not None and seen_version != (row.version or 0):
        raise ProfileChanged(details={"version": row.version or 0})
    before = fields_of(row)
    _check_sensitive(fields, actor=actor)
    changed = [name for name in fields.__struct_fields__ if getattr(fields, name) != getattr(before, name)]
    if "birth_date" in changed:
        _check_birth_date(before.birth_date, fields.birth_date, actor=actor)
    if changed or row.version is None:
        _store(fields, row)
        audit.record("casting.profile.write", actor=actor, entity="talent_profile", entity_id=row.id,
                     subject_id=row.subject_id, purpose=Purpose.PROFILE, before=_recorded(before),
                     after=_recorded(fields), details={"changed": changed, "version": row.version})
    return _own(row)


def birth_date_of(subject_id: UUID) -> date | None:
    """The birth date that this person's profile states; None without one. Staff and system only."""
    profile = queries.find_profile(subject_id)
    return profile.birth_date if profile is not None else None


def _check_birth_date(before: date | None, after: date | None, *, actor: Actor) -> None:
    """What a new birth date means: refused to who registered as a minor; whoever turns out to be one is not shown."""
    today = clock.today_riyadh()
    if consent.is_registered_minor(actor=actor):
        rules.check_birth_date_kept(before, after, today=today)
    if after is not None and rules.is_minor(after, today=today):
        publish(MinorityStated(subject_id=actor.subject))


def _check_sensitive(fields: ProfileFields, *, actor: Actor) -> None:
    if any(getattr(fields, name) is not None for name in types.SENSITIVE):
        consent.require(Purpose.SENSITIVE, actor.subject, actor=actor)


def _recorded(fields: ProfileFields) -> dict[str, Any]:
    """What the trail keeps of a profile: not what its person may want destroyed, which would stay there."""
    return {name: value for name, value in msgspec.to_builtins(fields).items() if name not in _UNRECORDED}


_UNRECORDED = {*types.SENSITIVE, "representation", "day_rate_min_halalas", "day_rate_max_halalas"}


def submit(*, actor: Actor) -> Submission:
    """Send the actor's profile for review as it stands, photos included. It takes the place of one still pending.

    Errors: ProfileIncomplete naming what is missing; GuardianRequired for a minor for whom no verified guardian acts
    at this moment; SubmissionPending and NothingToSubmit when it is as it was sent before.
    """
    row = queries.find_profile(actor.subject) or empty_profile(actor.subject)
    snapshot, last = _snapshot(row), _last_revision(row)
    hidden = last is not None and last.status == RevisionStatus.APPROVED and row.approved_revision is None
    rules.check_submittable(ProfileStatus(row.status), changed=last is None or hidden or sent_of(last) != snapshot)
    birth_date, guardianship_id, own_capacity = _checked_for_review(snapshot, actor=actor)
    if last is not None and last.status == RevisionStatus.PENDING:
        last.status = RevisionStatus.SUPERSEDED
        save(last)
    revision = ProfileRevision(
        subject_id=row.subject_id, id=new_id(), number=row.last_revision + 1, status=RevisionStatus.PENDING,
        kind=SubmissionKind.FIRST if row.approved_revision is None else SubmissionKind.CHANGE,
        snapshot=msgspec.to_builtins(snapshot), birth_date=birth_date, submitted_at=clock.now(),
        guardianship_id=guardianship_id, own_capacity=own_capacity)
    row.status, row.last_revision = ProfileStatus.SUBMITTED, revision.number
    save(row)
    save(revision)
    consent.record_submission(actor=actor)
    audit.record("casting.profile.submit", actor=actor, entity="profile_revision", entity_id=revision.id,
                 subject_id=row.subject_id, purpose=Purpose.PROFILE, after={"status": row.status},
                 details={"revision": revision.number, "kind": revision.kind})
    publish(ProfileSubmitted(subject_id=row.subject_id, revision=revision.number, revision_id=revision.id,
                             kind=revision.kind))
    return _submission(revision)


def get_revision(subject_id: UUID, number: int) -> Revision:
    """One submission as it was sent. Who may see it is for the caller and row level security.

    Errors: RevisionNotFound.
    """
    row = queries.find_revision(subject_id, number)
    if row is None:
        raise RevisionNotFound
    return _revision(row)


def previous_approved(subject_id: UUID, before_number: int) -> Revision | None:
    """The submission that was approved last before this one: what a moderator compares with. None for a first."""
    row = queries.find_approved_before(subject_id, before_number)
    return _revision(row) if row is not None else None


def list_revisions(subject_id: UUID) -> list[Revision]:
    """Every submission of a person, the latest first."""
    return [_revision(row) for row in queries.list_revisions(subject_id)]


def find_shown(profile_id: UUID) -> Shown | None:
    """What a published profile shows and whose it is, by its public id; None when it is not published."""
    return queries.find_shown(profile_id)


def approve_revision(*, actor: Actor, subject_id: UUID, number: int, statement_en: str | None = None,
                     statement_ar: str | None = None, reason_code: str | None = None) -> Revision:
    """Approve a submission and show it to the marketplace. For staff, who enter the subject here.

    Errors: RevisionNotFound, RevisionDecided with what was decided and when, ConsentMissing when the person has
    withdrawn meanwhile what they agreed to by submitting, GuardianRequired when they are a minor and no verified
    guardian stands behind them at this moment.
    """
    with entered(actor, subject_id) as inside:
        profile, row = _undecided(subject_id, number)
        consent.require(Purpose.PROFILE, subject_id, actor=inside)
        check_guarded(profile.birth_date, actor=inside)
        profile.approved_revision = number
        _decide(profile, row, RevisionStatus.APPROVED, (statement_en, statement_ar, reason_code), actor=inside)
        show(profile, row, actor=inside)
        publish(ProfileApproved(subject_id=subject_id, revision=number, revision_id=row.id))
    return _revision(row)


def request_changes(*, actor: Actor, subject_id: UUID, number: int, statement_en: str, statement_ar: str,
                    reason_code: str) -> Revision:
    """Send a submission back to be corrected. What was approved before stays visible. For staff.

    Errors: RevisionNotFound, RevisionDecided, StatementMissing.
    """
    return _refuse(RevisionStatus.CHANGES_REQUESTED, ProfileChangesRequested, actor=actor, subject_id=subject_id,
                   number=number, reasons=(statement_en, statement_ar, reason_code))


def reject_revision(*, actor: Actor, subject_id: UUID, number: int, statement_en: str, statement_ar: str,
                    reason_code: str) -> Revision:
    """Refuse a submission. What was approved before stays visible. For staff.

    Errors: RevisionNotFound, RevisionDecided, StatementMissing.
    """
    return _refuse(RevisionStatus.REJECTED, ProfileRejected, actor=actor, subject_id=subject_id,
                   number=number, reasons=(statement_en, statement_ar, reason_code))


def _store(fields: ProfileFields, row: TalentProfile) -> None:
    for name, value in msgspec.to_builtins(fields).items():
        setattr(row, name, value)
    row.birth_date, row.updated_at = fields.birth_date, clock.now()
    save(row)
    keep_terms(row)


def _snapshot(row: TalentProfile) -> Snapshot:
    photos = media.list_photos(row.subject_id)
    return Snapshot(fields=fields_of(row), photo_ids=tuple(photo.id for photo in photos),
                    primary_photo_id=next((photo.id for photo in photos if photo.is_primary), None))


def _last_revision(row: TalentProfile) -> ProfileRevision | None:
    return queries.find_revision(row.subject_id, row.last_revision) if row.last_revision else None


def _checked_for_review(snapshot: Snapshot, *, actor: Actor) -> tuple[date, UUID | None, bool]:
    """The birth date of a profile that may go out, the guardianship that it rests on, and whether a minor by years
    consents for themself. Errors: ProfileIncomplete, GuardianRequired.
    """
    fields = snapshot.fields
    lacks = rules.missing(fields, has_primary_photo=snapshot.primary_photo_id is not None)
    guardianship_id, own_capacity = None, False
    if fields.birth_date is not None and rules.is_minor(fields.birth_date, today=clock.today_riyadh()):
        guardianship_id = guardianship_of(actor)  # said before the rest: nothing that a minor adds would help
        own_capacity = guardianship_id is None
    if lacks or fields.birth_date is None:
        raise ProfileIncomplete(details={"missing": list(lacks)}, **lacks)
    return fields.birth_date, guardianship_id, own_capacity


def _undecided(subject_id: UUID, number: int) -> tuple[TalentProfile, ProfileRevision]:
    """A profile and the submission to decide on, held until the transaction ends."""
    found = queries.lock_revision(subject_id, number)
    if found is None:
        raise RevisionNotFound
    row, profile = found
    if row.status != RevisionStatus.PENDING:
        raise RevisionDecided(details={"status": row.status, "decided_at": row.decided_at})
    return profile, row


def _refuse(outcome: RevisionStatus, event: type[ProfileChangesRequested] | type[ProfileRejected], *, actor: Actor,
            subject_id: UUID, number: int, reasons: Reasons) -> Revision:
    if not all(reasons):
        raise StatementMissing
    with entered(actor, subject_id) as inside:
        profile, row = _undecided(subject_id, number)
        _decide(profile, row, outcome, reasons, actor=inside)
        publish(event(subject_id=subject_id, revision=number, revision_id=row.id, reason_code=reasons[2] or ""))
        return _revision(row)


_STATUS_AFTER = {
    RevisionStatus.APPROVED: ProfileStatus.PUBLISHED,
    RevisionStatus.CHANGES_REQUESTED: ProfileStatus.CHANGES_REQUESTED,
    RevisionStatus.REJECTED: ProfileStatus.REJECTED,
}
_VERBS = {
    RevisionStatus.APPROVED: "casting.profile.approve",
    RevisionStatus.CHANGES_REQUESTED: "casting.profile.request_changes",
    RevisionStatus.REJECTED: "casting.profile.reject",
}


def _decide(profile: TalentProfile, row: ProfileRevision, outcome: RevisionStatus, reasons: Reasons, *,
            actor: Actor) -> None:
    """Note the decision on the submission and on the working copy, and record it."""
    row.status, row.decided_at = outcome, clock.now()
    row.statement_en, row.statement_ar, row.reason_code = reasons
    profile.status = _STATUS_AFTER[outcome]
    save(row)  # and the profile, each in one statement
    audit.record(_VERBS[outcome], actor=actor, entity="profile_revision", entity_id=row.id,
                 subject_id=row.subject_id, purpose=Purpose.MODERATION, before={"status": RevisionStatus.PENDING},
                 after={"status": outcome}, details={"revision": row.number, "reason_code": row.reason_code})


def _own(row: TalentProfile) -> OwnProfile:
    snapshot, last = _snapshot(row), _last_revision(row)
    shown = queries.find_published_of(row.subject_id)
    has_photo = snapshot.primary_photo_id is not None
    lacks = rules.missing(snapshot.fields, has_primary_photo=has_photo)
    return OwnProfile(
        **msgspec.structs.asdict(snapshot.fields), status=ProfileStatus(row.status), version=row.version or 0,
        updated_at=row.updated_at if row.version else None, published_id=shown.id if shown is not None else None,
        submission=_submission(last) if last is not None else None,
        has_unsubmitted_changes=last is None or sent_of(last) != snapshot, missing=tuple(lacks),
        visibility=Visibility(row.visibility), completeness=_completeness(snapshot.fields, has_photo))


def _completeness(fields: ProfileFields, has_photo: bool) -> Completeness:
    score, lacks = rules.completeness(fields, has_primary_photo=has_photo, today=clock.today_riyadh())
    return Completeness(score=score, missing=tuple(
        Gap(field=name, title=translate(rules.title_of(name)), points=points) for name, points in lacks))


def _submission(row: ProfileRevision) -> Submission:
    return Submission(**_facts(row))


def _revision(row: ProfileRevision) -> Revision:
    sent = sent_of(row)
    return Revision(**_facts(row), id=row.id, subject_id=row.subject_id, fields=sent.fields,
                    photo_ids=sent.photo_ids, primary_photo_id=sent.primary_photo_id)


def _facts(row: ProfileRevision) -> dict[str, Any]:
    return {
        "number": row.number, "kind": SubmissionKind(row.kind), "status": RevisionStatus(row.status),
        "submitted_at": row.submitted_at, "decided_at": row.decided_at, "reason_code": row.reason_code,
        "statement_en": row.statement_en, "statement_ar": row.statement_ar,
    }
