"""Acts that take two people: one proposes, another approves, and neither is the person concerned."""
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from castingops.core.rls import platform_columns, protect_platform

revision, down_revision = "0018", "0017"

TIME = sa.DateTime(timezone=True)
CHECKS = {
    "state": "state in ('proposed', 'approved', 'refused', 'cancelled', 'expired')",
    "two_persons": "settled_by <> proposer_id or state = 'cancelled'",
    "not_about_oneself": "subject_id <> proposer_id",
    "not_for_oneself": "subject_id <> settled_by or state = 'cancelled'",
    "settled_whole": "(state = 'proposed') = (settled_at is null)",
    "settled_by_someone": "(state in ('approved', 'refused', 'cancelled')) = (settled_by is not null)",
    "refused_for_a_reason": "state <> 'refused' or answer is not null",
    "approved_in_time": "state <> 'approved' or settled_at < expires_at",
    "reason_length": "length(reason) between 1 and 1000 and length(answer) <= 1000",
}


def required(name: str, kind: sa.types.TypeEngine | None = None, **options: object) -> sa.Column:
    return sa.Column(name, kind or sa.String(), nullable=False, **options)


def upgrade() -> None:
    op.create_table(
        "proposals", *platform_columns(), required("kind"), required("topic"), sa.Column("subject_id", sa.Uuid()),
        sa.Column("arguments", JSONB()), required("reason"), required("proposer_id", sa.Uuid()),
        sa.Column("settled_by", sa.Uuid()), sa.Column("answer", sa.String()), required("state"),
        required("created_at", TIME), required("expires_at", TIME), sa.Column("settled_at", TIME),
        sa.Column("approved_in", sa.BigInteger()), required("version", sa.Integer()),
        *(sa.CheckConstraint(rule, name=name) for name, rule in CHECKS.items()))
    op.create_index("uq_proposals_one_open", "proposals", ["kind", "subject_id", "topic"], unique=True,
                    postgresql_where=sa.text("state = 'proposed' and subject_id is not null"))
    op.create_index("ix_proposals_open", "proposals", ["expires_at"], postgresql_where=sa.text("state = 'proposed'"))
    op.create_index(None, "proposals", ["subject_id", "id"])
    # what is proposed is never edited: an edit would void the approval. Erasure takes its personal part away.
    protect_platform(op, "proposals", grants="select, insert, update (state, settled_by, settled_at, answer, version,"
                                             " arguments, reason)")
    guard_proposals()


def guard_proposals() -> None:
    """Nobody proposes or answers in another's name, and what is settled stays so.

    `approved_in` is the transaction that approved: what an approval allows can be done in that one alone.
    """
    op.execute("""
        create function proposals_guard() returns trigger language plpgsql as $$
        declare
          kind text := current_setting('app.kind', true);
          me uuid := nullif(current_setting('app.user_id', true), '')::uuid;
        begin
          if tg_op = 'INSERT' then
            if new.state <> 'proposed' or (kind <> 'system' and new.proposer_id is distinct from me) then
              raise exception 'a proposal is made by its proposer, and waits'
                using errcode = 'check_violation', constraint = 'ck_proposals_own_name', table = 'proposals';
            end if;
            new.approved_in := null;
            return new;
          end if;
          if new.arguments is distinct from old.arguments and new.arguments is not null
             or new.reason is distinct from old.reason and new.reason <> '[erased]' then
            raise exception 'a proposal is not edited'
              using errcode = 'check_violation', constraint = 'ck_proposals_unedited', table = 'proposals';
          end if;
          if new.state <> old.state and old.state <> 'proposed' then
            raise exception 'a proposal is settled once'
              using errcode = 'check_violation', constraint = 'ck_proposals_settled_once', table = 'proposals';
          end if;
          if new.state <> old.state and new.state <> 'expired' and (
             kind <> 'staff' or new.settled_by is distinct from me
             or new.state = 'cancelled' and new.settled_by <> new.proposer_id) then
            raise exception 'nobody settles a proposal in another''s name'
              using errcode = 'check_violation', constraint = 'ck_proposals_own_name', table = 'proposals';
          end if;
          if new.state = 'approved' and old.state = 'proposed' then
            new.approved_in := pg_current_xact_id()::text::bigint;
          end if;
          return new;
        end $$""")
    op.execute("create trigger guard before insert or update on proposals for each row"
               " execute function proposals_guard()")


def downgrade() -> None:
    op.drop_table("proposals")
    op.execute("drop function proposals_guard()")
