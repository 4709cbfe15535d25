"""What the use cases of applications share: the house at work between two sides, steps, what talent are told."""
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from castingops.audit import service as audit
from castingops.casting import queries as profiles
from castingops.casting.errors.applications import PhotoMissing, ProfileNotApproved
from castingops.casting.events.applications import ApplicationMoved, ApplicationViewed
from castingops.casting.models import (
    ApplicationEventRow,
    ApplicationPhoto,
    ApplicationReview,
    ApplicationRow,
    TalentProfile,
)
from castingops.casting.rules import applications as rules
from castingops.casting.service.profiles_showing import sent_of
from castingops.casting.types import Snapshot
from castingops.casting.types.applications import EventKind, PublicStatus, Status, Wanted
from castingops.casting.types.calls import Asset
from castingops.core import clock
from castingops.core.actor import Actor, system
from castingops.core.db import save, session
from castingops.core.ids import new_id
from castingops.core.messages import N_
from castingops.core.outbox import publish
from castingops.core.privacy import Purpose
from castingops.media import service as media
from castingops.media.types import PhotoKind, PhotoStatus

_ACTS = {
    "create": "casting.application.create", "edit": "casting.application.edit",
    "withdraw": "casting.application.withdraw", "decline": "casting.application.decline",
    "view": "casting.application.view", "move": "casting.application.move",
}
_ASKED = {Asset.HEADSHOT: PhotoKind.HEADSHOT, Asset.FULL_LENGTH: PhotoKind.FULL_LENGTH}


def house(actor: Actor, org_id: UUID) -> Actor:
    """The system at work in a hirer's organization for a talent who is nobody there; who it was stays known."""
    return replace(system(org_id=org_id), user_id=actor.user_id, origin=actor.origin)


def approved_of(actor: Actor) -> tuple[TalentProfile, Snapshot]:
    """The actor's profile and what of it was approved last: what a hirer reads has passed moderation, name for name.

    Errors: ProfileNotApproved, also while it is withheld.
    """
    profile = profiles.find_profile(actor.subject)
    if (profile is None or profile.approved_revision is None or profile.withheld_at is not None
            or profile.guardian_hold_at is not None):
        raise ProfileNotApproved
    revision = profiles.find_revision(actor.subject, profile.approved_revision)
    assert revision is not None  # it was approved
    return profile, sent_of(revision)


def check_photos(wanted: Wanted, assets: Sequence[str], approved: Snapshot, *, actor: Actor) -> None:
    """Errors: PhotoMissing for photos that are not among the actor's approved ones, or without a kind that the role
    asks for."""
    found = [photo for photo in media.photos_by_id(actor.subject, list(wanted.photo_ids))
             if photo.status is PhotoStatus.ACTIVE and photo.id in approved.photo_ids]
    if {photo.id for photo in found} != set(wanted.photo_ids):
        raise PhotoMissing(photo_ids=N_("Some of these photos are not among your approved ones, or are gone."))
    kinds = {photo.kind for photo in found}
    lacking = sorted(asset for asset in assets if asset in _ASKED and _ASKED[Asset(asset)] not in kinds)
    if lacking:
        raise PhotoMissing(photo_ids=N_("The role asks for photos of other kinds, too."), details={"missing": lacking})


def photos(row: ApplicationRow, wanted: Wanted) -> list[ApplicationPhoto]:
    """The photos of an application, not stored yet."""
    return [ApplicationPhoto(
        org_id=row.org_id, id=new_id(), application_id=row.id, subject_id=row.subject_id, photo_id=photo_id,
        position=position, is_primary=photo_id == wanted.primary_photo_id)
        for position, photo_id in enumerate(wanted.photo_ids)]


def event(row: ApplicationRow, kind: EventKind, *, actor: Actor, before: str | None = None,
          after: str | None = None) -> ApplicationEventRow:
    """A step, not stored yet; what only the hirer knows is not public."""
    return ApplicationEventRow(
        org_id=row.org_id, id=new_id(), application_id=row.id, subject_id=row.subject_id, kind=kind, before=before,
        after=after, public=kind is not EventKind.STATUS, actor_id=actor.user_id, created_at=clock.now())


def add_event(row: ApplicationRow, kind: EventKind, *, actor: Actor, before: str | None = None,
              after: str | None = None) -> None:
    """Write a step down. Call it inside the application's organization."""
    session().add(event(row, kind, actor=actor, before=before, after=after))


def set_status(row: ApplicationRow, review: ApplicationReview, status: Status, *, kind: EventKind,
               actor: Actor) -> None:
    """Move the hirer's own status, and what talent read where it says something else by that.

    Call it inside the organization. The application's own row, its version and its event stay untouched by a step that
    is only the hirer's: nothing that talent can reach tells of it.
    """
    before = Status(review.status)
    review.status, review.moved_at = status, clock.now()
    save(review)
    public = rules.public_after(PublicStatus(row.public_status), status)
    if public == row.public_status:
        add_event(row, EventKind.STATUS, actor=actor, before=before, after=status)
        return
    told, row.public_status = row.public_status, public
    if public is PublicStatus.WITHDRAWN:
        row.withdrawn_at = clock.now()
    row.viewed_at = row.viewed_at or (clock.now() if public is not PublicStatus.WITHDRAWN else None)
    save(row)
    add_event(row, EventKind.STATUS, actor=actor, before=before, after=status)
    add_event(row, kind, actor=actor, before=told, after=public)
    if public is PublicStatus.VIEWED:
        publish(ApplicationViewed(org_id=row.org_id, application_id=row.id, call_id=row.call_id, role_id=row.role_id,
                                  applicant_id=row.subject_id))
        return
    publish(ApplicationMoved(org_id=row.org_id, application_id=row.id, call_id=row.call_id, role_id=row.role_id,
                             applicant_id=row.subject_id, status=public, before=told))


def record(verb: str, row: ApplicationRow, *, actor: Actor, **details: Any) -> None:
    """Write what was done with an application into the trail; never its words. What a member does is in the member's
    and the organization's part of it, not in the talent's, who could read there what only the hirer knows; what a
    talent does names them to no hirer."""
    audit.record(_ACTS[verb], actor=actor, entity="application", entity_id=row.id,
                 org_id=row.org_id if actor.kind == "member" else None, purpose=Purpose.CASTING, details=details)
