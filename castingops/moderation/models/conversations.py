"""What is said about a case: to the person and back, about the person among staff, and what moderators keep at hand."""
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from castingops.core.db import Base, PersonOwned, PlatformOwned
from castingops.core.privacy import IMPERSONAL, personal
from castingops.moderation.models.common import FIVE_YEARS, STAFF_ID, WHY


def _said(subject: str) -> dict[str, Any]:
    return personal(category="free text", subject=subject, purposes=WHY, retention=FIVE_YEARS, erase="redact",
                    minor=True)


class CaseMessage(PersonOwned, Base):
    """One message between the house and the person of a case. The person reads all of them, never who wrote for us.

    `read_at`: when the other side read it. `case_ref` stands here because the person cannot read cases.
    """

    __tablename__ = "case_messages"
    __table_args__ = (
        CheckConstraint("sender in ('staff', 'person')", name="sender"),
        CheckConstraint("(sender = 'staff') = (author_id is not null)", name="author"),
        Index(None, "subject_id", "case_ref", "id"),
        Index(None, "case_id", "id"),  # the house's own way to them
    )

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), info=IMPERSONAL)
    case_ref: Mapped[str] = mapped_column(info=IMPERSONAL)
    sender: Mapped[str] = mapped_column(info=IMPERSONAL)
    author_id: Mapped[UUID | None] = mapped_column(info=STAFF_ID)
    body: Mapped[str] = mapped_column(info=_said("submitter"))
    created_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    read_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)


class PersonNote(PlatformOwned, Base):
    """A note of staff about a person, seen on each of their cases. The person does not read it."""

    __tablename__ = "person_notes"
    __table_args__ = (
        Index(None, "subject_id", "id"),
        {"info": {"subject": "subject_id"}},
    )

    subject_id: Mapped[UUID] = mapped_column(ForeignKey("subjects.id", ondelete="CASCADE"), info=personal(
        category="identifier", subject="submitter", purposes=WHY, retention=FIVE_YEARS, erase="keep"))
    author_id: Mapped[UUID] = mapped_column(info=STAFF_ID)
    body: Mapped[str] = mapped_column(info=_said("submitter"))
    created_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)


class QuickReplyRow(PlatformOwned, Base):
    """A text that moderators use again and again, in both languages. Without an owner it is everybody's."""

    __tablename__ = "quick_replies"
    __table_args__ = (
        CheckConstraint("title_en <> '' and title_ar <> '' and body_en <> '' and body_ar <> ''", name="bilingual"),
        Index("uq_quick_replies_own", "owner_id", "title_en", unique=True,
              postgresql_where=text("owner_id is not null")),
        Index("uq_quick_replies_shared", "title_en", unique=True, postgresql_where=text("owner_id is null")),
        {"info": {"subject": "owner_id"}},
    )

    owner_id: Mapped[UUID | None] = mapped_column(info=STAFF_ID)
    title_en: Mapped[str] = mapped_column(info=IMPERSONAL)
    title_ar: Mapped[str] = mapped_column(info=IMPERSONAL)
    body_en: Mapped[str] = mapped_column(info=IMPERSONAL)
    body_ar: Mapped[str] = mapped_column(info=IMPERSONAL)
    created_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    version: Mapped[int] = mapped_column(info=IMPERSONAL)

    __mapper_args__ = {"version_id_col": version}


class ModeratorSettings(PlatformOwned, Base):
    """How one moderator works: own keys, keys on or off, how comparisons are shown. No row: everything as usual."""

    __tablename__ = "moderator_settings"
    __table_args__ = (
        UniqueConstraint("user_id"),
        CheckConstraint("diff_mode in ('side', 'inline')", name="diff_mode"),
        {"info": {"subject": "user_id"}},
    )

    user_id: Mapped[UUID] = mapped_column(info=STAFF_ID)
    keys: Mapped[dict[str, str]] = mapped_column(JSONB, info=IMPERSONAL)  # act to event.code, only what differs
    keys_off: Mapped[bool] = mapped_column(info=IMPERSONAL)
    diff_mode: Mapped[str] = mapped_column(info=IMPERSONAL)
    updated_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    version: Mapped[int] = mapped_column(info=IMPERSONAL)

    __mapper_args__ = {"version_id_col": version}
