"""Messages to people, and their e-mails."""
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from castingops.core.rls import person_columns, protect_person

revision, down_revision = "0004", "0003"

TIME = sa.DateTime(timezone=True)


def required(name: str, kind: sa.types.TypeEngine | None = None) -> sa.Column:
    return sa.Column(name, kind or sa.String(), nullable=False)


def upgrade() -> None:
    op.create_table(
        "notifications", *person_columns(), required("template"), required("facts", JSONB()),
        required("subject_en"), required("body_en"), required("subject_ar"), required("body_ar"),
        required("in_inbox", sa.Boolean()), required("created_at", TIME), sa.Column("read_at", TIME))
    op.create_index("ix_notifications_unread", "notifications", ["subject_id", "id"],
                    postgresql_where=sa.text("read_at is null and in_inbox"))
    protect_person(op, "notifications", grants="select, insert, update, delete")
    op.create_table(
        "email_messages", *person_columns(), required("notification_id", sa.Uuid()), sa.Column("locale", sa.String()),
        required("state"), sa.Column("provider_id", sa.String()), sa.Column("reason", sa.String()),
        required("created_at", TIME), sa.Column("sent_at", TIME),
        sa.ForeignKeyConstraint(["subject_id", "notification_id"], ["notifications.subject_id", "notifications.id"],
                                ondelete="CASCADE"),
        sa.CheckConstraint("state in ('queued', 'sent', 'failed')", name="state"),
        sa.CheckConstraint("locale in ('en', 'ar')", name="locale"),
        sa.CheckConstraint("(state = 'sent') = (sent_at is not null)", name="sent_at"),
        sa.CheckConstraint("(state = 'failed') = (reason is not null)", name="reason"))
    op.create_index(None, "email_messages", ["subject_id", "notification_id"])
    protect_person(op, "email_messages", grants="select, insert, update, delete")


def downgrade() -> None:
    op.drop_table("email_messages")
    op.drop_table("notifications")
