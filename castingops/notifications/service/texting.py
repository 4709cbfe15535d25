"""Texts: written down with the notification, sent after the commit, and what carriers tell of them afterwards."""
from uuid import UUID

import structlog
from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from castingops.core import clock
from castingops.core.actor import Actor, system
from castingops.core.db import entered, hold, save, session
from castingops.core.ids import new_id
from castingops.core.outbox import publish
from castingops.core.sms import Outcome, Sms, SmsUnavailable, TextKind, current_sender
from castingops.notifications import queries, rules
from castingops.notifications.events import SmsDue, SmsReported
from castingops.notifications.models import Notification, SmsMessage, SmsReport
from castingops.notifications.service import marketing, preferences
from castingops.notifications.service.directory import recipient_of
from castingops.notifications.service.templates import find_template
from castingops.notifications.types import REPORTS_KEPT, Category, Channel, Recipient, SmsState, Template

log = structlog.get_logger(__name__)


def queue(notification: Notification, template: Template, *, asked: bool) -> None:
    """Write a text down for who is to get one: by their choice, or because it is about their account's safety."""
    if template.category is Category.SECURITY:
        wanted = asked
    else:
        wanted = preferences.is_wanted(Channel.SMS, template.category, notification.subject_id)
    if wanted:
        sms = SmsMessage(subject_id=notification.subject_id, id=new_id(), notification_id=notification.id,
                         state=SmsState.QUEUED, created_at=clock.now())
        save(sms)
        publish(SmsDue(subject_id=sms.subject_id, sms_id=sms.id))


def send_sms(sms_id: UUID, *, actor: Actor) -> None:
    """Send one text that is due; sending it again does nothing. The actor is the system inside the person.

    Like an e-mail's, its transaction holds its own row and nothing else. Errors: SmsUnavailable, for the queue to try
    again later.
    """
    sms = queries.find_sms_to_send(sms_id, actor=actor)
    if sms is None or sms.state != SmsState.QUEUED:
        return
    notification, recipient = queries.find_notification(sms.notification_id, actor=actor), recipient_of(sms.subject_id)
    if notification is None or recipient is None or not recipient.phone:
        _settle(sms, SmsState.SKIPPED, "no_number")
        return
    category = find_template(notification.template).category
    held = preferences.reason_to_hold(Channel.SMS, category, recipient.phone, actor=actor)
    if held:
        _settle(sms, SmsState.SKIPPED, held)
        return
    sender = current_sender()
    _heed(sms, sender.name, sender.send(_text_of(sms, notification, recipient, category)))


def receive_report(provider: str, provider_id: str, word: str) -> None:
    """Store what a carrier told of a text, and have it handled; told again it is one. The edge knows who is asking."""
    state = rules.delivery_of(word)
    if state is None:
        return
    report = insert(SmsReport).values(id=new_id(), provider=provider, provider_id=provider_id, state=state,
                                      received_at=clock.now())
    with entered(system(), _NOBODY):
        new = session().scalar(report.on_conflict_do_nothing().returning(SmsReport.id))
        if new is not None:
            publish(SmsReported(report_id=new))


def receive_reply(number: str, text: str, *, actor: Actor) -> None:
    """Heed somebody's answer to a text when it says stop; anything else is not read."""
    if rules.is_stop(text):
        with entered(system(), _NOBODY):
            marketing.stop_by_reply("+" + number.removeprefix("+").removeprefix("00"), actor=actor)


def apply_report(report_id: UUID) -> None:
    """Let a text's state follow a report. One that comes before we know the carrier's id waits for `send_sms`."""
    report = queries.find_report(report_id)
    if report is not None:
        _in_turn(report.provider, report.provider_id)
        sms = queries.find_sms_of(report.provider, report.provider_id)
        if sms is not None:
            with entered(system(), sms.subject_id):
                _follow(sms, report)


def forget_reports() -> None:
    """Drop carriers' words whose texts are long over. Runs as the system."""
    session().execute(delete(SmsReport).where(SmsReport.received_at < clock.now() - REPORTS_KEPT))


_NOBODY = UUID(int=0)  # entered where only the house's own rows are written


def _heed(sms: SmsMessage, provider: str, outcome: Outcome) -> None:
    if outcome.retryable:
        raise SmsUnavailable
    if outcome.provider_id is None:
        _settle(sms, SmsState.FAILED, outcome.reason)
        return
    sms.provider, sms.provider_id, sms.sent_at = provider, outcome.provider_id, clock.now()
    _in_turn(provider, outcome.provider_id)
    _settle(sms, SmsState.SENT)
    early = queries.find_report_of(provider, outcome.provider_id)
    if early is not None:
        _follow(sms, early)


def _in_turn(provider: str, provider_id: str) -> None:
    """A report and the sending that it is about see each other, whichever comes first."""
    hold(f"sms/{provider}/{provider_id}")


def _follow(sms: SmsMessage, report: SmsReport) -> None:
    """Delivered stays delivered: networks tell out of order."""
    if sms.state != SmsState.DELIVERED:
        sms.reported_at = report.received_at
        failed = report.state == SmsState.FAILED
        _settle(sms, SmsState(report.state), "undelivered" if failed else None)


def _text_of(sms: SmsMessage, notification: Notification, recipient: Recipient, category: Category) -> Sms:
    """The subject alone, in the person's language. Marketing says how to end it."""
    body = notification.subject_ar if recipient.locale == "ar" else notification.subject_en
    kind = TextKind.SERVICE
    if category is Category.MARKETING:
        kind, body = TextKind.PROMOTIONAL, f"{body}\n{marketing.link_of(sms.subject_id)}"
    return Sms(recipient.phone, f"castingops: {body}", str(sms.id), kind)


def _settle(sms: SmsMessage, state: SmsState, reason: str | None = None) -> None:
    sms.state, sms.reason = state, reason
    save(sms)
    log.info("notifications.sms." + state, sms_id=str(sms.id), reason=reason)
