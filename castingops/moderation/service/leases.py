"""Leases: a case is in one person's hands for some minutes, by a token that is new with every acquisition.

Which lease is live stands in the case's row alone; `case_leases` is the history. A case that changes hands by itself
(handed out, run out) leaves no line in the timeline; what somebody did does.
"""
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import update
from sqlalchemy.orm.attributes import set_committed_value

from castingops.audit import service as audit
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.config import current_settings
from castingops.core.db import add_change, save, session
from castingops.core.privacy import Purpose
from castingops.moderation import queries, rules
from castingops.moderation.errors import (
    CaseAlreadyDecided,
    CaseNotFound,
    CaseTaken,
    CaseWithdrawn,
    InvalidTakeover,
    LeaseLost,
)
from castingops.moderation.models import Case, CaseLease
from castingops.moderation.queries import work
from castingops.moderation.rules.appeals import check_apart
from castingops.moderation.service.timeline import add_event, verdict_details
from castingops.moderation.types import CaseEventKind, CaseState
from castingops.moderation.types.leases import TAKEOVER_REASON_MAX, Lease, LeaseEnd, LeaseHow, LostWhy

_ENDED = """update case_leases set ended_at = %(lease_at)s, ended_how = %(lease_how)s, ended_by = %(lease_by)s,
reason = %(lease_reason)s where token = %(lease)s and ended_at is null"""


def next_case(*, actor: Actor, queue: str = "") -> Lease | None:
    """Hand the actor a case: the one they hold already, else the first free one of the queue, or of all they work.

    No two people get the same one. It is a transaction of its own, whatever becomes of the request around it: asked
    again, it answers with the same case. None when nothing is free.
    """
    assert actor.user_id is not None
    now = clock.now()
    held = work.hand_out(actor=actor, token=uuid4(), now=now, until=now + _length(), queue=queue)
    return Lease(held.id, held.ref, held.token, held.until, actor.user_id) if held else None


def acquire(ref: str, *, actor: Actor, how: LeaseHow = LeaseHow.OPENED) -> Lease:
    """Take an open case into one's hands; one's own live lease is kept and begins anew, in every tab alike.

    Errors: CaseNotFound, CaseTaken (`details`: assigned_to, until), CaseAlreadyDecided, CaseWithdrawn, CaseBarred.
    """
    case = _lock(ref)
    check_apart(case.barred, actor.user_id)
    if _is_alive(case) and case.assigned_to != actor.user_id:
        raise CaseTaken(details={"assigned_to": case.assigned_to, "until": case.lease_until})
    if _is_alive(case):
        assert case.lease_token is not None
        return _put(case, case.lease_token, actor=actor)
    _end(case, LeaseEnd.EXPIRED)
    if how is LeaseHow.TAKEN:
        _tell(case, CaseEventKind.TAKEN, "moderation.case.take", actor=actor)
    return _begin(case, how, actor=actor)


def beat(ref: str, token: UUID, *, actor: Actor) -> Lease:
    """The page is still being looked at: the lease begins anew. Errors: LeaseLost (`details`), CaseNotFound."""
    now = clock.now()
    until = now + _length()
    renewed = (update(Case).where(Case.ref == rules.checked_ref(ref), Case.state == CaseState.OPEN,
                                  Case.lease_token == token, Case.assigned_to == actor.user_id, Case.lease_until > now)
               .values(lease_until=until).returning(Case.id))
    case_id = session().scalar(renewed, execution_options={"synchronize_session": False})
    if case_id is None:
        raise _lost(_find(ref), token, actor=actor)
    assert actor.user_id is not None
    return Lease(case_id, ref, token, until, actor.user_id)


def release(ref: str, token: UUID, *, actor: Actor, told: bool = False) -> None:
    """Give the case back to its queue before the time is over. `told`: with a line in the timeline.

    Errors: LeaseLost when the token does not hold it, CaseNotFound.
    """
    case = _lock(ref, decided=True)
    check(case, token, actor=actor)
    _end(case, LeaseEnd.RELEASED, by=actor.user_id)
    _write(case, assigned_to=None, lease_token=None, lease_until=None)
    if told:
        _tell(case, CaseEventKind.RETURNED, "moderation.case.return", actor=actor)


def give_back(ref: str, *, actor: Actor) -> None:
    """Return one's own case from the queue's page, which shows no token. Nobody's stays nobody's.

    Errors: CaseNotFound, CaseTaken when it is someone else's, CaseAlreadyDecided, CaseWithdrawn.
    """
    case = _lock(ref)
    if not _is_alive(case):
        return
    if case.assigned_to != actor.user_id:
        raise CaseTaken(details={"assigned_to": case.assigned_to, "until": case.lease_until})
    assert case.lease_token is not None
    release(ref, case.lease_token, actor=actor, told=True)


def take_over(ref: str, reason: str, *, actor: Actor) -> Lease:
    """Take a case out of a colleague's hands and say why. They are told; the timeline and the trail keep it.

    A case that nobody holds is simply taken. Errors: InvalidTakeover without a usable reason, as `acquire`.
    """
    case = _lock(ref)
    check_apart(case.barred, actor.user_id)
    before = case.assigned_to
    if not _is_alive(case) or before == actor.user_id:
        return acquire(ref, actor=actor, how=LeaseHow.TAKEN)
    words = _checked_reason(reason)
    _end(case, LeaseEnd.TAKEN_OVER, by=actor.user_id, reason=words)
    lease = _begin(case, LeaseHow.TAKEN_OVER, actor=actor)
    _tell(case, CaseEventKind.TAKEN_OVER, "moderation.case.take_over", actor=actor, former=str(before), reason=words)
    return lease


