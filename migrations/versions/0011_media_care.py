"""What removed photos are known by, uploads that match one, how moderators see photos and which they saw."""
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import BIT, JSONB

from castingops.core.rls import platform_columns, protect_platform

revision, down_revision = "0011", "0010"

TIME = sa.DateTime(timezone=True)
BANDS = [f"b{number}" for number in range(9)]
TABLES = ("exposures", "photo_care", "media_matches", "removed_media")
CODES = ("PH-0", "PH-1", "PH-2", "PH-3", "PH-4", "PH-5")


def required(name: str, kind: sa.types.TypeEngine | None = None) -> sa.Column:
    return sa.Column(name, kind or sa.String(), nullable=False)


def upgrade() -> None:
    op.execute("select set_config('app.kind', 'system', true)")  # the owner is bound by the policies too
    op.add_column("photos", sa.Column("taken_down_at", TIME))
    op.create_check_constraint("taken_down", "photos", "taken_down_at is null or status = 'removed'")
    # 64 bits of every photo, which were kept for this and cannot do it; what can is made when it is needed
    op.drop_column("photos", "perceptual_hash")
    create_bank()
    create_care()
    seed_policies()


def create_bank() -> None:
    op.create_table(
        "removed_media", *platform_columns(), required("decision_id", sa.Uuid()), sa.Column("subject_id", sa.Uuid()),
        sa.Column("photo_id", sa.Uuid()), required("print", BIT(256)), required("created_at", TIME),
        *(required(band, sa.Integer()) for band in BANDS), of("decision_id", "decisions"),
        sa.UniqueConstraint("decision_id", "photo_id"))
    for band in BANDS:
        op.create_index(f"ix_removed_media_{band}", "removed_media", [band])
    for column in ("subject_id", "photo_id"):
        op.create_index(None, "removed_media", [column], postgresql_where=sa.text(f"{column} is not null"))
    protect_platform(op, "removed_media", grants="select, insert, delete, update (subject_id, photo_id)")
    op.create_table(
        "media_matches", *platform_columns(), sa.Column("subject_id", sa.Uuid()), sa.Column("photo_id", sa.Uuid()),
        required("entity_id", sa.Uuid()), required("case_id", sa.Uuid()), sa.Column("ordinal", sa.SmallInteger()),
        required("decision_id", sa.Uuid()), sa.Column("removed_photo_id", sa.Uuid()),
        required("distance", sa.SmallInteger()), required("print", BIT(256)), required("created_at", TIME),
        sa.Column("cleared_at", TIME), of("case_id", "cases"), of("decision_id", "decisions"),
        sa.UniqueConstraint("photo_id"))
    op.create_index(None, "media_matches", ["entity_id", "ordinal"])
    op.create_index(None, "media_matches", ["case_id"])
    op.create_index(None, "media_matches", ["decision_id"])
    op.create_index(None, "media_matches", ["subject_id", "id"], postgresql_where=sa.text("subject_id is not null"))
    protect_platform(op, "media_matches", grants="select, insert, update")


def create_care() -> None:
    op.create_table(
        "photo_care", *platform_columns(), required("user_id", sa.Uuid()), required("mode"),
        sa.Column("per_shift_cap", sa.Integer()), required("raised", sa.Integer()), sa.Column("raised_on", sa.Date()),
        sa.Column("raised_by", sa.Uuid()), required("updated_at", TIME), required("version", sa.Integer()),
        sa.UniqueConstraint("user_id"),
        sa.CheckConstraint("mode in ('blur', 'hidden', 'both', 'grey', 'off')", name="mode"),
        sa.CheckConstraint("per_shift_cap between 1 and 10000", name="cap"),
        sa.CheckConstraint("raised between 0 and 10000 and (raised = 0) = (raised_on is null)"
                           " and (raised = 0) = (raised_by is null)", name="raised_whole"),
        sa.CheckConstraint("raised_by <> user_id", name="raised_by_another"))
    protect_platform(op, "photo_care", grants="select, insert, update")
    op.create_table(
        "exposures", *platform_columns(), required("moderator_id", sa.Uuid()), required("case_id", sa.Uuid()),
        required("photo_id", sa.Uuid()), required("rendition"), required("at", TIME), of("case_id", "cases"),
        sa.CheckConstraint("rendition in ('clear', 'grey')", name="rendition"))
    op.create_index(None, "exposures", ["moderator_id", "at"])
    op.create_index(None, "exposures", ["case_id"])
    op.create_index("ix_exposures_at", "exposures", ["at", "id"])
    protect_platform(op, "exposures", grants="select, insert")


