"""The use cases of consent: acceptance at registration, giving, withdrawing, and asking whether there is one."""
from collections.abc import Mapping
from datetime import datetime
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
from castingops.identity.service import guardians
from castingops.identity.types import Registration
from castingops.identity.types.guardians import Scope


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
        rules.require_consentable(_purpose(code).basis, band, code=code)
        if code == Purpose.MARKETING:  # proof needs the version of its own notice, which no registration names
            raise AcceptanceMissing(accepts=N_("News and offers are agreed to in the app, after their own notice."))


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

    An act for this one purpose and no other, by the person themselves or the guardian who acts for them; call it in
    the submission's transaction.
    """
    words = queries.last_words(actor.subject, actor=actor)
    if not _rests(words.get(Purpose.PROFILE), actor.subject):
        notice = _notice(NoticeKind.PRIVACY, current_locale(), _band_of(words, actor.subject))
        _record(Purpose.PROFILE, Change.GIVEN, notice, Means.SUBMISSION, actor=actor)


def list_consents(*, actor: Actor) -> list[ConsentState]:
    """How things stand with every purpose, for the actor's own subject."""
    words = queries.last_words(actor.subject, actor=actor)
    purposes = queries.list_purposes(current_locale())
    return [_state(purpose, words.get(purpose.code), actor.subject) for purpose in purposes]


def change(code: str, wanted: Change, *, actor: Actor, notice_version: str | None) -> ConsentState:
    """Give a consent, having been shown `notice_version`, or withdraw it; saying the same again changes nothing.

    For a ward the guardian gives it who acts for them, within what the guardianship covers.
    Errors: NotByConsent; to give also GuardianNeeded, NotForMinors, GuardianGone, ScopeMissing and NoticeOutdated.
    """
    purpose, words = _purpose(code), queries.last_words(actor.subject, actor=actor)
    band, gives = _band_of(words, actor.subject), wanted is Change.GIVEN
    rules.require_consentable(purpose.basis, band if gives else AgeBand.ADULT, code=code,
                              guarded=gives and band == AgeBand.MINOR and _is_guarded(code, actor=actor))
    notice = _notice(_SHOWN.get(code, NoticeKind.PRIVACY), current_locale(), band)
    if wanted is Change.GIVEN and notice_version != notice.version:
        raise NoticeOutdated(details={"version": notice.version})
    if _rests(words.get(code), actor.subject) != gives:
        _record(code, wanted, notice, Means.APP, actor=actor)
        words = queries.last_words(actor.subject, actor=actor)
    return _state(purpose, words.get(code), actor.subject)


def is_given(purpose: Purpose, subject_id: UUID, *, actor: Actor) -> bool:
    """Whether this person's last word on `purpose` was yes. The actor is the person, staff or the system.

    A guardian's word holds while their guardianship stands: not while it is frozen, nor once the ward is of age.
    """
    return _rests(queries.last_words(subject_id, actor=actor).get(purpose), subject_id)


def lapse(*, actor: Actor) -> None:
    """End the consents of the entered person that rest on a guardianship which is over: the next has to be asked anew.

    Said by nobody, and otherwise like any withdrawal: who relies on it stops. For the system.
    """
    words = queries.last_words(actor.subject, actor=actor)
    for code, word in words.items():
        if _is_given(word) and word.guardianship_id is not None and guardians.is_over(
                word.guardianship_id, actor.subject):
            notice = _notice(NoticeKind.PRIVACY, current_locale(), _band_of(words, actor.subject))
            _record(code, Change.WITHDRAWN, notice, Means.LAPSE, actor=actor)


def given_since(purpose: Purpose, subject_id: UUID, *, actor: Actor) -> datetime | None:
    """Since when this person's consent to `purpose` stands; None without one."""
    word = queries.last_words(subject_id, actor=actor).get(purpose)
    return word.at if word is not None and _rests(word, subject_id) else None


def withdraw_for(purpose: Purpose, means: Means, *, actor: Actor) -> None:
    """Withdraw a consent for the entered person, who said so outside the app. Without one nothing changes."""
    words = queries.last_words(actor.subject, actor=actor)
    if _is_given(words.get(purpose)):
        notice = _notice(_SHOWN.get(purpose, NoticeKind.PRIVACY), current_locale(), _band_of(words, actor.subject))
        _record(purpose, Change.WITHDRAWN, notice, means, actor=actor)


