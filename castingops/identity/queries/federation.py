"""Selects over accounts elsewhere."""
from uuid import UUID

from sqlalchemy import Text, bindparam, func, select, update

from castingops.core import clock
from castingops.core.actor import Actor, anonymous
from castingops.core.db import session
from castingops.core.reads import Read
from castingops.identity.models import FederatedIdentity
from castingops.identity.types import FederatedAccount, Identity, Provider

_federated = func.identity_federated(bindparam("issuer", type_=Text), bindparam("sub", type_=Text)).table_valued(
    "user_id", "identity_id", name="f")

FEDERATED = Read(select(*_federated.c), FederatedAccount)


def find_federated(issuer: str, sub: str) -> FederatedAccount | None:
    """Whose this account elsewhere is."""
    return next(iter(FEDERATED(anonymous(), issuer=issuer, sub=sub)), None)


def list_identities(actor: Actor) -> list[Identity]:
    """The accounts elsewhere of the entered subject, the first linked first."""
    columns = (FederatedIdentity.provider, FederatedIdentity.email, FederatedIdentity.created_at,
               FederatedIdentity.last_used_at)
    mine = select(*columns).where(FederatedIdentity.subject_id == actor.subject).order_by(FederatedIdentity.id)
    return [Identity(*row) for row in session().execute(mine)]


def find_identity(provider: Provider, *, actor: Actor) -> FederatedIdentity | None:
    """The entered subject's account at a provider."""
    return session().scalar(select(FederatedIdentity).where(
        FederatedIdentity.subject_id == actor.subject, FederatedIdentity.provider == provider))


def note_used(identity_id: UUID, *, actor: Actor) -> None:
    """Note that the entered subject has come in by this account elsewhere."""
    mine = update(FederatedIdentity).where(
        FederatedIdentity.subject_id == actor.subject, FederatedIdentity.id == identity_id)
    session().execute(mine.values(last_used_at=clock.now()))
