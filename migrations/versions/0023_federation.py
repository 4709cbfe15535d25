"""Accounts elsewhere that sign people in here."""
import sqlalchemy as sa
from alembic import op

from castingops.core.rls import definer_function, definer_reads, person_columns, protect_person

revision, down_revision = "0023", "0022"

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "federated_identities", *person_columns(), sa.Column("provider", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False), sa.Column("sub", sa.String(), nullable=False),
        sa.Column("email", sa.String()), sa.Column("created_at", TIME, nullable=False),
        sa.Column("last_used_at", TIME),
        sa.UniqueConstraint("issuer", "sub"), sa.UniqueConstraint("subject_id", "provider"),
        sa.CheckConstraint("provider in ('google', 'microsoft', 'github', 'sso')", name="provider"))
    # whose an account elsewhere is never changes: it is taken away and linked anew
    protect_person(op, "federated_identities", grants="select, insert, delete, update (email, last_used_at)")
    definer_reads(op, "federated_identities")
    definer_function(op, "identity_federated(p_issuer text, p_sub text)", "table (user_id uuid, identity_id uuid)",
                     "select f.subject_id, f.id from federated_identities f"
                     " where f.issuer = p_issuer and f.sub = p_sub")


def downgrade() -> None:
    op.execute("drop function identity_federated(text, text)")
    op.drop_table("federated_identities")
