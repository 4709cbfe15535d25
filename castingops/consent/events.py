"""What happens to consents. `subject_id` is whose; who relies on the purpose starts or stops."""
from typing import ClassVar

from castingops.core.events import Event


class ConsentGiven(Event, frozen=True, kw_only=True):
    name: ClassVar[str] = "consent.given"
    purpose: str


class ConsentWithdrawn(Event, frozen=True, kw_only=True):
    name: ClassVar[str] = "consent.withdrawn"
    purpose: str
