"""People over there: invited by letter, and here once they have joined with its code.

Nobody is made an account, let alone given somebody's, by what another system says: an account begins with a person who
holds the letter and accepts the terms. Who has an account joins with it, by the same code.
"""
from collections.abc import Mapping
from typing import Any

from castingops.audit import service as audit
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.crypto import hash_token, token
from castingops.core.db import entered, hold, save
from castingops.core.ids import new_id
from castingops.core.messages import N_
from castingops.core.privacy import Purpose
from castingops.core.roles import AppRole
from castingops.directory import queries
from castingops.directory.errors import CodeInvalid
from castingops.directory.models import DirectoryPerson
from castingops.directory.service import memberships
from castingops.directory.service.base import NOBODY
from castingops.directory.types import CODE_LIVES, LETTERS_MAX, Claimed, Standing, Why
from castingops.identity import service as identity
from castingops.identity.errors import InvalidEmail, InvalidName
from castingops.identity.service import accounts, registration
from castingops.identity.types import AccountStatus
from castingops.notifications import service as notifications
from castingops.notifications.types import Channel, Recipient, Sealed, Template
from castingops.organizations.service.base import house

INVITED = notifications.define(Template(
    "directory.person.invited", N_("Join your company on castingops"),
    N_("Your company keeps its staff in a directory that castingops follows, and has named you there. To join, open the"
       " app for hirers and enter this code; if you have an account there already, sign in first.\n\n%(code)s\n\n"
       "The code works once, until %(until)s. If you did not expect this, nothing is needed."),
    {"code", "until"}))
_LOCALE = "ar"  # of letters to somebody whose language nobody has told us


def take(said: Claimed, *, actor: Actor) -> None:
    """Keep what was said of a person, unless newer is known, and do what follows. Who is gone over there stays so."""
    row = queries.find_person(said.ref) or DirectoryPerson(
        ref=said.ref, stamp=-1, standing=Standing.HELD, verified=False, opened=False, letters=0)
    if row.standing == Standing.GONE or (said.stamp <= row.stamp and not said.deleted):
        return
    row.stamp, row.changed_at = max(said.stamp, row.stamp), clock.now()
    if said.deleted:
        _leave(row, actor=actor)
    elif row.standing == Standing.JOINED:
        _rename(row, said.name, actor=actor)
    else:
        row.verified, row.name = said.verified, said.name or None
        invite(row, said.email, actor=actor)
    save(row)


def invite(row: DirectoryPerson, email: str | None, *, actor: Actor, again: bool = False) -> None:
    """Write to who is not here yet, once to each address: a new code ends the one before."""
    address = _address(email)
    row.reason = (Why.EMAIL_UNFIT if email else Why.EMAIL_UNVERIFIED) if address is None else (
        None if row.verified else Why.EMAIL_UNVERIFIED)
    known, row.email = row.email, address
    if row.reason is not None or address is None:
        row.standing, row.token_hash, row.expires_at = Standing.HELD, None, None
        return
    running = row.standing == Standing.INVITED and row.expires_at is not None and row.expires_at > clock.now()
    if known == address and running and not again:
        return
    row.letters = row.letters + 1 if known == address else 1
    if row.letters <= LETTERS_MAX:
        _write(row, address, actor=actor)


def join(sent: Mapping[str, Any], *, actor: Actor) -> str:
    """Make the account that a letter invites to; returns the e-mail in its one form.

    Errors: CodeInvalid; EmailTaken, for whoever has an account and joins with it; InvalidName, InvalidLocale,
    WeakPassword, and what the hooks of a registration refuse.
    """
    with entered(house(actor), NOBODY) as inside:
        row = _invited(sent["code"])
        email = row.email or ""
        registration.open_proved(
            email, user_id=row.subject_id or NOBODY, role=AppRole.HIRER, locale=sent["locale"],
            display_name=sent.get("display_name") or row.name or "", password=sent["password"],
            accepts=sent["accepts"], actor=actor)
        row.opened = True
        _welcome(row, actor=inside)
    return email


def link(code: str, *, actor: Actor) -> None:
    """Join with one's own account, which has the address of the letter. Errors: CodeInvalid."""
    with entered(house(actor), NOBODY) as inside:
        row = _invited(code)
        own = identity.contacts_of([actor.subject]).get(actor.subject)
        if own is None or own.email != row.email:
            raise CodeInvalid
        row.subject_id = actor.subject
        _welcome(row, actor=inside)


def _invited(code: str) -> DirectoryPerson:
    hold("directory/apply")
    row = queries.find_invited(hash_token(code))
    if row is None or row.expires_at is None or row.expires_at <= clock.now():
        raise CodeInvalid
    return row


def _welcome(row: DirectoryPerson, *, actor: Actor) -> None:
    row.standing, row.reason, row.changed_at = Standing.JOINED, None, clock.now()
    row.email = row.name = row.token_hash = row.expires_at = None
    save(row)
    audit.record("directory.person.join", actor=actor, entity="directory_person", entity_id=row.id,
                 subject_id=row.subject_id, purpose=Purpose.ACCOUNT, details={"new_account": row.opened})
    memberships.settle_person(row.ref, actor=actor)


def _rename(row: DirectoryPerson, name: str, *, actor: Actor) -> None:
    """A new name over there is one here; an address is its owner's to change, and proved by them."""
    if row.subject_id is None or not row.opened:
        return
    with entered(actor, row.subject_id) as inside:
        try:
            identity.change_me(actor=inside, display_name=name, locale=None)
        except InvalidName:
            return


def _leave(row: DirectoryPerson, *, actor: Actor) -> None:
    """Who is gone over there is no member by the directory's word any more; an account that came of it is disabled."""
    was, row.standing, row.reason = row.standing, Standing.GONE, None
    row.email = row.name = row.token_hash = row.expires_at = None
    if was != Standing.JOINED or row.subject_id is None:
        return
    memberships.end_all(row, actor=actor)
    if row.opened:
        accounts.switch(row.subject_id, AccountStatus.DISABLED, actor=actor, details={"reason": "directory"})


def _write(row: DirectoryPerson, address: str, *, actor: Actor) -> None:
    opaque = token()
    until, subject_id = clock.now() + CODE_LIVES, row.subject_id or new_id()
    row.standing, row.token_hash, row.expires_at = Standing.INVITED, hash_token(opaque), until
    with entered(actor, subject_id) as inside:
        accounts.add_subject(subject_id)
        row.subject_id = subject_id
        notifications.notify(
            INVITED.name, actor=inside, recipient=subject_id, locale=_LOCALE, channels=(Channel.EMAIL,),
            values={"until": until}, sealed=Sealed({"code": opaque}, Recipient(address, _LOCALE, address)))


def _address(email: str | None) -> str | None:
    try:
        return identity.checked_address(email) if email else None
    except InvalidEmail:
        return None
