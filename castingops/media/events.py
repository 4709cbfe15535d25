"""What happens to photos. Ids only: an event outlives the erasure of a person."""
from typing import ClassVar
from uuid import UUID

from castingops.core.events import Event


class PhotoRemoved(Event, frozen=True, kw_only=True):
    """A person took a photo back; nobody but the house sees it any more."""

    name: ClassVar[str] = "photo.removed"
    queue: ClassVar[str] = "media"
    photo_id: UUID


class PhotosErased(Event, frozen=True, kw_only=True):
    """Rows of photos are gone for good: their files must follow."""

    name: ClassVar[str] = "photo.erased"
    queue: ClassVar[str] = "media"
    photo_ids: list[UUID]
