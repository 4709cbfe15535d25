"""Wards and their guardians: claims with evidence, disputes, invitations; what goes out for a minor rests on one."""
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from castingops.core.rls import definer_function, definer_reads, person_columns, protect_person, readable_from

revision, down_revision = "0022", "0021"

TIME = sa.DateTime(timezone=True)
ALL = "select, insert, update, delete"
RELATIONS = "'father', 'mother', 'grandparent', 'sibling', 'relative', 'appointed'"
STATES = "'pending', 'verified', 'frozen', 'refused', 'expired', 'ended'"
RULED = ("ward_id, relation, state, frozen_from, scopes, scopes_from, expires_on, best_interest, proposed_by,"
         " verified_by, verified_at, ended_at, version")
ADULT = "birth_date + interval '18 years' <= (submitted_at at time zone interval '3 hours')::date"
GUARDED = (f"{ADULT} or guardianship_id is not null or (own_capacity and birth_date + interval '17 years' <="
           " (submitted_at at time zone interval '3 hours')::date)")
MEANS = "'registration', 'submission', 'app'"
TABLES = ("ward_invitations", "guardian_disputes", "guardianship_terms", "guardianship_evidence",
          "guardianship_events", "guardianships", "wards")


def required(name: str, kind: sa.types.TypeEngine | None = None, **options) -> sa.Column:
    return sa.Column(name, kind or sa.String(), nullable=False, **options)


def upgrade() -> None:
    create_wards()
    create_guardianships()
    create_parts()
    create_disputes()
    create_invitations()
    create_lookup()
    guard_submissions()
    extend_consents()


def create_wards() -> None:
    op.create_table(
        "wards", *person_columns(), required("name_ar"), required("name_en"), required("birth_date", sa.Date()),
        required("capacity_on", sa.Date()), required("adult_on", sa.Date()), required("created_at", TIME),
        sa.Column("handed_over_at", TIME), required("version", sa.Integer()),
        sa.UniqueConstraint("subject_id"),
        sa.CheckConstraint("length(name_ar) between 1 and 80 and length(name_en) between 1 and 80", name="names"),
        sa.CheckConstraint("birth_date < capacity_on and capacity_on < adult_on", name="ages"))
    op.create_index(None, "wards", ["birth_date"])
    protect_person(op, "wards", grants=ALL)


def create_guardianships() -> None:
    op.execute("create sequence guardianship_numbers as integer")
    op.execute("grant usage on sequence guardianship_numbers to castingops_app")
    op.create_table(
        "guardianships", *person_columns(), required("ref"), required("ward_id", sa.Uuid()), required("relation"),
        required("state"), sa.Column("frozen_from", sa.String()), required("scopes", ARRAY(sa.String())),
        sa.Column("scopes_from", sa.Date()), sa.Column("expires_on", sa.Date()),
        sa.Column("best_interest", sa.String()), sa.Column("proposed_by", sa.Uuid()),
        sa.Column("verified_by", sa.Uuid()), sa.Column("verified_at", TIME), sa.Column("ended_at", TIME),
        required("created_at", TIME), required("version", sa.Integer()),
        sa.ForeignKeyConstraint(["ward_id"], ["subjects.id"], ondelete="CASCADE"),
        sa.UniqueConstraint("ref"), sa.UniqueConstraint("subject_id", "ward_id"),
        sa.CheckConstraint(f"relation in ({RELATIONS})", name="relation"),
        sa.CheckConstraint(f"state in ({STATES})", name="state"),
        sa.CheckConstraint("(state = 'frozen') = (frozen_from is not null) and frozen_from in ('pending', 'verified')",
                           name="frozen_from"),
        sa.CheckConstraint("(state in ('refused', 'expired', 'ended')) = (ended_at is not null)", name="ended_at"),
        sa.CheckConstraint("(state <> 'verified' and frozen_from is distinct from 'verified') or (verified_at is not"
                           " null and verified_by is not null and proposed_by is not null and expires_on is not null"
                           " and best_interest is not null)", name="verified_whole"),
        sa.CheckConstraint("verified_by <> proposed_by and verified_by <> subject_id and proposed_by <> subject_id",
                           name="two_people"),
        sa.CheckConstraint("scopes <@ array['profile', 'casting', 'media']::varchar[]", name="scopes"),
        sa.CheckConstraint("subject_id <> ward_id", name="another"))
    op.create_index(None, "guardianships", ["ward_id"])
    op.create_index("ix_guardianships_open", "guardianships", ["id"],
                    postgresql_where=sa.text("state in ('pending', 'frozen')"))
    op.create_index("ix_guardianships_verified", "guardianships", ["expires_on"],
                    postgresql_where=sa.text("state = 'verified'"))
    protect_person(op, "guardianships", grants=f"select, insert, delete, update ({RULED})")
    readable_from(op, "guardianships", column="ward_id")


