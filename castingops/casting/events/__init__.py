"""What happens in casting. Ids and codes only: an event outlives the erasure of a person."""
from castingops.casting.events.profiles import (
    MinorityStated,
    ProfileApproved,
    ProfileChangesRequested,
    ProfileRejected,
    ProfileSubmitted,
    ProfileVisibilityChosen,
)

__all__ = [
    "MinorityStated", "ProfileApproved", "ProfileChangesRequested", "ProfileRejected", "ProfileSubmitted",
    "ProfileVisibilityChosen",
]
