"""Kept answers are sealed, with the fingerprint of what was asked."""
import sqlalchemy as sa
from alembic import op

revision, down_revision = "0031", "0030"


def upgrade() -> None:
    # an answer of before cannot be sealed here, where the master key is not: a retry of the last day works anew
    op.execute("truncate stored_replies")
    op.drop_column("stored_replies", "fingerprint")
    op.drop_column("stored_replies", "body")
    op.add_column("stored_replies", sa.Column("sealed", sa.String(), nullable=False))


def downgrade() -> None:
    op.execute("truncate stored_replies")
    op.drop_column("stored_replies", "sealed")
    op.add_column("stored_replies", sa.Column("body", sa.LargeBinary(), nullable=False))
    op.add_column("stored_replies", sa.Column("fingerprint", sa.String(), nullable=False))
