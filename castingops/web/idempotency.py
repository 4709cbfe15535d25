"""Safe retries: one key, one effect, one answer. Lock, effect and answer share one transaction (API-4).

The claim is an advisory lock, not a row: it ends with the transaction, so a process that dies leaves nothing behind.
"""
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from hashlib import sha256
from typing import Any
from uuid import UUID

from flask import Response, make_response, request
from sqlalchemy import Index, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column

from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.crypto import Sealer
from castingops.core.db import Base, save, session
from castingops.core.errors import BadRequest, Conflict, Invalid
from castingops.core.keys import sealer
from castingops.core.messages import N_
from castingops.core.privacy import IMPERSONAL, Purpose, personal

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
KEPT = timedelta(hours=24)


class KeyMissing(BadRequest):
    """No key, or one that is no key."""

    code = "idempotency_key_missing"
    message = N_("Send an Idempotency-Key header of 8 to 64 letters, digits, dashes or underscores.")


class InFlight(Conflict):
    """The same key is at work this very moment."""

    code, message = "request_in_flight", N_("The first request with this key is still at work.")


class KeyReused(Invalid):
    """The key belongs to another body."""

    code, message = "idempotency_key_reused", N_("This key belongs to a different request.")


class StoredReply(Base):
    """The answer to a request that had its effect. A key belongs to one person and one route.

    Answer and fingerprint are sealed: an answer may hold what is shown once and kept nowhere, a fingerprint what a
    short body could be guessed by.
    """

    __tablename__ = "stored_replies"
    __table_args__ = (Index("ix_stored_replies_created_at", "created_at"),)

    user_id: Mapped[UUID] = mapped_column(primary_key=True, info=personal(
        category="identifier", subject="user", purposes=(Purpose.SECURITY,), retention=KEPT))
    route: Mapped[str] = mapped_column(primary_key=True, info=IMPERSONAL)
    key: Mapped[str] = mapped_column(primary_key=True, info=IMPERSONAL)
    status: Mapped[int] = mapped_column(info=IMPERSONAL)
    content_type: Mapped[str] = mapped_column(info=IMPERSONAL)
    sealed: Mapped[str] = mapped_column(info=personal(
        category="any", subject="user", purposes=(Purpose.SECURITY,), retention=KEPT, minor=True))
    created_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)


def once(view: Callable[..., Any]) -> Callable[..., Response]:
    """Make `view` safe to retry. Wrap it inside the unit of work, for a signed-in actor.

    Errors: KeyMissing 400, InFlight 409, KeyReused 422. Refusals are not stored: they may be retried.
    """
    @wraps(view)
    def claimed(*args: Any, actor: Actor, **path: Any) -> Response:
        key, fingerprint, route = _key(), _fingerprint(), _route(actor)
        _claim(f"{actor.user_id}/{route}/{key}")
        stored = session().get(StoredReply, (actor.user_id, route, key))
        if stored is None:
            response = make_response(view(*args, actor=actor, **path))
            if response.status_code < 400:
                sealed = _sealer().seal(fingerprint + response.get_data().decode("latin-1"), _aad(route, key))
                save(StoredReply(user_id=actor.user_id, route=route, key=key, status=response.status_code,
                                 content_type=response.content_type, sealed=sealed, created_at=clock.now()))
            return response
        opened = _sealer().open(stored.sealed, _aad(route, key))
        if opened[:len(fingerprint)] != fingerprint:
            raise KeyReused
        body = opened[len(fingerprint):].encode("latin-1")  # bytes as they were, whatever they spell
        return Response(body, stored.status, {REPLAYED: "true"}, content_type=stored.content_type)
    return claimed


def forget_old_replies() -> None:
    """Drop the answers that nobody may ask for any more. Runs as the system."""
    session().execute(delete(StoredReply).where(StoredReply.created_at < clock.now() - KEPT))


def _sealer() -> Sealer:
    return sealer("web/stored replies")


def _aad(route: str, key: str) -> str:
    return f"stored_replies/{route}/{key}"


def _route(actor: Actor) -> str:
    """The route, and for whom: one key of a guardian's means one thing for each ward."""
    ward = f"/{actor.subject_id}" if actor.guardianship_id is not None else ""
    return f"{request.endpoint}{ward}"


def _key() -> str:
    key = request.headers.get(HEADER) or request.form.get("idempotency_key", "")
    if not re.fullmatch(r"[A-Za-z0-9_-]{8,64}", key):
        raise KeyMissing
    return key


def _fingerprint() -> str:
    return sha256(b"\n".join([request.method.encode(), request.full_path.encode(), _body()])).hexdigest()


def _body() -> bytes:
    """What the sender meant: a form's fields without the CSRF token, files by content, else the bytes as they came.

    A browser draws a new multipart boundary for each try, and a page a new token.
    """
    if not request.form and not request.files:
        return request.get_data()
    fields = sorted((str(name), value) for name, value in request.form.items(multi=True))  # a part may have no name
    parts = [f"{name}={value}".encode() for name, value in fields if name != "csrf_token"]
    for name, file in sorted(request.files.items(multi=True), key=lambda item: str(item[0])):
        parts.append(str(name).encode() + b":" + sha256(file.stream.read()).digest())
        file.stream.seek(0)
    return b"\n".join(parts)


def _claim(name: str) -> None:
    """Take the key for this transaction. The lock dies with it, so a crash leaves nothing to clean up."""
    if not session().scalar(select(func.pg_try_advisory_xact_lock(func.hashtextextended(name, 0)))):
        raise InFlight
