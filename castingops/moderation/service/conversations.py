"""Messages between the house and the person of a case, and what staff note about a person.

While the person is asked the case's clock stands still; their reply lets it run again and waits to be read.
"""
from uuid import UUID

from sqlalchemy import select

from castingops.audit import service as audit
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.db import entered, save, session
from castingops.core.messages import N_
from castingops.core.outbox import publish
from castingops.core.privacy import Purpose
from castingops.moderation import queries, rules
from castingops.moderation.errors import CaseAlreadyDecided, CaseNotFound, CaseWithdrawn, TooManyReplies
from castingops.moderation.events import CaseReplied
from castingops.moderation.models import Case, CaseMessage, PersonNote
from castingops.moderation.queries import conversations as reads
from castingops.moderation.queries.conversations import OwnMessage
from castingops.moderation.rules import conversations as words
from castingops.moderation.rules.appeals import check_apart
from castingops.moderation.service import work
from castingops.moderation.service.timeline import verdict_details
from castingops.moderation.types import CaseState
from castingops.moderation.types.conversations import REPLIES_IN_A_ROW
from castingops.moderation.types.queues import PauseWhy
from castingops.notifications import service as notifications
from castingops.notifications.service import Bilingual, Template

ASKED = notifications.define(Template(
    "moderation.case.message",
    subject=N_("A question about your submission %(ref)s"),
    body=N_("Our team has a question about your submission %(ref)s. You can answer it in the app; what you sent us is"
            " kept as it is.\n\n%(message)s"),
    placeholders={"ref", "message"}))


def send_message(ref: str, body: str, *, actor: Actor) -> CaseMessage:
    """Write to the person of an undecided case, tell them, and stop the clock until they answer.

    What they wrote before counts as read. Errors: CaseNotFound, CaseAlreadyDecided, CaseWithdrawn, InvalidMessage;
    CaseBarred for who took part in the decision that is appealed.
    """
    text, case = words.checked_message(body), _lock(ref)
    _check_undecided(case)
    check_apart(case.barred, actor.user_id)
    with entered(actor, case.subject_id):
        _mark_read(case)
        message = _message(case.subject_id, case.id, case.ref, text, author_id=actor.user_id)
    if case.state == CaseState.OPEN:
        work.pause(case, PauseWhy.REPLY, actor=actor)
    notifications.notify(ASKED.name, actor=actor, recipient=case.subject_id,
                         values={"ref": case.ref, "message": Bilingual(text, text)})
    _record("moderation.message.send", case, actor, message_id=message.id)
    return message


def reply(ref: str, body: str, *, actor: Actor) -> OwnMessage:
    """Answer as the person of a case on which we wrote first.

    Errors: CaseNotFound where nobody wrote to this person, InvalidMessage, TooManyReplies.
    """
    text = words.checked_message(body)
    thread = reads.find_thread(actor.subject, rules.checked_ref(ref))
    if thread is None:
        raise CaseNotFound
    case_id, senders = thread
    if senders[:REPLIES_IN_A_ROW] == ["person"] * REPLIES_IN_A_ROW:
        raise TooManyReplies
    message = _message(actor.subject, case_id, ref, text, author_id=None)
    publish(CaseReplied(subject_id=actor.subject, case_id=case_id, message_id=message.id))
    audit.record("moderation.message.reply", actor=actor, entity="case", entity_id=case_id, subject_id=actor.subject,
                 purpose=Purpose.MODERATION, details={"ref": ref, "message_id": message.id})
    return OwnMessage(message.id, message.sender, message.body, message.created_at)


def list_own_messages(ref: str, *, actor: Actor) -> list[OwnMessage]:
    """The conversation on one's own case, oldest first. Errors: CaseNotFound where nobody wrote."""
    found = reads.list_own_messages(actor.subject, rules.checked_ref(ref))
    if not found:
        raise CaseNotFound
    return found


def receive_reply(case_id: UUID, *, actor: Actor) -> None:
    """The person answered: the clock of their case runs again. A case decided meanwhile stays as it is."""
    case = session().scalar(select(Case).where(Case.id == case_id).with_for_update())
    if case is not None and case.state == CaseState.OPEN:
        work.resume(case, actor=actor)


def mark_messages_read(ref: str, *, actor: Actor) -> Case:
    """What the person wrote has been read. Once more changes nothing. Errors: CaseNotFound."""
    case = _lock(ref)
    with entered(actor, case.subject_id):
        if _mark_read(case):
            _record("moderation.message.read", case, actor)
    return case


def add_person_note(ref: str, body: str, *, actor: Actor) -> PersonNote:
    """Note something about a case's person, for readers of any case of theirs. Errors: CaseNotFound, InvalidNote."""
    text, case = words.checked_person_note(body), _found(ref)
    note = PersonNote(subject_id=case.subject_id, author_id=actor.user_id, body=text, created_at=clock.now())
    save(note)
    _record("moderation.person_note.add", case, actor, note_id=note.id)
    return note


def _message(subject_id: UUID, case_id: UUID, ref: str, text: str, *, author_id: UUID | None) -> CaseMessage:
    message = CaseMessage(subject_id=subject_id, case_id=case_id, case_ref=ref, author_id=author_id, body=text,
                          sender="person" if author_id is None else "staff", created_at=clock.now())
    save(message)
    return message


def _mark_read(case: Case) -> bool:
    unread = reads.list_unread(case)
    for message in unread:
        message.read_at = clock.now()
    return bool(unread)


def _check_undecided(case: Case) -> None:
    if case.state == CaseState.WITHDRAWN:
        raise CaseWithdrawn
    if case.state == CaseState.DECIDED:
        raise CaseAlreadyDecided(details=verdict_details(case.decided_by, case.decided_at, case.outcome))


def _found(ref: str) -> Case:
    case = queries.find_case(rules.checked_ref(ref))
    if case is None:
        raise CaseNotFound
    return case


def _lock(ref: str) -> Case:
    case = queries.lock_case(rules.checked_ref(ref))
    if case is None:
        raise CaseNotFound
    return case


def _record(action: str, case: Case, actor: Actor, **details: object) -> None:
    audit.record(action, actor=actor, entity="case", entity_id=case.id, subject_id=case.subject_id,
                 purpose=Purpose.MODERATION, details={"ref": case.ref, **details})