class Marketing:
    """What notifications ask and tell of consents to marketing; implements their port."""

    def since(self, subject_id: UUID, *, actor: Actor) -> datetime | None:
        """Since when this person's consent to marketing stands; None without one."""
        return given_since(Purpose.MARKETING, subject_id, actor=actor)

    def withdraw(self, subject_id: UUID, *, means: str, actor: Actor) -> None:
        """Withdraw it for who followed the link of a message, or answered a text with stop."""
        withdraw_for(Purpose.MARKETING, Means(means), actor=actor.entering(subject_id))


def is_registered_minor(*, actor: Actor) -> bool:
    """Whether the actor's person was a minor by the birth date they gave when they registered, or is one as a ward."""
    return _band_of(queries.last_words(actor.subject, actor=actor), actor.subject) == AgeBand.MINOR


def require(purpose: Purpose, subject_id: UUID, *, actor: Actor) -> None:
    """Errors: ConsentMissing unless `is_given`."""
    if not is_given(purpose, subject_id, actor=actor):
        raise ConsentMissing(details={"purpose": str(purpose)})


_SHOWN = {str(Purpose.MARKETING): NoticeKind.MARKETING}  # what is shown for a purpose, but for the privacy notice
_ACTS = {Change.GIVEN: "consent.purpose.give", Change.WITHDRAWN: "consent.purpose.withdraw"}


def _record(code: str, wanted: Change, notice: NoticeText, means: Means, *, actor: Actor) -> None:
    with entered(actor, actor.subject):
        event = ConsentEvent(
            subject_id=actor.subject, id=new_id(), purpose=code, change=wanted, notice_id=notice.id,
            text_hash=notice.text_hash, means=means, created_at=clock.now(), guardianship_id=actor.guardianship_id,
            guardian_id=actor.user_id if actor.guardianship_id is not None else None,
            request_id=actor.origin.request_id if actor.origin else None)
        save(event)
        audit.record(_ACTS[wanted], actor=actor, entity="consent_event", entity_id=event.id, purpose=Purpose.LEGAL,
                     details={"purpose": str(code), "notice": notice.kind, "version": notice.version})
        said = ConsentGiven if wanted is Change.GIVEN else ConsentWithdrawn
        publish(said(subject_id=actor.subject, purpose=str(code)))


def _band(new: Registration) -> AgeBand:
    return rules.age_band(new.birth_date, today=clock.today_riyadh())


def _band_of(words: Mapping[str, ConsentRow], subject_id: UUID) -> str:
    """The age band of today for who is or was a ward, else that at registration; whoever has none came before notices
    existed, as an adult."""
    ward = guardians.find_ward(subject_id)
    if ward is not None:
        return rules.age_band(ward.birth_date, today=clock.today_riyadh())
    return words[Purpose.ACCOUNT].age_band if Purpose.ACCOUNT in words else AgeBand.ADULT


def _is_guarded(code: str, *, actor: Actor) -> bool:
    """Whether a consent to `code` may be given though the person is a minor by years. Errors: GuardianGone,
    ScopeMissing for a guardian who may not at this moment."""
    if actor.guardianship_id is None:
        return guardians.has_own_capacity(actor.subject)
    guardians.require_acting(Scope.CASTING if code == Purpose.CASTING else Scope.PROFILE, actor=actor)
    return True


def _notice(kind: NoticeKind, locale: str, band: str) -> NoticeText:
    return next(notice for notice in queries.list_notices(locale, band) if notice.kind == kind)


def _purpose(code: str) -> PurposeRow:
    return next(row for row in queries.list_purposes(current_locale()) if row.code == code)


def _is_given(word: ConsentRow | None) -> bool:
    return word is not None and word.change == Change.GIVEN


def _rests(word: ConsentRow | None, subject_id: UUID) -> bool:
    """Whether the last word was yes, and what it rests on stands."""
    return _is_given(word) and word is not None and (
        word.guardianship_id is None or guardians.stands(word.guardianship_id, subject_id))


def _state(purpose: PurposeRow, word: ConsentRow | None, subject_id: UUID) -> ConsentState:
    return ConsentState(
        purpose=purpose.code, title=purpose.title, basis=purpose.basis, withdrawable=purpose.basis == Basis.CONSENT,
        given=_rests(word, subject_id), since=word.at if word else None,
        notice_version=word.notice_version if word else None)
