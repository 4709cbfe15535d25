"""When somebody last proved who they are, and whether a second factor is enrolled, as requests ask for them (ID-5)."""
import sqlalchemy as sa
from alembic import op

from castingops.core.rls import definer_function, definer_reads

revision, down_revision = "0019", "0018"

ROLES = "array(select role from role_grants g where g.user_id = u.id order by role)"
ACCOUNT = "identity_account(p_user uuid)"
ACCOUNT_COLUMNS = ("user_id uuid, kind text, status text, epoch int, roles text[], revoked text[], restriction text,"
                   " restricted_until timestamptz")
ACCOUNT_SELECT = (f"select u.id, u.kind, u.status, u.epoch, {ROLES},"  # noqa: S608
                  " array(select t.jti from revoked_tokens t where t.subject_id = u.id),"
                  " u.restriction, u.restricted_until{more}"
                  " from users u where u.subject_id = p_user and u.id = p_user")
SECOND = (", exists (select from totp_secrets s where s.subject_id = u.id and s.confirmed_at is not null)")
SESSION = "identity_session(p_hash text)"
SESSION_COLUMNS = ("session_id uuid, user_id uuid, status text, epoch int, display_name text, locale text,"
                   " roles text[], created_at timestamptz, last_seen timestamptz")
SESSION_SELECT = (f"select s.id, u.id, u.status, u.epoch, u.display_name, u.locale, {ROLES}, s.created_at,"  # noqa: S608
                  " s.last_seen{more}"
                  " from staff_sessions s join users u on u.subject_id = s.subject_id and u.id = s.subject_id"
                  " where s.token_hash = p_hash and s.ended_at is null")


def upgrade() -> None:
    # may be null: code of the release before, which still runs while this does, does not know of it
    op.add_column("refresh_families", sa.Column("proved_at", sa.DateTime(timezone=True)))
    definer_reads(op, "totp_secrets", grants="select (subject_id, confirmed_at)")
    redefine(f"{ACCOUNT_COLUMNS}, second_factor boolean", ACCOUNT_SELECT.format(more=SECOND),
             f"{SESSION_COLUMNS}, mfa_at timestamptz", SESSION_SELECT.format(more=", s.mfa_at"))


def downgrade() -> None:
    redefine(ACCOUNT_COLUMNS, ACCOUNT_SELECT.format(more=""), SESSION_COLUMNS, SESSION_SELECT.format(more=""))
    op.execute("revoke select (subject_id, confirmed_at) on totp_secrets from castingops_definer")
    op.drop_column("refresh_families", "proved_at")


def redefine(account: str, account_select: str, session: str, session_select: str) -> None:
    """A function's columns cannot be changed: it is made anew."""
    op.execute("drop function identity_account(uuid)")
    op.execute("drop function identity_session(text)")
    definer_function(op, ACCOUNT, f"table ({account})", account_select)
    definer_function(op, SESSION, f"table ({session})", session_select)
