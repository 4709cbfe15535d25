"""Accounts: made by their owners in the apps or by staff for staff, changed, and given roles."""
import secrets
from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

import pyotp
from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from castingops.audit import service as audit
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.db import entered, save, session
from castingops.core.hooks import Hook
from castingops.core.i18n import LOCALES
from castingops.core.ids import new_id
from castingops.core.outbox import publish
from castingops.core.privacy import Purpose
from castingops.core.subjects import Subject
from castingops.identity import queries, rules
from castingops.identity.errors import AccountNotFound, ProposalNeeded, SelfGrant
from castingops.identity.errors.sessions import PasswordUsedBefore
from castingops.identity.events import UserRegistered
from castingops.identity.models import OldPassword, RoleGrant, User
from castingops.identity.service import codes, factors, notices, states
from castingops.identity.service.passwords import hash_password, is_password
from castingops.identity.service.proofs import prove_password
from castingops.identity.types import (
    NO_PASSWORD,
    AccountKind,
    AccountStatus,
    Me,
    NewStaff,
    Registration,
)
from castingops.notifications.types import Recipient

# Both are called for every new account of an app. `registering` may only refuse: it runs before anybody looks whether
# the e-mail is known, so a refusal tells nothing about that. `user_registered` writes, in its transaction.
registering: Hook[[Registration]] = Hook("identity.registering")
user_registered: Hook[[Registration, Actor]] = Hook("identity.user_registered")


def open_account(new: Registration, *, email: str, hashed: str, actor: Actor) -> None:
    """Make an app account with all that belongs to it, in the open transaction; its e-mail has been proved.

    The actor is the system inside the new subject. Errors: EmailTaken, and what the hook's features refuse.
    """
    _create(new.user_id, AccountKind.APP, email, hashed, name=new.display_name, locale=new.locale)
    _add_role(new.user_id, AccountKind.APP, new.role)
    user_registered(new, actor)
    audit.record("identity.user.register", actor=actor, entity="user", entity_id=new.user_id,
                 purpose=Purpose.ACCOUNT, after={"role": new.role, "locale": new.locale})
    publish(UserRegistered(subject_id=new.user_id, role=new.role))


def create_staff(*, actor: Actor, email: str, roles: Collection[str], locale: str, display_name: str,
                 password: str | None = None, totp_secret: str | None = None, hashed: str | None = None) -> NewStaff:
    """Make a staff account with password and one-time codes, both drawn at random unless given (for a demo).

    For operators, who run as the system: from the console it takes a proposal, and nobody sees a password.
    A drawn password is replaced at the first sign-in: whoever ran the command has seen it. `hashed` is what
    `hash_password` made of a given one, when that was done beforehand.
    Errors: InvalidEmail, InvalidName, InvalidLocale, WeakPassword, RoleUnfit, RolesExclude, EmailTaken, ProposalNeeded.
    """
    if actor.kind != "system":
        raise ProposalNeeded
    email, name = rules.checked_email(email), rules.checked_name(display_name)
    locale, held = rules.checked_locale(locale, LOCALES), rules.checked_roles(roles, AccountKind.STAFF)
    new = NewStaff(
        user_id=new_id(), totp_secret=totp_secret or pyotp.random_base32(),
        password=rules.checked_password(password or secrets.token_urlsafe(12), email=email, name=name))
    with entered(actor, new.user_id) as inside:
        _create(new.user_id, AccountKind.STAFF, email, hashed or hash_password(new.password), name=name, locale=locale,
                once=password is None)
        for role in sorted(held):
            _add_role(new.user_id, AccountKind.STAFF, role)
        codes.enrol(new.totp_secret, actor=inside, confirmed=True)
        audit.record("identity.user.create", actor=inside, entity="user", entity_id=new.user_id,
                     purpose=Purpose.SECURITY, after={"roles": sorted(held)})
    return new


