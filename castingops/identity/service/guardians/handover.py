"""Coming of age: the young person takes over what was held for them, by an invitation to their own e-mail.

The subject stays and gets a user with the same id. Everything a guardian holds ends at once, consents are asked anew,
and somebody's identity is checked before anything is published (reliability.md: the invitation proves an address only).
"""
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from castingops.audit import service as audit
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.crypto import hash_token, token
from castingops.core.db import entered, save
from castingops.core.i18n import LOCALES
from castingops.core.messages import N_
from castingops.core.outbox import publish
from castingops.core.privacy import Purpose
from castingops.core.roles import AppRole
from castingops.identity import queries as accounts
from castingops.identity import rules as account_rules
from castingops.identity.errors import (
    EmailTaken,
    GuardianUnverified,
    InvalidBirthDate,
    InvitationInvalid,
    NotOfAgeYet,
)
from castingops.identity.events import WardHandedOver
from castingops.identity.models.guardians import Guardianship, Ward, WardInvitation
from castingops.identity.queries import guardians as queries
from castingops.identity.rules import guardians as rules
from castingops.identity.service import proposals
from castingops.identity.service.accounts import open_account, registering
from castingops.identity.service.guardians import moving, rulings, wards
from castingops.identity.service.passwords import hash_password
from castingops.identity.service.proofs import house
from castingops.identity.types import Asked, ProposalKind, Registration
from castingops.identity.types.guardians import (
    INVITATION_LIVES,
    OVER,
    RULINGS,
    GuardianEventKind,
    GuardianState,
    RulingKind,
)
from castingops.notifications import service as notifications
from castingops.notifications.types import Channel, Recipient, Sealed, Template

INVITED = notifications.define(Template(
    "identity.ward.invited", N_("Take over your talent profile"),
    N_("A talent profile has been held for you here by your legal guardian. When you have completed 18 Hijri years it"
       " is yours: open the app, choose to take over a profile, and enter this code with your birth date.\n\n%(code)s"
       "\n\nThe code works once, until %(until)s. If you did not expect this, nothing is needed."),
    {"code", "until"}))


def invite(ward_id: UUID, email: str, locale: str, *, actor: Actor) -> WardInvitation:
    """Invite one's ward, from 90 days before they come of age. An earlier invitation stops working.

    Errors: WardNotFound, GuardianUnverified, InvalidEmail, InvalidLocale, NotOfAgeYet.
    """
    row = wards.get_own(ward_id, actor=actor)
    if row.state != GuardianState.VERIFIED:
        raise GuardianUnverified(details={"state": row.state})
    return _invite(row, email, locale, inviter=actor, actor=house(actor))


def _invite(row: Guardianship, email: str, locale: str, *, inviter: Actor, actor: Actor) -> WardInvitation:
    address, locale = account_rules.checked_email(email), account_rules.checked_locale(locale, LOCALES)
    opaque, now = token(), clock.now()
    assert inviter.user_id is not None
    moving.hold_ward(row.ward_id)
    with entered(actor, row.ward_id) as inside:
        ward = _require_due(row.ward_id)
        _revoke(row.ward_id)
        found = WardInvitation(subject_id=row.ward_id, email=address, locale=locale, token_hash=hash_token(opaque),
                               sent_by=inviter.user_id, created_at=now, expires_at=now + INVITATION_LIVES)
        save(found)
        audit.record("identity.ward.invite", actor=inviter, entity="guardianship", entity_id=row.id,
                     subject_id=row.ward_id, purpose=Purpose.ACCOUNT, details={"ref": row.ref})
        name = ward.name_ar if locale == "ar" else ward.name_en
        notifications.notify(
            INVITED.name, actor=inside, recipient=row.ward_id, locale=locale, channels=(Channel.EMAIL,),
            values={"until": found.expires_at},
            sealed=Sealed({"code": opaque}, to=Recipient(address, locale, name)))
    with entered(actor, row.subject_id) as inside:
        moving.add_event(row, GuardianEventKind.INVITED, actor=inside)
    return found


