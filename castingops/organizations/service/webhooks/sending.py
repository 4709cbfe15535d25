"""Sending: one delivery at a time, each try a job of its own; what waits is found by the clock.

A job's transaction holds its delivery's row while it sends, as an e-mail's does: a second worker passes it by, a crash
gives it back. What is sent may arrive twice: receivers know a message again by `webhook-id`.
"""
import time
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import func, select

from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.config import current_settings
from castingops.core.crypto import SealBroken
from castingops.core.db import entered_org, save, session
from castingops.core.http import AddressRefused, Client, ProviderFailed, ProviderPaused
from castingops.core.ids import new_id
from castingops.core.jobs import Job, enqueue
from castingops.organizations.errors import CredentialNotFound
from castingops.organizations.models import WebhookDelivery, WebhookEndpoint
from castingops.organizations.queries import organizations
from castingops.organizations.queries import webhooks as queries
from castingops.organizations.rules import webhooks as rules
from castingops.organizations.service import vault
from castingops.organizations.service.webhooks import base, letters
from castingops.organizations.types import (
    AT_ONCE,
    DELIVERIES_KEPT,
    FAILURES_MAX,
    SEND_LEASE,
    DeliveryState,
    DisabledFor,
    EndpointState,
    OrgState,
)

_GONE = 410  # "we want no more of it": the one refusal that is a wish
_BATCH = 200
_BUSY_PAUSE = 2.0  # seconds until a delivery looks again whether its organization has a place free
_CLIENT = Client("webhook", tries=1, public_only=True, most_bytes=65_536)


def put(endpoint_id: UUID, message_id: UUID, type_: str, facts: Mapping[str, Any], *, actor: Actor,
        replay_of: UUID | None = None, body: str | None = None) -> UUID:
    """Put a message on its way to an address of the actor's organization; returns the delivery's id."""
    now = clock.now()
    text = body or msgspec.json.encode({"type": type_, "timestamp": now, "data": dict(facts)}).decode()
    row = WebhookDelivery(
        org_id=actor.home, id=new_id(), endpoint_id=endpoint_id, message_id=message_id, type=type_, body=text,
        state=DeliveryState.PENDING, tries=0, next_at=now + SEND_LEASE, created_at=now, replay_of=replay_of)
    save(row)
    enqueue(SEND, org_id=actor.home, delivery_id=str(row.id))
    return row.id


def send(*, actor: Actor, delivery_id: str) -> None:
    """Try one delivery once. Run again, or beside another, it does nothing that was done."""
    row = queries.find_delivery(UUID(delivery_id), actor=actor, lock=True)
    if row is None or row.state != DeliveryState.PENDING:
        return
    endpoint = queries.find_endpoint(row.endpoint_id, actor=actor)
    organization = organizations.find(actor.home)
    if endpoint is None or endpoint.state != EndpointState.ACTIVE or organization is None \
            or organization.state != OrgState.ACTIVE:
        _settle(row, DeliveryState.FAILED, outcome="switched_off")
        return
    if not _has_place(actor.home):
        row.next_at = clock.now()
        save(row)
        return
    _note(row, endpoint, *_tried(row, endpoint, actor=actor), actor=actor)


SEND = Job("organizations.webhooks.send", send, queue="alerts", seconds=60)


def send_due() -> None:
    """Start what is due: tries after a pause, and what a crash left. Safe to run twice. The actor is the system."""
    now = clock.now()
    for org_id, delivery_id in queries.list_due(now, _BATCH):
        with entered_org(base.SYSTEM, org_id) as inside:
            row = queries.find_delivery(delivery_id, actor=inside, lock=True)
            if row is not None and row.state == DeliveryState.PENDING:
                row.next_at = now + SEND_LEASE
                save(row)
                enqueue(SEND, org_id=org_id, delivery_id=str(delivery_id))


def sweep() -> None:
    """Forget deliveries that were settled a month ago. Safe to run twice. The actor is the system."""
    old = queries.list_old(clock.now() - DELIVERIES_KEPT, _BATCH)
    for org_id in {org_id for org_id, _ in old}:
        with entered_org(base.SYSTEM, org_id) as inside:
            queries.forget_deliveries([id_ for each, id_ in old if each == org_id], actor=inside)


def _has_place(org_id: UUID) -> bool:
    """Whether fewer than AT_ONCE deliveries of this organization are being sent; the place lasts as the transaction."""
    return any(session().scalar(select(func.pg_try_advisory_xact_lock(
        func.hashtextextended(f"webhooks of {org_id}/{place}", 0)))) for place in range(AT_ONCE))


def _tried(row: WebhookDelivery, endpoint: WebhookEndpoint, *, actor: Actor) -> tuple[str, int | None, int, str | None]:
    """Send it; how that went, the HTTP status, milliseconds, and the beginning of the answer."""
    now, began = clock.now(), time.monotonic()
    try:
        headers = rules.headers(base.keys_of(endpoint, at=now), message_id=str(row.message_id), body=row.body, at=now)
        if endpoint.credential_id is not None:
            headers["Authorization"] = f"Bearer {vault.use_credential(endpoint.credential_id, actor=actor)}"
        answer = _CLIENT.request("POST", endpoint.url, content=row.body.encode(), repeatable=False,
                                 headers={"Content-Type": "application/json", **headers})
    except (ProviderFailed, SealBroken, CredentialNotFound) as failure:
        code = getattr(failure, "code", "secret_unreadable")
        return code, None, int((time.monotonic() - began) * 1000), None
    outcome = "delivered" if answer.ok else "gone" if answer.status == _GONE else "refused"
    return outcome, answer.status, int((time.monotonic() - began) * 1000), rules.shown_answer(answer.body)


def _note(row: WebhookDelivery, endpoint: WebhookEndpoint, outcome: str, status: int | None, milliseconds: int,
          answer: str | None, *, actor: Actor) -> None:
    """Write down how a try went, and what follows: done, another try later, or given up."""
    now = clock.now()
    row.outcome, row.status, row.milliseconds, row.answer = outcome, status, milliseconds, answer
    if outcome != ProviderPaused.code:  # nothing went out: no try
        row.tries += 1
    if outcome == "delivered":
        endpoint.failures, endpoint.last_delivered_at = 0, now
        save(endpoint)
        _settle(row, DeliveryState.DELIVERED, outcome=outcome)
        return
    final = outcome in {"gone", AddressRefused.code}  # trying again changes neither
    row.next_at = None if final else rules.next_try(current_settings().webhook_pauses, max(1, row.tries), at=now)
    if row.next_at is None:
        _settle(row, DeliveryState.FAILED, outcome=outcome)
        _give_up(endpoint, outcome, actor=actor)
    else:
        save(row)


def _settle(row: WebhookDelivery, state: DeliveryState, *, outcome: str) -> None:
    row.state, row.outcome, row.settled_at, row.next_at = state, outcome, clock.now(), None
    save(row)


def _give_up(endpoint: WebhookEndpoint, outcome: str, *, actor: Actor) -> None:
    """Count a message that never arrived; an address that is gone, or fails again and again, is switched off."""
    endpoint.failures += 1
    if outcome == "gone" or endpoint.failures >= FAILURES_MAX:
        endpoint.state = EndpointState.DISABLED
        endpoint.disabled_for = DisabledFor.GONE if outcome == "gone" else DisabledFor.FAILING
        endpoint.version += 1
        base.record("disable", endpoint, actor=actor, reason=endpoint.disabled_for)
        letters.tell_owners(endpoint, actor=actor)
    save(endpoint)
