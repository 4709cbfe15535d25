"""Second approval: what colleagues proposed, read and approved or refused; and proposing to reverse a decision."""
from typing import Any
from uuid import UUID, uuid4

from flask import Response, request, url_for
from flask_babel import gettext as _

from castingops.core.actor import Actor
from castingops.core.errors import Conflict, Forbidden
from castingops.core.i18n import translate
from castingops.moderation import permissions, queries, service
from castingops.moderation.console.base import blueprint, shared
from castingops.moderation.console.deciding import problems_of
from castingops.moderation.errors import DecisionNotFound, InvalidDecision
from castingops.moderation.forms import DecisionForm
from castingops.moderation.queries import appeals, approvals
from castingops.moderation.queries.approvals import PanelDecision
from castingops.moderation.service import decisions
from castingops.moderation.types import Outcome
from castingops.moderation.types.decisions import ActionKind, DecisionState
from castingops.web.pages import go, page, page_or_fragment


@blueprint.get("/moderation/approvals", permission=permissions.READ_PROPOSALS)
def list_approvals(*, actor: Actor) -> Response:
    """What waits for a second person, the longest first. One's own proposals are listed, and marked."""
    kind, whose, cursor = request.args.get("kind", ""), request.args.get("whose", ""), request.args.get("cursor")
    kind = kind if kind.isidentifier() else ""
    found = approvals.list_proposed(kind=kind, cursor=cursor, proposer=actor.user_id if whose == "mine" else None,
                                    others_of=actor.user_id if whose == "others" else None)
    query: dict[str, Any] = {name: value for name, value in (("kind", kind), ("whose", whose)) if value}
    context = shared(actor, people=[row.decided_by for row in found.rows])
    context |= {
        "rows": found.rows, "kind": kind, "whose": whose, "narrowed": bool(query), "me": actor.user_id,
        "kind_options": [("", _("Any kind")), *((name, translate(title)) for name, title in context["kinds"].items())],
        "whose_options": [("", _("From everybody")), ("others", _("Mine to approve")), ("mine", _("My proposals"))],
        "next_url": url_for(".list_approvals", **query, cursor=found.next_cursor) if found.next_cursor else "",
        "first_url": url_for(".list_approvals", **query) if cursor else ""}
    return page_or_fragment("moderation/approvals/list.html", "moderation/approvals/_more.html", **context)


@blueprint.get("/moderation/approvals/<uuid:decision_id>", permission=permissions.READ_PROPOSALS)
def show_approval(*, actor: Actor, decision_id: UUID) -> Response:
    """One proposal: everything it would do, and the two answers to it."""
    return _shown(_found(decision_id), actor)


@blueprint.post("/moderation/approvals/<uuid:decision_id>/approve", permission=permissions.APPROVE, idempotent=True)
def approve_decision(*, actor: Actor, decision_id: UUID) -> Response:
    """Agree to exactly what was read."""
    try:
        decisions.approve(decision_id, actor=actor, seen_hash=request.form.get("payload_hash", ""))
    except (Conflict, Forbidden) as refusal:
        return _shown(_found(decision_id), actor, status=refusal.status, conflict=translate(refusal.message))
    return go(url_for(".show_approval", decision_id=decision_id))


@blueprint.post("/moderation/approvals/<uuid:decision_id>/decline", permission=permissions.DECLINE, idempotent=True)
def decline_decision(*, actor: Actor, decision_id: UUID) -> Response:
    """Refuse, with a reason that the proposer reads."""
    typed = request.form.get("reason", "")
    try:
        decisions.decline(decision_id, actor=actor, reason=typed)
    except InvalidDecision as refusal:
        return _shown(_found(decision_id), actor, status=refusal.status, typed=typed, problems=refusal.fields)
    except (Conflict, Forbidden) as refusal:
        return _shown(_found(decision_id), actor, status=refusal.status, typed=typed,
                      conflict=translate(refusal.message))
    return go(url_for(".list_approvals"))


@blueprint.get("/moderation/decisions/<uuid:decision_id>/reverse", permission=permissions.DECIDE)
def show_reversal(*, actor: Actor, decision_id: UUID) -> Response:
    """A form to propose another decision in place of one in force."""
    return _reversal(_found(decision_id), actor, DecisionForm())


@blueprint.post("/moderation/decisions/<uuid:decision_id>/reverse", permission=permissions.DECIDE, idempotent=True)
def reverse_decision(*, actor: Actor, decision_id: UUID) -> Response:
    """Propose it, or with `look` show what would be sent. A second person approves; what was typed is kept."""
    shown, form = _found(decision_id), DecisionForm(request.form)
    problems: dict[str, Any] = problems_of(form)
    if problems:
        return _reversal(shown, actor, form, status=422, problems=problems)
    try:
        if "look" in request.form:
            preview = decisions.preview(shown.ref, form.draft(), actor=actor, override_of=decision_id)
            return _reversal(shown, actor, form, preview=preview)
        decisions.reverse(decision_id, form.draft(), actor=actor)
    except InvalidDecision as refusal:
        return _reversal(shown, actor, form, status=refusal.status, problems=refusal.fields)
    except (Conflict, Forbidden) as refusal:
        return _reversal(shown, actor, form, status=refusal.status, conflict=translate(refusal.message))
    return go(url_for(".show_case", ref=shown.ref))


def _found(decision_id: UUID) -> PanelDecision:
    found = approvals.find_panel_decision(decision_id)
    if found is None:
        raise DecisionNotFound
    return found


def _shown(shown: PanelDecision, actor: Actor, *, status: int = 200, typed: str = "", conflict: str = "",
           problems: Any = None) -> Response:
    people = [shown.decided_by, shown.approver_id, shown.settled_by]
    case = service.get_case(shown.ref) if shown.override_of and shown.state == DecisionState.PROPOSED else None
    appealed = appeals.find_open(case.subject_id, shown.override_of) if case and shown.override_of else None
    return page("moderation/approvals/detail.html", status=status, shown=shown, typed=typed, conflict=conflict,
                appealed=appealed, problems=problems or {}, approve_key=uuid4(), decline_key=uuid4(),
                is_open=shown.state == DecisionState.PROPOSED, is_mine=shown.decided_by == actor.user_id,
                **shared(actor, people=people))


def _reversal(shown: PanelDecision, actor: Actor, form: DecisionForm, *, status: int = 200, conflict: str = "",
              problems: Any = None, preview: service.Preview | None = None) -> Response:
    case = service.get_case(shown.ref)
    kind = service.kind_of(case.kind)
    wanted = form.outcome.data if form.outcome.data in (Outcome.CHANGES, Outcome.REJECT) else Outcome.REJECT
    submission, _erased = service.load_or_blank(case, kind, actor=actor)
    appealed = appeals.find_open(case.subject_id, shown.id)
    return page(
        "moderation/approvals/reversal.html", status=status, shown=shown, case=case, form=form, preview=preview,
        problems=problems or {}, conflict=conflict, key=uuid4(), version=case.version, revision=case.subject_revision,
        lease_token="", outcomes=kind.outcomes, acts_here=[act for act in ActionKind if act in kind.actions],
        policies=[row for row in queries.list_policies(case.kind) if wanted in row.statements],
        photo_ids=submission.photo_ids, decide_replies=(), oob=False, reversal=shown,
        appealed=appealed, may_propose=appealed is None and shown.state == DecisionState.EXECUTED
        and actor.user_id not in (shown.decided_by, shown.approver_id),
        **shared(actor, people=[shown.decided_by, shown.approver_id]))
