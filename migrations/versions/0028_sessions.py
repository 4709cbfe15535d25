"""Where an app's sign-in came from, for its owner to see; and the brake on guessing at the whole house."""
import sqlalchemy as sa
from alembic import op

from castingops.core.rls import definer_function

revision, down_revision = "0028", "0027"


def upgrade() -> None:
    for column in ("ip", "user_agent"):
        op.add_column("refresh_families", sa.Column(column, sa.String(), nullable=False, server_default=""))
        op.alter_column("refresh_families", column, server_default=None)
    # the limit's own place in the count, newest first: one row instead of a thousand
    definer_function(op, "identity_nth_failure(p_who text, p_since timestamptz, p_nth int)", "timestamptz",
                     "select f.at from sign_in_failures f where f.who = p_who and f.at > p_since"
                     " order by f.at desc offset p_nth - 1 limit 1")


def downgrade() -> None:
    op.execute("drop function identity_nth_failure(text, timestamptz, int)")
    for column in ("ip", "user_agent"):
        op.drop_column("refresh_families", column)
