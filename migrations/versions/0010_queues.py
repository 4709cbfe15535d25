"""Leases with a token and their history, queues with rules, saved views, clocks that stand still, holidays."""
from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from castingops.core.rls import platform_columns, protect_platform

revision, down_revision = "0010", "0009"

TIME = sa.DateTime(timezone=True)
OPEN = sa.text("state = 'open'")
FREE = sa.text("state = 'open' and assigned_to is null")
INDEXES = {
    "ix_cases_free": (["queue_rank", "due_at", "id"], FREE),
    "ix_cases_free_queue": (["queue", "queue_rank", "due_at", "id"], FREE),
    "ix_cases_queue_kind": (["kind", "queue_rank", "due_at", "id"], OPEN),
    "ix_cases_queue_code": (["queue", "queue_rank", "due_at", "id"], OPEN),
    "ix_cases_leased": (["lease_until", "id"], sa.text("lease_token is not null")),
    "ix_cases_paused": (["due_at", "id"], sa.text("state = 'open' and paused_at is not null")),
    "ix_cases_pending": (["queue_rank", "due_at", "id"], sa.text("state = 'pending'")),
}
LEASE_ENDS = "ended_at, ended_how, ended_by, reason, seen_at"


def required(name: str, kind: sa.types.TypeEngine | None = None, **options: str) -> sa.Column:
    return sa.Column(name, kind or sa.String(), nullable=False, **options)


def upgrade() -> None:
    lease_cases()
    create_leases()
    create_queues()
    create_views()
    create_holidays()


def lease_cases() -> None:
    """Who had taken a case before leases holds it no longer: nobody knows whether they still work on it."""
    op.execute("select set_config('app.kind', 'system', true)")  # the owner is bound by the policies too
    for column in (sa.Column("lease_token", sa.Uuid()), sa.Column("lease_until", TIME), sa.Column("paused_at", TIME),
                   required("paused_seconds", sa.Integer(), server_default="0"),
                   required("queue", server_default="general"),
                   required("due_reasons", JSONB(), server_default="[]")):
        op.add_column("cases", column)
    op.execute("update cases set assigned_to = null where state = 'open' and assigned_to is not null")
    op.create_check_constraint(
        "lease_whole", "cases", "(lease_token is null) = (lease_until is null) and case when state = 'open'"
        " then (assigned_to is null) = (lease_token is null) else lease_token is null end")
    for name, (columns, where) in INDEXES.items():
        op.create_index(name, "cases", columns, postgresql_where=where)


def create_leases() -> None:
    op.create_table(
        "case_leases", *platform_columns(), required("case_id", sa.Uuid()), required("token", sa.Uuid()),
        required("holder_id", sa.Uuid()), required("how"), required("started_at", TIME), sa.Column("ended_at", TIME),
        sa.Column("ended_how", sa.String()), sa.Column("ended_by", sa.Uuid()), required("reason", server_default=""),
        sa.Column("seen_at", TIME),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], ondelete="CASCADE"), sa.UniqueConstraint("token"),
        sa.CheckConstraint("how in ('next', 'opened', 'taken', 'taken_over')", name="how"),
        sa.CheckConstraint("ended_how in ('released', 'expired', 'taken_over', 'decided', 'withdrawn')",
                           name="ended_how"),
        sa.CheckConstraint("(ended_at is null) = (ended_how is null)", name="ended_whole"),
        sa.CheckConstraint("ended_how is distinct from 'taken_over' or (ended_by is not null and reason <> '')",
                           name="taken_over_by_someone"))
    op.create_index(None, "case_leases", ["case_id", "id"])
    op.create_index("ix_case_leases_untold", "case_leases", ["holder_id", "ended_at"],
                    postgresql_where=sa.text("ended_how = 'taken_over' and seen_at is null"))
    protect_platform(op, "case_leases", grants=f"select, insert, update ({LEASE_ENDS})")


# code, position, English, Arabic, kind, minor; the last takes what is left
QUEUES = [
    ("appeals", 1, "Appeals", "الاعتراضات", "appeal", None),
    ("minors", 2, "Minors", "القُصّر", "", True),
    ("reports", 3, "Reports", "البلاغات", "report", None),
    ("photos", 4, "Photos", "الصور", "photo", None),
    ("general", 100, "General", "العامة", "", None),
]


