"""Tables of the kit: data subjects, outbox, receipts, dead letters, beat slots, stored replies."""
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from castingops.core.rls import (
    IS_SYSTEM,
    mixed_columns,
    platform_columns,
    protect_mixed,
    protect_person,
    protect_platform,
)

revision, down_revision = "0001", None

TIME = sa.DateTime(timezone=True)


def required(name: str, kind: sa.types.TypeEngine | None = None, **options) -> sa.Column:
    return sa.Column(name, kind or sa.String(), nullable=False, **options)


def upgrade() -> None:
    create_subjects()
    create_outbox()
    op.create_table("beat_slots", required("job"), required("slot_at", TIME), sa.PrimaryKeyConstraint("job", "slot_at"))
    protect_platform(op, "beat_slots", grants="select, insert, delete")
    op.create_table("house_facts", required("name"), required("value"), required("created_at", TIME),
                    sa.PrimaryKeyConstraint("name"))
    protect_platform(op, "house_facts", grants="select, insert")
    create_stored_replies()


def create_subjects() -> None:
    op.create_table("subjects", sa.Column("id", sa.Uuid(), server_default=sa.func.uuidv7(), nullable=False),
                    required("created_at", TIME), sa.Column("erased_at", TIME), sa.PrimaryKeyConstraint("id"))
    protect_person(op, "subjects", grants="select, insert, update", column="id")


def create_outbox() -> None:
    op.create_table(
        "outbox", *mixed_columns(), required("name"), required("queue"), required("payload", JSONB()),
        required("status"), required("attempts", sa.Integer(), server_default="0"), required("created_at", TIME),
        required("not_before", TIME), sa.Column("sent_at", TIME),
        sa.CheckConstraint("status in ('pending', 'sent', 'done', 'dead')", name="status"))
    op.create_index("ix_outbox_pending", "outbox", ["id"], postgresql_where=sa.text("status = 'pending'"))
    op.create_index("ix_outbox_sent", "outbox", ["sent_at"], postgresql_where=sa.text("status = 'sent'"))
    op.create_index("ix_outbox_done", "outbox", ["sent_at"], postgresql_where=sa.text("status = 'done'"))
    protect_mixed(op, "outbox", grants="select, insert, update, delete")
    op.create_table("receipts", required("event_id", sa.Uuid()), required("handler"), required("handled_at", TIME),
                    sa.PrimaryKeyConstraint("event_id", "handler"))
    op.create_index("ix_receipts_handled_at", "receipts", ["handled_at"])
    protect_platform(op, "receipts", grants="select, insert, delete")
    op.create_table(
        "dead_letters", *platform_columns(), required("event_id", sa.Uuid()), required("name"), required("queue"),
        required("handler"), required("reason"), required("attempts", sa.Integer()), required("failed_at", TIME),
        sa.Column("replayed_at", TIME), sa.Column("replayed_by", sa.Uuid()),
        sa.CheckConstraint("(replayed_at is null) = (replayed_by is null)", name="replayed_by_someone"))
    op.create_index("ix_dead_letters_open", "dead_letters", ["id"], postgresql_where=sa.text("replayed_at is null"))
    protect_platform(op, "dead_letters", grants="select, insert, update")


def create_stored_replies() -> None:
    """Answers kept for safe retries. One's own only, whoever one is: staff do not read each other's."""
    op.create_table(
        "stored_replies", required("user_id", sa.Uuid()), required("route"), required("key"), required("fingerprint"),
        required("status", sa.Integer()), required("content_type"), required("body", sa.LargeBinary()),
        required("created_at", TIME), sa.PrimaryKeyConstraint("user_id", "route", "key"))
    op.create_index("ix_stored_replies_created_at", "stored_replies", ["created_at"])
    op.execute("alter table stored_replies enable row level security")
    op.execute("alter table stored_replies force row level security")
    own = "user_id = nullif(current_setting('app.user_id', true), '')::uuid"
    op.execute(f"create policy own on stored_replies using ({own}) with check ({own})")
    op.execute(f"create policy cleaning on stored_replies for delete using ({IS_SYSTEM})")
    op.execute(f"create policy cleaning_reads on stored_replies for select using ({IS_SYSTEM})")
    op.execute("grant select, insert, delete on stored_replies to castingops_app")
    op.execute("grant select on stored_replies to castingops_backup")


def downgrade() -> None:
    for table in ("stored_replies", "house_facts", "beat_slots", "dead_letters", "receipts", "outbox", "subjects"):
        op.drop_table(table)
