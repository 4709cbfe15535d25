"""The relay: moves outbox rows to the queue, at least once. Any number may run side by side."""
from collections.abc import Callable
from threading import Event as Flag
from time import monotonic

import psycopg
import structlog

from castingops.core.outbox import CHANNEL, KEPT

log = structlog.get_logger(__name__)

Push = Callable[[str, list[str], str], None]  # queue, ids, name of the first row (a job's limit depends on it)

# A mark lost with a crashed database sends its row again, which receipts allow for: nobody waits for the disk.
_AS_SYSTEM = "select set_config('app.kind', 'system', false), set_config('synchronous_commit', 'off', false)"
# By status, never by a high-water mark: a transaction that commits late would be skipped for ever.
_CLAIM = """
select id::text, queue, name from outbox where status = 'pending' and not_before <= clock_timestamp()
order by id limit %s for update skip locked"""
_MARK = """
update outbox set status = 'sent', sent_at = clock_timestamp() where id = any(%s::uuid[]) and status = 'pending'"""
# What was sent and never handled (a wiped Redis, a lost worker) goes out again; receipts keep effects single.
_SWEEP = """
update outbox set status = 'pending'
where status = 'sent' and sent_at < clock_timestamp() - make_interval(secs => %s)"""
_CLEAN = "delete from outbox where status = 'done' and sent_at < clock_timestamp() - make_interval(secs => %s)"
_CLEAN_RECEIPTS = "delete from receipts where handled_at < clock_timestamp() - make_interval(secs => %s)"
_NEXT = "select extract(epoch from min(not_before) - clock_timestamp()) from outbox where status = 'pending'"

SWEEP_EVERY = 30.0  # seconds


def relay_batch(connection: psycopg.Connection, push: Push, *, size: int = 500, chunk: int = 50) -> int:
    """Push up to `size` waiting rows, up to `chunk` ids a message; returns how many.

    Dying between push and mark leaves the rows pending: they go out again, and consumers deduplicate. A consumer that
    is faster than the mark waits for the row's lock, which this transaction holds.
    """
    with connection.transaction():
        rows = connection.execute(_CLAIM, [size]).fetchall()
        for queue, ids, name in _messages(rows, chunk):
            push(queue, ids, name)
        if rows:
            connection.execute(_MARK, [[row_id for row_id, _, _ in rows]])
    return len(rows)


def sweep(connection: psycopg.Connection, *, redeliver_seconds: int) -> int:
    """Send again what was sent and not handled for `redeliver_seconds`, and drop what was handled long ago."""
    sent_again = connection.execute(_SWEEP, [redeliver_seconds]).rowcount
    connection.execute(_CLEAN, [KEPT.total_seconds()])
    connection.execute(_CLEAN_RECEIPTS, [2 * KEPT.total_seconds()])
    return sent_again


def relay_until(stop: Flag, url: str, push: Push, *, poll_seconds: float = 5.0, redeliver_seconds: int = 960) -> None:
    """Relay until `stop` is set: woken by NOTIFY, and by a slow poll for what a lost wake-up or a pause left.

    A database or broker that is away is waited for; what it interrupted stays pending.
    """
    while not stop.is_set():
        try:
            _relay_connected(stop, url, push, poll_seconds, redeliver_seconds)
        except Exception as error:  # psycopg's or the broker's own, whichever is away
            log.warning("relay.waits", exc_info=error)
            stop.wait(poll_seconds)


def _relay_connected(stop: Flag, url: str, push: Push, poll_seconds: float, redeliver_seconds: int) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(_AS_SYSTEM)
        connection.execute(f"listen {CHANNEL}")  # before the first look, or a row between is missed
        swept = 0.0
        while not stop.is_set():
            if monotonic() - swept > SWEEP_EVERY:
                sweep(connection, redeliver_seconds=redeliver_seconds)
                swept = monotonic()
            if relay_batch(connection, push) == 0:
                list(connection.notifies(timeout=_patience(connection, poll_seconds), stop_after=1))


def _patience(connection: psycopg.Connection, poll_seconds: float) -> float:
    """Seconds to wait for a wake-up: no longer than until the next retry is due."""
    row = connection.execute(_NEXT).fetchone()
    due = float(row[0]) if row and row[0] is not None else poll_seconds
    return min(max(due, 0.05), poll_seconds)


def _messages(rows: list[tuple[str, str, str]], chunk: int) -> list[tuple[str, list[str], str]]:
    """Rows as messages: events of one queue together, each job alone, since its time limit is its own."""
    by_queue: dict[str, list[str]] = {}
    messages: list[tuple[str, list[str], str]] = []
    for row_id, queue, name in rows:
        if name.startswith("job."):
            messages.append((queue, [row_id], name))
        else:
            by_queue.setdefault(queue, []).append(row_id)
    for queue, ids in by_queue.items():
        messages += [(queue, ids[start:start + chunk], "") for start in range(0, len(ids), chunk)]
    return messages
