"""One tree of errors. Each has a stable code for machines, an HTTP status and a message for people."""
from typing import Any

from castingops.core.messages import N_, Message


class DomainError(Exception):
    """A use case was refused. `fields` maps an input's name to what is wrong with it.

    A class with `commits` is a refusal whose own traces (a failed-login counter, a killed token family, the audit of
    a denied act) must survive: the edge commits first and renders it then.
    """

    code = "error"
    status = 500
    message: Message = N_("Something went wrong on our side.")
    commits = False

    def __init__(self, message: Message | None = None, *, retry_after: int | None = None,
                 details: dict[str, Any] | None = None, **fields: str) -> None:
        if message is not None:
            self.message = message
        super().__init__(self.message)
        self.fields = fields
        self.details = details or {}  # more members for the answer: who decided, when
        self.retry_after = retry_after  # seconds


class BadRequest(DomainError):
    """The request itself cannot be read."""

    code, status, message = "bad_request", 400, N_("This request cannot be read.")


class NotSignedIn(DomainError):
    """Nobody known is asking."""

    code, status, message = "not_signed_in", 401, N_("Sign in first.")


class Forbidden(DomainError):
    """The asker is known and may not."""

    code, status, message = "forbidden", 403, N_("You may not do this.")


class Restricted(Forbidden):
    """The asker's account is suspended or banned; `details.reason` says which."""

    code = "account_restricted"


class SecondFactorRequired(Forbidden):
    """The asker may do this, once their account has a second factor (ID-5)."""

    code = "second_factor_required"
    message = N_("Who manages an organization signs in with a second factor. Please add one to your account first.")


class StepUpNeeded(Forbidden):
    """The asker may do this, once they have proved again who they are."""

    code, message = "step_up_needed", N_("First confirm that it is you.")


class NotFound(DomainError):
    """Also the answer for what exists but is not yours: a refusal must not confirm existence."""

    code, status, message = "not_found", 404, N_("There is no such thing here.")


class Conflict(DomainError):
    """Someone else was faster, or the state does not allow it any more."""

    code, status, message = "conflict", 409, N_("It has changed in the meantime. Nothing of yours was saved.")


class Invalid(DomainError):
    """The input was read and cannot be used."""

    code, status, message = "invalid", 422, N_("Some of the input cannot be used.")


class Unstorable(Invalid):
    """What no rule refused and no column holds: half a surrogate pair, U+0000, a number of 40 digits."""

    code, message = "value_unstorable", N_("A character or a number in it cannot be kept.")


class TooManyRequests(DomainError):
    """The limit is reached; `retry_after` says for how long."""

    code, status = "too_many_requests", 429
    message = N_("Too many requests. Please try again a little later.")


class Unavailable(DomainError):
    """Something we need is not answering; the same request may work later."""

    code, status = "unavailable", 503
    message = N_("The service is busy for a moment. Nothing was saved; please try again.")


class MembershipStale(Exception):
    """The memberships of the actor's organization have changed since the rank at hand was read.

    No refusal: the guard reads the rank anew and runs the request again. Not a DomainError, so that no use case takes
    it for one and goes on.
    """


_BY_CONSTRAINT: dict[str, type[DomainError]] = {}


def map_constraint(name: str, error: type[DomainError]) -> None:
    """Say which error a database constraint means when it fires."""
    _BY_CONSTRAINT[name] = error


def for_constraint(name: str | None) -> DomainError | None:
    """The error that constraint `name` means, or None when nobody claimed it."""
    error = _BY_CONSTRAINT.get(name or "")
    return error() if error else None
