"""Accounts, roles, one-time codes, staff sessions, app tokens, and the look-ups before anybody is signed in."""
import sqlalchemy as sa
from alembic import op

from castingops.core.rls import (
    definer_function,
    definer_procedure,
    definer_reads,
    person_columns,
    platform_columns,
    protect_person,
    protect_platform,
)

revision, down_revision = "0002", "0001"

TIME = sa.DateTime(timezone=True)
ALL = "select, insert, update, delete"
ROLES_OF_KIND = (
    "case kind when 'staff' then role in ('moderator', 'senior_moderator', 'compliance_officer', 'finance',"
    " 'support', 'auditor', 'admin') else role in ('talent', 'guardian', 'hirer') end"
)
FUNCTIONS = (
    "identity_credentials(text)", "identity_account(uuid)", "identity_session(text)", "identity_refresh(text)",
    "identity_failures(text, timestamptz)", "identity_note_failure(text[], timestamptz)",
    "identity_sweep(timestamptz, timestamptz, int)",
)


def required(name: str, kind: sa.types.TypeEngine | None = None, **options) -> sa.Column:
    return sa.Column(name, kind or sa.String(), nullable=False, **options)


def upgrade() -> None:
    create_users()
    create_role_grants()
    create_staff_tables()
    create_app_tables()
    create_failures()
    create_lookups()


def create_users() -> None:
    op.create_table(
        "users", *person_columns(), required("kind"), required("status"), sa.Column("email", sa.String()),
        required("display_name"), required("locale"), required("password_hash"), required("password_set_at", TIME),
        required("password_once", sa.Boolean(), server_default=sa.false()), required("epoch", sa.Integer()),
        required("created_at", TIME), required("version", sa.Integer()),
        sa.UniqueConstraint("id", "kind"),
        sa.UniqueConstraint("email"),
        sa.CheckConstraint("id = subject_id", name="own_subject"),
        sa.CheckConstraint("kind in ('staff', 'app')", name="kind"),
        sa.CheckConstraint("status in ('active', 'disabled')", name="status"),
        sa.CheckConstraint("locale in ('en', 'ar')", name="locale"),
        sa.CheckConstraint("email = lower(email) and length(email) <= 254 and email like '_%@_%._%'",
                           name="email_form"),
        sa.CheckConstraint("email is not null or status = 'disabled'", name="email_present"),
        sa.CheckConstraint("length(display_name) between 1 and 120", name="display_name_length"))
    # an account never changes its kind, nor does anybody delete one: erasure empties it
    protect_person(op, "users", grants="select, insert, update (status, email, display_name, locale, password_hash,"
                                       " password_set_at, password_once, epoch, version)")


def create_role_grants() -> None:
    op.create_table(
        "role_grants", *platform_columns(), required("user_id", sa.Uuid()), required("kind"), required("role"),
        sa.Column("granted_by", sa.Uuid()), required("granted_at", TIME),
        sa.UniqueConstraint("user_id", "role"),
        sa.ForeignKeyConstraint(["user_id", "kind"], ["users.id", "users.kind"], ondelete="CASCADE"),
        sa.CheckConstraint(ROLES_OF_KIND, name="fits"),
        sa.CheckConstraint("granted_by <> user_id", name="by_another"))
    protect_platform(op, "role_grants", grants="select, insert, delete")
    # The lock makes two grants at once wait: each statement of the function then sees what the other committed.
    op.execute("""
        create function role_grants_exclude() returns trigger language plpgsql as $$
        begin
          perform pg_advisory_xact_lock(hashtextextended('role_grants/' || new.user_id, 0));
          if exists (
            select from role_grants held
            cross join (values ('auditor', array['moderator', 'senior_moderator', 'compliance_officer', 'finance',
                                                 'support', 'admin']),
                               ('finance', array['admin', 'moderator', 'senior_moderator']),
                               ('compliance_officer', array['finance', 'moderator', 'senior_moderator'])
                       ) as duty (role, others)
            where held.user_id = new.user_id and held.id <> new.id
              and ((duty.role = held.role and new.role = any (duty.others))
                   or (duty.role = new.role and held.role = any (duty.others)))
          ) then
            raise exception 'roles exclude each other'
              using errcode = 'check_violation', constraint = 'ck_role_grants_exclusive', table = 'role_grants';
          end if;
          return new;
        end $$""")
    op.execute("create trigger exclusive before insert or update on role_grants"
               " for each row execute function role_grants_exclude()")


def create_staff_tables() -> None:
    op.create_table(
        "totp_secrets", *person_columns(), required("sealed"), required("last_step", sa.BigInteger()),
        sa.Column("confirmed_at", TIME), required("created_at", TIME), sa.UniqueConstraint("subject_id"))
    protect_person(op, "totp_secrets", grants=ALL)
    op.create_table("old_passwords", *person_columns(), required("password_hash"), required("created_at", TIME))
    protect_person(op, "old_passwords", grants="select, insert, delete")
    op.create_table(
        "staff_sessions", *person_columns(), required("token_hash"), required("created_at", TIME),
        required("last_seen", TIME), required("mfa_at", TIME), sa.Column("ended_at", TIME), required("ip"),
        required("user_agent"), sa.UniqueConstraint("token_hash"))
    op.create_index("ix_staff_sessions_created_at", "staff_sessions", ["created_at"])
    protect_person(op, "staff_sessions", grants=ALL)


