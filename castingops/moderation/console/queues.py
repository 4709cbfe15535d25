"""Queues and their rules: what goes where, for everyone to read and for senior moderators to keep."""
from typing import Any
from uuid import uuid4

from flask import Response, request, url_for

from castingops.core.actor import Actor
from castingops.core.i18n import current_locale, translate
from castingops.identity.types import ROLE_TITLES
from castingops.moderation import permissions, service, types
from castingops.moderation.console.base import blueprint
from castingops.moderation.errors import InvalidQueue
from castingops.moderation.forms import QueueForm
from castingops.moderation.service import queues
from castingops.moderation.types.queues import WORKERS, Queue
from castingops.web.pages import go, page


@blueprint.get("/moderation/queues", permission=permissions.READ)
def list_queues(*, actor: Actor) -> Response:
    """Every queue in the order in which the rules are tried, with its open cases."""
    return _page(actor)


@blueprint.post("/moderation/queues", permission=permissions.QUEUES, idempotent=True)
def add_queue(*, actor: Actor) -> Response:
    """Keep a new queue; a refusal keeps what was typed."""
    form = QueueForm(request.form)
    try:
        queues.add_queue(form.draft(), actor=actor)
    except InvalidQueue as refusal:
        return _page(actor, status=refusal.status, draft=form.draft(), problems=_told(refusal))
    return _back()


@blueprint.get("/moderation/queues/<code>", permission=permissions.QUEUES)
def show_queue_rule(*, actor: Actor, code: str) -> Response:
    """One queue, to change."""
    queue = queues.get_queue(code)
    return _edit(queue, queue)


@blueprint.post("/moderation/queues/<code>", permission=permissions.QUEUES)
def change_queue(*, actor: Actor, code: str) -> Response:
    """Change a queue's names and rule. Undecided cases follow."""
    form, queue = QueueForm(request.form), queues.get_queue(code)
    try:
        queues.change_queue(code, form.draft(), actor=actor, seen_version=form.seen_version)
    except InvalidQueue as refusal:
        return _edit(queue, form.draft(), status=refusal.status, problems=_told(refusal))
    return _back()


@blueprint.post("/moderation/queues/<code>/earlier", permission=permissions.QUEUES)
def move_queue_earlier(*, actor: Actor, code: str) -> Response:
    """Have its rule tried one step earlier."""
    queues.move_queue(code, actor=actor, earlier=True)
    return _back()


@blueprint.post("/moderation/queues/<code>/later", permission=permissions.QUEUES)
def move_queue_later(*, actor: Actor, code: str) -> Response:
    """Have its rule tried one step later."""
    queues.move_queue(code, actor=actor, earlier=False)
    return _back()


@blueprint.post("/moderation/queues/<code>/retire", permission=permissions.QUEUES)
def retire_queue(*, actor: Actor, code: str) -> Response:
    """Take a queue out of use; its cases go where the other rules send them."""
    form, queue = QueueForm(request.form), queues.get_queue(code)
    try:
        queues.retire_queue(code, actor=actor, seen_version=form.seen_version)
    except InvalidQueue as refusal:
        return _edit(queue, queue, status=refusal.status, problems=_told(refusal))
    return _back()


def _page(actor: Actor, *, status: int = 200, draft: Queue | None = None,
          problems: dict[str, str] | None = None) -> Response:
    return page("moderation/queues.html", status=status, queues=queues.list_queues(), counts=queues.open_counts(),
                may_change=actor.may(permissions.QUEUES), **_form(draft or Queue("", "", ""), problems or {}))


def _edit(queue: Queue, draft: Queue, *, status: int = 200, problems: dict[str, str] | None = None) -> Response:
    return page("moderation/queue_edit.html", status=status, queue=queue, **_form(draft, problems or {}))


def _form(draft: Queue, problems: dict[str, str]) -> dict[str, Any]:
    kinds = {kind.name: kind.title for kind in service.all_kinds()}
    return {"draft": draft, "problems": problems, "kinds": kinds, "languages": types.LANGUAGES, "workers": WORKERS,
            "role_titles": ROLE_TITLES, "page_locale": current_locale(), "key": uuid4()}


def _told(refusal: InvalidQueue) -> dict[str, str]:
    return {name: translate(words) for name, words in refusal.fields.items()}


def _back() -> Response:
    return go(url_for("moderation_console.list_queues"))
