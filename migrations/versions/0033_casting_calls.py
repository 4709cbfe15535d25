"""Casting calls and their roles, what was submitted and is published of them, what stops one, what a plan includes."""
from datetime import date

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from castingops.core.rls import (
    definer_function,
    definer_reads,
    definer_trigger,
    org_columns,
    platform_columns,
    protect_org,
    protect_platform,
    protect_published,
)

revision, down_revision = "0033", "0032"

TIME = sa.DateTime(timezone=True)
WORDS = sa.ARRAY(sa.String())
PROJECTS = ("project_type in ('film', 'short_film', 'series', 'tv_programme', 'documentary', 'commercial', 'theatre',"
            " 'music_video', 'voice', 'extras', 'event', 'other')")
KINDS = "kind in ('lead', 'supporting', 'featured', 'day_player', 'background', 'voice', 'presenter')"
DEADLINE = "deadline is null or shoot_from is null or (deadline at time zone interval '3 hours')::date < shoot_from"
AGES = "playing_age_min >= 0 and playing_age_max <= 100 and playing_age_min <= playing_age_max"
TABLES = ("published_roles", "published_calls", "call_revisions", "call_roles", "casting_calls", "call_stop_rules",
          "plan_entitlements")
STOP_RULES = [
    ("minor_project", {"project_types": ["commercial"]}, date(2024, 5, 6),
     "Child Protection Law, article 3, as the Ministry of Human Resources and Social Development stated on 6 May 2024:"
     " children are not exploited for commercial marketing or advertising. To be signed off by counsel.",
     "المادة الثالثة من نظام حماية الطفل، وفق ما بيّنته وزارة الموارد البشرية والتنمية الاجتماعية في 6 مايو 2024: لا"
     " يُستغل الطفل في التسويق أو الإعلان التجاري. بانتظار اعتماد المستشار القانوني."),
    ("minor_permit", {"age": 15}, date(2022, 1, 1),
     "Public Prosecution, as reported in 2022: nobody under 15 works; the minister may permit light work from 13 to 15."
     " A permission document is recorded with the call. To be signed off by counsel.",
     "النيابة العامة، كما نُشر في 2022: لا يعمل من هو دون الخامسة عشرة، وللوزير الإذن بالعمل الخفيف من 13 إلى 15 سنة."
     " تُسجَّل وثيقة الإذن مع الإعلان. بانتظار اعتماد المستشار القانوني."),
]


def required(name: str, kind: sa.types.TypeEngine | None = None) -> sa.Column:
    return sa.Column(name, kind or sa.String(), nullable=False)


def optional(name: str, kind: sa.types.TypeEngine | None = None) -> sa.Column:
    return sa.Column(name, kind or sa.String())


def upgrade() -> None:
    create_plans()
    create_calls()
    create_roles()
    create_revisions()
    create_published()
    create_stop_rules()
    create_gates()


def create_plans() -> None:
    table = op.create_table(
        "plan_entitlements", required("plan"), required("entitlement"), sa.PrimaryKeyConstraint("plan", "entitlement"),
        sa.CheckConstraint("plan in ('free', 'starter', 'pro', 'enterprise')", name="plan"),
        sa.CheckConstraint("entitlement in ('post', 'search', 'contact')", name="entitlement"))
    op.bulk_insert(table, [{"plan": plan, "entitlement": entitlement} for plan in ("starter", "pro", "enterprise")
                           for entitlement in ("post", "search", "contact")])
    protect_platform(op, "plan_entitlements", grants="select")


