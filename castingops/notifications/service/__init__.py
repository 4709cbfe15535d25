"""The use cases of notifications: define a template, notify a person, send what is due, read the inbox, choose."""
from castingops.notifications.service.directory import set_directory, set_phone_book
from castingops.notifications.service.inbox import mark_read
from castingops.notifications.service.marketing import (
    LinkExpired,
    LinkInvalid,
    link_of,
    provide_marketing,
    read_link,
    stop_by_link,
    stop_by_reply,
)
from castingops.notifications.service.preferences import change_preferences, list_preferences
from castingops.notifications.service.sending import notify, send_email
from castingops.notifications.service.templates import all_templates, define, render
from castingops.notifications.service.texting import (
    apply_report,
    forget_reports,
    receive_reply,
    receive_report,
    send_sms,
)
from castingops.notifications.service.trail import provide_trail
from castingops.notifications.types import Bilingual, Category, Recipient, Sealed, Template

__all__ = [
    "Bilingual", "Category", "LinkExpired", "LinkInvalid", "Recipient", "Sealed", "Template", "all_templates",
    "apply_report", "change_preferences", "define", "forget_reports", "link_of", "list_preferences", "mark_read",
    "notify", "provide_marketing", "provide_trail", "read_link", "receive_reply", "receive_report", "render",
    "send_email", "send_sms", "set_directory", "set_phone_book", "stop_by_link", "stop_by_reply",
]
