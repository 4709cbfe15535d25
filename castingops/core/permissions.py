"""Permissions by name. Deny by default: a role that is not listed does not hold the permission."""
from collections.abc import Iterable
from dataclasses import dataclass

from castingops.core.messages import N_, Message
from castingops.core.roles import OrgRole


@dataclass(frozen=True)
class Permission:
    """A right that a route demands, held by `roles`. `reads` says that it changes nothing."""

    name: str
    title: Message
    roles: frozenset[str]
    reads: bool
    restricted: bool = False  # also for a person whose account moderation has suspended or banned
    step_up: bool = False  # only a short time after the asker has proved who they are
    org: OrgRole | None = None  # the least rank in the organization that the path names
    for_ward: bool = False  # also for a guardian at work for a ward: what concerns the child, never the account


PUBLIC = Permission("public", N_("Open to everyone"), frozenset(), reads=False)

_REGISTRY: dict[str, Permission] = {}


def define(name: str, title: Message, *, roles: Iterable[str], reads: bool = False,
           restricted: bool = False, step_up: bool = False, org: OrgRole | None = None,
           for_ward: bool = False) -> Permission:
    """Declare the permission `feature.thing.verb`. Errors: ValueError when the name is taken.

    `restricted`: a suspended or banned person keeps it: to read what was decided about them, and to answer.
    `step_up`: the guard asks for a proof of identity no older than the setting `step_up_seconds` (ID-5).
    `org`: the right of a member, who needs this rank or a higher one in the organization that the path names.
    `for_ward`: a guardian holds it too while acting for a verified ward (ID-12); without it their token is refused.
    """
    if name in _REGISTRY:
        raise ValueError(f"permission {name} is defined twice")
    _REGISTRY[name] = Permission(name, title, frozenset(map(str, roles)), reads, restricted, step_up, org, for_ward)
    return _REGISTRY[name]


def all_permissions() -> list[Permission]:
    """Every declared permission, by name."""
    return [_REGISTRY[name] for name in sorted(_REGISTRY)]


def all_roles() -> list[str]:
    """Every role that holds something, in alphabetical order."""
    return sorted({role for permission in _REGISTRY.values() for role in permission.roles})
