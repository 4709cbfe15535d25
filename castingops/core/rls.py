"""Row level security: the settings a transaction carries, and the four kinds of table that read them.

Used by migrations. A policy never wraps `current_setting` in a sub-select: that hides the value from the planner.
"""
from typing import Any

import sqlalchemy as sa

from castingops.core.actor import Actor

# After a transaction that set it, the setting reads '' and no longer NULL: hence nullif.
CURRENT_ORG = "nullif(current_setting('app.org_id', true), '')::uuid"
CURRENT_SUBJECT = "nullif(current_setting('app.subject_id', true), '')::uuid"
# A CASE, because the planner expects a bare comparison with a setting to let one row in a hundred through, and then
# sorts or scans what an index already has in order.
IS_HOUSE = "case when current_setting('app.kind', true) in ('staff', 'system') then true else false end"
IS_SYSTEM = "current_setting('app.kind', true) = 'system'"
# A member's rank may come from a cache. The function raises MEMBERSHIP_STALE unless the organization's memberships are
# still in the state from which it was read; it rides in the statement that tells the database who acts.
FENCE = "org_fence(cast(nullif({org_id}, '') as uuid), cast(nullif({stamp}, '') as uuid))"
MEMBERSHIP_STALE = "OM001"  # SQLSTATE
# As a membership test the planner would take it to be true of 2 % of the rows, and sort what an index has in order.
IS_SIGNED_IN = ("array_position(array['person', 'member', 'staff', 'system'], current_setting('app.kind', true))"
                " is not null")


def scope_of(actor: Actor, *, read_only: bool) -> dict[str, str]:
    """The settings that bind a transaction to `actor`, as text; '' stands for none."""
    return {
        "kind": actor.kind,
        "user_id": str(actor.user_id or ""),
        "subject_id": str(actor.subject_id or ""),
        "org_id": str(actor.org_id or ""),
        "stamp": str(actor.org_stamp or ""),
        "read_only": "on" if read_only else "off",
    }


def _id() -> sa.Column[Any]:
    return sa.Column("id", sa.Uuid(), server_default=sa.func.uuidv7(), nullable=False)


def org_columns() -> list[Any]:
    """First columns of a table that belongs to organizations: the key leads with org_id, and so does any key on it."""
    return [sa.Column("org_id", sa.Uuid(), nullable=False), _id(), sa.PrimaryKeyConstraint("org_id", "id")]


def person_columns() -> list[Any]:
    """First columns of a table that belongs to one data subject; it goes when the subject's row goes."""
    return [
        sa.Column("subject_id", sa.Uuid(), nullable=False), _id(), sa.PrimaryKeyConstraint("subject_id", "id"),
        sa.ForeignKeyConstraint(["subject_id"], ["subjects.id"], ondelete="CASCADE"),
    ]


def platform_columns() -> list[Any]:
    """First columns of a table of the house itself: cases, policies, registers."""
    return [_id(), sa.PrimaryKeyConstraint("id")]


def mixed_columns() -> list[Any]:
    """First columns of a table whose rows may belong to an organization, a subject, both or neither."""
    return [_id(), sa.Column("org_id", sa.Uuid()), sa.Column("subject_id", sa.Uuid()), sa.PrimaryKeyConstraint("id")]


def protect_org(op: Any, table: str, *, grants: str, column: str = "org_id") -> None:
    """Bind `table` to organizations. Staff and system read all; nobody writes outside the one they have entered.

    `op` is alembic's; `grants` are the verbs the app role gets, for example "select, insert".
    """
    _protect_owned(op, table, f"{column} = {CURRENT_ORG}", grants)


def protect_person(op: Any, table: str, *, grants: str, column: str = "subject_id") -> None:
    """Bind `table` to data subjects. Staff and system read all; they write only in the subject they have entered."""
    _protect_owned(op, table, f"{column} = {CURRENT_SUBJECT}", grants)


def readable_from(op: Any, table: str, *, column: str) -> None:
    """Let another subject, whom `column` names, read rows of a person's table: a ward's side of a guardianship.

    Writing stays the owner's. Two policies serve no index together: a list passes its own side's key.
    """
    op.execute(f"create policy other_side on {table} for select using ({column} = {CURRENT_SUBJECT})")


def protect_platform(op: Any, table: str, *, grants: str, readable: bool = False) -> None:
    """Open `table` to staff and system only; with `readable`, everyone may select (public registers, notices)."""
    _switch_on(op, table, grants)
    op.execute(f"create policy house on {table} using ({IS_HOUSE}) with check ({IS_HOUSE})")
    if readable:
        op.execute(f"create policy readable on {table} for select using (true)")