def create_calls() -> None:
    op.create_table(
        "casting_calls", *org_columns(),
        required("status"), optional("change_status"), optional("title_ar"), optional("title_en"),
        optional("project_type"), optional("company"), optional("casting_director"), optional("synopsis_ar"),
        optional("synopsis_en"), optional("rehearsal_from", sa.Date()), optional("rehearsal_to", sa.Date()),
        optional("shoot_from", sa.Date()), optional("shoot_to", sa.Date()), required("cities", WORDS),
        required("pay_guaranteed", sa.Boolean()), optional("pay_amount", sa.BigInteger()), optional("pay_basis"),
        required("currency"), required("confidential", sa.Boolean()), optional("deadline", TIME),
        optional("contact_id", sa.Uuid()), optional("permit_number"), optional("permit_until", sa.Date()),
        required("last_revision", sa.Integer()), optional("approved_revision", sa.Integer()),
        required("created_by", sa.Uuid()), required("created_at", TIME), required("updated_at", TIME),
        optional("published_at", TIME), optional("closed_at", TIME), optional("closed_by"),
        optional("closed_reason_en"), optional("closed_reason_ar"), optional("deleted_at", TIME),
        required("version", sa.Integer()),
        sa.ForeignKeyConstraint(["org_id"], ["organizations.id"], ondelete="RESTRICT"), *call_checks())
    op.create_index(None, "casting_calls", ["org_id", "status", "id"], postgresql_where=sa.text("deleted_at is null"))
    op.create_index(None, "casting_calls", ["id", "org_id"])
    op.create_index(None, "casting_calls", ["status", "id"], postgresql_where=sa.text("deleted_at is null"))
    op.create_index("ix_casting_calls_due", "casting_calls", ["deadline"],
                    postgresql_where=sa.text("status = 'published'"))
    protect_org(op, "casting_calls", grants="select, insert, update")


def call_checks() -> list[sa.CheckConstraint]:
    checks = {
        "status": "status in ('draft', 'under_review', 'changes_requested', 'rejected', 'published', 'closed')",
        "change_status": "change_status in ('under_review', 'changes_requested', 'rejected')",
        "change_of_published": "change_status is null or status = 'published'",
        "project_type": PROJECTS,
        "titles": "length(title_ar) between 1 and 120 and length(title_en) between 1 and 120",
        "synopses": "length(synopsis_ar) <= 4000 and length(synopsis_en) <= 4000",
        "dates": "(rehearsal_from is null or rehearsal_to is null or rehearsal_to >= rehearsal_from)"
                 " and (shoot_from is null or shoot_to is null or shoot_to >= shoot_from)",
        "deadline_before_shoot": DEADLINE,
        "pay": "pay_amount between 1 and 100000000 and (pay_amount is null) = (pay_basis is null)",
        "pay_basis": "pay_basis in ('day', 'flat')",
        "currency": "currency = 'SAR'",
        "cities": "cardinality(cities) <= 10",
        "closed_by": "closed_by in ('hirer', 'deadline', 'staff', 'organization')",
        "closed_whole": "(status = 'closed') = (closed_at is not null) and (closed_at is null) = (closed_by is null)",
        "approved": "(status in ('published', 'closed')) = (approved_revision is not null)",
        "deleted_unpublished": "deleted_at is null or approved_revision is null"}
    return [sa.CheckConstraint(text, name=name) for name, text in checks.items()]


def create_roles() -> None:
    op.create_table(
        "call_roles", *org_columns(),
        required("call_id", sa.Uuid()), required("position", sa.Integer()), optional("name_ar"), optional("name_en"),
        optional("kind"), optional("gender"), optional("playing_age_min", sa.Integer()),
        optional("playing_age_max", sa.Integer()), optional("height_min", sa.Integer()),
        optional("height_max", sa.Integer()), optional("description_ar"), optional("description_en"),
        required("languages", WORDS), required("dialects", WORDS), required("skills", WORDS),
        required("assets", WORDS), required("openings", sa.Integer()), required("minors", sa.Boolean()),
        optional("deleted_at", TIME),
        sa.UniqueConstraint("org_id", "call_id", "id"),
        sa.ForeignKeyConstraint(["org_id", "call_id"], ["casting_calls.org_id", "casting_calls.id"],
                                ondelete="CASCADE"),
        sa.CheckConstraint(KINDS, name="kind"),
        sa.CheckConstraint("gender in ('female', 'male')", name="gender"),
        sa.CheckConstraint(AGES, name="playing_ages"),
        sa.CheckConstraint("height_min >= 40 and height_max <= 250"
                           " and (height_min is null or height_max is null or height_min <= height_max)",
                           name="heights"),
        sa.CheckConstraint("length(name_ar) between 1 and 80 and length(description_ar) <= 1500"
                           " and length(name_en) between 1 and 80 and length(description_en) <= 1500", name="words"),
        sa.CheckConstraint("assets <@ array['headshot', 'full_length', 'photo', 'video', 'audio', 'resume']::varchar[]",
                           name="assets"),
        sa.CheckConstraint("openings between 1 and 1000", name="openings"))
    protect_org(op, "call_roles", grants="select, insert, update")


