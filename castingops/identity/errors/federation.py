"""What can be refused to those who sign in elsewhere."""
from castingops.core.errors import Conflict, Forbidden, Invalid, NotFound, NotSignedIn
from castingops.core.messages import N_


class ProviderUnknown(NotFound):
    """A provider that we do not offer."""

    code, message = "provider_unknown", N_("Signing in there is not offered.")


class RedirectRefused(Invalid):
    """Not, to the letter, one of our apps' addresses."""

    code = "redirect_refused"


class ChallengeRefused(Invalid):
    """Not a challenge by S256 (RFC 7636)."""

    code = "challenge_refused"


class FlowInvalid(Invalid):
    """Never started, started by somebody else, finished before, or too long ago."""

    code = "flow_invalid"
    message = N_("This sign-in was started elsewhere, has been used, or took too long. Please start again.")


class IdentityRefused(NotSignedIn):
    """What came back from a provider does not hold, or its account opens nothing here. Commits: it is recorded."""

    code, commits = "identity_refused", True
    message = N_("Your account there could not be confirmed. Nothing has changed; please start again.")


class ProviderDenied(NotSignedIn):
    """The person said no there, or the provider did."""

    code, message = "provider_denied", N_("The sign-in was cancelled there. Nothing has changed.")


class EmailUnconfirmed(Invalid):
    """The provider does not say that the e-mail is theirs: an account here needs one that is."""

    code = "provider_email_unconfirmed"
    message = N_("Your account there has no confirmed e-mail address. Please confirm it there, then start again.")


class AccountExists(Conflict):
    """The e-mail has an account here. `details.continuation` links the two after a sign-in by password."""

    code = "account_exists"
    message = N_("There is an account with this e-mail address. Sign in with its password, then link the two.")


class ContinuationInvalid(Invalid):
    code = "continuation_invalid"
    message = N_("This step took too long. Please start again with your account there.")


class IdentityTaken(Conflict):
    code, message = "identity_taken", N_("This account there is linked with another account here.")


class ProviderLinked(Conflict):
    code, message = "provider_linked", N_("An account of this provider is linked already. Unlink that one first.")


class IdentityNotFound(NotFound):
    code, message = "identity_not_found", N_("No account of this provider is linked.")


class LastWayIn(Conflict):
    """Without it nobody could sign in any more."""

    code, message = "last_way_in", N_("This is your only way to sign in. Set a password first, then unlink it.")


class DirectoryRefused(Forbidden):
    """The directory vouches for somebody who may not work here. Commits: it is recorded."""

    code, commits = "directory_refused", True
    message = N_("Your company account opens nothing here: none of your groups has a role. Please ask an "
                 "administrator.")


class DirectoryRolesExclude(DirectoryRefused):
    code = "directory_roles_exclude"
    message = N_("Your groups bring roles that one person may not hold together. Please ask an administrator.")


class DirectoryEmailMissing(DirectoryRefused):
    code = "directory_email_missing"
    message = N_("Your company account has no confirmed e-mail address. Please ask an administrator.")


class DirectoryLastAdmin(DirectoryRefused):
    """The directory would take the last admin's role away, which the house does not let anybody do."""

    code = "directory_last_admin"
    message = N_("You are the last admin here, and your groups no longer say so. Please have another admin added "
                 "first.")


class DirectoryEmailTaken(DirectoryRefused):
    """The address has an account here that the directory has not been linked with: proof of both first."""

    code = "directory_email_taken"
    message = N_("There is an account with this e-mail address. Sign in with its password and code once, and the two "
                 "are linked.")
class WardNotFound(NotFound):
    """Also for another's ward, and for one that is no longer one's own."""

    code, message = "ward_not_found", N_("There is no such ward.")
