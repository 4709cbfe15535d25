"""The table of photos."""
from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from castingops.core.db import Base, PersonOwned
from castingops.core.privacy import IMPERSONAL, Purpose, personal

REMOVED_KEPT = timedelta(days=30)  # a removed photo may be evidence in an open case

_IMAGE = personal(category="image", subject="talent", purposes=(Purpose.PROFILE, Purpose.CASTING, Purpose.MODERATION),
                  retention=None, erase="delete", sensitive=True, minor=True)


class PhotoRow(PersonOwned, Base):
    """A photo's facts; its pixels lie in storage under keys made of `id`. `sha256` is of the file as uploaded."""

    __tablename__ = "photos"
    __table_args__ = (
        CheckConstraint("kind in ('headshot', 'full_length', 'side_profile', 'portrait', 'other')", name="kind"),
        CheckConstraint("status in ('active', 'removed')", name="status"),
        CheckConstraint("(status = 'removed') = (removed_at is not null)", name="removed_at"),
        CheckConstraint("taken_down_at is null or status = 'removed'", name="taken_down"),
        CheckConstraint("status = 'active' or not is_primary", name="primary_is_active"),
        CheckConstraint("width > 0 and height > 0 and bytes > 0", name="sizes"),
        Index("uq_photos_subject_id_primary", "subject_id", unique=True, postgresql_where=text("is_primary")),
        Index("uq_photos_subject_id_sha256_active", "subject_id", "sha256", unique=True,
              postgresql_where=text("status = 'active'")),
    )

    kind: Mapped[str] = mapped_column(info=IMPERSONAL)
    status: Mapped[str] = mapped_column(info=IMPERSONAL)
    is_primary: Mapped[bool] = mapped_column(info=IMPERSONAL)
    position: Mapped[int] = mapped_column(info=IMPERSONAL)  # in its owner's order, behind the primary photo
    width: Mapped[int] = mapped_column(info=IMPERSONAL)
    height: Mapped[int] = mapped_column(info=IMPERSONAL)
    bytes: Mapped[int] = mapped_column(info=IMPERSONAL)
    sha256: Mapped[str] = mapped_column(info=_IMAGE)
    created_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    removed_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)
    taken_down_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)  # by the house, not by the person
    version: Mapped[int] = mapped_column(info=IMPERSONAL)

    __mapper_args__ = {"version_id_col": version}
