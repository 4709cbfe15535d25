"""Organizations for staff: the list, and one with its members, invitations, vault, webhooks and life (ORG-1…5)."""
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from flask import Response, abort, request, url_for
from flask_babel import gettext as _
from flask_babel import pgettext

from castingops.audit import permissions as audit_permissions
from castingops.core import clock, formats
from castingops.core.actor import Actor
from castingops.core.arabic import fold
from castingops.core.errors import Conflict, Invalid
from castingops.core.i18n import current_locale, translate
from castingops.core.masking import initials, masked_email
from castingops.core.messages import Message
from castingops.organizations import permissions, types
from castingops.organizations.errors import WebhookNotFound
from castingops.organizations.queries.desk import DeskOrganization, OrganizationFilter
from castingops.organizations.rules.desk import shown_address
from castingops.organizations.service import desk
from castingops.organizations.types import DeliveryState, EndpointState
from castingops.web.blueprints import ConsoleBlueprint
from castingops.web.downloads import csv_download
from castingops.web.pages import go, page, page_or_fragment, wants_fragment

blueprint = ConsoleBlueprint("organizations_console", __name__)

_PARTS = ("about", "members", "invitations", "vault", "webhooks")
_SYSTEMS = ("vault", "webhooks")
_SWITCHES = {"on": EndpointState.ACTIVE, "off": EndpointState.DISABLED}


@blueprint.get("/organizations/", permission=permissions.READ_DESK)
def list_organizations(*, actor: Actor) -> Response:
    """The organizations of a filter, the newest first, a page at a time."""
    wanted, typed, cursor = _filter(), request.args.get("q", "").strip()[:80], request.args.get("cursor")
    context = {"page": desk.list_organizations(wanted, cursor=cursor), "wanted": wanted, "typed": typed,
               "cursor": cursor, "query": _query(wanted, typed), **_shared(actor)}
    if not wants_fragment():
        context |= {"chips": _chips(wanted, typed), "options": _options()}
    return page_or_fragment("organizations/list.html", "organizations/_list.html", **context)


@blueprint.get("/organizations/export.csv", permission=permissions.EXPORT_DESK, records=True)
def export_organizations(*, actor: Actor) -> Response:
    """The filtered organizations as CSV, without a person. Recorded."""
    rows = desk.export_organizations(_filter(), actor=actor)
    heading = [_("Identifier"), _("Organization"), _("Address of its page"), _("Plan"), _("State"), _("Members"),
               _("Seats"), _("VAT number"), _("Created")]
    cells = [[str(row.id), row.name(current_locale()), row.slug, translate(types.PLAN_TITLES[row.plan]),
              translate(types.STATE_TITLES[row.state]), str(row.members), str(row.seats), row.vat_number or "",
              formats.format_datetime(row.created_at, style="iso")] for row in rows[:types.EXPORT_MAX]]
    answer = csv_download([heading, *cells], "organizations.csv")
    answer.headers["X-Truncated"] = "true" if len(rows) > types.EXPORT_MAX else "false"
    return answer


@blueprint.get("/organizations/<uuid:org_id>", permission=permissions.READ_DESK)
def show_organization(*, actor: Actor, org_id: UUID) -> Response:
    """What it is, and its life."""
    row = desk.get_organization(org_id)
    return _page("about", row, actor, events=desk.list_events(row.id, cursor=_cursor()))


@blueprint.get("/organizations/<uuid:org_id>/members", permission=permissions.READ_DESK)
def show_members(*, actor: Actor, org_id: UUID) -> Response:
    """Its members, masked."""
    return _members(org_id, actor)


@blueprint.post("/organizations/<uuid:org_id>/members", permission=permissions.UNMASK_DESK)
def unmask_members(*, actor: Actor, org_id: UUID) -> Response:
    """Its members in full, this once, for a reason that is recorded."""
    try:
        desk.unmask(org_id, request.form.get("reason", ""), actor=actor)
    except Invalid as refusal:
        return _members(org_id, actor, refusal)
    return _members(org_id, actor, unmasked=True)


