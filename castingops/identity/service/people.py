"""Staff accounts as the console lists them, and the review of their access each quarter (ID-9, OPS-15)."""
from datetime import date, timedelta
from uuid import UUID

from castingops.audit import service as audit
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.config import current_settings
from castingops.core.cursor import Page
from castingops.core.db import save
from castingops.core.errors import Conflict, Forbidden
from castingops.core.privacy import Purpose
from castingops.identity import queries, rules
from castingops.identity.errors import AccountNotFound, OwnReview
from castingops.identity.models import AccessMark
from castingops.identity.service import staff_acts
from castingops.identity.types import (
    AccountStatus,
    GrantRow,
    MarkRow,
    ReviewProgress,
    StaffAct,
    StaffFilter,
    StaffRow,
    Verdict,
)

DISABLE = "disable"  # what a review may propose instead of taking one role


def list_staff(wanted: StaffFilter, *, cursor: str | None = None) -> Page[StaffRow]:
    """A page of staff accounts by name. Errors: Invalid for a foreign cursor."""
    return queries.list_staff(wanted, cursor=cursor)


def export_staff(wanted: StaffFilter, *, actor: Actor) -> list[StaffRow]:
    """Every staff account of the filter; the download is on record."""
    rows = queries.list_staff_export(wanted)
    audit.record("identity.staff.export", actor=actor, entity="staff_list", purpose=Purpose.SECURITY,
                 details={"rows": len(rows), "state": wanted.state, "role": wanted.role})
    return rows


def get_colleague(user_id: UUID) -> StaffRow:
    """One staff account. Errors: AccountNotFound, also for an account of an app."""
    found = queries.find_staff(user_id)
    if found is None:
        raise AccountNotFound
    return found


def grants_of(user_id: UUID) -> list[GrantRow]:
    """The roles someone holds, who proposed each and who approved it."""
    return queries.list_grants(user_id)


def open_sessions(user_id: UUID) -> int:
    """How many console sessions of someone are at work."""
    idle = timedelta(minutes=current_settings().session_idle_minutes)
    return queries.count_sessions(user_id, since=clock.now() - idle)


def quarter() -> str:
    """The quarter whose review is due."""
    return rules.quarter_of(clock.today_riyadh())


def review_due() -> date:
    """Until when this quarter's review is to be done: its last day."""
    return rules.quarter_ends(quarter())


def review_progress() -> ReviewProgress:
    """How far this quarter's review is."""
    done, total = queries.count_review(quarter())
    return ReviewProgress(quarter(), done, total)


def list_review(*, left: bool, cursor: str | None = None) -> tuple[Page[StaffRow], dict[UUID, MarkRow]]:
    """Active staff accounts by name with this quarter's marks; `left`: only those still to be looked at.

    Errors: Invalid for a foreign cursor.
    """
    page = queries.list_staff(StaffFilter(), cursor=cursor, unmarked_in=quarter() if left else "")
    return page, queries.marks_of([row.user_id for row in page.rows], quarter())


def mark_of(row: StaffRow) -> MarkRow | None:
    """This quarter's mark of a colleague, while it holds for the roles they have."""
    mark = queries.marks_of([row.user_id], quarter()).get(row.user_id)
    return mark if mark is not None and still_holds(mark, row) else None


def still_holds(mark: MarkRow, row: StaffRow) -> bool:
    """Whether a mark is about what the colleague holds today."""
    return mark.verdict == Verdict.CHANGE or mark.roles == row.roles


def confirm_access(user_id: UUID, *, actor: Actor, seen: str) -> None:
    """Confirm that a colleague still needs what they have. `seen`: the roles that the page showed.

    Errors: AccountNotFound, OwnReview; Conflict when their roles are others by now.
    """
    row = _to_review(user_id, actor)
    if ",".join(row.roles) != seen:
        raise Conflict
    _mark(row, Verdict.KEEP, None, actor=actor)


def propose_less(user_id: UUID, take: str, *, actor: Actor, reason: str) -> UUID:
    """Propose to take a role away, or with `disable` to disable the account, as what the review came to.

    Errors: OwnReview; as `staff_acts.propose_role` and `propose_switch`.
    """
    row = _to_review(user_id, actor)
    if take == DISABLE:
        proposal = staff_acts.propose_switch(user_id, StaffAct.DISABLE, actor=actor, reason=reason)
    else:
        proposal = staff_acts.propose_role(user_id, take, actor=actor, reason=reason, take=True)
    _mark(row, Verdict.CHANGE, rules.checked_reason(reason), actor=actor)
    return proposal


def _to_review(user_id: UUID, actor: Actor) -> StaffRow:
    if user_id == actor.user_id:
        raise OwnReview
    row = get_colleague(user_id)
    if row.status != AccountStatus.ACTIVE:
        raise AccountNotFound
    return row


def _mark(row: StaffRow, verdict: Verdict, note: str | None, *, actor: Actor) -> None:
    if actor.user_id is None:
        raise Forbidden
    mark = queries.lock_mark(row.user_id, quarter()) or AccessMark(quarter=quarter(), subject_id=row.user_id)
    mark.verdict, mark.roles, mark.note = verdict, row.roles, note
    mark.marked_by, mark.marked_at = actor.user_id, clock.now()
    save(mark)
    audit.record("identity.access.review", actor=actor, entity="user", entity_id=row.user_id, subject_id=row.user_id,
                 purpose=Purpose.SECURITY, details={"quarter": quarter(), "verdict": verdict, "roles": row.roles})
