"""Accounts of the apps for support: found by the whole e-mail, masked, and what may be done about them."""
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from flask import Response, request, url_for
from flask_babel import gettext as _

from castingops.core.actor import Actor
from castingops.core.errors import DomainError, NotFound
from castingops.core.i18n import LANGUAGE_NAMES
from castingops.core.masking import initials, masked_email
from castingops.identity import permissions
from castingops.identity.console.people.base import blueprint, problems_of, shared, to_proposal
from castingops.identity.service import proposals
from castingops.identity.service import support as service
from castingops.identity.types import AccountStatus
from castingops.web.pages import go, page


@blueprint.get("/people/accounts/", permission=permissions.READ_PERSON)
def show_search(*, actor: Actor) -> Response:
    """The form that finds an account."""
    return _search(actor)


@blueprint.post("/people/accounts/", permission=permissions.FIND_PERSON)
def find_person(*, actor: Actor) -> Response:
    """Find an account by its whole e-mail; a post, so that no address ends in a log or a history."""
    found = service.find_person(request.form.get("email", ""))
    if found is None:
        return _search(actor, _("No account of the apps has this e-mail."), status=404)
    return go(url_for(".show_person", person_id=found))


@blueprint.get("/people/accounts/<uuid:person_id>", permission=permissions.READ_PERSON, records=True)
def show_person(*, actor: Actor, person_id: UUID) -> Response:
    """One account, masked. Looking is on record."""
    return _person(person_id, actor)


@blueprint.post("/people/accounts/<uuid:person_id>/state", permission=permissions.SUPPORT_PERSON)
def switch_person(*, actor: Actor, person_id: UUID) -> Response:
    """Disable the account, or enable it again."""
    status = AccountStatus.ACTIVE if request.form.get("act") == "enable" else AccountStatus.DISABLED
    return _after(person_id, actor, lambda: service.switch_person(
        person_id, status, actor=actor, reason=request.form.get("reason", "")))


@blueprint.post("/people/accounts/<uuid:person_id>/sign-out", permission=permissions.SUPPORT_PERSON)
def end_sign_ins(*, actor: Actor, person_id: UUID) -> Response:
    """End every sign-in of the account."""
    return _after(person_id, actor, lambda: service.end_sign_ins(person_id, actor=actor))


@blueprint.post("/people/accounts/<uuid:person_id>/letter", permission=permissions.SUPPORT_PERSON)
def send_letter(*, actor: Actor, person_id: UUID) -> Response:
    """Have a letter to choose a password sent to the account's own address."""
    service.send_letter(person_id, actor=actor)
    return _person(person_id, actor, sent=True)


@blueprint.post("/people/accounts/<uuid:person_id>/unmask", permission=permissions.PROPOSE_UNMASK, idempotent=True)
def propose_unmask(*, actor: Actor, person_id: UUID) -> Response:
    """Propose to see the contact; compliance decides."""
    try:
        return to_proposal(service.propose_unmask(person_id, actor=actor, reason=request.form.get("reason", "")))
    except NotFound:
        raise
    except DomainError as refusal:
        return _person(person_id, actor, refusal)


def _after(person_id: UUID, actor: Actor, act: Callable[[], Any]) -> Response:
    try:
        act()
    except NotFound:
        raise
    except DomainError as refusal:
        return _person(person_id, actor, refusal)
    return go(url_for(".show_person", person_id=person_id))


def _search(actor: Actor, problem: str = "", *, status: int = 200) -> Response:
    return page("people/accounts.html", status=status, problem=problem, typed=request.form.get("email", "")[:254],
                **shared(actor))


def _person(person_id: UUID, actor: Actor, refusal: DomainError | None = None, *, sent: bool = False) -> Response:
    row, shown = service.read_person(person_id, actor=actor)
    problems, conflict = problems_of(refusal) if refusal else ({}, "")
    waiting = proposals.list_open_about(person_id, actor=actor)
    return page(
        "people/account.html", status=refusal.status if refusal else 200, row=row, shown=shown, problems=problems,
        conflict=conflict, sent=sent, typed=request.form.get("reason", ""), key=uuid4(), active=AccountStatus.ACTIVE,
        name=row.display_name if shown else initials(row.display_name),
        email=(row.email or "") if shown else masked_email(row.email or ""), waiting=waiting,
        kinds={kind.name: kind.title for kind in proposals.proposal_kinds()}, language=LANGUAGE_NAMES[row.locale],
        **shared(actor, [each.proposer_id for each in waiting]))
