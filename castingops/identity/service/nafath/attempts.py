"""A person's own side of Nafath: start, look, stop. The provider is asked after the commit, by `send_request`."""
from datetime import timedelta
from uuid import UUID

import msgspec

from castingops.audit import service as audit
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.config import Settings, current_settings
from castingops.core.db import entered, hold, save
from castingops.core.i18n import current_locale
from castingops.core.ids import new_id
from castingops.core.keys import sealer
from castingops.core.outbox import publish
from castingops.core.peppers import digest_of, digests_of
from castingops.core.privacy import Purpose
from castingops.identity.errors.verified import (
    IdentityUsedElsewhere,
    IdentityVerifiedAlready,
    NafathPending,
    NafathSlowed,
)
from castingops.identity.events import NafathDue
from castingops.identity.models.nafath import IdentityVerification, NafathTransaction
from castingops.identity.queries import nafath as queries
from castingops.identity.rules import nafath as rules
from castingops.identity.service.nafath.aggregator import AggregatorNafath
from castingops.identity.service.nafath.direct import DirectNafath
from castingops.identity.service.nafath.port import NafathBusy, NafathOff, NafathRefused, Provider
from castingops.identity.service.nafath.verifying import end_verification
from castingops.identity.service.proofs import house
from castingops.identity.types.nafath import (
    LIVE,
    NUMBER_SECONDS,
    STARTING_LIFE,
    STARTS_PER_DAY,
    Asked,
    Attempt,
    AttemptState,
    Ending,
    Failure,
    NafathState,
)

DIGEST = "identity/national-id"  # the purpose under which digests of national ids are made
SEAL = "identity/nafath"
_DAY = timedelta(days=1)


def provider_of(settings: Settings) -> Provider:
    """The way to Nafath that the settings choose. Errors: NafathOff."""
    if settings.nafath == "direct":
        return DirectNafath.of(settings)
    if settings.nafath == "aggregator":
        return AggregatorNafath.of(settings)
    raise NafathOff


def get_nafath(*, actor: Actor) -> NafathState:
    """Whether one's identity is verified, and how the latest attempt stands."""
    now, held, latest = clock.now(), queries.find_verification(actor), queries.find_attempt(actor)
    verified = held is not None and held.expires_at > now
    attempt = _seen(latest) if latest is not None else None
    return NafathState(
        verified=verified, verified_at=held.verified_at if held and verified else None,
        verified_until=held.expires_at if held and verified else None, attempt=attempt,
        ask_again_seconds=NUMBER_SECONDS if attempt is not None and attempt.state in LIVE else None)


def start_nafath(national_id: str, *, actor: Actor) -> NafathState:
    """Have the person asked in their Nafath app. The number to compare follows within a second or two: look again.

    Starting again while the same request lives changes nothing. Errors: InvalidNationalId; NafathOff; NafathPending
    while a request about another id lives; IdentityVerifiedAlready; NafathSlowed; IdentityUsedElsewhere, which is said
    only to who has proved before that they are this person: nobody finds out whether somebody is with us.
    """
    number, settings = rules.checked_national_id(national_id), current_settings()
    provider, digests = provider_of(settings), digests_of(DIGEST, number)
    hold(f"identity/nafath/start/{actor.subject}")
    live = _live(actor)
    if live is not None and live.id_digest in digests:
        return get_nafath(actor=actor)
    if live is not None:
        raise NafathPending
    _check(digests, settings, actor=actor)
    now = clock.now()
    asked = Asked(national_id=number, locale=current_locale(), ip=actor.origin.ip if actor.origin else "")
    row = NafathTransaction(
        subject_id=actor.subject, id=new_id(), id_digest=digest_of(DIGEST, number), provider=provider.name,
        state=Attempt.STARTING, created_at=now, expires_at=now + STARTING_LIFE)
    row.asked = sealer(SEAL).seal(msgspec.json.encode(asked).decode(), aad_of(row))
    save(row)
    audit.record("identity.nafath.start", actor=actor, entity="nafath_transaction", entity_id=row.id,
                 purpose=Purpose.SECURITY, details={"provider": provider.name})
    publish(NafathDue(subject_id=actor.subject, transaction_id=row.id))
    return get_nafath(actor=actor)


