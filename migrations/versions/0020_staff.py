"""Staff accounts by proposal: who grants and takes roles, who stays, names to search by, and reviews of access."""
import sqlalchemy as sa
from alembic import op

from castingops.core.arabic import fold
from castingops.core.rls import platform_columns, protect_platform

revision, down_revision = "0020", "0019"

TIME = sa.DateTime(timezone=True)
TRUSTED = "array['compliance_officer', 'finance', 'admin']"
APPROVING = "array['senior_moderator', 'compliance_officer', 'finance', 'admin']"
ME = "nullif(current_setting('app.user_id', true), '')::uuid"
HOUSE = "current_setting('app.kind', true)"
REFUSED = "using errcode = 'check_violation', table = '{table}', constraint = '{name}'"


def required(name: str, kind: sa.types.TypeEngine | None = None, **options: object) -> sa.Column:
    return sa.Column(name, kind or sa.String(), nullable=False, **options)


def upgrade() -> None:
    add_sort_names()
    create_reviews()
    op.add_column("role_grants", sa.Column("proposal_id", sa.Uuid()))
    op.create_foreign_key("fk_role_grants_proposal_id_proposals", "role_grants", "proposals", ["proposal_id"], ["id"],
                          ondelete="RESTRICT")
    op.create_index(None, "role_grants", ["role", "user_id"])
    keep_holders()
    guard_grants()
    guard_accounts()


def add_sort_names() -> None:
    """Names as they are searched and sorted by; the model keeps them with the name."""
    op.add_column("users", required("sort_name", server_default=""))
    op.execute("alter table users no force row level security")  # the owner, once, for every row
    for user_id, name in op.get_bind().execute(sa.text("select id, display_name from users")).all():
        op.get_bind().execute(sa.text("update users set sort_name = :name where id = :id"),
                              {"name": fold(name), "id": user_id})
    op.execute("alter table users force row level security")
    op.alter_column("users", "sort_name", server_default=None)
    op.create_index("ix_users_staff", "users", ["sort_name", "id"], postgresql_where=sa.text("kind = 'staff'"))
    op.execute("grant update (sort_name) on users to castingops_app")


def create_reviews() -> None:
    op.create_table(
        "access_marks", *platform_columns(), required("quarter"), required("subject_id", sa.Uuid()),
        required("verdict"), required("roles", sa.ARRAY(sa.String())), required("marked_by", sa.Uuid()),
        required("marked_at", TIME), sa.Column("note", sa.String()), required("version", sa.Integer()),
        sa.ForeignKeyConstraint(["subject_id"], ["subjects.id"], ondelete="CASCADE"),
        sa.UniqueConstraint("quarter", "subject_id"),
        sa.CheckConstraint("verdict in ('keep', 'change')", name="verdict"),
        sa.CheckConstraint("quarter ~ '^20[0-9]{2}-Q[1-4]$'", name="quarter"),
        sa.CheckConstraint("marked_by <> subject_id", name="by_another"),
        sa.CheckConstraint("length(note) <= 1000", name="note_length"))
    protect_platform(op, "access_marks",
                     grants="select, insert, update (verdict, roles, marked_by, marked_at, note, version)")


def keep_holders() -> None:
    """The last admin stays, whoever acts for the house; and no act of the console leaves a single holder of an
    approving role. The lock has two such acts at once wait: each then counts what the other left."""
    op.execute(f"""
        create function staff_holders_stay(p_user uuid, p_role text) returns void language plpgsql as $$
        declare
          others int;
        begin
          if {HOUSE} is distinct from 'staff' and {HOUSE} is distinct from 'system' then
            return;
          end if;
          perform pg_advisory_xact_lock(hashtextextended('role_holders/' || p_role, 0));
          select count(*) into others from role_grants g join users u on u.subject_id = g.user_id and u.id = g.user_id
            where g.role = p_role and g.user_id <> p_user and u.status = 'active';
          if p_role = 'admin' and others = 0 then
            raise exception 'the last admin stays'
              {REFUSED.format(table='role_grants', name='ck_role_grants_last_admin')};
          end if;
          if {HOUSE} = 'staff' and p_role = any ({APPROVING}) and others = 1 then
            raise exception 'the second holder stays'
              {REFUSED.format(table='role_grants', name='ck_role_grants_second_holder')};
          end if;
        end $$""")  # noqa: S608  # names of ours
    op.execute("grant execute on function staff_holders_stay(uuid, text) to castingops_app")


