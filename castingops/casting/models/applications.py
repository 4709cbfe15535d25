"""The tables of applications. What a hirer thinks of one lies in tables that its talent cannot read at all."""
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from castingops.casting.types.applications import (
    COVER_NOTE_MAX,
    NOTE_MAX,
    EventKind,
    PublicStatus,
    Status,
)
from castingops.core.db import Base, OrgOwned
from castingops.core.privacy import IMPERSONAL, Purpose, personal

KEPT = timedelta(days=730)
"""Two years after an application was sent, as long as a production's questions about its casting come up."""


def _casting(category: str, **options: Any) -> dict[str, Any]:
    return personal(category=category, subject="talent", purposes=(Purpose.CASTING,), retention=KEPT, **options)


def _one_of(column: str, words: Any) -> str:
    return f"{column} in ({', '.join(repr(str(word)) for word in words)})"


class ApplicationRow(OrgOwned, Base):
    """An application: its hirer's row, which its talent reads. Nothing here moves when only the hirer's mind does, nor
    does `version`. A trigger asks the gates once more as it commits.
    """

    __tablename__ = "applications"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "call_id", "role_id"],
                             ["call_roles.org_id", "call_roles.call_id", "call_roles.id"], ondelete="RESTRICT"),
        CheckConstraint(_one_of("public_status", PublicStatus), name="public_status"),
        CheckConstraint(f"length(cover_note) between 1 and {COVER_NOTE_MAX}", name="cover_note"),
        CheckConstraint("(public_status = 'withdrawn') = (withdrawn_at is not null)", name="withdrawn_whole"),
        CheckConstraint("public_status <> 'submitted' or viewed_at is null", name="viewed_is_told"),
        Index("uq_applications_live", "org_id", "role_id", "subject_id", unique=True,
              postgresql_where=text("withdrawn_at is null")),
        Index(None, "subject_id", "id"),  # one's own
        Index(None, "org_id", "role_id", "id"),
        Index(None, "org_id", "call_id", "id"),
        {"info": {"subject": "subject_id"}},
    )

    call_id: Mapped[UUID] = mapped_column(info=IMPERSONAL)
    role_id: Mapped[UUID] = mapped_column(info=IMPERSONAL)
    subject_id: Mapped[UUID] = mapped_column(ForeignKey("subjects.id", ondelete="CASCADE"),
                                             info=_casting("application", since="submitted_at"))
    applied_by: Mapped[UUID] = mapped_column(info=IMPERSONAL)  # the talent, or the guardian who acted for them
    guardianship_id: Mapped[UUID | None] = mapped_column(info=IMPERSONAL)
    minor: Mapped[bool] = mapped_column(info=IMPERSONAL)  # on the day it was sent
    profile_revision: Mapped[int] = mapped_column(info=IMPERSONAL)  # what was approved then
    # what its hirer calls the applicant and reads first, as it was sent: of a child no name but the stage name
    shown: Mapped[dict[str, Any]] = mapped_column(JSONB, info=_casting("application", since="submitted_at"))
    cover_note: Mapped[str | None] = mapped_column(info=_casting("application", since="submitted_at"))
    public_status: Mapped[str] = mapped_column(info=_casting("application", since="submitted_at"))
    submitted_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    edited_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)
    viewed_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)
    withdrawn_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)
    version: Mapped[int] = mapped_column(info=IMPERSONAL)

    __mapper_args__ = {"version_id_col": version}


