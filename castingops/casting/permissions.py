"""Who may do what with talent profiles. Deciding on them is moderation's."""
from castingops.core.messages import N_
from castingops.core.permissions import define
from castingops.core.roles import APPS, AppRole

OWN = [AppRole.TALENT, AppRole.GUARDIAN]

READ_OWN = define("casting.own_profile.read", N_("See one's own talent profile"), roles=OWN, reads=True, for_ward=True)
CHANGE_OWN = define("casting.own_profile.change", N_("Write and submit one's own talent profile"), roles=OWN,
                    for_ward=True)
READ_PUBLISHED = define("casting.published_profile.read", N_("See published talent profiles"), roles=APPS, reads=True,
                        for_ward=True)
