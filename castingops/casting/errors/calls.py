"""What can be refused about casting calls, and which constraint means which refusal."""
from castingops.core.entitlements import SubscriptionRequired
from castingops.core.errors import BadRequest, Conflict, DomainError, Invalid, NotFound
from castingops.core.messages import N_
from castingops.organizations.errors import OrganizationClosing


class CallNotFound(NotFound):
    """Also for another organization's, and for one that is not published to who asks as talent."""

    code, message = "casting_call_not_found", N_("There is no such casting call.")


class InvalidCall(Invalid):
    """`fields` names each that cannot be used; one of a role as `roles.0.name_ar`."""

    code, message = "casting_call_invalid", N_("Some details of the casting call cannot be used.")


class CallMissing(BadRequest):
    """A change that says nothing."""

    code, message = "casting_call_missing", N_("Send what changes as a JSON object with its fields.")


class CallChanged(Conflict):
    code = "casting_call_changed"
    message = N_("Somebody else has changed this casting call since you opened it. Nothing of yours was saved.")


class CallIncomplete(Invalid):
    """A submission that lacks something; `fields` and `details.missing` name what."""

    code, message = "casting_call_incomplete", N_("The casting call is not complete yet.")


class CallStopped(Invalid):
    """A stop rule forbids it; `fields` says where, `details.rules` by which rules."""

    code, message = "casting_call_stopped", N_("A rule that protects children stops this casting call.")


class CallPending(Conflict):
    code = "casting_call_pending"
    message = N_("This casting call is under review already. We will tell you when it is decided.")


class CallFinal(Conflict):
    """Rejected or closed; `details.status` says which."""

    code = "casting_call_final"
    message = N_("This casting call is over and cannot be changed any more. You can make a copy of it.")


class CallNotOpen(Conflict):
    """What takes a published call; `details.status` says where it stands."""

    code, message = "casting_call_not_open", N_("This casting call is not open.")


class CallPublished(Conflict):
    """Deleted is only what was never published."""

    code, message = "casting_call_published", N_("A published casting call cannot be deleted. You can close it.")


class CallRevisionNotFound(NotFound):
    code, message = "casting_call_revision_not_found", N_("There is no such submission of a casting call.")


class CallDecided(Conflict):
    """Somebody decided first, or a newer submission took its place."""

    code, message = "revision_decided", N_("This revision has been decided already.")


class InvalidCallFilter(Invalid):
    code, message = "filter_invalid", N_("This list cannot be filtered like that.")


class InvalidClosing(Invalid):
    code, message = "closing_invalid", N_("Say why in both languages.")


CONSTRAINTS: dict[str, type[DomainError]] = {
    "ck_casting_calls_active": OrganizationClosing,
    "ck_casting_calls_entitled": SubscriptionRequired,
    "ck_casting_calls_deadline_before_shoot": InvalidCall,
    "ck_casting_calls_dates": InvalidCall,
    "ck_published_roles_stopped": CallStopped,
    "uq_call_revisions_org_id_call_id_number": CallPending,
    "uq_call_revisions_pending": CallPending,
}