def remove_nafath(*, actor: Actor) -> NafathState:
    """End one's verification and any request that lives; without either it changes nothing."""
    hold(f"identity/nafath/start/{actor.subject}")
    live, held = _live(actor), queries.find_verification(actor)
    if live is not None:
        settle(live, Attempt.CANCELLED)
    if held is not None:
        end_verification(held, Ending.REMOVED, actor=actor)
    return get_nafath(actor=actor)


def send_request(transaction_id: UUID, *, actor: Actor) -> None:
    """Ask the provider, once. The actor is the system inside the person; the transaction holds this row alone.

    Errors: core.http's, for the queue to try again while there is time.
    """
    row = queries.lock_attempt(transaction_id, actor=actor)
    if row is None or row.state != Attempt.STARTING:
        return
    if row.expires_at <= clock.now():
        settle(row, Attempt.FAILED, Failure.UNAVAILABLE)
        return
    try:
        started = provider_of(current_settings()).start(asked_of(row), request_id=row.id)
    except NafathBusy:
        settle(row, Attempt.FAILED, Failure.BUSY)
    except NafathRefused:
        settle(row, Attempt.FAILED, Failure.REFUSED)
    else:
        row.state, row.provider_id, row.number = Attempt.PENDING, started.provider_id, started.number
        row.expires_at = clock.now() + started.life
        save(row)


def settle(row: NafathTransaction, state: Attempt, reason: Failure | None = None) -> None:
    """End a transaction: what was kept for the provider's sake is gone with it."""
    row.state, row.reason, row.ended_at = state, reason, clock.now()
    row.asked = row.answer = None
    save(row)


def asked_of(row: NafathTransaction) -> Asked:
    """What a live transaction asks about whom."""
    return msgspec.json.decode(sealer(SEAL).open(row.asked or "", aad_of(row)), type=Asked)


def aad_of(row: NafathTransaction) -> str:
    """What its sealed columns are bound to."""
    return f"nafath_transactions/{row.id}"


def _live(actor: Actor) -> NafathTransaction | None:
    """The request that lives; one whose time is over is ended first."""
    row = queries.find_attempt(actor)
    if row is None or row.state not in LIVE:
        return None
    if row.expires_at <= clock.now() and row.state != Attempt.ANSWERED:
        settle(row, *ending_of(row))
        return None
    return row


def ending_of(row: NafathTransaction) -> tuple[Attempt, Failure | None]:
    """What a request comes to whose time is over: nobody was asked, or they did not answer."""
    return (Attempt.FAILED, Failure.UNAVAILABLE) if row.state == Attempt.STARTING else (Attempt.EXPIRED, None)


def _check(digests: list[str], settings: Settings, *, actor: Actor) -> None:
    now = clock.now()
    held = queries.find_verification(actor)
    if held is not None and held.expires_at > now and not rules.may_renew(
            held.expires_at, settings.nafath_warn_days, now=now):
        raise IdentityVerifiedAlready
    proved = queries.has_proved_elsewhere(digests, actor)
    with entered(house(actor), actor.subject):
        by_account, about_person = queries.count_starts(digests, actor.subject, since=now - _DAY)
        other = queries.find_verification_of(digests) if proved else None
    if other is not None and _stands_elsewhere(other, actor):
        raise IdentityUsedElsewhere
    if max(by_account, about_person) >= STARTS_PER_DAY:
        raise NafathSlowed(retry_after=int(_DAY.total_seconds()) // 4)


def _stands_elsewhere(other: IdentityVerification, actor: Actor) -> bool:
    return other.subject_id != actor.subject and other.expires_at > clock.now()


def _seen(row: NafathTransaction) -> AttemptState:
    state, reason = row.state, row.reason
    if state in LIVE and row.expires_at <= clock.now() and state != Attempt.ANSWERED:
        state, reason = ending_of(row)
    shown = row.number if state == Attempt.PENDING else None
    return AttemptState(state=state, reason=reason, number=shown, expires_at=row.expires_at)

