"""What can be refused about guardians and their wards."""
from castingops.core.errors import BadRequest, Conflict, Forbidden, Invalid, NotFound
from castingops.core.messages import N_


class InvalidWard(Invalid):
    code, message = "ward_invalid", N_("Some details of the ward cannot be used.")


class WardOfAge(Invalid):
    """18 Hijri years are over: nobody else consents for this person (Civil Transactions Law art. 12)."""

    code = "ward_of_age"
    message = N_("This person is of age and makes an account of their own.")


class WardExists(Conflict):
    code, message = "ward_exists", N_("You have stated this ward already.")


class WardLimitReached(Conflict):
    code, message = "ward_limit_reached", N_("You have reached the number of wards that one account can hold.")


class WardVerified(Conflict):
    """What was verified by evidence is not changed without it."""

    code = "ward_verified"
    message = N_("These details are verified. Please write to support to have them put right.")


class GuardianUnverified(Conflict):
    """Nothing is done for a ward before the guardianship is verified; `details.state` says where it stands."""

    code = "guardian_unverified"
    message = N_("This guardianship is not verified, so nothing can be done for this ward now.")


class GuardianGone(Forbidden):
    """A guardian was acting for a ward, and at this moment no longer may."""

    code = "guardian_gone"
    message = N_("You may no longer act for this ward.")


class ScopeMissing(Forbidden):
    """The guardianship does not cover this."""

    code = "guardian_scope_missing"
    message = N_("Your guardianship does not cover this.")


class DocumentTooLarge(Invalid):
    code, status = "document_too_large", 413
    message = N_("This document is too large. Please send at most 8 MB.")


class DocumentRefused(Invalid):
    """By its own bytes: neither a photo nor a PDF that only shows something."""

    code, status = "document_refused", 415
    message = N_("Send a JPEG, PNG or WebP photo, or a PDF without scripts, forms or attachments.")


class DocumentMissing(BadRequest):
    code, message = "document_missing", N_("Send the document as a file.")


class DocumentLimitReached(Conflict):
    code, message = "document_limit_reached", N_("You have reached the number of documents for one ward.")


class GuardianshipNotFound(NotFound):
    code, message = "guardianship_not_found", N_("There is no such guardianship.")


class GuardianshipMoved(Conflict):
    """It is no longer in a state that allows this."""

    code = "guardianship_moved"
    message = N_("This guardianship has moved on since. Please look at it as it stands now.")


class InvalidRuling(Invalid):
    code, message = "ruling_invalid", N_("Some details of the decision cannot be used.")


class StillMasked(Forbidden):
    """Names and documents show after a colleague has approved the look, for an hour."""

    code = "still_masked"
    message = N_("Names and documents stay masked until a compliance officer approves a look at them.")


class NotOfAgeYet(Conflict):
    code, message = "not_of_age_yet", N_("This step opens when the young person comes of age.")


class InvitationInvalid(NotFound):
    """Unknown, used, expired, or taken back."""

    code, message = "invitation_invalid", N_("This invitation is not valid any more. Please ask for a new one.")
