"""Previewing and sending a decision, and taking it back. Refusals come back with everything that was typed."""
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Response, request
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from castingops.core.actor import Actor
from castingops.core.errors import Conflict, Forbidden
from castingops.core.i18n import translate
from castingops.core.messages import N_
from castingops.moderation import permissions, service
from castingops.moderation.console.base import blueprint, shared
from castingops.moderation.console.case import case_page, writers
from castingops.moderation.console.panel import filled_replies, judgement
from castingops.moderation.errors import CaseChanged, CaseTaken, CaseWithdrawn, DecisionNotFound, InvalidDecision
from castingops.moderation.forms import DecisionForm, as_uuid
from castingops.moderation.models import Case
from castingops.moderation.queries import approvals
from castingops.moderation.queries.approvals import PanelDecision
from castingops.moderation.rules.conversations import appended
from castingops.moderation.service import decisions, habits, leases
from castingops.moderation.types.conversations import QuickReply
from castingops.moderation.types.decisions import ActionKind, DecisionState
from castingops.moderation.types.leases import LOST, LostWhy
from castingops.web.pages import page, page_or_fragment, wants_fragment

_SENT = {DecisionState.PROPOSED: N_("Proposed. A second person has to approve it."),
         DecisionState.EXECUTED: N_("Decided and sent.")}


@blueprint.post("/moderation/cases/<ref>/preview", permission=permissions.DECIDE)
def preview_decision(*, actor: Actor, ref: str) -> Response:
    """What the decision as typed would send and do, in both languages. Changes nothing."""
    case, form = service.get_case(ref), DecisionForm(request.form)
    status, shown, problems, asked = 200, None, problems_of(form), "auto" not in request.form
    if not problems:
        try:
            shown = decisions.preview(ref, form.draft(), actor=actor,
                                      seen_version=(form.seen_version or None) if asked else None)
        except InvalidDecision as refusal:
            problems = refusal.fields
        except Conflict as refusal:  # told now, before anything is sent
            return retargeted(answer(case, actor, form, refusal.status, conflict=told(refusal)))
    if problems and asked:  # a form that is still being filled in is no mistake yet
        status = 422
    return answer(case, actor, form, status, "moderation/_preview.html", preview=shown, problems=problems)


@blueprint.post("/moderation/cases/<ref>/decide", permission=permissions.DECIDE, idempotent=True)
def decide_case(*, actor: Actor, ref: str) -> Response:
    """Decide the case as it was seen; who comes second is told who was first and keeps what they typed."""
    form = DecisionForm(request.form)
    problems, conflict, status = problems_of(form), None, 422
    if not problems:
        try:
            decision, case = decisions.send(ref, form.draft(), actor=actor, seen=form.seen())
            return answer(case, actor, None, 200, said=sent_words(decision.state))
        except InvalidDecision as refusal:
            problems = refusal.fields
        except Conflict as refusal:
            status, conflict = refusal.status, told(refusal)
    return answer(service.get_case(ref), actor, form, status, problems=problems, conflict=conflict)


@blueprint.post("/moderation/cases/<ref>/fill", permission=permissions.DECIDE)
def fill_facts(*, actor: Actor, ref: str) -> Response:
    """Put a quick reply into the facts of both languages, after what stands there."""
    case, form = service.get_case(ref), DecisionForm(request.form)
    reply = chosen_reply(case, actor)
    if reply is not None:
        form.facts_en.data = appended(form.facts_en.data or "", reply.body_en)
        form.facts_ar.data = appended(form.facts_ar.data or "", reply.body_ar)
    return answer(case, actor, form, 200)


@blueprint.get("/moderation/cases/<ref>/judgement", permission=permissions.READ)
def decided_meanwhile(*, actor: Actor, ref: str) -> Response:
    """Where the case stands now: asked for when the time to undo is over."""
    return answer(service.get_case(ref), actor, None, 200)


