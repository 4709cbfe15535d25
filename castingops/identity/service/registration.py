"""An account of an app: asked for, proved by a letter, and only then made (ID-1).

Until somebody has opened the letter *and* typed the password that was chosen there is no account: signing in is refused
as for any unknown e-mail, so that registering a known one tells nothing by a log-in right after; and nobody can make an
account for another's address and wait for its owner to open a letter.
"""
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from msgspec import convert, to_builtins

from castingops.audit import service as audit
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.crypto import hash_token, token
from castingops.core.db import entered, hold, save
from castingops.core.i18n import LOCALES
from castingops.core.ids import new_id
from castingops.core.outbox import publish
from castingops.core.privacy import Purpose
from castingops.core.roles import AppRole
from castingops.core.signing import LinkInvalid
from castingops.identity import queries, rules
from castingops.identity.errors import EmailTaken
from castingops.identity.errors.sessions import PasswordWrong
from castingops.identity.events import AccountAsked
from castingops.identity.models import PendingAccount
from castingops.identity.service import guesses, letters, notices
from castingops.identity.service.accounts import add_subject, open_account, registering
from castingops.identity.service.guesses import Guess
from castingops.identity.service.passwords import hash_password, is_password
from castingops.identity.service.proofs import house, refused
from castingops.identity.types import CONFIRM_LIVES, Factor, Pending, Registration
from castingops.notifications.types import Recipient, Sealed


def register(*, actor: Actor, email: str, password: str, display_name: str, locale: str, role: AppRole,
             birth_date: date | None, accepts: Mapping[str, Any],
             organization: Mapping[str, Any] | None = None) -> str:
    """Ask for an app account; returns the e-mail in its one form. A letter to it says how to go on.

    `organization` is what the account's own one is to be called, when it asks for one.

    For a known e-mail the answer, its traces and its duration are the same, and the owner gets another letter.
    Errors: InvalidEmail, InvalidName, InvalidLocale, InvalidBirthDate, WeakPassword, and what the hook refuses.
    """
    email, name = rules.checked_email(email), rules.checked_name(display_name)
    hashed = hash_password(rules.checked_password(password, email=email, name=name))
    new = Registration(
        user_id=new_id(), role=role, display_name=name, locale=rules.checked_locale(locale, LOCALES),
        birth_date=rules.checked_birth_date(birth_date, role=role, today=clock.today_riyadh()), accepts=accepts,
        organization=organization)
    registering(new)
    now, pending_id = clock.now(), new_id()
    with entered(house(actor), pending_id) as inside:
        save(PendingAccount(id=pending_id, email=email, password_hash=hashed, registration=to_builtins(new),
                            created_at=now, expires_at=now + CONFIRM_LIVES))
        audit.record("identity.user.ask", actor=inside, entity="pending_account", entity_id=pending_id,
                     purpose=Purpose.ACCOUNT, after={"role": new.role, "locale": new.locale})
        publish(AccountAsked(pending_id=pending_id))
    return email


def send_confirmation(pending_id: UUID, *, actor: Actor) -> None:
    """Write to the address of a registration that waits: a link to confirm it, or that it has an account already.

    Its last letter's link ends. Runs as the system; past the day's limit of letters to one address nothing is sent.
    """
    pending = queries.lock_pending(pending_id)
    if pending is None or pending.expires_at <= clock.now():  # confirmed already, when an event comes again
        return
    if not guesses.may_write("confirm", pending.email):
        return
    known = queries.find_credentials(pending.email)
    if known is not None:
        notices.tell(notices.SECOND_REGISTRATION, known.user_id, actor=actor)
        return
    opaque = token()
    pending.token_hash = hash_token(opaque)
    locale = convert(pending.registration, Registration).locale
    with entered(actor, pending.id) as inside:
        add_subject(pending.id)
        # greeted by the address: what a stranger typed as a name is no text for a stranger's mailbox
        notices.tell(notices.CONFIRM, pending.id, actor=inside, sealed=Sealed(
            {"link": letters.address_of("confirm", opaque)}, Recipient(pending.email, locale, pending.email)))


def get_pending(token_: str) -> Pending:
    """The registration that a letter's link confirms. Errors: LinkInvalid."""
    found = queries.find_pending(hash_token(token_)) if letters.is_token(token_) else None
    if found is None:
        raise LinkInvalid
    return found


def confirm(token_: str, password: str, *, actor: Actor) -> None:
    """Make the account that was asked for, with consents and profile, in one transaction.

    Errors: LinkInvalid, also when the e-mail has got an account meanwhile; PasswordWrong; SignInSlowed.
    """
    pending = get_pending(token_)
    guess = Guess(Factor.PASSWORD, f"pending/{pending.id}", actor.origin.ip if actor.origin else "")
    right = is_password(pending.password_hash, password)  # slow: before any lock
    guesses.hold(guess)
    guesses.require_calm(guess.from_ip, guess.factor, address=True)
    if not right:
        raise refused(guess, None, PasswordWrong(password=PasswordWrong.message), actor=actor)
    guesses.require_calm(guess.at_account, guess.factor)
    new = convert(pending.registration, Registration)
    hold(f"identity/register/{pending.email}")
    with entered(house(actor), new.user_id) as inside:
        waiting = queries.list_pending(pending.email)
        if pending.id not in {one.id for one in waiting} or queries.find_credentials(pending.email) is not None:
            raise LinkInvalid
        for one in waiting:  # none of them works any more; the sweep takes them with the letters to them
            one.expires_at = clock.now()
        open_account(new, email=pending.email, hashed=pending.password_hash, actor=inside)


def open_proved(email: str, *, user_id: UUID, role: AppRole, display_name: str, locale: str, password: str,
                accepts: Mapping[str, Any], actor: Actor) -> None:
    """Make the account of an adult who holds what was sent to this address, in the open transaction.

    Errors: InvalidName, InvalidLocale, WeakPassword, EmailTaken, and what the hooks of a registration refuse.
    """
    name = rules.checked_name(display_name)
    hashed = hash_password(rules.checked_password(password, email=email, name=name))
    new = Registration(user_id=user_id, role=role, display_name=name, locale=rules.checked_locale(locale, LOCALES),
                       birth_date=None, accepts=accepts)
    registering(new)
    hold(f"identity/register/{email}")
    if queries.find_credentials(email) is not None:
        raise EmailTaken
    with entered(house(actor), user_id) as inside:
        open_account(new, email=email, hashed=hashed, actor=inside)
