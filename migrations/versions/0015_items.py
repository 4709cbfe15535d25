"""Compliance items and their histories."""
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from castingops.core.rls import platform_columns, protect_platform

revision, down_revision = "0015", "0014"

TIME = sa.DateTime(timezone=True)
LIVE = sa.text("state in ('open', 'in_progress', 'waiting')")
CLOSED = sa.text("state in ('resolved', 'dismissed')")


def required(name: str, kind: sa.types.TypeEngine | None = None) -> sa.Column:
    return sa.Column(name, kind or sa.String(), nullable=False)


def upgrade() -> None:
    op.execute("create sequence item_numbers")
    op.execute("grant usage on sequence item_numbers to castingops_app")
    create_items()
    op.create_table(
        "compliance_item_events", *platform_columns(), required("item_id", sa.Uuid()), required("kind"),
        sa.Column("actor_id", sa.Uuid()), sa.Column("before", sa.String()), sa.Column("after", sa.String()),
        required("reason"), required("created_at", TIME),
        sa.ForeignKeyConstraint(["item_id"], ["compliance_items.id"], ondelete="CASCADE"))
    op.create_index(None, "compliance_item_events", ["item_id", "id"])
    protect_platform(op, "compliance_item_events", grants="select, insert, update (reason)")


def create_items() -> None:
    op.create_table(
        "compliance_items", *platform_columns(), required("ref"), required("kind"),
        sa.Column("subject_id", sa.Uuid()), required("entity"), required("entity_id", sa.Uuid()), required("state"),
        sa.Column("owner", sa.Uuid()), required("reason"), required("evidence", JSONB()), required("opened_by"),
        required("due_at", TIME), sa.Column("paused_at", TIME), sa.Column("overdue_at", TIME),
        sa.Column("closed_at", TIME), sa.Column("closed_by", sa.Uuid()), required("created_at", TIME),
        required("version", sa.Integer()),
        sa.ForeignKeyConstraint(["subject_id"], ["subjects.id"], ondelete="RESTRICT"),
        sa.UniqueConstraint("ref"),
        sa.CheckConstraint("state in ('open', 'in_progress', 'waiting', 'resolved', 'dismissed')", name="state"),
        sa.CheckConstraint("opened_by in ('system', 'staff')", name="opened_by"),
        sa.CheckConstraint("(state in ('resolved', 'dismissed')) = (closed_at is not null)", name="closed_whole"),
        sa.CheckConstraint("(state = 'waiting') = (paused_at is not null)", name="paused_whole"))
    op.create_index("ix_compliance_items_one_open", "compliance_items", ["kind", "entity", "entity_id"], unique=True,
                    postgresql_where=LIVE)
    op.create_index("ix_compliance_items_live", "compliance_items", ["due_at", "id"], postgresql_where=LIVE)
    op.create_index("ix_compliance_items_owner", "compliance_items", ["owner", "due_at", "id"], postgresql_where=LIVE)
    op.create_index("ix_compliance_items_closed", "compliance_items", ["closed_at", "id"], postgresql_where=CLOSED)
    op.create_index(None, "compliance_items", ["subject_id", "id"])
    protect_platform(op, "compliance_items", grants="select, insert, update")


def downgrade() -> None:
    op.drop_table("compliance_item_events")
    op.drop_table("compliance_items")
    op.execute("drop sequence item_numbers")
