"""What casting does when something happens, by use case. Runs inside the consumer's unit of work."""
from castingops.casting.handlers import applications, calls, profiles, share_links
from castingops.casting.handlers.profiles import (
    forget_photo,
    hide_minor,
    hide_withdrawn,
    settle_guardian,
    settle_visibility,
    tell_approved,
    tell_changes_requested,
    tell_rejected,
)

SUBSCRIPTIONS = [*profiles.SUBSCRIPTIONS, *calls.SUBSCRIPTIONS, *applications.SUBSCRIPTIONS,
                 *share_links.SUBSCRIPTIONS]

__all__ = [
    "SUBSCRIPTIONS", "forget_photo", "hide_minor", "hide_withdrawn", "settle_guardian", "settle_visibility",
    "tell_approved", "tell_changes_requested", "tell_rejected",
]
