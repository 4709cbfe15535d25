"""One-time codes: enrolled with a proof, sealed at rest, each good for one sign-in (ID-5)."""
from sqlalchemy import delete, update

from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.db import save, session
from castingops.core.keys import sealer
from castingops.identity import queries, rules
from castingops.identity.models import TotpSecret

_PURPOSE = "identity/totp"


def enrol(secret: str, *, actor: Actor, confirmed: bool) -> None:
    """Give the entered subject a new secret in place of any old one."""
    forget(actor=actor)
    now = clock.now()
    save(TotpSecret(subject_id=actor.subject, sealed=sealer(_PURPOSE).seal(secret, _aad(actor)), last_step=0,
                    confirmed_at=now if confirmed else None, created_at=now))


def forget(*, actor: Actor) -> None:
    """Take the entered subject's secret away."""
    session().execute(delete(TotpSecret).where(TotpSecret.subject_id == actor.subject))


def is_enrolled(*, actor: Actor) -> bool:
    """Whether the entered subject has proved a code once."""
    row = queries.find_totp(actor)
    return row is not None and row.confirmed_at is not None


def unproved_secret(*, actor: Actor) -> str | None:
    """The entered subject's secret while no code of it was proved; afterwards nobody sees it again."""
    row = queries.find_totp(actor)
    return None if row is None or row.confirmed_at is not None else sealer(_PURPOSE).open(row.sealed, _aad(actor))


def use(code: str, *, actor: Actor) -> bool:
    """Whether `code` is the entered subject's at this moment; if so, its time step is used up.

    The step moves on in one conditional statement: of two sign-ins with the same code one finds it used.
    """
    row, digits, now = queries.find_totp(actor), rules.folded_code(code), clock.now()
    if row is None or digits is None:
        return False
    secret = sealer(_PURPOSE).open(row.sealed, _aad(actor))
    step = rules.matching_step(secret, digits, at=now, last_step=row.last_step)
    if step is None:
        return False
    mine = update(TotpSecret).where(TotpSecret.subject_id == actor.subject, TotpSecret.last_step < step)
    taken = session().scalar(
        mine.values(last_step=step, confirmed_at=row.confirmed_at or now).returning(TotpSecret.id))
    return taken is not None


def _aad(actor: Actor) -> str:
    return f"totp_secrets/{actor.subject}"
