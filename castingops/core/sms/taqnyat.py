"""Taqnyat: JSON both ways. What it accepted and rejected are texts such as "[966…,]", and both may hold numbers."""
import re
from dataclasses import dataclass, field
from typing import Any, ClassVar

from castingops.core.config import Settings
from castingops.core.http import Client, ProviderFailed
from castingops.core.sms.port import Outcome, Sms, refused, secret_of, signature_for, taken

_PATH = "/v1/messages"


@dataclass(frozen=True)
class TaqnyatSender:
    """One Taqnyat account."""

    token: str = field(repr=False)
    sender: str
    base_url: str
    timeout: float = 10.0
    name: ClassVar[str] = "taqnyat"

    @classmethod
    def of(cls, settings: Settings) -> "TaqnyatSender":
        """The carrier as the settings name it. Errors: ValueError without its secret."""
        return cls(secret_of(settings, "taqnyat_token"), settings.sms_sender, settings.taqnyat_url)

    def send(self, sms: Sms) -> Outcome:
        """Hand the text over. It knows no double: what was accepted and not heard of may arrive twice."""
        document = {"recipients": [sms.digits], "body": sms.body, "sender": signature_for(sms.kind, self.sender)}
        try:
            answer = Client(self.name, base_url=self.base_url, timeout=self.timeout).request(
                "POST", _PATH, json=document, headers={"Authorization": f"Bearer {self.token}"})
            if answer.status == 429 or answer.status >= 500:
                return refused(sms, "busy", retryable=True)
            return _read(sms, answer.status, answer.json())
        except ProviderFailed as failure:
            return refused(sms, failure.code, retryable=True)


def _read(sms: Sms, status: int, said: Any) -> Outcome:
    """The fate of our one number: the lists decide, whatever the status beside them says."""
    if not isinstance(said, dict):
        return refused(sms, "unreadable", retryable=True)
    if sms.digits in _numbers(said.get("rejected")) or not 200 <= status < 300:
        return refused(sms, "refused")
    if sms.digits not in _numbers(said.get("accepted")):
        return refused(sms, "unreadable", retryable=True)
    return taken(sms, str(said.get("messageId", "")))


def _numbers(listed: Any) -> list[str]:
    return re.findall(r"[0-9]+", listed) if isinstance(listed, str) else []
