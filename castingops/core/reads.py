"""Fast lists: SQL compiled once, run with its scope in one round trip, rows straight to structs (performance.md §1)."""
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Generic, TypeVar, cast

import psycopg
from flask import current_app
from psycopg import OperationalError
from psycopg.rows import args_row, tuple_row
from psycopg_pool import ConnectionPool
from sqlalchemy import Select
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from castingops.core.actor import Actor
from castingops.core.errors import MembershipStale, Unavailable
from castingops.core.rls import FENCE, MEMBERSHIP_STALE, scope_of

RowT = TypeVar("RowT")
Asked = tuple[str, dict[str, Any], Any]  # a statement, its values, how its rows are made
_DIALECT = PGDialect_psycopg()  # type: ignore[no-untyped-call]
_BIND_TO_ACTOR = (
    "select set_config('app.kind', %(kind)s, true), set_config('app.user_id', %(user_id)s, true),"
    " set_config('app.subject_id', %(subject_id)s, true), set_config('app.org_id', %(org_id)s, true),"
    " set_config('transaction_read_only', %(read_only)s, true)"
)
_BIND_TO_MEMBER = f"{_BIND_TO_ACTOR}, {FENCE.format(org_id='%(org_id)s', stamp='%(stamp)s')}"


def open_pool(url: str, *, size: int, timeout: float = 20.0) -> ConnectionPool:
    """A pool of `size` autocommit connections, opened at first use: its threads do not survive a fork."""
    return ConnectionPool(url, min_size=1, max_size=size, timeout=timeout, kwargs={"autocommit": True}, open=False)


class Read(Generic[RowT]):
    """A select that runs as an actor and makes one `row` of each result, by position.

    The statement passes its org or subject itself: row level security guards, but only an explicit condition lets the
    planner use the index. Its LIMIT is a literal, so that the plan is kept. It has a connection of its own: what this
    unit of work has written, it does not see.
    """

    def __init__(self, statement: Select[*tuple[Any, ...]], row: type[RowT]) -> None:
        compiled = statement.compile(dialect=_DIALECT)
        self.sql = str(compiled)
        self._fixed = {name: value for name, value in compiled.params.items() if value is not None}  # its own constants
        self._row_factory = args_row(row)

    def __call__(self, actor: Actor, **values: object) -> list[RowT]:
        """All rows for these bind values, seen as `actor`.

        Errors: Unavailable when no connection comes free; MembershipStale for a member's rank of before a change.
        """
        return _in_one_trip(actor, self.asking(**values), read_only=True)[0]

    def asking(self, **values: object) -> Asked:
        """This read with its bind values, for `read_together`."""
        return self.sql, self._fixed | values, self._row_factory


def read_together(actor: Actor, *asked: Asked) -> list[list[Any]]:
    """The rows of several reads, seen as `actor`, in one round trip. Errors: Unavailable."""
    return _in_one_trip(actor, *asked, read_only=True)


def write_in_one_trip(actor: Actor, sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    """One statement that is a whole transaction by itself, with its scope in one round trip; the rows it returns.

    For the kit's own bookkeeping, where nothing else belongs to the change. Errors: Unavailable.
    """
    return _in_one_trip(actor, (sql, values, tuple_row), read_only=False)[0]


def _in_one_trip(actor: Actor, *asked: Asked, read_only: bool) -> list[list[Any]]:
    pool = cast(ConnectionPool, current_app.extensions["reads"])
    if pool.closed:
        pool.open()
    bind = _BIND_TO_MEMBER if actor.org_stamp else _BIND_TO_ACTOR
    try:
        with pool.connection() as connection, _closed_by_errors(connection):
            with connection.pipeline():  # one Sync, hence one implicit transaction
                connection.execute(bind, scope_of(actor, read_only=read_only))
                cursors = [connection.cursor(row_factory=row).execute(sql, values) for sql, values, row in asked]
            return [cursor.fetchall() for cursor in cursors]  # after the pipeline: inside it costs a second Sync
    except OperationalError as error:  # no connection in time, or one that broke
        raise Unavailable(retry_after=2) from error
    except psycopg.Error as error:
        if error.sqlstate == MEMBERSHIP_STALE:
            raise MembershipStale from error
        raise


@contextmanager
def _closed_by_errors(connection: psycopg.Connection) -> Iterator[None]:
    """An error inside a pipeline also drops what was to be prepared behind it, of which the client thinks that it is
    there: such a connection is not used again."""
    try:
        yield
    except psycopg.Error:
        connection.close()
        raise
