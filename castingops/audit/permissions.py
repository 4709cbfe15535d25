"""Who may look at the trail. How much of it a reader sees is `rules.scope_of`'s to say (reliability.md §3).

Auditor, compliance officer and admin read everything; a senior moderator the acts of moderators and their own;
moderator, support and finance their own.
"""
from castingops.core.messages import N_
from castingops.core.permissions import define
from castingops.core.roles import STAFF, StaffRole

READ = define("audit.entry.read", N_("Read the audit trail"), roles=STAFF, reads=True)
EXPORT = define("audit.entry.export", N_("Export the audit trail"), reads=True, step_up=True,
                roles=[StaffRole.AUDITOR, StaffRole.COMPLIANCE_OFFICER, StaffRole.ADMIN])
VERIFY = define("audit.trail.verify", N_("See whether the audit trail holds"), reads=True,
                roles=[StaffRole.AUDITOR, StaffRole.COMPLIANCE_OFFICER])
