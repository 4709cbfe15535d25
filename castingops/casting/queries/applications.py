"""Selects over applications: one's own, an organization's, and what their hirer made of them."""
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Double, Select, Uuid, bindparam, cast, delete, func, literal_column, select

from castingops.casting.models import (
    ApplicationEventRow,
    ApplicationNote,
    ApplicationPhoto,
    ApplicationRating,
    ApplicationReview,
    ApplicationRow,
    CallRole,
    CastingCall,
    PublishedCall,
    PublishedProfile,
    PublishedRole,
)
from castingops.casting.types.applications import APPLICATIONS_PAGE
from castingops.core.actor import Actor
from castingops.core.cursor import Page, decode_id, page_of
from castingops.core.db import session
from castingops.core.reads import Read, read_together


class OwnLine(Struct, frozen=True):
    """One's own application as lists show it, in the order of the select."""

    id: UUID
    call_id: UUID
    role_id: UUID
    public_status: str
    cover_note: str | None
    submitted_at: datetime
    viewed_at: datetime | None
    version: int
    call_title_ar: str | None
    call_title_en: str | None
    role_name_ar: str | None
    role_name_en: str | None


class Owner(Struct, frozen=True):
    """Who made a call."""

    created_by: UUID


class ReceivedLine(Struct, frozen=True):
    """An application as its hirer's lists show it, in the order of the select."""

    id: UUID
    call_id: UUID
    role_id: UUID
    minor: bool
    public_status: str
    cover_note: str | None
    submitted_at: datetime
    viewed_at: datetime | None
    version: int
    status: str
    shown: dict[str, Any]
    profile_id: UUID | None
    rating: float | None
    own_rating: int | None


_OWN = (
    select(ApplicationRow.id, ApplicationRow.call_id, ApplicationRow.role_id, ApplicationRow.public_status,
           ApplicationRow.cover_note, ApplicationRow.submitted_at, ApplicationRow.viewed_at, ApplicationRow.version,
           PublishedCall.title_ar, PublishedCall.title_en, PublishedRole.name_ar, PublishedRole.name_en)
    .outerjoin(PublishedCall, PublishedCall.id == ApplicationRow.call_id)
    .outerjoin(PublishedRole, PublishedRole.id == ApplicationRow.role_id)
    .where(ApplicationRow.subject_id == bindparam("subject_id", type_=Uuid)))
OWN = Read(_OWN.where(ApplicationRow.id < bindparam("below", type_=Uuid)).order_by(ApplicationRow.id.desc())
           .limit(literal_column(str(APPLICATIONS_PAGE + 1))), OwnLine)


def _ratings(what: Any, *conditions: Any) -> Any:
    return select(what).where(
        ApplicationRating.org_id == ApplicationRow.org_id, ApplicationRating.application_id == ApplicationRow.id,
        *conditions).scalar_subquery()


_RECEIVED = (
    select(ApplicationRow.id, ApplicationRow.call_id, ApplicationRow.role_id, ApplicationRow.minor,
           ApplicationRow.public_status, ApplicationRow.cover_note, ApplicationRow.submitted_at,
           ApplicationRow.viewed_at, ApplicationRow.version, ApplicationReview.status, ApplicationRow.shown,
           PublishedProfile.id, _ratings(cast(func.round(func.avg(ApplicationRating.rating), 2), Double)),
           _ratings(ApplicationRating.rating, ApplicationRating.user_id == bindparam("me", type_=Uuid)))
    .join(ApplicationReview, (ApplicationReview.org_id == ApplicationRow.org_id)
          & (ApplicationReview.application_id == ApplicationRow.id))
    .outerjoin(PublishedProfile, PublishedProfile.subject_id == ApplicationRow.subject_id)
    .where(ApplicationRow.org_id == bindparam("org_id", type_=Uuid)))


def _of_role(*conditions: Any) -> Select[*tuple[Any, ...]]:
    return (_RECEIVED.where(ApplicationRow.role_id == bindparam("role_id", type_=Uuid),
                            ApplicationRow.id < bindparam("below", type_=Uuid), *conditions)
            .order_by(ApplicationRow.id.desc()).limit(literal_column(str(APPLICATIONS_PAGE + 1))))


OWNER = Read(
    select(CastingCall.created_by).join(CallRole, (CallRole.org_id == CastingCall.org_id)
                                        & (CallRole.call_id == CastingCall.id))
    .where(CastingCall.org_id == bindparam("org_id", type_=Uuid), CastingCall.id == bindparam("call_id", type_=Uuid),
           CastingCall.deleted_at.is_(None), CallRole.id == bindparam("role_id", type_=Uuid)), Owner)
RECEIVED = Read(_of_role(), ReceivedLine)
RECEIVED_IN = Read(_of_role(ApplicationReview.role_id == bindparam("role_id", type_=Uuid),
                            ApplicationReview.status == bindparam("status")), ReceivedLine)


def list_own(actor: Actor, *, cursor: str | None) -> Page[OwnLine]:
    """A page of the actor's own applications, the newest first. Errors: Invalid for a bad cursor."""
    return page_of(OWN(actor, subject_id=actor.subject, below=decode_id(cursor)), size=APPLICATIONS_PAGE)