def check(case: Case, token: UUID | None, *, actor: Actor) -> None:
    """Whether this token of this actor's holds the case; called under the case's row lock.

    Errors: LeaseLost, whose `details` say why, and who has the case now; CaseBarred.
    """
    check_apart(case.barred, actor.user_id)
    holds = token is not None and case.lease_token == token and case.assigned_to == actor.user_id
    if not holds or not _is_alive(case):
        raise _lost(case, token, actor=actor)


def settle(case: Case, end: LeaseEnd = LeaseEnd.DECIDED) -> None:
    """The case leaves the open ones: its lease ends with it, and who works on it is for the caller to say anew."""
    _end(case, end)
    case.assigned_to = case.lease_token = case.lease_until = None


def mark_told(lease_id: UUID, *, actor: Actor) -> None:
    """The former holder has read it. Someone else's, or once more, changes nothing."""
    session().execute(update(CaseLease).where(
        CaseLease.id == lease_id, CaseLease.holder_id == actor.user_id, CaseLease.seen_at.is_(None))
        .values(seen_at=clock.now()))


def sweep() -> int:
    """Give back the cases whose leases ran out; how many. Whoever reads before treats them as free already."""
    return work.sweep_leases(clock.now())


def _length() -> timedelta:
    return timedelta(seconds=current_settings().lease_seconds)


def _is_alive(case: Case) -> bool:
    return case.lease_until is not None and case.lease_until > clock.now()


def _find(ref: str) -> Case:
    case = queries.find_case(rules.checked_ref(ref))
    if case is None:
        raise CaseNotFound
    return case


def _lock(ref: str, *, decided: bool = False) -> Case:
    """The case under its lock. Errors: CaseNotFound; what is not open any more, unless `decided` is fine too."""
    case = queries.lock_case(rules.checked_ref(ref))
    if case is None:
        raise CaseNotFound
    if case.state == CaseState.OPEN or decided:
        return case
    if case.state == CaseState.WITHDRAWN:
        raise CaseWithdrawn
    raise CaseAlreadyDecided(details=verdict_details(case.decided_by, case.decided_at, case.outcome))


def _begin(case: Case, how: LeaseHow, *, actor: Actor) -> Lease:
    token = uuid4()
    save(CaseLease(case_id=case.id, token=token, holder_id=actor.user_id, how=how, started_at=clock.now(), reason=""))
    return _put(case, token, actor=actor)


def _put(case: Case, token: UUID, *, actor: Actor) -> Lease:
    assert actor.user_id is not None
    until = clock.now() + _length()
    _write(case, assigned_to=actor.user_id, lease_token=token, lease_until=until)
    return Lease(case.id, case.ref, token, until, actor.user_id)


def _write(case: Case, **values: Any) -> None:
    """Change who holds the case without moving its version: the page that somebody reads is still the newest."""
    session().execute(update(Case).where(Case.id == case.id).values(**values),
                      execution_options={"synchronize_session": False})
    for name, value in values.items():
        set_committed_value(case, name, value)


def _end(case: Case, how: LeaseEnd, *, by: UUID | None = None, reason: str = "") -> None:
    """Close the history of the case's lease, live or run out."""
    if case.lease_token is None:
        return
    at = case.lease_until if how is LeaseEnd.EXPIRED else clock.now()
    if add_change(_ENDED, {"lease": case.lease_token, "lease_at": at, "lease_how": str(how), "lease_by": by,
                           "lease_reason": reason}):
        return
    ended = update(CaseLease).where(CaseLease.token == case.lease_token, CaseLease.ended_at.is_(None))
    session().execute(ended.values(ended_at=at, ended_how=how, ended_by=by, reason=reason),
                      execution_options={"synchronize_session": False})


def _lost(case: Case, token: UUID | None, *, actor: Actor) -> LeaseLost:
    """What the holder of a dead token is told. A token that never was theirs tells who has the case, no more."""
    alive = _is_alive(case)
    holder = case.assigned_to if alive else None
    details: dict[str, Any] = {"ref": case.ref, "why": LostWhy.UNKNOWN, "by": holder, "at": None, "reason": "",
                               "until": case.lease_until if alive else None, "state": case.state}
    lease = work.find_lease(token) if token else None
    if lease is not None and lease.case_id == case.id and lease.holder_id == actor.user_id:
        why = LostWhy(lease.ended_how) if lease.ended_how else LostWhy.EXPIRED
        details |= {"why": why, "by": lease.ended_by or holder, "at": lease.ended_at, "reason": lease.reason}
    return LeaseLost(details=details)


def _checked_reason(reason: str) -> str:
    return rules.checked_text(reason, TAKEOVER_REASON_MAX, InvalidTakeover, "reason")


def _tell(case: Case, kind: CaseEventKind, action: str, *, actor: Actor, **data: Any) -> None:
    add_event(case, kind, actor=actor, **data)
    audit.record(action, actor=actor, entity="case", entity_id=case.id, subject_id=case.subject_id,
                 purpose=Purpose.MODERATION, details={"ref": case.ref, **data})
