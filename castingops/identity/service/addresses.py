"""Another e-mail address for an account: the new one is proved by a link, the old one can take it back (ID-4)."""
import secrets

from castingops.audit import service as audit
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.db import entered, hold, save
from castingops.core.privacy import Purpose
from castingops.core.signing import LinkInvalid
from castingops.identity import queries, rules
from castingops.identity.service import apps, guesses, letters, notices
from castingops.identity.service.accounts import end_everything, get_user, set_password
from castingops.identity.service.proofs import house
from castingops.identity.service.resets import make_link
from castingops.identity.types import EMAIL_LIVES, UNDO_LIVES, Letter
from castingops.notifications.types import Recipient, Sealed


def ask_change(email: str, *, actor: Actor) -> str:
    """Ask for another address; returns it in its one form. A link in a letter to it makes the change.

    The answer is the same for an address that another account has: its owner is told. Errors: InvalidEmail.
    """
    user, address = get_user(actor.subject), rules.checked_email(email)
    with entered(house(actor), user.id) as inside:
        if guesses.may_write("email", str(user.id)):
            known = queries.find_credentials(address)
            if known is None:
                opaque = make_link(user.id, Letter.EMAIL, until=clock.now() + EMAIL_LIVES, email=address,
                                   keep_id=actor.session_id)
                notices.tell(notices.EMAIL_ASKED, user.id, actor=inside, sealed=Sealed(
                    {"link": letters.address_of(Letter.EMAIL, opaque)}, Recipient(address, user.locale, address)))
            else:
                notices.tell(notices.EMAIL_TAKEN, known.user_id, actor=house(actor))
    audit.record("identity.email.ask", actor=actor, entity="user", entity_id=user.id, purpose=Purpose.SECURITY)
    return address


def change_email(token_: str, *, actor: Actor) -> None:
    """Make the change that a letter's link proves. Every sign-in ends but the one that asked; the old address is told,
    with a link that takes it back for seven days. Errors: LinkInvalid, also when the address was taken meanwhile.
    """
    link = letters.get_link(token_, Letter.EMAIL)
    assert link.email is not None  # of its kind, by a check of the table
    hold(f"identity/register/{link.email}")
    with entered(house(actor), link.user_id) as inside:
        user = queries.lock_user(link.user_id)
        if user.email is None or queries.find_credentials(link.email) is not None or not queries.take_link(link):
            raise LinkInvalid
        former, user.email = user.email, link.email
        end_everything(user)
        apps.keep_family(link.keep_id, user.epoch, actor=inside)
        queries.void_links(user.id, Letter.RESET)
        opaque = make_link(user.id, Letter.UNDO, until=clock.now() + UNDO_LIVES, email=former)
        notices.tell(notices.EMAIL_CHANGED, user.id, actor=inside, sealed=Sealed(
            {"link": letters.address_of(Letter.UNDO, opaque)}, Recipient(former, user.locale, user.display_name)))
        audit.record("identity.email.change", actor=inside, entity="user", entity_id=user.id,
                     purpose=Purpose.SECURITY)


def undo_email(token_: str, *, actor: Actor) -> None:
    """Give the account its former address back. Whoever changed it knew the password: that ends too, with every
    sign-in and link. Errors: LinkInvalid, also when another account has the address by now.
    """
    link = letters.get_link(token_, Letter.UNDO)
    assert link.email is not None
    hold(f"identity/register/{link.email}")
    with entered(house(actor), link.user_id) as inside:
        user = queries.lock_user(link.user_id)
        known = queries.find_credentials(link.email)
        if user.email is None or (known is not None and known.user_id != user.id) or not queries.take_link(link):
            raise LinkInvalid
        user.email = link.email
        save(user)
        set_password(user, secrets.token_urlsafe(32))
        end_everything(user)
        queries.void_links(user.id, Letter.RESET, Letter.EMAIL, Letter.UNDO)
        notices.tell(notices.EMAIL_UNDONE, user.id, actor=inside)
        audit.record("identity.email.undo", actor=inside, entity="user", entity_id=user.id, purpose=Purpose.SECURITY)
