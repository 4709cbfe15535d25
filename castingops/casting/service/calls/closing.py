"""Casting calls end: by their hirer, by their deadline, by the house, and with their organization."""
from typing import Any
from uuid import UUID

from castingops.casting.errors.calls import CallNotFound, CallNotOpen, InvalidClosing
from castingops.casting.events.calls import CallClosed, CallWithdrawn
from castingops.casting.models import CastingCall
from castingops.casting.queries import calls as queries
from castingops.casting.service.calls import base, showing, submitting
from castingops.casting.types.calls import (
    CLOSE_BATCH,
    REASON_MAX,
    CallStatus,
    CallView,
    ChangeStatus,
    ClosedBy,
)
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.arabic import is_storable, tidy
from castingops.core.db import entered_org, save
from castingops.core.messages import N_, Message
from castingops.core.outbox import publish


def close(call_id: UUID, *, actor: Actor) -> CallView:
    """Close a published call; a change under way is not looked at any more.

    Errors: CallNotFound, RankTooLow, CallNotOpen.
    """
    row = base.own_row(call_id, actor=actor, closing=True)
    if row.status != CallStatus.PUBLISHED:
        raise CallNotOpen(details={"status": row.status})
    end(row, ClosedBy.HIRER, actor=actor)
    return base.view_of(row)


def house_closes(call_id: UUID, *, actor: Actor, seen_version: int, reason_en: str, reason_ar: str) -> None:
    """Close a published call for a reason that its organization reads; its address answers no more. For staff.

    Errors: CallNotFound, InvalidClosing, CallNotOpen also when it changed since it was seen.
    """
    words = _checked_reasons(reason_en, reason_ar)
    home = queries.find_home(call_id)
    if home is None:
        raise CallNotFound
    with entered_org(actor, home) as inside:
        row = base.get_row(call_id, actor=inside)
        if row.status != CallStatus.PUBLISHED or row.version != seen_version:
            raise CallNotOpen(details={"status": row.status})
        row.closed_reason_en, row.closed_reason_ar = words
        end(row, ClosedBy.STAFF, actor=inside)


def close_due(*, actor: Actor) -> int:
    """Close every call whose deadline has passed; returns how many. Runs as the system; safe to run twice."""
    closed = 0
    for org_id, call_id in queries.due(clock.now(), most=CLOSE_BATCH):
        with entered_org(actor, org_id) as inside:
            row = queries.find_call(call_id, actor=inside, lock=True)
            if row is not None and row.status == CallStatus.PUBLISHED and row.deadline is not None \
                    and row.deadline <= clock.now():
                end(row, ClosedBy.DEADLINE, actor=inside)
                closed += 1
    return closed


def close_all(actor: Actor) -> None:
    """End what an organization has open as it ends itself; connected to `organization_closed`, inside it."""
    for call_id in queries.list_living(actor=actor):
        row = queries.find_call(call_id, actor=actor, lock=True)
        if row is not None and row.status == CallStatus.PUBLISHED:
            end(row, ClosedBy.ORGANIZATION, actor=actor)
        elif row is not None and row.status == CallStatus.UNDER_REVIEW:
            submitting.supersede(row)
            row.status, row.deleted_at = CallStatus.DRAFT, clock.now()
            save(row)
            base.record("delete", row, actor=actor, after={"status": row.status})
            publish(CallWithdrawn(org_id=row.org_id, call_id=row.id))


def end(row: CastingCall, by: ClosedBy, *, actor: Actor) -> None:
    """Close a published call that is held."""
    if row.change_status == ChangeStatus.UNDER_REVIEW:
        submitting.supersede(row)
        publish(CallWithdrawn(org_id=row.org_id, call_id=row.id))
    row.status, row.change_status = CallStatus.CLOSED, None
    row.closed_at, row.closed_by = clock.now(), by
    save(row)
    showing.settle_closed(row, actor=base.house(actor) if actor.kind == "member" else actor)
    base.record("close", row, actor=actor, before={"status": CallStatus.PUBLISHED}, after={"status": row.status},
                by=by)
    publish(CallClosed(org_id=row.org_id, call_id=row.id, by=by))


def _checked_reasons(english: str, arabic: str) -> tuple[str, str]:
    problems: dict[str, Any] = {name: problem for name, text in (("reason_en", english), ("reason_ar", arabic))
                if (problem := _problem(tidy(text))) is not None}
    if problems:
        raise InvalidClosing(**problems)
    return tidy(english), tidy(arabic)


def _problem(text: str) -> Message | None:
    if not text:
        return N_("Say why: the organization reads it.")
    if len(text) > REASON_MAX:
        return N_("Use at most %(max)d characters.", max=REASON_MAX)
    return None if is_storable(text) else N_("This holds a character that cannot be stored.")
