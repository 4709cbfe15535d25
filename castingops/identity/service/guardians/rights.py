"""What other features ask about guardians and wards. Each answer is of this moment, inside the caller's transaction:
whoever takes a right away waits for it, or it sees that the right is gone (reliability.md: the rule at commit wins).
"""
from collections.abc import Mapping
from uuid import UUID

from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.db import entered
from castingops.identity.errors import GuardianGone, ScopeMissing
from castingops.identity.queries import guardians as queries
from castingops.identity.rules import guardians as rules
from castingops.identity.service.guardians import moving
from castingops.identity.types.guardians import Scope, WardInfo
from castingops.notifications.types import Recipient


def find_ward(subject_id: UUID) -> WardInfo | None:
    """Names and ages of a person who is or was a ward; None for everybody else, and for whom the actor may not see."""
    return queries.find_ward_info(subject_id)


def require_acting(scope: Scope, *, actor: Actor) -> UUID:
    """The guardianship that the actor acts under, held until this transaction ends.

    Errors: GuardianGone when it does not stand any more; ScopeMissing when it does not cover `scope`.
    """
    moving.hold_ward(actor.subject)
    guardianship_id = actor.guardianship_id
    if guardianship_id is None or not queries.is_standing(guardianship_id, actor.subject):
        raise GuardianGone
    if scope not in queries.scopes_of(guardianship_id, actor.subject):
        raise ScopeMissing(details={"scope": str(scope)})
    return guardianship_id


def is_guarded(subject_id: UUID, *, actor: Actor) -> bool:
    """Whether a verified guardian stands behind this person, held until this transaction ends. For staff and system."""
    moving.hold_ward(subject_id)
    with entered(actor, subject_id):
        return queries.has_standing(subject_id)


def stands(guardianship_id: UUID, subject_id: UUID) -> bool:
    """Whether one guardianship of this person stands: what its guardian consented to holds with it."""
    return queries.is_standing(guardianship_id, subject_id)


def covers(guardianship_id: UUID, subject_id: UUID, scope: Scope) -> bool:
    """Whether one guardianship of this person stands and reaches `scope`."""
    return stands(guardianship_id, subject_id) and scope in queries.scopes_of(guardianship_id, subject_id)


def is_over(guardianship_id: UUID, subject_id: UUID) -> bool:
    """Whether one guardianship of this person has ended for good: not while it is only frozen."""
    return queries.is_over(guardianship_id, subject_id)


def is_disputed(dispute_id: UUID, *, actor: Actor) -> bool:
    """Whether this is the open dispute about the ward that the actor has entered."""
    found = queries.find_open_dispute(actor.subject)
    return found is not None and found.id == dispute_id


def readers_of(subject_id: UUID) -> Mapping[UUID, Recipient]:
    """Who reads what is sent to a ward; nobody for anybody else."""
    return queries.readers_of(subject_id)


def has_own_capacity(subject_id: UUID) -> bool:
    """Whether this person, once a ward, has taken over and consents for themself."""
    ward = queries.find_ward_info(subject_id)
    return ward is not None and ward.handed_over_at is not None and rules.has_capacity(
        ward.capacity_on, today=clock.today_riyadh())
