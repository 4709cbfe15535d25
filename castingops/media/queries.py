"""Selects over photos. All name the subject: the policies alone would scan the table."""
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, tuple_

from castingops.core.db import session
from castingops.media.models import PhotoRow
from castingops.media.types import PhotoStatus


def find_photo(subject_id: UUID, photo_id: UUID) -> PhotoRow | None:
    """A person's active photo, or None."""
    row = session().get(PhotoRow, (subject_id, photo_id))
    return row if row is not None and row.status == PhotoStatus.ACTIVE else None


def find_removed(subject_id: UUID, photo_id: UUID) -> PhotoRow | None:
    """A person's removed photo that is not destroyed yet, or None."""
    row = session().get(PhotoRow, (subject_id, photo_id))
    return row if row is not None and row.status == PhotoStatus.REMOVED else None


def list_active(subject_id: UUID) -> list[PhotoRow]:
    """A person's photos, the primary one first, then in their order; at most PHOTOS_MAX."""
    rows = select(PhotoRow).where(PhotoRow.subject_id == subject_id, PhotoRow.status == PhotoStatus.ACTIVE)
    return list(session().scalars(rows.order_by(PhotoRow.is_primary.desc(), PhotoRow.position, PhotoRow.id)))


def list_by_ids(subject_id: UUID, photo_ids: list[UUID]) -> list[PhotoRow]:
    """These photos of a person, removed ones too, in the order of the ids."""
    rows = session().scalars(select(PhotoRow).where(PhotoRow.subject_id == subject_id, PhotoRow.id.in_(photo_ids)))
    found = {row.id: row for row in rows}
    return [found[photo_id] for photo_id in photo_ids if photo_id in found]


def find_primary(subject_id: UUID) -> PhotoRow | None:
    """A person's primary photo, or None."""
    return session().scalar(select(PhotoRow).where(PhotoRow.subject_id == subject_id, PhotoRow.is_primary))


def count_active(subject_id: UUID) -> int:
    """How many photos a person has."""
    rows = select(func.count()).where(PhotoRow.subject_id == subject_id, PhotoRow.status == PhotoStatus.ACTIVE)
    return session().scalar(rows) or 0


def has_file(subject_id: UUID, sha256: str) -> bool:
    """Whether this very file is among a person's photos."""
    rows = select(PhotoRow.id).where(
        PhotoRow.subject_id == subject_id, PhotoRow.sha256 == sha256, PhotoRow.status == PhotoStatus.ACTIVE)
    return session().scalar(rows) is not None


def list_removed_before(moment: datetime, *, after: tuple[UUID, UUID] | None = None) -> list[PhotoRow]:
    """Photos of anybody that were taken back before `moment`, past the person and photo `after`: for the sweep."""
    rows = select(PhotoRow).where(PhotoRow.status == PhotoStatus.REMOVED, PhotoRow.removed_at < moment)
    if after is not None:
        rows = rows.where(tuple_(PhotoRow.subject_id, PhotoRow.id) > after)
    return list(session().scalars(rows.order_by(PhotoRow.subject_id, PhotoRow.id).limit(500)))
