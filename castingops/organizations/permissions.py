"""Who may do what in organizations: hirers, by their rank in the one that the path names (reliability.md §3).

Only a hirer's account can make or join one: who works for a production company has that company's side of the house,
and talent, minors among them, never come into it.
"""
from castingops.core.messages import N_
from castingops.core.permissions import define
from castingops.core.roles import AppRole, OrgRole

HIRERS = [AppRole.HIRER]

CREATE = define("organizations.organization.create", N_("Make an organization"), roles=HIRERS)
LIST_OWN = define("organizations.organization.list", N_("List your own organizations"), roles=HIRERS, reads=True)

READ = define("organizations.organization.read", N_("Read your organization"), roles=HIRERS, reads=True,
              org=OrgRole.VIEWER)

LIST_CREDENTIALS = define("organizations.credential.list", N_("List your organization's secrets, masked"), roles=HIRERS,
                          reads=True, org=OrgRole.MEMBER)
STORE_CREDENTIAL = define("organizations.credential.store", N_("Store a secret of your organization"), roles=HIRERS,
                          step_up=True, org=OrgRole.ADMIN)
DELETE_CREDENTIAL = define("organizations.credential.delete", N_("Delete a secret of your organization"), roles=HIRERS,
                           step_up=True, org=OrgRole.ADMIN)

READ_WEBHOOKS = define("organizations.webhook.read", N_("Read your organization's webhooks"), roles=HIRERS, reads=True,
                       org=OrgRole.ADMIN)
MANAGE_WEBHOOKS = define("organizations.webhook.manage", N_("Manage your organization's webhooks"), roles=HIRERS,
                         step_up=True, org=OrgRole.ADMIN)
PING_WEBHOOK = define("organizations.webhook.ping", N_("Send to your organization's webhooks once more"), roles=HIRERS,
                      org=OrgRole.ADMIN)
