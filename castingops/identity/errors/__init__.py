"""What can be refused about identities, and which constraint means which refusal."""
from castingops.core.errors import (
    BadRequest,
    Conflict,
    DomainError,
    Forbidden,
    Invalid,
    NotFound,
    NotSignedIn,
    TooManyRequests,
)
from castingops.core.messages import N_
from castingops.identity.errors.factors import (
    ChallengeOver,
    CodeNotConfirmed,
    FactorDemanded,
    FactorNotFound,
    InvalidPasskeyName,
    PasskeyKnown,
    PasskeyRefused,
    ProofWrong,
    SecondFactorNeeded,
    TooManyPasskeys,
)
from castingops.identity.errors.federation import (
    AccountExists,
    ChallengeRefused,
    ContinuationInvalid,
    DirectoryEmailMissing,
    DirectoryEmailTaken,
    DirectoryLastAdmin,
    DirectoryRefused,
    DirectoryRolesExclude,
    EmailUnconfirmed,
    FlowInvalid,
    IdentityNotFound,
    IdentityRefused,
    IdentityTaken,
    LastWayIn,
    ProviderDenied,
    ProviderLinked,
    ProviderUnknown,
    RedirectRefused,
    WardNotFound,
)
from castingops.identity.errors.verified import IdentityUsedElsewhere, NafathPending

__all__ = [  # beside what is defined here
    "AboutOneself", "AccountExists", "AlreadyDisabled", "AlreadyEnabled", "ApproversLacking", "ChallengeOver",
    "ChallengeRefused", "CodeNotConfirmed", "ContinuationInvalid", "DirectoryEmailMissing", "DirectoryEmailTaken",
    "DirectoryLastAdmin", "DirectoryRefused", "DirectoryRolesExclude", "EmailUnconfirmed", "FactorDemanded",
    "FactorNotFound", "FlowInvalid", "IdentityNotFound", "IdentityRefused", "IdentityTaken", "InvalidPasskeyName",
    "InvalidReason", "InvalidRoles", "LastAdmin", "LastHolder", "LastRole", "LastWayIn", "NobodyElse", "OwnProposal",
    "OwnReview", "PasskeyKnown", "PasskeyRefused", "ProofWrong", "ProposalChanged", "ProposalClosed",
    "ProposalNeeded", "ProposalNotFound", "ProposalOpen", "ProposerLostRight", "ProviderDenied", "ProviderLinked",
    "ProviderUnknown", "RedirectRefused", "RoleNotHeld", "SecondFactorNeeded", "SignInsOver", "TooManyPasskeys",
    "WardNotFound",
]
from castingops.identity.errors.people import (
    AboutOneself,
    AlreadyDisabled,
    AlreadyEnabled,
    ApproversLacking,
    InvalidReason,
    InvalidRoles,
    LastAdmin,
    LastHolder,
    LastRole,
    NobodyElse,
    OwnProposal,
    OwnReview,
    ProposalChanged,
    ProposalClosed,
    ProposalNeeded,
    ProposalNotFound,
    ProposalOpen,
    ProposerLostRight,
    RoleNotHeld,
    SignInsOver,
)


class CredentialsWrong(NotSignedIn):
    """Never says which half was wrong. Commits: the failure must be counted and recorded."""

    code, message, commits = "credentials_wrong", N_("E-mail and password do not match."), True


class CodeWrong(NotSignedIn):
    """Also for a code that was used before."""

    code, commits = "code_wrong", True
    message = N_("This code is not right, or was used before. Please enter the one your app shows now.")


class SignInSlowed(TooManyRequests):
    """Too many failures for this e-mail or from this address."""

    code, commits = "sign_in_slowed", True
    message = N_("There were too many failed attempts. Please wait a few minutes, then sign in again.")


class InvalidEmail(Invalid):
    code = "email_invalid"


class InvalidName(Invalid):
    code = "name_invalid"


class InvalidLocale(Invalid):
    code = "locale_invalid"


class WeakPassword(Invalid):
    code = "password_weak"


class InvalidBirthDate(Invalid):
    code = "birth_date_invalid"


class AccountNotFound(NotFound):
    code, message = "account_not_found", N_("There is no such account.")


class EmailTaken(Conflict):
    """Said to staff only: an app never learns who has an account."""

    code, message = "email_taken", N_("An account with this e-mail exists already.")


class RolesExclude(Conflict):
    """Duties that one person must not hold together."""

    code, message = "roles_exclude", N_("One person may not hold these roles together.")


class RoleHeld(Conflict):
    code, message = "role_held", N_("This person holds the role already.")


class RoleUnfit(Invalid):
    """A staff role for an app account, or the other way round."""

    code, message = "role_unfit", N_("This role does not fit this kind of account.")


class SelfGrant(Forbidden):
    code, message = "role_self_grant", N_("Nobody grants a role to themselves.")


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


CONSTRAINTS: dict[str, type[DomainError]] = {
    "uq_users_email": EmailTaken,
    "uq_nafath_transactions_live": NafathPending,
    "uq_identity_verifications_person": IdentityUsedElsewhere,
    "uq_passkeys_credential_id": PasskeyKnown,
    "uq_role_grants_user_id_role": RoleHeld,
    "ck_role_grants_exclusive": RolesExclude,
    "ck_role_grants_fits": RoleUnfit,
    "ck_role_grants_by_another": SelfGrant,
    "uq_federated_identities_issuer_sub": IdentityTaken,
    "uq_federated_identities_subject_id_provider": ProviderLinked,
    "uq_guardianships_subject_id_ward_id": WardExists,
    "uq_wards_subject_id": WardExists,
    "ck_role_grants_by_proposal": ProposalNeeded,
    "ck_role_grants_last_admin": LastAdmin,
    "ck_role_grants_second_holder": LastHolder,
    "ck_users_by_proposal": ProposalNeeded,
    "ck_access_marks_by_another": OwnReview,
    "uq_proposals_one_open": ProposalOpen,
    "ck_proposals_two_persons": OwnProposal,
    "ck_proposals_not_about_oneself": AboutOneself,
    "ck_proposals_not_for_oneself": AboutOneself,
    "ck_proposals_approved_in_time": ProposalClosed,
}
