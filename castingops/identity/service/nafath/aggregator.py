"""Nafath through an aggregator (in Authentica's shape). Nothing of it is signed: what it tells us is a hint, with the
secret we share inside, and the truth is asked for afterwards, over a connection that we open ourselves.
"""
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar
from uuid import UUID

from pydantic import SecretStr

from castingops.core.config import Settings
from castingops.core.http import AnswerUnusable, Client
from castingops.core.http.client import Answer
from castingops.identity.service.nafath.port import NafathBusy, NafathRefused, required
from castingops.identity.types.nafath import Asked, Callback, Progress, Started
from castingops.web.webhooks import WebhookUnreadable, require_secret, text_of

HOME = "https://api.authentica.sa"
_STATES = {"PENDING": Progress.WAITING, "WAITING": Progress.WAITING, "COMPLETED": Progress.APPROVED,
           "APPROVED": Progress.APPROVED, "REJECTED": Progress.REJECTED, "EXPIRED": Progress.EXPIRED}


@dataclass(frozen=True)
class AggregatorNafath:
    """One account at the aggregator."""

    base_url: str
    api_key: str = field(repr=False)
    secret: str = field(repr=False)
    name: ClassVar[str] = "aggregator"

    @classmethod
    def of(cls, settings: Settings) -> "AggregatorNafath":
        """The account as the settings name it. Errors: NafathOff without one of them."""
        return cls(settings.nafath_url or HOME, required(settings, "nafath_api_key"),
                   required(settings, "nafath_webhook_secret"))

    def start(self, asked: Asked, *, request_id: UUID) -> Started:
        """See the port. It knows no request id of ours."""
        said = _read(self._post("/api/v2/verify-by-nafath", {"national_id": asked.national_id}))
        provider_id, number = text_of(said, "TransactionId"), text_of(said, "Code")
        if not provider_id or not number.isascii() or not number.isdigit() or len(number) > 3:
            raise AnswerUnusable
        return Started(provider_id=provider_id, number=number)

    def ask(self, asked: Asked, *, provider_id: str, number: str) -> Progress:
        """See the port. It must speak of this transaction and of this person."""
        said = _read(self._post("/api/v2/nafath/verify", {"TransactionId": provider_id}, repeatable=True))
        progress = _STATES.get(text_of(said, "Status").upper())
        if progress is None or text_of(said, "TransactionId") != provider_id:
            raise AnswerUnusable
        if text_of(said, "NationalId") != asked.national_id:
            raise NafathRefused
        return progress

    def read(self, fields: Mapping[str, Any]) -> Callback:
        """See the port. The secret is compared before anything else is looked at."""
        known = dict(fields)
        require_secret(SecretStr(self.secret), presented=text_of(known, "Password"))
        provider_id, national_id = text_of(known, "TransactionId"), text_of(known, "NationalId")
        if not provider_id or not national_id:
            raise WebhookUnreadable
        message = f"{provider_id}/{text_of(known, 'Status')}"
        return Callback(provider_id=provider_id, national_id=national_id,
                        fingerprint=hashlib.sha256(message.encode()).hexdigest())

    def _post(self, path: str, document: dict[str, str], *, repeatable: bool = False) -> Answer:
        return Client("nafath", base_url=self.base_url).request(
            "POST", path, json=document, headers={"X-Authorization": self.api_key}, repeatable=repeatable)


def _read(answer: Answer) -> dict[str, Any]:
    """The answer's members, some of which lie under `data`. Errors: NafathBusy, NafathRefused; AnswerUnusable."""
    if answer.status >= 500 or answer.status == 429:
        raise AnswerUnusable
    said = answer.json()
    if not isinstance(said, dict):
        raise AnswerUnusable
    if not answer.ok:
        raise NafathBusy if answer.status == 409 else NafathRefused
    data = said.get("data")
    return data if isinstance(data, dict) else said
