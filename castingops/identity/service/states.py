"""Account states in memory for a few seconds, so that most requests need no look-up (ARCHITECTURE §7)."""
import time
from collections import OrderedDict
from threading import Lock
from uuid import UUID

from castingops.core.db import after_commit
from castingops.identity import queries
from castingops.identity.types import REVOKED_WITHIN, Account

_SIZE = 20_000  # accounts
_lock = Lock()
_known: OrderedDict[UUID, tuple[float, Account | None]] = OrderedDict()


def account_state(user_id: UUID) -> Account | None:
    """The account as it was at most five seconds ago; what this process has changed since, it knows at once."""
    moment = time.monotonic()
    with _lock:
        seen_at, account = _known.get(user_id, (moment - 2 * REVOKED_WITHIN, None))
    if moment - seen_at < REVOKED_WITHIN:
        return account
    account = queries.find_account(user_id)
    with _lock:
        _known[user_id] = (moment, account)  # the moment before the look-up: an answer is never older than it says
        _known.move_to_end(user_id)
        if len(_known) > _SIZE:
            _known.popitem(last=False)
    return account


def has_second_factor(user_id: UUID) -> bool:
    """Whether this account has a second factor, as of at most five seconds ago: no query when it asks right now."""
    account = account_state(user_id)
    return account is not None and account.second_factor


def forget_after_commit(user_id: UUID) -> None:
    """Have the next request of this account look again, once this unit of work is committed."""
    after_commit(lambda: forget(user_id))


def forget(user_id: UUID) -> None:
    """Look again at the next request."""
    with _lock:
        _known.pop(user_id, None)
