"""A person as a member of the organization that a path names: the look-up behind `web.sign_in.memberships` (ORG-4).

Redis keeps, per person and organization, a rank and the stamp of the state in which it was read. A cached rank is wrong
for no request that begins after a revocation was committed, whatever Redis does:

1. `organizations.stamp` is a random UUID that a trigger draws anew in every transaction that inserts, changes or
   deletes a membership, or changes the organization's state. One stamp therefore names one state of the
   organization's memberships, for ever: after a restore from a backup too, where a counter would count the same
   numbers twice.
2. The look-up reads rank and stamp in one statement, hence of one state. Whatever lies in Redis is such a pair, or
   another's that was true of its stamp; a late write of an older pair is only an older pair.
3. The stamp travels with the actor, and the very statement that binds a transaction to its actor compares it with the
   committed one (`core.rls.FENCE`), in `core.db` and in `core.reads`. It costs no round trip. If it differs, nothing of
   the request has happened yet or all of it is rolled back, and the guard runs it again past the cache. A refusal that
   came before any statement (a rank too low, a body that cannot be read) is checked past the cache before it is given.
4. A transaction that begins after the revocation's commit sees the revocation's stamp (READ COMMITTED: each statement
   sees what was committed before it began). Hence it never runs with a rank of before.

So there is nothing to invalidate: no order between commit and a message to Redis, no crash between them, no lost delete
and no Redis that is down can matter. What a request with the old rank had begun before the commit is serialised before
it; those that change members read their own rank once more under the organization's lock (`service.base.working`).
"""
from dataclasses import replace
from uuid import UUID

from castingops.core.actor import Actor
from castingops.core.config import current_settings
from castingops.core.roles import OrgRole
from castingops.core.shared import Figures, Shared
from castingops.identity import service as identity
from castingops.organizations.errors import OrganizationNotFound
from castingops.organizations.queries import memberships as queries
from castingops.organizations.types import PAGE_MAX

_cache = Shared("memberships")


def enter(actor: Actor, org_id: UUID, *, doubted: Actor | None = None) -> Actor:
    """The same person as a member; read past the cache when the member that it gave is `doubted`.

    Errors: OrganizationNotFound for whoever is no member, acts for somebody else, or asks for what does not exist.
    """
    if actor.kind != "person" or actor.user_id is None or actor.user_id != actor.subject_id:
        raise OrganizationNotFound
    key = f"{org_id}:{actor.user_id}"
    known = None if doubted else _parsed(_cache.get(key))
    role, stamp = known or _looked_up(key, org_id, actor.user_id)
    if doubted is not None and stamp != doubted.org_stamp:
        _cache.note_stale()
    return replace(actor, kind="member", org_id=org_id, org_role=role, org_stamp=stamp,
                   second_factor=identity.has_second_factor(actor.user_id))


def is_manager(user_id: UUID) -> bool:
    """Whether somebody owns or administers an organization: they keep a second factor (ID-5)."""
    mine = queries.list_memberships(user_id, cursor=None, size=PAGE_MAX).rows
    return any(OrgRole(row.role).covers(OrgRole.ADMIN) for row in mine)


def cache_figures() -> Figures:
    """How often the cache answered rightly. Errors: RedisError."""
    return _cache.figures()


def _looked_up(key: str, org_id: UUID, user_id: UUID) -> tuple[OrgRole, UUID]:
    found = queries.find_membership(org_id, user_id)
    if found is None:
        raise OrganizationNotFound
    _cache.put(key, f"{found.role} {found.stamp}", seconds=current_settings().membership_cache_seconds)
    return OrgRole(found.role), found.stamp


def _parsed(kept: str | None) -> tuple[OrgRole, UUID] | None:
    """Rank and stamp as they were kept; None for anything else that lies there."""
    role, _, stamp = (kept or "").partition(" ")
    try:
        return OrgRole(role), UUID(stamp)
    except ValueError:
        return None
