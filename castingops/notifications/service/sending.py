"""Telling people: a notification in the transaction of the act, its e-mail after the commit."""
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

import structlog

from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.db import entered, save
from castingops.core.formats import isolate
from castingops.core.i18n import dir_of, translate
from castingops.core.ids import new_id
from castingops.core.mail import Mail, MailRefused, compose, current_mailer
from castingops.core.messages import N_
from castingops.core.outbox import publish
from castingops.notifications import queries, rules
from castingops.notifications.events import EmailDue
from castingops.notifications.models import EmailMessage, Notification
from castingops.notifications.service.templates import find_template, render
from castingops.notifications.types import Channel, EmailState, Recipient, Rendered, Values

log = structlog.get_logger(__name__)

Directory = Callable[[UUID], Recipient | tuple[str, str, str] | None]

_directory: list[Directory] = []


def set_directory(directory: Directory) -> None:
    """Say who knows people's addresses: the composition root connects identity.

    `directory(subject_id)` runs in the open unit of work and returns (address, locale, name), or None for nobody.
    """
    _directory[:] = [directory]


def notify(template: str, *, actor: Actor, recipient: UUID, values: Values | None = None, locale: str | None = None,
           channels: Iterable[str] = (Channel.INBOX, Channel.EMAIL)) -> UUID:
    """Tell a person, in the transaction of the act that is told; returns the notification's id.

    The actor is the person, or staff or system: these enter the person for the length of this call. A member of an
    organization cannot; tell people from an event handler then. `locale` overrides the person's own for the e-mail.
    Errors: NotificationIncomplete when a value or the Arabic is missing; NotFound when the actor may not enter.
    """
    found, facts, wanted = find_template(template), values or {}, frozenset(map(Channel, channels))
    texts = render(found, facts)
    notification = Notification(
        subject_id=recipient, id=new_id(), template=found.name,
        facts={name: rules.as_json(value) for name, value in facts.items()},
        subject_en=texts["en"].subject, body_en=texts["en"].body, subject_ar=texts["ar"].subject,
        body_ar=texts["ar"].body, in_inbox=Channel.INBOX in wanted, created_at=clock.now())
    with entered(actor, recipient):
        save(notification)
        if Channel.EMAIL in wanted:
            _queue_email(notification, locale)
    return notification.id


def send_email(email_id: UUID, *, actor: Actor) -> None:
    """Send one e-mail that is due; sending it again does nothing. The actor is the system inside the person.

    Runs in a transaction that holds this e-mail's row and nothing else: a second sender waits, and the act it
    tells of was committed long before. What is refused for good is written down and ends here.
    Errors: MailUnavailable, for the queue to try again later.
    """
    email = queries.find_email_to_send(email_id, actor=actor)
    if email is None or email.state != EmailState.QUEUED:
        return
    notification = queries.find_notification(email.notification_id, actor=actor)
    recipient = _recipient_of(email.subject_id)
    if notification is None or recipient is None:
        _settle(email, reason="no_address")
        return
    try:
        email.provider_id = current_mailer().send(_mail_of(email, notification, recipient))
    except MailRefused as refusal:
        _settle(email, reason=refusal.code)
    else:
        _settle(email)


def _queue_email(notification: Notification, locale: str | None) -> None:
    email = EmailMessage(subject_id=notification.subject_id, id=new_id(), notification_id=notification.id,
                         locale=locale, state=EmailState.QUEUED, created_at=clock.now())
    save(email)
    publish(EmailDue(subject_id=email.subject_id, email_id=email.id))


def _recipient_of(subject_id: UUID) -> Recipient | None:
    known = _directory[0](subject_id) if _directory else None
    return known if known is None or isinstance(known, Recipient) else Recipient(*known)


def _mail_of(email: EmailMessage, notification: Notification, recipient: Recipient) -> Mail:
    """Both languages in one message, the person's first."""
    texts = {"en": Rendered(notification.subject_en, notification.body_en),
             "ar": Rendered(notification.subject_ar, notification.body_ar)}
    first = email.locale or recipient.locale
    order = sorted(texts, key=lambda locale: locale != first)
    sections = [_section(locale, texts[locale], recipient.name) for locale in order]
    text, html = compose("email/notification", sections=sections, subject=texts[order[0]].subject)
    return Mail(recipient.address, recipient.name, texts[order[0]].subject, text, html, str(email.id), order[0])


def _section(locale: str, rendered: Rendered, name: str) -> dict[str, Any]:
    return {
        "locale": locale, "dir": dir_of(locale), "subject": rendered.subject, "paragraphs": rendered.body.split("\n\n"),
        "greeting": translate(N_("Hello %(name)s,", name=isolate(name)), locale),
        "footer": translate(N_("This message was sent automatically; replies are not read."), locale),
    }


def _settle(email: EmailMessage, *, reason: str | None = None) -> None:
    email.state = EmailState.FAILED if reason else EmailState.SENT
    email.reason, email.sent_at = reason, None if reason else clock.now()
    save(email)
    log.info("notifications.email." + email.state, email_id=str(email.id), reason=reason)
