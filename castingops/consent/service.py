"""The use cases of consent: acceptance at registration, giving, withdrawing, and asking whether there is one."""
from collections.abc import Mapping
from uuid import UUID

from castingops.audit import service as audit
from castingops.consent import queries, rules
from castingops.consent.errors import (
    AcceptanceMissing,
    ConsentMissing,
    NoticeOutdated,
)
from castingops.consent.events import ConsentGiven, ConsentWithdrawn
from castingops.consent.models import ConsentEvent
from castingops.consent.types import (
    AgeBand,
    Basis,
    Change,
    ConsentRow,
    ConsentState,
    Means,
    NoticeKind,
    NoticeText,
    PurposeRow,
)
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.db import entered, save
from castingops.core.i18n import current_locale
from castingops.core.ids import new_id
from castingops.core.messages import N_
from castingops.core.outbox import publish
from castingops.core.privacy import Purpose
from castingops.identity.types import Registration


def list_notices(locale: str, age_band: str) -> list[NoticeText]:
    """The notices in force in one language, worded for one age band."""
    return queries.list_notices(locale, age_band)


def check_registration(new: Registration) -> None:
    """Refuse a registration that accepts too little or too much. Writes nothing; hook `identity.registering`.

    Errors: AcceptanceMissing; GuardianNeeded for a minor's own consent; NotByConsent for a purpose of another basis.
    """
    band = _band(new)
    if new.accepts["terms"] is not True:
        raise AcceptanceMissing(accepts=N_("The terms of use must be accepted to make an account."))
    current = _notice(NoticeKind.PRIVACY, new.locale, band)
    if new.accepts["privacy_notice_version"] != current.version:
        raise AcceptanceMissing(
            accepts=N_("The privacy notice in force is version %(version)s.", version=current.version))
    for code in new.accepts.get("purposes", ()):
        rules.require_consentable(_purpose(code).basis, band)


def record_registration(new: Registration, actor: Actor) -> None:
    """Write a new person's first consents, in the account's transaction; hook `identity.user_registered`.

    Terms and privacy notice belong to the account; each further purpose was ticked for itself.
    """
    band = _band(new)
    privacy, terms = (_notice(kind, new.locale, band) for kind in (NoticeKind.PRIVACY, NoticeKind.TERMS))
    _record(Purpose.ACCOUNT, Change.GIVEN, terms, Means.REGISTRATION, actor=actor)
    _record(Purpose.ACCOUNT, Change.GIVEN, privacy, Means.REGISTRATION, actor=actor)
    for code in sorted(set(new.accepts.get("purposes", ()))):
        _record(code, Change.GIVEN, privacy, Means.REGISTRATION, actor=actor)


def record_submission(*, actor: Actor) -> None:
    """Write the consent that lies in sending one's profile for publication, unless it stands already.

    An act for this one purpose and no other, by the person themselves; call it in the submission's transaction.
    """
    words = queries.last_words(actor.subject, actor=actor)
    if not _is_given(words.get(Purpose.PROFILE)):
        notice = _notice(NoticeKind.PRIVACY, current_locale(), _band_of(words))
        _record(Purpose.PROFILE, Change.GIVEN, notice, Means.SUBMISSION, actor=actor)


def list_consents(*, actor: Actor) -> list[ConsentState]:
    """How things stand with every purpose, for the actor's own subject."""
    words = queries.last_words(actor.subject, actor=actor)
    return [_state(purpose, words.get(purpose.code)) for purpose in queries.list_purposes(current_locale())]


def change(code: str, wanted: Change, *, actor: Actor, notice_version: str | None) -> ConsentState:
    """Give a consent, having been shown `notice_version`, or withdraw it; saying the same again changes nothing.

    Errors: NotByConsent; to give also GuardianNeeded and NoticeOutdated.
    """
    purpose, words = _purpose(code), queries.last_words(actor.subject, actor=actor)
    band = _band_of(words)
    rules.require_consentable(purpose.basis, band if wanted is Change.GIVEN else AgeBand.ADULT)
    notice = _notice(NoticeKind.PRIVACY, current_locale(), band)
    if wanted is Change.GIVEN and notice_version != notice.version:
        raise NoticeOutdated(details={"version": notice.version})
    if _is_given(words.get(code)) != (wanted is Change.GIVEN):
        _record(code, wanted, notice, Means.APP, actor=actor)
        words = queries.last_words(actor.subject, actor=actor)
    return _state(purpose, words.get(code))


def is_given(purpose: Purpose, subject_id: UUID, *, actor: Actor) -> bool:
    """Whether this person's last word on `purpose` was yes. The actor is the person, staff or the system."""
    return _is_given(queries.last_words(subject_id, actor=actor).get(purpose))


def is_registered_minor(*, actor: Actor) -> bool:
    """Whether the actor's person was a minor by the birth date they gave when they registered."""
    return _band_of(queries.last_words(actor.subject, actor=actor)) == AgeBand.MINOR


def require(purpose: Purpose, subject_id: UUID, *, actor: Actor) -> None:
    """Errors: ConsentMissing unless `is_given`."""
    if not is_given(purpose, subject_id, actor=actor):
        raise ConsentMissing(details={"purpose": str(purpose)})


_ACTS = {Change.GIVEN: "consent.purpose.give", Change.WITHDRAWN: "consent.purpose.withdraw"}


def _record(code: str, wanted: Change, notice: NoticeText, means: Means, *, actor: Actor) -> None:
    with entered(actor, actor.subject):
        event = ConsentEvent(
            subject_id=actor.subject, id=new_id(), purpose=code, change=wanted, notice_id=notice.id,
            text_hash=notice.text_hash, means=means, created_at=clock.now(),
            request_id=actor.origin.request_id if actor.origin else None)
        save(event)
        audit.record(_ACTS[wanted], actor=actor, entity="consent_event", entity_id=event.id, purpose=Purpose.LEGAL,
                     details={"purpose": str(code), "notice": notice.kind, "version": notice.version})
        said = ConsentGiven if wanted is Change.GIVEN else ConsentWithdrawn
        publish(said(subject_id=actor.subject, purpose=str(code)))


def _band(new: Registration) -> AgeBand:
    return rules.age_band(new.birth_date, today=clock.today_riyadh())


def _band_of(words: Mapping[str, ConsentRow]) -> str:
    """The age band at registration; whoever has none came before notices existed, as an adult."""
    return words[Purpose.ACCOUNT].age_band if Purpose.ACCOUNT in words else AgeBand.ADULT


def _notice(kind: NoticeKind, locale: str, band: str) -> NoticeText:
    return next(notice for notice in queries.list_notices(locale, band) if notice.kind == kind)


def _purpose(code: str) -> PurposeRow:
    return next(row for row in queries.list_purposes(current_locale()) if row.code == code)


def _is_given(word: ConsentRow | None) -> bool:
    return word is not None and word.change == Change.GIVEN


def _state(purpose: PurposeRow, word: ConsentRow | None) -> ConsentState:
    return ConsentState(
        purpose=purpose.code, title=purpose.title, basis=purpose.basis, withdrawable=purpose.basis == Basis.CONSENT,
        given=_is_given(word), since=word.at if word else None, notice_version=word.notice_version if word else None)
