"""What happens in notifications. Ids only: an event outlives the erasure of a person."""
from typing import ClassVar
from uuid import UUID

from castingops.core.events import Event


class EmailDue(Event, frozen=True, kw_only=True):
    """An e-mail was written down and is to be sent."""

    name: ClassVar[str] = "notifications.email.due"
    queue: ClassVar[str] = "email"
    email_id: UUID


class SmsDue(Event, frozen=True, kw_only=True):
    """A text was written down and is to be sent."""

    name: ClassVar[str] = "notifications.sms.due"
    queue: ClassVar[str] = "sms"
    sms_id: UUID


class SmsReported(Event, frozen=True, kw_only=True):
    """A carrier told how a text fared; its word was stored."""

    name: ClassVar[str] = "notifications.sms.reported"
    queue: ClassVar[str] = "sms"
    report_id: UUID
