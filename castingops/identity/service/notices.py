"""What we write to people about their own account, by e-mail alone: an inbox is of no use to someone locked out."""
from uuid import UUID

from castingops.core.actor import Actor
from castingops.core.messages import N_
from castingops.notifications import service as notifications
from castingops.notifications.types import Channel, Template

SECOND_REGISTRATION = Template(
    "identity.account.second_registration",
    N_("Someone used your e-mail address to create an account"),
    N_("Someone tried to create an account with this e-mail address. You have one already, so nothing was made and "
       "nothing has changed.\n\nIf it was you, you can sign in with your password. If it was not, nothing is needed."))
PASSWORD_CHANGED = Template(
    "identity.password.changed",
    N_("Your password was changed"),
    N_("The password of your account was changed, and every sign-in was ended.\n\nIf it was not you, please write to "
       "support at once."))
TOKEN_REUSED = Template(
    "identity.token.reused",
    N_("We ended a sign-in of yours"),
    N_("An old sign-in token of your account was used a second time. It may have been copied, so we ended that "
       "sign-in.\n\nYou can sign in again. If you did not expect this, please change your password."))

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

for _template in (SECOND_REGISTRATION, PASSWORD_CHANGED, TOKEN_REUSED, IDENTITY_LINKED, IDENTITY_UNLINKED):
    notifications.define(_template)


def tell(template: Template, user_id: UUID, *, actor: Actor) -> None:
    """Write to the owner of an account."""
    notifications.notify(template.name, actor=actor, recipient=user_id, channels=(Channel.EMAIL,))
