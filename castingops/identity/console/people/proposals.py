"""What takes two people: the inbox, one proposal, and the answers to it (reliability.md §3)."""
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from flask import Response, request, url_for

from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.errors import DomainError, NotFound
from castingops.core.i18n import translate
from castingops.core.roles import StaffRole
from castingops.identity import permissions, rules
from castingops.identity.console.people.base import blueprint, lacking, problems_of, shared
from castingops.identity.service import proposals as service
from castingops.identity.types import PROPOSAL_VIEWS, ProposalRow, ProposalState, ProposalView
from castingops.web.pages import go, page, page_or_fragment, wants_fragment


@blueprint.get("/people/proposals/", permission=permissions.READ_PROPOSALS)
def list_proposals(*, actor: Actor) -> Response:
    """What waits for this reader, what they proposed, and all that they may see."""
    asked, cursor = request.args.get("view", ""), request.args.get("cursor")
    views = _views(actor)
    view = ProposalView(asked) if asked in views else views[0]
    found = service.list_proposals(view, actor=actor, cursor=cursor)
    mentioned = [person for row in found.rows for person in (row.proposer_id, row.subject_id, row.settled_by)]
    context = {"page": found, "view": view, "cursor": cursor, "first_view": views[0], "kinds": _titles(),
               "shown_state": _shown_state, **shared(actor, mentioned)}
    if not wants_fragment():
        waiting = service.count_proposals(actor)
        context |= {"lacking": lacking() if StaffRole.ADMIN in actor.roles else [], "tabs": [
            {"title": translate(PROPOSAL_VIEWS[each]), "current": each is view,
             "count": waiting if each is ProposalView.WAITING else None,
             "url": url_for(".list_proposals", view=None if each is views[0] else each.value)} for each in views]}
    return page_or_fragment("people/proposals.html", "people/_proposals_more.html", **context)


@blueprint.get("/people/proposals/<uuid:proposal_id>", permission=permissions.READ_PROPOSALS)
def show_proposal(*, actor: Actor, proposal_id: UUID) -> Response:
    """One proposal: what it would do, about whom and why, and the answers to it."""
    return _shown(proposal_id, actor)


@blueprint.post("/people/proposals/<uuid:proposal_id>/approve", permission=permissions.ANSWER_PROPOSALS,
                idempotent=True)
def approve_proposal(*, actor: Actor, proposal_id: UUID) -> Response:
    """Agree to exactly what was read; it is done at once."""
    return _after(proposal_id, actor, lambda: service.approve(proposal_id, actor=actor, seen_version=_seen()))


@blueprint.post("/people/proposals/<uuid:proposal_id>/refuse", permission=permissions.ANSWER_PROPOSALS,
                idempotent=True)
def refuse_proposal(*, actor: Actor, proposal_id: UUID) -> Response:
    """Refuse, with a reason that the proposer reads."""
    return _after(proposal_id, actor, lambda: service.refuse(
        proposal_id, actor=actor, seen_version=_seen(), reason=request.form.get("reason", "")))


@blueprint.post("/people/proposals/<uuid:proposal_id>/withdraw", permission=permissions.WITHDRAW_PROPOSALS)
def withdraw_proposal(*, actor: Actor, proposal_id: UUID) -> Response:
    """Take one's own proposal back."""
    return _after(proposal_id, actor, lambda: service.withdraw(proposal_id, actor=actor, seen_version=_seen()))


def _after(proposal_id: UUID, actor: Actor, act: Callable[[], Any]) -> Response:
    """The proposal after an answer; a refusal keeps what was typed."""
    try:
        act()
    except NotFound:
        raise
    except DomainError as refusal:
        return _shown(proposal_id, actor, refusal)
    return go(url_for(".show_proposal", proposal_id=proposal_id))


def _shown(proposal_id: UUID, actor: Actor, refusal: DomainError | None = None) -> Response:
    row = service.get_proposal(proposal_id, actor=actor)
    kind = service.proposal_kind(row.kind)
    problems, conflict = problems_of(refusal) if refusal else ({}, "")
    described = kind.describe(row.asked()) if row.arguments is not None else []
    facts = [(translate(name), value) for name, value in described]
    return page("people/proposal.html", status=refusal.status if refusal else 200, row=row, kind=kind, facts=facts,
                problems=problems, conflict=conflict, typed=request.form.get("reason", ""), keys=[uuid4(), uuid4()],
                state=_shown_state(row), may_answer=service.may_answer(row, actor),
                is_open=rules.is_open(row.state, row.expires_at, at=clock.now()),
                is_colleague=row.kind.startswith("identity.staff."), is_person=row.kind.startswith("identity.person."),
                evidence_url=_evidence_url(row, actor),
                **shared(actor, [row.proposer_id, row.subject_id, row.settled_by]))


def _evidence_url(row: ProposalRow, actor: Actor) -> str | None:
    """Where the guardianship with its documents is, for who approves a ruling upon it and may look at it."""
    ref = (row.arguments or {}).get("ref") if row.kind.startswith("identity.guardianship.") else None
    if ref is None or not actor.may(permissions.READ_GUARDIANSHIPS):
        return None
    return url_for("guardians_console.show_guardianship", guardianship_ref=ref)


def _views(actor: Actor) -> list[ProposalView]:
    """The tabs of this reader: who answers nothing has no tab for it."""
    answers = any(kind.approves & actor.roles for kind in service.proposal_kinds())
    return [view for view in ProposalView if answers or view is not ProposalView.WAITING]


def _titles() -> dict[str, Any]:
    return {kind.name: kind.title for kind in service.proposal_kinds()}


def _shown_state(row: ProposalRow) -> str:
    """The state in the reader's eyes: what ran out of time is over before the sweep comes by."""
    over = row.state == ProposalState.PROPOSED and row.expires_at <= clock.now()
    return ProposalState.EXPIRED if over else row.state


def _seen() -> int:
    """The version that the page showed; what is no number matches none."""
    text = request.form.get("version", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
