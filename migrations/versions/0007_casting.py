"""Talent profiles: working copies, revisions, and what the marketplace sees."""
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from castingops.core.rls import person_columns, platform_columns, protect_person, protect_published

revision, down_revision = "0007", "0006"

PLAYING_AGES = (
    "(playing_age_min is null or playing_age_min >= 0)"
    " and (playing_age_max is null or playing_age_max <= 100)"
    " and (playing_age_min is null or playing_age_max is null or playing_age_min <= playing_age_max)"
)
NAMES = " and ".join(
    f"(length({name}) between 1 and 80 or {name} is null)"
    for name in ("display_name_ar", "display_name_en", "stage_name_ar", "stage_name_en"))
ADULT = "birth_date + interval '18 years' <= (submitted_at at time zone interval '3 hours')::date"
DECISION = "status, decided_at, reason_code, statement_en, statement_ar, version"


def required(name: str, kind: sa.types.TypeEngine | None = None) -> sa.Column:
    return sa.Column(name, kind or sa.String(), nullable=False)


def optional(name: str, kind: sa.types.TypeEngine | None = None) -> sa.Column:
    return sa.Column(name, kind or sa.String())


def moment() -> sa.DateTime:
    return sa.DateTime(timezone=True)


def upgrade() -> None:
    create_working_copies()
    create_revisions()
    create_published()
    protect_person(op, "talent_profiles", grants="select, insert, update, delete")
    protect_person(op, "profile_revisions", grants=f"select, insert, delete, update ({DECISION})")
    protect_published(op, "published_profiles", grants="select, insert, update, delete")
    protect_published(op, "published_languages", grants="select, insert, update, delete")


def create_working_copies() -> None:
    op.create_table(
        "talent_profiles",
        *person_columns(),
        required("status"),
        optional("display_name_ar"), optional("display_name_en"), optional("stage_name_ar"), optional("stage_name_en"),
        optional("birth_date", sa.Date()), optional("gender"), optional("nationality"), optional("city"),
        optional("playing_age_min", sa.Integer()), optional("playing_age_max", sa.Integer()),
        optional("height_cm", sa.Integer()),
        required("languages", JSONB()), required("dialects", ARRAY(sa.String())),
        required("skills", ARRAY(sa.String())),
        optional("bio_ar"), optional("bio_en"),
        required("last_revision", sa.Integer()), optional("approved_revision", sa.Integer()),
        required("created_at", moment()), required("updated_at", moment()), required("version", sa.Integer()),
        sa.UniqueConstraint("subject_id"),
        sa.CheckConstraint(
            "status in ('draft', 'submitted', 'changes_requested', 'rejected', 'published')", name="status"),
        sa.CheckConstraint("gender in ('female', 'male')", name="gender"),
        sa.CheckConstraint(PLAYING_AGES, name="playing_ages"),
        sa.CheckConstraint("height_cm between 40 and 250", name="height"),
        sa.CheckConstraint(NAMES, name="names"),
        sa.CheckConstraint("length(bio_ar) <= 2000 and length(bio_en) <= 2000", name="bios"),
    )


def create_revisions() -> None:
    op.create_table(
        "profile_revisions",
        *person_columns(),
        required("number", sa.Integer()), required("kind"), required("status"), required("snapshot", JSONB()),
        required("birth_date", sa.Date()), required("submitted_at", moment()), optional("decided_at", moment()),
        optional("reason_code"), optional("statement_en"), optional("statement_ar"), required("version", sa.Integer()),
        sa.UniqueConstraint("subject_id", "number"),
        sa.CheckConstraint(
            "status in ('pending', 'approved', 'changes_requested', 'rejected', 'superseded')", name="status"),
        sa.CheckConstraint("kind in ('first', 'change')", name="kind"),
        sa.CheckConstraint("(status in ('pending', 'superseded')) = (decided_at is null)", name="decided_at"),
        sa.CheckConstraint(
            "status not in ('changes_requested', 'rejected')"
            " or (reason_code is not null and statement_en is not null and statement_ar is not null)", name="reasons"),
        sa.CheckConstraint(ADULT, name="adult_at_submission"),
    )
    op.create_index("uq_profile_revisions_subject_id_pending", "profile_revisions", ["subject_id"], unique=True,
                    postgresql_where=sa.text("status = 'pending'"))


def create_published() -> None:
    op.create_table(
        "published_profiles",
        *platform_columns(),
        required("subject_id", sa.Uuid()), required("revision", sa.Integer()),
        required("display_name_ar"), required("display_name_en"), optional("stage_name_ar"), optional("stage_name_en"),
        required("gender"), required("nationality"), required("city"),
        required("playing_age_min", sa.Integer()), required("playing_age_max", sa.Integer()),
        optional("height_cm", sa.Integer()), required("languages", ARRAY(sa.String())),
        optional("thumb_photo_id", sa.Uuid()), required("published_at", moment()), required("details", JSONB()),
        *walks(),
        sa.UniqueConstraint("subject_id"),
        sa.ForeignKeyConstraint(["subject_id"], ["subjects.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["subject_id", "thumb_photo_id"], ["photos.subject_id", "photos.id"],
                                ondelete="SET NULL (thumb_photo_id)"),
        sa.CheckConstraint("gender in ('female', 'male')", name="gender"),
        sa.CheckConstraint("playing_age_min <= playing_age_max", name="playing_ages"),
    )
    op.create_table(
        "published_languages",
        required("id", sa.Uuid()), required("language"), required("city"), required("gender"),
        required("playing_age_min", sa.Integer()), required("playing_age_max", sa.Integer()),
        *walks(),
        sa.PrimaryKeyConstraint("id", "language"),
        sa.ForeignKeyConstraint(["id"], ["published_profiles.id"], ondelete="CASCADE"),
    )
    inside = ["gender", "playing_age_min", "playing_age_max"]
    op.create_index("ix_published_profiles_youngest", "published_profiles", ["playing_age_min"])
    op.create_index("ix_published_profiles_oldest", "published_profiles", ["playing_age_max"])
    op.create_index("ix_published_profiles_narrowed", "published_profiles", ["walk_all", *inside])
    op.create_index("ix_published_profiles_city", "published_profiles", ["city", "walk_city", *inside])
    op.create_index("ix_published_languages_all", "published_languages", ["language", "walk_all", *inside])
    op.create_index("ix_published_languages_city", "published_languages", ["language", "city", "walk_city", *inside])


def walks() -> list[sa.Column]:
    """Copies of the id to sort by, one for each index that gives an order."""
    return [sa.Column(name, sa.Uuid(), sa.Computed("id", persisted=True), nullable=False)
            for name in ("walk_all", "walk_city")]


def downgrade() -> None:
    for table in ("published_languages", "published_profiles", "profile_revisions", "talent_profiles"):
        op.drop_table(table)