def claim(sent: Mapping[str, Any], *, actor: Actor) -> str:
    """Take over one's profile: make the account that its subject lacks; returns the e-mail in its one form.

    Errors: InvitationInvalid, InvalidBirthDate for another one than the guardian stated, NotOfAgeYet, EmailTaken,
    InvalidName, InvalidLocale, WeakPassword, and what the hooks of a registration refuse.
    """
    found = queries.find_invitation(hash_token(sent["code"]))
    if found is None:
        raise InvitationInvalid
    moving.hold_ward(found[0])
    with entered(house(actor), found[0]) as inside:
        invitation = queries.find_open_invitation(found[0])
        if invitation is None or invitation.id != found[1] or invitation.expires_at <= clock.now():
            raise InvitationInvalid
        ward = _open_ward(found[0])
        new = _registration(ward, invitation.email, sent)
        hashed = _hashed(sent["password"], invitation.email, new.display_name)
        if accounts.find_credentials(invitation.email) is not None:
            raise EmailTaken
        registering(new)
        ward.handed_over_at = invitation.used_at = clock.now()
        save(ward)
        save(invitation)
        open_account(new, email=invitation.email, hashed=hashed, actor=inside)
        audit.record("identity.ward.hand_over", actor=inside, entity="user", entity_id=new.user_id,
                     purpose=Purpose.ACCOUNT)
        publish(WardHandedOver(subject_id=new.user_id))
    _end_all(found[0], actor=house(actor))
    return invitation.email


def _registration(ward: Ward, email: str, sent: Mapping[str, Any]) -> Registration:
    born: date = sent["birth_date"]
    if born != ward.birth_date:
        raise InvalidBirthDate(birth_date=N_("This is not the birth date that your guardian stated."))
    if not rules.has_capacity(ward.capacity_on, today=clock.today_riyadh()):
        raise NotOfAgeYet(details={"of_age_on": ward.capacity_on})
    return Registration(
        user_id=ward.subject_id, role=AppRole.TALENT, display_name=account_rules.checked_name(sent["display_name"]),
        locale=account_rules.checked_locale(sent["locale"], LOCALES), birth_date=born, accepts=sent["accepts"])


def _hashed(password: str, email: str, name: str) -> str:
    return hash_password(account_rules.checked_password(password, email=email, name=name))


def _open_ward(ward_id: UUID) -> Ward:
    """A ward who has not taken over yet. Errors: InvitationInvalid."""
    ward = queries.find_ward(ward_id)
    if ward is None or ward.handed_over_at is not None:
        raise InvitationInvalid
    return ward


def _require_due(ward_id: UUID) -> Ward:
    """A ward who may be invited now. Errors: InvitationInvalid, NotOfAgeYet."""
    ward = _open_ward(ward_id)
    if not rules.may_be_invited(ward.capacity_on, today=clock.today_riyadh()):
        raise NotOfAgeYet(details={"of_age_on": ward.capacity_on})
    return ward


def _revoke(ward_id: UUID) -> None:
    earlier = queries.find_open_invitation(ward_id)
    if earlier is not None:
        earlier.revoked_at = clock.now()
        save(earlier)


def _end_all(ward_id: UUID, *, actor: Actor) -> None:
    """End what every guardian of the ward still holds."""
    with entered(actor, ward_id):
        live = [row for row in queries.lock_of_ward(ward_id) if row.state not in OVER]
        for row in live:
            moving.move(row, GuardianEventKind.HANDED_OVER, actor=actor, reason="handed_over")
    rulings.resolve_dispute(ward_id, "handed_over", actor=actor)


# Staff invite the young person whose guardian does not, or holds nothing any more. An invitation in the wrong hands
# would give a profile away: it takes two, and the second reads the very address.
def _check(asked: Asked) -> None:
    _require_due(rulings.found(asked).ward_id)


def _send(asked: Asked, *, actor: Actor) -> None:
    _invite(rulings.found(asked), asked.arguments["email"], asked.arguments["locale"], inviter=actor, actor=actor)


proposals.register_proposal(ProposalKind(
    rulings.kind_name(RulingKind.INVITE), RULINGS[RulingKind.INVITE], rulings.PROPOSES, rulings.APPROVES, _check, _send,
    rulings.describe, rulings.topic))
