"""Wrong guesses, counted per account and per address, for accounts that exist and for those that do not (ID-4).

In PostgreSQL and not in Redis: the count survives a restart, and holds when Redis does not.
"""
from dataclasses import dataclass
from datetime import timedelta

from limits import parse
from sqlalchemy import ARRAY, Text, bindparam, delete, func, select

from castingops.core import clock, db
from castingops.core.config import current_settings
from castingops.core.crypto import derive_key, digest
from castingops.core.db import session
from castingops.identity import queries, rules
from castingops.identity.errors import SignInSlowed
from castingops.identity.models import SignInFailure
from castingops.identity.types import Factor

_EVERYWHERE = f"{Factor.PASSWORD}/everywhere"
_NOTE = select(func.identity_note_failure(bindparam("who", type_=ARRAY(Text)), bindparam("at")))


@dataclass(frozen=True)
class Guess:
    """One try at a secret: of which kind, at which account (an e-mail or an id), from which address."""

    factor: Factor
    account: str
    ip: str

    @property
    def at_account(self) -> str:
        """The account as the count knows it."""
        return _who(f"{self.factor}/account/{self.account}")

    @property
    def from_ip(self) -> str:
        """The address as the count knows it."""
        return _who(f"{self.factor}/ip/{self.ip}")


def hold(guess: Guess) -> None:
    """Let guesses at one account wait for each other, so that no burst is faster than its count."""
    db.hold(guess.at_account)


def seconds_to_wait(who: str, factor: Factor, *, address: bool = False) -> int:
    """Seconds until the next guess at this account, or from this `address`, is heard; 0 for now."""
    now, limits = clock.now(), _limits(factor, address=address)
    return rules.seconds_to_wait(limits, queries.list_failures(who, since=now - rules.LONGEST), at=now)


def require_calm(who: str, factor: Factor, *, address: bool = False) -> None:
    """Errors: SignInSlowed while there were too many failures."""
    wait = seconds_to_wait(who, factor, address=address)
    if wait:
        raise SignInSlowed(retry_after=wait)


def require_calm_everywhere() -> None:
    """Errors: SignInSlowed while the whole house is guessed at, from however many addresses (PyPI's overall limit)."""
    limit, window = _parsed(current_settings().limit_auth_overall)
    now = clock.now()
    nth = queries.find_nth_failure(_who(_EVERYWHERE), limit, since=now - window)
    if nth is not None:
        raise SignInSlowed(retry_after=max(1, int((nth + window - now).total_seconds())))


def note(guess: Guess, *, account: bool = True) -> None:
    """Count a wrong guess: against the address, against the account unless it is closed to guesses already, and a
    password's against the whole house."""
    who = [guess.at_account, guess.from_ip] if account else [guess.from_ip]
    if guess.factor is Factor.PASSWORD:
        who.append(_who(_EVERYWHERE))
    session().execute(_NOTE, {"who": who, "at": clock.now()})


def may_write(what: str, email: str) -> bool:
    """Whether one more letter of this kind may go to an address today; if so, it is counted. Runs as the system."""
    who = _who(f"{Factor.LETTER}/{what}/{email}")
    db.hold(who)
    if seconds_to_wait(who, Factor.LETTER):
        return False
    session().execute(_NOTE, {"who": [who], "at": clock.now()})
    return True


def forget(guess: Guess) -> None:
    """After the right secret the account's count starts again; the address's does not. Runs as the system."""
    session().execute(delete(SignInFailure).where(SignInFailure.who == guess.at_account))


def forget_old() -> None:
    """Drop what no limit looks back to. Runs as the system."""
    session().execute(delete(SignInFailure).where(SignInFailure.at < clock.now() - rules.LONGEST))


def _limits(factor: Factor, *, address: bool) -> rules.Limits:
    if factor is Factor.CODE:
        return rules.CODE_LIMITS
    settings = current_settings()
    if factor is Factor.LETTER:
        return [_parsed(settings.limit_letters)]
    return [_parsed(settings.limit_auth_address if address else settings.limit_auth_account)]


def _parsed(setting: str) -> tuple[int, timedelta]:
    item = parse(setting)
    return item.amount, timedelta(seconds=item.get_expiry())


def _who(name: str) -> str:
    key = derive_key(current_settings().secret_key.get_secret_value().encode(), "identity/guesses")
    return digest(key, name)
