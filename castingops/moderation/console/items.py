"""Compliance items for staff: the list, one item, what may be done about it, the file (MOD-3)."""
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID, uuid4

from flask import Response, request, url_for
from flask_babel import gettext as _

from castingops.core import clock, formats
from castingops.core.actor import Actor
from castingops.core.config import current_settings
from castingops.core.i18n import current_locale, translate
from castingops.core.masking import initials
from castingops.moderation import permissions
from castingops.moderation.console.base import blueprint
from castingops.moderation.console.rows import names_of
from castingops.moderation.errors import CaseNotFound, InvalidItem, ItemChanged, ItemClosed, ItemTaken, ItemUndoOver
from castingops.moderation.forms import ItemForm, item_filter, item_query
from castingops.moderation.queries.items import ItemRow
from castingops.moderation.rules import items as rules
from castingops.moderation.service import items as service
from castingops.moderation.types import COUNT_CAP, EXPORT_NAMED
from castingops.moderation.types import items as types
from castingops.moderation.types.items import CLOSED, ITEMS_EXPORT_MAX, NOBODY, ItemFilter, ItemView
from castingops.web.downloads import csv_download
from castingops.web.pages import go, page, page_or_fragment, wants_fragment

Options = list[tuple[str, str]]


@blueprint.get("/moderation/items/", permission=permissions.READ_ITEMS)
def list_items(*, actor: Actor) -> Response:
    """The items in one view and filter, a page at a time."""
    return _list(actor)


@blueprint.post("/moderation/items/", permission=permissions.OWN_ITEMS, idempotent=True)
def open_item(*, actor: Actor) -> Response:
    """Open an item about the person of a case; leads to it."""
    form = ItemForm(request.form)
    try:
        item = service.open_about_case(form.kind.data or "", (form.case.data or "").strip().upper(), actor=actor,
                                       reason=form.reason.data or "")
    except (InvalidItem, CaseNotFound) as refusal:
        problems = refusal.fields or {"case": translate(refusal.message)}
        return _list(actor, status=422, form=form, problems={name: translate(text) for name, text in problems.items()})
    return go(url_for(".show_item", item_ref=item.ref))


def _list(actor: Actor, *, status: int = 200, form: ItemForm | None = None,
          problems: dict[str, str] | None = None) -> Response:
    wanted, typed, cursor = item_filter(request.args), request.args.get("q", ""), request.args.get("cursor")
    found = service.list_items(wanted, actor=actor, cursor=cursor)
    context = {"page": found, "wanted": wanted, "typed": typed, "cursor": cursor, "query": item_query(wanted, typed),
               **_shared(actor, {person for row in found.rows for person in (row.owner, row.closed_by)})}
    if not wants_fragment():
        context |= {"tabs": _tabs(wanted, actor), "chips": _chips(wanted, typed), "options": _options(),
                    "form": form or ItemForm(), "problems": problems or {}, "key": uuid4()}
    return page_or_fragment("moderation/items/list.html", "moderation/items/_list.html", status=status, **context)


@blueprint.get("/moderation/items/export.csv", permission=permissions.EXPORT_ITEMS, records=True)
def export_items(*, actor: Actor) -> Response:
    """The filtered items as CSV. Recorded; a long file carries no names, and no minor's name ever."""
    rows = service.export_items(item_filter(request.args), actor=actor)
    named, names = len(rows) <= EXPORT_NAMED, names_of({row.owner for row in rows})
    heading = [_("Reference"), _("Kind"), _("State"), _("Name"), _("Owner"), _("About"), _("Opened"), _("Due"),
               _("Closed on")]
    answer = csv_download([heading, *(_cells(row, names, named=named) for row in rows[:ITEMS_EXPORT_MAX])],
                          "compliance-items.csv")
    answer.headers["X-Truncated"] = "true" if len(rows) > ITEMS_EXPORT_MAX else "false"
    return answer


@blueprint.get("/moderation/items/<item_ref>", permission=permissions.READ_ITEMS)
def show_item(*, actor: Actor, item_ref: str) -> Response:
    """One item: what, whom, why, what happened, and what may be done."""
    return page("moderation/items/detail.html", **_item(service.get_item(item_ref), actor))


@blueprint.post("/moderation/items/<item_ref>/own", permission=permissions.OWN_ITEMS)
def own_item(*, actor: Actor, item_ref: str) -> Response:
    """Take the item on; from a colleague with a reason."""
    form = ItemForm(request.form)
    return _after(item_ref, actor, form, lambda: service.own_item(
        item_ref, actor=actor, seen_version=form.seen_version, reason=form.reason.data or ""))


@blueprint.post("/moderation/items/<item_ref>/move", permission=permissions.OWN_ITEMS)
def move_item(*, actor: Actor, item_ref: str) -> Response:
    """Move the item to another state, with the reason."""
    form = ItemForm(request.form)
    return _after(item_ref, actor, form, lambda: service.move_item(
        item_ref, form.target(), actor=actor, seen_version=form.seen_version, reason=form.reason.data or ""))


@blueprint.post("/moderation/items/<item_ref>/notes", permission=permissions.OWN_ITEMS, idempotent=True)
def note_item(*, actor: Actor, item_ref: str) -> Response:
    """Write a note for colleagues."""
    form = ItemForm(request.form)
    return _after(item_ref, actor, form, lambda: service.note_item(
        item_ref, actor=actor, reason=form.note.data or ""), field="note")


@blueprint.post("/moderation/items/<item_ref>/reopen", permission=permissions.OWN_ITEMS)
def reopen_item(*, actor: Actor, item_ref: str) -> Response:
    """Take one's own closing back."""
    return _after(item_ref, actor, ItemForm(), lambda: service.reopen_item(item_ref, actor=actor))


