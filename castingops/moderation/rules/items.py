"""What may happen to compliance items: no database, no framework."""
import re
from datetime import datetime, timedelta

from castingops.core.arabic import is_storable, tidy
from castingops.core.messages import N_
from castingops.moderation.errors import InvalidItem, ItemClosed, ItemNotFound
from castingops.moderation.rules.calendar import Holidays, add_working, working_between
from castingops.moderation.types.items import CLOSED, REASON_MAX, ItemState

_REF = re.compile(r"ITEM-\d{6,12}")
# Where each state leads. Closed is closed: only an undo, or a new item, opens the matter again.
_WAYS: dict[ItemState, tuple[ItemState, ...]] = {
    ItemState.OPEN: (ItemState.IN_PROGRESS, ItemState.WAITING, *CLOSED),
    ItemState.IN_PROGRESS: (ItemState.WAITING, *CLOSED),
    ItemState.WAITING: (ItemState.IN_PROGRESS, *CLOSED),
    ItemState.RESOLVED: (), ItemState.DISMISSED: ()}


def checked_item_ref(ref: str) -> str:
    """An item's reference as it is kept. Errors: ItemNotFound for what cannot be one."""
    if not _REF.fullmatch(ref) or not ref.isascii():
        raise ItemNotFound
    return ref


def ways_from(state: str) -> tuple[ItemState, ...]:
    """The states that an item can be moved to from here."""
    return _WAYS[ItemState(state)]


def check_way(before: str, after: ItemState) -> None:
    """Errors: ItemClosed for one that is; InvalidItem for a way that does not exist."""
    if ItemState(before) in CLOSED:
        raise ItemClosed
    if after not in ways_from(before):
        raise InvalidItem(state=N_("An item in this state cannot be moved there."))


def checked_reason(text: str) -> str:
    """The reason as it is kept. Errors: InvalidItem when empty, too long or not storable."""
    reason = tidy(text)
    if not reason:
        raise InvalidItem(reason=N_("Say why: colleagues and auditors read it."))
    if len(reason) > REASON_MAX:
        raise InvalidItem(reason=N_("Use at most %(max)d characters.", max=REASON_MAX))
    if not is_storable(reason):
        raise InvalidItem(reason=N_("This holds a character that cannot be stored."))
    return reason


def may_undo(closed_at: datetime | None, now: datetime, seconds: int) -> bool:
    """Whether closing can still be taken back: within the undo window of decisions."""
    return closed_at is not None and now < closed_at + timedelta(seconds=seconds)


def due_at(opened: datetime, days: int, holidays: Holidays) -> datetime:
    """When an item of so many working days is late."""
    return add_working(opened, timedelta(days=days), holidays)


def resumed(due: datetime, paused: datetime, now: datetime, holidays: Holidays) -> datetime:
    """The due time after a wait: the working time that was left when it began is left again. What was late stays so."""
    left = working_between(paused, due, holidays)
    return add_working(now, left, holidays) if left else due


def publishes(kind: str, outcome: str) -> bool:
    """Whether this outcome on this kind of thing shows a person in the marketplace."""
    return (kind, outcome) == ("talent_profile", "approve")