def grant(user_id: UUID, role: str, *, actor: Actor) -> None:
    """Give an account one more role; all its sessions and tokens end, so that none lives on with the old rights.

    For operators and the house's directory, which run as the system: from the console it takes a proposal.
    Errors: AccountNotFound, RoleUnfit, RolesExclude, RoleHeld, SelfGrant, ProposalNeeded.
    """
    if user_id == actor.user_id:
        raise SelfGrant
    if actor.kind != "system":
        raise ProposalNeeded
    with entered(actor, user_id) as inside:
        user = get_user(user_id)
        held = queries.list_roles(user_id)
        rules.checked_roles(held | {role}, AccountKind(user.kind))
        _add_role(user_id, AccountKind(user.kind), role)
        end_everything(user)
        audit.record("identity.role.grant", actor=inside, entity="user", entity_id=user_id, purpose=Purpose.SECURITY,
                     before={"roles": sorted(held)}, after={"roles": sorted(held | {role})}, details={"role": role})


def reset_mfa(user_id: UUID, *, actor: Actor) -> None:
    """Forget everything that proves a second time who somebody is: authenticator app, passkeys, recovery codes. Staff
    enrol anew at their next sign-in. Errors: AccountNotFound."""
    with entered(actor, user_id) as inside:
        user = get_user(user_id)
        factors.forget_all(actor=inside)
        end_everything(user)
        audit.record("identity.mfa.reset", actor=inside, entity="user", entity_id=user_id, purpose=Purpose.SECURITY)


def switch(user_id: UUID, status: AccountStatus, *, actor: Actor, details: Mapping[str, Any]) -> None:
    """Disable an account, or enable it again; every session and token of it ends. Its owner is told.

    Whether it may be is for the caller to have asked. Errors: AccountNotFound.
    """
    disabled = status is AccountStatus.DISABLED
    with entered(actor, user_id) as inside:
        get_user(user_id)
        user = queries.lock_user(user_id)
        user.status = status
        end_everything(user)
        audit.record("identity.account.disable" if disabled else "identity.account.enable", actor=inside,
                     entity="user", entity_id=user_id, purpose=Purpose.SECURITY, details=details)
    notices.tell(notices.ACCOUNT_DISABLED if disabled else notices.ACCOUNT_ENABLED, user_id, actor=actor)


def get_me(*, actor: Actor) -> Me:
    """One's own account. Errors: AccountNotFound."""
    return _me(get_user(actor.subject), actor)


def change_me(*, actor: Actor, display_name: str | None, locale: str | None) -> Me:
    """Change one's own name and language; None leaves as it is. Errors: InvalidName, InvalidLocale."""
    user = get_user(actor.subject)
    before = {"display_name": user.display_name, "locale": user.locale}
    if display_name is not None:
        user.display_name = rules.checked_name(display_name)
    if locale is not None:
        user.locale = rules.checked_locale(locale, LOCALES)
    after = {"display_name": user.display_name, "locale": user.locale}
    if after != before:
        save(user)
        audit.record("identity.me.change", actor=actor, entity="user", entity_id=user.id, purpose=Purpose.ACCOUNT,
                     before=before, after=after)
    return _me(user, actor)


def change_password(*, actor: Actor, current: str, new: str) -> int:
    """Change one's own password; returns the account's new epoch. Every sign-in ends but what is kept in it.

    Errors: CredentialsWrong, SignInSlowed, WeakPassword, PasswordUsedBefore (one of the last five, or the present).
    """
    user = get_user(actor.subject)
    prove_password(user.email or "", current, kind=AccountKind(user.kind), actor=actor)
    user = queries.lock_user(actor.subject)
    set_password(user, checked_new_password(user, new, actor=actor))
    end_everything(user)
    notices.tell(notices.PASSWORD_CHANGED, user.id, actor=actor)
    audit.record("identity.password.change", actor=actor, entity="user", entity_id=user.id, purpose=Purpose.SECURITY)
    return user.epoch


def checked_new_password(user: User, text: str, *, actor: Actor) -> str:
    """A password that the entered subject may change to.

    Errors: WeakPassword; PasswordUsedBefore for the present one and the five before it (MED-02).
    """
    password = rules.checked_password(text, email=user.email or "", name=user.display_name, field="new_password")
    if any(is_password(old, password) for old in [user.password_hash, *queries.list_old_passwords(actor)]):
        raise PasswordUsedBefore(new_password=PasswordUsedBefore.message)
    return password


