"""Selects over Nafath transactions and verifications."""
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, func, select

from castingops.core.actor import Actor, system
from castingops.core.db import session
from castingops.core.reads import Read
from castingops.identity.models.nafath import IdentityVerification, NafathTransaction
from castingops.identity.types.nafath import LIVE, Attempt, Failure, Verified

VERIFIED = Read(
    select(IdentityVerification.birth_date, IdentityVerification.expires_at)
    .where(IdentityVerification.subject_id == bindparam("subject_id"), IdentityVerification.ended_at.is_(None),
           IdentityVerification.expires_at > bindparam("now")),
    Verified)


def find_verified(subject_id: UUID, *, now: datetime) -> Verified | None:
    """What is known of this person by a verification in force; None without one."""
    return next(iter(VERIFIED(system(), subject_id=subject_id, now=now)), None)


def find_verification(actor: Actor) -> IdentityVerification | None:
    """The verification of the actor's subject that was not ended."""
    return session().scalar(select(IdentityVerification).where(
        IdentityVerification.subject_id == actor.subject, IdentityVerification.ended_at.is_(None)))


def find_verification_of(digests: Sequence[str]) -> IdentityVerification | None:
    """Whichever account this person has verified; seen as the house."""
    return session().scalar(select(IdentityVerification).where(
        IdentityVerification.id_digest.in_(digests), IdentityVerification.ended_at.is_(None)))


def find_attempt(actor: Actor) -> NafathTransaction | None:
    """The latest transaction of the actor's subject."""
    mine = select(NafathTransaction).where(NafathTransaction.subject_id == actor.subject)
    return session().scalar(mine.order_by(NafathTransaction.id.desc()).limit(1))


def lock_attempt(transaction_id: UUID, *, actor: Actor) -> NafathTransaction | None:
    """A transaction of the actor's subject, held until this unit of work ends."""
    return session().get(NafathTransaction, (actor.subject, transaction_id), with_for_update=True,
                         populate_existing=True)


def find_transaction_of(provider: str, provider_id: str) -> NafathTransaction | None:
    """Whosever transaction a provider means; seen as the house."""
    return session().scalar(select(NafathTransaction).where(
        NafathTransaction.provider == provider, NafathTransaction.provider_id == provider_id))


def count_starts(digests: Sequence[str], subject_id: UUID, *, since: datetime) -> tuple[int, int]:
    """How often this account started, and how often somebody did about this person; seen as the house."""
    about = NafathTransaction.id_digest.in_(digests)
    mine = NafathTransaction.subject_id == subject_id
    row = session().execute(
        select(func.count().filter(mine), func.count().filter(about))
        .where(mine | about, NafathTransaction.created_at > since)).one()
    return row[0], row[1]


def has_proved_elsewhere(digests: Sequence[str], actor: Actor) -> bool:
    """Whether this account has shown before that it is this person's, who had verified another one."""
    shown = select(NafathTransaction.id).where(
        NafathTransaction.subject_id == actor.subject, NafathTransaction.id_digest.in_(digests),
        NafathTransaction.state == Attempt.FAILED, NafathTransaction.reason == Failure.USED_ELSEWHERE)
    return session().scalar(shown.limit(1)) is not None


def list_live(*, limit: int) -> list[tuple[UUID, UUID]]:
    """Subject and id of transactions that are not over, those nearest to their end first; seen as the house."""
    rows = select(NafathTransaction.subject_id, NafathTransaction.id).where(NafathTransaction.state.in_(LIVE))
    return [(row[0], row[1]) for row in session().execute(rows.order_by(NafathTransaction.expires_at).limit(limit))]


def list_ending(*, now: datetime, before: datetime, limit: int) -> list[UUID]:
    """Whose verification is over, or ends before then and they were not told; seen as the house."""
    rows = select(IdentityVerification.subject_id).where(
        IdentityVerification.ended_at.is_(None), IdentityVerification.expires_at <= before,
        IdentityVerification.warned_at.is_(None) | (IdentityVerification.expires_at <= now))
    return list(session().scalars(rows.order_by(IdentityVerification.expires_at).limit(limit)))


def list_old_attempts(before: datetime, *, limit: int) -> list[UUID]:
    """Whose transactions are over for longer than they are kept; seen as the house."""
    rows = select(NafathTransaction.subject_id).where(NafathTransaction.ended_at < before)
    return list(session().scalars(rows.distinct().limit(limit)))
