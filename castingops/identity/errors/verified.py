"""What can be refused to those who prove a number or who they are."""
from castingops.core.errors import Conflict, Invalid, TooManyRequests
from castingops.core.messages import N_


class InvalidPhone(Invalid):
    code = "phone_invalid"


class PhoneSlowed(TooManyRequests):
    """Enough codes were sent to this number, for this account, from this address, or by the house today."""

    code = "phone_slowed"
    message = N_("Enough codes were sent for now. Please try again a little later.")


class PhoneCodeWrong(Invalid):
    """Wrong, old, used up, or none was asked for: never says which. Commits: the try must be counted."""

    code, commits = "phone_code_wrong", True
    message = N_("This code is not right, or its time is over. You can have another one sent.")


class InvalidNationalId(Invalid):
    code = "national_id_invalid"


class NafathPending(Conflict):
    """One request at a time."""

    code, message = "nafath_pending", N_("A request of yours is open. Please finish or end that one first.")


class NafathSlowed(TooManyRequests):
    """Each request makes somebody's phone ring: only so many a day, of an account and about a person."""

    code, message = "nafath_slowed", N_("There were enough requests for today. Please try again later.")


class IdentityVerifiedAlready(Conflict):
    """And not near enough to its end to be renewed."""

    code, message = "identity_verified_already", N_("Your identity is verified already.")


class IdentityUsedElsewhere(Conflict):
    """One person verifies one account. Never says which other one it is."""

    code = "identity_used_elsewhere"
    message = N_("This identity has verified another account. One person can verify one account only.")
