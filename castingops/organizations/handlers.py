"""What follows from organizations' events, outside their transactions: members are told."""
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.organizations import events, service
from castingops.organizations.service import webhooks
from castingops.organizations.types import ROLE_TITLES


def tell_joined(event: events.MembershipCreated, *, actor: Actor) -> None:
    """Tell somebody that they are a member now."""
    service.tell(service.ADDED, event.user_id, actor=actor, role=ROLE_TITLES[event.role])


def tell_role(event: events.MembershipRoleChanged, *, actor: Actor) -> None:
    """Tell a member of their new rank."""
    service.tell(service.CHANGED, event.user_id, actor=actor, role=ROLE_TITLES[event.role])


def tell_removed(event: events.MembershipRemoved, *, actor: Actor) -> None:
    """Tell somebody that their membership has ended, unless they ended it themselves."""
    if not event.left:
        service.tell(service.REMOVED, event.user_id, actor=actor)


def tell_closing(event: events.OrganizationClosing, *, actor: Actor) -> None:
    """Tell every member that the organization ends, and when."""
    ends = service.ends_at(actor=actor)
    if ends is not None:  # restored in the meantime
        service.tell_all(service.CLOSING, actor=actor, day=ends.astimezone(clock.RIYADH).date())


def tell_restored(event: events.OrganizationRestored, *, actor: Actor) -> None:
    """Tell every member that it goes on."""
    service.tell_all(service.RESTORED, actor=actor)


def tell_offered(event: events.TransferOffered, *, actor: Actor) -> None:
    """Tell a member of the offer made to them."""
    service.tell(service.OFFERED, event.user_id, actor=actor)


SUBSCRIPTIONS = [
    (events.MembershipCreated, tell_joined), (events.MembershipRoleChanged, tell_role),
    (events.MembershipRemoved, tell_removed), (events.OrganizationClosing, tell_closing),
    (events.OrganizationRestored, tell_restored), (events.TransferOffered, tell_offered),
    *webhooks.OFFERS,
]
