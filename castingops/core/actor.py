"""Who acts. Passed to every service by name; row level security reads the same facts."""
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from castingops.core.errors import Forbidden, NotFound, Restricted, SecondFactorRequired, StepUpNeeded
from castingops.core.messages import N_, Message
from castingops.core.permissions import Permission
from castingops.core.roles import OrgRole

Kind = Literal["anonymous", "person", "member", "staff", "system"]

_RESTRICTED: dict[str, Message] = {
    "suspended": N_("Your account is suspended. You can read our decisions and appeal them."),
    "banned": N_("Your account is banned. You can read our decisions and appeal them.")}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request came from: for the audit trail, never for a decision."""

    ip: str
    user_agent: str
    request_id: UUID


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, a member of an organization, staff or the system.

    Staff and system read by what they are; to write they enter one subject or one organization.
    """

    kind: Kind
    user_id: UUID | None = None
    subject_id: UUID | None = None
    org_id: UUID | None = None
    roles: frozenset[str] = frozenset()
    session_id: UUID | None = None
    origin: Origin | None = None
    restriction: str = ""  # suspended or banned: what is left to them are permissions that say so
    guardianship_id: UUID | None = None  # a guardian at work for one ward, who is the subject then (ID-12)
    org_role: OrgRole | None = None  # a member's rank in `org_id`
    org_stamp: UUID | None = None  # the state of that organization's memberships from which the rank was read
    second_factor: bool = False  # whether the account of a member has one enrolled
    proved_at: datetime | None = None  # when they last proved who they are, by the strongest means they have

    @property
    def subject(self) -> UUID:
        """The data subject whose rows are at hand. Errors: NotFound when there is none."""
        if self.subject_id is None:
            raise NotFound
        return self.subject_id

    @property
    def home(self) -> UUID:
        """The organization this actor works in. Errors: NotFound when in none."""
        if self.org_id is None:
            raise NotFound
        return self.org_id

    def entering(self, subject_id: UUID) -> "Actor":
        """The same staff or system at work in one person's rows. Errors: NotFound for a person naming another."""
        if self.kind not in {"staff", "system"} and subject_id != self.subject_id:
            raise NotFound
        return replace(self, subject_id=subject_id)

    def within(self, org_id: UUID) -> "Actor":
        """The same actor at work in one organization. Errors: NotFound for a member of another."""
        if self.kind not in {"staff", "system"} and org_id != self.org_id:
            raise NotFound
        return replace(self, org_id=org_id)

    def may(self, permission: Permission) -> bool:
        """Whether one of the actor's roles holds `permission`, and their rank in the organization reaches it."""
        ranks = permission.org is None or (self.org_role is not None and self.org_role.covers(permission.org))
        return ranks and bool(self.roles & permission.roles)

    def require(self, permission: Permission) -> None:
        """Errors: Forbidden when none of the actor's roles holds `permission`, or it is none to use for a ward;
        SecondFactorRequired for a right of those who manage an organization, until their account has one (ID-5);
        Restricted while they may not use it."""
        if not self.may(permission) or (self.guardianship_id is not None and not permission.for_ward):
            raise Forbidden
        if permission.org is not None and not self.second_factor and not OrgRole.MEMBER.covers(permission.org):
            raise SecondFactorRequired
        if self.restriction and not permission.restricted:
            raise Restricted(_RESTRICTED[self.restriction], details={"reason": self.restriction})

    def require_proof(self, *, within: timedelta, at: datetime) -> None:
        """Errors: StepUpNeeded unless the actor proved who they are no longer than `within` before `at`."""
        if self.proved_at is None or at - self.proved_at > within:
            raise StepUpNeeded


def system(subject_id: UUID | None = None, org_id: UUID | None = None) -> Actor:
    """The system at work: what every task and event handler runs as."""
    return Actor("system", subject_id=subject_id, org_id=org_id)


def anonymous(origin: Origin | None = None) -> Actor:
    """Someone who has not signed in."""
    return Actor("anonymous", origin=origin)