@blueprint.get("/organizations/<uuid:org_id>/invitations", permission=permissions.READ_DESK)
def show_invitations(*, actor: Actor, org_id: UUID) -> Response:
    """Whom it invited, masked."""
    row = desk.get_organization(org_id)
    return _page("invitations", row, actor, invitations=desk.list_invitations(row.id, actor=actor, cursor=_cursor()))


@blueprint.get("/organizations/<uuid:org_id>/vault", permission=permissions.READ_DESK_SYSTEMS)
def show_vault(*, actor: Actor, org_id: UUID) -> Response:
    """Its vault, by names and last characters."""
    row = desk.get_organization(org_id)
    return _page("vault", row, actor, credentials=desk.list_credentials(row.id, actor=actor, cursor=_cursor()))


@blueprint.get("/organizations/<uuid:org_id>/webhooks", permission=permissions.READ_DESK_SYSTEMS)
def show_webhooks(*, actor: Actor, org_id: UUID) -> Response:
    """Its webhooks, and what was sent to one of them."""
    return _webhooks(org_id, actor, request.args.get("webhook", type=UUID))


@blueprint.post("/organizations/<uuid:org_id>/webhooks/<uuid:webhook_id>/state", permission=permissions.MANAGE_DESK,
                idempotent=True)
def switch_webhook(*, actor: Actor, org_id: UUID, webhook_id: UUID) -> Response:
    """Switch a webhook on or off, for a reason."""
    state = _SWITCHES.get(request.form.get("state", "")) or abort(400)
    return _after(org_id, webhook_id, actor, lambda: desk.switch(
        org_id, webhook_id, state, request.form.get("reason", ""), actor=actor))


@blueprint.post("/organizations/<uuid:org_id>/webhooks/<uuid:webhook_id>/deliveries/<uuid:delivery_id>/replay",
                permission=permissions.MANAGE_DESK, idempotent=True)
def replay_delivery(*, actor: Actor, org_id: UUID, webhook_id: UUID, delivery_id: UUID) -> Response:
    """Send a message once more."""
    return _after(org_id, webhook_id, actor, lambda: desk.replay(
        org_id, webhook_id, delivery_id, actor=actor))


def _after(org_id: UUID, webhook_id: UUID, actor: Actor, act: Callable[[], object]) -> Response:
    """The webhook's page after an act; a refusal keeps what was typed."""
    try:
        act()
    except (Invalid, Conflict) as refusal:
        return _webhooks(org_id, actor, webhook_id, refusal)
    return go(url_for(".show_webhooks", org_id=org_id, webhook=webhook_id))


def _members(org_id: UUID, actor: Actor, refusal: Invalid | None = None, *, unmasked: bool = False) -> Response:
    row = desk.get_organization(org_id)
    return _page("members", row, actor, refusal, unmasked=unmasked,
                 members=desk.list_members(row.id, actor=actor, cursor=_cursor()))


def _webhooks(org_id: UUID, actor: Actor, asked: UUID | None, refusal: Invalid | Conflict | None = None) -> Response:
    row = desk.get_organization(org_id)
    endpoints = desk.list_endpoints(row.id, actor=actor)
    chosen = endpoints[0] if endpoints and asked is None else next((one for one in endpoints if one.id == asked), None)
    if chosen is None and asked is not None:
        raise WebhookNotFound
    state = request.args.get("state", "")
    state = state if state in set(DeliveryState) else ""
    deliveries = desk.list_deliveries(row.id, chosen.id, actor=actor, state=state or None,
                                      cursor=_cursor()) if chosen else None
    return _page("webhooks", row, actor, refusal, endpoints=endpoints, chosen=chosen, state=state,
                 deliveries=deliveries, states=_offered(_("Any state"), types.DELIVERY_TITLES))


