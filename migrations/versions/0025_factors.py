"""Passkeys, recovery codes and the challenges that both steps of a sign-in and authenticators answer (ID-5)."""
import sqlalchemy as sa
from alembic import op

from castingops.core.rls import definer_function, definer_procedure, definer_reads, person_columns, protect_person

revision, down_revision = "0025", "0024"

TIME = sa.DateTime(timezone=True)
ALL = "select, insert, update, delete"
ACCOUNT = "identity_account(p_user uuid)"
ACCOUNT_COLUMNS = ("user_id uuid, kind text, status text, epoch int, roles text[], revoked text[], restriction text,"
                   " restricted_until timestamptz, second_factor boolean")
TOTP = "exists (select from totp_secrets s where s.subject_id = u.id and s.confirmed_at is not null)"
PASSKEY = "exists (select from passkeys k where k.subject_id = u.id)"
ACCOUNT_SELECT = ("select u.id, u.kind, u.status, u.epoch,"
                  " array(select role from role_grants g where g.user_id = u.id order by role),"
                  " array(select t.jti from revoked_tokens t where t.subject_id = u.id),"
                  " u.restriction, u.restricted_until, {second}"
                  " from users u where u.subject_id = p_user and u.id = p_user")


def required(name: str, kind: sa.types.TypeEngine | None = None, **options: object) -> sa.Column:
    return sa.Column(name, kind or sa.String(), nullable=False, **options)


def upgrade() -> None:
    # one secret may wait for its first code beside the one in use: a new phone does not shut its owner out
    op.drop_constraint("uq_totp_secrets_subject_id", "totp_secrets")
    op.create_index("uq_totp_secrets_in_use", "totp_secrets", ["subject_id"], unique=True,
                    postgresql_where=sa.text("confirmed_at is not null"))
    op.create_index("uq_totp_secrets_waiting", "totp_secrets", ["subject_id"], unique=True,
                    postgresql_where=sa.text("confirmed_at is null"))
    create_tables()
    create_lookups()


def create_tables() -> None:
    op.create_table(
        "passkeys", *person_columns(), required("credential_id", sa.LargeBinary()),
        required("public_key", sa.LargeBinary()), required("sign_count", sa.BigInteger()),
        required("transports", sa.ARRAY(sa.String())), required("name"), required("created_at", TIME),
        sa.Column("last_used_at", TIME), sa.UniqueConstraint("credential_id"),
        sa.CheckConstraint("length(name) between 1 and 60", name="name_length"),
        sa.CheckConstraint("sign_count >= 0", name="sign_count"))
    op.create_table(
        "recovery_codes", *person_columns(), required("code_hash"), required("created_at", TIME),
        sa.Column("used_at", TIME), sa.UniqueConstraint("subject_id", "code_hash"))
    op.create_table(
        "factor_challenges", *person_columns(), required("token_hash"), required("purpose"),
        sa.Column("session_id", sa.Uuid()), sa.Column("transport", sa.String()), required("epoch", sa.Integer()),
        required("created_at", TIME), required("expires_at", TIME), sa.UniqueConstraint("token_hash"),
        sa.CheckConstraint("purpose in ('sign_in', 'prove', 'register')", name="purpose"),
        sa.CheckConstraint("(session_id is null) = (purpose = 'sign_in')", name="bound"),
        sa.CheckConstraint("transport in ('bearer', 'cookie')", name="transport"))
    op.create_index("ix_factor_challenges_expires_at", "factor_challenges", ["expires_at"])
    for table in ("passkeys", "recovery_codes", "factor_challenges"):
        protect_person(op, table, grants=ALL)


def create_lookups() -> None:
    definer_reads(op, "passkeys", grants="select (subject_id)")
    definer_reads(op, "factor_challenges")
    definer_reads(op, "factor_challenges", grants="delete")
    op.execute("drop function identity_account(uuid)")
    definer_function(op, ACCOUNT, f"table ({ACCOUNT_COLUMNS})", ACCOUNT_SELECT.format(second=f"{TOTP} or {PASSKEY}"))
    definer_function(op, "identity_challenge(p_hash text)", "table (user_id uuid)",
                     "select c.subject_id from factor_challenges c"
                     " where c.token_hash = p_hash and c.purpose = 'sign_in'")
    definer_procedure(op, "identity_sweep_challenges(p_now timestamptz, p_batch int)", "void",
                      "begin delete from factor_challenges where id in"
                      " (select id from factor_challenges where expires_at < p_now limit p_batch); end")


def downgrade() -> None:
    """Passkeys and codes are gone, and so are secrets that waited for their first code beside one in use."""
    for function in ("identity_sweep_challenges(timestamptz, int)", "identity_challenge(text)",
                     "identity_account(uuid)"):
        op.execute(f"drop function {function}")
    definer_function(op, ACCOUNT, f"table ({ACCOUNT_COLUMNS})", ACCOUNT_SELECT.format(second=TOTP))
    for table in ("factor_challenges", "recovery_codes", "passkeys"):
        op.drop_table(table)
    op.execute("alter table totp_secrets no force row level security")
    op.execute("delete from totp_secrets w using totp_secrets u where w.subject_id = u.subject_id"
               " and w.confirmed_at is null and u.confirmed_at is not null")
    op.execute("alter table totp_secrets force row level security")
    op.drop_index("uq_totp_secrets_waiting", "totp_secrets")
    op.drop_index("uq_totp_secrets_in_use", "totp_secrets")
    op.create_unique_constraint("uq_totp_secrets_subject_id", "totp_secrets", ["subject_id"])
