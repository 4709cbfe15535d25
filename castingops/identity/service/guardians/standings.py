"""What guardians may do at this moment, in memory for a few seconds beside the account states (ARCHITECTURE §7)."""
import time
from collections import OrderedDict
from threading import Lock
from uuid import UUID

from castingops.core import clock
from castingops.core.db import after_commit
from castingops.identity.queries import guardians as queries
from castingops.identity.rules import guardians as rules
from castingops.identity.types import REVOKED_WITHIN
from castingops.identity.types.guardians import GuardianState, Standing

_SIZE = 5_000
_lock = Lock()
_known: OrderedDict[tuple[UUID, UUID], tuple[float, Standing | None]] = OrderedDict()


def standing_of(guardian_id: UUID, ward_id: UUID) -> Standing | None:
    """What this guardian's acting for this ward rests on, as it was at most five seconds ago; None for nothing.

    The days on which evidence ends and a child comes of age count at once, whatever is remembered.
    """
    key, moment = (guardian_id, ward_id), time.monotonic()
    with _lock:
        seen_at, found = _known.get(key, (moment - 2 * REVOKED_WITHIN, None))
    if moment - seen_at >= REVOKED_WITHIN:
        found = queries.find_standing(guardian_id, ward_id)
        with _lock:
            _known[key] = (moment, found)  # the moment before the look-up: an answer is never older than it says
            _known.move_to_end(key)
            if len(_known) > _SIZE:
                _known.popitem(last=False)
    if found is None or not rules.stands(GuardianState.VERIFIED, expires_on=found.expires_on,
                                         capacity=found.capacity_on, today=clock.today_riyadh()):
        return None
    return found


def forget_after_commit(guardian_id: UUID, ward_id: UUID) -> None:
    """Have the next request look again, once this unit of work is committed."""
    after_commit(lambda: forget(guardian_id, ward_id))


def forget(guardian_id: UUID, ward_id: UUID) -> None:
    """Look again at the next request."""
    with _lock:
        _known.pop((guardian_id, ward_id), None)
