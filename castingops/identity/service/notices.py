"""What we write to people about their own account, by e-mail and to their proved number: an inbox is of no use to
someone locked out."""
from dataclasses import replace
from uuid import UUID

from castingops.core.actor import Actor
from castingops.core.messages import N_
from castingops.notifications import service as notifications
from castingops.notifications.types import Category, Channel, Sealed, Template, Values

SECOND_REGISTRATION = Template(
    "identity.account.second_registration",
    N_("Someone used your e-mail address to create an account"),
    N_("Someone tried to create an account with this e-mail address. You have one already, so nothing was made and "
       "nothing has changed.\n\nIf it was you, you can sign in with your password. If it was not, nothing is needed."))
CONFIRM = Template(
    "identity.account.confirm",
    N_("Please confirm your e-mail address"),
    N_("Someone asked for an account with this e-mail address. To make it yours, open this page within two days and "
       "enter the password you chose:\n\n%(link)s\n\nIf it was not you, nothing is needed: without that password no "
       "account is made."), {"link"})
RESET = Template(
    "identity.password.reset_asked",
    N_("Choose a new password"),
    N_("Someone asked for a new password for your account. If it was you, choose it on this page within one hour:"
       "\n\n%(link)s\n\nIf it was not you, nothing is needed: your password stays as it is."), {"link"})
PASSWORD_RESET = Template(
    "identity.password.reset",
    N_("Your password is new"),
    N_("A new password was chosen for your account by a link that we had sent to this address. Every sign-in was "
       "ended.\n\nIf it was not you, please write to support at once."))
PASSWORD_CHANGED = Template(
    "identity.password.changed",
    N_("Your password was changed"),
    N_("The password of your account was changed, and every other sign-in was ended.\n\nIf it was not you, please "
       "choose a new password with \"Forgot password\" at once, then write to support."))
EMAIL_ASKED = Template(
    "identity.email.asked",
    N_("Please confirm your new e-mail address"),
    N_("Someone wants to use this e-mail address for their account. If it was you, confirm it on this page within a "
       "day:\n\n%(link)s\n\nIf it was not you, nothing is needed."), {"link"})
EMAIL_TAKEN = Template(
    "identity.email.taken",
    N_("Someone wanted to use your e-mail address"),
    N_("Someone wanted to use this e-mail address for another account. It belongs to yours, so nothing was changed."))
EMAIL_CHANGED = Template(
    "identity.email.changed",
    N_("Your e-mail address was changed"),
    N_("Your account has a new e-mail address; this one is not used any more. Every other sign-in was ended.\n\nIf it "
       "was not you, take it back on this page within seven days:\n\n%(link)s"), {"link"})
EMAIL_UNDONE = Template(
    "identity.email.undone",
    N_("The change of your e-mail address was taken back"),
    N_("Your account uses this e-mail address again. Every sign-in was ended, and the password does not work any more: "
       "please choose a new one with \"Forgot password\"."))
TOKEN_REUSED = Template(
    "identity.token.reused",
    N_("We ended a sign-in of yours"),
    N_("An old sign-in token of your account was used a second time. It may have been copied, so we ended that "
       "sign-in.\n\nYou can sign in again. If you did not expect this, please change your password."))
FACTOR_ADDED = Template(
    "identity.factor.added",
    N_("A second factor was added to your account"),
    N_("An authenticator app or a passkey was added to your account. It can be used to sign in from now on.\n\nIf it "
       "was not you, please change your password and remove it."))
FACTOR_REMOVED = Template(
    "identity.factor.removed",
    N_("A second factor of your account was removed"),
    N_("An authenticator app or a passkey was removed from your account.\n\nIf it was not you, "
       "please write to support at once."))
PASSKEY_COPIED = Template(
    "identity.passkey.copied",
    N_("A passkey of your account may have been copied"),
    N_("Somebody tried to sign in with a passkey of yours that seems to be a copy: its counter had fallen back. We let "
       "nobody in.\n\nPlease remove that passkey from your account, add a new one, and change your password if you do "
       "not know of this."))
RECOVERY_USED = Template(
    "identity.recovery.used",
    N_("A recovery code of your account was used"),
    N_("Somebody signed in to your account with one of your recovery codes. It cannot be used again.\n\nIf it was not "
       "you, please change your password and make new recovery codes."))

