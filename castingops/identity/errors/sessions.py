"""What can be refused about sign-ins that are open, and about proving an address."""
from castingops.core.errors import Conflict, Invalid, NotFound, NotSignedIn
from castingops.core.messages import N_


class PasswordWrong(Invalid):
    """At the confirmation of an address. Commits: the failure must be counted and recorded."""

    code, commits = "password_wrong", True
    message = N_("This is not the password that was chosen for this account.")


class SessionNotFound(NotFound):
    code, message = "session_not_found", N_("There is no such open session.")


class RefreshInvalid(NotSignedIn):
    """Unknown, expired or ended."""

    code, message = "refresh_invalid", N_("This sign-in has ended. Please sign in again.")


class RefreshReused(RefreshInvalid):
    """An old token came back: the answer is that of any invalid one, and its family has been ended."""

    commits = True


class RefreshRaced(Conflict):
    """The same token was exchanged a moment ago."""

    code = "refresh_raced"
    message = N_("This token was exchanged a moment ago. Please use the newer one.")


class PasswordUsedBefore(Invalid):
    code, message = "password_used_before", N_("This is one of your last passwords. Please choose another.")
