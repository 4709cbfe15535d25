"""The SMS port: one text to one number, three carriers. Files under <home>/sms by default, else Unifonic or Taqnyat.

A carrier answers with one neutral result and raises nothing: what may pass later says so, and the queue tries again.
Neither the number nor the text is ever logged.
"""
from flask import current_app

from castingops.core.config import Settings, current_settings
from castingops.core.late import load
from castingops.core.sms.files import FileSender
from castingops.core.sms.port import Outcome, Sms, SmsSender, SmsUnavailable, TextKind

__all__ = ["FileSender", "Outcome", "Sms", "SmsSender", "SmsUnavailable", "TextKind", "current_sender", "sender_of"]


def sender_of(settings: Settings) -> SmsSender:
    """The carrier that the settings choose. Errors: ValueError when its secret is missing."""
    if settings.sms == "files":
        return FileSender(settings.home / "sms", settings.sms_sender)
    name = {"unifonic": "unifonic:UnifonicSender", "taqnyat": "taqnyat:TaqnyatSender"}[settings.sms]
    made: SmsSender = load(f"castingops.core.sms.{name}").of(settings)
    return made


def current_sender() -> SmsSender:
    """The carrier of the running app."""
    sender: SmsSender | None = current_app.extensions.get("sms")
    if sender is None:
        sender = current_app.extensions["sms"] = sender_of(current_settings())
    return sender