def create_revisions() -> None:
    op.create_table(
        "call_revisions", *org_columns(),
        required("call_id", sa.Uuid()), required("number", sa.Integer()), required("kind"), required("status"),
        required("snapshot", JSONB()), required("submitted_by", sa.Uuid()), required("submitted_at", TIME),
        optional("decided_at", TIME), optional("reason_code"), optional("statement_en"), optional("statement_ar"),
        required("version", sa.Integer()),
        sa.ForeignKeyConstraint(["org_id", "call_id"], ["casting_calls.org_id", "casting_calls.id"],
                                ondelete="CASCADE"),
        sa.UniqueConstraint("org_id", "call_id", "number"),
        sa.CheckConstraint("status in ('pending', 'approved', 'changes_requested', 'rejected', 'superseded')",
                           name="status"),
        sa.CheckConstraint("kind in ('first', 'change', 'touch')", name="kind"),
        sa.CheckConstraint("(status in ('pending', 'superseded')) = (decided_at is null)", name="decided_at"),
        sa.CheckConstraint("status not in ('changes_requested', 'rejected')"
                           " or (reason_code is not null and statement_en is not null and statement_ar is not null)",
                           name="reasons"))
    op.create_index("uq_call_revisions_pending", "call_revisions", ["org_id", "call_id"], unique=True,
                    postgresql_where=sa.text("status = 'pending'"))
    protect_org(op, "call_revisions", grants="select, insert, update (status, decided_at, reason_code, statement_en,"
                                             " statement_ar, version)")


