"""What a provider tells us: authenticated, stored, answered; looked into afterwards, in a transaction of its own.

A message counts once, for the pending transaction that it is about, in its time; whatever else is said changes nothing.
"""
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import structlog
from sqlalchemy import delete

from castingops.audit import service as audit
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.config import current_settings
from castingops.core.crypto import is_same
from castingops.core.db import entered, save, session
from castingops.core.keys import sealer
from castingops.core.outbox import publish
from castingops.core.peppers import digests_of
from castingops.core.privacy import Purpose
from castingops.identity.events import NafathAnswered, NafathUnsettled
from castingops.identity.models.nafath import NafathTransaction
from castingops.identity.queries import nafath as queries
from castingops.identity.service.nafath import verifying
from castingops.identity.service.nafath.attempts import (
    DIGEST,
    SEAL,
    aad_of,
    asked_of,
    ending_of,
    provider_of,
    settle,
)
from castingops.identity.service.nafath.port import NafathOff, NafathRefused
from castingops.identity.service.proofs import house
from castingops.identity.types import LEEWAY
from castingops.identity.types.nafath import CALLBACK_GRACE, Attempt, Callback, Claims, Failure, Progress
from castingops.web.webhooks import WebhookUnsigned

log = structlog.get_logger(__name__)

_NOBODY = UUID(int=0)
_BATCH = 100
_KEPT = timedelta(days=90)  # transactions, for the question "was that me?"


def hear(fields: Mapping[str, Any], *, actor: Actor) -> None:
    """Take in a provider's message. It is answered alike whether it counts, comes twice or is about nothing of ours.

    Errors: WebhookUnsigned when it does not prove where it is from, or nobody is expected to send any;
    WebhookUnreadable; core.http's while the keys that would prove it cannot be had.
    """
    try:
        provider = provider_of(current_settings())
    except NafathOff as off:
        raise WebhookUnsigned from off
    callback = provider.read(fields)
    with entered(house(actor), _NOBODY):
        known = queries.find_transaction_of(provider.name, callback.provider_id)
    if known is None:
        log.warning("identity.nafath.unknown_transaction", provider=provider.name)
        return
    with entered(house(actor), known.subject_id) as inside:
        row = queries.lock_attempt(known.id, actor=inside)
        if row is not None and _counts(callback, row):
            _store(callback, row, actor=inside)


def finish(transaction_id: UUID, *, actor: Actor) -> None:
    """Look into a stored answer: what was proved becomes a verification. The actor is the system inside the person.

    Errors: core.http's, where the provider is asked for the truth and does not answer.
    """
    row = queries.lock_attempt(transaction_id, actor=actor)
    if row is None or row.state != Attempt.ANSWERED:
        return
    asked = asked_of(row)
    if row.answer is not None:
        _take(row, msgspec.json.decode(sealer(SEAL).open(row.answer, aad_of(row)), type=Claims), actor=actor)
        return
    try:
        progress = provider_of(current_settings()).ask(asked, provider_id=row.provider_id or "",
                                                       number=row.number or "")
    except NafathRefused:
        progress = Progress.WAITING
    if progress is Progress.APPROVED:
        _take(row, Claims(national_id=asked.national_id), actor=actor)
    elif progress is Progress.WAITING:  # the hint was false: whoever is still to answer may do so
        row.state, row.fingerprint = Attempt.PENDING, None
        save(row)
    else:
        settle(row, Attempt(progress))


def find_unsettled() -> None:
    """Have every live transaction looked at: a callback may never come. Runs as the system, by the clock."""
    for subject_id, transaction_id in queries.list_live(limit=_BATCH):
        publish(NafathUnsettled(subject_id=subject_id, transaction_id=transaction_id))


def follow(transaction_id: UUID, *, actor: Actor) -> None:
    """Ask how a pending transaction stands, and end it when its time is over. The actor is the system inside it.

    COMPLETED proves nothing where tokens prove: it waits for the token, and is told apart when none came.
    Errors: core.http's.
    """
    row = queries.lock_attempt(transaction_id, actor=actor)
    if row is None or row.state not in (Attempt.STARTING, Attempt.PENDING):
        return
    over = clock.now() > row.expires_at + CALLBACK_GRACE
    if row.state == Attempt.STARTING:
        if over:
            settle(row, *ending_of(row))
        return
    provider = provider_of(current_settings())
    try:
        progress = provider.ask(asked_of(row), provider_id=row.provider_id or "", number=row.number or "")
    except NafathRefused:
        progress = Progress.WAITING
    if progress in (Progress.REJECTED, Progress.EXPIRED):
        settle(row, Attempt(progress))
    elif progress is Progress.APPROVED and provider.name == "aggregator":
        _take(row, Claims(national_id=asked_of(row).national_id), actor=actor)
    elif over:
        unproved = progress is Progress.APPROVED
        settle(row, *((Attempt.FAILED, Failure.UNPROVED) if unproved else ending_of(row)))


def forget_attempts() -> None:
    """Drop transactions that are long over. Runs as the system."""
    before = clock.now() - _KEPT
    for subject_id in queries.list_old_attempts(before, limit=_BATCH):
        with entered(house(Actor("system")), subject_id):
            session().execute(delete(NafathTransaction).where(
                NafathTransaction.subject_id == subject_id, NafathTransaction.ended_at < before))


def _counts(callback: Callback, row: NafathTransaction) -> bool:
    """Whether a message is about this transaction, its person and its time, and the first of it."""
    if row.state != Attempt.PENDING or clock.now() > row.expires_at + CALLBACK_GRACE:
        return False
    if not any(is_same(row.id_digest, made) for made in digests_of(DIGEST, callback.national_id)):
        log.warning("identity.nafath.other_person", provider=row.provider)
        return False
    return callback.issued_at is None or callback.issued_at >= row.created_at - LEEWAY


def _store(callback: Callback, row: NafathTransaction, *, actor: Actor) -> None:
    row.state, row.fingerprint = Attempt.ANSWERED, callback.fingerprint
    if callback.claims is not None:
        row.answer = sealer(SEAL).seal(msgspec.json.encode(callback.claims).decode(), aad_of(row))
    save(row)
    audit.record("identity.nafath.hear", actor=actor, entity="nafath_transaction", entity_id=row.id,
                 purpose=Purpose.SECURITY, details={"provider": row.provider})
    publish(NafathAnswered(subject_id=row.subject_id, transaction_id=row.id))


def _take(row: NafathTransaction, claims: Claims, *, actor: Actor) -> None:
    taken = verifying.take(claims, digests_of(DIGEST, claims.national_id), provider=row.provider, actor=actor)
    settle(row, *((Attempt.VERIFIED, None) if taken else (Attempt.FAILED, Failure.USED_ELSEWHERE)))


