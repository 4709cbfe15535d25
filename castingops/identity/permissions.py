"""Who may do what with accounts."""
from castingops.core.messages import N_
from castingops.core.permissions import define
from castingops.core.roles import APPS

READ_OWN = define("identity.me.read", N_("Read your own account"), roles=APPS, reads=True, restricted=True)
CHANGE_OWN = define("identity.me.change", N_("Change your own account"), roles=APPS, restricted=True)
READ_IDENTITIES = define("identity.identities.read", N_("Read which accounts elsewhere sign you in"), roles=APPS,
                         reads=True, restricted=True)
LINK_IDENTITY = define("identity.identities.link", N_("Link an account elsewhere with your own"), roles=APPS,
                       restricted=True)
UNLINK_IDENTITY = define("identity.identities.unlink", N_("Unlink an account elsewhere from your own"), roles=APPS,
                         restricted=True)
