"""What somebody sees of a sign-in."""
from datetime import datetime
from uuid import UUID

from msgspec import Struct

DEVICE_SECONDS = 180 * 24 * 3600  # how long a device is known again


class Device(Struct, frozen=True, kw_only=True):
    """Program and system as people call them; empty for what is not known."""

    program: str
    system: str


class OpenSession(Struct, frozen=True, kw_only=True):
    """A sign-in that is open. The network is all that is kept of a place: no country is made up from it."""

    id: UUID
    device: Device
    network: str | None
    created_at: datetime
    last_used_at: datetime
    current: bool
