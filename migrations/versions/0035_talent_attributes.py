"""What casting asks of a talent beyond a name and a face, who may see it, how staff find them; photos in order."""
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from castingops.casting.rules.profiles_search import search_terms
from castingops.core.rls import person_columns, protect_person

revision, down_revision = "0035", "0034"

WORDS = sa.ARRAY(sa.String())
MEASURES = {"weight_kg": (2, 300), "chest_cm": (30, 200), "waist_cm": (30, 200), "hips_cm": (30, 200),
            "inseam_cm": (15, 130), "shoe_eu": (15, 55)}
CHOICES = {
    "build": ("slim", "average", "athletic", "muscular", "broad", "full"),
    "hair_color": ("black", "dark_brown", "brown", "light_brown", "blonde", "red", "grey", "white", "other"),
    "hair_length": ("none", "shaved", "short", "medium", "long"),
    "eye_color": ("black", "dark_brown", "brown", "hazel", "green", "blue", "grey"),
    "facial_hair": ("none", "stubble", "moustache", "goatee", "short_beard", "full_beard"),
    "tattoos": ("none", "coverable", "visible"),
    "hijab": ("always", "by_role", "never"),
}
EMPTY_LISTS = {"accents": "{}", "skill_levels": "[]", "driving": "{}", "credits": "[]", "training": "[]",
               "availability": "[]"}
RATES = ("day_rate_min_halalas", "day_rate_max_halalas")
KINDS = "kind in ('headshot', 'full_length', 'side_profile', 'portrait', 'other')"
CHECKS = {
    "measures": " and ".join(f"({name} between {low} and {high} or {name} is null)"
                             for name, (low, high) in MEASURES.items()),
    "rates": " and ".join([*(f"({name} between 0 and 1000000000 or {name} is null)" for name in RATES),
                           f"({RATES[0]} <= {RATES[1]} or {RATES[0]} is null or {RATES[1]} is null)"]),
    "looks": " and ".join(f"({name} in ({', '.join(map(repr, words))}) or {name} is null)"
                          for name, words in CHOICES.items()),
    "lines": "length(scars) <= 300 and length(union_status) <= 120",
    "visibility": "visibility in ('public', 'applied', 'hidden')",
}


def upgrade() -> None:
    op.execute("select set_config('app.kind', 'system', true)")
    add_attributes()
    add_terms()
    op.add_column("photos", sa.Column("position", sa.Integer(), nullable=False, server_default="0"))
    recheck_kinds(KINDS)
    op.execute("insert into purposes (code, basis, title_en, title_ar) values ('sensitive', 'consent',"
               " 'Details of belief and health, for casting', 'بيانات المعتقد والصحة لأغراض اختيار الممثلين')")


def add_attributes() -> None:
    op.execute("create sequence talent_numbers")
    op.execute("grant usage on sequence talent_numbers to castingops_app")
    columns = [sa.Column("ref", sa.String(), nullable=False,
                         server_default=sa.text("'TAL-' || to_char(nextval('talent_numbers'), 'FM9999000000')")),
               sa.Column("visibility", sa.String(), nullable=False, server_default="public")]
    columns += [sa.Column(name, sa.Boolean()) for name in ("travels", "relocates")]
    columns += [sa.Column(name, sa.Integer()) for name in MEASURES]
    columns += [sa.Column(name, sa.String()) for name in (*CHOICES, "scars", "union_status")]
    columns += [sa.Column(name, WORDS if empty == "{}" else JSONB(), nullable=False, server_default=empty)
                for name, empty in EMPTY_LISTS.items()]
    columns += [sa.Column("representation", JSONB()), *(sa.Column(name, sa.BigInteger()) for name in RATES)]
    for column in columns:
        op.add_column("talent_profiles", column)
    for name, condition in CHECKS.items():
        op.create_check_constraint(name, "talent_profiles", condition)
    op.create_unique_constraint(None, "talent_profiles", ["ref"])
    op.create_index(None, "talent_profiles", ["created_at", "id"])
    op.create_index(None, "talent_profiles", ["city", "id"])


def add_terms() -> None:
    terms = op.create_table(
        "profile_terms", *person_columns(), sa.Column("term", sa.String(), nullable=False),
        sa.UniqueConstraint("subject_id", "term"))
    op.create_index(None, "profile_terms", ["term"])
    known = op.get_bind().execute(sa.text(
        "select subject_id, display_name_ar, display_name_en, stage_name_ar, stage_name_en from talent_profiles"))
    rows = [{"subject_id": row[0], "term": term} for row in known for term in sorted(search_terms(*row[1:]))]
    if rows:
        op.bulk_insert(terms, rows)
    protect_person(op, "profile_terms", grants="select, insert, delete")


def recheck_kinds(condition: str) -> None:
    op.drop_constraint("ck_photos_kind", "photos")
    op.create_check_constraint("kind", "photos", condition)


def of_everybody(table: str, statement: str) -> None:
    """Rows of persons, of everybody: a policy would let us reach one person's at a time."""
    op.execute(f"alter table {table} no force row level security")
    op.execute(statement)
    op.execute(f"alter table {table} force row level security")


def downgrade() -> None:
    op.execute("select set_config('app.kind', 'system', true)")
    of_everybody("consent_events", "delete from consent_events where purpose = 'sensitive'")
    op.execute("delete from purposes where code = 'sensitive'")
    of_everybody("photos", "update photos set kind = 'other' where kind in ('side_profile', 'portrait')")
    recheck_kinds("kind in ('headshot', 'full_length', 'other')")
    op.drop_column("photos", "position")
    op.drop_table("profile_terms")
    for name in ("ref", "visibility", "travels", "relocates", *MEASURES, *CHOICES, "scars", "union_status",
                 *EMPTY_LISTS, "representation", *RATES):
        op.drop_column("talent_profiles", name)
    op.drop_index("ix_talent_profiles_created_at_id", "talent_profiles")
    op.execute("drop sequence talent_numbers")
