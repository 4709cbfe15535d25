"""Selects over mobile numbers."""
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from castingops.core.actor import Actor
from castingops.core.db import session
from castingops.identity.models.phones import PhoneCode, PhoneNumber, PhoneSend


def find_phone(actor: Actor) -> PhoneNumber | None:
    """The proved number of the actor's subject."""
    return session().scalar(select(PhoneNumber).where(PhoneNumber.subject_id == actor.subject))


def find_phone_code(actor: Actor, *, lock: bool = False) -> PhoneCode | None:
    """The number that the actor's subject is proving; with `lock` nobody else tries its code meanwhile."""
    mine = select(PhoneCode).where(PhoneCode.subject_id == actor.subject)
    return session().scalar(mine.with_for_update().execution_options(populate_existing=True) if lock else mine)


def list_holders_of(number: str) -> Collection[UUID]:
    """Whose proved number this is; seen as staff or the system."""
    return list(session().scalars(select(PhoneNumber.subject_id).where(PhoneNumber.number == number)))


def list_old_codes(before: datetime, *, limit: int) -> list[UUID]:
    """Whose code was over before then; seen as the house."""
    old = select(PhoneCode.subject_id).where(PhoneCode.expires_at < before)
    return list(session().scalars(old.order_by(PhoneCode.expires_at).limit(limit)))


def list_sends(who: str, *, since: datetime) -> list[datetime]:
    """When codes were sent to this number, for this account or from this address."""
    return list(session().scalars(select(PhoneSend.at).where(PhoneSend.who == who, PhoneSend.at > since)))


def count_sends(who: str, *, since: datetime) -> int:
    """How many were."""
    sent = select(func.count()).select_from(PhoneSend).where(PhoneSend.who == who, PhoneSend.at > since)
    return session().scalar(sent) or 0
