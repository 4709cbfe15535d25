"""Talent profiles: write, send for review, decide, publish."""
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import delete

from castingops.audit import service as audit
from castingops.casting import queries, rules
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
from castingops.casting.models import ProfileRevision, PublishedLanguage, PublishedProfile, TalentProfile
from castingops.casting.service.guarding import check_guarded, empty_profile, guardianship_of
from castingops.casting.types import (
    OwnProfile,
    ProfileFields,
    ProfileStatus,
    PublishedDetails,
    Revision,
    RevisionStatus,
    Shown,
    Snapshot,
    Submission,
    SubmissionKind,
)
from castingops.consent import service as consent
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.db import add_row, entered, plain_row, save, session
from castingops.core.ids import new_id
from castingops.core.outbox import publish
from castingops.core.privacy import Purpose
from castingops.core.roles import AppRole
from castingops.identity.types import Registration
from castingops.media import service as media
from castingops.media.types import PhotoStatus

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
    GuardianRequired for another birth date than the one that who registered as a minor gave.
    """
    fields = rules.checked_fields(document, today=clock.today_riyadh())
    row = queries.find_profile(actor.subject) or empty_profile(actor.subject)
    if seen_version is not None and seen_version != (row.version or 0):
        raise ProfileChanged(details={"version": row.version or 0})
    before = _fields(row)
    changed = [name for name in fields.__struct_fields__ if getattr(fields, name) != getattr(before, name)]
    if "birth_date" in changed:
        _check_birth_date(before.birth_date, fields.birth_date, actor=actor)
    if changed or row.version is None:
        _store(fields, row)
        audit.record("casting.profile.write", actor=actor, entity="talent_profile", entity_id=row.id,
                     subject_id=row.subject_id, purpose=Purpose.PROFILE, before=msgspec.to_builtins(before),
                     after=msgspec.to_builtins(fields), details={"changed": changed, "version": row.version})
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


def submit(*, actor: Actor) -> Submission:
    """Send the actor's profile for review as it stands, photos included. It takes the place of one still pending.

    Errors: ProfileIncomplete naming what is missing; GuardianRequired for a minor for whom no verified guardian acts
    at this moment; SubmissionPending and NothingToSubmit when it is as it was sent before.
    """
    row = queries.find_profile(actor.subject) or empty_profile(actor.subject)
    snapshot, last = _snapshot(row), _last_revision(row)
    hidden = last is not None and last.status == RevisionStatus.APPROVED and row.approved_revision is None
    rules.check_submittable(ProfileStatus(row.status), changed=last is None or hidden or _sent(last) != snapshot)
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
        show(profile, row)
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


def hide(*, actor: Actor) -> None:
    """Stop showing the entered person's profile; what they wrote stays theirs, as a draft. For the system."""
    profile, shown = queries.find_profile(actor.subject), queries.find_published_of(actor.subject)
    if profile is None or shown is None:
        return
    session().delete(shown)
    profile.approved_revision, profile.status = None, ProfileStatus.DRAFT
    save(profile)
    audit.record("casting.profile.hide", actor=actor, entity="talent_profile", entity_id=profile.id,
                 purpose=Purpose.PROFILE, after={"status": ProfileStatus.DRAFT})


def forget_photo(subject_id: UUID, photo_id: UUID) -> None:
    """Take a removed photo out of what the marketplace sees. For the system, inside the subject."""
    shown = queries.find_published_of(subject_id)
    if shown is None:
        return
    details = msgspec.convert(shown.details, PublishedDetails)
    kept = tuple(each for each in details.photo_ids if each != photo_id)
    shown.details = msgspec.to_builtins(msgspec.structs.replace(details, photo_ids=kept))
    if shown.thumb_photo_id == photo_id:
        shown.thumb_photo_id = next(iter(kept), None)
    save(shown)


def _store(fields: ProfileFields, row: TalentProfile) -> None:
    for name, value in msgspec.to_builtins(fields, builtin_types=(date,)).items():
        setattr(row, name, value)
    row.updated_at = clock.now()
    save(row)


