"""Selects over notifications. The inbox is a fast read of plain rows."""
from datetime import datetime
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Select, bindparam, func, literal_column, select

from castingops.core.actor import Actor
from castingops.core.cursor import Page, decode_id, page_of
from castingops.core.db import session
from castingops.core.reads import Read
from castingops.notifications.models import (
    EmailMessage,
    Notification,
    NotificationPreference,
    SmsMessage,
    SmsReport,
    Suppression,
)

PAGE_SIZE = 50


class InboxRow(Struct):
    """A notification as its reader sees it, in one language, in the order of the select below."""

    id: UUID
    template: str
    subject: str
    body: str
    created_at: datetime
    read_at: datetime | None


def _newest(locale: str, *, unread: bool) -> Select[UUID, str, str, str, datetime, datetime | None]:
    subject = Notification.subject_ar if locale == "ar" else Notification.subject_en
    body = Notification.body_ar if locale == "ar" else Notification.body_en
    statement = (
        select(Notification.id, Notification.template, subject, body, Notification.created_at, Notification.read_at)
        .where(Notification.subject_id == bindparam("subject_id"), Notification.id < bindparam("below"),
               Notification.in_inbox)
        .order_by(Notification.id.desc())
        .limit(literal_column(str(PAGE_SIZE + 1)))
    )
    return statement.where(Notification.read_at.is_(None)) if unread else statement


INBOX = {
    (locale, unread): Read(_newest(locale, unread=unread), InboxRow)
    for locale in ("en", "ar") for unread in (False, True)
}


def list_inbox(*, actor: Actor, locale: str, unread: bool = False, cursor: str | None = None) -> Page[InboxRow]:
    """A page of the actor's inbox, newest first. Errors: Invalid for a bad cursor."""
    rows = INBOX[locale, unread](actor, subject_id=actor.subject, below=decode_id(cursor))
    return page_of(rows, size=PAGE_SIZE)


def find_notification(notification_id: UUID, *, actor: Actor) -> Notification | None:
    """One notification of the actor's subject, or None."""
    return session().get(Notification, (actor.subject, notification_id))


def find_email_to_send(email_id: UUID, *, actor: Actor) -> EmailMessage | None:
    """The e-mail, locked against a second sender until this transaction ends, or None when it was erased."""
    return session().get(EmailMessage, (actor.subject, email_id), with_for_update=True)


def find_sms_to_send(sms_id: UUID, *, actor: Actor) -> SmsMessage | None:
    """The text, locked against a second sender until this transaction ends, or None when it was erased."""
    return session().get(SmsMessage, (actor.subject, sms_id), with_for_update=True)


def find_sms_of(provider: str, provider_id: str) -> SmsMessage | None:
    """The text that a carrier knows by this id; as the system, whosever it is."""
    return session().scalar(select(SmsMessage).where(
        SmsMessage.provider == provider, SmsMessage.provider_id == provider_id))


def find_report(report_id: UUID) -> SmsReport | None:
    """A carrier's stored word, or None when it was swept."""
    return session().get(SmsReport, report_id)


def find_report_of(provider: str, provider_id: str) -> SmsReport | None:
    """The last word on the text that a carrier knows by this id."""
    told = select(SmsReport).where(SmsReport.provider == provider, SmsReport.provider_id == provider_id)
    return session().scalar(told.order_by(SmsReport.id.desc()).limit(1))


def chosen(subject_id: UUID) -> dict[tuple[str, str], bool]:
    """What this person chose otherwise than by default, by channel and category."""
    rows = session().execute(
        select(NotificationPreference.channel, NotificationPreference.category, NotificationPreference.is_on)
        .where(NotificationPreference.subject_id == subject_id))
    return {(channel, category): on for channel, category, on in rows}


def stopped_since(channel: str, who: list[str]) -> datetime | None:
    """When the address behind these digests last told us to stop; None for never."""
    stops = select(func.max(Suppression.since)).where(Suppression.channel == channel, Suppression.who.in_(who))
    return session().scalar(stops)


def row_of(notification: Notification, locale: str) -> InboxRow:
    """A notification at hand as the inbox shows it."""
    subject = notification.subject_ar if locale == "ar" else notification.subject_en
    body = notification.body_ar if locale == "ar" else notification.body_en
    return InboxRow(notification.id, notification.template, subject, body, notification.created_at,
                    notification.read_at)
