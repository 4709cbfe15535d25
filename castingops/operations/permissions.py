"""Who sees the home page, the state of the machinery, and who sends messages again (reliability.md §3)."""
from castingops.core.messages import N_
from castingops.core.permissions import define
from castingops.core.roles import STAFF, StaffRole

HOME = define("operations.home.read", N_("See the home page"), roles=STAFF, reads=True)
HEALTH = define("operations.health.read", N_("See how jobs and messages stand"), reads=True,
                roles=[StaffRole.AUDITOR, StaffRole.ADMIN])
REPLAY = define("operations.letter.replay", N_("Send failed messages again"), roles=[StaffRole.ADMIN], step_up=True)
