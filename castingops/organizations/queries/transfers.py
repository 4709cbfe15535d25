"""Offers to hand an organization over."""
from sqlalchemy import Select, select

from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.db import save, session
from castingops.organizations.models import Transfer
from castingops.organizations.types import TransferState


def find_open(*, actor: Actor) -> Transfer | None:
    """The offer that waits for an answer, unless its time is over."""
    return session().scalar(_open(actor).where(Transfer.expires_at > clock.now()))


def lock_open(*, actor: Actor) -> Transfer | None:
    """The same, to be changed; also when its time is over."""
    return session().scalar(_open(actor).with_for_update().execution_options(populate_existing=True))


def settle(transfer: Transfer, state: TransferState) -> None:
    """End an offer."""
    transfer.state, transfer.settled_at = state, clock.now()
    save(transfer)


def _open(actor: Actor) -> Select[Transfer]:
    return select(Transfer).where(Transfer.org_id == actor.home, Transfer.state == TransferState.OPEN)
