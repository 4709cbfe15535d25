"""The table of access reviews."""
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from castingops.core.db import Base, PlatformOwned
from castingops.core.privacy import IMPERSONAL, Purpose, personal


class AccessMark(PlatformOwned, Base):
    """Someone's access, looked at in one quarter by somebody else. It holds for the roles that were looked at."""

    __tablename__ = "access_marks"
    __table_args__ = (
        UniqueConstraint("quarter", "subject_id"),
        CheckConstraint("verdict in ('keep', 'change')", name="verdict"),
        CheckConstraint("quarter ~ '^20[0-9]{2}-Q[1-4]$'", name="quarter"),
        CheckConstraint("marked_by <> subject_id", name="by_another"),
        CheckConstraint("length(note) <= 1000", name="note_length"),
    )

    quarter: Mapped[str] = mapped_column(info=IMPERSONAL)
    subject_id: Mapped[UUID] = mapped_column(ForeignKey("subjects.id", ondelete="CASCADE"), info=IMPERSONAL)
    verdict: Mapped[str] = mapped_column(info=IMPERSONAL)
    roles: Mapped[list[str]] = mapped_column(ARRAY(String), info=IMPERSONAL)
    marked_by: Mapped[UUID] = mapped_column(info=IMPERSONAL)
    marked_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    note: Mapped[str | None] = mapped_column(info=personal(
        category="note", subject="user", purposes=(Purpose.SECURITY,), retention=None, since="marked_at",
        erase="redact"))
    version: Mapped[int] = mapped_column(info=IMPERSONAL)

    __mapper_args__ = {"version_id_col": version}