@blueprint.post("/moderation/decisions/<uuid:decision_id>/cancel", permission=permissions.DECIDE)
def cancel_decision(*, actor: Actor, decision_id: UUID) -> Response:
    """Take a decision back before it takes effect: its author gets the case and the typed words back."""
    shown = approvals.find_panel_decision(decision_id)
    if shown is None:
        raise DecisionNotFound
    try:
        decisions.cancel(decision_id, actor=actor)
    except Conflict as refusal:
        return answer(service.get_case(shown.ref), actor, None, refusal.status, conflict=told(refusal))
    form = _typed_again(shown) if shown.decided_by == actor.user_id and shown.override_of is None else None
    if form is not None:
        try:
            leases.acquire(shown.ref, actor=actor)
        except (CaseTaken, CaseWithdrawn, CaseChanged):
            form = None
    return answer(service.get_case(shown.ref), actor, form, 200, keep=True,
                  said=_("Taken back. Nothing was sent."))


def answer(case: Case, actor: Actor, form: DecisionForm | None, status: int,
           fragment: str = "moderation/_judgement.html", *, said: str = "", **parts: Any) -> Response:
    """The judgement on a case after an act: for htmx as a fragment, else as the whole page."""
    if wants_fragment():
        context = judgement(case, actor=actor, form=form, **parts)
        before, after = service.neighbours(case)
        return page_or_fragment("", fragment, status=status, oob=True, said=said, sent=bool(said), lost=[],
                                previous_ref=before, next_ref=after, lost_words=LOST,
                                **context, **shared(actor, people=writers(context)))
    context = case_page(case, actor=actor, form=form, **parts) | {"said": said, "sent": bool(said), "lost_words": LOST}
    return page("moderation/detail.html", status=status, **context)


def retargeted(response: Response) -> Response:
    """An answer that takes the place of the whole judgement, wherever it was asked from."""
    response.headers.update({"HX-Retarget": "#judgement", "HX-Reswap": "outerHTML"})
    return response


def chosen_reply(case: Case, actor: Actor) -> QuickReply | None:
    """The quick reply that a form names, filled from this case; none when none was chosen."""
    reply_id = as_uuid(request.form.get("reply", ""))
    if reply_id is None:
        return None
    return filled_replies(case, [habits.get_reply(reply_id, actor=actor)])[0]


def problems_of(form: DecisionForm) -> dict[str, str]:
    """What the form itself cannot read, by field."""
    if form.validate():
        return {}
    return {name: " ".join(map(str, errors)) for name, errors in form.errors.items() if name}


def told(refusal: Conflict | Forbidden) -> Mapping[str, Any]:
    """A conflict as its notice tells it: model text 19 for a decision, who has the case for a lost lease."""
    details = refusal.details
    return {"code": refusal.code, "text": translate(refusal.message), "outcome": details.get("outcome"),
            "at": details.get("decided_at") or details.get("at"), "why": details.get("why", LostWhy.UNKNOWN),
            "by": details.get("decided_by") or details.get("by") or details.get("assigned_to"),
            "reason": details.get("reason", "")}


def sent_words(state: str) -> str:
    """What a toast says of a decision that was just made."""
    return translate(_SENT.get(DecisionState(state), N_("Decided. You can still take it back.")))


def _typed_again(shown: PanelDecision) -> DecisionForm:
    """The form as it was sent."""
    suspension = next((act for act in shown.actions if act.kind == ActionKind.SUSPEND), None)
    typed: dict[str, str | list[str]] = {
        "outcome": shown.outcome, "policy": str(shown.policy_id), "facts_en": shown.facts_en,
        "facts_ar": shown.facts_ar, "note": shown.private_note,
        "actions": [act.kind for act in shown.actions if not act.parameters.get("automatic")],
        "suspend_days": str(suspension.parameters.get("days", "")) if suspension else "",
        "photos": [str(act.target_id) for act in shown.actions if act.kind == ActionKind.REMOVE_PHOTO]}
    return DecisionForm(MultiDict(typed))
