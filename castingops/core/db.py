"""The database: declarative base, ambient session, and the only place that commits."""
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from flask_sqlalchemy import SQLAlchemy
from psycopg import errors as pg
from psycopg.types.json import set_json_loads
from sqlalchemy import Connection, DateTime, ForeignKey, MetaData, event, func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, SessionTransaction, mapped_column
from sqlalchemy.orm.exc import StaleDataError

from castingops.core.actor import Actor
from castingops.core.errors import Conflict, DomainError, MembershipStale, Unavailable, Unstorable, for_constraint
from castingops.core.privacy import IMPERSONAL
from castingops.core.rls import FENCE, MEMBERSHIP_STALE, scope_of


class Base(DeclarativeBase):
    """Every table's base: constraints are named by rule, and every datetime carries its zone."""

    metadata = MetaData(naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    })
    type_annotation_map = {datetime: DateTime(timezone=True)}


class PlatformOwned:
    """Columns of a row of the house itself. Mirrors `rls.platform_columns`."""

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=func.uuidv7(), info=IMPERSONAL)


class OrgOwned:
    """Columns of a row that belongs to one organization. Mirrors `rls.org_columns`."""

    org_id: Mapped[UUID] = mapped_column(primary_key=True, info=IMPERSONAL)
    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=func.uuidv7(), info=IMPERSONAL)


class PersonOwned:
    """Columns of a row that belongs to one data subject. Mirrors `rls.person_columns`."""

    subject_id: Mapped[UUID] = mapped_column(
        ForeignKey("subjects.id", ondelete="CASCADE"), primary_key=True, info=IMPERSONAL)
    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=func.uuidv7(), info=IMPERSONAL)


class MixedOwned:
    """Columns of a row that may belong to an organization, a subject, both or neither. Mirrors `rls.mixed_columns`."""

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=func.uuidv7(), info=IMPERSONAL)
    org_id: Mapped[UUID | None] = mapped_column(info=IMPERSONAL)
    subject_id: Mapped[UUID | None] = mapped_column(info=IMPERSONAL)


db = SQLAlchemy(metadata=Base.metadata, disable_autonaming=True)
set_json_loads(msgspec.json.decode)  # for every jsonb column read outside SQLAlchemy

_UNSTORABLE = (pg.CharacterNotInRepertoire, pg.UntranslatableCharacter, pg.NumericValueOutOfRange)

_BIND = (
    "select set_config('app.kind', :kind, true), set_config('app.user_id', :user_id, true),"
    " set_config('app.subject_id', :subject_id, true), set_config('app.org_id', :org_id, true),"
    " set_config('transaction_read_only', :read_only, true)"
)
_BIND_TO_ACTOR = text(_BIND)
_BIND_TO_MEMBER = text(f"{_BIND}, {FENCE.format(org_id=':org_id', stamp=':stamp')}")


