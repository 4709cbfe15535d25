"""Who may do what with accounts."""
from castingops.core.messages import N_
from castingops.core.permissions import define
from castingops.core.roles import APPS

READ_OWN = define("identity.me.read", N_("Read your own account"), roles=APPS, reads=True, restricted=True)
CHANGE_OWN = define("identity.me.change", N_("Change your own account"), roles=APPS, restricted=True)
