"""A forgotten password: a letter to the account's address, a link that works once within the hour (ID-4)."""
from datetime import datetime
from uuid import UUID

from castingops.audit import service as audit
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.crypto import hash_token, token
from castingops.core.db import entered, save
from castingops.core.privacy import Purpose
from castingops.core.signing import LinkInvalid
from castingops.identity import queries, rules
from castingops.identity.models import EmailedLink
from castingops.identity.service import guesses, letters, notices
from castingops.identity.service.accounts import checked_new_password, end_everything, set_password
from castingops.identity.service.guesses import Guess
from castingops.identity.service.proofs import house
from castingops.identity.service.registration import send_confirmation
from castingops.identity.types import RESET_LIVES, AccountStatus, Factor, Letter
from castingops.notifications.types import Sealed


def ask_letter(kind: str, email: str, *, actor: Actor) -> str:
    """Ask for a letter, `confirm` or `reset`; returns the e-mail in its one form. The answer is the same for all.

    Errors: InvalidEmail.
    """
    address = rules.checked_email(email)
    letters.ask(kind, address, actor=actor)
    return address


def answer_letter(letter_id: UUID, *, actor: Actor) -> None:
    """Send the letter that somebody asked for, when one is due. Runs as the system.

    Who has no account yet but a registration that waits gets that one's letter, whichever was asked for.
    """
    asked = queries.take_asked(letter_id)
    if asked is None:
        return
    known = queries.find_credentials(asked.email)
    if known is not None:
        if asked.kind == "reset" and known.status == AccountStatus.ACTIVE and guesses.may_write("reset", asked.email):
            with entered(actor, known.user_id) as inside:
                _send_reset(known.user_id, actor=inside)
        return
    for waiting in queries.list_pending(asked.email)[:1]:
        send_confirmation(waiting.id, actor=actor)


def make_link(user_id: UUID, kind: Letter, *, until: datetime, email: str | None = None,
              keep_id: UUID | None = None) -> str:
    """A new link of an account, as the token that only its letter has; older ones of its kind end, but for undoing.

    Runs inside the owner.
    """
    if kind is not Letter.UNDO:
        queries.void_links(user_id, kind)
    opaque = token()
    save(EmailedLink(subject_id=user_id, kind=kind, token_hash=hash_token(opaque), email=email, keep_id=keep_id,
                     created_at=clock.now(), expires_at=until))
    return opaque


def reset_password(token_: str, password: str, *, actor: Actor) -> UUID:
    """Choose a new password by a letter's link; returns whose. Every session and token ends, the owner is told.

    The second factor stays as it is. Errors: LinkInvalid; WeakPassword and PasswordUsedBefore, which leave the link.
    """
    link = letters.get_link(token_, Letter.RESET)
    with entered(house(actor), link.user_id) as inside:
        user = queries.lock_user(link.user_id)
        if user.status != AccountStatus.ACTIVE:
            raise LinkInvalid
        chosen = checked_new_password(user, password, actor=inside)
        if not queries.take_link(link):
            raise LinkInvalid
        set_password(user, chosen)
        end_everything(user)
        guesses.forget(Guess(Factor.PASSWORD, user.email or "", ""))
        notices.tell(notices.PASSWORD_RESET, user.id, actor=inside)
        audit.record("identity.password.reset", actor=inside, entity="user", entity_id=user.id,
                     purpose=Purpose.SECURITY)
    return link.user_id


def _send_reset(user_id: UUID, *, actor: Actor) -> None:
    opaque = make_link(user_id, Letter.RESET, until=clock.now() + RESET_LIVES)
    notices.tell(notices.RESET, user_id, actor=actor, sealed=Sealed({"link": letters.address_of(Letter.RESET, opaque)}))
    audit.record("identity.password.ask_reset", actor=actor, entity="user", entity_id=user_id,
                 purpose=Purpose.SECURITY)
