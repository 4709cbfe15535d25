"""Mobile numbers and the codes that prove them; Nafath transactions and verifications."""
import sqlalchemy as sa
from alembic import op

from castingops.core.rls import person_columns, platform_columns, protect_person, protect_platform

revision, down_revision = "0027", "0026"

TIME = sa.DateTime(timezone=True)
E164 = "number ~ '^[+][1-9][0-9]{6,14}$'"
STATES = "'starting', 'pending', 'answered', 'verified', 'rejected', 'expired', 'cancelled', 'failed'"
LIVE = "state in ('starting', 'pending', 'answered')"
ALL = "select, insert, update, delete"


def required(name: str, kind: sa.types.TypeEngine | None = None) -> sa.Column:
    return sa.Column(name, kind or sa.String(), nullable=False)


def upgrade() -> None:
    create_phones()
    create_transactions()
    op.create_table(
        "identity_verifications", *person_columns(), required("id_digest"), required("provider"), required("name_ar"),
        required("name_en"), sa.Column("birth_date", sa.Date()), required("verified_at", TIME),
        required("expires_at", TIME), sa.Column("warned_at", TIME), sa.Column("ended_at", TIME),
        sa.Column("ended_for", sa.String()),
        sa.CheckConstraint("(ended_at is null) = (ended_for is null)", name="ended_whole"),
        sa.CheckConstraint("ended_for in ('expired', 'removed', 'replaced')", name="ended_for"),
        sa.CheckConstraint("expires_at > verified_at", name="expires_later"))
    standing = sa.text("ended_at is null")
    op.create_index("uq_identity_verifications_person", "identity_verifications", ["id_digest"], unique=True,
                    postgresql_where=standing)
    op.create_index("uq_identity_verifications_account", "identity_verifications", ["subject_id"], unique=True,
                    postgresql_where=standing)
    op.create_index("ix_identity_verifications_expires_at", "identity_verifications", ["expires_at"],
                    postgresql_where=standing)
    protect_person(op, "identity_verifications", grants=ALL)


def create_phones() -> None:
    op.create_table(
        "phone_numbers", *person_columns(), required("number"), required("verified_at", TIME),
        sa.UniqueConstraint("subject_id"), sa.CheckConstraint(E164, name="e164"))
    op.create_index(None, "phone_numbers", ["number"])
    protect_person(op, "phone_numbers", grants=ALL)
    op.create_table(
        "phone_codes", *person_columns(), required("number"), required("digest"), sa.Column("sealed", sa.String()),
        required("tries", sa.Integer()), required("created_at", TIME), required("expires_at", TIME),
        sa.UniqueConstraint("subject_id"), sa.CheckConstraint(E164, name="e164"))
    protect_person(op, "phone_codes", grants=ALL)
    op.create_table("phone_sends", *platform_columns(), required("who"), required("at", TIME))
    op.create_index(None, "phone_sends", ["who", "at"])
    op.create_index("ix_phone_sends_at", "phone_sends", ["at"])
    protect_platform(op, "phone_sends", grants="select, insert, delete")


def create_transactions() -> None:
    op.create_table(
        "nafath_transactions", *person_columns(), required("id_digest"), required("provider"),
        sa.Column("provider_id", sa.String()), sa.Column("number", sa.String()), required("state"),
        sa.Column("reason", sa.String()), sa.Column("asked", sa.String()), sa.Column("answer", sa.String()),
        sa.Column("fingerprint", sa.String()), required("created_at", TIME), required("expires_at", TIME),
        sa.Column("ended_at", TIME),
        sa.UniqueConstraint("provider", "provider_id"), sa.UniqueConstraint("fingerprint"),
        sa.CheckConstraint(f"state in ({STATES})", name="state"),
        sa.CheckConstraint("(state = 'failed') = (reason is not null)", name="reason"),
        sa.CheckConstraint(f"({LIVE}) = (ended_at is null)", name="ended_whole"),
        sa.CheckConstraint("ended_at is null or (asked is null and answer is null)", name="forgotten"),
        sa.CheckConstraint("number ~ '^[0-9]{1,3}$'", name="number"))
    op.create_index("uq_nafath_transactions_live", "nafath_transactions", ["subject_id"], unique=True,
                    postgresql_where=sa.text(LIVE))
    op.create_index("ix_nafath_transactions_pending", "nafath_transactions", ["expires_at"],
                    postgresql_where=sa.text(LIVE))
    op.create_index(None, "nafath_transactions", ["id_digest", "created_at"])
    protect_person(op, "nafath_transactions", grants=ALL)


def downgrade() -> None:
    for table in ("identity_verifications", "nafath_transactions", "phone_sends", "phone_codes", "phone_numbers"):
        op.drop_table(table)
