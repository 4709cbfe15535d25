"""The use cases of notifications: define a template, notify a person, send what is due, read the inbox."""
from castingops.notifications.service.inbox import mark_read
from castingops.notifications.service.sending import notify, send_email, set_directory
from castingops.notifications.service.templates import all_templates, define, render
from castingops.notifications.types import Bilingual, Recipient, Sealed, Template

__all__ = [
    "Bilingual", "Recipient", "Sealed", "Template", "all_templates", "define", "mark_read", "notify", "render",
    "send_email", "set_directory",
]
