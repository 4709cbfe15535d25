"""The queue: views, filters, search, paging, export; and the row as the unit of change."""
import hashlib
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext as _
from msgspec import Struct

from castingops.core import clock, formats
from castingops.core.actor import Actor
from castingops.core.config import current_settings
from castingops.core.i18n import current_locale, translate
from castingops.moderation import permissions, queries, service, types
from castingops.moderation.console.base import blueprint, shared
from castingops.moderation.console.rows import Drawer, names_of
from castingops.moderation.errors import CaseTaken
from castingops.moderation.forms import query_of, queue_filter
from castingops.moderation.queries import CaseRow
from castingops.moderation.queries.board import Beat
from castingops.moderation.queries.work import Held
from castingops.moderation.service import board
from castingops.moderation.types import EXPORT_MAX, EXPORT_NAMED, QueueFilter, View
from castingops.moderation.types.queues import Queue, SavedView
from castingops.web.downloads import csv_download
from castingops.web.pages import go, page_or_fragment, wants_fragment

Row = list[str]
Options = tuple[tuple[str, str], ...]


class Tab(Struct, frozen=True):
    """A view as `ui.tabs` shows it; `id` is its count's, which the beat renews."""

    id: str
    title: str
    url: str
    count: str | int | None
    tone: str
    current: bool


class SavedTab(Struct, frozen=True):
    """A saved view as a tab, and what can be done with it."""

    tab: Tab
    view: SavedView
    own: bool


class FilterOptions(Struct, frozen=True):
    """What each select of the filter bar offers; the first leaves it open."""

    kind: Options
    queue: Options
    language: Options
    minor: Options
    held: Options
    due: Options
    waiting: Options
    outcome: Options


@blueprint.get("/moderation/", permission=permissions.READ)
def show_queue(*, actor: Actor) -> Response:
    """The queue in one view and filter, a page at a time."""
    wanted, typed = queue_filter(request.args), request.args.get("q", "")
    cursor = request.args.get("cursor")
    query, order = query_of(wanted, typed), queries.order_of(wanted)
    picks = actor.may(permissions.RUN_BULK) and wanted.view not in (View.PENDING, View.DECIDED)
    context = {**shared(actor), "wanted": wanted, "typed": typed, "cursor": cursor, "query": query, "order": order,
               "order_words": translate(types.ORDERS[order]), "picks": picks}
    if wants_fragment():
        page = service.list_queue(wanted, actor=actor, cursor=cursor)
    else:
        shown = board.show(wanted, actor=actor, cursor=cursor)
        page = shown.page
        context |= _surroundings(shown.beat, wanted, typed, actor, context["kinds"])
        context |= {"first_url": _queue_url(query) if cursor else "", "nothing_next": "next" in request.args,
                    "bulk_url": url_for("moderation_console.freeze_cases", **dict[str, Any](query)) if picks else "",
                    "export_url": url_for("moderation_console.export_cases", **dict[str, Any](query))}
    context |= {"page": page, "rows": Drawer(actor, page.rows, picks=picks).draw(page.rows),
                "next_url": _queue_url(query, cursor=page.next_cursor) if page.next_cursor else ""}
    return page_or_fragment("moderation/list.html", "moderation/_list.html", **context)


@blueprint.get("/moderation/counts", permission=permissions.READ)
def show_counts(*, actor: Actor) -> Response:
    """What changed while the queue was looked at: counts, one's own cases, what was taken over. Else 304."""
    wanted, typed = queue_filter(request.args), request.args.get("q", "")
    context = _surroundings(board.beat(actor=actor), wanted, typed, actor, {})
    mark = context["mark"]
    if mark in (request.args.get("seen"), request.headers.get("If-None-Match", "").strip('"')):
        answer = Response(status=304)
    else:
        answer = page_or_fragment("moderation/_beat_alone.html", "moderation/_beat_answer.html", **context)
    answer.headers["ETag"] = f'"{mark}"'
    return answer


