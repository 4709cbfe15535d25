"""Quick replies: one's own and everybody's, in both languages, kept on a page of their own."""
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from flask import Response, request, url_for
from flask_babel import gettext as _

from castingops.core.actor import Actor
from castingops.core.errors import Conflict
from castingops.moderation import permissions
from castingops.moderation.console.base import blueprint, shared
from castingops.moderation.errors import InvalidQuickReply, QuickReplyExists
from castingops.moderation.forms import as_uuid
from castingops.moderation.service import habits
from castingops.moderation.types.conversations import QUICK_PLACEHOLDERS, QuickReply
from castingops.web.pages import go, page, page_or_fragment

_FIELDS = ("title_en", "title_ar", "body_en", "body_ar")


@blueprint.get("/moderation/replies/", permission=permissions.REPLIES)
def list_replies(*, actor: Actor) -> Response:
    """One's own and everybody's quick replies, a page at a time."""
    typed, whose, cursor = request.args.get("q", ""), request.args.get("whose", ""), request.args.get("cursor")
    found = habits.list_replies(actor=actor, words_=typed[:100], cursor=cursor,
                                shared={"shared": True, "own": False}.get(whose))
    query: dict[str, Any] = {name: value for name, value in (("q", typed), ("whose", whose)) if value}
    rows = [(reply, habits.may_change(reply, actor=actor)) for reply in found.rows]
    context = {
        "rows": rows, "typed": typed, "whose": whose, "narrowed": bool(query),
        "whose_options": [("", _("All")), ("own", _("My own")), ("shared", _("Everybody's"))],
        "next_url": url_for(".list_replies", **query, cursor=found.next_cursor) if found.next_cursor else "",
        "first_url": url_for(".list_replies", **query) if cursor else "", **shared(actor)}
    return page_or_fragment("moderation/replies/list.html", "moderation/replies/_more.html", **context)


@blueprint.get("/moderation/replies/new", permission=permissions.REPLIES)
def new_reply(*, actor: Actor) -> Response:
    """A form for a new quick reply."""
    return _form(actor, None, dict.fromkeys(_FIELDS, ""))


@blueprint.post("/moderation/replies/", permission=permissions.REPLIES, idempotent=True)
def add_reply(*, actor: Actor) -> Response:
    """Keep a new quick reply."""
    return _kept(actor, None)


@blueprint.post("/moderation/replies/shared", permission=permissions.SHARE_REPLIES, idempotent=True)
def share_reply(*, actor: Actor) -> Response:
    """Keep a quick reply, new or one's own until now, for everybody."""
    reply_id = as_uuid(request.form.get("reply_id", ""))
    return _kept(actor, habits.get_reply(reply_id, actor=actor) if reply_id else None, is_shared=True)


@blueprint.get("/moderation/replies/<uuid:reply_id>", permission=permissions.REPLIES)
def show_reply(*, actor: Actor, reply_id: UUID) -> Response:
    """A quick reply to change."""
    reply = habits.get_reply(reply_id, actor=actor)
    return _form(actor, reply, {name: getattr(reply, name) for name in _FIELDS})


@blueprint.post("/moderation/replies/<uuid:reply_id>", permission=permissions.REPLIES)
def change_reply(*, actor: Actor, reply_id: UUID) -> Response:
    """Keep a changed quick reply."""
    reply = habits.get_reply(reply_id, actor=actor)
    return _kept(actor, reply, is_shared=reply.owner_id is None)


@blueprint.post("/moderation/replies/<uuid:reply_id>/delete", permission=permissions.REPLIES)
def delete_reply(*, actor: Actor, reply_id: UUID) -> Response:
    """Throw a quick reply away."""
    habits.delete_reply(reply_id, actor=actor)
    return go(url_for(".list_replies"))


def _kept(actor: Actor, reply: QuickReply | None, *, is_shared: bool = False) -> Response:
    typed = {name: request.form.get(name, "") for name in _FIELDS}
    seen = request.form.get("version", "")
    try:
        habits.keep_reply(typed, shared=is_shared, actor=actor, reply_id=reply.id if reply else None,
                          seen_version=int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 10 else 0)
    except InvalidQuickReply as refusal:
        return _form(actor, reply, typed, problems=refusal.fields, status=refusal.status)
    except Conflict as refusal:
        problems = {"title_en": refusal.message} if isinstance(refusal, QuickReplyExists) else {}
        return _form(actor, reply, typed, status=refusal.status, problems=problems,
                     conflict="" if problems else refusal.message)
    return go(url_for(".list_replies"))


def _form(actor: Actor, reply: QuickReply | None, typed: Mapping[str, str], *,
          problems: Mapping[str, Any] | None = None, status: int = 200, conflict: str = "") -> Response:
    return page("moderation/replies/form.html", status=status, reply=reply, typed=typed,
                problems=problems or {}, conflict=conflict, key=uuid4(), placeholders=QUICK_PLACEHOLDERS,
                may_share=actor.may(permissions.SHARE_REPLIES),
                may_change=reply is None or habits.may_change(reply, actor=actor), **shared(actor))
