"""Moderation's word on a call: published, sent back, refused, taken back. The house enters the organization here."""
from uuid import UUID

from castingops.casting.errors import StatementMissing
from castingops.casting.errors.calls import CallDecided, CallNotFound, CallRevisionNotFound
from castingops.casting.events.calls import CallChangesRequested, CallPublished, CallRejected
from castingops.casting.models import CallRevisionRow, CastingCall
from castingops.casting.queries import calls as queries
from castingops.casting.service.calls import base, showing, submitting
from castingops.casting.types import RevisionStatus
from castingops.casting.types.calls import CallRevision, CallStatus, ChangeStatus
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.db import entered_org, save
from castingops.core.outbox import publish

Reasons = tuple[str | None, str | None, str | None]  # statement in English and Arabic, code of the policy


def approve_call(*, actor: Actor, call_id: UUID, number: int, statement_en: str | None = None,
                 statement_ar: str | None = None, reason_code: str | None = None) -> CallRevision:
    """Approve a submission and show it to talent.

    Errors: CallNotFound, CallRevisionNotFound, CallDecided; OrganizationClosing and those of `check_gates`, which ask
    as things stand now: the plan may have ended, the deadline gone by, a rule come into force meanwhile.
    """
    with entered_org(actor, _home(call_id)) as inside:
        call, row = _undecided(call_id, number, actor=inside)
        fields = base.sent_fields(row)
        base.check_active(inside)
        submitting.check_gates(fields)
        now = clock.now()
        call.approved_revision, call.change_status = number, None
        call.status, call.published_at = CallStatus.PUBLISHED, call.published_at or now
        _decide(call, row, RevisionStatus.APPROVED, (statement_en, statement_ar, reason_code), "approve", actor=inside)
        showing.show(call, fields, number)
        publish(CallPublished(org_id=call.org_id, call_id=call_id, revision=number, kind=row.kind))
        return base.revision_of(row)


def request_call_changes(*, actor: Actor, call_id: UUID, number: int, statement_en: str, statement_ar: str,
                         reason_code: str) -> CallRevision:
    """Send a submission back to be corrected; what was approved before stays visible.

    Errors: CallNotFound, CallRevisionNotFound, CallDecided, StatementMissing.
    """
    with entered_org(actor, _home(call_id)) as inside:
        return _refuse(call_id, number, RevisionStatus.CHANGES_REQUESTED, (statement_en, statement_ar, reason_code),
                       actor=inside)


def reject_call(*, actor: Actor, call_id: UUID, number: int, statement_en: str, statement_ar: str,
                reason_code: str) -> CallRevision:
    """Refuse a submission; what was approved before stays visible. Errors: as `request_call_changes`."""
    with entered_org(actor, _home(call_id)) as inside:
        return _refuse(call_id, number, RevisionStatus.REJECTED, (statement_en, statement_ar, reason_code),
                       actor=inside)


def reopen_call(call_id: UUID, number: int, *, actor: Actor) -> bool:
    """Take back what was decided on a submission.

    Returns whether it can be decided anew: not when a newer one was sent, or the call was closed or deleted meanwhile.
    What was approved before it is shown in the place of an approval that is taken back.
    Errors: CallNotFound, CallRevisionNotFound.
    """
    with entered_org(actor, _home(call_id)) as inside:
        call, row = queries.find_call(call_id, actor=inside, lock=True), _revision(call_id, number, actor=inside)
        if call is None:
            return False
        if row.status in (RevisionStatus.PENDING, RevisionStatus.SUPERSEDED):
            return row.status == RevisionStatus.PENDING
        before, waits = row.status, call.last_revision == number and call.status != CallStatus.CLOSED
        row.status = RevisionStatus.PENDING if waits else RevisionStatus.SUPERSEDED
        row.decided_at = row.statement_en = row.statement_ar = row.reason_code = None
        save(row)
        _fall_back(call, row, waits=waits)
        base.record("reopen", call, actor=inside, before={"status": before}, after={"status": row.status},
                    revision=number)
        return waits


def _fall_back(call: CastingCall, row: CallRevisionRow, *, waits: bool) -> None:
    """Where the call stands once a decision is void: without it, and waiting again where nothing newer was sent."""
    if call.approved_revision == row.number:
        earlier = queries.find_approved_before(call.org_id, call.id, row.number)
        if earlier is None and call.status == CallStatus.CLOSED:  # it is over, and its history stays
            showing.hide(call)
            return
        if earlier is None:
            call.status, call.change_status, call.published_at = CallStatus.UNDER_REVIEW, None, None
            call.approved_revision = None
            showing.hide(call)
        else:
            call.approved_revision = earlier.number
            showing.show(call, base.sent_fields(earlier), earlier.number)
    if waits and call.approved_revision is not None:
        call.change_status = ChangeStatus.UNDER_REVIEW
    elif waits:
        call.status = CallStatus.UNDER_REVIEW
    elif call.approved_revision is None and call.status == CallStatus.UNDER_REVIEW \
            and queries.find_pending(call.org_id, call.id) is None:
        call.status = CallStatus.DRAFT
    save(call)


def _refuse(call_id: UUID, number: int, outcome: RevisionStatus, reasons: Reasons, *, actor: Actor) -> CallRevision:
    if not all(reasons):
        raise StatementMissing
    call, row = _undecided(call_id, number, actor=actor)
    back = outcome is RevisionStatus.CHANGES_REQUESTED
    if call.approved_revision is not None:
        call.change_status = ChangeStatus.CHANGES_REQUESTED if back else ChangeStatus.REJECTED
    else:
        call.status = CallStatus.CHANGES_REQUESTED if back else CallStatus.REJECTED
    _decide(call, row, outcome, reasons, "request_changes" if back else "reject", actor=actor)
    event = CallChangesRequested if back else CallRejected
    publish(event(org_id=call.org_id, call_id=call_id, revision=number))
    return base.revision_of(row)


def _decide(call: CastingCall, row: CallRevisionRow, outcome: RevisionStatus, reasons: Reasons, verb: str, *,
            actor: Actor) -> None:
    row.status, row.decided_at = outcome, clock.now()
    row.statement_en, row.statement_ar, row.reason_code = reasons
    save(row)
    save(call)
    base.record(verb, call, actor=actor, before={"status": RevisionStatus.PENDING}, after={"status": outcome},
                revision=row.number, reason_code=row.reason_code)


def _undecided(call_id: UUID, number: int, *, actor: Actor) -> tuple[CastingCall, CallRevisionRow]:
    """A call and the submission to decide on, held until the transaction ends."""
    call = base.get_row(call_id, actor=actor)
    row = _revision(call_id, number, actor=actor)
    if row.status != RevisionStatus.PENDING:
        raise CallDecided(details={"status": row.status, "decided_at": row.decided_at})
    return call, row


def _revision(call_id: UUID, number: int, *, actor: Actor) -> CallRevisionRow:
    row = queries.find_revision(actor.home, call_id, number, lock=True)
    if row is None:
        raise CallRevisionNotFound
    return row


def _home(call_id: UUID) -> UUID:
    home = queries.find_home(call_id)
    if home is None:
        raise CallNotFound
    return home
