"""Unifonic: a form in, JSON out. Its own word counts, not HTTP's: a refusal comes with status 200 and success false."""
from dataclasses import dataclass, field
from typing import Any, ClassVar

from castingops.core.config import Settings
from castingops.core.http import Client, ProviderFailed
from castingops.core.sms.port import Outcome, Sms, TextKind, refused, secret_of, signature_for, taken

_PATH = "/rest/SMS/messages"
_TYPES = {TextKind.SERVICE: "3", TextKind.PROMOTIONAL: "5"}  # the carrier's codes for the Kingdom


@dataclass(frozen=True)
class UnifonicSender:
    """One application of a Unifonic account."""

    app_sid: str = field(repr=False)
    sender: str
    base_url: str
    timeout: float = 10.0
    name: ClassVar[str] = "unifonic"

    @classmethod
    def of(cls, settings: Settings) -> "UnifonicSender":
        """The carrier as the settings name it. Errors: ValueError without its secret."""
        return cls(secret_of(settings, "unifonic_app_sid"), settings.sms_sender, settings.unifonic_url)

    def send(self, sms: Sms) -> Outcome:
        """Hand the text over, named by its key so that a second try is known as one."""
        form = {
            "AppSid": self.app_sid, "SenderID": signature_for(sms.kind, self.sender), "Recipient": sms.digits,
            "Body": sms.body, "responseType": "JSON", "CorrelationID": sms.key, "async": "false",
            "MessageType": _TYPES[sms.kind]}
        try:
            answer = Client(self.name, base_url=self.base_url, timeout=self.timeout).request(
                "POST", _PATH, form=form, headers={"Accept": "application/json"})
            if answer.status == 429 or answer.status >= 500:
                return refused(sms, "busy", retryable=True)
            return _read(sms, answer.json())
        except ProviderFailed as failure:
            return refused(sms, failure.code, retryable=True)


def _read(sms: Sms, said: Any) -> Outcome:
    if not isinstance(said, dict) or "success" not in said:
        return refused(sms, "unreadable", retryable=True)
    data = said.get("data")
    message = data.get("MessageID") if isinstance(data, dict) else None
    if said["success"] not in (True, "true") or not isinstance(message, str | int) or isinstance(message, bool):
        return refused(sms, "refused")
    return taken(sms, str(message))
