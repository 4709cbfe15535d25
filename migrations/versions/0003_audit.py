"""The audit trail: entries, their payloads, their places in the tree, signed checkpoints, verifications."""
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from castingops.core.rls import (
    CURRENT_ORG,
    CURRENT_SUBJECT,
    IS_HOUSE,
    IS_SYSTEM,
    definer_procedure,
    definer_reads,
    mixed_columns,
    platform_columns,
    protect_mixed,
    protect_platform,
)

revision, down_revision = "0003", "0002"

TIME = sa.DateTime(timezone=True)
ENTRY = "audit_entries.id"

# A payload goes only when a committed-to erasure entry lists it, and only inside the subject that was entered. What
# staff did stays theirs to answer for: their own erasure does not take who decided about others.
ERASE = f"""
declare
  erased uuid; listed jsonb; gone bigint;
begin
  select e.entity_id, p.payload -> 'details' -> 'entries' into erased, listed
    from audit_entries e join audit_payloads p on p.entry_id = e.id
   where e.id = erasure and e.action = 'audit.payload.erase' and {IS_HOUSE};
  if listed is null or erased is distinct from {CURRENT_SUBJECT} then
    raise insufficient_privilege using message = 'no erasure entry for the subject that was entered';
  end if;
  delete from audit_payloads p using audit_entries e
   where e.id = p.entry_id and e.action <> 'audit.payload.erase'
     and (e.subject_id = erased or (p.actor_id = erased and e.actor_kind <> 'staff'))
     and p.entry_id in (select value::uuid from jsonb_array_elements_text(listed));
  get diagnostics gone = row_count;
  if gone <> jsonb_array_length(listed) then
    raise check_violation using message = format('the erasure lists %s payloads and reaches %s',
                                                 jsonb_array_length(listed), gone);
  end if;
  return gone;
end"""  # noqa: S608  # our own constants


def required(name: str, kind: sa.types.TypeEngine | None = None, **options) -> sa.Column:
    return sa.Column(name, kind or sa.String(), nullable=False, **options)


def of_entry(ondelete: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["entry_id"], [ENTRY], ondelete=ondelete)


def upgrade() -> None:
    create_entries()
    create_payloads()
    create_tree()
    op.create_table(
        "audit_verifications", *platform_columns(), required("started_at", TIME), required("finished_at", TIME),
        *[required(name, sa.BigInteger()) for name in ("entries", "erased", "unplaced", "tree_size")],
        required("root", sa.LargeBinary()), required("checkpoints", sa.BigInteger()), required("findings", JSONB()))
    protect_platform(op, "audit_verifications", grants="select, insert")
    only_the_system_appends("audit_verifications")


def create_entries() -> None:
    op.create_table(
        "audit_entries", *mixed_columns(), required("occurred_at", TIME), required("action"), required("entity_kind"),
        sa.Column("entity_id", sa.Uuid()), required("actor_kind"), sa.Column("actor_role", sa.String()),
        required("purpose"), sa.Column("request_id", sa.Uuid()), required("commitment", sa.LargeBinary()),
        sa.CheckConstraint("actor_kind in ('anonymous', 'person', 'member', 'staff', 'system')", name="actor_kind"),
        sa.CheckConstraint("length(commitment) = 32", name="commitment"))
    op.create_index(None, "audit_entries", ["action", "id"])
    for column in ("entity_id", "subject_id", "org_id"):
        op.create_index(None, "audit_entries", [column, "id"], postgresql_where=sa.text(f"{column} is not null"))
    protect_mixed(op, "audit_entries", grants="select, insert")
    own = f"subject_id = {CURRENT_SUBJECT} or org_id = {CURRENT_ORG}"
    op.execute(f"alter policy reads on audit_entries using ({counted_on(own)})")
    anyone_appends("audit_entries")


def create_payloads() -> None:
    op.create_table(
        "audit_payloads", required("entry_id", sa.Uuid()), required("salt", sa.LargeBinary()),
        required("payload", JSONB()),
        sa.Column("actor_id", sa.Uuid(), sa.Computed("((payload ->> 'actor_id'::text))::uuid", persisted=True)),
        sa.PrimaryKeyConstraint("entry_id"), of_entry("RESTRICT"))
    op.create_index(None, "audit_payloads", ["actor_id", "entry_id"])
    protect_platform(op, "audit_payloads", grants="select, insert")
    op.execute(f"alter policy house on audit_payloads using ({counted_on('false')})")
    anyone_appends("audit_payloads")
    definer_reads(op, "audit_entries")
    definer_reads(op, "audit_payloads", grants="select, delete")
    definer_procedure(op, "audit_erase_payloads(erasure uuid)", "bigint", ERASE)


def create_tree() -> None:
    op.create_table("audit_pending", required("entry_id", sa.Uuid()), sa.PrimaryKeyConstraint("entry_id"),
                    of_entry("CASCADE"))
    protect_platform(op, "audit_pending", grants="select, insert, delete")
    anyone_appends("audit_pending")
    op.create_table(
        "audit_leaves", required("seq", sa.BigInteger(), autoincrement=False), required("entry_id", sa.Uuid()),
        required("leaf_hash", sa.LargeBinary()), sa.PrimaryKeyConstraint("seq"), sa.UniqueConstraint("entry_id"),
        of_entry("RESTRICT"), sa.CheckConstraint("seq >= 0", name="seq"),
        sa.CheckConstraint("length(leaf_hash) = 32", name="leaf"))
    op.create_table(
        "audit_checkpoints", required("tree_size", sa.BigInteger(), autoincrement=False),
        required("root", sa.LargeBinary()), required("peaks", ARRAY(sa.LargeBinary())), required("signed_at", TIME),
        required("key_id"), required("signature", sa.LargeBinary()), sa.PrimaryKeyConstraint("tree_size"))
    for table in ("audit_leaves", "audit_checkpoints"):
        protect_platform(op, table, grants="select, insert")
        only_the_system_appends(table)
    op.execute(f"alter policy house on audit_leaves using ({counted_on('false')})")


def counted_on(otherwise: str) -> str:
    """What the house may see, said so that the planner expects to find it.

    It takes a comparison of settings to let one row in a hundred pass, and would then rather sort all that an action
    ever did, or scan the leaves, than walk to the first page; of a CASE it thinks that half may pass.
    """
    return f"case when {IS_HOUSE} then true else {otherwise} end"


def anyone_appends(table: str) -> None:
    """Every act is recorded, whoever acts and whomever it is about: a refused sign-in, a hirer's look at a talent."""
    op.execute(f"create policy anyone_appends on {table} for insert with check (true)")


def only_the_system_appends(table: str) -> None:
    """Places, heads and results are the sequencer's to write; staff read them."""
    op.execute(f"alter policy house on {table} with check ({IS_SYSTEM})")


def downgrade() -> None:
    op.execute("drop function audit_erase_payloads(uuid)")
    for table in ("verifications", "checkpoints", "leaves", "pending", "payloads", "entries"):
        op.drop_table(f"audit_{table}")
