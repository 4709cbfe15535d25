"""Guardianships for staff: the list, one with its documents and history, what is proposed about it (ID-10)."""
from base64 import b64encode
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from flask import Response, request, url_for
from flask_babel import gettext as _

from castingops.audit import service as audit
from castingops.core import clock, formats
from castingops.core.actor import Actor
from castingops.core.errors import Conflict, Invalid
from castingops.core.i18n import current_locale, translate
from castingops.core.masking import initials
from castingops.core.roles import StaffRole
from castingops.identity import permissions
from castingops.identity.queries.guardian_desk import DeskRow
from castingops.identity.rules import guardians as rules
from castingops.identity.service.guardians import desk, rulings
from castingops.identity.types import guardians as types
from castingops.identity.types.guardians import DisputeBy, DocumentFormat, GuardianFilter, Relation, RulingKind
from castingops.web.blueprints import ConsoleBlueprint
from castingops.web.downloads import csv_download, download
from castingops.web.pages import go, page, page_or_fragment, wants_fragment

blueprint = ConsoleBlueprint("guardians_console", __name__)

_TABS = {"open": "open", "verified": "verified", "over": "over", "all": "all"}
_PROPOSED = {RulingKind.VERIFY, RulingKind.REFUSE, RulingKind.RESTORE, RulingKind.END, RulingKind.INVITE}
_IMAGES = "data:image/jpeg;base64,"


@blueprint.get("/guardianships/", permission=permissions.READ_GUARDIANSHIPS)
def list_guardianships(*, actor: Actor) -> Response:
    """The guardianships of one tab and filter, a page at a time; names by their first letters."""
    wanted, typed, cursor = _filter(), request.args.get("q", ""), request.args.get("cursor")
    found = desk.list_guardianships(wanted, cursor=cursor)
    context = {"page": found, "wanted": wanted, "typed": typed, "cursor": cursor, "query": _query(wanted, typed),
               **_shared(actor)}
    if not wants_fragment():
        context |= {"tabs": _tabs(wanted), "chips": _chips(wanted, typed), "relations": _relations()}
    return page_or_fragment("guardians/list.html", "guardians/_list.html", **context)


@blueprint.get("/guardianships/export.csv", permission=permissions.EXPORT_GUARDIANSHIPS, records=True)
def export_guardianships(*, actor: Actor) -> Response:
    """The filtered guardianships as CSV, without a name. Recorded."""
    rows = desk.export_guardianships(_filter(), actor=actor)
    heading = [_("Reference"), _("Relation"), _("State"), _("Stated on"), _("Evidence counts until")]
    cells = [[row.ref, translate(types.RELATIONS[row.relation]), translate(types.GUARDIAN_STATES[row.state]),
              formats.format_datetime(row.created_at, style="iso"),
              row.expires_on.isoformat() if row.expires_on else ""] for row in rows]
    return csv_download([heading, *cells], "guardianships.csv")


@blueprint.get("/guardianships/<guardianship_ref>", permission=permissions.READ_GUARDIANSHIPS)
def show_guardianship(*, actor: Actor, guardianship_ref: str) -> Response:
    """One guardianship: who, what proves it, what happened, what may be proposed."""
    return _detail(guardianship_ref, actor)


@blueprint.post("/guardianships/<guardianship_ref>/rulings", permission=permissions.PROPOSE_GUARDIANSHIPS,
                idempotent=True)
def propose_ruling(*, actor: Actor, guardianship_ref: str) -> Response:
    """Propose a ruling to the compliance officers."""
    kind = request.form.get("kind", "")
    wanted = RulingKind(kind) if kind in _PROPOSED else RulingKind.VERIFY
    sent = {"scopes": request.form.getlist("scopes"), "expires_on": _day(request.form.get("expires_on", "")),
            "best_interest": request.form.get("best_interest", ""), "same_as": request.form.get("same_as", ""),
            "told": request.form.get("told", ""), "email": request.form.get("email", ""),
            "locale": request.form.get("locale", ""), "keep": request.form.getlist("keep")}
    return _after(guardianship_ref, actor, lambda: rulings.propose(
        wanted, desk.get_claim(guardianship_ref), sent, reason=request.form.get("reason", ""), actor=actor))


@blueprint.post("/guardianships/<guardianship_ref>/unmask", permission=permissions.ASK_TO_UNMASK, idempotent=True)
def ask_to_unmask(*, actor: Actor, guardianship_ref: str) -> Response:
    """Ask a compliance officer for a look at names and documents."""
    return _after(guardianship_ref, actor, lambda: rulings.propose(
        RulingKind.UNMASK, desk.get_claim(guardianship_ref), {}, reason=request.form.get("reason", ""), actor=actor))


@blueprint.post("/guardianships/<guardianship_ref>/freeze", permission=permissions.FREEZE_GUARDIANSHIPS,
                idempotent=True)
def freeze_guardianship(*, actor: Actor, guardianship_ref: str) -> Response:
    """Freeze both sides, on the house's doubt or on the young person's word."""
    by = DisputeBy.WARD if request.form.get("by") == DisputeBy.WARD else DisputeBy.STAFF
    return _after(guardianship_ref, actor, lambda: rulings.freeze(
        desk.get_claim(guardianship_ref), request.form.get("reason", ""), by=by, actor=actor))