def _fields(row: TalentProfile) -> ProfileFields:
    values = {name: getattr(row, name) for name in ProfileFields.__struct_fields__}
    return msgspec.convert(values, ProfileFields)


def _snapshot(row: TalentProfile) -> Snapshot:
    photos = media.list_photos(row.subject_id)
    return Snapshot(fields=_fields(row), photo_ids=tuple(photo.id for photo in photos),
                    primary_photo_id=next((photo.id for photo in photos if photo.is_primary), None))


def _sent(revision: ProfileRevision) -> Snapshot:
    return msgspec.convert(revision.snapshot, Snapshot)


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


def show(profile: TalentProfile, row: ProfileRevision) -> None:
    """Write what the marketplace sees: the approved submission without what is nobody's business there.

    Nothing while the house withholds the profile, or a dispute about its guardian does.
    """
    if profile.withheld_at is not None or profile.guardian_hold_at is not None:
        return
    sent = _sent(row)
    photos = [photo.id for photo in media.photos_by_id(row.subject_id, list(sent.photo_ids))
              if photo.status is PhotoStatus.ACTIVE]
    before = queries.find_published_of(row.subject_id)
    shown = before or PublishedProfile(subject_id=row.subject_id, id=new_id(), published_at=clock.now())
    for name in _SHOWN:
        setattr(shown, name, getattr(sent.fields, name))
    shown.revision = row.number
    shown.languages = [skill.code for skill in sent.fields.languages]
    shown.thumb_photo_id = sent.primary_photo_id if sent.primary_photo_id in photos else next(iter(photos), None)
    shown.details = msgspec.to_builtins(_details(sent.fields, photos))
    save(shown)
    if before is not None:
        session().execute(delete(PublishedLanguage).where(PublishedLanguage.id == shown.id))
    _show_languages(shown)


_SHOWN = ("display_name_ar", "display_name_en", "stage_name_ar", "stage_name_en", "gender", "nationality", "city",
          "playing_age_min", "playing_age_max", "height_cm")


def _details(fields: ProfileFields, photo_ids: list[UUID]) -> PublishedDetails:
    return PublishedDetails(language_levels=fields.languages, dialects=fields.dialects, skills=fields.skills,
                            bio_ar=fields.bio_ar, bio_en=fields.bio_en, photo_ids=tuple(photo_ids))


def _show_languages(shown: PublishedProfile) -> None:
    rows = [PublishedLanguage(id=shown.id, language=language, city=shown.city, gender=shown.gender,
                              playing_age_min=shown.playing_age_min, playing_age_max=shown.playing_age_max)
            for language in shown.languages]
    session().add_all(row for row in rows if not add_row("published_languages", plain_row(row)))
    session().flush()


def _own(row: TalentProfile) -> OwnProfile:
    snapshot, last = _snapshot(row), _last_revision(row)
    shown = queries.find_published_of(row.subject_id)
    lacks = rules.missing(snapshot.fields, has_primary_photo=snapshot.primary_photo_id is not None)
    return OwnProfile(
        **msgspec.structs.asdict(snapshot.fields), status=ProfileStatus(row.status), version=row.version or 0,
        updated_at=row.updated_at if row.version else None, published_id=shown.id if shown is not None else None,
        submission=_submission(last) if last is not None else None,
        has_unsubmitted_changes=last is None or _sent(last) != snapshot, missing=tuple(lacks))


def _submission(row: ProfileRevision) -> Submission:
    return Submission(**_facts(row))


def _revision(row: ProfileRevision) -> Revision:
    sent = _sent(row)
    return Revision(**_facts(row), id=row.id, subject_id=row.subject_id, fields=sent.fields,
                    photo_ids=sent.photo_ids, primary_photo_id=sent.primary_photo_id)


def _facts(row: ProfileRevision) -> dict[str, Any]:
    return {
        "number": row.number, "kind": SubmissionKind(row.kind), "status": RevisionStatus(row.status),
        "submitted_at": row.submitted_at, "decided_at": row.decided_at, "reason_code": row.reason_code,
        "statement_en": row.statement_en, "statement_ar": row.statement_ar,
    }
