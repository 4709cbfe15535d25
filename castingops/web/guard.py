"""The guard round every view: sign-in, limit, CSRF, permission, proof, unit of work, in that order."""
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import Any
from uuid import UUID

from flask import Response, g, make_response, request

from castingops.core import clock
from castingops.core.actor import Actor, Origin, anonymous
from castingops.core.config import current_settings
from castingops.core.db import unit_of_work
from castingops.core.permissions import PUBLIC, Permission
from castingops.web import limits
from castingops.web.csrf import SAFE_METHODS
from castingops.web.idempotency import once

View = Callable[..., Any]


class UnguardedRoute(TypeError):
    """A route was declared without saying who may use it."""


@dataclass(frozen=True)
class Door:
    """How one edge lets people in: who is asking, and what proves that they sent it themselves."""

    sign_in: Callable[[], Actor]
    check: Callable[[Actor], None]


def guard(view: View, permission: Permission | None, *, door: Door, idempotent: bool = False, records: bool = False,
          limit: str = "general") -> View:
    """Wrap `view` so that it runs as an actor who holds `permission`, in one transaction.

    The view gets `actor=`; GET cannot write, unless the route `records` (a download that is audited). Each request
    counts against `limit`: per person once signed in, per address before.
    Errors at declaration: UnguardedRoute without a permission, or for a safe retry that nobody in particular asks for.
    """
    if permission is None:
        raise UnguardedRoute(f"{view.__name__}: give permission=, or PUBLIC")
    public = permission is PUBLIC
    if public and idempotent:
        raise UnguardedRoute(f"{view.__name__}: an idempotency key belongs to a signed-in person")
    run = once(view) if idempotent else view

    @wraps(view)
    def guarded(**path: Any) -> Response:
        request.get_data(parse_form_data=False)  # keep the bytes: reading a form would use them up
        actor = anonymous(origin()) if public else door.sign_in()
        g.actor = actor
        limits.hit_for(limit, actor)
        door.check(actor)
        if not public:
            actor.require(permission)
            if permission.step_up:
                _require_proof(actor)
        with unit_of_work(actor, read_only=request.method in SAFE_METHODS and not records):
            return make_response(run(actor=actor, **path))

    guarded.permission = permission  # type: ignore[attr-defined]  # read back by the permission matrix
    guarded.records = records  # type: ignore[attr-defined]
    guarded.idempotent = idempotent  # type: ignore[attr-defined]
    return guarded


def _require_proof(actor: Actor) -> None:
    actor.require_proof(within=timedelta(seconds=current_settings().step_up_seconds), at=clock.now())


def origin() -> Origin:
    """Where this request comes from."""
    return Origin(request.remote_addr or "", request.headers.get("User-Agent", "")[:300], UUID(g.request_id))