def _page(part: str, row: DeskOrganization, actor: Actor, refusal: Invalid | Conflict | None = None,
          **context: Any) -> Response:
    """One part of an organization's page; a refusal keeps what was typed."""
    problems = {name: translate(text) for name, text in refusal.fields.items()} if refusal else {}
    return page(
        "organizations/detail.html", status=refusal.status if refusal else 200, row=row, shown=part,
        tabs=_tabs(row, part, actor), problems=problems, typed=request.form.get("reason", ""), key=uuid4,
        conflict=translate(refusal.message) if refusal and not problems else "", cursor=_cursor(),
        here=lambda **query: url_for(_endpoint(part), org_id=row.id, **query), **context, **_shared(actor))


# What lists and parts share ----------------------------------------------------------------------------------------

def _shared(actor: Actor) -> dict[str, Any]:
    return {"words": types, "page_locale": current_locale(), "moment": clock.now(), "initials": initials,
            "masked_email": masked_email, "shown_address": shown_address,
            "may": {"export": actor.may(permissions.EXPORT_DESK), "unmask": actor.may(permissions.UNMASK_DESK),
                    "manage": actor.may(permissions.MANAGE_DESK), "trail": actor.may(audit_permissions.READ)}}


def _tabs(row: DeskOrganization, chosen: str, actor: Actor) -> list[dict[str, Any]]:
    titles = {"about": pgettext("organization", "About"), "members": _("Members"), "invitations": _("Invitations"),
              "vault": _("Vault"), "webhooks": _("Webhooks")}
    offered = [part for part in _PARTS if part not in _SYSTEMS or actor.may(permissions.READ_DESK_SYSTEMS)]
    return [{"title": titles[part], "current": part == chosen, "url": url_for(_endpoint(part), org_id=row.id)}
            for part in offered]


def _endpoint(part: str) -> str:
    return f".show_{'organization' if part == _PARTS[0] else part}"


def _cursor() -> str | None:
    return request.args.get("cursor")


def _filter() -> OrganizationFilter:
    plan, state = request.args.get("plan", ""), request.args.get("state", "")
    return OrganizationFilter(
        words=fold(request.args.get("q", "").strip()[:80]), plan=plan if plan in types.PLAN_TITLES else "",
        state=state if state in types.STATE_TITLES else "", trouble=request.args.get("trouble") == "webhooks")


def _query(wanted: OrganizationFilter, typed: str) -> dict[str, str]:
    pairs = {"plan": wanted.plan, "state": wanted.state, "trouble": "webhooks" if wanted.trouble else "",
             "q": typed if wanted.words else ""}
    return {name: value for name, value in pairs.items() if value}


def _chips(wanted: OrganizationFilter, typed: str) -> list[tuple[str, str]]:
    query = _query(wanted, typed)
    said = {"plan": types.PLAN_TITLES.get(wanted.plan, ""), "state": types.STATE_TITLES.get(wanted.state, ""),
            "trouble": _("Webhooks that failed"), "q": _("Search: %(words)s", words=typed)}

    def without(name: str) -> str:
        rest: dict[str, Any] = {key: value for key, value in query.items() if key != name}
        return url_for(".list_organizations", **rest)

    return [(translate(text) if isinstance(text, Message) else text, without(name))
            for name, text in said.items() if name in query]


def _options() -> dict[str, list[tuple[str, str]]]:
    """What each select offers; the first leaves it open."""
    return {"plan": _offered(_("Any plan"), types.PLAN_TITLES), "state": _offered(_("Any state"), types.STATE_TITLES),
            "trouble": [("", _("Any webhooks")), ("webhooks", _("Webhooks that failed"))]}


def _offered(first: str, known: Any) -> list[tuple[str, str]]:
    return [("", first), *((str(value), translate(text)) for value, text in known.items())]
