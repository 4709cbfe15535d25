"""What can be refused about organizations, and which constraint means which refusal."""
from castingops.core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from castingops.core.messages import N_


class OrganizationNotFound(NotFound):
    """Also for an organization that exists and is not one's own: byte-equal to any other unknown path."""


class MemberNotFound(NotFound):
    code, message = "member_not_found", N_("There is no such member.")


class InvitationNotFound(NotFound):
    """Also for an invitation that somebody else was sent."""

    code, message = "invitation_not_found", N_("There is no such invitation.")


class TransferNotFound(NotFound):
    code, message = "transfer_not_found", N_("Nobody has been offered this organization.")


class InvalidOrganization(Invalid):
    code = "organization_invalid"


class InvalidInvitation(Invalid):
    code = "invitation_invalid"


class OrganizationUnfit(Invalid):
    """An organization for an account that cannot have one."""

    code, message = "organization_unfit", N_("Only an account for hirers comes with an organization.")


class WebhookNotFound(NotFound):
    """Also for another organization's."""

    code, message = "webhook_not_found", N_("There is no such webhook.")


class DeliveryNotFound(NotFound):
    code, message = "delivery_not_found", N_("There is no such delivery.")


class InvalidWebhook(Invalid):
    code = "webhook_invalid"


class DeskRefused(Invalid):
    """An act of staff without a reason."""

    code = "organization_act_refused"


class TooManyWebhooks(Conflict):
    code, message = "too_many_webhooks", N_("An organization can have up to %(max)s webhooks.")


class WebhookOff(Conflict):
    code = "webhook_off"
    message = N_("Switch the webhook on first: nothing is sent to one that is off.")


class DeliveryPending(Conflict):
    code, message = "delivery_pending", N_("This message is still on its way.")


class CredentialInUse(Conflict):
    code, message = "credential_in_use", N_("A webhook uses this credential. Choose another one there first.")


class CredentialNotFound(NotFound):
    """Also for another organization's."""

    code, message = "credential_not_found", N_("There is no such credential.")


class InvalidCredential(Invalid):
    code = "credential_invalid"


class CredentialNameTaken(Conflict):
    code, message = "credential_name_taken", N_("The organization has a credential of this name already.")


class SlugTaken(Conflict):
    """Also by an address that looks like it."""

    code = "slug_taken"
    message = N_("This address, or one that looks like it, is taken. Please choose another.")


class OrganizationChanged(Conflict):
    code, message = "organization_changed", N_("Somebody else has changed the organization. Please load it again.")


class OrganizationClosing(Conflict):
    """What a deletion under way does not allow any more."""

    code, message = "organization_closing", N_("The organization is being deleted. Its owner can still restore it.")


class OrganizationNotClosing(Conflict):
    code, message = "organization_not_closing", N_("The organization is not being deleted.")


class SeatsTaken(Conflict):
    code = "seats_taken"
    message = N_("Every seat is taken. Members and open invitations take one each.")


class LastOwner(Conflict):
    code = "last_owner"
    message = N_("An organization keeps at least one owner. Hand it over to another member first.")


class AlreadyMember(Conflict):
    code, message = "already_member", N_("This person is a member already.")


class AlreadyInvited(Conflict):
    code, message = "already_invited", N_("This person has an open invitation already.")


class InvitationOver(Conflict):
    """Answered, taken back or expired. Told only to the person it was sent to, and to those who manage members."""

    code, message = "invitation_over", N_("This invitation does not count any more.")


class ResentTooOften(Conflict):
    code, message = "invitation_resent_too_often", N_("This invitation was sent often enough. Please make a new one.")


class TransferOpen(Conflict):
    code, message = "transfer_open", N_("The organization has been offered to a member already.")


class RankTooLow(Forbidden):
    """Somebody reaches for a rank, or for a member, that is not below their own."""

    code, message = "rank_too_low", N_("Your role in the organization does not allow this.")


CONSTRAINTS: dict[str, type[DomainError]] = {
    "uq_organizations_slug_key": SlugTaken,
    "ck_organizations_seats_taken": SeatsTaken,
    "ck_memberships_last_owner": LastOwner,
    "uq_memberships_org_id_user_id": AlreadyMember,
    "uq_invitations_open": AlreadyInvited,
    "uq_org_transfers_open": TransferOpen,
    "uq_credentials_org_id_name": CredentialNameTaken,
    "fk_webhook_endpoints_org_id_credential_id_credentials": CredentialInUse,
}
