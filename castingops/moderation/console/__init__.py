"""Moderation for staff: the queue, a case, its decision."""
from castingops.moderation.console import case, deciding, items, queue
from castingops.moderation.console.base import blueprint

__all__ = ["blueprint", "case", "deciding", "items", "queue"]
