"""Pure decisions about casting calls: what may be written, what a submission needs, what an edit leads to."""
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec

from castingops.casting.errors.calls import CallFinal, CallMissing, InvalidCall, InvalidCallFilter
from castingops.casting.rules import reading
from castingops.casting.rules.reading import Reader, Wrong
from castingops.casting.rules.roles import checked_roles, missing_of_role
from castingops.casting.types import CITIES, Gender
from castingops.casting.types.calls import (
    COMPANY_MAX,
    CURRENCY,
    HORIZON_DAYS,
    PAY_MAX,
    PERMIT_MAX,
    PLACES_MAX,
    SYNOPSIS_MAX,
    TITLE_MAX,
    CallFields,
    CallStatus,
    ChangeStatus,
    EditEffect,
    PayBasis,
    ProjectType,
    Weight,
)
from castingops.core.arabic import fold_digits
from castingops.core.messages import N_

RIYADH = timezone(timedelta(hours=3))  # the Kingdom's, all year
_AMOUNT = re.compile(r"[0-9]{1,11}")
_NEEDED = N_("This is still missing.")


def checked_change(document: Mapping[str, Any], before: CallFields, *, now: datetime) -> CallFields:
    """The call as it is kept after a change: what `document` names is replaced, null empties, the rest stays.

    Digits of any script are read. A date that is new must lie ahead. Errors: InvalidCall with every wrong field,
    CallMissing for a document that names nothing.
    """
    if not document:
        raise CallMissing
    today, wrong, values = now.astimezone(RIYADH).date(), {}, {}
    for name, read in _READERS.items():
        if name not in document:
            continue
        try:
            empty = document[name] in (None, "")
            values[name] = _EMPTY.get(name) if empty else read(document[name], today)
        except Wrong as refusal:
            wrong[name] = refusal.message
    if document.get("roles") is not None:
        values["roles"], of_roles = checked_roles(document["roles"], before.roles)
        wrong |= of_roles
    elif "roles" in document:
        values["roles"] = ()
    after = msgspec.structs.replace(before, **values)
    problems = {**_misfits(after, before, now=now), **wrong}
    if problems:
        raise InvalidCall(**problems)
    return after


def checked_list_filters(query: Mapping[str, str]) -> dict[str, Any]:
    """What an organization's list is narrowed by. Errors: InvalidCallFilter with every filter that names nothing."""
    return _checked_filters(query, {"status": CallStatus, "project_type": ProjectType}, {})


def checked_open_filters(query: Mapping[str, str]) -> dict[str, Any]:
    """What the list of open calls is narrowed by; empty values narrow nothing.

    Errors: InvalidCallFilter with every filter that names nothing.
    """
    return _checked_filters(query, {"project_type": ProjectType, "gender": Gender}, {
        "city": reading.city, "playing_age": reading.playing_age, "minors": _only,
        "deadline_after": lambda value, today: datetime.combine(reading.day(value), time.max, RIYADH)})


