"""Staff accounts: the list and its file, one colleague, and what may be proposed about them (ID-9)."""
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from flask import Response, request, url_for
from flask_babel import gettext as _

from castingops.core import formats
from castingops.core.actor import Actor
from castingops.core.errors import DomainError
from castingops.core.i18n import LANGUAGE_NAMES, translate
from castingops.core.roles import STAFF, StaffRole
from castingops.identity import permissions, rules
from castingops.identity.console.people.base import blueprint, lacking, problems_of, shared, to_proposal
from castingops.identity.service import people as service
from castingops.identity.service import proposals, staff_acts
from castingops.identity.types import (
    ROLE_TITLES,
    STAFF_EXPORT_MAX,
    STAFF_STATES,
    TRUSTED,
    AccountStatus,
    StaffAct,
    StaffFilter,
    StaffRow,
    StaffState,
)
from castingops.web.downloads import csv_download
from castingops.web.pages import page, page_or_fragment, wants_fragment

_SWITCHES = {"disable": StaffAct.DISABLE, "enable": StaffAct.ENABLE, "reset": StaffAct.RESET_MFA}


@blueprint.get("/people/", permission=permissions.READ_STAFF)
def list_staff(*, actor: Actor) -> Response:
    """Staff accounts by name, a page at a time."""
    wanted, cursor = _wanted(), request.args.get("cursor")
    found, typed = service.list_staff(wanted, cursor=cursor), request.args.get("q", "")
    context = {"page": found, "wanted": wanted, "typed": typed, "cursor": cursor, "query": _query(wanted, typed),
               **shared(actor)}
    if not wants_fragment():
        context |= {"role_options": [("", _("Any role")), *_role_options(STAFF)], "lacking": lacking(),
                    "state_options": [*((state, translate(words)) for state, words in STAFF_STATES.items()),
                                      (StaffState.ALL.value, _("All accounts"))],
                    "chips": _chips(wanted, typed)}
    return page_or_fragment("people/list.html", "people/_more.html", **context)


@blueprint.get("/people/export.csv", permission=permissions.EXPORT_STAFF, records=True)
def export_staff(*, actor: Actor) -> Response:
    """The filtered staff accounts as CSV. Recorded."""
    rows = service.export_staff(_wanted(), actor=actor)
    heading = [_("Name"), _("E-mail"), _("Roles"), _("State"), _("Second factor"), _("Since"), _("Last at work")]
    answer = csv_download([heading, *map(_cells, rows[:STAFF_EXPORT_MAX])], "staff-accounts.csv")
    answer.headers["X-Truncated"] = "true" if len(rows) > STAFF_EXPORT_MAX else "false"
    return answer


@blueprint.get("/people/new", permission=permissions.PROPOSE_STAFF)
def show_new(*, actor: Actor) -> Response:
    """The form that proposes a new colleague."""
    return _new(actor)


@blueprint.post("/people/new", permission=permissions.PROPOSE_STAFF, idempotent=True)
def propose_account(*, actor: Actor) -> Response:
    """Propose a new colleague; a refusal keeps what was typed."""
    form = request.form
    try:
        return to_proposal(staff_acts.propose_account(
            actor=actor, email=form.get("email", ""), display_name=form.get("display_name", ""),
            locale=form.get("locale", ""), roles=form.getlist("roles"), reason=form.get("reason", "")))
    except DomainError as refusal:
        return _new(actor, refusal)


@blueprint.get("/people/<uuid:user_id>", permission=permissions.READ_STAFF)
def show_colleague(*, actor: Actor, user_id: UUID) -> Response:
    """One colleague: what they hold and since when, what is proposed, and what may be."""
    return _colleague(user_id, actor)


@blueprint.post("/people/<uuid:user_id>/roles", permission=permissions.PROPOSE_STAFF, idempotent=True)
def propose_role(*, actor: Actor, user_id: UUID) -> Response:
    """Propose to give a role, or to take it."""
    form = request.form
    return _proposed(user_id, actor, "role", lambda: staff_acts.propose_role(
        user_id, form.get("role", ""), actor=actor, reason=form.get("reason", ""), take=form.get("act") == "take"))


@blueprint.post("/people/<uuid:user_id>/state", permission=permissions.PROPOSE_STAFF, idempotent=True)
def propose_switch(*, actor: Actor, user_id: UUID) -> Response:
    """Propose to disable or enable the account, or to reset its second factor."""
    act = _SWITCHES.get(request.form.get("act", ""), StaffAct.DISABLE)
    return _proposed(user_id, actor, "state", lambda: staff_acts.propose_switch(
        user_id, act, actor=actor, reason=request.form.get("reason", "")))


