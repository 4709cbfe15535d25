"""Selects over second factors, seen as the unit of work's actor."""
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Text, bindparam, func, literal_column, select

from castingops.core.actor import Actor, anonymous, system
from castingops.core.db import session
from castingops.core.reads import Read
from castingops.identity.models import FactorChallenge, Passkey, RecoveryCode, TotpSecret

_challenge = func.identity_challenge(bindparam("token_hash", type_=Text)).table_valued("user_id", name="c")


class Challenged(Struct, frozen=True):
    """Whom a challenge was given to."""

    user_id: UUID


CHALLENGE = Read(select(*_challenge.c), Challenged)
HAS_PASSKEY = Read(select(Passkey.subject_id).where(Passkey.subject_id == bindparam("subject_id")).limit(
    literal_column("1")), Challenged)


def find_challenged(token_hash: str) -> UUID | None:
    """Whose sign-in a challenge belongs to, before anybody is signed in."""
    found = next(iter(CHALLENGE(anonymous(), token_hash=token_hash)), None)
    return found.user_id if found else None


def has_passkey(user_id: UUID) -> bool:
    """Whether this account has a passkey; asked outside any unit of work too."""
    return bool(HAS_PASSKEY(system(), subject_id=user_id))


def lock_challenge(token_hash: str, purpose: str, session_id: UUID | None, *, at: datetime, actor: Actor
                   ) -> FactorChallenge | None:
    """The entered subject's challenge while it may be answered, held until this transaction ends."""
    mine = select(FactorChallenge).where(
        FactorChallenge.subject_id == actor.subject, FactorChallenge.token_hash == token_hash,
        FactorChallenge.purpose == purpose, FactorChallenge.session_id.is_not_distinct_from(session_id),
        FactorChallenge.expires_at > at)
    return session().scalar(mine.with_for_update())


def find_totp(actor: Actor, *, confirmed: bool) -> TotpSecret | None:
    """The entered subject's authenticator secret: the one in use, or the one that waits for its first code."""
    state = TotpSecret.confirmed_at.is_not(None) if confirmed else TotpSecret.confirmed_at.is_(None)
    return session().scalar(select(TotpSecret).where(TotpSecret.subject_id == actor.subject, state))


def list_passkeys(actor: Actor) -> Sequence[Passkey]:
    """The entered subject's passkeys, the oldest first."""
    return session().scalars(
        select(Passkey).where(Passkey.subject_id == actor.subject).order_by(Passkey.id)).all()


def lock_passkey(credential_id: bytes, *, actor: Actor) -> Passkey | None:
    """The entered subject's passkey behind a credential's id, held until this transaction ends: its counter moves."""
    return session().scalar(select(Passkey).where(
        Passkey.subject_id == actor.subject, Passkey.credential_id == credential_id).with_for_update())


def count_recovery_codes(actor: Actor) -> int:
    """How many of the entered subject's recovery codes are unused."""
    unused = select(func.count()).select_from(RecoveryCode).where(
        RecoveryCode.subject_id == actor.subject, RecoveryCode.used_at.is_(None))
    return session().scalar(unused) or 0
