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