def _proposed(user_id: UUID, actor: Actor, form: str, propose: Callable[[], UUID]) -> Response:
    service.get_colleague(user_id)  # an unknown one is 404 and no form
    try:
        return to_proposal(propose())
    except DomainError as refusal:
        return _colleague(user_id, actor, refusal=refusal, form=form)


def _colleague(user_id: UUID, actor: Actor, *, refusal: DomainError | None = None, form: str = "") -> Response:
    row = service.get_colleague(user_id)
    grants, waiting = service.grants_of(user_id), proposals.list_open_about(user_id, actor=actor)
    problems, conflict = problems_of(refusal) if refusal else ({}, "")
    mentioned = [person for grant in grants for person in (grant.granted_by, grant.approved_by)]
    mark = service.mark_of(row) if actor.may(permissions.READ_REVIEW) else None
    mentioned += [each.proposer_id for each in waiting] + [mark.marked_by if mark else None]
    return page(
        "people/detail.html", status=refusal.status if refusal else 200, row=row, grants=grants, waiting=waiting,
        sessions=service.open_sessions(user_id), mark=mark, quarter=service.quarter(), failed=form, problems=problems,
        conflict=conflict, typed=request.form, keys=[uuid4() for _each in range(3)], active=AccountStatus.ACTIVE,
        kinds={kind.name: kind.title for kind in proposals.proposal_kinds()}, language=LANGUAGE_NAMES[row.locale],
        giving=_role_options(_giveable(row, actor)), taking=_role_options(row.roles) if len(row.roles) > 1 else [],
        **shared(actor, mentioned))


def _giveable(row: StaffRow, actor: Actor) -> list[str]:
    """Roles that this reader may propose for the colleague: what is trusted is an admin's to propose."""
    kinds = {kind.name: kind.proposes for kind in proposals.proposal_kinds()}
    return [role for role in rules.grantable(row.roles) if kinds[rules.act_of_granting(role)] & actor.roles]


def _new(actor: Actor, refusal: DomainError | None = None) -> Response:
    problems, conflict = problems_of(refusal) if refusal else ({}, "")
    offered = STAFF if StaffRole.ADMIN in actor.roles else STAFF - TRUSTED
    return page("people/new.html", status=refusal.status if refusal else 200, problems=problems, conflict=conflict,
                typed=request.form, chosen=request.form.getlist("roles"), key=uuid4(), offered=_role_options(offered),
                trusted=TRUSTED, locales=list(LANGUAGE_NAMES.items()), lacking=lacking(), **shared(actor))


def _role_options(roles: Any) -> list[tuple[str, str]]:
    """Roles with their titles, in the order in which the house names them."""
    return [(str(role), translate(ROLE_TITLES[role])) for role in StaffRole if role in set(roles)]


def _wanted() -> StaffFilter:
    """The filter in the address; what cannot be one is left out."""
    state, role = request.args.get("state", ""), request.args.get("role", "")
    return StaffFilter(state=StaffState(state) if state in set(StaffState) else StaffState.ACTIVE,
                       role=role if role in STAFF else "", words=rules.search_words(request.args.get("q", "")))


def _query(wanted: StaffFilter, typed: str) -> dict[str, str]:
    state = wanted.state.value if wanted.state is not StaffState.ACTIVE else ""
    pairs = (("state", state), ("role", wanted.role), ("q", typed.strip() if wanted.words else ""))
    return {name: value for name, value in pairs if value}


def _chips(wanted: StaffFilter, typed: str) -> list[tuple[str, str]]:
    """The filters in force in words, each with the address without it."""
    query = _query(wanted, typed)
    words = {"state": translate(STAFF_STATES[wanted.state]) if wanted.state in STAFF_STATES else _("All accounts"),
             "role": translate(ROLE_TITLES[wanted.role]) if wanted.role else "",
             "q": _("Search: %(words)s", words=typed)}

    def without(name: str) -> str:
        rest: dict[str, Any] = {key: value for key, value in query.items() if key != name}
        return url_for(".list_staff", **rest)

    return [(text, without(name)) for name, text in words.items() if name in query]


def _cells(row: StaffRow) -> list[str]:
    return [row.display_name, row.email or "", " · ".join(translate(ROLE_TITLES[role]) for role in row.roles),
            translate(STAFF_STATES[row.status]), _("Set up") if row.has_factor else _("None yet"),
            formats.format_date(row.created_at), formats.format_datetime(row.last_seen) if row.last_seen else ""]
