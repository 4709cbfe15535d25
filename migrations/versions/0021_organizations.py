"""Organizations, their members, invitations and transfers; and what must hold when two act at once."""
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from castingops.core.rls import (
    MEMBERSHIP_STALE,
    definer_function,
    definer_procedure,
    definer_reads,
    definer_trigger,
    org_columns,
    person_columns,
    platform_columns,
    protect_org,
    protect_person,
)

revision, down_revision = "0021", "0020"

TIME = sa.DateTime(timezone=True)
RANKS = "role in ('owner', 'admin', 'member', 'viewer')"
FUNCTIONS = (
    "org_fence(uuid, uuid)", "org_membership(uuid, uuid)", "org_memberships(uuid, uuid, int)",
    "org_invitation(text)",
)
TRIGGERS = ("org_membership_changed()", "org_seat_taken()", "org_state_changed()")


def required(name: str, kind: sa.types.TypeEngine | None = None, **options) -> sa.Column:
    return sa.Column(name, kind or sa.String(), nullable=False, **options)


def of_org() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["org_id"], ["organizations.id"], ondelete="CASCADE")


def upgrade() -> None:
    create_organizations()
    create_memberships()
    create_invitations()
    create_transfers_and_events()
    create_triggers()
    create_lookups()


def create_organizations() -> None:
    op.create_table(
        "organizations", *platform_columns(), required("name_ar"), required("name_en"), required("slug"),
        required("slug_key"), required("search_text"), required("plan"), required("seats", sa.Integer()),
        required("settings", JSONB()), sa.Column("legal_name", sa.String()), sa.Column("vat_number", sa.String()),
        required("state"), sa.Column("closes_at", TIME), sa.Column("closed_at", TIME),
        required("stamp", sa.Uuid(), server_default=sa.func.gen_random_uuid()), required("created_at", TIME),
        required("version", sa.Integer()),
        sa.UniqueConstraint("slug_key"),
        sa.CheckConstraint("plan in ('free', 'starter', 'pro', 'enterprise')", name="plan"),
        sa.CheckConstraint("seats between 1 and 100000", name="seats"),
        sa.CheckConstraint("state in ('active', 'closing', 'closed')", name="state"),
        sa.CheckConstraint("(state = 'closing') = (closes_at is not null)", name="closing_has_an_end"),
        sa.CheckConstraint("(state = 'closed') = (closed_at is not null)", name="closed_once"),
        sa.CheckConstraint("length(name_ar) between 1 and 120 and length(name_en) between 1 and 120", name="names"),
        sa.CheckConstraint("length(slug) between 3 and 40", name="slug_length"))
    op.create_index("ix_organizations_closes_at", "organizations", ["closes_at"],
                    postgresql_where=sa.text("state = 'closing'"))
    # the stamp is the trigger's alone to draw; nobody deletes an organization: it is closed, and keeps its name
    protect_org(op, "organizations", column="id", grants=(
        "select, insert, update (name_ar, name_en, slug, slug_key, search_text, plan, seats, settings, legal_name,"
        " vat_number, state, closes_at, closed_at, version)"))


def create_memberships() -> None:
    op.create_table(
        "memberships", *org_columns(), required("user_id", sa.Uuid()), required("role"),
        sa.Column("invited_by", sa.Uuid()), required("invited_at", TIME), required("accepted_at", TIME),
        required("version", sa.Integer()), of_org(),
        sa.ForeignKeyConstraint(["user_id"], ["subjects.id"], ondelete="CASCADE"),
        sa.UniqueConstraint("org_id", "user_id"), sa.CheckConstraint(RANKS, name="role"))
    op.create_index(None, "memberships", ["user_id", "id"])
    protect_org(op, "memberships", grants="select, insert, delete, update (role, version)")
    op.create_table(
        "current_organizations", *person_columns(), required("org_id", sa.Uuid()), required("chosen_at", TIME),
        sa.UniqueConstraint("subject_id"),
        sa.ForeignKeyConstraint(["org_id", "subject_id"], ["memberships.org_id", "memberships.user_id"],
                                ondelete="CASCADE"))
    protect_person(op, "current_organizations", grants="select, insert, update, delete")


def create_invitations() -> None:
    op.create_table(
        "invitations", *org_columns(), required("email"), required("role"), required("locale"),
        required("token_hash"), required("letters", sa.Integer()), required("letter_state"),
        required("invited_by", sa.Uuid()), required("state"), sa.Column("user_id", sa.Uuid()),
        required("created_at", TIME), required("expires_at", TIME), sa.Column("answered_at", TIME), of_org(),
        sa.ForeignKeyConstraint(["user_id"], ["subjects.id"], ondelete="CASCADE"),
        sa.UniqueConstraint("token_hash"), sa.CheckConstraint(RANKS, name="role"),
        sa.CheckConstraint("state in ('open', 'accepted', 'declined', 'revoked', 'expired')", name="state"),
        sa.CheckConstraint("locale in ('en', 'ar')", name="locale"),
        sa.CheckConstraint("(state = 'accepted') <= (user_id is not null)", name="accepted_by_someone"))
    op.create_index("uq_invitations_open", "invitations", ["org_id", "email"], unique=True,
                    postgresql_where=sa.text("state = 'open'"))
    op.create_index("ix_invitations_expires_at", "invitations", ["expires_at"],
                    postgresql_where=sa.text("state = 'open'"))
    protect_org(op, "invitations", grants="select, insert, delete, update (token_hash, letters, letter_state, state,"
                                          " user_id, expires_at, answered_at)")


