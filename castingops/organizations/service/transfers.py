"""Handing an organization over: offered by an owner, taken over by the member it was offered to."""
from uuid import UUID

from castingops.audit import service as audit
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.db import save
from castingops.core.ids import new_id
from castingops.core.outbox import publish
from castingops.core.privacy import Purpose
from castingops.core.roles import OrgRole
from castingops.organizations import permissions
from castingops.organizations.errors import MemberNotFound, TransferNotFound, TransferOpen
from castingops.organizations.events import TransferOffered
from castingops.organizations.models import Transfer
from castingops.organizations.queries import memberships
from castingops.organizations.queries import transfers as queries
from castingops.organizations.service.base import note, own_rank, working
from castingops.organizations.service.members import set_rank
from castingops.organizations.service.organizations import view_of
from castingops.organizations.types import TRANSFER_OPEN, OrganizationView, TransferState, TransferView


def offer(user_id: UUID, *, actor: Actor) -> TransferView:
    """Offer one's organization to another member. Errors: MemberNotFound, TransferOpen, OrganizationClosing."""
    with working(actor, permissions.OFFER) as (organization, present):
        if user_id == actor.user_id or memberships.find_rank(user_id, actor=present) is None:
            raise MemberNotFound
        _end_old(present)
        now = clock.now()
        transfer = Transfer(org_id=organization.id, id=new_id(), from_user=actor.subject, to_user=user_id,
                            state=TransferState.OPEN, created_at=now, expires_at=now + TRANSFER_OPEN)
        save(transfer)
        _record("organizations.transfer.offer", transfer, actor=present)
        publish(TransferOffered(org_id=organization.id, user_id=user_id))
        return _view(transfer)


def get_offer(*, actor: Actor) -> TransferView:
    """The offer that waits for an answer. Errors: TransferNotFound; it concerns owners and whom it was made to."""
    transfer = queries.find_open(actor=actor)
    if transfer is None or (actor.user_id != transfer.to_user and own_rank(actor) is not OrgRole.OWNER):
        raise TransferNotFound
    return _view(transfer)


def take_over(*, actor: Actor) -> OrganizationView:
    """Accept the offer: one becomes an owner, and who made it an administrator, in the same breath.

    Errors: TransferNotFound; OrganizationClosing.
    """
    with working(actor, permissions.TAKE_OVER) as (organization, present):
        transfer = _mine(present)
        giver = memberships.lock_member(transfer.from_user, actor=present)
        taker = memberships.lock_member(transfer.to_user, actor=present)
        if giver is None or giver.role != OrgRole.OWNER or taker is None:
            raise TransferNotFound
        queries.settle(transfer, TransferState.ACCEPTED)
        if taker.role != OrgRole.OWNER:
            set_rank(taker, OrgRole.OWNER, organization=organization, actor=present)
        set_rank(giver, OrgRole.ADMIN, organization=organization, actor=present)
        note(organization, "owner", str(transfer.from_user), str(transfer.to_user), actor=present)
        _record("organizations.transfer.accept", transfer, actor=present)
        return view_of(organization, OrgRole.OWNER)


def end_offer(*, actor: Actor) -> None:
    """Take one's offer back, or decline the one made to oneself. Errors: TransferNotFound."""
    with working(actor, permissions.TAKE_OVER, closing=True) as (_, present):
        transfer = queries.lock_open(actor=present)
        own = transfer is not None and transfer.to_user == actor.user_id
        if transfer is None or not (own or own_rank(present) is OrgRole.OWNER):
            raise TransferNotFound
        queries.settle(transfer, TransferState.DECLINED if own else TransferState.CANCELLED)
        _record("organizations.transfer.decline" if own else "organizations.transfer.cancel", transfer, actor=present)


def _mine(actor: Actor) -> Transfer:
    transfer = queries.lock_open(actor=actor)
    if transfer is None or transfer.to_user != actor.user_id or transfer.expires_at <= clock.now():
        raise TransferNotFound
    return transfer


def _end_old(actor: Actor) -> None:
    """An offer whose time is over makes room for another. Errors: TransferOpen."""
    old = queries.lock_open(actor=actor)
    if old is not None:
        if old.expires_at > clock.now():
            raise TransferOpen
        queries.settle(old, TransferState.CANCELLED)


def _view(transfer: Transfer) -> TransferView:
    return TransferView(from_user=transfer.from_user, to_user=transfer.to_user, created_at=transfer.created_at,
                        expires_at=transfer.expires_at)


def _record(act: str, transfer: Transfer, *, actor: Actor) -> None:
    audit.record(act, actor=actor, entity="org_transfer", entity_id=transfer.id,
                 purpose=Purpose.ACCOUNT, details={"from": transfer.from_user, "to": transfer.to_user})