PHONE_CHANGED = Template(
    "identity.phone.changed",
    N_("A mobile number was added to your account"),
    N_("A mobile number was proved and is now the one of your account. Messages about its safety go there too."
       "\n\nIf it was not you, please change your password and write to support at once."))
PHONE_REMOVED = Template(
    "identity.phone.removed",
    N_("The mobile number of your account was removed"),
    N_("The mobile number of your account was removed.\n\nIf it was not you, please change your password and write to "
       "support at once."))
IDENTITY_LINKED = Template(
    "identity.identity.linked",
    N_("An account elsewhere now signs you in"),
    N_("An account of yours at another service was linked with your account here: whoever can sign in there can sign "
       "in here.\n\nIf it was not you, please unlink it, change your password and write to support at once."))
IDENTITY_UNLINKED = Template(
    "identity.identity.unlinked",
    N_("An account elsewhere no longer signs you in"),
    N_("An account at another service was unlinked from your account here.\n\nIf it was not you, please change your "
       "password and write to support at once."))

INVITED = Template(
    "identity.staff.invited",
    N_("You are invited to castingops"),
    N_("Two colleagues agreed to make you a staff account. Choose your password with this link, which works once and "
       "for three days:\n\n%(link)s\n\nAt the first sign-in you add a second factor. If the link has run out, choose "
       "“Forgot password” at the sign-in."), {"link"})
ROLE_GIVEN = Template(
    "identity.role.given",
    N_("You have a new role"),
    N_("Two colleagues agreed to give you the role %(role)s. Every sign-in of yours was ended: sign in again to use it."
       "\n\nIf you did not expect this, please write to an admin."), {"role"})
ROLE_TAKEN = Template(
    "identity.role.taken",
    N_("A role of yours was taken away"),
    N_("Two colleagues agreed that you no longer hold the role %(role)s. Every sign-in of yours was ended.\n\nIf you "
       "did not expect this, please write to an admin."), {"role"})
ACCOUNT_DISABLED = Template(
    "identity.account.disabled",
    N_("Your account was disabled"),
    N_("Your account was disabled, and every sign-in was ended. Nobody can sign in with it.\n\nIf you did not expect "
       "this, please write to us."))
ACCOUNT_ENABLED = Template(
    "identity.account.enabled",
    N_("Your account was enabled again"),
    N_("Your account was enabled again. You can sign in with your password and your second factor."))
FACTOR_RESET = Template(
    "identity.factor.reset",
    N_("Your second factor was reset"),
    N_("Two colleagues agreed to reset your second factor, and every sign-in was ended. You add a new one the next "
       "time you sign in.\n\nIf you did not ask for this, please write to an admin at once."))
NEW_ADMIN = Template(
    "identity.admin.new",
    N_("There is a new admin"),
    N_("%(name)s is now an admin. It was proposed by an admin and approved by compliance; every admin is told."
       "\n\nIf you do not know of this, please write to compliance at once."), {"name"})

for _template in (INVITED, SECOND_REGISTRATION, CONFIRM, RESET, PASSWORD_RESET, PASSWORD_CHANGED, EMAIL_ASKED,
                  EMAIL_TAKEN, EMAIL_CHANGED, EMAIL_UNDONE, TOKEN_REUSED, ROLE_GIVEN, ROLE_TAKEN, ACCOUNT_DISABLED,
                  ACCOUNT_ENABLED, FACTOR_RESET, NEW_ADMIN, IDENTITY_LINKED, IDENTITY_UNLINKED, FACTOR_ADDED,
                  FACTOR_REMOVED, RECOVERY_USED, PASSKEY_COPIED, PHONE_CHANGED, PHONE_REMOVED):
    notifications.define(replace(_template, category=Category.SECURITY))


def tell(template: Template, user_id: UUID, *, actor: Actor, values: Values | None = None,
         sealed: Sealed | None = None) -> None:
    """Write to the owner of an account, or to whom `sealed` names: that one by e-mail alone."""
    channels = (Channel.EMAIL,) if sealed is not None else (Channel.EMAIL, Channel.SMS)
    notifications.notify(template.name, actor=actor, recipient=user_id, values=values, channels=channels,
                         sealed=sealed)
