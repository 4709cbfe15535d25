"""What can be refused about second factors."""
from castingops.core.errors import Conflict, Invalid, NotFound, NotSignedIn
from castingops.core.messages import N_


class ProofWrong(Invalid):
    """Somebody who is signed in did not prove who they are: no 401, which would have their app sign in anew."""

    code, commits = "proof_wrong", True
    message = N_("This does not prove it: it is not right, or was used before.")


class SecondFactorNeeded(NotSignedIn):
    """The first factor was right, and this account has a second. Commits: `details.challenge` is what finishes it."""

    code, commits = "second_factor_needed", True
    message = N_("One step is left: your second factor.")


class ChallengeOver(NotSignedIn):
    """Unknown, expired, finished before, or the account has changed since."""

    code = "challenge_over"
    message = N_("This step took too long, or was finished before. Please sign in again.")


class CodeNotConfirmed(Invalid):
    """While an authenticator app is set up."""

    code, message = "code_not_confirmed", N_("This is not the code that your app shows for this key now.")


class FactorNotFound(NotFound):
    code, message = "factor_not_found", N_("You have no such second factor.")


class FactorDemanded(Conflict):
    """The last one, of somebody who must have one."""

    code = "factor_demanded"
    message = N_("This is your last second factor, and your role asks for one. Add another before you remove it.")


class PasskeyRefused(Invalid):
    """Whatever was wrong with an authenticator's answer; which, helps only who forges one."""

    code, message = "passkey_refused", N_("This passkey could not be verified. Please start again.")


class PasskeyKnown(Conflict):
    code, message = "passkey_known", N_("This passkey is registered already.")


class TooManyPasskeys(Conflict):
    code, message = "passkeys_too_many", N_("You have as many passkeys as one account may hold. Remove one first.")


class InvalidPasskeyName(Invalid):
    code = "passkey_name_invalid"
