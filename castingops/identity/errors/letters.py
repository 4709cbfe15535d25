"""What can be refused about letters and open sign-ins."""
from castingops.core.errors import Invalid, NotFound
from castingops.core.messages import N_


class PasswordWrong(Invalid):
    """At the confirmation of an address. Commits: the failure must be counted and recorded."""

    code, commits = "password_wrong", True
    message = N_("This is not the password that was chosen for this account.")


class SessionNotFound(NotFound):
    code, message = "session_not_found", N_("There is no such open session.")