def create_app_tables() -> None:
    op.create_table(
        "refresh_families", *person_columns(), required("transport"), required("audience"),
        required("epoch", sa.Integer()), required("created_at", TIME), required("expires_at", TIME),
        sa.Column("ended_at", TIME), sa.Column("ended_for", sa.String()),
        sa.CheckConstraint("transport in ('bearer', 'cookie')", name="transport"),
        sa.CheckConstraint("audience in ('talent', 'hirer')", name="audience"),
        sa.CheckConstraint("(ended_at is null) = (ended_for is null)", name="ended_for_a_reason"))
    op.create_index("ix_refresh_families_expires_at", "refresh_families", ["expires_at"])
    op.create_table(
        "refresh_tokens", *person_columns(), required("family_id", sa.Uuid()), required("token_hash"),
        required("created_at", TIME), sa.Column("used_at", TIME), required("access_jti"),
        required("access_until", TIME),
        sa.UniqueConstraint("token_hash"),
        sa.ForeignKeyConstraint(["subject_id", "family_id"], ["refresh_families.subject_id", "refresh_families.id"],
                                ondelete="CASCADE"))
    op.create_index(None, "refresh_tokens", ["subject_id", "family_id"])
    op.create_table("revoked_tokens", *person_columns(), required("jti"), required("until", TIME),
                    sa.UniqueConstraint("subject_id", "jti"))
    op.create_index("ix_revoked_tokens_until", "revoked_tokens", ["until"])
    for table in ("refresh_families", "refresh_tokens", "revoked_tokens"):
        protect_person(op, table, grants=ALL)


def create_failures() -> None:
    op.create_table("sign_in_failures", *platform_columns(), required("who"), required("at", TIME))
    op.create_index(None, "sign_in_failures", ["who", "at"])
    op.create_index("ix_sign_in_failures_at", "sign_in_failures", ["at"])
    protect_platform(op, "sign_in_failures", grants="select, delete")


def create_lookups() -> None:
    definer_reads(op, "users", "role_grants", "staff_sessions", "refresh_tokens", "revoked_tokens",
                  "sign_in_failures")
    definer_reads(op, "sign_in_failures", grants="insert")
    roles = "array(select role from role_grants g where g.user_id = u.id order by role)"
    definer_function(
        op, "identity_credentials(p_email text)",
        "table (user_id uuid, kind text, status text, epoch int, password_hash text, display_name text, locale text,"
        " roles text[])",
        f"select u.id, u.kind, u.status, u.epoch, u.password_hash, u.display_name, u.locale, {roles}"  # noqa: S608
        " from users u where u.email = p_email")
    definer_function(
        op, "identity_account(p_user uuid)",
        "table (user_id uuid, kind text, status text, epoch int, roles text[], revoked text[])",
        f"select u.id, u.kind, u.status, u.epoch, {roles},"  # noqa: S608
        " array(select t.jti from revoked_tokens t where t.subject_id = u.id)"
        " from users u where u.subject_id = p_user and u.id = p_user")
    definer_function(
        op, "identity_session(p_hash text)",
        "table (session_id uuid, user_id uuid, status text, epoch int, display_name text, locale text, roles text[],"
        " created_at timestamptz, last_seen timestamptz)",
        f"select s.id, u.id, u.status, u.epoch, u.display_name, u.locale, {roles}, s.created_at, s.last_seen"  # noqa: S608
        " from staff_sessions s join users u on u.subject_id = s.subject_id and u.id = s.subject_id"
        " where s.token_hash = p_hash and s.ended_at is null")
    definer_function(op, "identity_refresh(p_hash text)", "table (user_id uuid, family_id uuid)",
                     "select t.subject_id, t.family_id from refresh_tokens t where t.token_hash = p_hash")
    definer_function(op, "identity_failures(p_who text, p_since timestamptz)", "setof timestamptz",
                     "select f.at from sign_in_failures f where f.who = p_who and f.at > p_since")
    definer_reads(op, "refresh_families")
    definer_reads(op, "staff_sessions", "refresh_families", "revoked_tokens", grants="delete")
    definer_procedure(
        op, "identity_sweep(p_now timestamptz, p_before timestamptz, p_batch int)", "void",
        "begin"
        " delete from revoked_tokens where id in (select id from revoked_tokens where until < p_now limit p_batch);"
        " delete from staff_sessions where id in"
        "  (select id from staff_sessions where created_at < p_before limit p_batch);"
        " delete from refresh_families where id in"
        "  (select id from refresh_families where expires_at < p_before limit p_batch);"
        " end")
    definer_procedure(op, "identity_note_failure(p_who text[], p_at timestamptz)", "void",
                      "begin insert into sign_in_failures (who, at) select w, p_at from unnest(p_who) w; end")


def downgrade() -> None:
    for function in FUNCTIONS:
        op.execute(f"drop function {function}")
    for table in ("sign_in_failures", "revoked_tokens", "refresh_tokens", "refresh_families", "staff_sessions",
                  "old_passwords", "totp_secrets", "role_grants", "users"):
        op.drop_table(table)
    op.execute("drop function role_grants_exclude()")
