"""Purposes, notices and consent events, with the first notices in both languages and for both age bands."""
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import sqlalchemy as sa
from alembic import op

from castingops.core.rls import person_columns, platform_columns, protect_person, protect_platform

revision, down_revision = "0005", "0004"

TIME = sa.DateTime(timezone=True)
VERSION = "2025-10"
TEXTS = Path(__file__).resolve().parents[1] / "notices" / VERSION  # never edited: a new text is a new version
PUBLISHED_AT = datetime(2025, 10, 1, tzinfo=UTC)
PURPOSES = (
    ("account", "contract", "Your account", "حسابك"),
    ("security", "legitimate_interest", "Security of sign-ins", "أمان تسجيل الدخول"),
    ("profile", "consent", "Your public profile", "ملفك التعريفي المنشور"),
    ("moderation", "legitimate_interest", "Review of what is published", "مراجعة ما يُنشر"),
    ("notification", "contract", "Messages about your account", "الرسائل المتعلقة بحسابك"),
    ("casting", "contract", "Casting", "اختيار الممثلين"),
    ("billing", "legal_obligation", "Invoices and payments", "الفواتير وعمليات الدفع"),
    ("legal", "legal_obligation", "Records that a law requires", "السجلات التي توجبها الأنظمة"),
)


def required(name: str, kind: sa.types.TypeEngine | None = None) -> sa.Column:
    return sa.Column(name, kind or sa.String(), nullable=False)


def upgrade() -> None:
    purposes = op.create_table(
        "purposes", *platform_columns(), required("code"), required("basis"), required("title_en"),
        required("title_ar"), sa.UniqueConstraint("code"),
        sa.CheckConstraint("basis in ('consent', 'contract', 'legal_obligation', 'legitimate_interest')", name="basis"))
    op.bulk_insert(purposes, [
        {"code": code, "basis": basis, "title_en": english, "title_ar": arabic}
        for code, basis, english, arabic in PURPOSES])
    protect_platform(op, "purposes", grants="select", readable=True)
    notices = op.create_table(
        "notices", *platform_columns(), required("kind"), required("version"), required("locale"),
        required("age_band"), required("title"), required("body"), required("text_hash"),
        required("published_at", TIME),
        sa.UniqueConstraint("kind", "version", "locale", "age_band"),
        sa.CheckConstraint("kind in ('privacy', 'terms')", name="kind"),
        sa.CheckConstraint("locale in ('en', 'ar')", name="locale"),
        sa.CheckConstraint("age_band in ('adult', 'minor')", name="age_band"),
        sa.CheckConstraint("text_hash = encode(sha256(convert_to(title || E'\\n' || body, 'UTF8')), 'hex')",
                           name="hash"))
    op.bulk_insert(notices, [notice(path) for path in sorted(TEXTS.glob("*.txt"))])
    protect_platform(op, "notices", grants="select, insert", readable=True)
    create_consent_events()


def notice(path: Path) -> dict[str, object]:
    kind, age_band, locale = path.stem.split(".")
    title, _, body = path.read_text("utf-8").strip().partition("\n")
    return {"kind": kind, "version": VERSION, "locale": locale, "age_band": age_band, "title": title, "body": body,
            "text_hash": sha256(f"{title}\n{body}".encode()).hexdigest(), "published_at": PUBLISHED_AT}


def create_consent_events() -> None:
    op.create_table(
        "consent_events", *person_columns(), required("purpose"), required("change"), required("notice_id", sa.Uuid()),
        required("text_hash"), required("means"), sa.Column("request_id", sa.Uuid()), required("created_at", TIME),
        sa.ForeignKeyConstraint(["purpose"], ["purposes.code"], ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], ondelete="RESTRICT"),
        sa.CheckConstraint("change in ('given', 'withdrawn')", name="change"),
        sa.CheckConstraint("means in ('registration', 'submission', 'app')", name="means"))
    op.create_index(None, "consent_events", ["subject_id", "purpose", "id"])
    protect_person(op, "consent_events", grants="select, insert")


def downgrade() -> None:
    for table in ("consent_events", "notices", "purposes"):
        op.drop_table(table)
