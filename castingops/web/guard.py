"""The guard round every view: sign-in, limit, CSRF, membership, permission, proof, unit of work, in that order."""
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import Any
from uuid import UUID

from flask import Response, g, make_response, request
from werkzeug.exceptions import HTTPException

from castingops.core import clock
from castingops.core.actor import Actor, Origin, anonymous
from castingops.core.config import current_settings
from castingops.core.db import unit_of_work
from castingops.core.errors import DomainError, MembershipStale, Unavailable
from castingops.core.permissions import PUBLIC, Permission
from castingops.web import limits, sign_in
from castingops.web.csrf import SAFE_METHODS
from castingops.web.idempotency import once

View = Callable[..., Any]
ORG = "org_id"  # the path parameter that makes a person a member
_TRIES = 3  # of a request whose organization changes its members at that very moment


class UnguardedRoute(TypeError):
    """A route was declared without saying who may use it."""


@dataclass(frozen=True)
class Door:
    """How one edge lets people in: who is asking, and what proves that they sent it themselves.

    `members`: behind this door a route whose path names an organization is for its members alone. A body larger than
    `most_bytes` is refused unread; None leaves it at what the app takes at most.
    """

    sign_in: Callable[[], Actor]
    check: Callable[[Actor], None]
    members: bool = False
    most_bytes: int | None = None


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

    def answer(actor: Actor, path: dict[str, Any]) -> Response:
        g.actor = actor
        if not public:
            actor.require(permission)
            if permission.step_up:
                _require_proof(actor)
        with unit_of_work(actor, read_only=request.method in SAFE_METHODS and not records):
            return make_response(run(actor=actor, **path))

    @wraps(view)
    def guarded(**path: Any) -> Response:
        _read_body(door.most_bytes)
        actor = anonymous(origin()) if public else door.sign_in()
        g.actor = actor
        limits.hit_for(limit, actor)
        door.check(actor)
        if public or not door.members or ORG not in path:
            return answer(actor, path)
        return _as_member(actor, path, answer)

    guarded.permission = permission  # type: ignore[attr-defined]  # read back by the permission matrix
    guarded.records = records  # type: ignore[attr-defined]
    guarded.idempotent = idempotent  # type: ignore[attr-defined]
    return guarded


def _as_member(actor: Actor, path: dict[str, Any], answer: Callable[[Actor, dict[str, Any]], Response]) -> Response:
    """The answer to `actor` as a member of the organization in the path, with the rank they hold when it begins.

    The rank may come from a cache; the first statement of the transaction finds out when it does not stand any more.
    Nothing has happened then, or it was rolled back, and the request runs again with the rank as it is. A refusal may
    come before any statement, so it counts only once the rank was read anew and is the same.
    Errors: NotFound for who is no member; Unavailable when the members change faster than we read.
    """
    member = sign_in.memberships()(actor, path[ORG])
    if request.method not in SAFE_METHODS:
        limits.hit("org_write", str(path[ORG]))
    for _ in range(_TRIES):
        try:
            return answer(member, path)
        except MembershipStale:
            member = sign_in.memberships()(actor, path[ORG], doubted=member)
        except (DomainError, HTTPException) as refusal:
            known = sign_in.memberships()(actor, path[ORG], doubted=member)
            if known.org_stamp == member.org_stamp or getattr(refusal, "commits", False):
                raise
            member = known
    raise Unavailable(retry_after=1)


def _read_body(most_bytes: int | None) -> None:
    """Keep the bytes: reading a form would use them up."""
    if most_bytes is not None:
        request.max_content_length = most_bytes
    request.get_data(parse_form_data=False)


def _require_proof(actor: Actor) -> None:
    actor.require_proof(within=timedelta(seconds=current_settings().step_up_seconds), at=clock.now())


def origin() -> Origin:
    """Where this request comes from."""
    return Origin(request.remote_addr or "", request.headers.get("User-Agent", "")[:300], UUID(g.request_id))
