"""Addresses that an organization's events are sent to, and how each delivery fared."""
import sqlalchemy as sa
from alembic import op

from castingops.core.rls import org_columns, protect_org

revision, down_revision = "0030", "0029"

TIME = sa.DateTime(timezone=True)


def required(name: str, kind: sa.types.TypeEngine | None = None) -> sa.Column:
    return sa.Column(name, kind or sa.String(), nullable=False)


def upgrade() -> None:
    op.create_table(
        "webhook_endpoints", *org_columns(), required("url"), required("description"),
        required("types", sa.ARRAY(sa.String())), required("state"), sa.Column("disabled_for", sa.String()),
        required("secret"), sa.Column("secret_before", sa.String()), sa.Column("before_until", TIME),
        sa.Column("credential_id", sa.Uuid()), required("failures", sa.Integer()), sa.Column("last_delivered_at", TIME),
        required("created_by", sa.Uuid()), required("created_at", TIME), required("version", sa.Integer()),
        sa.ForeignKeyConstraint(["org_id"], ["organizations.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["org_id", "credential_id"], ["credentials.org_id", "credentials.id"]),
        sa.CheckConstraint("length(url) between 8 and 2048", name="url_length"),
        sa.CheckConstraint("cardinality(types) between 1 and 50", name="types"),
        sa.CheckConstraint("state in ('active', 'disabled')", name="state"),
        sa.CheckConstraint("(state = 'disabled') = (disabled_for is not null)", name="disabled_for_a_reason"),
        sa.CheckConstraint("(secret_before is null) = (before_until is null)", name="secret_before_ends"))
    op.create_index(None, "webhook_endpoints", ["org_id", "credential_id"],
                    postgresql_where=sa.text("credential_id is not null"))
    protect_org(op, "webhook_endpoints", grants="select, insert, update, delete")
    create_deliveries()


def create_deliveries() -> None:
    op.create_table(
        "webhook_deliveries", *org_columns(), required("endpoint_id", sa.Uuid()), required("message_id", sa.Uuid()),
        required("type"), required("body"), required("state"), required("tries", sa.Integer()),
        sa.Column("next_at", TIME), required("created_at", TIME), sa.Column("settled_at", TIME),
        sa.Column("status", sa.Integer()), sa.Column("outcome", sa.String()), sa.Column("milliseconds", sa.Integer()),
        sa.Column("answer", sa.String()), sa.Column("replay_of", sa.Uuid()),
        sa.ForeignKeyConstraint(["org_id", "endpoint_id"], ["webhook_endpoints.org_id", "webhook_endpoints.id"],
                                ondelete="CASCADE"),
        sa.CheckConstraint("state in ('pending', 'delivered', 'failed')", name="state"),
        sa.CheckConstraint("(state = 'pending') = (settled_at is null)", name="settled"),
        sa.CheckConstraint("(state = 'pending') = (next_at is not null)", name="next_while_pending"))
    op.create_index("uq_webhook_deliveries_once", "webhook_deliveries", ["org_id", "endpoint_id", "message_id"],
                    unique=True, postgresql_where=sa.text("replay_of is null"))
    op.create_index(None, "webhook_deliveries", ["org_id", "endpoint_id", "id"])
    op.create_index("ix_webhook_deliveries_due", "webhook_deliveries", ["next_at"],
                    postgresql_where=sa.text("state = 'pending'"))
    op.create_index("ix_webhook_deliveries_settled_at", "webhook_deliveries", ["settled_at"])
    protect_org(op, "webhook_deliveries", grants="select, insert, delete, update (state, tries, next_at, settled_at,"
                                                 " status, outcome, milliseconds, answer)")


def downgrade() -> None:
    op.drop_table("webhook_deliveries")
    op.drop_table("webhook_endpoints")
