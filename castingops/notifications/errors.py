"""What can go wrong with notifications."""
from castingops.core.errors import Conflict, DomainError, Invalid, NotFound
from castingops.core.messages import N_


class NotificationNotFound(NotFound):
    """No notification of this person by that id."""

    code, message = "notification_not_found", N_("There is no such notification.")


class NotificationIncomplete(DomainError):
    """A message would go out with a hole in it: a value is missing, or its Arabic is. So it does not go out.

    Our fault and never the caller's; the act it belongs to is undone, since a decision must reach its person.
    """

    code, status = "notification_incomplete", 500
    message = N_("The message to the person is incomplete, so nothing was saved or sent.")


class PreferenceLocked(Invalid):
    """A choice that is not anybody's to make: what keeps an account safe is always told."""

    code, message = "preference_locked", N_("These messages cannot be switched off.")


class MarketingNotAgreed(Conflict):
    """No standing consent to marketing: nothing of the kind is written, sent or switched on."""

    code = "marketing_not_agreed"
    message = N_("Marketing messages need your consent first. You can give it in your privacy choices.")


CONSTRAINTS: dict[str, type[DomainError]] = {}
