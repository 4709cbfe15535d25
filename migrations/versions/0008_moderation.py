"""Cases, their words, timelines, notes and decisions; the policies decisions rest on, with the first of them."""
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from castingops.core.rls import platform_columns, protect_platform

revision, down_revision = "0008", "0007"

TIME = sa.DateTime(timezone=True)
OPEN, DECIDED = sa.text("state = 'open'"), sa.text("state = 'decided'")
QUEUES = {
    "ix_cases_queue": (["queue_rank", "due_at", "id"], OPEN),
    "ix_cases_queue_language": (["language", "queue_rank", "due_at", "id"], OPEN),
    "ix_cases_queue_minors": (["queue_rank", "due_at", "id"], sa.text("state = 'open' and minor")),
    "ix_cases_queue_mine": (["assigned_to", "queue_rank", "due_at", "id"], OPEN),
    "ix_cases_due": (["due_at", "id"], OPEN),
    "ix_cases_waiting": (["created_at", "id"], OPEN),
    "ix_cases_decided": (["decided_at", "id"], DECIDED),
    "ix_cases_decided_by": (["decided_by", "decided_at", "id"], DECIDED),
}


def required(name: str, kind: sa.types.TypeEngine | None = None) -> sa.Column:
    return sa.Column(name, kind or sa.String(), nullable=False)


def of_case() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["case_id"], ["cases.id"], ondelete="CASCADE")


def upgrade() -> None:
    op.execute("create sequence case_numbers")
    op.execute("grant usage on sequence case_numbers to castingops_app")
    create_cases()
    create_parts()
    create_policies()
    create_decisions()


def create_cases() -> None:
    op.create_table(
        "cases", *platform_columns(), required("ref"), required("kind"), required("subject_id", sa.Uuid()),
        required("entity_id", sa.Uuid()), required("subject_revision", sa.Integer()), required("title_en"),
        required("title_ar"), required("language"), required("minor", sa.Boolean()), required("state"),
        sa.Column("outcome", sa.String()), required("version", sa.Integer()), required("priority", sa.Integer()),
        sa.Column("queue_rank", sa.Integer(), sa.Computed("-priority", persisted=True), nullable=False),
        required("priority_reasons", JSONB()), required("due_at", TIME), sa.Column("assigned_to", sa.Uuid()),
        sa.Column("decided_by", sa.Uuid()), sa.Column("decided_at", TIME), required("created_at", TIME),
        sa.ForeignKeyConstraint(["subject_id"], ["subjects.id"], ondelete="RESTRICT"),
        sa.UniqueConstraint("ref"),
        sa.CheckConstraint("state in ('open', 'decided', 'withdrawn')", name="state"),
        sa.CheckConstraint("outcome in ('approve', 'changes', 'reject')", name="outcome"),
        sa.CheckConstraint("language in ('en', 'ar', 'both')", name="language"),
        sa.CheckConstraint("(state = 'decided') = (outcome is not null and decided_at is not null)",
                           name="decided_whole"))
    op.create_index("ix_cases_one_open", "cases", ["kind", "entity_id"], unique=True, postgresql_where=OPEN)
    for name, (columns, where) in QUEUES.items():
        op.create_index(name, "cases", columns, postgresql_where=where)
    op.create_index(None, "cases", ["subject_id", "id"])
    protect_platform(op, "cases", grants="select, insert, update")


def create_parts() -> None:
    op.create_table("case_terms", required("case_id", sa.Uuid()), required("term", sa.String(collation="C")),
                    sa.PrimaryKeyConstraint("case_id", "term"), of_case())
    op.create_index(None, "case_terms", ["term", "case_id"])
    protect_platform(op, "case_terms", grants="select, insert, delete")
    op.create_table(
        "case_events", *platform_columns(), required("case_id", sa.Uuid()), required("kind"),
        sa.Column("actor_id", sa.Uuid()), required("data", JSONB()), required("created_at", TIME), of_case())
    op.create_index(None, "case_events", ["case_id", "id"])
    protect_platform(op, "case_events", grants="select, insert")
    op.create_table("case_notes", *platform_columns(), required("case_id", sa.Uuid()),
                    required("author_id", sa.Uuid()), required("body"), required("created_at", TIME), of_case())
    op.create_index(None, "case_notes", ["case_id", "id"])
    protect_platform(op, "case_notes", grants="select, insert, update (body)")


def create_policies() -> None:
    op.create_table(
        "policies", *platform_columns(), required("code"), required("version", sa.Integer()), required("kind"),
        required("severity"), required("title_en"), required("title_ar"), required("fact_en"), required("fact_ar"),
        required("statements", JSONB()), sa.Column("retired_at", TIME), required("created_at", TIME),
        sa.UniqueConstraint("code", "version"),
        sa.CheckConstraint("severity in ('low', 'medium', 'high')", name="severity"))
    seed_policies()  # before the table is closed to its own owner
    protect_platform(op, "policies", grants="select")


