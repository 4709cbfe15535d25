"""The tables of notifications. Addresses are not kept: mail goes where the person reads it when it is sent."""
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from castingops.core.db import Base, PersonOwned, PlatformOwned
from castingops.core.privacy import IMPERSONAL, Purpose, personal

TWO_YEARS = timedelta(days=730)
_TEXT = personal(category="message", subject="recipient", purposes=(Purpose.NOTIFICATION,), retention=TWO_YEARS,
                 erase="delete", minor=True)
_CHOICE = personal(category="usage", subject="recipient", purposes=(Purpose.NOTIFICATION,), retention=None,
                   since="changed_at", erase="delete", minor=True)


class Notification(PersonOwned, Base):
    """What a person was told, in both languages, as it read then: templates may change, history does not."""

    __tablename__ = "notifications"
    __table_args__ = (
        Index("ix_notifications_unread", "subject_id", "id", postgresql_where=text("read_at is null and in_inbox")),
    )

    template: Mapped[str] = mapped_column(info=IMPERSONAL)
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB, info=_TEXT)
    subject_en: Mapped[str] = mapped_column(info=_TEXT)
    body_en: Mapped[str] = mapped_column(info=_TEXT)
    subject_ar: Mapped[str] = mapped_column(info=_TEXT)
    body_ar: Mapped[str] = mapped_column(info=_TEXT)
    in_inbox: Mapped[bool] = mapped_column(info=IMPERSONAL)
    created_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    read_at: Mapped[datetime | None] = mapped_column(info=personal(
        category="usage", subject="recipient", purposes=(Purpose.NOTIFICATION,), retention=TWO_YEARS, erase="delete"))


class EmailMessage(PersonOwned, Base):
    """One e-mail of a notification and how it fared. `locale` null: the person's own at the time of sending.

    `reason` is the code of a final refusal. Tries are counted in the outbox, which also holds what was given up.
    """

    __tablename__ = "email_messages"
    __table_args__ = (
        ForeignKeyConstraint(["subject_id", "notification_id"], ["notifications.subject_id", "notifications.id"],
                             ondelete="CASCADE"),
        CheckConstraint("state in ('queued', 'sent', 'failed', 'skipped')", name="state"),
        CheckConstraint("locale in ('en', 'ar')", name="locale"),
        CheckConstraint("(state = 'sent') = (sent_at is not null)", name="sent_at"),
        CheckConstraint("(state in ('failed', 'skipped')) = (reason is not null)", name="reason"),
        CheckConstraint("state = 'queued' or sealed is null", name="sealed_while_queued"),
        Index(None, "subject_id", "notification_id"),
    )

    notification_id: Mapped[UUID] = mapped_column(info=IMPERSONAL)
    locale: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    reader_id: Mapped[UUID | None] = mapped_column(info=IMPERSONAL)  # the guardian who reads it for a ward
    state: Mapped[str] = mapped_column(info=IMPERSONAL)
    provider_id: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    reason: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    created_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    sent_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)
    sealed: Mapped[str | None] = mapped_column(info=personal(  # what only the mail says; gone once it is sent
        category="contact", subject="recipient", purposes=(Purpose.NOTIFICATION,), retention=TWO_YEARS, erase="delete"))


class SmsMessage(PersonOwned, Base):
    """One text of a notification and how it fared. Like an e-mail's, its address is read when it is sent."""

    __tablename__ = "sms_messages"
    __table_args__ = (
        ForeignKeyConstraint(["subject_id", "notification_id"], ["notifications.subject_id", "notifications.id"],
                             ondelete="CASCADE"),
        CheckConstraint("state in ('queued', 'sent', 'delivered', 'failed', 'skipped')", name="state"),
        CheckConstraint("(state in ('failed', 'skipped')) = (reason is not null)", name="reason"),
        CheckConstraint("(provider is null) = (provider_id is null)", name="provider_whole"),
        Index(None, "subject_id", "notification_id"),
        Index(None, "provider", "provider_id"),  # a report's
    )

    notification_id: Mapped[UUID] = mapped_column(info=IMPERSONAL)
    state: Mapped[str] = mapped_column(info=IMPERSONAL)
    provider: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    provider_id: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    reason: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    created_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    sent_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)
    reported_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)


class SmsReport(PlatformOwned, Base):
    """A carrier's word on one text, as it came: each once. It names no person and no number."""

    __tablename__ = "sms_reports"
    __table_args__ = (
        UniqueConstraint("provider", "provider_id", "state"),
        CheckConstraint("state in ('delivered', 'failed')", name="state"),
        Index(None, "received_at"),  # the sweep's
    )

    provider: Mapped[str] = mapped_column(info=IMPERSONAL)
    provider_id: Mapped[str] = mapped_column(info=IMPERSONAL)
    state: Mapped[str] = mapped_column(info=IMPERSONAL)
    received_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)


class NotificationPreference(PersonOwned, Base):
    """What somebody chose otherwise than it is by default."""

    __tablename__ = "notification_preferences"
    __table_args__ = (
        UniqueConstraint("subject_id", "channel", "category"),
        CheckConstraint("channel in ('inbox', 'email', 'sms')", name="channel"),
        CheckConstraint("category in ('security', 'service', 'reminder', 'marketing')", name="category"),
        CheckConstraint("category <> 'security' and (channel <> 'inbox' or category = 'marketing')", name="changeable"),
    )

    channel: Mapped[str] = mapped_column(info=_CHOICE)
    category: Mapped[str] = mapped_column(info=_CHOICE)
    is_on: Mapped[bool] = mapped_column(info=_CHOICE)
    changed_at: Mapped[datetime] = mapped_column(info=_CHOICE)


class Suppression(PlatformOwned, Base):
    """An address that told us to stop marketing, by its keyed digest. It outlives accounts: a stop is kept (PDPL
    Implementing Regulation art. 28 and 29)."""

    __tablename__ = "suppressions"
    __table_args__ = (
        UniqueConstraint("channel", "who"),
        CheckConstraint("channel in ('email', 'sms')", name="channel"),
        CheckConstraint("reason in ('link', 'reply')", name="reason"),
    )

    channel: Mapped[str] = mapped_column(info=IMPERSONAL)
    who: Mapped[str] = mapped_column(info=IMPERSONAL)
    reason: Mapped[str] = mapped_column(info=IMPERSONAL)
    since: Mapped[datetime] = mapped_column(info=IMPERSONAL)
