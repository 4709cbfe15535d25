"""Casting calls for staff: the board, one call with its roles and submissions, the rules that stop calls (CAST-2)."""
from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid4

from flask import Response, request, url_for
from flask_babel import gettext as _
from flask_babel import pgettext

from castingops.casting import permissions
from castingops.casting.errors.calls import CallNotOpen, InvalidClosing
from castingops.casting.forms import FLAGS, Asked, as_filter, asked
from castingops.casting.queries.calls import CallRow
from castingops.casting.service import calls as service
from castingops.casting.types import CITIES, DIALECTS, LANGUAGES, Words
from castingops.casting.types import calls as types
from castingops.core import clock, formats
from castingops.core.actor import Actor
from castingops.core.i18n import current_locale, translate
from castingops.core.masking import initials
from castingops.core.messages import NP_, Message
from castingops.identity import service as identity
from castingops.organizations import service as organizations
from castingops.web.blueprints import ConsoleBlueprint
from castingops.web.downloads import csv_download
from castingops.web.pages import go, page, page_or_fragment, wants_fragment

blueprint = ConsoleBlueprint("calls_console", __name__)

GENDERS = {"female": NP_("person", "Female"), "male": NP_("person", "Male")}
REVISION_STATES: dict[str, tuple[Message, str]] = {
    "pending": (NP_("submission", "Waits for a decision"), "accent"),
    "approved": (NP_("submission", "Approved"), "good"),
    "changes_requested": (NP_("submission", "Sent back"), "warn"), "rejected": (NP_("submission", "Rejected"), "bad"),
    "superseded": (NP_("submission", "Replaced by a newer one"), "quiet")}
REVISION_KINDS: dict[str, Message] = {
    "first": NP_("submission", "First submission"), "change": NP_("submission", "Change"),
    "touch": NP_("submission", "Cosmetic change, shown at once")}


@blueprint.get("/casting-calls/", permission=permissions.READ_BOARD)
def list_calls(*, actor: Actor) -> Response:
    """The calls of all organizations, the newest first, a page at a time."""
    wanted, cursor = asked(request.args), request.args.get("cursor")
    found = service.list_board(as_filter(wanted), cursor=cursor)
    context = {"page": found, "wanted": wanted, "cursor": cursor, **_shared(actor, found.rows)}
    if not wants_fragment():
        context |= {"chips": _chips(wanted), "options": _options()}
    return page_or_fragment("casting_calls/list.html", "casting_calls/_list.html", **context)


@blueprint.get("/casting-calls/export.csv", permission=permissions.EXPORT_BOARD, records=True)
def export_calls(*, actor: Actor) -> Response:
    """The filtered calls as CSV. Recorded."""
    rows = service.export_board(as_filter(asked(request.args)), actor=actor)
    names = organizations.names_of({row.org_id for row in rows})
    heading = [_("Identifier"), _("Organization"), _("Title"), _("Type of project"), _("Status"),
               pgettext("casting call", "Roles"), _("Open to minors"), _("Deadline"), _("Created"), _("Published on"),
               _("Closed on")]
    answer = csv_download([heading, *(_cells(row, names) for row in rows[:types.CALLS_EXPORT_MAX])],
                          "casting-calls.csv")
    answer.headers["X-Truncated"] = "true" if len(rows) > types.CALLS_EXPORT_MAX else "false"
    return answer


@blueprint.get("/casting-calls/rules", permission=permissions.READ_BOARD)
def show_stop_rules(*, actor: Actor) -> Response:
    """What stops a call, on which days, by which source."""
    return page("casting_calls/rules.html", rules=service.list_stop_rules(), today=clock.today_riyadh(),
                words=types, page_locale=current_locale())


@blueprint.get("/casting-calls/<uuid:call_id>", permission=permissions.READ_BOARD)
def show_call(*, actor: Actor, call_id: UUID) -> Response:
    """One call: what it says, its roles, what was submitted, what became of it."""
    return _detail(call_id, actor)


