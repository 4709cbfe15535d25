"""One's mobile number: given, proved by a code sent to it, taken away. What it costs is capped (reliability.md §2)."""
import secrets
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from castingops.audit import service as audit
from castingops.core import clock
from castingops.core.actor import Actor, system
from castingops.core.config import current_settings
from castingops.core.crypto import is_same
from castingops.core.db import entered, hold, save, session
from castingops.core.i18n import translate
from castingops.core.ids import new_id
from castingops.core.keys import sealer
from castingops.core.messages import N_
from castingops.core.outbox import publish
from castingops.core.peppers import digest_of, digests_of
from castingops.core.privacy import Purpose
from castingops.core.sms import Sms, SmsUnavailable, current_sender
from castingops.identity import queries
from castingops.identity.errors.verified import PhoneCodeWrong, PhoneSlowed
from castingops.identity.events import PhoneCodeDue
from castingops.identity.models.phones import PhoneCode, PhoneNumber, PhoneSend
from castingops.identity.queries import phones as lookups
from castingops.identity.rules import folded_code, seconds_to_wait
from castingops.identity.rules import phones as rules
from castingops.identity.service import notices
from castingops.identity.service.proofs import house
from castingops.identity.types.phones import CODE_DIGITS, CODE_LIFE, CODE_TRIES, PhoneState

log = structlog.get_logger(__name__)

_PURPOSE = "identity/phone"
_DAY = timedelta(days=1)
_BATCH = 200
_HOUSE = "house"  # under whose name all sends of a day are counted
_TEXT = N_("%(code)s is your castingops verification code. It is good for 10 minutes; nobody of ours asks for it.")


def get_phone(*, actor: Actor) -> PhoneState:
    """One's own number, and the one being proved."""
    phone, code = lookups.find_phone(actor), lookups.find_phone_code(actor)
    if code is not None and code.expires_at <= clock.now():
        code = None
    return PhoneState(
        number=phone.number if phone else None, shown=rules.shown_phone(phone.number) if phone else None,
        verified_at=phone.verified_at if phone else None, pending_number=code.number if code else None,
        pending_until=code.expires_at if code else None)


def give_phone(text: str, *, actor: Actor) -> PhoneState:
    """Have a code sent to a number of one's own; the present number stays until the new one is proved.

    Errors: InvalidPhone; PhoneSlowed when this number, account or address, or the house, was sent enough.
    """
    number = rules.checked_phone(text, current_settings().phone_countries)
    with entered(house(actor), actor.subject) as inside:
        _count(number, actor)
        _draw(number, actor=inside)
        audit.record("identity.phone.give", actor=actor, entity="phone_number", purpose=Purpose.SECURITY)
        publish(PhoneCodeDue(subject_id=inside.subject))
        return get_phone(actor=inside)


def prove_phone(code: str, *, actor: Actor) -> PhoneState:
    """Prove the number by the code that was sent to it. A code is good once, for ten minutes and five tries.

    Errors: PhoneCodeWrong, the same for a wrong one, an old one and none at all.
    """
    row, digits, now = lookups.find_phone_code(actor, lock=True), folded_code(code), clock.now()
    if row is None or row.expires_at <= now or row.tries >= CODE_TRIES:
        raise PhoneCodeWrong
    row.tries += 1
    save(row)
    if digits is None or not any(is_same(row.digest, made) for made in digests_of(_PURPOSE, f"{row.id}/{digits}")):
        raise PhoneCodeWrong
    session().execute(delete(PhoneNumber).where(PhoneNumber.subject_id == actor.subject))
    save(PhoneNumber(subject_id=actor.subject, id=new_id(), number=row.number, verified_at=now))
    session().delete(row)
    audit.record("identity.phone.prove", actor=actor, entity="phone_number", purpose=Purpose.SECURITY)
    notices.tell(notices.PHONE_CHANGED, actor.subject, actor=actor)
    return get_phone(actor=actor)


