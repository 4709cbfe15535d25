"""Registrations that wait for the proof of their e-mail, links that were e-mailed, and what only a mail may say."""
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from castingops.core.rls import (
    definer_procedure,
    definer_reads,
    person_columns,
    platform_columns,
    protect_person,
    protect_platform,
)

revision, down_revision = "0024", "0023"

TIME = sa.DateTime(timezone=True)
ALL = "select, insert, update, delete"


def required(name: str, kind: sa.types.TypeEngine | None = None) -> sa.Column:
    return sa.Column(name, kind or sa.String(), nullable=False)


def upgrade() -> None:
    create_pending()
    create_links()
    op.add_column("email_messages", sa.Column("sealed", sa.String()))
    op.create_check_constraint("sealed_while_queued", "email_messages", "state = 'queued' or sealed is null")
    create_sweep()


def create_pending() -> None:
    op.create_table(
        "pending_accounts", *platform_columns(), required("email"), required("password_hash"),
        required("registration", JSONB()), sa.Column("token_hash", sa.String()), required("created_at", TIME),
        required("expires_at", TIME), sa.UniqueConstraint("token_hash"))
    op.create_index(None, "pending_accounts", ["email"])
    op.create_index("ix_pending_accounts_expires_at", "pending_accounts", ["expires_at"])
    protect_platform(op, "pending_accounts", grants=ALL)
    op.create_table(
        "asked_letters", *platform_columns(), required("kind"), required("email"), required("created_at", TIME),
        sa.CheckConstraint("kind in ('confirm', 'reset')", name="kind"))
    protect_platform(op, "asked_letters", grants="select, insert, delete")


def create_links() -> None:
    op.create_table(
        "emailed_links", *person_columns(), required("kind"), required("token_hash"), sa.Column("email", sa.String()),
        sa.Column("keep_id", sa.Uuid()), required("created_at", TIME), required("expires_at", TIME),
        sa.Column("used_at", TIME), sa.UniqueConstraint("token_hash"),
        sa.CheckConstraint("kind in ('reset', 'email', 'undo')", name="kind"),
        sa.CheckConstraint("(kind = 'reset') = (email is null)", name="email_of_kind"))
    op.create_index("ix_emailed_links_expires_at", "emailed_links", ["expires_at"])
    protect_person(op, "emailed_links", grants=ALL)


def create_sweep() -> None:
    """A registration that is over, confirmed or not, goes with its subject, and so with the letters to it."""
    definer_reads(op, "pending_accounts", "emailed_links", "subjects", grants="select, delete")
    definer_procedure(
        op, "identity_sweep_letters(p_now timestamptz, p_before timestamptz, p_batch int)", "void",
        "begin"
        " delete from subjects where id in (select id from pending_accounts where expires_at < p_now limit p_batch);"
        " delete from pending_accounts p where expires_at < p_now"
        "  and not exists (select from subjects s where s.id = p.id);"
        " delete from emailed_links where id in"
        "  (select id from emailed_links where expires_at < p_before limit p_batch);"
        " end")


def downgrade() -> None:
    op.execute("drop function identity_sweep_letters(timestamptz, timestamptz, int)")
    op.execute("revoke select, delete on subjects from castingops_definer")
    op.drop_column("email_messages", "sealed")
    for table in ("emailed_links", "asked_letters", "pending_accounts"):
        op.drop_table(table)
