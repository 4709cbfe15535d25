"""Who may do what with consents."""
from castingops.core.messages import N_
from castingops.core.permissions import define
from castingops.core.roles import APPS

READ_OWN = define("consent.consent.read", N_("Read your own consents"), roles=APPS, reads=True, restricted=True,
                  for_ward=True)
# also while suspended or banned: the right to withdraw a consent does not end with the account's other rights
CHANGE_OWN = define("consent.consent.change", N_("Give and withdraw your own consents"), roles=APPS, restricted=True,
                    for_ward=True)
