"""Appeals: what somebody may read of decisions about them, object to once, by the app or by an e-mailed link."""
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urljoin
from uuid import UUID

from castingops.audit import service as audit
from castingops.casting.service import calls
from castingops.core import clock, signing
from castingops.core.actor import Actor, system
from castingops.core.config import current_settings
from castingops.core.cursor import Page
from castingops.core.db import entered, save
from castingops.core.errors import NotFound
from castingops.core.formats import format_datetime
from castingops.core.i18n import LOCALES, translate
from castingops.core.ids import new_id
from castingops.core.messages import N_
from castingops.core.outbox import publish
from castingops.core.privacy import Purpose
from castingops.core.signing import LinkExpired, LinkInvalid
from castingops.moderation.errors import AlreadyAppealed, AppealNotFound, DecisionNotFound
from castingops.moderation.events import AppealReceived
from castingops.moderation.models.appeals import Appeal
from castingops.moderation.queries import appeals as rows
from castingops.moderation.queries.appeals import OwnDecision
from castingops.moderation.queries.decisions import lock_told
from castingops.moderation.rules import appeals as rules
from castingops.moderation.service import cases, casting_calls, profiles
from castingops.moderation.service.appealed import KIND, AppealedDecisions
from castingops.moderation.types import Reason
from castingops.moderation.types.appeals import APPEAL_LINK, APPEAL_POINTS, AppealState, AppealVia, Remedy
from castingops.notifications.service import Bilingual

PATH = "/appeals/"


def list_decisions(*, actor: Actor, cursor: str | None) -> Page[OwnDecision]:
    """The decisions about the actor, newest first. Errors: Invalid for a cursor that was never ours."""
    return rows.list_own_decisions(actor=actor, cursor=cursor)


def get_decision(decision_id: UUID, *, actor: Actor) -> OwnDecision:
    """One decision about the actor. Errors: DecisionNotFound, also for somebody else's and one not in effect."""
    found = rows.find_own_decision(actor.subject, decision_id)
    if found is None:
        raise DecisionNotFound
    return found


def can_appeal(decision: OwnDecision) -> bool:
    """Whether this decision can be appealed now."""
    return decision.appeal_ref is None and rules.is_appealable(
        state=decision.state, until=decision.appeal_until, now=clock.now())


def get_appeal(decision_id: UUID, *, actor: Actor) -> Appeal:
    """The actor's appeal of one decision. Errors: DecisionNotFound, AppealNotFound."""
    get_decision(decision_id, actor=actor)
    found = rows.find_appeal(actor.subject, decision_id)
    if found is None:
        raise AppealNotFound
    return found


def appeal(decision_id: UUID, text: str, *, actor: Actor, via: AppealVia = AppealVia.APP) -> Appeal:
    """Object to a decision about the actor; somebody who took no part in it decides.

    Errors: DecisionNotFound, InvalidAppeal, AlreadyAppealed, NothingToAppeal, AppealTooLate, DecisionOverturned.
    """
    lock_told(actor.subject, decision_id)  # not while it is being reversed
    decision = get_decision(decision_id, actor=actor)
    if decision.appeal_ref is not None:
        raise AlreadyAppealed(details={"appeal": decision.appeal_ref})
    rules.check_appealable(state=decision.state, until=decision.appeal_until, now=clock.now())
    row = Appeal(subject_id=actor.subject, id=new_id(), ref="", decision_id=decision_id,
                 body=rules.checked_appeal(text), via=via, state=AppealState.RECEIVED, answer_en="", answer_ar="",
                 created_at=clock.now())
    row.ref = f"APL-{rows.next_number():06d}"
    save(row)
    audit.record("moderation.appeal.send", actor=actor, entity="appeal", entity_id=row.id, subject_id=actor.subject,
                 purpose=Purpose.MODERATION, after={"ref": row.ref, "via": via},
                 details={"decision_id": decision_id})
    publish(AppealReceived(subject_id=actor.subject, appeal_id=row.id))
    return row


# By link ------------------------------------------------------------------------------------------------------------

def remedy(subject_id: UUID, kind: str, entity_id: UUID) -> Remedy | None:
    """How the newest decision on a thing can be appealed, for the message that tells of it; None when it cannot."""
    found = rows.find_remedy(subject_id, kind, entity_id)
    return Remedy(link(subject_id, found[0], found[1]), found[1]) if found and found[1] > clock.now() else None


def remedy_of_profile(subject_id: UUID) -> Bilingual | None:
    """The same for a talent profile, in words: what casting's messages end with."""
    return remedy_words(remedy(subject_id, profiles.KIND, subject_id))


