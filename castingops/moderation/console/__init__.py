"""Moderation for staff: the queue, a case, its decision."""
from castingops.moderation.console import case, deciding, figures, items, quality, queue, work
from castingops.moderation.console.base import blueprint

__all__ = ["blueprint", "case", "deciding", "figures", "items", "quality", "queue", "work"]