def _checked_filters(query: Mapping[str, str], words: Mapping[str, type[StrEnum]],
                     readers: Mapping[str, Reader]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    wrong: dict[str, Any] = {}
    for name, text in query.items():
        if not text:
            continue
        try:
            one = words.get(name)
            values[name] = one(reading.one_of(text, list(one))) if one else readers[name](text, date.min)
        except Wrong as refusal:
            wrong[name] = refusal.message
    if wrong:
        raise InvalidCallFilter(**wrong)
    return values


def _only(value: object, today: date) -> bool:
    return reading.one_of(value, ["true"]) == "true"


def missing(fields: CallFields) -> dict[str, Any]:
    """What a submission still lacks, by field name, with what to do about it."""
    lacks: dict[str, Any] = {name: _NEEDED for name in _REQUIRED if getattr(fields, name) in (None, ())}
    if fields.title_ar is None and fields.title_en is None:
        lacks["title_ar"] = N_("Give the casting call a title, in Arabic or in English.")
    if fields.synopsis_ar is None and fields.synopsis_en is None:
        lacks["synopsis_ar"] = N_("Write a few sentences about the project, in Arabic or in English.")
    if fields.pay_guaranteed and fields.pay_amount is None:
        lacks["pay_amount"] = N_("Pay that is guaranteed has an amount.")
    for position, role in enumerate(fields.roles):
        lacks |= {f"roles.{position}.{name}": _NEEDED for name in missing_of_role(role)}
    return lacks


def past_dates(fields: CallFields, *, now: datetime) -> dict[str, Any]:
    """The dates of a call that have gone by, so that nobody could apply or come."""
    late: dict[str, Any] = {}
    if fields.deadline is not None and fields.deadline <= now:
        late["deadline"] = _PAST
    if fields.shoot_from is not None and fields.shoot_from < now.astimezone(RIYADH).date():
        late["shoot_from"] = _PAST
    return late


def weigh(before: CallFields, after: CallFields) -> Weight:
    """What the difference means to talent who have read `before` (CAST-2): see RELIED and WORDS.

    Cosmetic are words that say the same once spelling, punctuation and spacing are put aside, and what talent never
    see. Everything else they rely on: pay, dates, places, roles and what those ask, the type of project.
    """
    if before == after:
        return Weight.NONE
    if any(getattr(before, name) != getattr(after, name) for name in RELIED):
        return Weight.RELIED
    if _relied_of_roles(before) != _relied_of_roles(after):
        return Weight.RELIED
    pairs = [(getattr(before, name), getattr(after, name)) for name in WORDS]
    for old, new in zip(before.roles, after.roles, strict=True):
        pairs += [(getattr(old, name), getattr(new, name)) for name in ROLE_WORDS]
    return Weight.COSMETIC if all(reading.says_the_same(old, new) for old, new in pairs) else Weight.RELIED


# What talent rely on, field by field; a change of any of these goes back to review.
RELIED = ("project_type", "rehearsal_from", "rehearsal_to", "shoot_from", "shoot_to", "cities", "pay_guaranteed",
          "pay_amount", "pay_basis", "currency", "deadline", "permit_number", "permit_until")
# Running text: cosmetic while it says the same, or a call could be made another after its approval.
WORDS = ("title_ar", "title_en", "synopsis_ar", "synopsis_en", "company", "casting_director")
ROLE_WORDS = ("name_ar", "name_en", "description_ar", "description_en")


def after_edit(status: CallStatus, change: ChangeStatus | None, *, of_sent: Weight, of_approved: Weight) -> EditEffect:
    """What follows from an edit of a call, by how it differs from what was sent last and what was approved last.

    A draft, or a call that came back, keeps it. What is under review is sent anew, so that nobody decides on what is
    no longer meant. Errors: CallFinal for what is rejected or closed.
    """
    if status in (CallStatus.REJECTED, CallStatus.CLOSED):
        raise CallFinal(details={"status": status})
    if status in (CallStatus.DRAFT, CallStatus.CHANGES_REQUESTED):
        return EditEffect.KEEP
    if status is CallStatus.UNDER_REVIEW:
        return EditEffect.KEEP if of_sent is Weight.NONE else EditEffect.REVIEW
    if of_approved is Weight.RELIED:
        same = change is ChangeStatus.UNDER_REVIEW and of_sent is Weight.NONE
        return EditEffect.KEEP if same else EditEffect.REVIEW
    if of_approved is Weight.COSMETIC:
        return EditEffect.SHOW
    return EditEffect.KEEP if change is None else EditEffect.DROP


def _relied_of_roles(fields: CallFields) -> list[tuple[Any, ...]]:
    return [tuple(getattr(role, name) for name in role.__struct_fields__ if name not in ROLE_WORDS)
            for role in fields.roles]


def _misfits(after: CallFields, before: CallFields, *, now: datetime) -> dict[str, Any]:
    """Fields that are right by themselves and wrong together."""
    wrong: dict[str, Any] = {}
    for name in ("rehearsal", "shoot"):
        first, last = getattr(after, f"{name}_from"), getattr(after, f"{name}_to")
        if first is not None and last is not None and last < first:
            wrong[f"{name}_to"] = N_("This ends before it begins.")
    if (after.pay_amount is None) != (after.pay_basis is None):
        lacking = "pay_basis" if after.pay_basis is None else "pay_amount"
        wrong[lacking] = N_("An amount and what it is for go together.")
    if after.deadline is not None and after.shoot_from is not None \
            and after.deadline.astimezone(RIYADH).date() >= after.shoot_from:
        wrong["deadline"] = N_("The deadline lies before the first day of the shoot.")
    if after.deadline != before.deadline and after.deadline is not None and after.deadline <= now:
        wrong["deadline"] = _PAST
    return wrong


_PAST = N_("This lies in the past.")


def _title(value: object, today: date) -> str:
    return reading.line(value, TITLE_MAX)


def _name(value: object, today: date) -> str:
    return reading.line(value, COMPANY_MAX)


def _day(value: object, today: date) -> date:
    day = reading.day(value)
    if not today <= day <= today + timedelta(days=HORIZON_DAYS):
        raise Wrong(N_("Give a day from today to two years from now."))
    return day


def _moment(value: object, today: date) -> datetime:
    otherwise = N_("Write the deadline with its time and zone, for example 2027-01-31T20:00:00+03:00.")
    if not isinstance(value, str) or len(value) > 40:
        raise Wrong(otherwise)
    try:
        moment = datetime.fromisoformat(fold_digits(value).strip())
        if moment.tzinfo is None:
            raise Wrong(otherwise)
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Wrong(otherwise) from None
    if moment.date() > today + timedelta(days=HORIZON_DAYS):
        raise Wrong(N_("Give a day from today to two years from now."))
    return moment


def _cities(value: object, today: date) -> tuple[str, ...]:
    chosen = [reading.one_of(each, CITIES) for each in reading.several(value, PLACES_MAX)]
    return reading.unrepeated(chosen, chosen)


def _pay(value: object, today: date) -> int:
    limits = N_("Give the pay in halalas, as a whole number from 1 to %(max)d: 150000 is 1,500 riyals.", max=PAY_MAX)
    if isinstance(value, str):
        digits = fold_digits(value).strip()
        value = int(digits) if _AMOUNT.fullmatch(digits) else None
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= PAY_MAX:
        raise Wrong(limits)
    return value


def _currency(value: object, today: date) -> str:
    if value != CURRENCY:
        raise Wrong(N_("Pay is given in Saudi riyals: SAR."))
    return CURRENCY


def _contact(value: object, today: date) -> UUID:
    try:
        return UUID(value if isinstance(value, str) else "")
    except ValueError:
        raise Wrong(N_("Give the contact as a member's id.")) from None


_SYNOPSIS = reading.prose(SYNOPSIS_MAX)
_REQUIRED = ("project_type", "company", "shoot_from", "shoot_to", "cities", "deadline", "roles")
_EMPTY: Mapping[str, Any] = {"cities": (), "pay_guaranteed": False, "confidential": False, "currency": CURRENCY}
_READERS: dict[str, Callable[[Any, date], Any]] = {
    "title_ar": _title, "title_en": _title,
    "project_type": lambda value, today: ProjectType(reading.one_of(value, list(ProjectType))),
    "company": _name, "casting_director": _name, "synopsis_ar": _SYNOPSIS, "synopsis_en": _SYNOPSIS,
    "rehearsal_from": _day, "rehearsal_to": _day, "shoot_from": _day, "shoot_to": _day, "cities": _cities,
    "pay_guaranteed": reading.flag, "pay_amount": _pay, "currency": _currency,
    "pay_basis": lambda value, today: PayBasis(reading.one_of(value, list(PayBasis))),
    "confidential": reading.flag, "deadline": _moment, "contact_id": _contact,
    "permit_number": lambda value, today: reading.line(value, PERMIT_MAX), "permit_until": _day,
}