def belongs() -> list:
    return [required("guardianship_id", sa.Uuid()),
            sa.ForeignKeyConstraint(["subject_id", "guardianship_id"], ["guardianships.subject_id", "guardianships.id"],
                                    ondelete="CASCADE")]


def create_parts() -> None:
    op.create_table(
        "guardianship_events", *person_columns(), *belongs(), required("kind"), sa.Column("actor_id", sa.Uuid()),
        required("reason"), sa.Column("note", sa.Integer()), required("created_at", TIME))
    op.create_index(None, "guardianship_events", ["subject_id", "guardianship_id"])
    protect_person(op, "guardianship_events", grants="select, insert, delete")
    op.create_table(
        "guardianship_evidence", *person_columns(), *belongs(), required("kind"), required("format"),
        required("bytes", sa.Integer()), required("created_at", TIME), sa.Column("destroyed_at", TIME),
        sa.CheckConstraint("kind in ('guardianship_deed', 'custody_order', 'birth_certificate', 'power_of_attorney',"
                           " 'other')", name="kind"),
        sa.CheckConstraint("format in ('image/jpeg', 'image/png', 'image/webp', 'application/pdf')", name="format"))
    op.create_index(None, "guardianship_evidence", ["subject_id", "guardianship_id"])
    protect_person(op, "guardianship_evidence", grants="select, insert, delete, update (destroyed_at)")
    op.create_table(
        "guardianship_terms", *person_columns(), *belongs(), required("term"),
        sa.UniqueConstraint("subject_id", "guardianship_id", "term"))
    op.create_index(None, "guardianship_terms", ["term"])
    protect_person(op, "guardianship_terms", grants="select, insert, delete")


def create_disputes() -> None:
    op.create_table(
        "guardian_disputes", *person_columns(), required("raised_as"), sa.Column("raised_by", sa.Uuid()),
        required("reason"), sa.Column("resolution", sa.String()), required("created_at", TIME),
        sa.Column("resolved_at", TIME),
        sa.CheckConstraint("raised_as in ('guardian', 'staff', 'ward')", name="raised_as"),
        sa.CheckConstraint("(resolved_at is null) = (resolution is null)", name="resolved_whole"))
    op.create_index("uq_guardian_disputes_open", "guardian_disputes", ["subject_id"], unique=True,
                    postgresql_where=sa.text("resolved_at is null"))
    protect_person(op, "guardian_disputes", grants="select, insert, delete, update (resolution, resolved_at)")


def create_invitations() -> None:
    op.create_table(
        "ward_invitations", *person_columns(), required("email"), required("locale"), required("token_hash"),
        required("sent_by", sa.Uuid()), required("created_at", TIME), required("expires_at", TIME),
        sa.Column("used_at", TIME), sa.Column("revoked_at", TIME),
        sa.UniqueConstraint("token_hash"), sa.CheckConstraint("locale in ('en', 'ar')", name="locale"))
    op.create_index("uq_ward_invitations_open", "ward_invitations", ["subject_id"], unique=True,
                    postgresql_where=sa.text("used_at is null and revoked_at is null"))
    protect_person(op, "ward_invitations", grants="select, insert, delete, update (used_at, revoked_at)")


