"""Decisions drawn for blind re-review."""
import sqlalchemy as sa
from alembic import op

from castingops.core.rls import platform_columns, protect_platform

revision, down_revision = "0016", "0015"

TIME = sa.DateTime(timezone=True)
REVIEWS = "state, reviewer, taken_at, outcome, policy_id, note, reviewed_at, version"


def upgrade() -> None:
    op.execute("create sequence quality_numbers as integer")
    op.execute("grant usage on sequence quality_numbers to castingops_app")
    op.create_table(
        "quality_samples", *platform_columns(), sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False), sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False), sa.Column("reviewer", sa.Uuid()), sa.Column("taken_at", TIME),
        sa.Column("outcome", sa.String()), sa.Column("policy_id", sa.Uuid()), sa.Column("note", sa.String()),
        sa.Column("drawn_at", TIME, nullable=False), sa.Column("reviewed_at", TIME),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["policy_id"], ["policies.id"], ondelete="RESTRICT"),
        sa.UniqueConstraint("decision_id"), sa.UniqueConstraint("number"),
        sa.CheckConstraint("state in ('open', 'done')", name="state"),
        sa.CheckConstraint("outcome in ('approve', 'changes', 'reject')", name="outcome"),
        sa.CheckConstraint("(state = 'done') = (outcome is not null and reviewed_at is not null"
                           " and reviewer is not null)", name="done_whole"))
    op.create_index("ix_quality_samples_open", "quality_samples", ["drawn_at", "id"],
                    postgresql_where=sa.text("state = 'open'"))
    op.create_index("ix_quality_samples_done", "quality_samples", ["reviewed_at", "id"],
                    postgresql_where=sa.text("state = 'done'"))
    op.create_index(None, "quality_samples", ["case_id"])
    op.create_index(None, "quality_samples", ["policy_id"])
    protect_platform(op, "quality_samples", grants=f"select, insert, update ({REVIEWS})")
    keep_reviewers_apart()
    op.create_index("ix_decisions_executed", "decisions", ["executed_at", "id"],
                    postgresql_where=sa.text("executed_at is not null"))
    op.create_table(
        "quality_draws", *platform_columns(), sa.Column("until", TIME, nullable=False),
        sa.Column("considered", sa.Integer(), nullable=False), sa.Column("drawn", sa.Integer(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.CheckConstraint("drawn between 0 and considered", name="drawn"))
    op.create_index("ix_quality_draws_until", "quality_draws", ["until"])
    protect_platform(op, "quality_draws", grants="select, insert")


def keep_reviewers_apart() -> None:
    """Who proposed or approved a decision never re-reviews it, whatever a service says."""
    op.execute("""
        create function quality_samples_by_another() returns trigger language plpgsql as $$
        begin
          if exists (select from decisions where id = new.decision_id
                     and new.reviewer in (decided_by, approver_id)) then
            raise exception 'nobody reviews their own decision'
              using errcode = 'check_violation', constraint = 'ck_quality_samples_by_another',
                    table = 'quality_samples';
          end if;
          return new;
        end $$""")
    op.execute("create trigger by_another before insert or update on quality_samples"
               " for each row when (new.reviewer is not null) execute function quality_samples_by_another()")


def downgrade() -> None:
    op.drop_index("ix_decisions_executed", "decisions")
    op.drop_table("quality_draws")
    op.drop_table("quality_samples")
    op.execute("drop function quality_samples_by_another()")
    op.execute("drop sequence quality_numbers")