def _surroundings(beat: Beat, wanted: QueueFilter, typed: str, actor: Actor, kinds: dict[str, str]) -> dict[str, Any]:
    """Everything of the page but its rows."""
    query, round_ = query_of(wanted, typed), beat.round
    filters = [queue_filter(view.query) for view in round_.views]
    counted = board.counts(filters, actor=actor) if filters else []
    tabs = _tabs(wanted, beat.counts, actor)
    views = [SavedTab(tab=Tab(f"count-{view.id}", view.name, _queue_url(view.query), _capped(count), "",
                              dict(view.query) == query), view=view, own=view.owner_id == actor.user_id)
             for view, count in zip(round_.views, counted, strict=True)]
    mark = _mark([*tabs, *(each.tab for each in views)], round_.held, round_.lost)
    return {
        "tabs": tabs, "saved": views,
        "current_view": next((each for each in views if each.tab.current), None), "mark": mark, "query": query,
        "held": held_by(round_.held), "lost": round_.lost,
        "names": names_of(each.by for each in round_.lost), "beat_url": _beat_url(query, mark),
        "lease_total": current_settings().lease_seconds, "may_save": actor.may(permissions.SAVE_VIEWS),
        "chips": _chips(wanted, typed, round_.queues) if wanted.narrowed else [],
        "options": _options(current_locale(), tuple(kinds.items()), tuple(
            (queue.code, queue.title(current_locale())) for queue in round_.queues), wanted.kind)}


def held_by(held: list[Held]) -> list[tuple[str, int]]:
    """Cases in one's hands, each with the seconds that are left."""
    return [(each.ref, max(0, int((each.until - clock.now()).total_seconds()))) for each in held]


def _mark(*parts: object) -> str:
    """What stands for these parts in a comparison. A lease counts as changed when it began anew."""
    return hashlib.blake2b(repr(parts).encode(), digest_size=8).hexdigest()


def _beat_url(query: Mapping[str, str], mark: str) -> str:
    return url_for("moderation_console.show_counts", **dict[str, Any](query), seen=mark)


@blueprint.get("/moderation/export.csv", permission=permissions.EXPORT, records=True)
def export_cases(*, actor: Actor) -> Response:
    """The filtered queue as CSV. The export is recorded; a long one carries no names, and no minor's name ever."""
    rows = service.export(queue_filter(request.args), actor=actor)
    named = len(rows) <= EXPORT_NAMED
    heading = [_("Reference"), _("Kind"), _("Name"), _("Language"), _("Minor"), _("Priority"), _("Reasons"),
               _("Received"), _("Due"), _("Outcome"), _("Decided")]
    answer = csv_download([heading, *(_cells(row, named=named) for row in rows[:EXPORT_MAX])], "cases.csv")
    answer.headers["X-Truncated"] = "true" if len(rows) > EXPORT_MAX else "false"
    return answer


@blueprint.post("/moderation/cases/<ref>/take", permission=permissions.TAKE)
def take_case(*, actor: Actor, ref: str) -> Response:
    """Put the case on one's own list; answers its row."""
    return _row_after(service.take, ref, actor)


@blueprint.post("/moderation/cases/<ref>/return", permission=permissions.TAKE)
def return_case(*, actor: Actor, ref: str) -> Response:
    """Give the case back to the queue; answers its row."""
    return _row_after(service.give_back, ref, actor)


def _row_after(act: Callable[..., CaseRow], ref: str, actor: Actor) -> Response:
    status, problem = 200, ""
    try:
        row = act(ref, actor=actor)
    except CaseTaken as refusal:  # the row says who has it now
        status, problem, row = refusal.status, translate(refusal.message), service.get_row(ref)
    if not wants_fragment() and status == 200:
        return go(url_for("moderation_console.show_case", ref=ref))
    picks = actor.may(permissions.RUN_BULK) and wants_fragment()  # cases are taken where they can be ticked
    context = {"row": Drawer(actor, [row], picks=picks).draw([row]), "ref": row.ref, "problem": problem}
    return page_or_fragment("moderation/row.html", "moderation/_row_answer.html", status=status, **context)


