"""Queues, saved views and holidays as their pages and services read them."""
from datetime import date
from uuid import UUID

from sqlalchemy import Boolean, ColumnElement, Update, and_, case, func, or_, select, true, update
from sqlalchemy import literal as value_of

from castingops.core.db import session
from castingops.moderation.models import Case, HolidayRow, QueueRow, SavedViewRow
from castingops.moderation.types.queues import Queue, SavedView

UNDECIDED = ("open", "pending")


def lock_queue(code: str) -> QueueRow | None:
    """The queue to change, unless it is retired."""
    return session().scalar(select(QueueRow).where(QueueRow.code == code, QueueRow.retired_at.is_(None))
                            .with_for_update().execution_options(populate_existing=True))


def list_codes() -> list[str]:
    """Every code that was ever given."""
    return list(session().scalars(select(QueueRow.code)))


def last_position() -> int:
    """The position of the last rule before the default; 0 without any."""
    newest = select(func.max(QueueRow.position)).where(~QueueRow.is_default, QueueRow.retired_at.is_(None))
    return session().scalar(newest) or 0


def count_by_queue() -> dict[str, int]:
    """Open cases of each queue."""
    rows = session().execute(select(Case.queue, func.count()).where(Case.state == "open").group_by(Case.queue))
    return {code: count for code, count in rows}


def reroute(queues: list[Queue]) -> int:
    """Put every undecided case where the rules send it now; how many moved. `queues` in the order of their rules."""
    rules = [(_matches(queue), value_of(queue.code)) for queue in queues if not queue.is_default]
    default = next(queue.code for queue in queues if queue.is_default)
    target = case(*rules, else_=value_of(default)) if rules else value_of(default)
    moved: Update = update(Case).where(Case.state.in_(UNDECIDED), Case.queue != target).values(queue=target)
    done = session().execute(moved.returning(Case.id), execution_options={"synchronize_session": False})
    return len(done.all())


def _matches(queue: Queue) -> ColumnElement[bool]:
    """`rules.routing.matches` in SQL; a test compares them."""
    said: list[ColumnElement[bool]] = [Case.priority >= queue.priority_from]
    said += [Case.kind == queue.kind] if queue.kind else []
    said += [Case.language == queue.language] if queue.language else []
    said += [Case.minor == value_of(queue.minor, Boolean())] if queue.minor is not None else []
    return and_(*said)


_VIEW = (SavedViewRow.id, SavedViewRow.owner_id, SavedViewRow.name, SavedViewRow.query, SavedViewRow.shared)


def list_views(user_id: UUID | None) -> list[SavedView]:
    """One's own views, then those that colleagues share, by name."""
    rows = session().execute(
        select(*_VIEW).where(or_(SavedViewRow.owner_id == user_id, SavedViewRow.shared == true()))
        .order_by(SavedViewRow.owner_id != user_id, SavedViewRow.name, SavedViewRow.id).limit(40))
    return [SavedView(*row) for row in rows]


def lock_view(view_id: UUID, user_id: UUID | None) -> SavedViewRow | None:
    """One's own view, to change."""
    return session().scalar(select(SavedViewRow).where(
        SavedViewRow.id == view_id, SavedViewRow.owner_id == user_id).with_for_update())


def count_views_of(user_id: UUID | None) -> int:
    """How many views somebody keeps."""
    return session().scalar(select(func.count()).where(SavedViewRow.owner_id == user_id)) or 0


def find_holiday(holiday_id: UUID) -> HolidayRow | None:
    """One day off."""
    return session().get(HolidayRow, holiday_id)


def holiday_on(day: date) -> HolidayRow | None:
    """The day off on this day."""
    return session().scalar(select(HolidayRow).where(HolidayRow.day == day))
