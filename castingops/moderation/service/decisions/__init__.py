"""Decisions: previewed, proposed, approved by a second person where it takes one, undone in time, or made so."""
from castingops.moderation.service.decisions.drafting import Preview, preview
from castingops.moderation.service.decisions.effects import lift_hiding
from castingops.moderation.service.decisions.executing import execute, execute_due
from castingops.moderation.service.decisions.overturning import overturn
from castingops.moderation.service.decisions.proposing import approve, cancel, decline, propose, reverse, send
from castingops.moderation.service.decisions.telling import tell_person

__all__ = [
    "Preview", "approve", "cancel", "decline", "execute", "execute_due", "lift_hiding", "overturn",
    "preview", "propose", "reverse", "send", "tell_person",
]
