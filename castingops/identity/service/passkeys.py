"""Passkeys: registered with a proof, used against a challenge, refused when their counter shows a twin (ID-5)."""
from typing import Any

from sqlalchemy import delete

from castingops.audit import service as audit
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.db import save, session
from castingops.core.privacy import Purpose
from castingops.identity import queries, rules
from castingops.identity.models import Passkey
from castingops.identity.service import ceremonies, notices
from castingops.identity.types import NewPasskey


def add(made: NewPasskey, name: str, *, actor: Actor) -> Passkey:
    """Keep a verified credential as the entered subject's. Errors: PasskeyKnown, by its constraint."""
    row = Passkey(subject_id=actor.subject, credential_id=made.credential_id, public_key=made.public_key,
                  sign_count=made.sign_count, transports=made.transports, name=name, created_at=clock.now())
    save(row)
    return row


def use(assertion: dict[str, Any], challenge: str, *, kind: str, actor: Actor) -> bool:
    """Whether a passkey of the entered subject has signed `challenge` just now; if so, its counter has moved on.

    A counter that stands still or falls back is refused and recorded, and its owner told: the authenticator was copied
    (WebAuthn Level 2 §6.1.1).
    """
    passkey = _claimed(assertion, actor)
    shown = ceremonies.asserted(assertion, challenge, passkey, kind=kind) if passkey else None
    if passkey is None or shown is None:
        return False
    if not rules.counter_moves_on(passkey.sign_count, shown):
        audit.record("identity.passkey.copy", actor=actor, entity="passkey", entity_id=passkey.id,
                     purpose=Purpose.SECURITY, details={"kept": passkey.sign_count, "shown": shown})
        notices.tell(notices.PASSKEY_COPIED, passkey.subject_id, actor=actor)
        return False
    passkey.sign_count, passkey.last_used_at = shown, clock.now()
    save(passkey)
    return True


def forget(*, actor: Actor) -> None:
    """Take all of the entered subject's passkeys away."""
    session().execute(delete(Passkey).where(Passkey.subject_id == actor.subject))


def _claimed(assertion: dict[str, Any], actor: Actor) -> Passkey | None:
    """The entered subject's passkey that an assertion names, and which names nobody else."""
    try:
        credential_id = ceremonies.decoded(str(assertion["id"]))
        handle = assertion["response"].get("userHandle")
        if handle and ceremonies.decoded(str(handle)) != actor.subject.bytes:
            return None
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return queries.lock_passkey(credential_id, actor=actor)