def create_decisions() -> None:
    op.create_table(
        "decisions", *platform_columns(), required("case_id", sa.Uuid()), required("subject_revision", sa.Integer()),
        required("outcome"), required("policy_id", sa.Uuid()), required("facts_en"), required("facts_ar"),
        required("statement_en"), required("statement_ar"), required("private_note"),
        required("decided_by", sa.Uuid()), required("created_at", TIME), required("execute_after", TIME),
        sa.Column("executed_at", TIME),
        of_case(), sa.ForeignKeyConstraint(["policy_id"], ["policies.id"], ondelete="RESTRICT"),
        sa.UniqueConstraint("case_id", "subject_revision"),
        sa.CheckConstraint("outcome in ('approve', 'changes', 'reject')", name="outcome"))
    op.create_index(None, "decisions", ["policy_id"])
    words = "facts_en, facts_ar, statement_en, statement_ar, private_note, executed_at"
    protect_platform(op, "decisions", grants=f"select, insert, update ({words})")


def downgrade() -> None:
    for table in ("decisions", "policies", "case_notes", "case_events", "case_terms", "cases"):
        op.drop_table(table)
    op.execute("drop sequence case_numbers")


CHANGES = {
    "en": "Revision {revision} of your profile needs a change before it is published: {facts} It concerns "
          "policy {code}, “{policy}”. {effect} Everything you entered is saved; please change it and submit it "
          "again. Reference {ref}.",
    "ar": "تحتاج النسخة {revision} من ملفك التعريفي إلى تعديل قبل نشرها: {facts} ويتعلق ذلك "
          "بالسياسة {code} «{policy}». {effect} كل ما أدخلته محفوظ، ويُرجى تعديله وإعادة إرساله. الرقم المرجعي {ref}.",
}
REJECT = {
    "en": "Revision {revision} of your profile was not approved: {facts} Policy {code}, “{policy}”, does not "
          "allow this. {effect} You can change your profile and submit it again. Reference {ref}.",
    "ar": "لم تُعتمد النسخة {revision} من ملفك التعريفي، والسبب: {facts} ولا تجيز ذلك السياسة {code} «{policy}». "
          "{effect} يمكنك تعديل ملفك التعريفي وإعادة إرساله. الرقم المرجعي {ref}.",
}
APPROVE = {
    "en": "Revision {revision} of your profile is approved and published. Reference {ref}.",
    "ar": "اعتُمدت النسخة {revision} من ملفك التعريفي، وهي منشورة الآن. الرقم المرجعي {ref}.",
}
# code, severity, title and usual fact in English, then in Arabic
POLICIES = [
    ("PR-1.1", "medium", "Contact details in a profile", "The biography names contact details.",
     "بيانات تواصل في الملف التعريفي", "تتضمن النبذة بيانات تواصل."),
    ("PR-1.2", "low", "Advertising and links", "The biography advertises a service outside the platform.",
     "الإعلانات والروابط", "تتضمن النبذة إعلانًا عن خدمة خارج المنصة."),
    ("PR-2.1", "medium", "Names that can be recognised", "The name given is not one that a person is known by.",
     "وضوح الاسم", "الاسم المُدخل ليس اسمًا يُعرف به شخص."),
    ("PR-2.2", "high", "Impersonation", "The profile uses the name or photo of someone else.",
     "انتحال شخصية", "يستخدم الملف التعريفي اسم شخص آخر أو صورته."),
    ("PR-3.1", "medium", "Credits that can be verified", "One of the credits named could not be confirmed.",
     "صحة الأعمال السابقة", "تعذّر التحقق من أحد الأعمال السابقة المذكورة."),
    ("PR-3.2", "low", "Facts that fit together", "Two facts in the profile contradict each other.",
     "اتساق المعلومات", "تتعارض معلومتان في الملف التعريفي."),
    ("PR-4.1", "low", "Clear photos of the person", "The primary photo does not show the face clearly.",
     "وضوح الصور الشخصية", "لا تُظهر الصورة الأساسية الوجه بوضوح."),
    ("PR-4.2", "high", "Suitable photos", "One of the photos is not suitable for a professional profile.",
     "ملاءمة الصور", "إحدى الصور غير ملائمة لملف تعريفي مهني."),
    ("PR-5.1", "high", "Respectful language", "The text insults or degrades a group of people.",
     "احترام الآخرين", "يتضمن النص إساءة إلى فئة من الناس."),
]


def seed_policies() -> None:
    table = sa.table(
        "policies", *(sa.column(name) for name in (
            "code", "kind", "severity", "title_en", "title_ar", "fact_en", "fact_ar")),
        sa.column("version", sa.Integer()), sa.column("statements", JSONB()), sa.column("created_at", TIME))
    made = {"version": 1, "kind": "talent_profile", "created_at": datetime(2026, 11, 1, tzinfo=UTC)}
    rows = [{"code": "PR-0", "severity": "low", "title_en": "Meets the profile rules", "fact_en": "", "fact_ar": "",
             "title_ar": "مستوفٍ لقواعد الملفات التعريفية", "statements": {"approve": APPROVE}, **made}]
    for code, severity, title_en, fact_en, title_ar, fact_ar in POLICIES:
        rows.append({"code": code, "severity": severity, "title_en": title_en, "title_ar": title_ar,
                     "fact_en": fact_en, "fact_ar": fact_ar,
                     "statements": {"changes": CHANGES, "reject": REJECT}, **made})
    op.bulk_insert(table, rows)
