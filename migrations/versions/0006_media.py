"""Photos of people."""
import sqlalchemy as sa
from alembic import op

from castingops.core.rls import person_columns, protect_person

revision, down_revision = "0006", "0005"


def upgrade() -> None:
    op.create_table(
        "photos",
        *person_columns(),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("is_primary", sa.Boolean(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("perceptual_hash", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True)),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind in ('headshot', 'full_length', 'other')", name="kind"),
        sa.CheckConstraint("status in ('active', 'removed')", name="status"),
        sa.CheckConstraint("(status = 'removed') = (removed_at is not null)", name="removed_at"),
        sa.CheckConstraint("status = 'active' or not is_primary", name="primary_is_active"),
        sa.CheckConstraint("width > 0 and height > 0 and bytes > 0", name="sizes"),
    )
    op.create_index("uq_photos_subject_id_primary", "photos", ["subject_id"], unique=True,
                    postgresql_where=sa.text("is_primary"))
    op.create_index("uq_photos_subject_id_sha256_active", "photos", ["subject_id", "sha256"], unique=True,
                    postgresql_where=sa.text("status = 'active'"))
    protect_person(op, "photos", grants="select, insert, update, delete")


def downgrade() -> None:
    op.drop_table("photos")
