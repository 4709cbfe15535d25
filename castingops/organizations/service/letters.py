"""The letter of an invitation, to an address that may belong to nobody we know; and what members are told.

Its token is made from a key of ours, the invitation and the letter's number: it lies nowhere, neither in the database
(which keeps its hash) nor in the queue. It stands in the letter as a code to type and in no address.
"""
from typing import Any
from uuid import UUID

import structlog

from castingops.core.actor import Actor
from castingops.core.config import current_settings
from castingops.core.crypto import derive_key, digest, hash_token
from castingops.core.db import save
from castingops.core.formats import format_datetime, isolate
from castingops.core.i18n import translate
from castingops.core.jobs import Job
from castingops.core.mail import Mail, MailRefused, compose_letter, current_mailer, letter_section
from castingops.core.messages import N_, Message
from castingops.identity import service as identity
from castingops.notifications import service as notifications
from castingops.notifications.types import Template, Value
from castingops.organizations.models import Invitation, Organization
from castingops.organizations.queries import invitations, memberships
from castingops.organizations.queries import organizations as organizations_of
from castingops.organizations.types import ROLE_TITLES, InvitationState

log = structlog.get_logger(__name__)

_SUBJECT = N_("Invitation to %(organization)s")
_LINES: tuple[Message, ...] = (
    N_("%(inviter)s invites you to join %(organization)s on castingops as: %(role)s."),
    N_("To accept, sign in to the app for hirers with this e-mail address, or create an account with it, and enter this"
       " code:"),
    N_("The code is valid until %(until)s and only for you. If you did not expect this message, nothing is needed."))

ADDED = notifications.define(Template(
    "organizations.membership.created", N_("You are now a member of %(organization)s"),
    N_("You have joined %(organization)s. Your role there: %(role)s."), ("organization", "role")))
CHANGED = notifications.define(Template(
    "organizations.membership.role_changed", N_("Your role in %(organization)s has changed"),
    N_("Your role in %(organization)s is now: %(role)s."), ("organization", "role")))
REMOVED = notifications.define(Template(
    "organizations.membership.removed", N_("You are no longer a member of %(organization)s"),
    N_("Your membership in %(organization)s has ended. What you did there stays with the organization."),
    ("organization",)))
CLOSING = notifications.define(Template(
    "organizations.organization.closing", N_("%(organization)s is being deleted"),
    N_("An owner has asked for the deletion of %(organization)s. It ends for every member on %(day)s; until then an"
       " owner can restore it."), ("organization", "day")))
RESTORED = notifications.define(Template(
    "organizations.organization.restored", N_("%(organization)s was restored"),
    N_("The deletion of %(organization)s was taken back. Everything goes on as before."), ("organization",)))
OFFERED = notifications.define(Template(
    "organizations.transfer.offered", N_("You are offered the ownership of %(organization)s"),
    N_("An owner of %(organization)s wants to hand the organization over to you. You can accept or decline in the app"
       " within seven days."), ("organization",)))


def token_of(invitation: Invitation) -> str:
    """The token of an invitation's last letter: 64 hexadecimal digits."""
    key = derive_key(current_settings().secret_key.get_secret_value().encode(), "organizations/invitations")
    return digest(key, f"{invitation.org_id}/{invitation.id}/{invitation.letters}")


def send(*, actor: Actor, invitation_id: str, letter: str) -> None:
    """Send the letter with this number, unless it was sent, a newer one is due, or the invitation is over.

    Runs as the system inside the organization. Errors: MailUnavailable, for the queue to try again later.
    """
    invitation = invitations.lock(UUID(invitation_id), actor=actor)
    organization = organizations_of.find(actor.home)
    if invitation is None or organization is None or invitation.state != InvitationState.OPEN:
        return
    if invitation.letters != int(letter) or invitation.letter_state != "queued":
        return
    invitation.token_hash = hash_token(token_of(invitation))  # as it is sent: the key may have changed in between
    try:
        current_mailer().send(_mail_of(invitation, organization))
    except MailRefused as refusal:
        invitation.letter_state = "failed"
        log.info("organizations.letter.failed", invitation_id=invitation_id, reason=refusal.code)
    else:
        invitation.letter_state = "sent"
    save(invitation)


SEND = Job("organizations.send_letter", send, queue="email")


def tell(template: Template, user_id: UUID, *, actor: Actor, **values: Value) -> None:
    """Tell one person about the organization that the system is in."""
    organization = organizations_of.find(actor.home)
    if organization is not None and identity.directory(user_id) is not None:
        facts: dict[str, Value] = {"organization": _called(organization), **values}
        notifications.notify(template.name, actor=actor, recipient=user_id, values=facts)


def tell_all(template: Template, *, actor: Actor, **values: Value) -> None:
    """Tell every member."""
    for user_id in memberships.member_ids(actor=actor):
        tell(template, user_id, actor=actor, **values)


def _called(organization: Organization) -> str:
    """Both names, each reader knows one: they are proper names and not translated."""
    names = dict.fromkeys((organization.name_ar, organization.name_en))
    return " · ".join(names)


def _mail_of(invitation: Invitation, organization: Organization) -> Mail:
    """Both languages in one message, the organization's first."""
    order = sorted(("en", "ar"), key=lambda locale: locale != invitation.locale)
    people = identity.contacts_of([invitation.invited_by])
    inviter = people[invitation.invited_by].name if invitation.invited_by in people else ""
    code = token_of(invitation)
    sections = [_section(locale, invitation, organization, inviter, code) for locale in order]
    text, html = compose_letter(sections)
    return Mail(invitation.email, "", sections[0]["subject"], text, html, f"{invitation.id}.{invitation.letters}",
                order[0])


def _section(locale: str, invitation: Invitation, organization: Organization, inviter: str,
             code: str) -> dict[str, Any]:
    called = organization.name_ar if locale == "ar" else organization.name_en
    values = {"organization": isolate(called), "inviter": isolate(inviter),
              "role": translate(ROLE_TITLES[invitation.role], locale),
              "until": format_datetime(invitation.expires_at, locale, style="long")}
    lines = [translate(line, locale) % values for line in _LINES]
    return letter_section(
        locale, subject=translate(_SUBJECT, locale) % values, greeting=translate(N_("Hello,"), locale),
        paragraphs=[lines[0], lines[1], code, lines[2]])