def set_password(user: User, password: str) -> None:
    """Put a checked password in place of the present one, which is remembered."""
    now = clock.now()
    if user.password_hash != NO_PASSWORD:
        save(OldPassword(subject_id=user.id, password_hash=user.password_hash, created_at=now))
    user.password_hash, user.password_set_at, user.password_once = hash_password(password), now, False
    save(user)


def get_user(user_id: UUID) -> User:
    """An account. Errors: AccountNotFound."""
    user = queries.find_user(user_id)
    if user is None:
        raise AccountNotFound
    return user


def get_user_id(email: str) -> UUID:
    """Whose e-mail this is, for operators. Errors: AccountNotFound."""
    known = queries.find_credentials(rules.email_key(email) or "")
    if known is None:
        raise AccountNotFound
    return known.user_id


def end_everything(user: User) -> None:
    """End every session and token of an account: they carry the epoch they were made in."""
    user.epoch += 1
    save(user)
    states.forget_after_commit(user.id)


def directory(subject_id: UUID) -> Recipient | None:
    """Where, in which language and under which name to write to someone; None for an erased account."""
    return queries.find_recipient(subject_id)


def holders_of(role: str) -> list[UUID]:
    """Who holds a role and may sign in: whom to tell what is everybody's of that role. Staff and system only."""
    return queries.list_holders(role)


def checked_address(text: str) -> str:
    """An e-mail in the one form in which accounts have theirs. Errors: InvalidEmail."""
    return rules.checked_email(text)


def contacts_of(ids: Collection[UUID]) -> Mapping[UUID, queries.Contact]:
    """Names and e-mails by id, for a feature that has made sure that its reader may see them."""
    return queries.contacts_of(ids)


def staff_names(ids: Collection[UUID]) -> Mapping[UUID, str]:
    """Display names by id, of those that exist."""
    return queries.names_of(ids)


def _me(user: User, actor: Actor) -> Me:
    return Me(id=user.id, email=user.email or "", display_name=user.display_name, locale=user.locale,
              roles=sorted(actor.roles), created_at=user.created_at)


def add_subject(subject_id: UUID) -> None:
    """The row that all of a person's hang on; one may be there already. Runs inside the person."""
    session().execute(insert(Subject).values(id=subject_id, created_at=clock.now()).on_conflict_do_nothing())


def set_roles(user: User, roles: frozenset[str], *, held: frozenset[str]) -> None:
    """Give a member of staff exactly these roles, as the directory says; every session with the old ones ends.

    Runs as the system inside them. Errors: RolesExclude, LastAdmin.
    """
    session().execute(delete(RoleGrant).where(RoleGrant.user_id == user.id, RoleGrant.role.in_(held - roles)))
    for role in sorted(roles - held):
        _add_role(user.id, AccountKind.STAFF, role)
    end_everything(user)


def _create(user_id: UUID, kind: AccountKind, email: str, hashed: str, *, name: str, locale: str,
            once: bool = False) -> None:
    add_subject(user_id)
    now = clock.now()
    save(User(subject_id=user_id, id=user_id, kind=kind, status=AccountStatus.ACTIVE, email=email, display_name=name,
              locale=locale, password_hash=hashed, password_set_at=now, password_once=once,
              epoch=1, created_at=now))


def _add_role(user_id: UUID, kind: AccountKind, role: str) -> None:
    """A role of nobody's giving: one's own registration, an operator's command."""
    save(RoleGrant(user_id=user_id, kind=kind, role=role, granted_at=clock.now()))


def open_staff_account(user_id: UUID, *, email: str, display_name: str, locale: str, hashed: str) -> None:
    """Make the account of a colleague, in the person entered. Its roles are given by whoever calls."""
    _create(user_id, AccountKind.STAFF, email, hashed, name=display_name, locale=locale)
