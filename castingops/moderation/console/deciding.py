"""Previewing and sending a decision. Refusals come back with everything that was typed."""
from typing import Any

from flask import Response, request

from castingops.core.actor import Actor
from castingops.core.errors import Conflict
from castingops.core.i18n import translate
from castingops.moderation import permissions, service
from castingops.moderation.console.base import blueprint
from castingops.moderation.console.case import case_page, judgement
from castingops.moderation.console.rows import names_of
from castingops.moderation.errors import CaseAlreadyDecided, CaseChanged, CaseWithdrawn, InvalidDecision
from castingops.moderation.forms import DecisionForm
from castingops.moderation.models import Case
from castingops.web.pages import page, page_or_fragment, wants_fragment


@blueprint.post("/moderation/cases/<ref>/preview", permission=permissions.DECIDE)
def preview_decision(*, actor: Actor, ref: str) -> Response:
    """What the decision as typed would send, in both languages. Changes nothing."""
    case, form = service.get_case(ref), DecisionForm(request.form)
    status, shown, problems, asked = 200, None, _problems(form), "auto" not in request.form
    if not problems:
        try:
            seen = form.seen_version or None if asked else None
            shown = service.preview(ref, form.draft(), actor=actor, seen_version=seen)
        except InvalidDecision as refusal:
            problems = refusal.fields
        except (CaseAlreadyDecided, CaseChanged, CaseWithdrawn) as refusal:  # told now, before anything is sent
            answer = _answer(case, actor, form, refusal.status, "moderation/_judgement.html", conflict=_told(refusal))
            answer.headers.update({"HX-Retarget": "#judgement", "HX-Reswap": "outerHTML"})
            return answer
    if problems and asked:  # a form that is still being filled in is no mistake yet
        status = 422
    return _answer(case, actor, form, status, "moderation/_preview.html", preview=shown, problems=problems)


@blueprint.post("/moderation/cases/<ref>/decide", permission=permissions.DECIDE, idempotent=True)
def decide_case(*, actor: Actor, ref: str) -> Response:
    """Decide the case as it was seen; who comes second is told who was first and keeps what they typed."""
    form = DecisionForm(request.form)
    problems, conflict, status = _problems(form), None, 422
    if not problems:
        try:
            service.decide(ref, form.draft(), actor=actor, seen_version=form.seen_version)
            return _answer(service.get_case(ref), actor, DecisionForm(), 200, "moderation/_judgement.html", sent=True)
        except InvalidDecision as refusal:
            problems = refusal.fields
        except (CaseAlreadyDecided, CaseChanged, CaseWithdrawn) as refusal:
            status, conflict = refusal.status, _told(refusal)
    case = service.get_case(ref)
    return _answer(case, actor, form, status, "moderation/_judgement.html", problems=problems, conflict=conflict)


def _answer(case: Case, actor: Actor, form: DecisionForm, status: int, fragment: str, *, sent: bool = False,
            **parts: Any) -> Response:
    if wants_fragment():
        context = judgement(case, actor=actor, form=form, **parts)
        return page_or_fragment("", fragment, status=status, **context, **_neighbours(case), oob=True, sent=sent)
    context = case_page(case, actor=actor, form=form, **parts) | {"sent": sent}
    return page("moderation/detail.html", status=status, **context)


def _neighbours(case: Case) -> dict[str, str | None]:
    before, after = service.neighbours(case)
    return {"previous_ref": before, "next_ref": after}


def _problems(form: DecisionForm) -> dict[str, str]:
    """What the form itself cannot read, by field."""
    if form.validate():
        return {}
    return {name: " ".join(map(str, errors)) for name, errors in form.errors.items() if name}


def _told(refusal: Conflict) -> dict[str, Any]:
    """A conflict as its notice tells it: model text 19 for a decision, else the refusal's own words."""
    details = refusal.details
    by = details.get("decided_by")
    return {"code": refusal.code, "text": translate(refusal.message), "outcome": details.get("outcome"),
            "at": details.get("decided_at"), "name": names_of([by]).get(by, "") if by else ""}
