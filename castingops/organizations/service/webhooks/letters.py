"""What owners and administrators are told of their webhooks."""
from castingops.core.actor import Actor
from castingops.core.messages import N_
from castingops.core.roles import OrgRole
from castingops.notifications import service as notifications
from castingops.notifications.types import Template
from castingops.organizations.models import WebhookEndpoint
from castingops.organizations.queries import memberships, organizations

SWITCHED_OFF = notifications.define(Template(
    "organizations.webhook.switched_off",
    N_("We stopped sending events to a system of yours"),
    N_("A system of %(organization)s did not take our events: it answered that it is gone, or failed again and again."
       " We switched its address off, and send nothing there any more.\n\nWhen it works again, switch the address on in"
       " your app; what was not delivered can be sent once more from there."),
    placeholders={"organization"}))

SWITCHED_OFF_BY_HOUSE = notifications.define(Template(
    "organizations.webhook.switched_off_by_house",
    N_("We stopped sending events to a system of yours"),
    N_("Our staff switched an address of %(organization)s off, and nothing is sent there any more.\n\nYou can switch it"
       " on again in your app once the system behind it is ready. If you have questions, please write to support."),
    placeholders={"organization"}))


def tell_owners(endpoint: WebhookEndpoint, *, actor: Actor) -> None:
    """Write to everybody who can switch the address on again: it had stopped taking what we send."""
    _tell(endpoint, SWITCHED_OFF, actor=actor)


def tell_switched_off_by_house(endpoint: WebhookEndpoint, *, actor: Actor) -> None:
    """As `tell_owners`: staff switched it off."""
    _tell(endpoint, SWITCHED_OFF_BY_HOUSE, actor=actor)


def _tell(endpoint: WebhookEndpoint, template: Template, *, actor: Actor) -> None:
    organization = organizations.find(endpoint.org_id)
    if organization is None:
        return
    name = notifications.Bilingual(en=organization.name_en, ar=organization.name_ar)
    for user_id, role in memberships.ranks(actor=actor):
        if role in {OrgRole.OWNER, OrgRole.ADMIN}:
            notifications.notify(template.name, actor=actor, recipient=user_id, values={"organization": name})
