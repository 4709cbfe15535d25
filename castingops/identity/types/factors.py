"""Second factors: what they are called, how many there may be, and what is shown of them (ID-5)."""
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from msgspec import Struct

from castingops.core.messages import N_, Message

CHALLENGE_LIVES = timedelta(minutes=5)  # also what an authenticator is given to answer
RECOVERY_CODES = 10
PASSKEYS_MAX = 20  # of one account
PASSKEY_NAME_MAX = 60  # characters


class FactorKind(StrEnum):
    """What proves a second time who somebody is. A recovery code opens a sign-in, and nothing else."""

    TOTP = "totp"
    PASSKEY = "webauthn"
    RECOVERY = "recovery_code"


FACTOR_TITLES: dict[str, Message] = {
    FactorKind.TOTP: N_("Authenticator app"), FactorKind.PASSKEY: N_("Passkey"),
    FactorKind.RECOVERY: N_("Recovery code")}


class ChallengePurpose(StrEnum):
    """What a challenge was given out for; it is good for nothing else."""

    SIGN_IN = "sign_in"
    PROVE = "prove"
    REGISTER = "register"


class Shown(Struct, frozen=True, kw_only=True):
    """What somebody shows to prove who they are: one of these. `challenge` is what an assertion answers."""

    password: str | None = None
    code: str | None = None
    recovery_code: str | None = None
    assertion: dict[str, Any] | None = None
    challenge: str = ""


class FactorView(Struct, frozen=True, kw_only=True):
    """An enrolled factor as its owner sees it."""

    id: UUID
    kind: FactorKind
    name: str  # of a passkey
    created_at: datetime
    last_used_at: datetime | None


class Factors(Struct, frozen=True, kw_only=True):
    """Everything that proves a second time who this person is."""

    factors: list[FactorView]
    recovery_codes_left: int
    demanded: bool  # the last factor cannot be removed


class TotpEnrolment(Struct, frozen=True, kw_only=True):
    """A new secret of an authenticator app; shown until a code of it is confirmed."""

    id: UUID
    secret: str
    otpauth_uri: str


class CeremonyStart(Struct, frozen=True, kw_only=True):
    """What a browser needs to ask an authenticator (WebAuthn's options in JSON), and the challenge it answers."""

    challenge: str
    expires_in: int  # seconds
    options: dict[str, Any]


class NewPasskey(Struct, frozen=True, kw_only=True):
    """A credential that an authenticator has just made, verified."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    transports: list[str]