@event.listens_for(db.session, "after_begin")
def _bind_to_actor(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    """Tell PostgreSQL who acts, once per transaction. A savepoint inherits it.

    For a member the same statement asks whether the rank they come with still stands.
    """
    if "scope" not in session.info:
        raise RuntimeError("no unit of work is open: wrap this in core.db.unit_of_work")
    scope = session.info["scope"]
    if not transaction.nested:
        connection.execute(_BIND_TO_MEMBER if scope["stamp"] else _BIND_TO_ACTOR, scope)


@contextmanager
def unit_of_work(actor: Actor, *, read_only: bool = False) -> Iterator[Session]:
    """One transaction for one request or task: committed when the block ends, rolled back if it raises.

    A DomainError whose class says `commits` commits first and is raised then.
    Errors: RuntimeError when one is open already; the domain error of a constraint that fired; Conflict when a row
    changed under us; MembershipStale when a member's rank was read before it changed; Unstorable for a text or number
    that no column holds; Unavailable when the database is out of reach, out of connections or slow with a lock.
    """
    current = db.session()
    if current.info:
        raise RuntimeError("a unit of work is already open")
    current.info.update(scope=scope_of(actor, read_only=read_only), after_commit=[])
    try:
        yield current
        callbacks = _commit(current)
    except DomainError as refusal:
        if not refusal.commits:
            raise
        for callback in _commit(current):
            callback()
        raise
    except (DBAPIError, StaleDataError, PoolTimeout, UnicodeEncodeError, pg.DataError) as error:
        meaning = _meaning_of(error)
        if meaning is None:
            raise
        raise meaning from error
    finally:
        current.info.clear()
        current.close()
    for callback in callbacks:
        callback()


@contextmanager
def entered(actor: Actor, subject_id: UUID) -> Iterator[Actor]:
    """Staff or system at work in one person's rows, for as long as the block lasts, in the open transaction.

    Pending changes are written before each switch, so that every row meets the policy of its own scope.
    Errors: NotFound for a person naming another.
    """
    inside = actor.entering(subject_id)
    with _bound(inside):
        yield inside


@contextmanager
def entered_org(actor: Actor, org_id: UUID) -> Iterator[Actor]:
    """As `entered`, at work in one organization. Errors: NotFound for a member of another."""
    inside = actor.within(org_id)
    with _bound(inside):
        yield inside


@contextmanager
def _bound(inside: Actor) -> Iterator[None]:
    """The open transaction in this actor's scope, for as long as the block lasts."""
    before = session().info["scope"]
    wanted = scope_of(inside, read_only=before["read_only"] == "on")
    if wanted == before:  # in it already
        yield
        return
    _rebind(wanted)
    try:
        yield
    except DomainError:
        _rebind(before)  # a refusal may be shown and the transaction go on; anything else rolls back
        raise
    _rebind(before)


@contextmanager
def savepoint() -> Iterator[None]:
    """A part of the open transaction that may fail by itself: what it wrote is gone then, and the rest goes on.

    Errors: as `unit_of_work`, raised after it was taken back.
    """
    current = session()
    scope, waiting = current.info["scope"], len(current.info["after_commit"])
    try:
        with current.begin_nested():
            yield
    except Exception as error:
        current.info["scope"] = scope  # the database took its own back with the savepoint
        del current.info["after_commit"][waiting:]
        meaning = _meaning_of(error)
        if meaning is None:
            raise
        raise meaning from error


@contextmanager
def together() -> Iterator[None]:
    """Rows that `add_row` is given inside are written by one statement when the block ends: for a use case of staff or
    system that leaves many traces. A block inside a block belongs to it. What raises writes none of them.
    """
    info = session().info
    if "together" in info:
        yield
        return
    info["together"] = []
    try:
        yield
        rows = info["together"]
    finally:
        del info["together"]
    if rows:
        session().flush()
        _write(rows)


def add_row(table: str, row: dict[str, Any]) -> bool:
    """Leave a row for the open `together` block; False when there is none, and the caller writes it now.

    Values are plain: text, numbers, ids, moments, JSON; bytes as PostgreSQL spells them. Every row of a table names
    the same columns.
    """
    waiting = session().info.get("together")
    if waiting is None:
        return False
    waiting.append((table, row))
    return True


def add_change(sql: str, values: dict[str, Any]) -> bool:
    """Leave an update or delete for the open `together` block, where nobody needs to know what it met; False when there
    is none. Its placeholders are named %(…)s and differ from everybody else's in the block.
    """
    waiting = session().info.get("together")
    if waiting is None:
        return False
    waiting.append((sql, values))
    return True


def plain_row(row: Base) -> dict[str, Any]:
    """A new entity as `add_row` takes it: every column that was given a value, as the database reads it."""
    state = row.__dict__
    return {column.name: state[column.name] for column in row.__table__.columns if column.name in state}


def _write(waiting: list[tuple[str, dict[str, Any]]]) -> None:
    """One statement for rows of several tables; foreign keys are asked when it ends, so their order is free."""
    parts: list[str] = []
    values: dict[str, Any] = {}
    by_table: dict[str, list[dict[str, Any]]] = {}
    for name, row in waiting:
        if " " in name:
            parts.append(f"change_{len(parts)} as ({name})")
            values |= row
        else:
            by_table.setdefault(name, []).append(row)
    for table, rows in by_table.items():  # names of ours, never anybody's input
        columns = ", ".join(rows[0])
        parts.append(f"{table}_rows as (insert into {table} ({columns})"  # noqa: S608
                     f" select {columns} from jsonb_populate_recordset(null::{table}, %({table})s::jsonb))")
        values[table] = msgspec.json.encode(rows).decode()
    tell = "pg_notify('outbox', '')" if "outbox" in by_table else "1"
    session().connection().exec_driver_sql(f"with {', '.join(parts)} select {tell}", values)


def session() -> Session:
    """The session of the open unit of work."""
    return db.session()


def save(row: Base) -> None:
    """Write `row` now, so that its id is known and its constraints have spoken."""
    session().add(row)
    session().flush()


def hold(name: str) -> None:
    """Have what `name` stands for to oneself until the transaction ends: whoever else asks waits."""
    session().execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))


def after_commit(callback: Callable[[], Any]) -> None:
    """Run `callback` once this unit of work is committed; forget it if it is rolled back."""
    session().info["after_commit"].append(callback)


def _commit(current: Session) -> list[Callable[[], Any]]:
    if current.in_transaction():  # fast reads never open one
        current.commit()
    callbacks: list[Callable[[], Any]] = current.info["after_commit"]
    return callbacks


def _rebind(scope: dict[str, str]) -> None:
    current = session()
    current.flush()
    current.info["scope"] = scope
    current.execute(_BIND_TO_ACTOR, scope)


def _meaning_of(error: Exception) -> DomainError | MembershipStale | None:
    if isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) == MEMBERSHIP_STALE:
        return MembershipStale()
    if isinstance(error, StaleDataError):  # another transaction moved the row's version on
        return Conflict()
    if isinstance(error, IntegrityError) and isinstance(error.orig, pg.IntegrityError):
        return for_constraint(error.orig.diag.constraint_name)
    if isinstance(error, PoolTimeout | OperationalError):
        return Unavailable(retry_after=2)
    return Unstorable() if _is_unstorable(error) else None


def _is_unstorable(error: Exception) -> bool:
    """Whether PostgreSQL, or its driver before it, cannot hold what was sent: half a surrogate pair, U+0000, a number
    beyond its column. Rules say it better; this is for what none of them thought of."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, UnicodeEncodeError):
        return True
    return isinstance(cause, _UNSTORABLE) or (isinstance(cause, pg.DataError) and cause.sqlstate is None)
