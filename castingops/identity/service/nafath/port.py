"""What every provider of Nafath is asked, and how it refuses. Two adapters; settings choose."""
from collections.abc import Mapping
from typing import Any, ClassVar, Protocol
from uuid import UUID

from castingops.core.config import Settings
from castingops.core.errors import Conflict
from castingops.core.messages import N_
from castingops.identity.types.nafath import Asked, Callback, Progress, Started


class NafathOff(Conflict):
    """No provider is set: nobody can prove who they are here, and trying again changes nothing."""

    code, message = "nafath_off", N_("Verification by Nafath is not available here.")


class NafathBusy(Conflict):
    """The person has another request open: Nafath takes one at a time (400-034-050)."""

    code, message = "nafath_busy", N_("Another request is open in the Nafath app. Please finish it there first.")


class NafathRefused(Conflict):
    """The provider does not take this request, and will not take the same again."""

    code, message = "nafath_refused", N_("Nafath did not take this request.")


class Provider(Protocol):
    """One way to Nafath. `name` is how our rows call it.

    What it raises besides NafathBusy and NafathRefused is core.http's: it may pass later.
    """

    name: ClassVar[str]

    def start(self, asked: Asked, *, request_id: UUID) -> Started:
        """Have the person asked in their Nafath app. Errors: NafathBusy, NafathRefused."""
        ...

    def ask(self, asked: Asked, *, provider_id: str, number: str) -> Progress:
        """How the transaction stands, by the provider's unsigned word. Errors: NafathRefused."""
        ...

    def read(self, fields: Mapping[str, Any]) -> Callback:
        """A message that came in, once it has proved where it is from. Errors: WebhookUnsigned, WebhookUnreadable."""
        ...


def required(settings: Settings, name: str) -> str:
    """A setting that the chosen provider cannot do without. Errors: NafathOff, whose name stands in our log alone."""
    value = getattr(settings, name)
    if value is None:
        raise NafathOff(details={"setting": name})
    return str(value.get_secret_value() if hasattr(value, "get_secret_value") else value)
