"""Links to a published profile for somebody without an account, and when they were opened."""
import sqlalchemy as sa
from alembic import op

from castingops.core.rls import definer_function, definer_procedure, definer_reads, person_columns, protect_person

revision, down_revision = "0038", "0037"

TIME = sa.DateTime(timezone=True)


def required(name: str, kind: sa.types.TypeEngine | None = None) -> sa.Column:
    return sa.Column(name, kind or sa.String(), nullable=False)


def optional(name: str, kind: sa.types.TypeEngine | None = None) -> sa.Column:
    return sa.Column(name, kind or sa.String())


def upgrade() -> None:
    create_links()
    create_views()
    definer_reads(op, "share_links")
    definer_reads(op, "share_views", grants="select, delete")
    definer_function(
        op, "casting_share_link(p_token_hash text)", "table (subject_id uuid, id uuid)",
        "select l.subject_id, l.id from share_links l where l.token_hash = p_token_hash")
    definer_procedure(
        op, "casting_sweep_share_views(p_before timestamptz, p_batch int)", "void",
        "begin delete from share_views where (subject_id, id) in"
        " (select subject_id, id from share_views where viewed_at < p_before limit p_batch); end")


def create_links() -> None:
    op.create_table(
        "share_links", *person_columns(), required("created_by", sa.Uuid()), optional("guardianship_id", sa.Uuid()),
        required("label"), required("token_hash"), required("created_at", TIME), required("expires_at", TIME),
        optional("max_views", sa.Integer()), required("views", sa.Integer()), optional("last_viewed_at", TIME),
        optional("paused_at", TIME), optional("ended_at", TIME), optional("ended_by"), optional("ended_reason"),
        sa.UniqueConstraint("token_hash"),
        sa.CheckConstraint("token_hash ~ '^[0-9a-f]{64}$'", name="token_hash"),
        sa.CheckConstraint("length(label) between 1 and 80", name="label"),
        sa.CheckConstraint("expires_at > created_at and expires_at <= created_at + interval '90 days'", name="days"),
        sa.CheckConstraint("max_views between 1 and 9999", name="max_views"),
        sa.CheckConstraint("views >= 0 and (max_views is null or views <= max_views)", name="views"),
        sa.CheckConstraint("ended_by in ('owner', 'staff', 'hidden', 'guardian')", name="ended_by"),
        sa.CheckConstraint("(ended_at is null) = (ended_by is null)", name="ended_whole"),
        sa.CheckConstraint("(ended_by is not distinct from 'staff') = (ended_reason is not null)"
                           " and length(ended_reason) <= 500", name="ended_reason"))
    op.create_index(None, "share_links", ["id", "subject_id"])
    protect_person(op, "share_links", grants="select, insert, delete, update (views, last_viewed_at, paused_at,"
                                             " ended_at, ended_by, ended_reason)")


def create_views() -> None:
    op.create_table(
        "share_views", *person_columns(), required("link_id", sa.Uuid()), required("viewed_at", TIME),
        required("program"), required("system"), optional("network"),
        sa.ForeignKeyConstraint(["subject_id", "link_id"], ["share_links.subject_id", "share_links.id"],
                                ondelete="CASCADE"))
    op.create_index(None, "share_views", ["subject_id", "link_id", "viewed_at"])
    op.create_index("ix_share_views_viewed_at", "share_views", ["viewed_at"])
    protect_person(op, "share_views", grants="select, insert, delete")


def downgrade() -> None:
    op.execute("drop function casting_share_link(text)")
    op.execute("drop function casting_sweep_share_views(timestamptz, int)")
    op.drop_table("share_views")
    op.drop_table("share_links")
