"""By which policies casting calls are decided."""
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision, down_revision = "0034", "0033"

CHANGES = {
    "en": "Revision {revision} of your casting call needs a change before it is published: {facts} It concerns policy"
          " {code}, “{policy}”. {effect} Everything you entered is saved; please change it and submit it again."
          " Reference {ref}.",
    "ar": "تحتاج النسخة {revision} من إعلان تجارب الأداء إلى تعديل قبل نشرها: {facts} ويتعلق ذلك بالسياسة {code}"
          " «{policy}». {effect} كل ما أدخلته محفوظ، ويُرجى تعديله وإعادة إرساله. الرقم المرجعي {ref}.",
}
REJECT = {
    "en": "Revision {revision} of your casting call was not approved: {facts} Policy {code}, “{policy}”, does not allow"
          " this. {effect} Reference {ref}.",
    "ar": "لم تُعتمد النسخة {revision} من إعلان تجارب الأداء، والسبب: {facts} ولا تجيز ذلك السياسة {code} «{policy}»."
          " {effect} الرقم المرجعي {ref}.",
}
APPROVE = {
    "en": "Revision {revision} of your casting call is approved and published. Reference {ref}.",
    "ar": "اعتُمدت النسخة {revision} من إعلان تجارب الأداء، وهي منشورة الآن. الرقم المرجعي {ref}.",
}
# code, severity, title and usual fact in English, then in Arabic
POLICIES = [
    ("CC-1.1", "medium", "Contact details in a casting call", "The text names contact details.",
     "بيانات تواصل في إعلان تجارب أداء", "يتضمن النص بيانات تواصل."),
    ("CC-1.2", "high", "No fees from talent", "Talent are asked to pay for an audition, a course or a registration.",
     "لا رسوم على أصحاب المواهب", "يُطلب من المتقدمين دفع مقابل لتجربة الأداء أو لدورة أو للتسجيل."),
    ("CC-2.1", "medium", "Pay that is named", "It is not clear what the work is paid, or that it is not.",
     "وضوح الأجر", "لا يتضح أجر العمل، ولا أنه بلا أجر."),
    ("CC-2.2", "low", "Dates and places that fit together", "Two facts in the casting call contradict each other.",
     "اتساق المواعيد والأماكن", "تتعارض معلومتان في الإعلان."),
    ("CC-3.1", "high", "A production that exists", "The production named could not be confirmed.",
     "وجود الإنتاج", "تعذّر التحقق من الإنتاج المذكور."),
    ("CC-3.2", "medium", "Casting, not other work", "What is offered is no performing work.",
     "أعمال الأداء دون غيرها", "العمل المعروض ليس عمل أداء."),
    ("CC-4.1", "high", "Children are protected", "What is asked of a child, or how, is not acceptable.",
     "حماية الأطفال", "ما يُطلب من طفل، أو طريقة طلبه، غير مقبول."),
    ("CC-5.1", "high", "Respectful language", "The text insults or degrades a group of people.",
     "احترام الآخرين في الإعلانات", "يتضمن النص إساءة إلى فئة من الناس."),
]


def upgrade() -> None:
    op.execute("select set_config('app.kind', 'system', true)")  # the owner is bound by the policies too
    table = sa.table(
        "policies", *(sa.column(name) for name in (
            "code", "kind", "severity", "title_en", "title_ar", "fact_en", "fact_ar")),
        sa.column("version", sa.Integer()), sa.column("statements", JSONB()),
        sa.column("created_at", sa.DateTime(timezone=True)))
    made = {"version": 1, "kind": "casting_call", "created_at": datetime(2026, 12, 1, tzinfo=UTC)}
    rows = [{"code": "CC-0", "severity": "low", "title_en": "Meets the rules for casting calls", "fact_en": "",
             "fact_ar": "", "title_ar": "مستوفٍ لقواعد إعلانات تجارب الأداء", "statements": {"approve": APPROVE},
             **made}]
    rows += [{"code": code, "severity": severity, "title_en": title_en, "title_ar": title_ar, "fact_en": fact_en,
              "fact_ar": fact_ar, "statements": {"changes": CHANGES, "reject": REJECT}, **made}
             for code, severity, title_en, fact_en, title_ar, fact_ar in POLICIES]
    op.bulk_insert(table, rows)


def downgrade() -> None:
    op.execute("select set_config('app.kind', 'system', true)")
    op.execute("delete from policies where kind = 'casting_call'")
