"""Decisions between proposal and effect, what they do beside their outcome, strikes, sanctions, statements."""
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from castingops.core.rls import (
    definer_function,
    person_columns,
    platform_columns,
    protect_person,
    protect_platform,
)

revision, down_revision = "0009", "0008"

TIME = sa.DateTime(timezone=True)
STATES = "state in ('proposed', 'scheduled', 'executed', 'cancelled', 'declined', 'failed')"
LIVE = "state in ('proposed', 'scheduled', 'executed')"
PROGRESS = ("state, approver_id, approved_at, execute_after, failure, settled_by, settled_at, settled_reason")
ACCOUNT = "identity_account(p_user uuid)"
ACCOUNT_COLUMNS = "user_id uuid, kind text, status text, epoch int, roles text[], revoked text[]"
ACCOUNT_SELECT = ("select u.id, u.kind, u.status, u.epoch,"
                  " array(select role from role_grants g where g.user_id = u.id order by role),"
                  " array(select t.jti from revoked_tokens t where t.subject_id = u.id){more}"
                  " from users u where u.subject_id = p_user and u.id = p_user")


def required(name: str, kind: sa.types.TypeEngine | None = None, **options: object) -> sa.Column:
    return sa.Column(name, kind or sa.String(), nullable=False, **options)


def upgrade() -> None:
    op.execute("select set_config('app.kind', 'system', true)")  # the owner is bound by the policies too
    open_cases()
    extend_decisions()
    create_actions()
    create_strikes()
    create_sanctions()
    create_statements()
    take_two_persons()
    restrict_accounts()
    op.add_column("talent_profiles", sa.Column("withheld_at", TIME))


def open_cases() -> None:
    """A case whose decision is on its way is neither open nor decided, and still the only one of its thing."""
    op.drop_constraint("ck_cases_state", "cases")
    op.create_check_constraint("state", "cases", "state in ('open', 'pending', 'decided', 'withdrawn')")
    op.drop_index("ix_cases_one_open", "cases")
    op.create_index("ix_cases_one_open", "cases", ["kind", "entity_id"], unique=True,
                    postgresql_where=sa.text("state in ('open', 'pending')"))


def extend_decisions() -> None:
    """What was decided so far was executed at once, by one person."""
    for column in (required("state", server_default="executed"),
                   required("needs_second", sa.Boolean(), server_default=sa.false()),
                   sa.Column("approver_id", sa.Uuid()), sa.Column("approved_at", TIME),
                   sa.Column("override_of", sa.Uuid()), required("payload_hash", server_default=""),
                   sa.Column("case_version", sa.Integer()), sa.Column("failure", sa.String()),
                   sa.Column("settled_by", sa.Uuid()),
                   sa.Column("settled_at", TIME), sa.Column("settled_reason", sa.String())):
        op.add_column("decisions", column)
    for name in ("state", "needs_second", "payload_hash"):
        op.alter_column("decisions", name, server_default=None)
    op.execute("update decisions set executed_at = execute_after where executed_at is null")
    op.create_foreign_key("fk_decisions_override_of_decisions", "decisions", "decisions", ["override_of"], ["id"],
                          ondelete="CASCADE")
    for name, rule in {
        "state": STATES, "two_persons": "approver_id <> decided_by",
        "approved_whole": "(approver_id is null) = (approved_at is null)",
        "second_person": "not needs_second or approver_id is not null or state not in ('scheduled', 'executed')",
        "executed_whole": "(state = 'executed') = (executed_at is not null)",
        "failed_whole": "(state = 'failed') = (failure is not null)",
    }.items():
        op.create_check_constraint(name, "decisions", rule)
    op.drop_constraint("uq_decisions_case_id_subject_revision", "decisions")
    op.create_index("uq_decisions_one_live", "decisions", ["case_id", "subject_revision"], unique=True,
                    postgresql_where=sa.text(f"{LIVE} and override_of is null"))
    op.create_index("uq_decisions_one_override", "decisions", ["override_of"], unique=True,
                    postgresql_where=sa.text(f"{LIVE} and override_of is not null"))
    op.create_index("ix_decisions_due", "decisions", ["execute_after", "id"],
                    postgresql_where=sa.text("state = 'scheduled'"))
    op.create_index("ix_decisions_proposed", "decisions", ["id"], postgresql_where=sa.text("state = 'proposed'"))
    op.create_index(None, "decisions", ["case_id", "subject_revision", "id"])
    op.execute(f"grant update ({PROGRESS}) on decisions to castingops_app")


