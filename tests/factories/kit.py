"""A tenant table, a person table and a platform table made with the kit alone, for tests that need no feature."""
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from unittest.mock import patch
from uuid import UUID

import psycopg
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Column, String, create_engine

from castingops.core import events, jobs, rls

TABLES = ("probe_org", "probe_person", "probe_platform", "probe_published")


@dataclass(frozen=True)
class Probe:
    """Two organizations and two subjects, each with one row in its table."""

    own_org: UUID
    other_org: UUID
    own_subject: UUID
    other_subject: UUID


def make_tables(owner_url: str) -> None:
    """Create the probe tables as the owner, protected by the kit's helpers."""
    engine = create_engine(owner_url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        op = Operations(MigrationContext.configure(connection))
        verbs = "select, insert, update, delete"
        op.create_table("probe_org", *rls.org_columns(), Column("body", String(), nullable=False))
        rls.protect_org(op, "probe_org", grants=verbs)
        op.create_table("probe_person", *rls.person_columns(), Column("body", String(), nullable=False))
        rls.protect_person(op, "probe_person", grants=verbs)
        op.create_table("probe_platform", *rls.platform_columns(), Column("body", String(), nullable=False))
        rls.protect_platform(op, "probe_platform", grants=verbs)
        op.create_table("probe_published", *rls.platform_columns(), Column("body", String(), nullable=False))
        rls.protect_published(op, "probe_published", grants=verbs)
    engine.dispose()


@contextmanager
def own_listeners() -> Iterator[None]:
    """Handlers and jobs that are added while inside are gone afterwards: the house's own are all that others see."""
    with ExitStack() as stack:
        stack.enter_context(patch.dict(events._TYPES))
        stack.enter_context(patch.dict(events._HANDLERS))
        stack.enter_context(patch.dict(jobs._JOBS))
        yield


@contextmanager
def probe_tables(owner_url: str, superuser: psycopg.Connection) -> Iterator[Probe]:
    """The tables and their rows while inside."""
    make_tables(owner_url)
    try:
        yield _fill(superuser)
    finally:
        for table in TABLES:
            superuser.execute(f"drop table if exists {table}")


def _fill(superuser: psycopg.Connection) -> Probe:
    orgs = [_one(superuser, "insert into probe_org (org_id, body) values (uuidv7(), 'row') returning org_id")
            for _ in range(2)]
    subjects = [_one(superuser, "insert into subjects (created_at) values (now()) returning id") for _ in range(2)]
    for subject in subjects:
        superuser.execute("insert into probe_person (subject_id, body) values (%s, 'row')", [subject])
    for table in ("probe_platform", "probe_published"):
        superuser.execute(f"insert into {table} (body) values ('row')")
    return Probe(orgs[0], orgs[1], subjects[0], subjects[1])


def _one(superuser: psycopg.Connection, statement: str) -> UUID:
    row = superuser.execute(statement).fetchone()
    assert row
    value: UUID = row[0]
    return value
