"""Reports, and the policies that decisions about reported things rest on."""
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from castingops.core.rls import person_columns, protect_person

revision, down_revision = "0012", "0011"

TIME = sa.DateTime(timezone=True)
CODES = ("RP-0", "RP-1", "RP-2", "RP-3", "RP-4", "RP-5", "RP-6", "RP-7", "RP-8", "RP-9")


def required(name: str, kind: sa.types.TypeEngine | None = None) -> sa.Column:
    return sa.Column(name, kind or sa.String(), nullable=False)


def upgrade() -> None:
    op.create_table(
        "reports", *person_columns(), required("kind"), required("thing_id", sa.Uuid()),
        required("entity_id", sa.Uuid()), required("reported_id", sa.Uuid()), required("revision", sa.Integer()),
        required("reason"), required("body"), required("links"), sa.Column("evidence", ARRAY(sa.Uuid())),
        required("state"), sa.Column("outcome", sa.String()), sa.Column("case_id", sa.Uuid()),
        required("created_at", TIME), sa.Column("closed_at", TIME), sa.Column("overturned_at", TIME),
        required("version", sa.Integer()),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], ondelete="SET NULL"),
        sa.CheckConstraint("state in ('received', 'in_review', 'closed')", name="state"),
        sa.CheckConstraint("outcome in ('breach', 'no_breach', 'reviewed_already', 'gone')", name="outcome"),
        sa.CheckConstraint("(state = 'closed') = (outcome is not null and closed_at is not null)",
                           name="closed_whole"))
    op.create_index("uq_reports_subject_id_open", "reports", ["subject_id", "entity_id", "reason"], unique=True,
                    postgresql_where=sa.text("state <> 'closed'"))
    op.create_index(None, "reports", ["case_id", "id"], postgresql_where=sa.text("case_id is not null"))
    protect_person(op, "reports", grants="select, insert, update")
    seed_policies()


def downgrade() -> None:
    with_the_house(sa.text("delete from policies where code = any(:codes)").bindparams(codes=list(CODES)))
    op.drop_table("reports")


APPROVE = {
    "en": "We looked into this and found no breach of our rules. Nothing changes for you. {effect} Reference {ref}.",
    "ar": "راجعنا ما وردنا ولم نجد مخالفة لسياساتنا. لا يتغير شيء بالنسبة إليك. {effect} الرقم المرجعي {ref}.",
}
REJECT = {
    "en": "Something of yours on the platform breaks our rules: {facts} Policy {code}, “{policy}”, does not allow "
          "this. {effect} Reference {ref}.",
    "ar": "وجدنا في المنصة محتوى لك يخالف سياساتنا، والسبب: {facts} ولا تجيز ذلك السياسة {code} «{policy}». "
          "{effect} الرقم المرجعي {ref}.",
}
# code, severity, title and usual fact in English, then in Arabic
POLICIES = [
    ("RP-1", "high", "Safety of children", "It puts a child at risk or addresses one in an unsuitable way.",
     "سلامة الأطفال", "يعرّض طفلًا للخطر أو يخاطبه بما لا يناسبه."),
    ("RP-2", "high", "No harassment", "It harasses or threatens a person.",
     "منع المضايقة", "يتضمن مضايقة لشخص أو تهديدًا له."),
    ("RP-3", "high", "Respect for every group", "It insults or degrades a group of people.",
     "احترام جميع الفئات", "يتضمن إساءة إلى فئة من الناس."),
    ("RP-4", "high", "Decent pictures and texts", "It shows or describes what is sexual or indecent.",
     "ملاءمة الصور والنصوص", "يُظهر ما يخدش الحياء أو يصفه."),
    ("RP-5", "high", "Being oneself", "It uses the name or the pictures of someone else.",
     "عدم انتحال الشخصية", "يستخدم اسم شخص آخر أو صوره."),
    ("RP-6", "high", "No fraud and no fees", "It deceives people or asks talents for a fee.",
     "منع الاحتيال وطلب الرسوم", "يخدع الناس أو يطلب رسومًا من المواهب."),
    ("RP-7", "medium", "Private data of others", "It shows private data of somebody else.",
     "خصوصية الآخرين", "يُظهر بيانات خاصة بشخص آخر."),
    ("RP-8", "low", "Contact details", "It names contact details.",
     "بيانات التواصل", "يتضمن بيانات تواصل."),
    ("RP-9", "low", "Rules of the platform", "It breaks the terms of the platform.",
     "شروط المنصة", "يخالف شروط المنصة."),
]


def seed_policies() -> None:
    table = sa.table(
        "policies", *(sa.column(name) for name in (
            "code", "kind", "severity", "title_en", "title_ar", "fact_en", "fact_ar")),
        sa.column("version", sa.Integer()), sa.column("statements", JSONB()), sa.column("created_at", TIME))
    made = {"version": 1, "kind": "report", "created_at": datetime(2026, 11, 20, tzinfo=UTC)}
    rows = [{"code": "RP-0", "severity": "low", "title_en": "No breach found", "title_ar": "لا مخالفة", "fact_en": "",
             "fact_ar": "", "statements": {"approve": APPROVE}, **made}]
    for code, severity, title_en, fact_en, title_ar, fact_ar in POLICIES:
        rows.append({"code": code, "severity": severity, "title_en": title_en, "title_ar": title_ar,
                     "fact_en": fact_en, "fact_ar": fact_ar, "statements": {"reject": REJECT}, **made})
    with_the_house(sa.insert(table).values(rows))


def with_the_house(statement: sa.Executable) -> None:
    """Policies are closed to their own owner by now: act as the system for one statement."""
    op.execute("select set_config('app.kind', 'system', true)")
    op.get_bind().execute(statement)
    op.execute("select set_config('app.kind', '', true)")