def create_actions() -> None:
    op.create_table(
        "decision_actions", *platform_columns(), required("decision_id", sa.Uuid()), required("kind"),
        sa.Column("target_id", sa.Uuid()), required("parameters", JSONB()), sa.Column("applied_at", TIME),
        sa.Column("undone_at", TIME),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], ondelete="CASCADE"),
        sa.CheckConstraint("kind in ('warn', 'strike', 'remove_photo', 'hide_profile', 'suspend', 'ban', 'unban')",
                           name="kind"),
        sa.CheckConstraint("undone_at is null or applied_at is not null", name="undone_after_applied"))
    op.create_index(None, "decision_actions", ["decision_id", "id"])
    protect_platform(op, "decision_actions", grants="select, insert, update (applied_at, undone_at)")


def create_strikes() -> None:
    op.create_table(
        "strikes", *platform_columns(), required("subject_id", sa.Uuid()), required("decision_id", sa.Uuid()),
        required("policy_id", sa.Uuid()), required("weight", sa.Integer()), required("expires_at", TIME),
        sa.Column("voided_at", TIME), sa.Column("voided_by", sa.Uuid()), required("created_at", TIME),
        sa.ForeignKeyConstraint(["subject_id"], ["subjects.id"], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["policy_id"], ["policies.id"], ondelete="RESTRICT"),
        sa.UniqueConstraint("decision_id"),
        sa.CheckConstraint("weight between 1 and 10", name="weight"),
        sa.CheckConstraint("(voided_at is null) = (voided_by is null)", name="voided_whole"))
    op.create_index(None, "strikes", ["subject_id", "id"])
    protect_platform(op, "strikes", grants="select, insert, update (voided_at, voided_by)")


