"""Views that moderators keep: saving the filter in force, renaming, sharing, deleting."""
from typing import Any
from uuid import UUID

from flask import Response, request, url_for

from castingops.core.actor import Actor
from castingops.core.i18n import translate
from castingops.moderation import permissions
from castingops.moderation.console.base import blueprint
from castingops.moderation.errors import InvalidSavedView
from castingops.moderation.forms import query_of, queue_filter
from castingops.moderation.service import views
from castingops.web.pages import go, page


@blueprint.post("/moderation/views", permission=permissions.SAVE_VIEWS)
def save_view(*, actor: Actor) -> Response:
    """Keep the filter that the address names."""
    query = query_of(queue_filter(request.args), request.args.get("q", ""))
    try:
        views.save_view(_name(), query, actor=actor, shared=_shared())
    except InvalidSavedView as refusal:
        return _again(refusal, url_for("moderation_console.save_view", **dict[str, Any](query)))
    return _to_queue(query)


@blueprint.post("/moderation/views/<uuid:view_id>/change", permission=permissions.SAVE_VIEWS)
def change_view(*, actor: Actor, view_id: UUID) -> Response:
    """Rename one's own view, share it or keep it to oneself."""
    try:
        views.change_view(view_id, _name(), actor=actor, shared=_shared())
    except InvalidSavedView as refusal:
        return _again(refusal, url_for("moderation_console.change_view", view_id=view_id))
    return _to_queue(next((dict(view.query) for view in views.list_views(actor=actor) if view.id == view_id), {}))


@blueprint.post("/moderation/views/<uuid:view_id>/delete", permission=permissions.SAVE_VIEWS)
def delete_view(*, actor: Actor, view_id: UUID) -> Response:
    """Forget one's own view."""
    views.delete_view(view_id, actor=actor)
    return _to_queue({})


def _name() -> str:
    return request.form.get("name", "")


def _shared() -> bool:
    return "shared" in request.form


def _again(refusal: InvalidSavedView, url: str) -> Response:
    problem = translate(refusal.fields.get("name", refusal.message))
    return page("moderation/view.html", status=refusal.status, url=url, problem=problem, typed=_name(),
                shared=_shared())


def _to_queue(query: dict[str, str]) -> Response:
    return go(url_for("moderation_console.show_queue", **dict[str, Any](query)))
