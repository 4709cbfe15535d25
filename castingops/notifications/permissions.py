"""Who may do what with notifications."""
from castingops.core.messages import N_
from castingops.core.permissions import define
from castingops.core.roles import APPS

READ_OWN = define("notifications.inbox.read", N_("Read one's own inbox"), roles=APPS, reads=True,
                  restricted=True, for_ward=True)
MARK_OWN = define("notifications.inbox.mark", N_("Mark messages of one's own inbox as read"), roles=APPS,
                  restricted=True, for_ward=True)
READ_PREFERENCES = define("notifications.preference.read", N_("Read one's own choice of messages"), roles=APPS,
                          reads=True, restricted=True)
CHANGE_PREFERENCES = define("notifications.preference.change", N_("Choose which messages one gets"), roles=APPS,
                            restricted=True)