def create_queues() -> None:
    table = op.create_table(
        "queues", *platform_columns(), required("code"), required("title_en"), required("title_ar"),
        required("position", sa.Integer()), required("kind"), required("language"), sa.Column("minor", sa.Boolean()),
        required("priority_from", sa.Integer()), required("roles", JSONB()), required("is_default", sa.Boolean()),
        required("version", sa.Integer()), required("created_at", TIME), sa.Column("retired_at", TIME),
        sa.UniqueConstraint("code"),
        sa.CheckConstraint("language in ('', 'en', 'ar', 'both')", name="language"),
        sa.CheckConstraint("priority_from between 0 and 200", name="priority_from"),
        sa.CheckConstraint("not is_default or (kind = '' and language = '' and minor is null and priority_from = 0"
                           " and retired_at is null)", name="default_takes_all"))
    op.create_index("ix_queues_default", "queues", ["is_default"], unique=True,
                    postgresql_where=sa.text("is_default"))
    made = {"language": "", "priority_from": 0, "roles": [], "version": 1,
            "created_at": datetime(2026, 11, 20, tzinfo=UTC)}
    op.bulk_insert(table, [
        {"code": code, "position": position, "title_en": english, "title_ar": arabic, "kind": kind, "minor": minor,
         "is_default": code == "general", **made} for code, position, english, arabic, kind, minor in QUEUES])
    protect_platform(op, "queues", grants="select, insert, update")
    op.execute("update cases set queue = 'minors' where minor and state = 'open'")


def create_views() -> None:
    op.create_table(
        "saved_views", *platform_columns(), required("owner_id", sa.Uuid()), required("name"),
        required("query", JSONB()), required("shared", sa.Boolean()), required("created_at", TIME),
        sa.UniqueConstraint("owner_id", "name"))
    op.create_index("ix_saved_views_shared", "saved_views", ["name", "id"], postgresql_where=sa.text("shared"))
    protect_platform(op, "saved_views", grants="select, insert, update, delete")


FOUNDING = ("Founding Day", "يوم التأسيس")
NATIONAL = ("National Day", "اليوم الوطني")
FITR = ("Eid al-Fitr holiday", "إجازة عيد الفطر")
ADHA = ("Eid al-Adha holiday", "إجازة عيد الأضحى")
# The Eids are four days each (Labour Law regulations, article 24: from the day after 29 Ramadan, and from Arafah day)
# by the Umm al-Qura calendar: the sighting may move them.
HOLIDAYS = [
    (date(2026, 2, 22), 1, FOUNDING), (date(2026, 3, 19), 4, FITR), (date(2026, 5, 26), 4, ADHA),
    (date(2026, 9, 23), 1, NATIONAL), (date(2027, 2, 22), 1, FOUNDING), (date(2027, 3, 9), 4, FITR),
    (date(2027, 5, 15), 4, ADHA), (date(2027, 9, 23), 1, NATIONAL),
]


def create_holidays() -> None:
    table = op.create_table(
        "holidays", *platform_columns(), required("day", sa.Date()), required("title_en"), required("title_ar"),
        required("moves", sa.Boolean()), required("created_at", TIME), sa.UniqueConstraint("day"))
    op.bulk_insert(table, [
        {"day": first + timedelta(days=n), "title_en": title[0], "title_ar": title[1], "moves": title in (FITR, ADHA),
         "created_at": datetime(2026, 11, 20, tzinfo=UTC)} for first, days, title in HOLIDAYS for n in range(days)])
    protect_platform(op, "holidays", grants="select, insert, update, delete")


def downgrade() -> None:
    for table in ("holidays", "saved_views", "queues", "case_leases"):
        op.drop_table(table)
    for name in INDEXES:
        op.drop_index(name, "cases")
    op.drop_constraint("ck_cases_lease_whole", "cases")
    for column in ("due_reasons", "queue", "paused_seconds", "paused_at", "lease_until", "lease_token"):
        op.drop_column("cases", column)
