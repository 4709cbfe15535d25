"""Who sees what the directory tells, and who acts on it (reliability.md §3: accounts are the administrators')."""
from castingops.core.messages import N_
from castingops.core.permissions import define
from castingops.core.roles import AppRole, StaffRole

JOIN = define("directory.person.join", N_("Join what one's company's directory has named one for"),
              roles=[AppRole.HIRER])
READ = define("directory.message.read", N_("See what the directory of people tells us"), reads=True,
              roles=[StaffRole.ADMIN, StaffRole.SUPPORT, StaffRole.AUDITOR])
EXPORT = define("directory.message.export", N_("Take the directory's messages out as a file"),
                roles=[StaffRole.ADMIN, StaffRole.AUDITOR], reads=True)
SETTLE = define("directory.message.settle", N_("Repeat the directory's messages, or set them aside"),
                roles=[StaffRole.ADMIN], step_up=True)
