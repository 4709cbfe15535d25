"""Moderation for staff: the queue, a case, its decision."""
from castingops.moderation.console import (
    approvals,
    bulk,
    case,
    conversation,
    deciding,
    figures,
    items,
    lease,
    people,
    quality,
    queue,
    replies,
    settings,
    work,
)
from castingops.moderation.console.base import blueprint

__all__ = [
    "approvals", "blueprint", "bulk", "case", "conversation", "deciding", "figures", "items", "lease", "people", "quality",
    "queue", "replies", "settings", "work",
]