class ApplicationPhoto(OrgOwned, Base):
    """A photo that is part of an application. It goes with the photo; exactly one is the primary one."""

    __tablename__ = "application_photos"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "application_id"], ["applications.org_id", "applications.id"],
                             ondelete="CASCADE"),
        ForeignKeyConstraint(["subject_id", "photo_id"], ["photos.subject_id", "photos.id"], ondelete="CASCADE"),
        UniqueConstraint("org_id", "application_id", "photo_id"),
        Index("uq_application_photos_primary", "org_id", "application_id", unique=True,
              postgresql_where=text("is_primary")),
        Index(None, "subject_id", "photo_id"),
        {"info": {"subject": "subject_id"}},
    )

    application_id: Mapped[UUID] = mapped_column(info=IMPERSONAL)
    subject_id: Mapped[UUID] = mapped_column(info=IMPERSONAL)
    photo_id: Mapped[UUID] = mapped_column(info=IMPERSONAL)
    position: Mapped[int] = mapped_column(info=IMPERSONAL)
    is_primary: Mapped[bool] = mapped_column(info=IMPERSONAL)


class ApplicationReview(OrgOwned, Base):
    """What the hirer makes of an application: one beside each. Its talent has no policy here."""

    __tablename__ = "application_reviews"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "application_id"], ["applications.org_id", "applications.id"],
                             ondelete="CASCADE"),
        UniqueConstraint("org_id", "application_id"),
        CheckConstraint(_one_of("status", Status), name="status"),
        Index(None, "org_id", "role_id", "status", "application_id"),
    )

    application_id: Mapped[UUID] = mapped_column(info=IMPERSONAL)
    role_id: Mapped[UUID] = mapped_column(info=IMPERSONAL)
    status: Mapped[str] = mapped_column(info=IMPERSONAL)
    moved_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    version: Mapped[int] = mapped_column(info=IMPERSONAL)

    __mapper_args__ = {"version_id_col": version}


class ApplicationEventRow(OrgOwned, Base):
    """A step in an application's life. Talent read the public ones, by policy."""

    __tablename__ = "application_events"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "application_id"], ["applications.org_id", "applications.id"],
                             ondelete="CASCADE"),
        CheckConstraint(_one_of("kind", EventKind), name="kind"),
        CheckConstraint("kind <> 'status' or not public", name="hirers_own"),
        Index(None, "org_id", "application_id", "id"),
        Index(None, "subject_id", "id", postgresql_where=text("public")),
        {"info": {"subject": "subject_id"}},
    )

    application_id: Mapped[UUID] = mapped_column(info=IMPERSONAL)
    subject_id: Mapped[UUID] = mapped_column(ForeignKey("subjects.id", ondelete="CASCADE"), info=IMPERSONAL)
    kind: Mapped[str] = mapped_column(info=IMPERSONAL)
    before: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    after: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    public: Mapped[bool] = mapped_column(info=IMPERSONAL)
    actor_id: Mapped[UUID | None] = mapped_column(info=IMPERSONAL)
    created_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)


class ApplicationRating(OrgOwned, Base):
    """What one colleague gives an application, 1 to 5."""

    __tablename__ = "application_ratings"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "application_id"], ["applications.org_id", "applications.id"],
                             ondelete="CASCADE"),
        UniqueConstraint("org_id", "application_id", "user_id"),
        CheckConstraint("rating between 1 and 5", name="rating"),
    )

    application_id: Mapped[UUID] = mapped_column(info=IMPERSONAL)
    user_id: Mapped[UUID] = mapped_column(info=IMPERSONAL)  # a member
    rating: Mapped[int] = mapped_column(info=IMPERSONAL)
    created_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)


class ApplicationNote(OrgOwned, Base):
    """What a colleague writes about an application, for colleagues."""

    __tablename__ = "application_notes"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "application_id"], ["applications.org_id", "applications.id"],
                             ondelete="CASCADE"),
        CheckConstraint(f"length(text) between 1 and {NOTE_MAX}", name="text"),
        Index(None, "org_id", "application_id", "id"),
        {"info": {"subject": "subject_id"}},
    )

    application_id: Mapped[UUID] = mapped_column(info=IMPERSONAL)
    subject_id: Mapped[UUID] = mapped_column(ForeignKey("subjects.id", ondelete="CASCADE"), info=IMPERSONAL)
    user_id: Mapped[UUID] = mapped_column(info=IMPERSONAL)
    text: Mapped[str] = mapped_column(info=_casting("opinion", since="created_at"))
    created_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
