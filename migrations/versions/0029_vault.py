"""The vault of each organization."""
import sqlalchemy as sa
from alembic import op

from castingops.core.rls import org_columns, protect_org

revision, down_revision = "0029", "0028"

TIME = sa.DateTime(timezone=True)


def required(name: str, kind: sa.types.TypeEngine | None = None) -> sa.Column:
    return sa.Column(name, kind or sa.String(), nullable=False)


def upgrade() -> None:
    op.create_table(
        "credentials", *org_columns(), required("name"), required("provider"), required("sealed"), required("masked"),
        required("created_by", sa.Uuid()), required("created_at", TIME), sa.Column("rotated_at", TIME),
        sa.Column("last_used_at", TIME), required("version", sa.Integer()),
        sa.ForeignKeyConstraint(["org_id"], ["organizations.id"], ondelete="CASCADE"),
        sa.UniqueConstraint("org_id", "name"),
        sa.CheckConstraint("length(name) between 1 and 120", name="name_length"),
        sa.CheckConstraint("length(masked) <= 12", name="masked"))
    protect_org(op, "credentials", grants="select, insert, delete, update (sealed, masked, rotated_at, last_used_at,"
                                          " version)")


def downgrade() -> None:
    op.drop_table("credentials")
