"""Appeals, the policies their decisions rest on, and that nobody judges their own decision a second time."""
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from castingops.core.rls import person_columns, protect_person

revision, down_revision = "0013", "0012"

TIME = sa.DateTime(timezone=True)
CODES = ("AP-0", "AP-1", "AP-2", "AP-3")


def required(name: str, kind: sa.types.TypeEngine | None = None) -> sa.Column:
    return sa.Column(name, kind or sa.String(), nullable=False)


def upgrade() -> None:
    op.execute("select set_config('app.kind', 'system', true)")  # the owner is bound by the policies too
    op.execute("create sequence appeal_numbers")
    op.execute("grant usage on sequence appeal_numbers to castingops_app")
    create_appeals()
    keep_apart()
    seed_policies()


def create_appeals() -> None:
    op.create_table(
        "appeals", *person_columns(), required("ref"), required("decision_id", sa.Uuid()), required("body"),
        required("via"), required("state"), sa.Column("case_id", sa.Uuid()), required("answer_en"),
        required("answer_ar"), required("created_at", TIME), sa.Column("closed_at", TIME),
        required("version", sa.Integer()),
        sa.ForeignKeyConstraint(["subject_id", "decision_id"], ["statements.subject_id", "statements.id"],
                                ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], ondelete="SET NULL"),
        sa.UniqueConstraint("subject_id", "decision_id"), sa.UniqueConstraint("ref"),
        sa.CheckConstraint("state in ('received', 'in_review', 'upheld', 'dismissed')", name="state"),
        sa.CheckConstraint("via in ('app', 'link')", name="via"),
        sa.CheckConstraint("(state in ('upheld', 'dismissed')) = (closed_at is not null)", name="closed_whole"))
    op.create_index("ix_appeals_open", "appeals", ["subject_id", "decision_id"],
                    postgresql_where=sa.text("closed_at is null"))
    op.create_index(None, "appeals", ["case_id"], postgresql_where=sa.text("case_id is not null"))
    protect_person(op, "appeals", grants="select, insert, update, delete")


def keep_apart() -> None:
    """`barred` is what pages and the handing out of work look at; the trigger holds whatever they do."""
    op.add_column("cases", sa.Column("barred", ARRAY(sa.Uuid()), server_default="{}", nullable=False))
    op.execute("""
        create function decisions_stay_apart() returns trigger language plpgsql as $$
        begin
          if exists (
            select from cases c join decisions d on d.id = c.entity_id
            where c.id = new.case_id and c.kind = 'appeal'
              and (new.decided_by in (d.decided_by, d.approver_id) or new.approver_id in (d.decided_by, d.approver_id)))
          then
            raise exception 'an appeal is decided by others than the decision'
              using errcode = 'check_violation', constraint = 'ck_decisions_apart', table = 'decisions';
          end if;
          return new;
        end $$""")
    op.execute("create trigger stay_apart before insert or update of decided_by, approver_id, state on decisions"
               " for each row execute function decisions_stay_apart()")


def downgrade() -> None:
    op.execute("select set_config('app.kind', 'system', true)")
    op.execute("drop trigger stay_apart on decisions")
    op.execute("drop function decisions_stay_apart()")
    op.drop_column("cases", "barred")
    op.execute(sa.text("delete from policies where code = any(:codes)").bindparams(codes=list(CODES)))
    op.drop_table("appeals")
    op.execute("drop sequence appeal_numbers")


APPROVE = {
    "en": "You appealed a decision of ours. We reviewed it again and it was not right: {facts} We have overturned it. "
          "{effect} We apologise for that. Reference {ref}.",
    "ar": "اعترضت على أحد قراراتنا، فراجعناه مرة ثانية ونقضناه، إذ لم يكن صحيحًا: {facts} {effect} "
          "نعتذر عن ذلك. الرقم المرجعي {ref}.",
}
REJECT = {
    "en": "A second review, by someone who took no part in the decision, confirmed it: {facts} ({policy}, {code}) "
          "{effect} This ends the review on the platform; your legal rights remain. Reference {ref}.",
    "ar": "راجع القرار شخص لم يشارك فيه، وأيّدته المراجعة، والسبب: {facts} ({policy}، {code}) {effect} "
          "بهذا تنتهي المراجعة داخل المنصة، وتبقى حقوقك النظامية كاملة. الرقم المرجعي {ref}.",
}
# code, outcome, title and usual fact in English, then in Arabic
POLICIES = [
    ("AP-0", "approve", "The decision was not right", "The decision did not fit what was submitted.",
     "عدم صحة القرار", "لم يوافق القرار ما قُدّم."),
    ("AP-1", "reject", "The decision was right", "The appeal names nothing that the decision had not considered.",
     "صحة القرار", "لم يتضمن الاعتراض ما لم يُنظر فيه عند صدور القرار."),
    ("AP-2", "reject", "The rule applies", "The rule applies to what was submitted, as the decision says.",
     "انطباق السياسة", "تنطبق السياسة على ما قُدّم كما ورد في القرار."),
    ("AP-3", "reject", "Not about the decision", "The appeal is not about this decision.",
     "عدم تعلق الاعتراض بالقرار", "لا يتعلق الاعتراض بهذا القرار."),
]


def seed_policies() -> None:
    table = sa.table(
        "policies", *(sa.column(name) for name in (
            "code", "kind", "severity", "title_en", "title_ar", "fact_en", "fact_ar")),
        sa.column("version", sa.Integer()), sa.column("statements", JSONB()), sa.column("created_at", TIME))
    made = {"version": 1, "kind": "appeal", "severity": "low", "created_at": datetime(2026, 11, 20, tzinfo=UTC)}
    words = {"approve": APPROVE, "reject": REJECT}
    op.get_bind().execute(sa.insert(table).values([
        {"code": code, "title_en": title_en, "title_ar": title_ar, "fact_en": fact_en, "fact_ar": fact_ar,
         "statements": {outcome: words[outcome]}, **made}
        for code, outcome, title_en, fact_en, title_ar, fact_ar in POLICIES]))
