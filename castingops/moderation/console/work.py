"""The next case to work on."""
from typing import Any

from flask import Response, request, url_for

from castingops.core.actor import Actor
from castingops.moderation import permissions
from castingops.moderation.console.base import blueprint
from castingops.moderation.forms import queue_filter
from castingops.moderation.service import leases
from castingops.web.pages import go

NOTHING = "nothing"  # in the queue's address: the next case was asked for and there was none


@blueprint.post("/moderation/next", permission=permissions.TAKE)
def next_case(*, actor: Actor) -> Response:
    """Into the actor's hands and to its page: their own case, else the most urgent of the filter they came from."""
    wanted = queue_filter(request.form)
    lease = leases.next_case(actor=actor, queue=wanted.queue)
    more: dict[str, Any] = {"queue": wanted.queue} if wanted.queue else {}
    where = (url_for("moderation_console.show_queue", next=NOTHING, **more) if lease is None
             else url_for("moderation_console.show_case", ref=lease.ref))
    return go(where)
