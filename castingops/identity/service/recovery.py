"""Recovery codes: shown once, kept as hashes, each opens one sign-in (ID-5)."""
import secrets

from sqlalchemy import delete, update

from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.crypto import hash_token
from castingops.core.db import save, session
from castingops.identity import rules
from castingops.identity.models import RecoveryCode
from castingops.identity.types import RECOVERY_CODES


def renew(*, actor: Actor) -> list[str]:
    """Ten new codes of the entered subject, as they are to be written down; those before are void."""
    forget(actor=actor)
    made = ["".join(secrets.choice(rules.ALPHABET) for _ in range(rules.CODE_LENGTH)) for _ in range(RECOVERY_CODES)]
    for code in made:
        save(RecoveryCode(subject_id=actor.subject, code_hash=_hash(code, actor), created_at=clock.now()))
    return [rules.grouped_code(code) for code in made]


def use(text: str, *, actor: Actor) -> bool:
    """Whether `text` is an unused code of the entered subject; if so, it is used up: of two at once one finds it so."""
    code = rules.folded_recovery_code(text)
    if code is None:
        return False
    mine = update(RecoveryCode).where(
        RecoveryCode.subject_id == actor.subject, RecoveryCode.code_hash == _hash(code, actor),
        RecoveryCode.used_at.is_(None))
    return session().scalar(mine.values(used_at=clock.now()).returning(RecoveryCode.id)) is not None


def forget(*, actor: Actor) -> None:
    """Take the entered subject's codes away."""
    session().execute(delete(RecoveryCode).where(RecoveryCode.subject_id == actor.subject))


def _hash(code: str, actor: Actor) -> str:
    """With the subject in it: the same code of two people looks different."""
    return hash_token(f"{actor.subject}/{code}")
