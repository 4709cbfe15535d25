"""Telling people: a notification in the transaction of the act, its e-mail after the commit."""
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

import msgspec
import structlog

from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.config import current_settings
from castingops.core.db import entered, save
from castingops.core.formats import isolate
from castingops.core.i18n import translate
from castingops.core.ids import new_id
from castingops.core.keys import sealer
from castingops.core.mail import Mail, MailRefused, compose_letter, current_mailer, letter_section
from castingops.core.messages import N_
from castingops.core.outbox import publish
from castingops.notifications import queries, rules
from castingops.notifications.events import EmailDue
from castingops.notifications.models import EmailMessage, Notification
from castingops.notifications.service import marketing, preferences, texting
from castingops.notifications.service.directory import readers_of, recipient_of
from castingops.notifications.service.templates import find_template, render
from castingops.notifications.types import Category, Channel, EmailState, Recipient, Rendered, Sealed, Values

log = structlog.get_logger(__name__)

_PURPOSE = "notifications/email"  # of the key that sealed values lie under
_STOP = N_("Stop these messages")
_SENT_BY = N_("You get this because you agreed to news and offers of %(sender)s.")


def notify(template: str, *, actor: Actor, recipient: UUID, values: Values | None = None, locale: str | None = None,
           channels: Iterable[str] = (Channel.INBOX, Channel.EMAIL), sealed: Sealed | None = None) -> UUID:
    """Tell a person, in the transaction of the act that is told; returns the notification's id.

    The actor is the person, or staff or system: these enter the person for the length of this call. A member of an
    organization cannot; tell people from an event handler then. `locale` overrides the person's own for the e-mail.
    What a person does not want by e-mail or text is found out when it is sent. Texts go to who chose them, and to
    everybody with a verified number where `channels` names them for something of security. `sealed` is for the e-mail
    alone, and so goes with that channel alone.
    Errors: NotificationIncomplete when a value or the Arabic is missing; NotFound when the actor may not enter;
    MarketingNotAgreed for marketing without a standing consent.
    """
    found, wanted = find_template(template), frozenset(map(Channel, channels))
    assert sealed is None or wanted == {Channel.EMAIL}, "an inbox would show the gap"
    facts = {**(values or {}), **{name: _gap(name) for name in (sealed.values if sealed else ())}}
    texts = render(found, facts)
    notification = Notification(
        subject_id=recipient, id=new_id(), template=found.name,
        facts={name: rules.as_json(value) for name, value in facts.items()},
        subject_en=texts["en"].subject, body_en=texts["en"].body, subject_ar=texts["ar"].subject,
        body_ar=texts["ar"].body, in_inbox=Channel.INBOX in wanted, created_at=clock.now())
    with entered(actor, recipient):
        marketing.check(found, recipient, actor=actor)
        save(notification)
        if Channel.EMAIL in wanted:
            _queue_email(notification, locale, sealed)
        texting.queue(notification, found, asked=Channel.SMS in wanted)
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
    sealed = _opened(email)
    recipient = sealed.to or _recipient_of(email)
    if notification is None or recipient is None:
        _settle(email, reason="no_address")
        return
    category = find_template(notification.template).category
    held = preferences.reason_to_hold(Channel.EMAIL, category, recipient.address, actor=actor)
    if held:
        _settle(email, reason=held, skipped=True)
        return
    try:
        email.provider_id = current_mailer().send(_mail_of(email, notification, recipient, sealed.values, category))
    except MailRefused as refusal:
        _settle(email, reason=refusal.code)
    else:
        _settle(email)


def _queue_email(notification: Notification, locale: str | None, sealed: Sealed | None) -> None:
    email = EmailMessage(subject_id=notification.subject_id, id=new_id(), notification_id=notification.id,
                         locale=locale, state=EmailState.QUEUED, created_at=clock.now())
    if sealed is not None:
        email.sealed = sealer(_PURPOSE).seal(msgspec.json.encode(sealed).decode(), _aad(email))
    _queue(email)