def list_of_subject(subject_id: UUID, *, most: int) -> list[OwnLine]:
    """A person's newest applications as the person's own lists show them. Asked as the house."""
    rows = session().execute(_OWN.order_by(ApplicationRow.id.desc()).limit(most), {"subject_id": subject_id})
    return [OwnLine(*tuple(row)) for row in rows]


def find_own_line(application_id: UUID, *, actor: Actor) -> OwnLine | None:
    """One of the actor's own as lists show it, in the open transaction."""
    row = session().execute(_OWN.where(ApplicationRow.id == application_id), {"subject_id": actor.subject}
                            ).one_or_none()
    return OwnLine(*tuple(row)) if row else None


def find_own_home(application_id: UUID, *, actor: Actor) -> UUID | None:
    """The organization that one of the actor's own applications went to."""
    return session().scalar(select(ApplicationRow.org_id).where(
        ApplicationRow.id == application_id, ApplicationRow.subject_id == actor.subject))


def list_received(call_id: UUID, role_id: UUID, *, actor: Actor, status: str | None,
                  cursor: str | None) -> tuple[UUID | None, Page[ReceivedLine]]:
    """Who made the call, None for none of the actor's organization, and a page of what the role received, the newest
    first; both in one trip. Errors: Invalid for a bad cursor."""
    values = {"org_id": actor.home, "role_id": role_id, "below": decode_id(cursor), "me": actor.subject}
    asked = RECEIVED_IN.asking(status=status, **values) if status else RECEIVED.asking(**values)
    owners, rows = read_together(actor, OWNER.asking(org_id=actor.home, call_id=call_id, role_id=role_id), asked)
    return (owners[0].created_by if owners else None), page_of(rows, size=APPLICATIONS_PAGE)


def find(application_id: UUID, *, actor: Actor, lock: bool = True) -> ApplicationRow | None:
    """An application of the organization that the actor is in, by default held until this transaction ends."""
    return session().get(ApplicationRow, (actor.home, application_id), with_for_update=lock or None,
                         populate_existing=lock)


def assets_of(row: ApplicationRow) -> list[str]:
    """What the role of an application asks for. Asked inside its organization."""
    return list(session().scalar(select(CallRole.assets).where(
        CallRole.org_id == row.org_id, CallRole.id == row.role_id)) or [])


def find_review(application_id: UUID, *, actor: Actor, lock: bool = True) -> ApplicationReview:
    """What the hirer made of it, by default held until this transaction ends."""
    rows = select(ApplicationReview).where(
        ApplicationReview.org_id == actor.home, ApplicationReview.application_id == application_id)
    return session().scalars(rows.with_for_update() if lock else rows,
                             execution_options={"populate_existing": lock}).one()


def photos_of(application_ids: list[UUID], *, subject_id: UUID | None = None) -> list[ApplicationPhoto]:
    """The photos of these applications, in their order; as far as the open transaction's actor may see them."""
    rows = select(ApplicationPhoto).where(ApplicationPhoto.application_id.in_(application_ids))
    if subject_id is not None:
        rows = rows.where(ApplicationPhoto.subject_id == subject_id)
    return list(session().scalars(rows.order_by(ApplicationPhoto.application_id, ApplicationPhoto.position)))


def find_received(application_id: UUID, *, actor: Actor) -> ReceivedLine:
    """One application as its hirer's lists show it, in the open transaction."""
    row = session().execute(_RECEIVED.where(ApplicationRow.id == application_id),
                            {"org_id": actor.home, "me": actor.subject}).one()
    return ReceivedLine(*tuple(row))


def find_rating(application_id: UUID, user_id: UUID, *, actor: Actor) -> ApplicationRating | None:
    """One member's rating, to be changed."""
    return session().scalar(select(ApplicationRating).where(
        ApplicationRating.org_id == actor.home, ApplicationRating.application_id == application_id,
        ApplicationRating.user_id == user_id).with_for_update())


def list_notes(application_id: UUID, *, actor: Actor, cursor: str | None) -> Page[ApplicationNote]:
    """A page of colleagues' notes, the newest first. Errors: Invalid for a bad cursor."""
    rows = session().scalars(select(ApplicationNote).where(
        ApplicationNote.org_id == actor.home, ApplicationNote.application_id == application_id,
        ApplicationNote.id < decode_id(cursor)).order_by(ApplicationNote.id.desc()).limit(APPLICATIONS_PAGE + 1))
    return page_of(list(rows), size=APPLICATIONS_PAGE)


def list_events(application_id: UUID, *, org_id: UUID) -> list[ApplicationEventRow]:
    """The steps of an application that the open transaction's actor may see, the newest first."""
    return list(session().scalars(select(ApplicationEventRow).where(
        ApplicationEventRow.org_id == org_id, ApplicationEventRow.application_id == application_id)
        .order_by(ApplicationEventRow.id.desc()).limit(APPLICATIONS_PAGE)))


def orgs_applied_to(subject_id: UUID) -> list[UUID]:
    """Every organization that holds an application of this person's. Asked as staff or system."""
    return list(session().scalars(select(ApplicationRow.org_id).where(
        ApplicationRow.subject_id == subject_id).distinct()))


def drop_applications_of(subject_id: UUID, org_id: UUID) -> None:
    """Delete what an organization holds of a person's applications, its own notes about them included."""
    session().execute(delete(ApplicationRow).where(ApplicationRow.org_id == org_id,
                                                   ApplicationRow.subject_id == subject_id))
