"""What the directory of people tells us, for staff: the messages, one of them, and what to do about it."""
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from flask import Response, request, url_for
from flask_babel import gettext as _

from castingops.audit import service as audit
from castingops.core import formats
from castingops.core.actor import Actor
from castingops.core.errors import Conflict, Invalid
from castingops.core.i18n import translate
from castingops.directory import permissions, types
from castingops.directory.service import desk
from castingops.directory.types import KNOWN_TYPES, REF_MAX, MessageFilter, MessageState
from castingops.web.blueprints import ConsoleBlueprint
from castingops.web.downloads import csv_download
from castingops.web.pages import go, page, page_or_fragment, wants_fragment

blueprint = ConsoleBlueprint("directory_console", __name__)

_TABS = {"parked": MessageState.PARKED, "waiting": MessageState.WAITING, "applied": MessageState.APPLIED,
         "dismissed": MessageState.DISMISSED, "all": ""}
_FIRST = "parked"


@blueprint.get("/directory/", permission=permissions.READ)
def list_messages(*, actor: Actor) -> Response:
    """The messages of one tab and filter, a page at a time."""
    tab, wanted, cursor = _asked()
    context: dict[str, Any] = {
        "page": desk.list_messages(wanted, cursor=cursor), "wanted": wanted, "tab": tab, "cursor": cursor,
        "query": _query(tab, wanted), "may_export": actor.may(permissions.EXPORT), "words": types}
    if not wants_fragment():
        titles = {**{name: translate(types.MESSAGE_TITLES[state]) for name, state in _TABS.items() if state},
                  "all": _("All messages")}
        context |= {"kinds": [("", _("Any type")), *((one, one) for one in KNOWN_TYPES)], "tabs": [
            {"title": titles[name], "current": name == tab, "url": url_for(".list_messages", state=_but_first(name))}
            for name in _TABS]}
    return page_or_fragment("directory/list.html", "directory/_list.html", **context)


@blueprint.get("/directory/export.csv", permission=permissions.EXPORT, records=True)
def export_messages(*, actor: Actor) -> Response:
    """The filtered messages as CSV. Recorded."""
    rows = desk.export_messages(_asked()[1], actor=actor)
    heading = [_("Message"), _("Type"), _("Person over there"), _("Organization over there"), _("State"), _("Reason"),
               _("Received on")]
    cells = [[row.message_id, row.type, row.user_ref or "", row.org_ref or "",
              translate(types.MESSAGE_TITLES[row.state]), translate(types.REASONS[row.reason]) if row.reason else "",
              formats.format_datetime(row.received_at, style="iso")] for row in rows]
    return csv_download([heading, *cells], "directory.csv")


@blueprint.get("/directory/<uuid:message_id>", permission=permissions.READ)
def show_message(*, actor: Actor, message_id: UUID) -> Response:
    """One message: what it is about, what came of it, how that stands now."""
    return _shown(message_id, actor)


@blueprint.post("/directory/<uuid:message_id>/repeat", permission=permissions.SETTLE, idempotent=True)
def repeat_message(*, actor: Actor, message_id: UUID) -> Response:
    """Have a parked message looked at again."""
    return _after(message_id, actor, lambda: desk.repeat(message_id, actor=actor))


@blueprint.post("/directory/<uuid:message_id>/dismiss", permission=permissions.SETTLE, idempotent=True)
def dismiss_message(*, actor: Actor, message_id: UUID) -> Response:
    """Set a parked message aside, with a reason."""
    return _after(message_id, actor, lambda: desk.dismiss(message_id, request.form.get("reason", ""), actor=actor))


@blueprint.post("/directory/<uuid:message_id>/letter", permission=permissions.SETTLE, idempotent=True)
def write_again(*, actor: Actor, message_id: UUID) -> Response:
    """Send the invitation of the message's person again."""
    return _after(message_id, actor, lambda: desk.write_again(message_id, actor=actor))


def _after(message_id: UUID, actor: Actor, act: Callable[[], None]) -> Response:
    """The page after an act; a refusal keeps what was typed."""
    try:
        act()
    except (Invalid, Conflict) as refusal:
        return _shown(message_id, actor, refusal)
    return go(url_for(".show_message", message_id=message_id))


def _shown(message_id: UUID, actor: Actor, refusal: Invalid | Conflict | None = None) -> Response:
    shown = desk.show(message_id)
    settled_by = [shown.row.settled_by] if shown.row.settled_by else []
    fields = {name: translate(text) for name, text in refusal.fields.items()} if refusal else {}
    return page(
        "directory/detail.html", status=refusal.status if refusal else 200, shown=shown, row=shown.row, words=types,
        problems=fields, conflict=translate(refusal.message) if refusal and not fields else "",
        typed=request.form.get("reason", ""), names=audit.names_of(settled_by), key=uuid4,
        may_settle=actor.may(permissions.SETTLE))


def _asked() -> tuple[str, MessageFilter, str | None]:
    tab, type_ = request.args.get("state", _FIRST), request.args.get("type", "")
    tab = tab if tab in _TABS else _FIRST
    return tab, MessageFilter(
        state=_TABS[tab], type=type_ if type_ in KNOWN_TYPES else "",
        about=_storable(request.args.get("q", "").strip()[:2 * REF_MAX])), request.args.get("cursor")


def _storable(text: str) -> str:
    """What an id may be made of; nothing else is looked for."""
    return text if text.isascii() and text.isprintable() else ""


def _but_first(tab: str) -> str | None:
    return None if tab == _FIRST else tab


def _query(tab: str, wanted: MessageFilter) -> dict[str, str]:
    pairs = {"state": _but_first(tab) or "", "type": wanted.type, "q": wanted.about}
    return {name: value for name, value in pairs.items() if value}
