"""What happens to share links. Ids only: an event outlives the erasure of a person, and a link's token is nobody's."""
from typing import ClassVar
from uuid import UUID

from castingops.core.events import Event


class ShareLinkCrowded(Event, frozen=True, kw_only=True):
    """A link was opened more often than the alert's bound: somebody should count from how many places, and when."""

    name: ClassVar[str] = "share_link.crowded"
    link_id: UUID


class ShareLinkPaused(Event, frozen=True, kw_only=True):
    """The house has paused a link: `views` views from `networks` networks within `minutes` minutes."""

    name: ClassVar[str] = "share_link.paused"
    link_id: UUID
    views: int
    networks: int
    minutes: int


class ShareLinkEnded(Event, frozen=True, kw_only=True):
    """Staff ended a link."""

    name: ClassVar[str] = "share_link.ended"
    link_id: UUID
