"""Moderation for staff: the queue, a case, its decision."""
from castingops.moderation.console import (
    approvals,
    bulk,
    calendar,
    case,
    conversation,
    deciding,
    figures,
    items,
    lease,
    media_care,
    people,
    quality,
    queue,
    queues,
    replies,
    settings,
    views,
    work,
)
from castingops.moderation.console.base import blueprint

__all__ = [
    "approvals", "blueprint", "bulk", "calendar", "case", "conversation", "deciding", "figures", "items", "lease",
    "media_care", "people", "quality", "queue", "queues", "replies", "settings", "views", "work",
]
