"""What stops a call that children could be cast by: rules with dates and sources, applied as they stand on a day."""
from collections.abc import Sequence
from datetime import date
from typing import Any

from castingops.casting.types.calls import STOP_SENTENCES, CallFields, RoleFields, StopCode, StopRule


def in_force(rules: Sequence[StopRule], day: date) -> list[StopRule]:
    """The rules that hold on `day`."""
    return [rule for rule in rules if rule.valid_from <= day and (rule.valid_until is None or day <= rule.valid_until)]


def stops(fields: CallFields, rules: Sequence[StopRule], *, day: date) -> dict[str, Any]:
    """What the rules in force on `day` forbid about a call, by field name; empty when it may go on."""
    stopped: dict[str, Any] = {}
    for rule in in_force(rules, day):
        for position, role in enumerate(fields.roles):
            if role.minors and _hits(rule, fields, role):
                stopped[f"roles.{position}.minors"] = STOP_SENTENCES[rule.code].but(**_values(rule))
    return stopped


def _hits(rule: StopRule, fields: CallFields, role: RoleFields) -> bool:
    if rule.code == StopCode.MINOR_PROJECT:
        return fields.project_type in rule.value["project_types"]
    youngest = role.playing_age_min if role.playing_age_min is not None else 0
    return youngest < rule.value["age"] and not _is_permitted(fields)


def _is_permitted(fields: CallFields) -> bool:
    """Whether a permission document is recorded that lasts to the end of the shoot."""
    last = fields.shoot_to or fields.shoot_from
    return bool(fields.permit_number and fields.permit_until and last and fields.permit_until >= last)


def _values(rule: StopRule) -> dict[str, Any]:
    return {"age": rule.value["age"]} if "age" in rule.value else {}
