"""Nafath as Elm offers it (Rabet): a push to the person's app, and a signed token that comes to us when they approve.

That a status says COMPLETED proves nothing: it is an unsigned word. Only the token does.
"""
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, ClassVar
from uuid import UUID

import jwt

from castingops.core.config import Settings
from castingops.core.http import AnswerUnusable, Client
from castingops.core.http.client import Answer
from castingops.identity.service.nafath.keys import ALGORITHMS, KeySet
from castingops.identity.service.nafath.port import NafathBusy, NafathRefused, required
from castingops.identity.types import LEEWAY
from castingops.identity.types.nafath import Asked, Callback, Claims, Progress, Started
from castingops.web.webhooks import WebhookUnsigned, text_of

HOME = "https://rabet-nafath.api.elm.sa"
_BUSY = "400-034-050"
_STATES = {"WAITING": Progress.WAITING, "COMPLETED": Progress.APPROVED, "REJECTED": Progress.REJECTED,
           "EXPIRED": Progress.EXPIRED}
_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_LONGEST = 16_384  # characters of a token: it may carry a dozen names
# A citizen's token and a resident's name the same things differently.
_ID = ("nin", "iqamaNumber", "nationalId", "sub")
_BIRTH = ("dateOfBirthG", "birthgDate", "dateOfBirth")
_ARABIC = ("firstName", "fatherName", "secondName", "grandFatherName", "thirdName", "familyName", "lastName")
_ENGLISH = (("englishFirstName", "englishSecondName", "englishThirdName", "englishLastName"),
            ("translatedFirstName", "translatedSecondName", "translatedThirdName", "translatedLastName"))

_key_sets: dict[str, KeySet] = {}


@dataclass(frozen=True)
class DirectNafath:
    """One service provider's account at Elm. Tokens are for `audience` and come from `issuer`."""

    base_url: str
    app_id: str
    app_key: str = field(repr=False)
    service: str
    issuer: str
    audience: str
    server_ip: str
    name: ClassVar[str] = "direct"

    @classmethod
    def of(cls, settings: Settings) -> "DirectNafath":
        """The account as the settings name it. Errors: NafathOff without one of them."""
        return cls(settings.nafath_url or HOME, required(settings, "nafath_app_id"),
                   required(settings, "nafath_app_key"), settings.nafath_service, required(settings, "nafath_issuer"),
                   required(settings, "nafath_audience"), settings.nafath_server_ip)

    def start(self, asked: Asked, *, request_id: UUID) -> Started:
        """See the port."""
        answer = self._client().request(
            "POST", "/api/v1/mfa/request", params={"local": asked.locale, "requestId": str(request_id)},
            json={"nationalId": asked.national_id, "service": self.service}, headers=self._headers(asked.ip))
        said = _read(answer)
        provider_id, number = text_of(said, "transId"), text_of(said, "random")
        if not provider_id or not number.isascii() or not number.isdigit() or len(number) > 3:
            raise AnswerUnusable
        return Started(provider_id=provider_id, number=number)

    def ask(self, asked: Asked, *, provider_id: str, number: str) -> Progress:
        """See the port."""
        answer = self._client().request(
            "POST", "/api/v1/mfa/request/status", headers=self._headers(asked.ip), repeatable=True,
            json={"nationalId": asked.national_id, "transId": provider_id, "random": number})
        progress = _STATES.get(text_of(_read(answer), "status").upper())
        if progress is None:
            raise AnswerUnusable
        return progress

    def read(self, fields: Mapping[str, Any]) -> Callback:
        """See the port. The token is looked at before anything else of the message counts."""
        token = fields.get("token")
        if not isinstance(token, str):
            raise WebhookUnsigned
        claims = self._verified(token)
        provider_id, national_id = text_of(claims, "transId"), text_of(claims, *_ID)
        if not provider_id or provider_id != text_of(dict(fields), "transId") or not national_id:
            raise WebhookUnsigned  # a token about one transaction proves nothing of another
        return Callback(
            provider_id=provider_id, national_id=national_id,
            fingerprint=hashlib.sha256(token.encode()).hexdigest(),
            issued_at=datetime.fromtimestamp(claims["iat"], UTC), claims=_claims(claims, national_id))

    def _verified(self, token: str) -> dict[str, Any]:
        """The claims of a token that the provider signed for us, in its time. Errors: WebhookUnsigned."""
        if len(token) > _LONGEST or not _COMPACT.fullmatch(token):
            raise WebhookUnsigned
        try:
            kid = jwt.get_unverified_header(token).get("kid")
            key = self._keys().find(kid, self._fetch_keys) if isinstance(kid, str) else None
            if key is None:
                raise WebhookUnsigned
            claims: dict[str, Any] = jwt.decode(
                token, key.key, algorithms=list(ALGORITHMS[str(key.key_type)]), audience=self.audience,
                issuer=self.issuer, leeway=LEEWAY, options={"require": ["exp", "iat", "iss", "aud"]})
        except (jwt.InvalidTokenError, ValueError, OverflowError, RecursionError) as error:
            raise WebhookUnsigned from error
        if not isinstance(claims["iat"], int | float):
            raise WebhookUnsigned
        return claims

    def _fetch_keys(self) -> Any:
        answer = Client("nafath_keys", base_url=self.base_url, timeout=3.0, tries=1).get(
            "/api/v1/mfa/jwk", headers=self._headers(""))
        if not answer.ok:
            raise AnswerUnusable
        return answer.json()

    def _keys(self) -> KeySet:
        return _key_sets.setdefault(self.base_url, KeySet())

    def _client(self) -> Client:
        return Client("nafath", base_url=self.base_url)

    def _headers(self, ip: str) -> dict[str, str]:
        """Elm reads the person's address and then ours, which it has on its list."""
        return {"APP-ID": self.app_id, "APP-KEY": self.app_key,
                "X-Forwarded-For": ", ".join(part for part in (ip, self.server_ip) if part)}


def _read(answer: Answer) -> dict[str, Any]:
    """The answer's members. Errors: NafathBusy, NafathRefused; AnswerUnusable for what may pass later."""
    if answer.status >= 500 or answer.status == 429:
        raise AnswerUnusable
    said = answer.json()
    if not isinstance(said, dict):
        raise AnswerUnusable
    if not answer.ok:
        raise NafathBusy if text_of(said, "code") == _BUSY else NafathRefused
    return said


def _claims(claims: dict[str, Any], national_id: str) -> Claims:
    english = next((name for name in (_joined(claims, names) for names in _ENGLISH) if name), "")
    return Claims(national_id=national_id, name_ar=_joined(claims, _ARABIC), name_en=english,
                  birth_date=_day(text_of(claims, *_BIRTH)))


def _joined(claims: dict[str, Any], names: tuple[str, ...]) -> str:
    """The parts of a name, each once: some tokens carry the same part under two names."""
    return " ".join(dict.fromkeys(part for part in (text_of(claims, name).strip() for name in names) if part))[:200]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