def of(column: str, table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{table}.id"], ondelete="CASCADE")


def downgrade() -> None:
    op.execute("select set_config('app.kind', 'system', true)")
    forget_cases()
    for table in TABLES:
        op.drop_table(table)
    op.add_column("photos", sa.Column("perceptual_hash", sa.String(), nullable=False, server_default=""))
    op.alter_column("photos", "perceptual_hash", server_default=None)
    op.drop_column("photos", "taken_down_at")


def forget_cases() -> None:
    """What rests on the policies of photos goes with them: the code before this knows no such kind."""
    bound = sa.text("delete from cases where kind = 'photo'")
    op.get_bind().execute(bound)
    op.get_bind().execute(sa.text("delete from policies where code = any(:codes)").bindparams(codes=list(CODES)))


APPROVE = {
    "en": "We looked at one of your photos and found no breach of our rules. {effect} Reference {ref}.",
    "ar": "راجعنا إحدى صورك ولم نجد مخالفة لسياساتنا. {effect} الرقم المرجعي {ref}.",
}
REJECT = {
    "en": "We removed one of your photos: {facts} Policy {code}, “{policy}”, does not allow this. {effect} "
          "Reference {ref}.",
    "ar": "أزلنا إحدى صورك، والسبب: {facts} ولا تجيز ذلك السياسة {code} «{policy}». {effect} الرقم المرجعي {ref}.",
}
# code, severity, title and usual fact in English, then in Arabic
POLICIES = [
    ("PH-1", "medium", "Photos removed before", "It is a copy of a photo that was removed earlier.",
     "صور سبقت إزالتها", "هي نسخة من صورة سبقت إزالتها."),
    ("PH-2", "high", "Photos of oneself", "It shows someone else.",
     "صور صاحب الملف", "تُظهر شخصًا آخر."),
    ("PH-3", "high", "Suitable photos", "It is not suitable for a professional profile.",
     "ملاءمة الصور", "هي غير ملائمة لملف تعريفي مهني."),
    ("PH-4", "high", "Safety of children", "It shows a child in an unsuitable way.",
     "سلامة الأطفال", "تُظهر طفلًا بما لا يناسبه."),
    ("PH-5", "medium", "No contact details in photos", "It shows contact details.",
     "خلو الصور من بيانات التواصل", "تُظهر بيانات تواصل."),
]


def seed_policies() -> None:
    table = sa.table(
        "policies", *(sa.column(name) for name in (
            "code", "kind", "severity", "title_en", "title_ar", "fact_en", "fact_ar")),
        sa.column("version", sa.Integer()), sa.column("statements", JSONB()), sa.column("created_at", TIME))
    made = {"version": 1, "kind": "photo", "created_at": datetime(2026, 11, 20, tzinfo=UTC)}
    rows = [{"code": "PH-0", "severity": "low", "title_en": "Meets the photo rules", "fact_en": "", "fact_ar": "",
             "title_ar": "مستوفية لقواعد الصور", "statements": {"approve": APPROVE}, **made}]
    rows += [{"code": code, "severity": severity, "title_en": title_en, "title_ar": title_ar, "fact_en": fact_en,
              "fact_ar": fact_ar, "statements": {"reject": REJECT}, **made}
             for code, severity, title_en, fact_en, title_ar, fact_ar in POLICIES]
    op.get_bind().execute(sa.insert(table).values(rows))
