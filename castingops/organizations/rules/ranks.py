"""Who may give which rank to whom (reliability.md §3, row "Invite/remove, change role").

An owner may do everything. An administrator manages members and viewers, who stand below: never an owner, never another
administrator, and never by raising somebody to their own rank.
"""
from castingops.core.roles import OrgRole
from castingops.organizations.errors import RankTooLow


def manages(held: OrgRole, other: OrgRole) -> bool:
    """Whether who holds `held` may give, change or take the rank `other`."""
    if held is OrgRole.OWNER:
        return True
    return held is OrgRole.ADMIN and not other.covers(held)


def require_grant(held: OrgRole, role: OrgRole) -> None:
    """To invite somebody as `role`. Errors: RankTooLow."""
    if not manages(held, role):
        raise RankTooLow


def require_change(held: OrgRole, *, now: OrgRole, role: OrgRole, own: bool) -> None:
    """To make somebody who is `now` into `role`. Anybody may step down by themselves. Errors: RankTooLow."""
    steps_down = own and now.covers(role)
    if not steps_down and not (manages(held, now) and manages(held, role)):
        raise RankTooLow


def require_removal(held: OrgRole, *, now: OrgRole | None, own: bool) -> None:
    """To take somebody out who is `now` (None: nobody there). Anybody may leave. Errors: RankTooLow."""
    if own:
        return
    if not held.covers(OrgRole.ADMIN) or (now is not None and not manages(held, now)):
        raise RankTooLow


def still_grants(held: OrgRole | None, role: OrgRole) -> bool:
    """Whether an invitation as `role` outlives a change of who sent it to `held` (None: left)."""
    return held is not None and manages(held, role)