@blueprint.post("/casting-calls/<uuid:call_id>/closed", permission=permissions.CLOSE_BOARD, idempotent=True)
def close_call(*, actor: Actor, call_id: UUID) -> Response:
    """Close a published call, for a reason that its organization reads."""
    version = request.form.get("version", "")
    try:
        service.house_closes(
            call_id, actor=actor, seen_version=int(version) if version.isascii() and version.isdigit() else 0,
            reason_en=request.form.get("reason_en", ""), reason_ar=request.form.get("reason_ar", ""))
    except (InvalidClosing, CallNotOpen) as refusal:
        return _detail(call_id, actor, refusal)
    return go(url_for(".show_call", call_id=call_id))


def _detail(call_id: UUID, actor: Actor, refusal: InvalidClosing | CallNotOpen | None = None) -> Response:
    row, call = service.get_for_staff(call_id, actor=actor)
    revisions = service.revisions_for_staff(row, actor=actor)
    problems = {name: translate(text) for name, text in refusal.fields.items()} if refusal else {}
    people = {call.created_by, call.contact_id, *(revision.submitted_by for revision in revisions)}
    return page(
        "casting_calls/detail.html", status=refusal.status if refusal else 200, row=row, call=call,
        revisions=revisions, problems=problems, typed=request.form, key=uuid4(), people=_people(people),
        conflict=translate(refusal.message) if isinstance(refusal, CallNotOpen) else "", genders=GENDERS,
        revision_states=REVISION_STATES, revision_kinds=REVISION_KINDS,
        listed={"cities": _listed(CITIES, call.cities), "roles": {role.id: _listed(LANGUAGES, role.languages)
                + _listed(DIALECTS, role.dialects) + list(role.skills) for role in call.roles}},
        **_shared(actor, [row]))


def _shared(actor: Actor, rows: Iterable[CallRow]) -> dict[str, Any]:
    return {"words": types, "organizations": organizations.names_of({row.org_id for row in rows}),
            "page_locale": current_locale(), "moment": clock.now(), "title_of": _title,
            "may_close": actor.may(permissions.CLOSE_BOARD), "may_export": actor.may(permissions.EXPORT_BOARD)}


def _title(row: Any) -> str:
    """What a page calls a call: in its reader's language, else the other."""
    own, other = (row.title_ar, row.title_en) if current_locale() == "ar" else (row.title_en, row.title_ar)
    return own or other or ""


def _people(ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """Members by the first letters of their names: who they are is not the board's business."""
    known = identity.contacts_of([each for each in ids if each is not None])
    return {each: initials(contact.name) for each, contact in known.items()}


def _listed(known: dict[str, Words], codes: Iterable[str]) -> list[str]:
    arabic = current_locale() == "ar"
    return [(known[code].ar if arabic else known[code].en) if code in known else code for code in codes]


def _chips(wanted: Asked) -> list[tuple[str, str]]:
    """The filters in force in words, each with the address without it."""
    said = {"status": types.CALL_STATES.get(wanted.status or ""), "type": types.PROJECT_TYPES.get(
        wanted.project_type or ""), "flag": FLAGS.get(wanted.flag or ""),
        "q": _("Organization: %(words)s", words=wanted.words) if wanted.words else None}

    def without(name: str) -> str:
        rest: dict[str, Any] = {key: value for key, value in wanted.query.items() if key != name}
        return url_for(".list_calls", **rest)

    return [(translate(text) if isinstance(text, Message) else str(text), without(name))
            for name, text in said.items() if text]


def _options() -> dict[str, list[tuple[str, str]]]:
    """What each select offers; the first leaves it open."""
    return {"status": [("", _("Any status")), *_offered(types.CALL_STATES)],
            "type": [("", _("Any type of project")), *_offered(types.PROJECT_TYPES)],
            "flag": [("", _("Any mark")), *_offered(FLAGS)]}


def _offered(known: Any) -> list[tuple[str, str]]:
    return [(str(value), translate(text)) for value, text in known.items()]


def _cells(row: CallRow, names: dict[UUID, str]) -> list[str]:
    moments = (row.deadline, row.created_at, row.published_at, row.closed_at)
    return [str(row.id), names.get(row.org_id, ""), _title(row),
            translate(types.PROJECT_TYPES[row.project_type]) if row.project_type else "",
            translate(types.CALL_STATES[row.status]), str(row.roles), _("Yes") if row.minors else _("No"),
            *(formats.format_datetime(moment, style="iso") if moment else "" for moment in moments)]

