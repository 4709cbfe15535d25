"""The tables of share links: what opens a published profile to whoever holds it, and when it was opened."""
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from castingops.casting.types.share_links import (
    DAYS_MAX,
    LABEL_MAX,
    REASON_MAX,
    VIEWS_KEPT,
    VIEWS_MAX,
    ShareEnd,
)
from castingops.core.db import Base, PersonOwned
from castingops.core.privacy import IMPERSONAL, Purpose, personal

ENDED = f"ended_by in ({', '.join(repr(str(word)) for word in ShareEnd)})"


def _visitor(category: str) -> dict[str, Any]:
    return personal(category=category, subject="visitor", purposes=(Purpose.SECURITY,), retention=VIEWS_KEPT,
                    since="viewed_at", erase="delete")


class ShareLink(PersonOwned, Base):
    """A link to somebody's published profile. Its token is shown once and kept as a hash; it ends, and stays on record.

    A ward's rests on the guardianship under which it was made, and ends with it.
    """

    __tablename__ = "share_links"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        CheckConstraint("token_hash ~ '^[0-9a-f]{64}$'", name="token_hash"),
        CheckConstraint(f"length(label) between 1 and {LABEL_MAX}", name="label"),
        CheckConstraint(f"expires_at > created_at and expires_at <= created_at + interval '{DAYS_MAX} days'",
                        name="days"),
        CheckConstraint(f"max_views between 1 and {VIEWS_MAX}", name="max_views"),
        CheckConstraint("views >= 0 and (max_views is null or views <= max_views)", name="views"),
        CheckConstraint(ENDED, name="ended_by"),
        CheckConstraint("(ended_at is null) = (ended_by is null)", name="ended_whole"),
        CheckConstraint("(ended_by is not distinct from 'staff') = (ended_reason is not null)"
                        f" and length(ended_reason) <= {REASON_MAX}", name="ended_reason"),
        Index(None, "id", "subject_id"),  # staff's, who know a link by its id alone
    )

    created_by: Mapped[UUID] = mapped_column(info=IMPERSONAL)  # its person, or the guardian who acted for them
    guardianship_id: Mapped[UUID | None] = mapped_column(info=IMPERSONAL)
    label: Mapped[str] = mapped_column(info=personal(
        category="free text", subject="talent", purposes=(Purpose.PROFILE,), retention=None, erase="delete",
        minor=True))
    token_hash: Mapped[str] = mapped_column(info=IMPERSONAL)
    created_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    expires_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    max_views: Mapped[int | None] = mapped_column(info=IMPERSONAL)
    views: Mapped[int] = mapped_column(info=IMPERSONAL)
    last_viewed_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)
    paused_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)
    ended_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)
    ended_by: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    ended_reason: Mapped[str | None] = mapped_column(info=IMPERSONAL)  # of staff, about the link


class ShareView(PersonOwned, Base):
    """One time that a link was opened. Neither an address nor a place: a peppered mark per link and network."""

    __tablename__ = "share_views"
    __table_args__ = (
        ForeignKeyConstraint(["subject_id", "link_id"], ["share_links.subject_id", "share_links.id"],
                             ondelete="CASCADE"),
        Index(None, "subject_id", "link_id", "viewed_at"),
        Index("ix_share_views_viewed_at", "viewed_at"),  # the job's, which forgets old ones
    )

    link_id: Mapped[UUID] = mapped_column(info=IMPERSONAL)
    viewed_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    program: Mapped[str] = mapped_column(info=_visitor("device"))
    system: Mapped[str] = mapped_column(info=_visitor("device"))
    network: Mapped[str | None] = mapped_column(info=_visitor("identifier"))