def create_lookup() -> None:
    """What an act-for token rests on, asked before there is an actor."""
    definer_reads(op, "guardianships", "wards")
    definer_function(
        op, "identity_guardianship(p_guardian uuid, p_ward uuid)",
        "table (guardianship_id uuid, expires_on date, capacity_on date)",
        "select g.id, g.expires_on, w.capacity_on from guardianships g join wards w on w.subject_id = g.ward_id"
        " where g.subject_id = p_guardian and g.ward_id = p_ward and g.state = 'verified' and w.handed_over_at is null")


def guard_submissions() -> None:
    """A minor's submission names a guardianship that is verified when it is written, and at the approval one stands."""
    op.add_column("profile_revisions", sa.Column("guardianship_id", sa.Uuid()))
    op.add_column("profile_revisions", required("own_capacity", sa.Boolean(), server_default=sa.false()))
    op.drop_constraint("ck_profile_revisions_adult_at_submission", "profile_revisions")
    op.create_check_constraint("adult_at_submission", "profile_revisions", GUARDED)
    op.add_column("talent_profiles", sa.Column("guardian_hold_at", TIME))
    op.execute("""
        create function profile_revisions_guarded() returns trigger language plpgsql as $$
        begin
          if new.birth_date + interval '18 years' > (coalesce(new.decided_at, new.submitted_at)
                                                     at time zone interval '3 hours')::date
             and not exists (select from guardianships g where g.ward_id = new.subject_id and g.state = 'verified'
                             and (tg_op = 'UPDATE' or g.id = new.guardianship_id))
             and not exists (select from wards w where w.subject_id = new.subject_id and w.handed_over_at is not null)
          then
            raise exception 'no verified guardianship stands behind this minor'
              using errcode = 'check_violation', constraint = 'ck_profile_revisions_guarded',
                    table = 'profile_revisions';
          end if;
          return new;
        end $$""")
    op.execute("create trigger guarded_insert before insert on profile_revisions"
               " for each row execute function profile_revisions_guarded()")
    op.execute("create trigger guarded_approval before update of status on profile_revisions for each row"
               " when (new.status = 'approved' and old.status is distinct from 'approved')"
               " execute function profile_revisions_guarded()")


def extend_consents() -> None:
    op.add_column("consent_events", sa.Column("guardian_id", sa.Uuid()))
    op.add_column("consent_events", sa.Column("guardianship_id", sa.Uuid()))
    op.create_check_constraint("guardian_whole", "consent_events",
                               "(guardian_id is null) = (guardianship_id is null)")
    op.drop_constraint("ck_consent_events_means", "consent_events")
    op.create_check_constraint("means", "consent_events", f"means in ({MEANS}, 'lapse')")


def downgrade() -> None:
    op.drop_constraint("ck_consent_events_means", "consent_events")
    op.execute("alter table consent_events add constraint ck_consent_events_means"
               f" check (means in ({MEANS})) not valid")
    op.drop_constraint("ck_consent_events_guardian_whole", "consent_events")
    op.drop_column("consent_events", "guardianship_id")
    op.drop_column("consent_events", "guardian_id")
    op.execute("drop trigger guarded_insert on profile_revisions")
    op.execute("drop trigger guarded_approval on profile_revisions")
    op.execute("drop function profile_revisions_guarded()")
    op.drop_column("talent_profiles", "guardian_hold_at")
    op.drop_constraint("ck_profile_revisions_adult_at_submission", "profile_revisions")
    op.drop_column("profile_revisions", "own_capacity")
    op.drop_column("profile_revisions", "guardianship_id")
    op.execute("alter table profile_revisions add constraint ck_profile_revisions_adult_at_submission"
               f" check ({ADULT}) not valid")  # what was sent meanwhile stays as it is
    op.execute("drop function identity_guardianship(uuid, uuid)")
    for table in TABLES:
        op.drop_table(table)
    op.execute("drop sequence guardianship_numbers")
