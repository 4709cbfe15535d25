"""Moderation for the apps: what people report, what was decided about them, what they object to and answer."""
from castingops.moderation.api import appeals, conversations, reports

BLUEPRINTS = [reports.blueprint, appeals.blueprint, conversations.blueprint]

__all__ = ["BLUEPRINTS", "appeals", "conversations", "reports"]
