"""The review of access, each quarter: every colleague's roles confirmed or proposed to be taken (OPS-15)."""
from uuid import UUID, uuid4

from flask import Response, request, url_for
from flask_babel import gettext as _

from castingops.core.actor import Actor
from castingops.core.errors import DomainError
from castingops.identity import permissions
from castingops.identity.console.people.base import blueprint, problems_of, shared, to_proposal
from castingops.identity.service import people as service
from castingops.web.pages import go, page_or_fragment


@blueprint.get("/people/review", permission=permissions.READ_REVIEW)
def show_review(*, actor: Actor) -> Response:
    """This quarter's review: who is still to be looked at, or everybody."""
    return _review(actor)


@blueprint.post("/people/review/<uuid:user_id>/confirm", permission=permissions.REVIEW_ACCESS)
def confirm_access(*, actor: Actor, user_id: UUID) -> Response:
    """Confirm that a colleague still needs what they have."""
    try:
        service.confirm_access(user_id, actor=actor, seen=request.form.get("roles", ""))
    except DomainError as refusal:
        return _review(actor, refusal, user_id)
    return go(url_for(".show_review", view=request.form.get("view") or None))


@blueprint.post("/people/review/<uuid:user_id>/change", permission=permissions.REVIEW_ACCESS, idempotent=True)
def propose_less(*, actor: Actor, user_id: UUID) -> Response:
    """Propose that a colleague has less; a second person decides."""
    form = request.form
    try:
        return to_proposal(service.propose_less(user_id, form.get("take", ""), actor=actor,
                                                reason=form.get("reason", "")))
    except DomainError as refusal:
        return _review(actor, refusal, user_id)


def _review(actor: Actor, refusal: DomainError | None = None, failed: UUID | None = None) -> Response:
    everybody, cursor = request.values.get("view") == "all", request.args.get("cursor")
    found, marks = service.list_review(left=not everybody, cursor=cursor)
    problems, conflict = problems_of(refusal) if refusal else ({}, "")
    progress = service.review_progress()
    tabs = [{"title": _("To be looked at"), "count": progress.total - progress.done, "current": not everybody,
             "url": url_for(".show_review")},
            {"title": _("Everybody"), "count": progress.total, "current": everybody,
             "url": url_for(".show_review", view="all")}]
    return page_or_fragment(
        "people/review.html", "people/_review_more.html", status=refusal.status if refusal else 200, page=found,
        marks={row.user_id: marks[row.user_id] for row in found.rows
               if row.user_id in marks and service.still_holds(marks[row.user_id], row)},
        progress=progress, due=service.review_due(), tabs=tabs, everybody=everybody, cursor=cursor,
        failed=failed, problems=problems, conflict=conflict, typed=request.form, new_key=uuid4, disable=service.DISABLE,
        **shared(actor, [mark.marked_by for mark in marks.values()]))
