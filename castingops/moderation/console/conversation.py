"""Messages to the person of a case, and notes about that person."""
from typing import Any

from flask import Response, request

from castingops.core.actor import Actor
from castingops.core.errors import Conflict
from castingops.moderation import permissions, service
from castingops.moderation.console.base import blueprint, shared
from castingops.moderation.console.case import case_page, conversation, person_notes, writers
from castingops.moderation.console.deciding import chosen_reply
from castingops.moderation.errors import InvalidMessage, InvalidNote
from castingops.moderation.models import Case
from castingops.moderation.queries import conversations as reads
from castingops.moderation.rules.conversations import appended
from castingops.moderation.service import conversations
from castingops.web.pages import page, page_or_fragment, wants_fragment


@blueprint.post("/moderation/cases/<ref>/messages", permission=permissions.MESSAGE, idempotent=True)
def send_message(*, actor: Actor, ref: str) -> Response:
    """Write to the person; the case's clock stands still until they answer. A refusal keeps what was typed."""
    typed, status, problems = request.form.get("message", ""), 201, {}
    try:
        conversations.send_message(ref, typed, actor=actor)
        typed = ""
    except InvalidMessage as refusal:
        status, problems = refusal.status, {"message": refusal.fields["text"]}
    except Conflict as refusal:
        status, problems = refusal.status, {"message": refusal.message}
    return _answer(service.get_case(ref), actor, status, typed=typed, problems=problems)


@blueprint.post("/moderation/cases/<ref>/messages/fill", permission=permissions.MESSAGE)
def fill_message(*, actor: Actor, ref: str) -> Response:
    """Put a quick reply into the message, in both languages, after what stands there."""
    case, typed = service.get_case(ref), request.form.get("message", "")
    reply = chosen_reply(case, actor)
    if reply is not None:
        typed = appended(typed, f"{reply.body_ar}\n\n{reply.body_en}")
    return _answer(case, actor, 200, typed=typed, was_filled=True)


@blueprint.post("/moderation/cases/<ref>/messages/read", permission=permissions.MESSAGE)
def read_messages(*, actor: Actor, ref: str) -> Response:
    """What the person wrote has been read."""
    return _answer(conversations.mark_messages_read(ref, actor=actor), actor, 200)


@blueprint.post("/moderation/cases/<ref>/person-notes", permission=permissions.NOTE, idempotent=True)
def add_person_note(*, actor: Actor, ref: str) -> Response:
    """Note something about the person; a refusal keeps what was typed."""
    typed, status, problems = request.form.get("person_note", ""), 201, {}
    try:
        conversations.add_person_note(ref, typed, actor=actor)
        typed = ""
    except InvalidNote as refusal:
        status, problems = refusal.status, dict(refusal.fields)
    case = service.get_case(ref)
    parts = person_notes(reads.bench_of(case, actor.user_id), typed=typed, problems=problems)
    return _parts(case, actor, status, "moderation/_person_notes.html", parts)


def _answer(case: Case, actor: Actor, status: int, **parts: Any) -> Response:
    context = conversation(case, reads.bench_of(case, actor.user_id), **parts)
    return _parts(case, actor, status, "moderation/_conversation.html", context)


def _parts(case: Case, actor: Actor, status: int, fragment: str, parts: dict[str, Any]) -> Response:
    if not wants_fragment():
        return page("moderation/detail.html", status=status, **case_page(case, actor=actor) | parts)
    context = {"case": case, **parts}
    return page_or_fragment("", fragment, status=status, **context, **shared(actor, people=writers(context)))
