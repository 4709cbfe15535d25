"""Removed photos by what they are known by, uploads that match one, how moderators see photos and which they saw."""
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, SmallInteger, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import BIT
from sqlalchemy.orm import Mapped, mapped_column

from castingops.core.db import Base, PlatformOwned
from castingops.core.privacy import IMPERSONAL, personal
from castingops.media.types import SAME_PHOTO
from castingops.moderation.models.common import FIVE_YEARS, STAFF_ID, WHY

# Of 16 bands, one more than the bits in which copies may differ: those cannot spoil them all (pigeonhole).
BANDS = tuple(f"b{number}" for number in range(SAME_PHOTO + 1))

_WHOSE = personal(category="identifier", subject="submitter", purposes=WHY, retention=FIVE_YEARS, erase="null")
_KNOWN_BY = personal(category="image", subject="submitter", purposes=WHY, retention=FIVE_YEARS, erase="keep",
                     minor=True)


class RemovedMedia(PlatformOwned, Base):
    """What a photo is known by that a decision removed. It goes when the decision is overturned.

    Erasing the person takes away whose it was and which file, not the 256 bits: no picture can be made of them, and
    without them what was removed comes back.
    """

    __tablename__ = "removed_media"
    __table_args__ = (
        UniqueConstraint("decision_id", "photo_id"),
        Index(None, "subject_id", postgresql_where=text("subject_id is not null")),
        Index(None, "photo_id", postgresql_where=text("photo_id is not null")),
        {"info": {"subject": "subject_id"}},
    )

    decision_id: Mapped[UUID] = mapped_column(ForeignKey("decisions.id", ondelete="CASCADE"), info=IMPERSONAL)
    subject_id: Mapped[UUID | None] = mapped_column(info=_WHOSE)
    photo_id: Mapped[UUID | None] = mapped_column(info=_WHOSE)
    print: Mapped[str] = mapped_column(BIT(256), info=_KNOWN_BY)
    created_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)


# Sixteen bits of `print` each, with an index each: prints that differ in fewer bits than there are bands agree in one
# band whole, so exact look-ups find every near one (multi-index hashing, Norouzi 2012).
for _band in BANDS:
    setattr(RemovedMedia, _band, mapped_column(Integer, nullable=False, index=True, info=_KNOWN_BY))


class MediaMatch(PlatformOwned, Base):
    """An upload that looks like a removed photo, and the case that asks about it. `ordinal`: its place among the copies
    that the case shows; none when it came after those. `cleared_at`: a moderator kept it."""

    __tablename__ = "media_matches"
    __table_args__ = (
        UniqueConstraint("photo_id"),
        Index(None, "entity_id", "ordinal"),
        Index(None, "case_id"),
        Index(None, "decision_id"),
        Index(None, "subject_id", "id", postgresql_where=text("subject_id is not null")),
        {"info": {"subject": "subject_id"}},
    )

    subject_id: Mapped[UUID | None] = mapped_column(info=_WHOSE)
    photo_id: Mapped[UUID | None] = mapped_column(info=_WHOSE)
    entity_id: Mapped[UUID] = mapped_column(info=IMPERSONAL)  # the first copy: what the case is about
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), info=IMPERSONAL)
    ordinal: Mapped[int | None] = mapped_column(SmallInteger, info=IMPERSONAL)
    decision_id: Mapped[UUID] = mapped_column(ForeignKey("decisions.id", ondelete="CASCADE"), info=IMPERSONAL)
    removed_photo_id: Mapped[UUID | None] = mapped_column(info=_WHOSE)
    distance: Mapped[int] = mapped_column(SmallInteger, info=IMPERSONAL)
    print: Mapped[str] = mapped_column(BIT(256), info=_KNOWN_BY)
    created_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    cleared_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)


class PhotoCare(PlatformOwned, Base):
    """How one moderator sees photos, and how many of them a day. No row: blurred, and as many as the house sets."""

    __tablename__ = "photo_care"
    __table_args__ = (
        UniqueConstraint("user_id"),
        CheckConstraint("mode in ('blur', 'hidden', 'both', 'grey', 'off')", name="mode"),
        CheckConstraint("per_shift_cap between 1 and 10000", name="cap"),
        CheckConstraint("raised between 0 and 10000 and (raised = 0) = (raised_on is null)"
                        " and (raised = 0) = (raised_by is null)", name="raised_whole"),
        CheckConstraint("raised_by <> user_id", name="raised_by_another"),
        {"info": {"subject": "user_id"}},
    )

    user_id: Mapped[UUID] = mapped_column(info=STAFF_ID)
    mode: Mapped[str] = mapped_column(info=IMPERSONAL)
    per_shift_cap: Mapped[int | None] = mapped_column(info=IMPERSONAL)  # one's own, below the house's
    raised: Mapped[int] = mapped_column(info=IMPERSONAL)  # more photos, on one day, by a senior
    raised_on: Mapped[date | None] = mapped_column(info=IMPERSONAL)
    raised_by: Mapped[UUID | None] = mapped_column(info=STAFF_ID)
    updated_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    version: Mapped[int] = mapped_column(info=IMPERSONAL)

    __mapper_args__ = {"version_id_col": version}


class Exposure(PlatformOwned, Base):
    """One look of one moderator at one photo, clear or in grey. Never changed."""

    __tablename__ = "exposures"
    __table_args__ = (
        CheckConstraint("rendition in ('clear', 'grey')", name="rendition"),
        Index(None, "moderator_id", "at"),
        Index(None, "case_id"),
        Index("ix_exposures_at", "at", "id"),
        {"info": {"subject": "moderator_id"}},
    )

    moderator_id: Mapped[UUID] = mapped_column(info=STAFF_ID)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), info=IMPERSONAL)
    photo_id: Mapped[UUID] = mapped_column(info=IMPERSONAL)
    rendition: Mapped[str] = mapped_column(info=IMPERSONAL)
    at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