def remedy_of_call(call_id: UUID, *, actor: Actor) -> Bilingual | None:
    """The same for a casting call: any of its organization's members may send the link's form."""
    owner_id = calls.find_owner(call_id)
    return remedy_words(remedy(owner_id, casting_calls.KIND, call_id)) if owner_id is not None else None


def remedy_of_decision(decision_id: UUID, *, actor: Actor) -> Bilingual | None:
    """The same for one decision about the entered person."""
    decision = rows.find_own_decision(actor.subject, decision_id)
    if decision is None or decision.appeal_until is None or not can_appeal(decision):
        return None
    return remedy_words(Remedy(link(actor.subject, decision.id, decision.appeal_until), decision.appeal_until))


def remedy_words(found: Remedy | None) -> Bilingual | None:
    """How to appeal, in both languages; None when there is no way."""
    if found is None:
        return None
    words = {locale: translate(N_("You can appeal this decision until %(date)s, without signing in: %(url)s",
                                  date=format_datetime(found.until, locale, style="long"), url=found.url), locale)
             for locale in LOCALES}
    return Bilingual(words["en"], words["ar"])


def link(subject_id: UUID, decision_id: UUID, until: datetime) -> str:
    """An address under which whoever got the mail may appeal this one decision, until the deadline."""
    seconds = max(1, int((until - clock.now()).total_seconds()))
    token = signing.sign({"d": str(decision_id), "s": str(subject_id)}, purpose=APPEAL_LINK, seconds=seconds)
    return urljoin(current_settings().public_url, f"{PATH}{token}")


def read_link(token: str, *, actor: Actor) -> OwnDecision:
    """The decision that a link is about. Errors: LinkInvalid, LinkExpired; also when the decision is gone."""
    subject_id, decision_id = _open_link(token)
    with entered(_house(actor), subject_id) as inside:
        try:
            return get_decision(decision_id, actor=inside)
        except NotFound as gone:
            raise LinkInvalid from gone


def appeal_by_link(token: str, text: str, *, actor: Actor) -> str:
    """Appeal the decision that a link is about; the appeal's reference, of the first one when it came in before.

    Errors: LinkInvalid, LinkExpired, InvalidAppeal, AppealTooLate, DecisionOverturned, NothingToAppeal.
    """
    subject_id, decision_id = _open_link(token)
    with entered(_house(actor), subject_id) as inside:
        try:
            lock_told(subject_id, decision_id)  # a form sent twice at once is one appeal, told twice
            before = get_decision(decision_id, actor=inside)
            return before.appeal_ref or appeal(decision_id, text, actor=inside, via=AppealVia.LINK).ref
        except DecisionNotFound as gone:
            raise LinkInvalid from gone


def _open_link(token: str) -> tuple[UUID, UUID]:
    payload: dict[str, Any] = signing.verify(token, purpose=APPEAL_LINK)
    return UUID(payload["s"]), UUID(payload["d"])


def _house(actor: Actor) -> Actor:
    """The system, for somebody who proved by a link who they are and has no sign-in."""
    return replace(system(), origin=actor.origin)


# The case -----------------------------------------------------------------------------------------------------------

def open_case(appeal_id: UUID, *, actor: Actor) -> None:
    """Put an appeal into the queue, closed to whoever proposed or approved the decision.

    The actor is the system inside the appellant; delivered twice it changes nothing.
    """
    row = rows.lock_appeal(actor.subject, appeal_id)
    appealed = rows.find_appealed(row.decision_id) if row else None
    if row is None or appealed is None or row.state != AppealState.RECEIVED:
        return
    submission = AppealedDecisions().load(row.decision_id, 1, actor=actor)
    points = [Reason("appeal", APPEAL_POINTS), *([Reason("minor", 40)] if submission.minor else [])]
    case = cases.open_case(KIND, submission, points, actor=actor)
    case.barred = list(appealed.took_part)
    save(case)
    row.case_id, row.state = case.id, AppealState.IN_REVIEW
    save(row)


def is_kept(subject_id: UUID, thing_id: UUID) -> bool:
    """Whether something that was taken away must not be destroyed yet: its decision can still be, or is, appealed."""
    return rows.is_kept(subject_id, thing_id, clock.now())


__all__ = ["LinkExpired", "LinkInvalid", "appeal", "appeal_by_link", "can_appeal", "get_appeal", "get_decision",
           "is_kept", "link", "list_decisions", "open_case", "read_link",
           "remedy", "remedy_of_decision", "remedy_of_profile", "remedy_words"]
