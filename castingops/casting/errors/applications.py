"""What can be refused about applications, and which constraint means which refusal."""
from castingops.casting.errors.calls import CallNotOpen
from castingops.casting.errors.profiles import GuardianRequired
from castingops.consent.errors import ConsentMissing
from castingops.core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from castingops.core.messages import N_


class ApplicationNotFound(NotFound):
    """Also for another's."""

    code, message = "application_not_found", N_("There is no such application.")


class InvalidApplication(Invalid):
    """`fields` names each that cannot be used."""

    code, message = "application_invalid", N_("Some details of the application cannot be used.")


class AlreadyApplied(Conflict):
    code, message = "already_applied", N_("You have applied to this role already.")


class ProfileNotApproved(Conflict):
    code = "profile_not_approved"
    message = N_("Your talent profile has to be approved before you can apply.")


class IdentityUnverified(Forbidden):
    """Whoever applies, for themselves or for a ward, has no verification in force (Nafath)."""

    code, message = "identity_unverified", N_("Verify your identity by Nafath first. You can do so in the app.")


class MinorsNotSought(Conflict):
    code, message = "minors_not_sought", N_("This role is not open to minors.")


class PhotoMissing(Invalid):
    """A photo that is none of the applicant's, or a kind that the role asks for and none is of."""

    code, message = "application_photo_missing", N_("Some of the photos cannot be used.")


class ApplicationSeen(Conflict):
    """Editable until it was viewed."""

    code, message = "application_viewed", N_("It was viewed already and cannot be changed any more.")


class ApplicationChanged(Conflict):
    code = "application_changed"
    message = N_("Somebody else has changed this application since you opened it. Nothing of yours was saved.")


class ApplicationOver(Conflict):
    """Withdrawn, declined or booked; `details.status` says which."""

    code, message = "application_over", N_("This application is over.")


class MoveRefused(Conflict):
    """`details.allowed` says where it may go from where it stands."""

    code, message = "application_move_refused", N_("This application cannot be moved there from where it stands.")


CONSTRAINTS: dict[str, type[DomainError]] = {
    "uq_applications_live": AlreadyApplied,
    "ck_applications_open": CallNotOpen, "ck_applications_guarded": GuardianRequired,
    "ck_applications_verified": IdentityUnverified, "ck_applications_consented": ConsentMissing,
    "ck_applications_minors": MinorsNotSought, "ck_applications_approved": ProfileNotApproved,
}