def create_sanctions() -> None:
    op.create_table(
        "sanctions", *platform_columns(), required("subject_id", sa.Uuid()), required("kind"),
        required("decision_id", sa.Uuid()), required("starts_at", TIME), sa.Column("ends_at", TIME),
        sa.Column("lifted_at", TIME), sa.Column("lifted_by", sa.Uuid()),
        sa.ForeignKeyConstraint(["subject_id"], ["subjects.id"], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.id"], ondelete="CASCADE"),
        sa.UniqueConstraint("decision_id", "kind"),
        sa.CheckConstraint("kind in ('suspend', 'ban')", name="kind"),
        sa.CheckConstraint("(kind = 'suspend') = (ends_at is not null)", name="suspension_ends"),
        sa.CheckConstraint("(lifted_at is null) = (lifted_by is null)", name="lifted_whole"))
    op.create_index(None, "sanctions", ["subject_id", "id"])
    op.create_index("ix_sanctions_standing", "sanctions", ["subject_id"],
                    postgresql_where=sa.text("lifted_at is null"))
    protect_platform(op, "sanctions", grants="select, insert, update (lifted_at, lifted_by)")


def create_statements() -> None:
    """Earlier decisions can be read too, and appealed for 30 days where they refused something."""
    op.create_table(
        "statements", *person_columns(), required("kind"), required("entity_id", sa.Uuid()), required("outcome"),
        required("policy_code"), required("policy_version", sa.Integer()), required("statement_en"),
        required("statement_ar"), required("actions", JSONB()), required("executed_at", TIME),
        sa.Column("appeal_until", TIME), required("state"),
        sa.CheckConstraint("state in ('force', 'overturned')", name="state"),
        sa.CheckConstraint("outcome in ('approve', 'changes', 'reject')", name="outcome"))
    op.execute("""
        insert into statements (subject_id, id, kind, entity_id, outcome, policy_code, policy_version, statement_en,
                                statement_ar, actions, executed_at, appeal_until, state)
        select c.subject_id, d.id, c.kind, c.entity_id, d.outcome, p.code, p.version, d.statement_en, d.statement_ar,
               '[]', d.executed_at, case when d.outcome <> 'approve' then d.executed_at + interval '30 days' end,
               'force'
        from decisions d join cases c on c.id = d.case_id join policies p on p.id = d.policy_id""")
    protect_person(op, "statements", grants="select, insert, delete, update (state)")


def take_two_persons() -> None:
    """What no CHECK can see: the case's age group and the actions beside a decision."""
    op.execute("""
        create function decisions_take_two() returns trigger language plpgsql as $$
        begin
          if new.approver_id is null and new.state in ('scheduled', 'executed') and (
            new.override_of is not null
            or (new.outcome = 'approve'
                and exists (select from cases c where c.id = new.case_id and (c.minor or c.kind = 'appeal')))
            or exists (select from decision_actions a where a.decision_id = new.id and a.kind in ('ban', 'unban')))
          then
            raise exception 'a second person is needed'
              using errcode = 'check_violation', constraint = 'ck_decisions_second_person', table = 'decisions';
          end if;
          if new.override_of is not null and exists (
            select from decisions o
            where o.id = new.override_of and (new.decided_by in (o.decided_by, o.approver_id)
                                              or new.approver_id in (o.decided_by, o.approver_id)))
          then
            raise exception 'nobody reverses a decision of their own'
              using errcode = 'check_violation', constraint = 'ck_decisions_not_own', table = 'decisions';
          end if;
          return new;
        end $$""")
    op.execute("create trigger take_two before insert or update of state, approver_id on decisions"
               " for each row execute function decisions_take_two()")
    op.execute("""
        create function decision_actions_take_two() returns trigger language plpgsql as $$
        begin
          if new.kind in ('ban', 'unban') and exists (
            select from decisions d
            where d.id = new.decision_id and d.approver_id is null and d.state in ('scheduled', 'executed'))
          then
            raise exception 'a second person is needed'
              using errcode = 'check_violation', constraint = 'ck_decisions_second_person', table = 'decision_actions';
          end if;
          return new;
        end $$""")
    op.execute("create trigger take_two before insert on decision_actions"
               " for each row execute function decision_actions_take_two()")


def restrict_accounts() -> None:
    op.add_column("users", sa.Column("restriction", sa.String()))
    op.add_column("users", sa.Column("restricted_until", TIME))
    op.create_check_constraint("restriction", "users", "restriction in ('suspended', 'banned')")
    op.create_check_constraint(
        "restricted_whole", "users",
        "case restriction when 'suspended' then restricted_until is not null else restricted_until is null end")
    op.execute("grant update (restriction, restricted_until) on users to castingops_app")
    op.execute("drop function identity_account(uuid)")
    definer_function(op, ACCOUNT, f"table ({ACCOUNT_COLUMNS}, restriction text, restricted_until timestamptz)",
                     ACCOUNT_SELECT.format(more=", u.restriction, u.restricted_until"))


def downgrade() -> None:
    """Decisions that were overridden or never came into effect have no place in what was before: they go."""
    op.execute("select set_config('app.kind', 'system', true)")
    op.drop_column("talent_profiles", "withheld_at")
    op.execute("drop function identity_account(uuid)")
    definer_function(op, ACCOUNT, f"table ({ACCOUNT_COLUMNS})", ACCOUNT_SELECT.format(more=""))
    for name in ("restricted_whole", "restriction"):
        op.drop_constraint(f"ck_users_{name}", "users")
    for column in ("restricted_until", "restriction"):
        op.drop_column("users", column)
    op.execute("drop trigger take_two on decisions")
    for table in ("statements", "sanctions", "strikes", "decision_actions"):
        op.drop_table(table)
    for function in ("decisions_take_two()", "decision_actions_take_two()"):
        op.execute(f"drop function {function}")
    op.execute("delete from decisions where state <> 'executed' or override_of is not null")
    narrow_decisions()
    op.execute("update cases set state = 'open', assigned_to = null where state = 'pending'")
    op.drop_index("ix_cases_one_open", "cases")
    op.create_index("ix_cases_one_open", "cases", ["kind", "entity_id"], unique=True,
                    postgresql_where=sa.text("state = 'open'"))
    op.drop_constraint("ck_cases_state", "cases")
    op.create_check_constraint("state", "cases", "state in ('open', 'decided', 'withdrawn')")


def narrow_decisions() -> None:
    for name in ("uq_decisions_one_live", "uq_decisions_one_override", "ix_decisions_due", "ix_decisions_proposed",
                 "ix_decisions_case_id_subject_revision_id"):
        op.drop_index(name, "decisions")
    for name in ("two_persons", "approved_whole", "second_person", "executed_whole", "failed_whole", "state"):
        op.drop_constraint(f"ck_decisions_{name}", "decisions")
    for column in ("settled_reason", "settled_at", "settled_by", "failure", "case_version", "payload_hash",
                   "override_of", "approved_at", "approver_id", "needs_second", "state"):
        op.drop_column("decisions", column)
    op.create_unique_constraint("uq_decisions_case_id_subject_revision", "decisions", ["case_id", "subject_revision"])