def protect_published(op: Any, table: str, *, grants: str) -> None:
    """A projection of what is public inside the marketplace: everyone signed in reads, only the house writes."""
    _switch_on(op, table, grants)
    op.execute(f"create policy signed_in on {table} for select using ({IS_SIGNED_IN})")
    op.execute(f"create policy house_insert on {table} for insert with check ({IS_HOUSE})")
    op.execute(f"create policy house_update on {table} for update using ({IS_HOUSE}) with check ({IS_HOUSE})")
    op.execute(f"create policy house_delete on {table} for delete using ({IS_HOUSE})")


def protect_mixed(op: Any, table: str, *, grants: str) -> None:
    """Rows carry nullable org and subject: each reads its own, the house reads all, only the system changes."""
    _switch_on(op, table, grants)
    own = f"subject_id = {CURRENT_SUBJECT} or org_id = {CURRENT_ORG}"
    fits = (f"(subject_id is null or subject_id = {CURRENT_SUBJECT}) and (org_id is null or org_id = {CURRENT_ORG})")
    op.execute(f"create policy reads on {table} for select using ({own} or {IS_HOUSE})")
    op.execute(f"create policy writes on {table} for insert with check (({fits}) or {IS_HOUSE})")
    op.execute(f"create policy system_updates on {table} for update using ({IS_SYSTEM}) with check ({IS_SYSTEM})")
    op.execute(f"create policy system_deletes on {table} for delete using ({IS_SYSTEM})")


def definer_function(op: Any, signature: str, returns: str, body: str) -> None:
    """A look-up before there is an actor: SQL that sees past the policies and returns only what it names.

    Owned by the BYPASSRLS role that nobody can log in as; its search path is pinned and PUBLIC may not call it.
    Few, and each is named in tests/matrix/test_rls.py.
    """
    op.execute(f"create function {signature} returns {returns} language sql stable security definer "
               f"set search_path = public, pg_temp as $definer${body}$definer$")
    _hand_over(op, signature)


def definer_procedure(op: Any, signature: str, returns: str, body: str) -> None:
    """Like `definer_function`, in PL/pgSQL and allowed to write."""
    op.execute(f"create function {signature} returns {returns} language plpgsql volatile security definer "
               f"set search_path = public, pg_temp as $definer${body}$definer$")
    _hand_over(op, signature)


def definer_trigger(op: Any, name: str, body: str, *triggers: str, at_commit: bool = False) -> None:
    """A gate or a bookkeeper that must see more than the actor: a trigger function of the definer role's.

    `triggers` are each what stands between `create trigger` and `execute function`, for each row `at_commit` without
    the words that put it off until then.
    """
    kind, off = ("constraint trigger", "deferrable initially deferred for each row") if at_commit else ("trigger", "")
    op.execute(f"create function {name}() returns trigger language plpgsql volatile security definer "
               f"set search_path = public, pg_temp as $definer${body}$definer$")
    for trigger in triggers:  # before it changes hands: afterwards the owner may not name it any more
        op.execute(f"create {kind} {trigger} {off} execute function {name}()")
    op.execute(f"revoke all on function {name}() from public")
    op.execute(f"alter function {name}() owner to castingops_definer")


def definer_reads(op: Any, *tables: str, grants: str = "select") -> None:
    """Let the definer role reach `tables`: BYPASSRLS skips policies, not grants."""
    op.execute(f"grant {grants} on {', '.join(tables)} to castingops_definer")


def _hand_over(op: Any, signature: str) -> None:
    op.execute(f"revoke all on function {signature} from public")
    op.execute(f"grant execute on function {signature} to castingops_app")
    op.execute(f"alter function {signature} owner to castingops_definer")


def _protect_owned(op: Any, table: str, own: str, grants: str) -> None:
    _switch_on(op, table, grants)
    op.execute(f"create policy own on {table} using ({own}) with check ({own})")
    op.execute(f"create policy house_reads on {table} for select using ({IS_HOUSE})")


def _switch_on(op: Any, table: str, grants: str) -> None:
    op.execute(f"alter table {table} enable row level security")
    op.execute(f"alter table {table} force row level security")
    op.execute(f"grant {grants} on {table} to castingops_app")
    op.execute(f"grant select on {table} to castingops_backup")
