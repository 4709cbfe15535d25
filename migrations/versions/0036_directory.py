"""What an outside directory of people tells us."""
import sqlalchemy as sa
from alembic import op

from castingops.core.rls import platform_columns, protect_platform

revision, down_revision = "0036", "0035"

TIME = sa.DateTime(timezone=True)
STANDINGS = "standing in ('held', 'invited', 'joined', 'gone')"


def required(name: str, kind: sa.types.TypeEngine | None = None) -> sa.Column:
    return sa.Column(name, kind or sa.String(), nullable=False)


def subject() -> sa.Column:
    return sa.Column("subject_id", sa.Uuid(), sa.ForeignKey("subjects.id", ondelete="SET NULL"))


def upgrade() -> None:
    op.create_table(
        "directory_messages", *platform_columns(), required("message_id"), required("type"),
        sa.Column("user_ref", sa.String()), sa.Column("org_ref", sa.String()), subject(),
        sa.Column("sealed", sa.String()), required("state"), sa.Column("reason", sa.String()),
        required("received_at", TIME), sa.Column("settled_at", TIME), sa.Column("settled_by", sa.Uuid()),
        sa.UniqueConstraint("message_id"),
        sa.CheckConstraint("state in ('waiting', 'applied', 'parked', 'dismissed')", name="state"),
        sa.CheckConstraint("(state = 'waiting') = (settled_at is null)", name="settled"),
        sa.CheckConstraint("state not in ('applied', 'dismissed') or sealed is null", name="forgotten"),
        sa.CheckConstraint("(state = 'parked') = (reason is not null)", name="parked_for_a_reason"))
    op.create_index("ix_directory_messages_state", "directory_messages", ["state", "id"])
    for column in ("user_ref", "org_ref"):
        op.create_index(None, "directory_messages", [column])
    create_people()
    create_organizations()
    for table in ("directory_messages", "directory_people", "directory_organizations", "directory_memberships"):
        protect_platform(op, table, grants="select, insert, update, delete")


def create_people() -> None:
    op.create_table(
        "directory_people", *platform_columns(), required("ref"), required("stamp", sa.BigInteger()),
        required("standing"), sa.Column("reason", sa.String()), sa.Column("email", sa.String()),
        required("verified", sa.Boolean()), sa.Column("name", sa.String()), subject(),
        sa.Column("token_hash", sa.String()), required("opened", sa.Boolean()), required("letters", sa.Integer()),
        sa.Column("expires_at", TIME), required("changed_at", TIME),
        sa.UniqueConstraint("ref"), sa.UniqueConstraint("token_hash"),
        sa.CheckConstraint(STANDINGS, name="standing"),
        sa.CheckConstraint("length(ref) between 1 and 120", name="ref_length"),
        sa.CheckConstraint("(standing = 'invited') = (token_hash is not null)", name="code_while_invited"),
        sa.CheckConstraint("standing in ('held', 'invited') or (email is null and name is null)", name="forgotten"))
    op.create_index(None, "directory_people", ["subject_id"])


def create_organizations() -> None:
    op.create_table(
        "directory_organizations", *platform_columns(), required("ref"), required("stamp", sa.BigInteger()),
        required("standing"), sa.Column("reason", sa.String()), required("name"), sa.Column("slug", sa.String()),
        required("creator"), sa.Column("org_id", sa.Uuid(), sa.ForeignKey("organizations.id", ondelete="SET NULL")),
        required("changed_at", TIME), sa.UniqueConstraint("ref"), sa.UniqueConstraint("org_id"),
        sa.CheckConstraint("standing in ('held', 'joined')", name="standing"),
        sa.CheckConstraint("(standing = 'joined') = (org_id is not null)", name="joined"))
    op.create_index("ix_directory_organizations_creator", "directory_organizations", ["creator"],
                    postgresql_where=sa.text("org_id is null"))
    op.create_table(
        "directory_memberships", *platform_columns(), required("user_ref"), required("org_ref"),
        required("stamp", sa.BigInteger()), required("deleted", sa.Boolean()), required("role"), required("standing"),
        sa.Column("reason", sa.String()), required("given", sa.Boolean()), required("changed_at", TIME),
        sa.UniqueConstraint("user_ref", "org_ref"),
        sa.CheckConstraint("standing in ('held', 'joined', 'gone')", name="standing"))
    op.create_index(None, "directory_memberships", ["org_ref"])


def downgrade() -> None:
    for table in ("directory_memberships", "directory_organizations", "directory_people", "directory_messages"):
        op.drop_table(table)
