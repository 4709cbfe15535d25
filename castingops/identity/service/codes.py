"""One-time codes: enrolled with a proof, sealed at rest, each good for one sign-in (ID-5)."""
from uuid import UUID

from sqlalchemy import delete, update

from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.db import save, session
from castingops.core.keys import sealer
from castingops.identity import queries, rules
from castingops.identity.models import TotpSecret

_PURPOSE = "identity/totp"


def enrol(secret: str, *, actor: Actor, confirmed: bool) -> UUID:
    """Give the entered subject a new secret; one that waits for its first code is void, the one in use stays until the
    new one is confirmed. Returns its id."""
    mine = delete(TotpSecret).where(TotpSecret.subject_id == actor.subject)
    session().execute(mine if confirmed else mine.where(TotpSecret.confirmed_at.is_(None)))
    now = clock.now()
    row = TotpSecret(subject_id=actor.subject, sealed=sealer(_PURPOSE).seal(secret, _aad(actor)), last_step=0,
                     confirmed_at=now if confirmed else None, created_at=now)
    save(row)
    return row.id


def forget(*, actor: Actor) -> None:
    """Take the entered subject's secrets away."""
    session().execute(delete(TotpSecret).where(TotpSecret.subject_id == actor.subject))


def unproved_secret(*, actor: Actor) -> str | None:
    """The entered subject's secret that waits for its first code; afterwards nobody sees it again."""
    row = queries.find_totp(actor, confirmed=False)
    return None if row is None else sealer(_PURPOSE).open(row.sealed, _aad(actor))


def use(code: str, *, actor: Actor) -> bool:
    """Whether `code` is the entered subject's at this moment; if so, its time step is used up.

    The step moves on in one conditional statement: of two sign-ins with the same code one finds it used.
    """
    row = queries.find_totp(actor, confirmed=True)
    return row is not None and _take(row, code, actor)


def confirm(code: str, *, actor: Actor) -> bool:
    """Whether `code` is of the secret that waits for its first; if so, that one is in use, and any other is gone."""
    row = queries.find_totp(actor, confirmed=False)
    if row is None or not _take(row, code, actor):
        return False
    session().execute(delete(TotpSecret).where(
        TotpSecret.subject_id == actor.subject, TotpSecret.confirmed_at.is_not(None)))
    row.confirmed_at = clock.now()
    save(row)
    return True


def _take(row: TotpSecret, code: str, actor: Actor) -> bool:
    digits = rules.folded_code(code)
    if digits is None:
        return False
    secret = sealer(_PURPOSE).open(row.sealed, _aad(actor))
    step = rules.matching_step(secret, digits, at=clock.now(), last_step=row.last_step)
    if step is None:
        return False
    mine = update(TotpSecret).where(
        TotpSecret.subject_id == actor.subject, TotpSecret.id == row.id, TotpSecret.last_step < step)
    return session().scalar(mine.values(last_step=step).returning(TotpSecret.id)) is not None


def _aad(actor: Actor) -> str:
    return f"totp_secrets/{actor.subject}"
