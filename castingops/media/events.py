"""What happens to photos. Ids only: an event outlives the erasure of a person."""
from typing import ClassVar
from uuid import UUID

from castingops.core.events import Event


class PhotoAdded(Event, frozen=True, kw_only=True):
    """A person uploaded a photo."""

    name: ClassVar[str] = "photo.added"
    queue: ClassVar[str] = "media"
    photo_id: UUID


class PhotoRemoved(Event, frozen=True, kw_only=True):
    """A photo was taken back by its person or taken down by the house; nobody but the house sees it any more."""

    name: ClassVar[str] = "photo.removed"
    queue: ClassVar[str] = "media"
    photo_id: UUID


class PhotoRestored(Event, frozen=True, kw_only=True):
    """A photo that the house had taken down is back."""

    name: ClassVar[str] = "photo.restored"
    queue: ClassVar[str] = "media"
    photo_id: UUID


class PhotosErased(Event, frozen=True, kw_only=True):
    """Rows of photos are gone for good: their files must follow."""

    name: ClassVar[str] = "photo.erased"
    queue: ClassVar[str] = "media"
    photo_ids: list[UUID]
