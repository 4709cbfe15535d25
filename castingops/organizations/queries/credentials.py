"""The vault's rows. What is sealed leaves them for the service alone."""
from datetime import datetime
from uuid import UUID

from sqlalchemy import Uuid, bindparam, literal_column, select, update

from castingops.core.actor import Actor
from castingops.core.cursor import Page, decode_id, page_of
from castingops.core.db import session
from castingops.core.reads import Read
from castingops.organizations.models import Credential
from castingops.organizations.types import PAGE_MAX, CredentialRow

LIST = Read(
    select(Credential.id, Credential.name, Credential.provider, Credential.masked, Credential.version,
           Credential.created_at, Credential.rotated_at, Credential.last_used_at)
    .where(Credential.org_id == bindparam("org_id"), Credential.id < bindparam("below", type_=Uuid))
    .order_by(Credential.id.desc()).limit(literal_column(str(PAGE_MAX + 1))), CredentialRow)


def list_credentials(*, actor: Actor, cursor: str | None, size: int) -> Page[CredentialRow]:
    """A page of the credentials of the actor's organization, the newest first. Errors: Invalid for a bad cursor."""
    rows = LIST(actor, org_id=actor.home, below=decode_id(cursor))
    return page_of(rows[:size + 1], size=size)


def lock_credential(credential_id: UUID, *, actor: Actor) -> Credential | None:
    """A credential of the actor's organization, to be used or changed; held until this transaction ends."""
    mine = (Credential.org_id == actor.home, Credential.id == credential_id)
    rows = select(Credential).where(*mine).with_for_update().execution_options(populate_existing=True)
    return session().scalar(rows)


def next_org_with_credentials(after: UUID) -> UUID | None:
    """The organization after this one, by id, whose vault holds something. Asked as the system."""
    rows = select(Credential.org_id).where(Credential.org_id > after).order_by(Credential.org_id)
    return session().scalar(rows.limit(1))


def list_sealed(*, actor: Actor) -> list[Credential]:
    """Every credential of the actor's organization, held until this transaction ends."""
    rows = select(Credential).where(Credential.org_id == actor.home).order_by(Credential.id).with_for_update()
    return list(session().scalars(rows))


def note_use(credential: Credential, moment: datetime) -> None:
    """Write down that a secret was used. Its version stays: what it is sealed for has not changed."""
    mine = (Credential.org_id == credential.org_id, Credential.id == credential.id)
    session().execute(update(Credential).where(*mine).values(last_used_at=moment))
