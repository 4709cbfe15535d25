"""What may be written about the roles of a call, and what a submission needs of each."""
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from castingops.casting.rules import reading
from castingops.casting.rules.reading import Wrong
from castingops.casting.types.calls import (
    OPENINGS_MAX,
    ROLE_LANGUAGES_MAX,
    ROLE_NAME_MAX,
    ROLE_SKILLS_MAX,
    ROLE_TEXT_MAX,
    ROLES_MAX,
    Asset,
    RoleFields,
    RoleKind,
)
from castingops.casting.types.profiles import SKILL_MAX
from castingops.core.ids import new_id
from castingops.core.messages import N_

Problems = dict[str, Any]


def checked_roles(value: object, before: Sequence[RoleFields]) -> tuple[tuple[RoleFields, ...], Problems]:
    """The roles in the order given, whole; one with the `id` of a present role takes its place, another is new.

    Returns them with what is wrong, as `roles.0.name_ar`.
    """
    try:
        documents = reading.several(value, ROLES_MAX)
    except Wrong as refusal:
        return (), {"roles": refusal.message}
    known, roles = {role.id for role in before}, []
    wrong: Problems = {}
    for position, document in enumerate(documents):
        role, problems = _checked(document, known)
        wrong |= {f"roles.{position}.{name}": problem for name, problem in problems.items()}
        if role is not None:
            known.discard(role.id)  # each once
            roles.append(role)
    return tuple(roles), wrong


def missing_of_role(role: RoleFields) -> list[str]:
    """The fields that a submission still lacks."""
    lacks = [name for name in ("kind", "playing_age_min", "playing_age_max") if getattr(role, name) is None]
    return lacks if role.name_ar or role.name_en else ["name_ar", *lacks]


def _checked(document: object, known: set[UUID]) -> tuple[RoleFields | None, Problems]:
    if not isinstance(document, Mapping) or not document.keys() <= {"id", *_READERS}:
        return None, {"id": N_("Give each role as an object with its fields.")}
    values: dict[str, Any] = {}
    wrong: Problems = {}
    for name, read in _READERS.items():
        if document.get(name) in (None, ""):
            continue
        try:
            values[name] = read(document[name], date.min)
        except Wrong as refusal:
            wrong[name] = refusal.message
    wrong |= _misfits(values)
    try:
        own = _own_id(document.get("id"), known)
    except Wrong as refusal:
        return None, {"id": refusal.message, **wrong}
    return (None if wrong else RoleFields(id=own, **values)), wrong


def _own_id(value: object, known: set[UUID]) -> UUID:
    """The id of a role that is there, or a new one. Errors: Wrong for a stranger's: ids are ours to give."""
    if value is None:
        return new_id()
    try:
        given = UUID(value) if isinstance(value, str) else None
    except ValueError:
        given = None
    if given not in known:
        raise Wrong(N_("This casting call has no role with this id."))
    return given


def _misfits(values: Mapping[str, Any]) -> Problems:
    wrong: Problems = {}
    low, high = values.get("playing_age_min"), values.get("playing_age_max")
    if low is not None and high is not None and low > high:
        wrong["playing_age_max"] = N_("The playing age ends before it begins: %(low)d to %(high)d.", low=low, high=high)
    small, tall = values.get("height_min"), values.get("height_max")
    if small is not None and tall is not None and small > tall:
        wrong["height_max"] = N_("The height ends below where it begins: %(low)d to %(high)d.", low=small, high=tall)
    return wrong


def _name(value: object, today: date) -> str:
    return reading.line(value, ROLE_NAME_MAX)


def _languages(value: object, today: date) -> tuple[str, ...]:
    codes = [reading.language_code(each, today) for each in reading.several(value, ROLE_LANGUAGES_MAX)]
    return reading.unrepeated(codes, codes)


def _skills(value: object, today: date) -> tuple[str, ...]:
    chosen = [reading.line(each, SKILL_MAX) for each in reading.several(value, ROLE_SKILLS_MAX)]
    return reading.unrepeated(chosen, [skill.casefold() for skill in chosen])


def _assets(value: object, today: date) -> tuple[Asset, ...]:
    chosen = [Asset(reading.one_of(each, list(Asset))) for each in reading.several(value, len(Asset))]
    return reading.unrepeated(chosen, list(chosen))


def _openings(value: object, today: date) -> int:
    limits = N_("Give the number of positions, from 1 to %(max)d.", max=OPENINGS_MAX)
    openings = reading.number(value, limits)
    if not 1 <= openings <= OPENINGS_MAX:
        raise Wrong(limits)
    return openings


_TEXT = reading.prose(ROLE_TEXT_MAX)
_READERS: dict[str, Callable[[Any, date], Any]] = {
    "name_ar": _name, "name_en": _name, "kind": lambda value, today: RoleKind(reading.one_of(value, list(RoleKind))),
    "gender": reading.gender, "playing_age_min": reading.playing_age, "playing_age_max": reading.playing_age,
    "height_min": reading.height, "height_max": reading.height, "description_ar": _TEXT, "description_en": _TEXT,
    "languages": _languages, "dialects": reading.dialects, "skills": _skills, "assets": _assets,
    "openings": _openings, "minors": reading.flag,
}