def _tabs(wanted: QueueFilter, counts: Mapping[View, int], actor: Actor) -> tuple[Tab, ...]:
    url, hidden = _queue_url({}), () if actor.may(permissions.APPROVE) else (View.PENDING,)
    return tuple(Tab(f"count-{view}", title, url if view is View.OPEN else f"{url}?view={view}",
                     _capped(counts.get(view)), "bad" if view is View.OVERDUE and counts[view] else "",
                     view is wanted.view)
                 for view, title in _view_titles(current_locale()) if view not in hidden)


@lru_cache(maxsize=4)
def _view_titles(locale: str) -> tuple[tuple[View, str], ...]:
    return tuple((view, translate(title, locale)) for view, title in types.VIEWS.items())


def _capped(count: int | None) -> str | int | None:
    return f"{types.COUNT_CAP}+" if count is not None and count > types.COUNT_CAP else count


def _chips(wanted: QueueFilter, typed: str, queues: Iterable[Queue]) -> list[tuple[str, str]]:
    """The filters in force in words, each with the address without it."""
    query = query_of(wanted, typed)
    words = {"language": types.LANGUAGES.get(wanted.language or ""), "due": types.DUES.get(wanted.due or ""),
             "waiting": types.WAITINGS.get(wanted.waiting or ""),
             "outcome": service.outcome_state(wanted.kind, wanted.outcome) if wanted.outcome else None,
             "held": types.HELDS.get(wanted.held or ""),
             "minor": types.MINORS.get({True: "yes", False: "no", None: ""}[wanted.minor]),
             "queue": next((queue.title(current_locale()) for queue in queues if queue.code == wanted.queue), None),
             "kind": next((kind.title for kind in service.all_kinds() if kind.name == wanted.kind), None)}
    chips = [(_("Queue: %(name)s", name=text) if name == "queue" else translate(text), _without(query, name))
             for name, text in words.items() if text is not None]
    return [*chips, (_("Search: %(words)s", words=typed), _without(query, "q"))] if wanted.words else chips


def _without(query: dict[str, str], name: str) -> str:
    return _queue_url({key: value for key, value in query.items() if key != name})


def _queue_url(query: Mapping[str, Any], **more: Any) -> str:
    return url_for("moderation_console.show_queue", **query, **more)


@lru_cache(maxsize=32)
def _options(locale: str, kinds: Options, queues: Options, kind: str) -> FilterOptions:
    """In the language in force, `locale`; outcomes in the words of `kind`."""
    def offered(first: str, words: Mapping[str, str]) -> Options:
        return ("", first), *((str(value), translate(text, locale)) for value, text in words.items())

    return FilterOptions(
        kind=offered(_("Any kind"), dict(kinds)), queue=(("", _("Any queue")), *queues),
        minor=offered(_("Minors and adults"), types.MINORS), held=offered(_("Held or not"), types.HELDS),
        language=offered(_("Any language"), types.LANGUAGES),
        due=offered(_("Any due time"), types.DUES), waiting=offered(_("Any waiting time"), types.WAITINGS),
        outcome=offered(_("Any outcome"), _outcomes(kind)))


def _outcomes(kind: str) -> Mapping[str, str]:
    """Those of one kind in its words; of any kind in the common ones."""
    known = next((each for each in service.all_kinds() if each.name == kind), None)
    offered = known.outcome_states if known else types.OUTCOME_STATES
    return {outcome: service.outcome_state(kind, outcome) for outcome in offered}


def _cells(row: CaseRow, *, named: bool) -> Row:
    kinds = {kind.name: kind.title for kind in service.all_kinds()}
    reasons = [translate(types.REASONS[each["code"]]) for each in row.priority_reasons if each["code"] in types.REASONS]
    return [
        row.ref, translate(kinds.get(row.kind, row.kind)),
        row.title(current_locale()) if named and not row.minor else "",
        translate(types.LANGUAGES[row.language]), _("Yes") if row.minor else _("No"), str(row.priority),
        "; ".join(reasons), formats.format_datetime(row.created_at, style="iso"),
        formats.format_datetime(row.due_at, style="iso"),
        translate(service.outcome_state(row.kind, row.outcome)) if row.outcome else "",
        formats.format_datetime(row.decided_at, style="iso") if row.decided_at else "",
    ]
