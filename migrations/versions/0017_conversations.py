"""Messages on cases, notes about persons, quick replies, and how each moderator works."""
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from castingops.core.rls import person_columns, platform_columns, protect_person, protect_platform

revision, down_revision = "0017", "0016"

TIME = sa.DateTime(timezone=True)


def required(name: str, kind: sa.types.TypeEngine | None = None, **options: str) -> sa.Column:
    return sa.Column(name, kind or sa.String(), nullable=False, **options)


def upgrade() -> None:
    create_messages()
    create_person_notes()
    create_quick_replies()
    create_settings()


def create_messages() -> None:
    op.create_table(
        "case_messages", *person_columns(), required("case_id", sa.Uuid()), required("case_ref"), required("sender"),
        sa.Column("author_id", sa.Uuid()), required("body"), required("created_at", TIME), sa.Column("read_at", TIME),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], ondelete="CASCADE"),
        sa.CheckConstraint("sender in ('staff', 'person')", name="sender"),
        sa.CheckConstraint("(sender = 'staff') = (author_id is not null)", name="author"))
    op.create_index(None, "case_messages", ["subject_id", "case_ref", "id"])
    op.create_index(None, "case_messages", ["case_id", "id"])
    protect_person(op, "case_messages", grants="select, insert, update (body, read_at)")
    # nobody writes in the other's name, whatever a service says
    op.execute("create policy own_words on case_messages as restrictive for insert with check"
               " (case when current_setting('app.kind', true) in ('staff', 'system') then sender = 'staff'"
               " else sender = 'person' end)")


def create_person_notes() -> None:
    op.create_table(
        "person_notes", *platform_columns(), required("subject_id", sa.Uuid()), required("author_id", sa.Uuid()),
        required("body"), required("created_at", TIME),
        sa.ForeignKeyConstraint(["subject_id"], ["subjects.id"], ondelete="CASCADE"))
    op.create_index(None, "person_notes", ["subject_id", "id"])
    protect_platform(op, "person_notes", grants="select, insert, update (body)")


REPLIES = [
    ("Ask for a clearer photo", "طلب صورة أوضح",
     "Could you add a photo that shows your face clearly, without a filter? Your submission {ref} is kept as it is.",
     "هل يمكنك إضافة صورة تُظهر وجهك بوضوح ومن دون مؤثرات؟ طلبك {ref} محفوظ كما هو."),
    ("Ask for proof of a credit", "طلب ما يثبت عملًا سابقًا",
     "Which of the works in revision {revision} can we look up? A link or the name of the production is enough.",
     "ما الأعمال التي يمكننا التحقق منها في النسخة {revision}؟ يكفي رابط العمل أو اسمه."),
    ("Contact details stand in the text", "بيانات تواصل في النص",
     "The biography names a way to reach you outside the platform.",
     "تذكر النبذة وسيلة للتواصل معك خارج المنصة."),
]


def create_quick_replies() -> None:
    table = op.create_table(
        "quick_replies", *platform_columns(), sa.Column("owner_id", sa.Uuid()), required("title_en"),
        required("title_ar"), required("body_en"), required("body_ar"), required("created_at", TIME),
        required("version", sa.Integer()),
        sa.CheckConstraint("title_en <> '' and title_ar <> '' and body_en <> '' and body_ar <> ''", name="bilingual"))
    op.create_index("uq_quick_replies_own", "quick_replies", ["owner_id", "title_en"], unique=True,
                    postgresql_where=sa.text("owner_id is not null"))
    op.create_index("uq_quick_replies_shared", "quick_replies", ["title_en"], unique=True,
                    postgresql_where=sa.text("owner_id is null"))
    op.bulk_insert(table, [
        {"title_en": title_en, "title_ar": title_ar, "body_en": body_en, "body_ar": body_ar, "version": 1,
         "created_at": datetime(2026, 11, 20, tzinfo=UTC)} for title_en, title_ar, body_en, body_ar in REPLIES])
    protect_platform(op, "quick_replies", grants="select, insert, update, delete")


def create_settings() -> None:
    op.create_table(
        "moderator_settings", *platform_columns(), required("user_id", sa.Uuid()), required("keys", JSONB()),
        required("keys_off", sa.Boolean()), required("diff_mode"), required("updated_at", TIME),
        required("version", sa.Integer()), sa.UniqueConstraint("user_id"),
        sa.CheckConstraint("diff_mode in ('side', 'inline')", name="diff_mode"))
    protect_platform(op, "moderator_settings", grants="select, insert, update")


def downgrade() -> None:
    for table in ("moderator_settings", "quick_replies", "person_notes", "case_messages"):
        op.drop_table(table)
