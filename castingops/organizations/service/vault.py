"""The vault: secrets of an organization that go in, are used by the house, and never come out again (ORG-3).

Each organization has a key of its own, derived from the house's master key (HKDF, RFC 5869). A secret is sealed for its
organization, its row and its version: moved anywhere else in the table, it opens no more.
"""
from uuid import UUID

from castingops.audit import service as audit
from castingops.core import clock
from castingops.core.actor import Actor, system
from castingops.core.crypto import SealBroken, Sealer
from castingops.core.cursor import Page
from castingops.core.db import entered_org, save, session
from castingops.core.errors import Forbidden
from castingops.core.ids import new_id
from castingops.core.keys import sealer
from castingops.core.privacy import Purpose
from castingops.organizations import permissions, rules
from castingops.organizations.errors import CredentialNotFound
from castingops.organizations.models import Credential
from castingops.organizations.queries import credentials as queries
from castingops.organizations.service.base import working
from castingops.organizations.types import CredentialRow, Resealed

_FIRST = UUID(int=0)


def store_credential(*, name: str, provider: str, secret: str, actor: Actor) -> CredentialRow:
    """Put a secret into the vault of the actor's organization. Errors: InvalidCredential, CredentialNameTaken."""
    name, provider = rules.checked_credential_name(name), rules.checked_provider(provider)
    secret = rules.checked_secret(secret)
    with working(actor, permissions.STORE_CREDENTIAL) as (organization, present):
        row = Credential(org_id=organization.id, id=new_id(), name=name, provider=provider, version=1,
                         created_by=present.subject, created_at=clock.now())
        _seal(row, secret)
        save(row)
        _record("organizations.credential.store", row, actor=present)
        return _shown(row)


def list_credentials(*, actor: Actor, cursor: str | None, size: int) -> Page[CredentialRow]:
    """A page of the vault, masked. Errors: Invalid for a bad cursor."""
    return queries.list_credentials(actor=actor, cursor=cursor, size=size)


def replace_credential(credential_id: UUID, *, secret: str, actor: Actor) -> CredentialRow:
    """Put a new secret in the place of an old one, which is gone. Errors: CredentialNotFound, InvalidCredential."""
    secret = rules.checked_secret(secret)
    with working(actor, permissions.STORE_CREDENTIAL) as (_, present):
        row = _get(credential_id, actor=present)
        row.version, row.rotated_at = row.version + 1, clock.now()
        _seal(row, secret)
        save(row)
        _record("organizations.credential.replace", row, actor=present)
        return _shown(row)


def delete_credential(credential_id: UUID, *, actor: Actor) -> None:
    """Take a secret out of the vault for good (P16); also while the organization is being deleted.

    Errors: CredentialNotFound.
    """
    with working(actor, permissions.DELETE_CREDENTIAL, closing=True) as (_, present):
        row = _get(credential_id, actor=present)
        session().delete(row)
        session().flush()
        _record("organizations.credential.delete", row, actor=present)


def use_credential(credential_id: UUID, *, actor: Actor) -> str:
    """The secret itself, for the system at work inside the organization; each use is noted and recorded.

    The one way out of the vault, and no route leads here. Errors: Forbidden for anybody but the system;
    CredentialNotFound; SealBroken when the row was altered or its key is no longer known.
    """
    if actor.kind != "system":
        raise Forbidden
    row = _get(credential_id, actor=actor)
    secret = _sealer(row.org_id).open(row.sealed, _aad(row))
    queries.note_use(row, clock.now())
    _record("organizations.credential.use", row, actor=actor)
    return secret


def reseal_next(after: UUID = _FIRST) -> Resealed | None:
    """Seal again what older master keys sealed, in the vault of the next organization after `after`.

    None past the last. Safe to run twice and to break off: a unit of work for each organization, and what is fresh is
    left alone. A secret that opens under no key stays as it is and is counted. The actor is the system.
    """
    org_id = queries.next_org_with_credentials(after)
    if org_id is None:
        return None
    with entered_org(system(), org_id) as inside:
        tried = [_resealed(row, actor=inside) for row in queries.list_sealed(actor=inside)]
    return Resealed(org_id, tried.count(True), tried.count(None))


def _resealed(row: Credential, *, actor: Actor) -> bool | None:
    """Whether this secret was sealed again; None for one that opens under no key."""
    own = _sealer(row.org_id)
    try:
        if not own.is_stale(row.sealed):
            return False
        row.sealed = own.seal(own.open(row.sealed, _aad(row)), _aad(row))
    except SealBroken:
        return None
    save(row)
    _record("organizations.credential.reseal", row, actor=actor)
    return True


def _get(credential_id: UUID, *, actor: Actor) -> Credential:
    row = queries.lock_credential(credential_id, actor=actor)
    if row is None:
        raise CredentialNotFound
    return row


def _seal(row: Credential, secret: str) -> None:
    row.sealed, row.masked = _sealer(row.org_id).seal(secret, _aad(row)), rules.masked(secret)


def _sealer(org_id: UUID) -> Sealer:
    return sealer(f"organizations/vault/{org_id}")


def _aad(row: Credential) -> str:
    return f"credentials/{row.org_id}/{row.id}/{row.version}"


def _shown(row: Credential) -> CredentialRow:
    return CredentialRow(row.id, row.name, row.provider, row.masked, row.version, row.created_at, row.rotated_at,
                         row.last_used_at)


def _record(act: str, row: Credential, *, actor: Actor) -> None:
    audit.record(act, actor=actor, entity="credential", entity_id=row.id,
                 org_id=row.org_id, purpose=Purpose.SECURITY,
                 details={"provider": row.provider, "version": row.version})