def _after(ref: str, actor: Actor, form: ItemForm, act: Callable[[], None], *, field: str = "reason") -> Response:
    """The item after an act; a refusal keeps what was typed."""
    status, problems, conflict, typed = 200, {}, "", form
    try:
        act()
        typed = ItemForm()
    except InvalidItem as refusal:
        status = refusal.status
        problems = {field if name == "reason" else name: translate(text) for name, text in refusal.fields.items()}
    except (ItemChanged, ItemTaken, ItemClosed, ItemUndoOver) as refusal:
        status, conflict = refusal.status, translate(refusal.message)
    context = _item(service.get_item(ref), actor, form=typed, problems=problems, conflict=conflict)
    return page_or_fragment("moderation/items/detail.html", "moderation/items/_item.html", status=status, **context)


def _item(row: ItemRow, actor: Actor, *, form: ItemForm | None = None, problems: dict[str, str] | None = None,
          conflict: str = "") -> dict[str, Any]:
    events, others = service.item_history(row.id), service.others_of(row)
    ways = [] if row.state in CLOSED else [
        way for way in rules.ways_from(row.state) if way not in CLOSED or service.may_close(row.kind, actor)]
    left = (current_settings().undo_seconds - (clock.now() - row.closed_at).seconds) if row.closed_at else 0
    people = [row.owner, row.closed_by, *(event.actor_id for event in events), *(other.owner for other in others)]
    return {"item": row, "kind": next((kind for kind in service.item_kinds() if kind.code == row.kind), None),
            "events": events, "others": others, "ways": ways, "form": form or ItemForm(), "problems": problems or {},
            "conflict": conflict, "key": uuid4(), "may_reopen": service.may_reopen(row, actor), "undo_left": left,
            **_shared(actor, people)}


def _shared(actor: Actor, people: Iterable[UUID | None]) -> dict[str, Any]:
    kinds = {kind.code: kind.title for kind in service.item_kinds()}
    return {"words": types, "kinds": kinds, "names": names_of(people),
            "page_locale": current_locale(), "moment": clock.now(), "may_act": actor.may(permissions.OWN_ITEMS),
            "may_export": actor.may(permissions.EXPORT_ITEMS), "may_read_cases": actor.may(permissions.READ),
            "called": _called, "me": actor.user_id}


def _called(row: ItemRow) -> str:
    """What a page calls the person: a minor by first letters only."""
    name = row.title(current_locale())
    return initials(name) if row.minor else name


def _tabs(wanted: ItemFilter, actor: Actor) -> list[dict[str, Any]]:
    counts = service.item_counts(actor=actor)
    shown = {ItemView.OPEN: counts.open, ItemView.MINE: counts.mine, ItemView.OVERDUE: counts.overdue}
    return [{"title": translate(title), "current": view is wanted.view, "count": _capped(shown.get(view)),
             "tone": "bad" if view is ItemView.OVERDUE and shown[view] else "",
             "url": url_for(".list_items", view=None if view is ItemView.OPEN else view.value)}
            for view, title in types.ITEM_VIEWS.items()]


def _capped(count: int | None) -> str | int | None:
    return f"{COUNT_CAP}+" if count is not None and count > COUNT_CAP else count


def _chips(wanted: ItemFilter, typed: str) -> list[tuple[str, str]]:
    """The filters in force in words, each with the address without it."""
    query = item_query(wanted, typed)
    words = {"kind": next((kind.title for kind in service.item_kinds() if kind.code == wanted.kind), wanted.kind),
             "state": types.ITEM_STATES.get(wanted.state or ""), "owner": _owner_words(wanted),
             "due": types.ITEM_DUES.get(wanted.due or ""), "q": _("Search: %(words)s", words=typed)}

    def without(name: str) -> str:
        rest: dict[str, Any] = {key: value for key, value in query.items() if key != name}
        return url_for(".list_items", **rest)

    return [(translate(text), without(name)) for name, text in words.items() if name in query and text]


def _owner_words(wanted: ItemFilter) -> str:
    if wanted.owner_id is None:
        return str(_("Without an owner"))
    return str(_("Owner: %(name)s", name=names_of([wanted.owner_id]).get(wanted.owner_id, "…")))


def _options() -> dict[str, Options]:
    """What each select offers; the first leaves it open."""
    def offered(first: str, words: dict[str, Any]) -> Options:
        return [("", first), *((str(value), translate(text)) for value, text in words.items())]

    owners = names_of(service.item_owners())
    kinds = {kind.code: kind.title for kind in service.item_kinds()}
    return {"kind": offered(_("Any kind"), kinds), "new": [(code, translate(title)) for code, title in kinds.items()],
            "state": offered(_("Any status"), types.ITEM_STATES), "due": offered(_("Any due time"), types.ITEM_DUES),
            "owner": [("", _("Any owner")), (NOBODY, _("Without an owner")),
                      *((str(owner), name) for owner, name in sorted(owners.items(), key=lambda pair: pair[1]))]}


def _cells(row: ItemRow, names: Mapping[UUID, str], *, named: bool) -> list[str]:
    kinds = {kind.code: kind.title for kind in service.item_kinds()}
    return [row.ref, translate(kinds.get(row.kind, row.kind)), translate(types.ITEM_STATES[row.state]),
            row.title(current_locale()) if named and not row.minor else "",
            names.get(row.owner, "") if row.owner else "",
            translate(types.ITEM_ENTITIES.get(row.entity, row.entity)),
            formats.format_datetime(row.created_at, style="iso"), formats.format_datetime(row.due_at, style="iso"),
            formats.format_datetime(row.closed_at, style="iso") if row.closed_at else ""]
