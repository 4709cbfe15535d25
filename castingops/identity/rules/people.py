"""Duties kept apart, quarters of the access review, and what is shown of somebody's contact."""
from collections.abc import Collection
from datetime import date, timedelta

from castingops.core.arabic import fold
from castingops.core.messages import N_
from castingops.core.roles import STAFF, StaffRole
from castingops.identity.errors import InvalidRoles, RolesExclude
from castingops.identity.rules.accounts import checked_roles
from castingops.identity.types import APPROVING, HOLDERS_MIN, TRUSTED, WORDS_MAX, AccountKind, StaffAct

_MONTHS = 3  # of a quarter


def checked_staff_roles(roles: Collection[str]) -> frozenset[str]:
    """The roles that a new colleague may hold together. Errors: InvalidRoles for none, RoleUnfit, RolesExclude."""
    if not roles:
        raise InvalidRoles(roles=N_("Choose at least one role."))
    return checked_roles(roles, AccountKind.STAFF)


def act_of_creating(roles: Collection[str]) -> StaffAct:
    """Which proposal an account with these roles takes: a trusted role among them asks compliance."""
    return StaffAct.CREATE_TRUSTED if TRUSTED & frozenset(roles) else StaffAct.CREATE


def act_of_granting(role: str) -> StaffAct:
    """Which proposal a role takes."""
    return StaffAct.GRANT_TRUSTED if role in TRUSTED else StaffAct.GRANT


def leaves_too_few(role: str, others: int) -> bool:
    """Whether taking a role from one holder leaves `others` that are too few: no admin, or the only approver left."""
    return (role == StaffRole.ADMIN and others == 0) or (role in APPROVING and others == HOLDERS_MIN - 1)


def grantable(held: Collection[str]) -> list[str]:
    """Roles that someone who holds these could be given besides."""
    return [role for role in sorted(STAFF - frozenset(held)) if _fit(frozenset(held) | {role})]


def search_words(text: str) -> tuple[str, ...]:
    """The words of a search, folded as names are kept for it."""
    return tuple(fold(text.replace("\0", "")).split()[:WORDS_MAX])


def quarter_of(day: date) -> str:
    """The quarter of a day, as 2026-Q4."""
    return f"{day.year}-Q{(day.month - 1) // _MONTHS + 1}"


def quarter_ends(quarter: str) -> date:
    """The last day of a quarter: when its review is due."""
    year, number = int(quarter[:4]), int(quarter[-1])
    after = date(year + number // 4, number % 4 * _MONTHS + 1, 1)
    return after - timedelta(days=1)




def _fit(roles: frozenset[str]) -> bool:
    try:
        checked_roles(roles, AccountKind.STAFF)
    except RolesExclude:
        return False
    return True