def create_transfers_and_events() -> None:
    op.create_table(
        "org_transfers", *org_columns(), required("from_user", sa.Uuid()), required("to_user", sa.Uuid()),
        required("state"), required("created_at", TIME), required("expires_at", TIME), sa.Column("settled_at", TIME),
        of_org(), sa.CheckConstraint("state in ('open', 'accepted', 'declined', 'cancelled')", name="state"),
        sa.CheckConstraint("from_user <> to_user", name="to_another"))
    op.create_index("uq_org_transfers_open", "org_transfers", ["org_id"], unique=True,
                    postgresql_where=sa.text("state = 'open'"))
    protect_org(op, "org_transfers", grants="select, insert, update (state, settled_at)")
    op.create_table(
        "organization_events", *org_columns(), required("kind"), sa.Column("before", sa.String()), required("after"),
        sa.Column("actor_id", sa.Uuid()), required("created_at", TIME), of_org(),
        sa.CheckConstraint("kind in ('state', 'plan', 'seats', 'owner')", name="kind"))
    protect_org(op, "organization_events", grants="select, insert")


def create_triggers() -> None:
    """Each takes the organization's row first: who comes second waits, and then sees what the first committed."""
    definer_reads(op, "organizations", "memberships", "invitations")
    definer_reads(op, "organizations", grants="update (stamp)")
    op.execute("""
        create function org_state_changed() returns trigger language plpgsql as $$
        begin
          new.stamp := gen_random_uuid();
          return new;
        end $$""")
    op.execute("create trigger stamped before update of state on organizations"
               " for each row execute function org_state_changed()")
    definer_trigger(op, "org_membership_changed", """
        declare
          v_org uuid := coalesce(new.org_id, old.org_id);
          v_state text;
        begin
          update organizations set stamp = gen_random_uuid() where id = v_org returning state into v_state;
          if found and v_state <> 'closed' and tg_op <> 'INSERT' and old.role = 'owner'
             and not exists (select from memberships m where m.org_id = v_org and m.role = 'owner') then
            raise exception 'an organization keeps an owner'
              using errcode = 'check_violation', constraint = 'ck_memberships_last_owner', table = 'memberships';
          end if;
          return null;
        end """, "changed after insert or update or delete on memberships for each row")
    definer_trigger(op, "org_seat_taken", """
        declare
          v_seats int;
        begin
          select seats into v_seats from organizations where id = new.org_id for no key update;
          if (select count(*) from memberships m where m.org_id = new.org_id)
             + (select count(*) from invitations i
                where i.org_id = new.org_id and i.state = 'open' and i.expires_at > now()) > v_seats then
            raise exception 'every seat is taken'
              using errcode = 'check_violation', constraint = 'ck_organizations_seats_taken', table = 'organizations';
          end if;
          return null;
        end """,
                    "seated after insert on memberships for each row",
                    "seated after insert or update of state, expires_at on invitations for each row"
                    " when (new.state = 'open')")


def create_lookups() -> None:
    definer_reads(op, "current_organizations")
    definer_procedure(
        op, "org_fence(p_org uuid, p_stamp uuid)", "void",
        "begin"
        " if not exists (select from organizations o where o.id = p_org and o.stamp = p_stamp) then"
        f"  raise exception 'memberships have changed' using errcode = '{MEMBERSHIP_STALE}';"
        " end if;"
        " end")
    definer_function(
        op, "org_membership(p_org uuid, p_user uuid)", "table (role text, stamp uuid, state text)",
        "select m.role, o.stamp, o.state from memberships m join organizations o on o.id = m.org_id"
        " where m.org_id = p_org and m.user_id = p_user and o.state <> 'closed'")
    definer_function(
        op, "org_memberships(p_user uuid, p_below uuid, p_limit int)",
        "table (id uuid, membership_id uuid, name_ar text, name_en text, slug text, plan text, state text,"
        " closes_at timestamptz, role text, accepted_at timestamptz, is_current boolean)",
        "select o.id, m.id, o.name_ar, o.name_en, o.slug, o.plan, o.state, o.closes_at, m.role, m.accepted_at,"
        " exists (select from current_organizations c where c.subject_id = p_user and c.org_id = o.id)"
        " from memberships m join organizations o on o.id = m.org_id"
        " where m.user_id = p_user and m.id < p_below and o.state <> 'closed' order by m.id desc limit p_limit")
    definer_function(op, "org_invitation(p_hash text)", "table (org_id uuid, id uuid)",
                     "select i.org_id, i.id from invitations i where i.token_hash = p_hash")


def downgrade() -> None:
    for function in FUNCTIONS:
        op.execute(f"drop function {function}")
    for table in ("organization_events", "org_transfers", "invitations", "current_organizations", "memberships",
                  "organizations"):
        op.drop_table(table)
    for function in TRIGGERS:
        op.execute(f"drop function {function}")
