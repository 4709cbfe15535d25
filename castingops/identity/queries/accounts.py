"""Selects over accounts and what signs them in. Those before anybody is signed in go through definer functions."""
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from msgspec import Struct
from sqlalchemy import ARRAY, DateTime, Integer, Text, Uuid, any_, bindparam, func, select

from castingops.core.actor import Actor, anonymous, system
from castingops.core.db import session
from castingops.core.reads import Read
from castingops.identity.models import OldPassword, RefreshFamily, RefreshToken, RoleGrant, User
from castingops.identity.models.phones import PhoneNumber
from castingops.identity.types import PASSWORDS_REMEMBERED, Account, AccountStatus, Credentials, StaffSession
from castingops.notifications.types import Recipient

_credentials = func.identity_credentials(bindparam("email", type_=Text)).table_valued(
    "user_id", "kind", "status", "epoch", "password_hash", "display_name", "locale", "roles", name="c")
_account = func.identity_account(bindparam("user_id", type_=Uuid)).table_valued(
    "user_id", "kind", "status", "epoch", "roles", "revoked", "restriction", "restricted_until", "second_factor",
    name="a")
_session = func.identity_session(bindparam("token_hash", type_=Text)).table_valued(
    "session_id", "user_id", "status", "epoch", "display_name", "locale", "roles", "created_at", "last_seen",
    "mfa_at", name="s")
_refresh = func.identity_refresh(bindparam("token_hash", type_=Text)).table_valued("user_id", "family_id", name="r")
_failures = select(func.identity_failures(
    bindparam("who", type_=Text), bindparam("since", type_=DateTime(timezone=True))).column_valued("at"))

_nth_failure = select(func.identity_nth_failure(bindparam("who", type_=Text), bindparam("since", type_=DateTime(
    timezone=True)), bindparam("nth", type_=Integer), type_=DateTime(timezone=True)))


class FamilyOfToken(Struct, frozen=True):
    """Whose refresh token this is, and of which family."""

    user_id: UUID
    family_id: UUID


class Name(Struct, frozen=True):
    user_id: UUID
    name: str


class Contact(Struct, frozen=True):
    """How somebody is called and written to, in the order of the select."""

    user_id: UUID
    name: str
    email: str | None


CREDENTIALS = Read(select(*_credentials.c), Credentials)
ACCOUNT = Read(select(*_account.c), Account)
SESSION = Read(select(*_session.c), StaffSession)
REFRESH = Read(select(*_refresh.c), FamilyOfToken)
RECIPIENT = Read(
    select(User.email, User.locale, User.display_name, func.coalesce(PhoneNumber.number, ""))
    .outerjoin(PhoneNumber, PhoneNumber.subject_id == User.subject_id)
    .where(User.subject_id == bindparam("subject_id"), User.id == bindparam("subject_id"), User.email.is_not(None)),
    Recipient)
NAMES = Read(
    select(User.id, User.display_name).where(User.id == any_(bindparam("ids", type_=ARRAY(Uuid)))), Name)

CONTACTS = Read(
    select(User.id, User.display_name, User.email)
    .where(User.subject_id == any_(bindparam("ids", type_=ARRAY(Uuid))), User.id == User.subject_id), Contact)


def find_credentials(email: str) -> Credentials | None:
    """What signing in needs of the account with this e-mail (in its one form)."""
    return next(iter(CREDENTIALS(anonymous(), email=email)), None)


def find_account(user_id: UUID) -> Account | None:
    """The state of an account as committed at this moment."""
    return next(iter(ACCOUNT(anonymous(), user_id=user_id)), None)


def find_staff_session(token_hash: str) -> StaffSession | None:
    """The console session behind a token's hash, unless it was ended."""
    return next(iter(SESSION(anonymous(), token_hash=token_hash)), None)


def find_refresh(token_hash: str) -> FamilyOfToken | None:
    """Whose refresh token has this hash."""
    return next(iter(REFRESH(anonymous(), token_hash=token_hash)), None)


def list_failures(who: str, *, since: datetime) -> list[datetime]:
    """When this account or address failed since then, what this unit of work has noted included."""
    return list(session().scalars(_failures, {"who": who, "since": since}))


def find_nth_failure(who: str, nth: int, *, since: datetime) -> datetime | None:
    """When the nth newest failure counted under this name was, if that is later than `since`."""
    return session().scalar(_nth_failure, {"who": who, "since": since, "nth": nth})


def find_recipient(subject_id: UUID) -> Recipient | None:
    """Where to write to someone; None for an erased account."""
    return next(iter(RECIPIENT(system(), subject_id=subject_id)), None)


def names_of(ids: Collection[UUID]) -> dict[UUID, str]:
    """Display names by id, of those that exist."""
    return {row.user_id: row.name for row in NAMES(system(), ids=list(ids))}


def contacts_of(ids: Collection[UUID]) -> dict[UUID, Contact]:
    """Names and addresses by id, of those that exist."""
    return {row.user_id: row for row in CONTACTS(system(), ids=list(ids))} if ids else {}


def find_user(user_id: UUID) -> User | None:
    """The account as an entity, seen as the unit of work's actor."""
    return session().get(User, (user_id, user_id))


def lock_user(user_id: UUID) -> User:
    """An account that exists, to be changed; held until this transaction ends."""
    return session().get_one(User, (user_id, user_id), with_for_update=True, populate_existing=True)


def list_roles(user_id: UUID) -> frozenset[str]:
    """The roles an account holds, as this unit of work sees them."""
    return frozenset(session().scalars(select(RoleGrant.role).where(RoleGrant.user_id == user_id)))


def list_holders(role: str) -> list[UUID]:
    """Active accounts that hold a role, the oldest grant first."""
    own = (User.id == RoleGrant.user_id) & (User.subject_id == RoleGrant.user_id)
    held = select(RoleGrant.user_id).join(User, own).where(
        RoleGrant.role == role, User.status == AccountStatus.ACTIVE)
    return list(session().scalars(held.order_by(RoleGrant.id)))


def roles_of(ids: Collection[UUID]) -> dict[UUID, frozenset[str]]:
    """The roles of these accounts, as this unit of work sees them; of active ones only."""
    rows = session().execute(
        select(RoleGrant.user_id, RoleGrant.role).join(User, (User.subject_id == RoleGrant.user_id)
                                                       & (User.id == RoleGrant.user_id))
        .where(RoleGrant.user_id.in_(ids), User.status == AccountStatus.ACTIVE))
    held: dict[UUID, frozenset[str]] = {}
    for user_id, role in rows:
        held[user_id] = held.get(user_id, frozenset()) | {role}
    return held


def lock_family(family_id: UUID, *, actor: Actor) -> RefreshFamily:
    """The family of the entered subject, held against every other refresh until this transaction ends."""
    return session().get_one(RefreshFamily, (actor.subject, family_id), with_for_update=True, populate_existing=True)


def get_refresh_token(token_hash: str, *, actor: Actor) -> RefreshToken:
    """The token of the entered subject. Ask after `lock_family`, so that it is as the last holder left it."""
    mine = select(RefreshToken).where(RefreshToken.subject_id == actor.subject, RefreshToken.token_hash == token_hash)
    return session().execute(mine.execution_options(populate_existing=True)).scalar_one()


def list_old_passwords(actor: Actor) -> list[str]:
    """Hashes of the entered subject's last passwords, newest first."""
    rows = select(OldPassword.password_hash).where(OldPassword.subject_id == actor.subject)
    return list(session().scalars(rows.order_by(OldPassword.id.desc()).limit(PASSWORDS_REMEMBERED)))
