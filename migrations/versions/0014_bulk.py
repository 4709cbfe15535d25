"""Bulk jobs and the cases frozen in them."""
import sqlalchemy as sa
from alembic import op

from castingops.core.rls import platform_columns, protect_platform

revision, down_revision = "0014", "0013"

TIME = sa.DateTime(timezone=True)


def required(name: str, kind: sa.types.TypeEngine | None = None) -> sa.Column:
    return sa.Column(name, kind or sa.String(), nullable=False)


def upgrade() -> None:
    op.execute("create sequence bulk_numbers")
    op.execute("grant usage on sequence bulk_numbers to castingops_app")
    create_jobs()
    create_items()


def create_jobs() -> None:
    op.create_table(
        "bulk_jobs", *platform_columns(), required("ref"), required("state"), required("kind"),
        required("total", sa.Integer()), required("left_out", sa.Integer()), sa.Column("act", sa.String()),
        sa.Column("policy_id", sa.Uuid()), sa.Column("queue", sa.String()), required("facts_en"),
        required("facts_ar"), required("note"), required("created_by", sa.Uuid()), required("created_at", TIME),
        sa.Column("started_at", TIME), sa.Column("beat_at", TIME), sa.Column("finished_at", TIME),
        sa.ForeignKeyConstraint(["policy_id"], ["policies.id"], ondelete="RESTRICT"),
        sa.UniqueConstraint("ref"),
        sa.CheckConstraint("state in ('draft', 'running', 'done', 'cancelled')", name="state"),
        sa.CheckConstraint("act in ('approve', 'changes', 'reject', 'queue', 'return', 'note')", name="act"),
        sa.CheckConstraint("state not in ('running', 'done') or (act is not null and started_at is not null)",
                           name="started_whole"),
        sa.CheckConstraint("(state in ('done', 'cancelled')) = (finished_at is not null)", name="finished_whole"))
    op.create_index(None, "bulk_jobs", ["created_by", "id"])
    op.create_index("ix_bulk_jobs_running", "bulk_jobs", ["id"], postgresql_where=sa.text("state = 'running'"))
    protect_platform(op, "bulk_jobs", grants="select, insert, update, delete")


def create_items() -> None:
    op.create_table(
        "bulk_items", *platform_columns(), required("job_id", sa.Uuid()), required("position", sa.Integer()),
        required("case_id", sa.Uuid()), required("version", sa.Integer()), required("revision", sa.Integer()),
        required("result"), required("code"), required("tries", sa.Integer()), sa.Column("decision_id", sa.Uuid()),
        sa.Column("done_at", TIME),
        sa.ForeignKeyConstraint(["job_id"], ["bulk_jobs.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], ondelete="SET NULL"),
        sa.UniqueConstraint("job_id", "case_id"), sa.UniqueConstraint("job_id", "position"),
        sa.CheckConstraint("result in ('pending', 'done', 'conflict', 'denied', 'failed', 'cancelled', 'undone')",
                           name="result"),
        sa.CheckConstraint("(result = 'pending') = (done_at is null)", name="done_whole"))
    op.create_index("ix_bulk_items_pending", "bulk_items", ["job_id", "position"],
                    postgresql_where=sa.text("result = 'pending'"))
    op.create_index(None, "bulk_items", ["case_id"])
    op.create_index(None, "bulk_items", ["decision_id"])
    protect_platform(op, "bulk_items", grants="select, insert, update (result, code, tries, decision_id, done_at)")


def downgrade() -> None:
    op.drop_table("bulk_items")
    op.drop_table("bulk_jobs")
    op.execute("drop sequence bulk_numbers")
