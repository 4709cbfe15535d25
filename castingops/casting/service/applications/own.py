"""One's own applications: read, changed until viewed, taken back; offers declined. For a ward, by the guardian."""
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import delete

from castingops.casting.errors.applications import (
    ApplicationChanged,
    ApplicationNotFound,
    ApplicationOver,
    ApplicationSeen,
    InvalidApplication,
)
from castingops.casting.models import ApplicationPhoto, ApplicationRow
from castingops.casting.queries import applications as queries
from castingops.casting.queries.applications import OwnLine
from castingops.casting.rules import applications as rules
from castingops.casting.service.applications import base
from castingops.casting.service.guarding import guardianship_of
from castingops.casting.types.applications import (
    PUBLIC_STATUSES,
    EventKind,
    OwnApplication,
    PublicStatus,
    Status,
)
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.cursor import Page
from castingops.core.db import entered_org, save, session
from castingops.core.i18n import translate
from castingops.core.messages import N_

_VERBS = {EventKind.WITHDRAWN: "withdraw", EventKind.DECLINED: "decline"}
_OPEN = frozenset({PublicStatus.SUBMITTED, PublicStatus.VIEWED, PublicStatus.UNDER_CONSIDERATION, PublicStatus.OFFERED})


def list_own(*, actor: Actor, cursor: str | None) -> Page[OwnApplication]:
    """A page of one's own applications, the newest first. Errors: Invalid for a bad cursor."""
    page = queries.list_own(actor, cursor=cursor)
    photos: dict[UUID, list[ApplicationPhoto]] = {}
    for photo in queries.photos_of([row.id for row in page.rows], subject_id=actor.subject):
        photos.setdefault(photo.application_id, []).append(photo)
    return Page([_view(row, photos.get(row.id, [])) for row in page.rows], page.next_cursor)


def get_own(application_id: UUID, *, actor: Actor) -> OwnApplication:
    """One of one's own. Errors: ApplicationNotFound."""
    return view_of(application_id, actor=actor)


def edit(application_id: UUID, sent: Mapping[str, Any], *, actor: Actor, seen_version: int | None) -> OwnApplication:
    """Change cover note and photos, until the hirer has viewed it.

    Errors: ApplicationNotFound, InvalidApplication, ApplicationSeen, ApplicationChanged, PhotoMissing,
    GuardianRequired, ProfileNotApproved.
    """
    home = _home(application_id, actor=actor)
    with entered_org(base.house(actor, home), home) as inside:
        row = _locked(application_id, actor=inside)
        if row.public_status != PublicStatus.SUBMITTED:
            raise ApplicationSeen(details={"status": row.public_status})
        if seen_version is None:
            raise InvalidApplication(version=N_("Say which version of the application you saw."))
        if seen_version != row.version:
            raise ApplicationChanged(details={"version": row.version})
        assets = queries.assets_of(row)
    wanted = rules.checked_application({"role_id": row.role_id, **sent})
    base.check_photos(wanted, assets, base.approved_of(actor)[1], actor=actor)
    with entered_org(base.house(actor, home), home) as inside:
        row.cover_note, row.edited_at = wanted.cover_note, clock.now()
        save(row)
        session().execute(delete(ApplicationPhoto).where(
            ApplicationPhoto.org_id == home, ApplicationPhoto.application_id == row.id))
        session().add_all(base.photos(row, wanted))
        base.add_event(row, EventKind.EDITED, actor=inside)
        session().flush()
    base.record("edit", row, actor=actor)
    return view_of(application_id, actor=actor)


def withdraw(application_id: UUID, *, actor: Actor) -> OwnApplication:
    """Take an application back, also once it was viewed: a hirer who lost somebody has to know it at once.

    Done twice it is done once. Errors: ApplicationNotFound, GuardianRequired; ApplicationOver once it was booked,
    declined or refused.
    """
    return _end(application_id, Status.WITHDRAWN, EventKind.WITHDRAWN, _OPEN, actor=actor)


def decline(application_id: UUID, *, actor: Actor) -> OwnApplication:
    """Say no to an offer. Errors: ApplicationNotFound, GuardianRequired; ApplicationOver where nothing is offered."""
    return _end(application_id, Status.DECLINED, EventKind.DECLINED, frozenset({PublicStatus.OFFERED}), actor=actor)


def view_of(application_id: UUID, *, actor: Actor) -> OwnApplication:
    """One of the actor's own, as they read it. Errors: ApplicationNotFound."""
    row = queries.find_own_line(application_id, actor=actor)
    if row is None:
        raise ApplicationNotFound
    return _view(row, queries.photos_of([row.id], subject_id=actor.subject))


def _end(application_id: UUID, status: Status, kind: EventKind, allowed: frozenset[PublicStatus], *,
         actor: Actor) -> OwnApplication:
    home = _home(application_id, actor=actor)
    with entered_org(base.house(actor, home), home) as inside:
        row = _locked(application_id, actor=inside)
        done = rules.public_after(PublicStatus(row.public_status), status)
        if row.public_status != done:
            if row.public_status not in allowed:
                raise ApplicationOver(details={"status": row.public_status})
            review = queries.find_review(application_id, actor=inside)
            base.set_status(row, review, status, kind=kind, actor=inside)
            session().flush()
            base.record(_VERBS[kind], row, actor=actor)
    return view_of(application_id, actor=actor)


def _home(application_id: UUID, *, actor: Actor) -> UUID:
    """Where it went; who acts for a ward has to be their guardian at this moment."""
    home = queries.find_own_home(application_id, actor=actor)
    if home is None:
        raise ApplicationNotFound
    if actor.guardianship_id is not None:
        guardianship_of(actor)
    return home


def _locked(application_id: UUID, *, actor: Actor) -> ApplicationRow:
    row = queries.find(application_id, actor=actor)
    if row is None:
        raise ApplicationNotFound
    return row


def shown(row: OwnLine, photo_ids: tuple[UUID, ...], primary_photo_id: UUID | None) -> OwnApplication:
    """An application as its talent reads it."""
    title = PUBLIC_STATUSES[row.public_status]
    return OwnApplication(
        id=row.id, call_id=row.call_id, role_id=row.role_id, call_title_ar=row.call_title_ar,
        call_title_en=row.call_title_en, role_name_ar=row.role_name_ar, role_name_en=row.role_name_en,
        status=row.public_status, status_en=translate(title, "en"), status_ar=translate(title, "ar"),
        cover_note=row.cover_note, photo_ids=photo_ids, primary_photo_id=primary_photo_id,
        submitted_at=row.submitted_at, viewed_at=row.viewed_at, editable=row.public_status == PublicStatus.SUBMITTED,
        version=row.version)


def _view(row: OwnLine, photos: list[ApplicationPhoto]) -> OwnApplication:
    return shown(row, tuple(photo.photo_id for photo in photos),
                 next((photo.photo_id for photo in photos if photo.is_primary), None))