def _queue(email: EmailMessage) -> None:
    save(email)
    publish(EmailDue(subject_id=email.subject_id, email_id=email.id))


def _opened(email: EmailMessage) -> Sealed:
    """What was sealed for this e-mail; nothing for most."""
    if email.sealed is None:
        return Sealed({})
    return msgspec.json.decode(sealer(_PURPOSE).open(email.sealed, _aad(email)), type=Sealed)


def _aad(email: EmailMessage) -> str:
    return f"email_messages/{email.subject_id}/{email.id}"


def _gap(name: str) -> str:
    """What stands in the kept text where only the mail has the value."""
    return f"[{name}]"


def _recipient_of(email: EmailMessage) -> Recipient | None:
    """Who gets this e-mail at this moment: its person, else the first who reads it for them; each other reader gets one
    of their own, so that no failure sends anybody two.
    """
    known = recipient_of(email.subject_id)
    if known is not None:
        return known
    readers = readers_of(email.subject_id)
    if email.reader_id is None:
        email.reader_id = next(iter(readers), None)
        for reader_id in [*readers][1:]:
            _queue(EmailMessage(subject_id=email.subject_id, id=new_id(), notification_id=email.notification_id,
                                locale=email.locale, state=EmailState.QUEUED, created_at=clock.now(),
                                reader_id=reader_id))
    return readers.get(email.reader_id) if email.reader_id else None


def _mail_of(email: EmailMessage, notification: Notification, recipient: Recipient,
             secrets: Mapping[str, str], category: Category) -> Mail:
    """Both languages in one message, the person's first; sealed values in their places. Marketing names its sender
    and how to stop it (RFC 8058).
    """
    texts = {"en": Rendered(notification.subject_en, notification.body_en),
             "ar": Rendered(notification.subject_ar, notification.body_ar)}
    first = email.locale or recipient.locale
    order = sorted(texts, key=lambda locale: locale != first)
    sections = [_section(locale, _filled(texts[locale], secrets), recipient) for locale in order]
    stop = _with_end(sections, email) if category is Category.MARKETING else ""
    text, html = compose_letter(sections)
    return Mail(recipient.address, recipient.name, texts[order[0]].subject, text, html, str(email.id), order[0], stop)


def _with_end(sections: list[dict[str, Any]], email: EmailMessage) -> str:
    """Put into each section who sends it and how to stop it; the address that does."""
    stop, sender = marketing.link_of(email.subject_id), current_settings().marketing_sender
    for each in sections:
        each |= {"stop": stop, "stop_words": translate(_STOP, each["locale"]),
                 "footer": translate(_SENT_BY, each["locale"]) % {"sender": sender}}
    return stop


def _filled(rendered: Rendered, secrets: Mapping[str, str]) -> Rendered:
    body = rendered.body
    for name, value in secrets.items():
        body = body.replace(isolate(_gap(name)), value)
    return Rendered(rendered.subject, body)


def _section(locale: str, rendered: Rendered, recipient: Recipient) -> dict[str, Any]:
    about = []
    if recipient.about is not None:
        name = recipient.about.ar if locale == "ar" else recipient.about.en
        about = [translate(N_("This is about %(name)s, whose legal guardian you are.", name=isolate(name)), locale)]
    return letter_section(locale, subject=rendered.subject, paragraphs=[*about, *rendered.body.split("\n\n")],
                   greeting=translate(N_("Hello %(name)s,", name=isolate(recipient.name)), locale))


def _settle(email: EmailMessage, *, reason: str | None = None, skipped: bool = False) -> None:
    email.state = EmailState.SKIPPED if skipped else EmailState.FAILED if reason else EmailState.SENT
    email.reason, email.sent_at, email.sealed = reason, None if reason else clock.now(), None
    save(email)
    log.info("notifications.email." + email.state, email_id=str(email.id), reason=reason)
