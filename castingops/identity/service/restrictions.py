"""What moderation restricts accounts to. Sign-in stays open: a person must be able to read and answer a decision."""
from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from castingops.audit import service as audit
from castingops.core.actor import Actor
from castingops.core.db import entered, save
from castingops.core.privacy import Purpose
from castingops.identity import queries
from castingops.identity.service import states
from castingops.identity.service.accounts import end_everything
from castingops.identity.types import AccountKind, Restriction


def restrict(user_id: UUID, restriction: Restriction | None, until: datetime | None, *, actor: Actor) -> None:
    """Suspend an account until a moment, ban it, or give it back everything; for staff and system.

    Every session and token ends at once when it is restricted. A person without an account, and who stands as wanted
    already, are left as they are; staff accounts are not moderation's.
    """
    with entered(actor, user_id) as inside:
        user = queries.find_user(user_id)
        wanted = str(restriction) if restriction else None
        if user is None or user.kind != AccountKind.APP or (user.restriction, user.restricted_until) == (wanted, until):
            return
        before = {"restriction": user.restriction, "until": user.restricted_until}
        user.restriction, user.restricted_until = wanted, until
        if restriction is not None:
            end_everything(user)
        else:
            save(user)
            states.forget_after_commit(user_id)
        audit.record("identity.account.restrict", actor=inside, entity="user", entity_id=user_id,
                     purpose=Purpose.MODERATION, before=before, after={"restriction": wanted, "until": until})


def roles_of(ids: Collection[UUID]) -> Mapping[UUID, frozenset[str]]:
    """The roles these accounts hold now; none for one that is disabled or does not exist."""
    return queries.roles_of(ids)
