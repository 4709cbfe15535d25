"""Who may do what with photos."""
from castingops.core.messages import N_
from castingops.core.permissions import define
from castingops.core.roles import AppRole

OWN = [AppRole.TALENT, AppRole.GUARDIAN]

READ_OWN = define("media.own_photo.read", N_("See one's own photos"), roles=OWN, reads=True, for_ward=True)
CHANGE_OWN = define("media.own_photo.change", N_("Add and remove one's own photos"), roles=OWN, for_ward=True)
