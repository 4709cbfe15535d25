"""What can be refused about identities, and which constraint means which refusal."""
from castingops.core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound, NotSignedIn, TooManyRequests
from castingops.core.messages import N_


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


class PasswordWrong(Invalid):
    """At the confirmation of an address. Commits: the failure must be counted and recorded."""

    code, commits = "password_wrong", True
    message = N_("This is not the password that was chosen for this account.")


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


class PasswordUsedBefore(Invalid):
    code, message = "password_used_before", N_("This is one of your last passwords. Please choose another.")


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


CONSTRAINTS: dict[str, type[DomainError]] = {
    "uq_users_email": EmailTaken,
    "uq_role_grants_user_id_role": RoleHeld,
    "ck_role_grants_exclusive": RolesExclude,
    "ck_role_grants_fits": RoleUnfit,
    "ck_role_grants_by_another": SelfGrant,
}