def guard_grants() -> None:
    """Roles of staff come and go by an approved proposal, in the transaction of its approval; or by the system itself:
    an operator's command, the directory of the house. What is about another role or person does not count."""
    op.execute(f"""
        create function role_grants_guard() returns trigger language plpgsql as $$
        declare
          asked proposals;
          held role_grants;
        begin
          if tg_op = 'INSERT' then held := new; else held := old; end if;
          if held.kind <> 'staff' then return held; end if;
          if tg_op = 'DELETE' and exists (select from users u where u.subject_id = held.user_id and u.id = held.user_id
                                          and u.status = 'active') then
            perform staff_holders_stay(held.user_id, held.role);
          end if;
          if {HOUSE} = 'system' and tg_op = 'INSERT'
             and (new.granted_by is not null or new.proposal_id is not null) then
            raise exception 'the system grants in nobody''s name'
              {REFUSED.format(table='role_grants', name='ck_role_grants_by_proposal')};
          end if;
          if {HOUSE} is distinct from 'staff' then return held; end if;
          select p.* into asked from proposals p
          where p.subject_id = held.user_id and p.state = 'approved' and p.settled_by = {ME}
            and p.approved_in = pg_current_xact_id()::text::bigint
            and case when tg_op = 'DELETE' then p.kind = 'identity.staff.revoke' and p.arguments ->> 'role' = held.role
                     when held.role = any ({TRUSTED}) then
                       p.kind = 'identity.staff.grant_trusted' and p.arguments ->> 'role' = held.role
                       or p.kind = 'identity.staff.create_trusted' and p.arguments -> 'roles' ? held.role
                     else p.kind = 'identity.staff.grant' and p.arguments ->> 'role' = held.role
                       or p.kind in ('identity.staff.create', 'identity.staff.create_trusted')
                          and p.arguments -> 'roles' ? held.role end;
          if asked.id is null
             or tg_op = 'INSERT' and (new.granted_by is distinct from asked.proposer_id
                                      or new.proposal_id is distinct from asked.id)
             or not exists (select from role_grants g where g.user_id = {ME} and g.role =
                              case when asked.kind like '%_trusted' then 'compliance_officer' else 'admin' end) then
            raise exception 'a role is granted and taken by proposal'
              {REFUSED.format(table='role_grants', name='ck_role_grants_by_proposal')};
          end if;
          return held;
        end $$""")  # noqa: S608  # names of ours
    op.execute("create trigger guard before insert or delete on role_grants for each row"
               " execute function role_grants_guard()")


def guard_accounts() -> None:
    """The console makes, disables and enables accounts of staff by an approved proposal alone."""
    op.execute(f"""
        create function staff_accounts_guard() returns trigger language plpgsql as $$
        declare
          role text;
          wanted text[] := case when tg_op = 'INSERT'
                                then array['identity.staff.create', 'identity.staff.create_trusted']
                                when new.status = 'disabled' then array['identity.staff.disable']
                                else array['identity.staff.enable'] end;
        begin
          if tg_op = 'UPDATE' and new.status = 'disabled' then
            for role in select g.role from role_grants g where g.user_id = new.id order by g.role loop
              perform staff_holders_stay(new.id, role);
            end loop;
          end if;
          if {HOUSE} = 'staff' and not exists (
            select from proposals p where p.subject_id = new.id and p.kind = any (wanted) and p.state = 'approved'
              and p.settled_by = {ME} and p.approved_in = pg_current_xact_id()::text::bigint
          ) then
            raise exception 'accounts of staff change by proposal'
              {REFUSED.format(table='users', name='ck_users_by_proposal')};
          end if;
          return new;
        end $$""")  # noqa: S608  # names of ours
    op.execute("create trigger staff_made before insert on users for each row when (new.kind = 'staff')"
               " execute function staff_accounts_guard()")
    op.execute("create trigger staff_switched before update of status on users for each row"
               " when (new.kind = 'staff' and new.status <> old.status) execute function staff_accounts_guard()")


def downgrade() -> None:
    for trigger, table in (("staff_made", "users"), ("staff_switched", "users"), ("guard", "role_grants")):
        op.execute(f"drop trigger {trigger} on {table}")
    for function in ("staff_accounts_guard()", "role_grants_guard()", "staff_holders_stay(uuid, text)"):
        op.execute(f"drop function {function}")
    op.drop_index("ix_role_grants_role_user_id", "role_grants")
    op.drop_column("role_grants", "proposal_id")
    op.drop_table("access_marks")
    op.drop_index("ix_users_staff", "users")
    op.drop_column("users", "sort_name")
