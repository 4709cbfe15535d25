"""Casting calls are sent for review: through the gates, as they stand at that moment."""
from uuid import UUID

from castingops.casting.errors.calls import (
    CallFinal,
    CallIncomplete,
    CallPending,
    CallStopped,
    InvalidCall,
)
from castingops.casting.events.calls import CallSubmitted
from castingops.casting.models import CallRevisionRow, CastingCall
from castingops.casting.queries import calls as queries
from castingops.casting.rules import calls as rules
from castingops.casting.rules import stops
from castingops.casting.service.calls import base
from castingops.casting.types import RevisionStatus
from castingops.casting.types.calls import CallFields, CallRevisionKind, CallStatus, CallView, ChangeStatus
from castingops.core import clock, entitlements
from castingops.core.actor import Actor
from castingops.core.db import save
from castingops.core.entitlements import Entitlement
from castingops.core.ids import new_id
from castingops.core.outbox import publish


def submit_call(call_id: UUID, *, actor: Actor) -> CallView:
    """Send a draft, or a call that came back, for review.

    Errors: CallNotFound, RankTooLow, OrganizationClosing, SubscriptionRequired, CallPending when it is under review
    or published as it stands, CallFinal, CallIncomplete naming what is missing, CallStopped, InvalidCall for a date
    that has gone by.
    """
    row = base.own_row(call_id, actor=actor)
    if row.status in (CallStatus.UNDER_REVIEW, CallStatus.PUBLISHED):
        raise CallPending(details={"status": row.status})
    if row.status in (CallStatus.REJECTED, CallStatus.CLOSED):
        raise CallFinal(details={"status": row.status})
    fields = base.fields_of(row)
    send(row, fields, actor=actor)
    return base.view_of(row, fields)


def send(row: CastingCall, fields: CallFields, *, actor: Actor) -> None:
    """Keep what is sent, in the place of what still waits, and tell moderation. Errors: as `check_gates`."""
    check_gates(fields)
    supersede(row)
    first = row.approved_revision is None
    add_revision(row, fields, CallRevisionKind.FIRST if first else CallRevisionKind.CHANGE, RevisionStatus.PENDING,
                 actor=actor)
    if first:
        row.status = CallStatus.UNDER_REVIEW
    else:
        row.change_status = ChangeStatus.UNDER_REVIEW
    save(row)
    kind = CallRevisionKind.FIRST if first else CallRevisionKind.CHANGE
    base.record("submit", row, actor=actor, after={"status": row.status, "change_status": row.change_status},
                revision=row.last_revision, kind=kind)
    publish(CallSubmitted(org_id=row.org_id, call_id=row.id, revision=row.last_revision, kind=kind,
                          owner_id=row.created_by))


def check_gates(fields: CallFields) -> None:
    """What a call needs to come before a moderator, and once more to be published, inside its organization.

    Errors: SubscriptionRequired, CallIncomplete, InvalidCall for a date that has gone by, CallStopped.
    """
    entitlements.require(Entitlement.POST)
    lacks = rules.missing(fields)
    if lacks:
        raise CallIncomplete(details={"missing": list(lacks)}, **lacks)
    late = rules.past_dates(fields, now=clock.now())
    if late:
        raise InvalidCall(**late)
    listed, today = queries.list_stop_rules(), clock.today_riyadh()
    stopped = stops.stops(fields, listed, day=today)
    if stopped:
        raise CallStopped(details={"rules": sorted({rule.code for rule in stops.in_force(listed, today)})}, **stopped)


def supersede(row: CastingCall) -> None:
    """What waited for a decision does not any more."""
    pending = queries.find_pending(row.org_id, row.id)
    if pending is not None:
        pending.status = RevisionStatus.SUPERSEDED
        save(pending)


def add_revision(row: CastingCall, fields: CallFields, kind: CallRevisionKind, status: RevisionStatus, *,
                 actor: Actor) -> CallRevisionRow:
    """Keep what is sent under the next number."""
    now = clock.now()
    row.last_revision += 1
    revision = CallRevisionRow(
        org_id=row.org_id, id=new_id(), call_id=row.id, number=row.last_revision, kind=kind, status=status,
        snapshot=base.plain(fields), submitted_by=actor.user_id, submitted_at=now,
        decided_at=None if status is RevisionStatus.PENDING else now)
    save(revision)
    return revision