@blueprint.post("/guardianships/<guardianship_ref>/documents/<uuid:evidence_id>", permission=permissions.OPEN_EVIDENCE)
def open_document(*, actor: Actor, guardianship_ref: str, evidence_id: UUID) -> Response:
    """A document: a photo on a page of its own, a PDF as a file. With a reason, and on record."""
    try:
        found, data = desk.open_document(guardianship_ref, evidence_id, request.form.get("reason", ""), actor=actor)
    except Invalid as refusal:
        return _detail(guardianship_ref, actor, refusal)
    if found.format == DocumentFormat.PDF:
        return download(data, f"{guardianship_ref}.pdf", "application/pdf")
    return page("guardians/document.html", ref=guardianship_ref, kind=types.EVIDENCE[found.kind],
                picture=_IMAGES + b64encode(data).decode())


def _after(ref: str, actor: Actor, act: Callable[[], Any]) -> Response:
    """The page after an act; a refusal keeps what was typed."""
    try:
        act()
    except (Invalid, Conflict) as refusal:
        return _detail(ref, actor, refusal)
    return go(url_for(".show_guardianship", guardianship_ref=ref))


def _detail(ref: str, actor: Actor, refusal: Invalid | Conflict | None = None) -> Response:
    shown = desk.show(ref, actor=actor)
    fields = {name: translate(text) for name, text in refusal.fields.items()} if refusal else {}
    people = {event.actor_id for event in shown.events} | {proposal.proposer_id for proposal in shown.proposals}
    latest = rules.latest_expiry(capacity=shown.row.capacity_on, today=clock.today_riyadh())
    return page(
        "guardians/detail.html", status=refusal.status if refusal else 200, shown=shown, row=shown.row,
        problems=fields,
        may_invite=shown.row.handed_over_at is None and rules.may_be_invited(
            shown.row.capacity_on, today=clock.today_riyadh()),
        conflict=translate(refusal.message) if refusal and not fields else "", typed=_typed(),
        ticked=set(request.form.getlist("scopes") + request.form.getlist("keep")),
        names=_names(people - {each.guardian_id for each in (shown.row, *shown.others)}), key=uuid4, latest=latest,
        options=_options(shown),
        rulings={rulings.kind_name(kind): types.RULINGS[kind] for kind in RulingKind}, **_shared(actor))


def _typed() -> dict[str, str]:
    """What a refused form held, so that nothing is typed twice."""
    return {name: request.form.get(name, "") for name in (
        "kind", "by", "reason", "expires_on", "best_interest", "same_as", "told", "email", "locale")}


def _options(shown: desk.Shown) -> dict[str, Any]:
    """What each choice offers, in words."""
    def told(codes: tuple[str, ...]) -> list[tuple[str, str]]:
        return [(code, translate(types.GUARDIAN_REASONS[code])) for code in codes]

    return {"refused": told(types.TOLD_REFUSED), "ended": told(types.TOLD_ENDED),
            "same_as": [("", _("No other child: this is the first claim")),
                        *((one.ref, one.ref) for one in shown.alike)],
            "covers": [translate(types.SCOPES[scope]) for scope in shown.row.scopes]}


def _shared(actor: Actor) -> dict[str, Any]:
    return {"words": types, "page_locale": current_locale(), "called": _called, "guardian_called": _guardian(actor),
            "may": {"propose": actor.may(permissions.PROPOSE_GUARDIANSHIPS),
                    "unmask": actor.may(permissions.ASK_TO_UNMASK),
                    "freeze": actor.may(permissions.FREEZE_GUARDIANSHIPS),
                    "open": actor.may(permissions.OPEN_EVIDENCE),
                    "export": actor.may(permissions.EXPORT_GUARDIANSHIPS)}}


def _called(row: DeskRow, *, unmasked: bool = False) -> str:
    """What a page calls the ward: a minor by first letters only, unless this reader may see more now."""
    name = row.ward_name(current_locale())
    return name if unmasked else initials(name)


def _guardian(actor: Actor) -> Callable[..., str]:
    """What a page calls the guardian: masked but for compliance (reliability.md §3, "View person")."""
    whole = StaffRole.COMPLIANCE_OFFICER in actor.roles
    return lambda row, unmasked=False: row.guardian_name if whole or unmasked else initials(row.guardian_name)


def _names(people: Iterable[UUID | None]) -> dict[UUID, str]:
    """What colleagues are called. A guardian's own name is as masked in the history as it is above it."""
    return dict(audit.names_of({person for person in people if person is not None}))


def _filter() -> GuardianFilter:
    state, relation = request.args.get("state", "open"), request.args.get("relation", "")
    return GuardianFilter(state=_TABS.get(state, "open"), relation=relation if relation in set(Relation) else "",
                          words=rules.search_words(request.args.get("q", "")))


def _query(wanted: GuardianFilter, typed: str) -> dict[str, str]:
    pairs = {"state": "" if wanted.state == "open" else wanted.state, "relation": wanted.relation,
             "q": typed if wanted.words else ""}
    return {name: value for name, value in pairs.items() if value}


def _tabs(wanted: GuardianFilter) -> list[dict[str, Any]]:
    titles = {"open": _("For staff to rule on"), "verified": _("Verified ones"), "over": _("Those that are over"),
              "all": _("All of them")}
    return [{"title": title, "current": name == wanted.state,
             "url": url_for(".list_guardianships", state=None if name == "open" else name)}
            for name, title in titles.items()]


def _chips(wanted: GuardianFilter, typed: str) -> list[tuple[str, str]]:
    query = _query(wanted, typed)
    texts = {"relation": types.RELATIONS.get(wanted.relation, ""), "q": _("Search: %(words)s", words=typed)}

    def without(name: str) -> str:
        rest: dict[str, Any] = {key: value for key, value in query.items() if key != name}
        return url_for(".list_guardianships", **rest)

    return [(translate(text), without(name)) for name, text in texts.items() if name in query]


def _relations() -> list[tuple[str, str]]:
    return [("", _("Any relation")), *((str(one), translate(title)) for one, title in types.RELATIONS.items())]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