def create_published() -> None:
    op.create_table(
        "published_calls", *platform_columns(),
        required("org_id", sa.Uuid()), required("revision", sa.Integer()), optional("title_ar"),
        optional("title_en"), required("project_type"), required("confidential", sa.Boolean()), optional("company"),
        optional("casting_director"), optional("synopsis_ar"), optional("synopsis_en"),
        optional("rehearsal_from", sa.Date()), optional("rehearsal_to", sa.Date()),
        required("shoot_from", sa.Date()), required("shoot_to", sa.Date()), required("cities", WORDS),
        required("pay_guaranteed", sa.Boolean()), optional("pay_amount", sa.BigInteger()), optional("pay_basis"),
        required("currency"), required("deadline", TIME), required("openings", sa.Integer()),
        required("minors", sa.Boolean()), required("published_at", TIME), optional("closed_at", TIME),
        optional("closed_by"),
        sa.ForeignKeyConstraint(["org_id", "id"], ["casting_calls.org_id", "casting_calls.id"], ondelete="CASCADE"),
        sa.CheckConstraint(PROJECTS, name="project_type"),
        sa.CheckConstraint(DEADLINE, name="deadline_before_shoot"),
        sa.CheckConstraint("currency = 'SAR'", name="currency"),
        sa.CheckConstraint("not confidential or (company is null and casting_director is null)", name="confidential"))
    is_open = sa.text("closed_at is null")
    op.create_index("ix_published_calls_open", "published_calls", ["id"], postgresql_where=is_open)
    op.create_index("ix_published_calls_open_type", "published_calls", ["project_type", "id"], postgresql_where=is_open)
    op.create_index(None, "published_calls", ["org_id", "id"])
    protect_published(op, "published_calls", grants="select, insert, update, delete")
    op.create_table(
        "published_roles", *platform_columns(),
        required("org_id", sa.Uuid()), required("call_id", sa.Uuid()), required("position", sa.Integer()),
        optional("name_ar"), optional("name_en"), required("kind"), optional("gender"),
        required("playing_age_min", sa.Integer()), required("playing_age_max", sa.Integer()),
        optional("height_min", sa.Integer()), optional("height_max", sa.Integer()), optional("description_ar"),
        optional("description_en"), required("languages", WORDS), required("dialects", WORDS),
        required("skills", WORDS), required("assets", WORDS), required("openings", sa.Integer()),
        required("minors", sa.Boolean()),
        sa.ForeignKeyConstraint(["call_id"], ["published_calls.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["org_id", "call_id", "id"],
                                ["call_roles.org_id", "call_roles.call_id", "call_roles.id"], ondelete="CASCADE"),
        sa.CheckConstraint(KINDS, name="kind"), sa.CheckConstraint(AGES, name="playing_ages"))
    op.create_index(None, "published_roles", ["call_id", "position"])
    protect_published(op, "published_roles", grants="select, insert, update, delete")


def create_stop_rules() -> None:
    table = op.create_table(
        "call_stop_rules", *platform_columns(),
        required("code"), required("value", JSONB()), required("valid_from", sa.Date()),
        optional("valid_until", sa.Date()), required("source_en"), required("source_ar"),
        sa.CheckConstraint("code in ('minor_project', 'minor_permit')", name="code"),
        sa.CheckConstraint("valid_until is null or valid_until >= valid_from", name="days"))
    op.create_index(None, "call_stop_rules", ["code", "valid_from"])
    op.bulk_insert(table, [
        {"code": code, "value": value, "valid_from": since, "source_en": english, "source_ar": arabic}
        for code, value, since, english, arabic in STOP_RULES])
    protect_published(op, "call_stop_rules", grants="select")


def create_gates() -> None:
    """What the service asks, once more at commit: plan and state of the organization, no child in advertising."""
    definer_reads(op, "plan_entitlements", "call_stop_rules", "published_calls")
    definer_function(
        op, "org_entitled(p_entitlement text)", "boolean",
        "select exists (select from organizations o join plan_entitlements p on p.plan = o.plan"
        " where o.id = nullif(current_setting('app.org_id', true), '')::uuid and p.entitlement = p_entitlement)")
    definer_trigger(op, "casting_call_gate", """
        begin
          if (new.status in ('under_review', 'published') or new.change_status = 'under_review')
             and (tg_op = 'INSERT' or old.status <> new.status or old.last_revision <> new.last_revision) then
            if not exists (select from organizations o where o.id = new.org_id and o.state = 'active') then
              raise exception 'the organization is being deleted'
                using errcode = 'check_violation', constraint = 'ck_casting_calls_active', table = 'casting_calls';
            end if;
            if not exists (select from organizations o join plan_entitlements p on p.plan = o.plan
                           where o.id = new.org_id and p.entitlement = 'post') then
              raise exception 'the plan does not include posting'
                using errcode = 'check_violation', constraint = 'ck_casting_calls_entitled', table = 'casting_calls';
            end if;
          end if;
          return null;
        end """, "gated after insert or update on casting_calls", at_commit=True)
    definer_trigger(op, "published_role_stop", """
        begin
          if new.minors and exists (
            select from published_calls c join call_stop_rules r on r.code = 'minor_project'
              and (now() at time zone interval '3 hours')::date between r.valid_from
                  and coalesce(r.valid_until, 'infinity'::date)
            where c.id = new.call_id and r.value -> 'project_types' ? c.project_type) then
            raise exception 'no children in this type of project'
              using errcode = 'check_violation', constraint = 'ck_published_roles_stopped', table = 'published_roles';
          end if;
          return null;
        end """, "stopped after insert or update on published_roles", at_commit=True)


def downgrade() -> None:
    op.execute("drop function org_entitled(text)")
    for table in TABLES:
        op.drop_table(table)
    for function in ("casting_call_gate()", "published_role_stop()"):
        op.execute(f"drop function {function}")
