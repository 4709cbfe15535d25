"""An e-mail to a ward is read by a guardian."""
import sqlalchemy as sa
from alembic import op

revision, down_revision = "0032", "0031"


def upgrade() -> None:
    op.add_column("email_messages", sa.Column("reader_id", sa.Uuid()))


def downgrade() -> None:
    op.drop_column("email_messages", "reader_id")