def remove_phone(*, actor: Actor) -> PhoneState:
    """Take one's number away, proved or not; without one it changes nothing."""
    if lookups.find_phone(actor) is not None:
        notices.tell(notices.PHONE_REMOVED, actor.subject, actor=actor)
        audit.record("identity.phone.remove", actor=actor, entity="phone_number", purpose=Purpose.SECURITY)
    for table in (PhoneCode, PhoneNumber):
        session().execute(delete(table).where(table.subject_id == actor.subject))
    return get_phone(actor=actor)


def send_phone_code(*, actor: Actor) -> None:
    """Send the entered person's code; once sent, nothing tells it any more. Errors: SmsUnavailable, to try again."""
    row = lookups.find_phone_code(actor, lock=True)
    if row is None or row.sealed is None or row.expires_at <= clock.now():
        return
    code = sealer(_PURPOSE).open(row.sealed, _aad(row))
    outcome = current_sender().send(Sms(row.number, _words(code, actor), str(row.id)))
    log.info("identity.phone.sent", accepted=bool(outcome.accepted), reason=outcome.reason)
    if outcome.retryable:
        raise SmsUnavailable
    row.sealed = None
    save(row)


def holders_of_phone(number: str) -> list[UUID]:
    """Whose proved number this is (E.164). Staff and system only."""
    return list(lookups.list_holders_of(number))


def forget_sends() -> None:
    """Drop counts that no limit looks back to, and codes that nobody can use. Runs as the system."""
    now = clock.now()
    session().execute(delete(PhoneSend).where(PhoneSend.at < now - _DAY))
    for subject_id in lookups.list_old_codes(now, limit=_BATCH):
        with entered(system(), subject_id):
            session().execute(delete(PhoneCode).where(PhoneCode.subject_id == subject_id, PhoneCode.expires_at < now))


def _draw(number: str, *, actor: Actor) -> None:
    """A new code in place of any other: the sender opens it, whoever types it in is compared with its digest."""
    now, code = clock.now(), f"{secrets.randbelow(10 ** CODE_DIGITS):0{CODE_DIGITS}d}"
    session().execute(delete(PhoneCode).where(PhoneCode.subject_id == actor.subject))
    row = PhoneCode(subject_id=actor.subject, id=new_id(), number=number, tries=0, created_at=now,
                    expires_at=now + CODE_LIFE)
    row.digest = digest_of(_PURPOSE, f"{row.id}/{code}")
    row.sealed = sealer(_PURPOSE).seal(code, _aad(row))
    save(row)


def _count(number: str, actor: Actor) -> None:
    """Count one more code against everybody that it concerns. Errors: PhoneSlowed."""
    now, address = clock.now(), actor.origin.ip if actor.origin else ""
    hold("identity/phone_sends")  # one after the other: no burst is faster than its count
    whose = {f"number/{number}": rules.NUMBER_LIMITS, f"account/{actor.subject}": rules.ACCOUNT_LIMITS,
             f"address/{address}": rules.ADDRESS_LIMITS}
    counted = {digest_of(_PURPOSE, name): limits for name, limits in whose.items()}
    wait = max(seconds_to_wait(limits, lookups.list_sends(who, since=now - _DAY), at=now)
               for who, limits in counted.items())
    if not wait and lookups.count_sends(_HOUSE, since=now - _DAY) >= current_settings().phone_codes_per_day:
        log.error("identity.phone.day_is_full")
        wait = 3600
    if wait:
        raise PhoneSlowed(retry_after=wait)
    session().execute(insert(PhoneSend), [{"id": new_id(), "who": who, "at": now} for who in (*counted, _HOUSE)])


def _words(code: str, actor: Actor) -> str:
    recipient = queries.find_recipient(actor.subject)
    return translate(_TEXT, recipient.locale if recipient else "ar") % {"code": code}


def _aad(row: PhoneCode) -> str:
    return f"phone_codes/{row.id}"
