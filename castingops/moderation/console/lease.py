"""Having a case in one's hands: taking, keeping, returning it, and taking it over. What was typed comes along."""
from uuid import UUID

from flask import Response, request
from flask_babel import gettext as _

from castingops.core.actor import Actor
from castingops.core.errors import Conflict
from castingops.core.i18n import translate
from castingops.moderation import permissions, service
from castingops.moderation.console.base import blueprint, shared
from castingops.moderation.console.deciding import answer, told
from castingops.moderation.console.panel import judgement
from castingops.moderation.errors import InvalidTakeover, LeaseLost
from castingops.moderation.forms import DecisionForm, as_uuid
from castingops.moderation.service import leases
from castingops.moderation.types.leases import LOST, LeaseHow
from castingops.web.pages import page_or_fragment, wants_fragment


@blueprint.post("/moderation/cases/<ref>/lease", permission=permissions.TAKE)
def take_lease(*, actor: Actor, ref: str) -> Response:
    """Take the case; the form to decide it appears."""
    try:
        leases.acquire(ref, actor=actor, how=LeaseHow.TAKEN)
    except Conflict as refusal:
        return answer(service.get_case(ref), actor, _typed(), refusal.status, conflict=told(refusal))
    return answer(service.get_case(ref), actor, _typed(), 200, said=_("The case is yours."))


@blueprint.post("/moderation/cases/<ref>/lease/take-over", permission=permissions.TAKE)
def take_over_lease(*, actor: Actor, ref: str) -> Response:
    """Take the case out of a colleague's hands, with a reason that they read."""
    try:
        leases.take_over(ref, request.form.get("reason", ""), actor=actor)
    except InvalidTakeover as refusal:
        conflict = {"code": refusal.code, "text": translate(refusal.message), "outcome": None, "by": None}
        return answer(service.get_case(ref), actor, _typed(), refusal.status, conflict=conflict)
    except Conflict as refusal:
        return answer(service.get_case(ref), actor, _typed(), refusal.status, conflict=told(refusal))
    return answer(service.get_case(ref), actor, _typed(), 200, said=_("The case is yours."))


@blueprint.post("/moderation/cases/<ref>/lease/release", permission=permissions.TAKE)
def release_lease(*, actor: Actor, ref: str) -> Response:
    """Give the case back before the time is over."""
    try:
        leases.release(ref, _token(), actor=actor, told=True)
    except LeaseLost as refusal:
        return answer(service.get_case(ref), actor, None, refusal.status, conflict=told(refusal))
    return answer(service.get_case(ref), actor, None, 200, said=_("Returned to the queue."))


@blueprint.post("/moderation/cases/<ref>/lease/beat", permission=permissions.TAKE)
def beat_lease(*, actor: Actor, ref: str) -> Response:
    """The page is still looked at. Where the case was lost, only the notice changes: what was typed stays."""
    status, conflict = 200, None
    try:
        leases.beat(ref, _token(), actor=actor)
    except LeaseLost as refusal:
        status, conflict = refusal.status, told(refusal)
    case = service.get_case(ref)
    if not wants_fragment():
        return answer(case, actor, None, status, conflict=conflict)
    context = judgement(case, actor=actor, conflict=conflict) | {"keeps_form": True}
    people = [case.assigned_to, conflict["by"] if conflict else None]
    fragment = "moderation/_lease_lost.html" if conflict else "moderation/_standing.html"
    return page_or_fragment("", fragment, status=status, oob=True, sent=False, next_ref=None, lost_words=LOST,
                            **context, **shared(actor, people=people))


@blueprint.post("/moderation/cases/<ref>/lease/<uuid:lease_id>/told", permission=permissions.TAKE)
def lease_told(*, actor: Actor, ref: str, lease_id: UUID) -> Response:
    """The former holder has read who took the case over, and why."""
    leases.mark_told(lease_id, actor=actor)
    if wants_fragment():
        return page_or_fragment("", "moderation/_read.html")
    return answer(service.get_case(ref), actor, None, 200)


def _token() -> UUID:
    return as_uuid(request.form.get("lease_token", "")) or UUID(int=0)


def _typed() -> DecisionForm | None:
    """The decision that was typed before, when a form came along."""
    return DecisionForm(request.form) if "facts_en" in request.form else None
