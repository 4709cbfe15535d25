"""The trail for staff: the list, its downloads, and whether the chain holds."""
import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from flask import Response, request, stream_with_context, url_for
from flask_babel import gettext as _

from castingops.audit import permissions, queries, rules, service, types
from castingops.audit.forms import FilterForm, IdOf
from castingops.audit.queries import EntryRow
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.cells import guarded_cell
from castingops.core.cursor import Page
from castingops.core.errors import BadRequest
from castingops.core.formats import format_date
from castingops.core.i18n import translate
from castingops.core.privacy import Purpose
from castingops.web.blueprints import ConsoleBlueprint
from castingops.web.pages import page as whole_page
from castingops.web.pages import page_or_fragment, wants_fragment

blueprint = ConsoleBlueprint("audit_console", __name__, url_prefix="/console/audit")

COLUMNS = ("seq", "id", "occurred_at", "action", "entity_kind", "entity_id", "org_id", "subject_id", "actor_kind",
           "actor_role", "actor_id", "purpose", "request_id")
PERSONAL = ("ip", "user_agent", "before_hash", "after_hash", "details")


@blueprint.get("/", permission=permissions.READ)
def list_entries(*, actor: Actor) -> Response:
    """The reader's part of the trail, newest first, a page at a time."""
    form = FilterForm(request.args)
    problems = [] if form.validate() else [str(error) for field in form for error in field.errors]
    cursor = request.args.get("cursor")
    page: Page[EntryRow] = Page([], None)
    if not problems:
        page = queries.list_entries(form.filters(), actor=actor, cursor=cursor)
    return page_or_fragment(
        "audit/list.html", "audit/_list.html", status=422 if problems else 200, page=page, form=form,
        problems=problems, query=form.query(), chips=_chips(form) if not problems else [], cursor=cursor,
        action_choices=[("", _("Any action")), *((action, _title(action)) for action in _actions())], words=types,
        names=_names(page.rows), id_kinds=_id_kinds(), scope=rules.scope_of(actor.roles),
        may_export=actor.may(permissions.EXPORT), may_verify=actor.may(permissions.VERIFY))


def _actions() -> list[str]:
    return [] if wants_fragment() else queries.list_actions()


def _title(action: str) -> str:
    """The action in words; one that a later version recorded keeps its code."""
    return translate(types.ACTIONS.get(action, action))


def _names(rows: Iterable[EntryRow]) -> dict[UUID, str]:
    people = {person for row in rows for person in (row.actor_id, row.subject_id) if person is not None}
    return dict(service.names_of(people))


def _id_kinds() -> dict[str, str]:
    return {IdOf.ENTITY: _("Item"), IdOf.SUBJECT: _("Person concerned"), IdOf.ACTOR: _("Done by")}


def _chips(form: FilterForm) -> list[tuple[str, str]]:
    """The filters in force, in words, each with the address without it."""
    query = form.query()
    words = {
        "action": _("Action: %(action)s", action=_title(form.action.data or "")),
        "id": f"{_id_kinds().get(str(form.of.data), '')}: \u2068{form.id.data}\u2069",
        "since": _("From %(day)s", day=format_date(form.since.data)),
        "until": _("Until %(day)s", day=format_date(form.until.data))}
    def without(name: str) -> dict[str, Any]:
        return {key: value for key, value in query.items() if key != name}

    return [(text, url_for(".list_entries", **without(name))) for name, text in words.items() if name in query]


@blueprint.get("/export.<kind>", permission=permissions.EXPORT, records=True)
def export_entries(*, actor: Actor, kind: str) -> Response:
    """The filtered trail as CSV or JSON lines, fetched while it is sent. The download is itself an entry."""
    form = FilterForm(request.args)
    if kind not in _WRITERS or not form.validate():
        raise BadRequest
    service.record("audit.entry.export", actor=actor, entity="audit_trail", purpose=Purpose.LEGAL,
                   details={"format": kind, "filters": form.query(), "limit": types.EXPORT_MAX})
    rows = queries.stream_entries(form.filters(), actor=actor, limit=types.EXPORT_MAX)
    write, mimetype = _WRITERS[kind]
    name = f"audit-{clock.now().astimezone(clock.RIYADH):%Y%m%d-%H%M}.{kind}"
    return Response(stream_with_context(write(rows)), mimetype=mimetype,
                    headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _fields(row: EntryRow) -> dict[str, Any]:
    payload = row.payload or {}
    return {**{name: rules.plain(getattr(row, name)) for name in COLUMNS}, "erased": row.payload is None,
            **{name: payload.get(name) for name in PERSONAL}}


def _csv(rows: Iterable[EntryRow]) -> Iterator[str]:
    """With a byte order mark, so that spreadsheets read Arabic; no cell starts a formula."""
    piece = io.StringIO()
    writer = csv.writer(piece)
    writer.writerow([*COLUMNS, "erased", *PERSONAL])
    yield "\ufeff"
    for number, row in enumerate(rows):
        fields = _fields(row)
        details = fields["details"]
        fields["details"] = "" if details is None else json.dumps(details, ensure_ascii=False)
        writer.writerow([guarded_cell(cell) for cell in fields.values()])
        if number % 200 == 199:
            yield _taken(piece)
    yield _taken(piece)


def _taken(piece: io.StringIO) -> str:
    text = piece.getvalue()
    piece.seek(0)
    piece.truncate()
    return text


def _jsonl(rows: Iterable[EntryRow]) -> Iterator[str]:
    for row in rows:
        yield json.dumps(_fields(row), ensure_ascii=False) + "\n"


_WRITERS = {"csv": (_csv, "text/csv; charset=utf-8"), "jsonl": (_jsonl, "application/x-ndjson")}


@blueprint.get("/trail", permission=permissions.VERIFY)
def show_trail(*, actor: Actor) -> Response:
    """Whether the chain holds: its size, its last signed head, and how the last verification ended."""
    head = service.latest_head()
    return whole_page("audit/trail.html", head=head, note=head.note() if head else "", size=queries.tree_size(),
                      pending=queries.count_pending(), last=queries.find_last_verification())
