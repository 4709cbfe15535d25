"""What happens to the trail itself."""
from typing import ClassVar

from castingops.core.events import Event


class TrailBroken(Event, frozen=True, kw_only=True):
    """A verification found something that does not hold: someone must look at once."""

    name: ClassVar[str] = "audit.trail.broken"
    findings: int
