"""Applications: the hirer's rows, which talent read; what hirers make of them, which talent do not."""
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from castingops.core.rls import CURRENT_SUBJECT, definer_reads, definer_trigger, org_columns, protect_org, readable_from

revision, down_revision = "0037", "0036"

TIME = sa.DateTime(timezone=True)
PUBLIC = ("public_status in ('submitted', 'viewed', 'under_consideration', 'offered', 'booked', 'not_selected',"
          " 'declined', 'withdrawn')")
STATUS = ("status in ('submitted', 'viewed', 'shortlisted', 'under_consideration', 'pinned', 'on_avail', 'on_hold',"
          " 'backup', 'offered', 'booked', 'released', 'declined', 'withdrawn')")
TABLES = ("application_notes", "application_ratings", "application_events", "application_reviews", "application_photos",
          "applications")
# by the gate, besides what it may already
READ = ("published_roles", "identity_verifications", "consent_events", "talent_profiles")
GATE = """
    begin
      if not exists (select from published_calls c join published_roles r on r.call_id = c.id
                     where r.id = new.role_id and c.id = new.call_id and c.org_id = new.org_id
                       and c.closed_at is null and c.deadline > clock_timestamp()) then
        raise exception 'the role is not open' using errcode = 'check_violation',
          constraint = 'ck_applications_open', table = 'applications';
      end if;
      if new.minor and not exists (select from published_roles r where r.id = new.role_id and r.minors) then
        raise exception 'the role is not open to minors' using errcode = 'check_violation',
          constraint = 'ck_applications_minors', table = 'applications';
      end if;
      if (new.guardianship_id is not null and not exists (
            select from guardianships g where g.id = new.guardianship_id and g.ward_id = new.subject_id
              and g.subject_id = new.applied_by and g.state = 'verified'
              and g.expires_on >= (clock_timestamp() at time zone interval '3 hours')::date
              and 'casting' = any(g.scopes)))
         or (new.guardianship_id is null and new.minor and not exists (
            select from wards w where w.subject_id = new.subject_id and w.handed_over_at is not null)) then
        raise exception 'nobody stands behind this child' using errcode = 'check_violation',
          constraint = 'ck_applications_guarded', table = 'applications';
      end if;
      if not exists (select from talent_profiles p where p.subject_id = new.subject_id
                     and p.approved_revision is not null and p.withheld_at is null and p.guardian_hold_at is null) then
        raise exception 'the profile is not approved' using errcode = 'check_violation',
          constraint = 'ck_applications_approved', table = 'applications';
      end if;
      if not exists (select from identity_verifications v where v.subject_id = new.applied_by
                     and v.ended_at is null and v.expires_at > clock_timestamp()) then
        raise exception 'identity not verified' using errcode = 'check_violation',
          constraint = 'ck_applications_verified', table = 'applications';
      end if;
      if coalesce((select e.change from consent_events e where e.subject_id = new.subject_id
                   and e.purpose = 'profile' order by e.id desc limit 1), '') <> 'given' then
        raise exception 'no consent' using errcode = 'check_violation',
          constraint = 'ck_applications_consented', table = 'applications';
      end if;
      return null;
    end """


def required(name: str, kind: sa.types.TypeEngine | None = None) -> sa.Column:
    return sa.Column(name, kind or sa.String(), nullable=False)


def optional(name: str, kind: sa.types.TypeEngine | None = None) -> sa.Column:
    return sa.Column(name, kind or sa.String())


def of_application() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["org_id", "application_id"], ["applications.org_id", "applications.id"],
                                   ondelete="CASCADE")


def of_subject() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["subject_id"], ["subjects.id"], ondelete="CASCADE")


def upgrade() -> None:
    create_applications()
    create_photos()
    create_reviews()
    create_events()
    create_opinions()
    definer_reads(op, *READ)
    definer_trigger(op, "application_gate", GATE, "gated after insert on applications", at_commit=True)


def create_applications() -> None:
    op.create_table(
        "applications", *org_columns(),
        required("call_id", sa.Uuid()), required("role_id", sa.Uuid()), required("subject_id", sa.Uuid()),
        required("applied_by", sa.Uuid()), optional("guardianship_id", sa.Uuid()), required("minor", sa.Boolean()),
        required("profile_revision", sa.Integer()), required("shown", JSONB()), optional("cover_note"),
        required("public_status"),
        required("submitted_at", TIME), optional("edited_at", TIME), optional("viewed_at", TIME),
        optional("withdrawn_at", TIME), required("version", sa.Integer()),
        sa.ForeignKeyConstraint(["org_id", "call_id", "role_id"],
                                ["call_roles.org_id", "call_roles.call_id", "call_roles.id"], ondelete="RESTRICT"),
        of_subject(),
        sa.CheckConstraint(PUBLIC, name="public_status"),
        sa.CheckConstraint("length(cover_note) between 1 and 500", name="cover_note"),
        sa.CheckConstraint("(public_status = 'withdrawn') = (withdrawn_at is not null)", name="withdrawn_whole"),
        sa.CheckConstraint("public_status <> 'submitted' or viewed_at is null", name="viewed_is_told"))
    op.create_index("uq_applications_live", "applications", ["org_id", "role_id", "subject_id"], unique=True,
                    postgresql_where=sa.text("withdrawn_at is null"))
    for columns in (["subject_id", "id"], ["org_id", "role_id", "id"], ["org_id", "call_id", "id"]):
        op.create_index(None, "applications", columns)
    protect_org(op, "applications", grants="select, insert, update, delete")
    readable_from(op, "applications", column="subject_id")


def create_photos() -> None:
    op.create_table(
        "application_photos", *org_columns(),
        required("application_id", sa.Uuid()), required("subject_id", sa.Uuid()), required("photo_id", sa.Uuid()),
        required("position", sa.Integer()), required("is_primary", sa.Boolean()), of_application(),
        sa.ForeignKeyConstraint(["subject_id", "photo_id"], ["photos.subject_id", "photos.id"], ondelete="CASCADE"),
        sa.UniqueConstraint("org_id", "application_id", "photo_id"))
    op.create_index("uq_application_photos_primary", "application_photos", ["org_id", "application_id"], unique=True,
                    postgresql_where=sa.text("is_primary"))
    op.create_index(None, "application_photos", ["subject_id", "photo_id"])
    protect_org(op, "application_photos", grants="select, insert, delete")
    readable_from(op, "application_photos", column="subject_id")


def create_reviews() -> None:
    op.create_table(
        "application_reviews", *org_columns(),
        required("application_id", sa.Uuid()), required("role_id", sa.Uuid()), required("status"),
        required("moved_at", TIME), required("version", sa.Integer()), of_application(),
        sa.UniqueConstraint("org_id", "application_id"), sa.CheckConstraint(STATUS, name="status"))
    op.create_index(None, "application_reviews", ["org_id", "role_id", "status", "application_id"])
    protect_org(op, "application_reviews", grants="select, insert, update")


def create_events() -> None:
    op.create_table(
        "application_events", *org_columns(),
        required("application_id", sa.Uuid()), required("subject_id", sa.Uuid()), required("kind"),
        optional("before"), optional("after"), required("public", sa.Boolean()), optional("actor_id", sa.Uuid()),
        required("created_at", TIME), of_application(), of_subject(),
        sa.CheckConstraint("kind in ('submitted', 'edited', 'viewed', 'moved', 'status', 'withdrawn', 'declined')",
                           name="kind"),
        sa.CheckConstraint("kind <> 'status' or not public", name="hirers_own"))
    op.create_index(None, "application_events", ["org_id", "application_id", "id"])
    op.create_index(None, "application_events", ["subject_id", "id"], postgresql_where=sa.text("public"))
    protect_org(op, "application_events", grants="select, insert")
    op.execute("create policy other_side on application_events for select"
               f" using (public and subject_id = {CURRENT_SUBJECT})")


def create_opinions() -> None:
    op.create_table(
        "application_ratings", *org_columns(),
        required("application_id", sa.Uuid()), required("user_id", sa.Uuid()), required("rating", sa.Integer()),
        required("created_at", TIME), of_application(), sa.UniqueConstraint("org_id", "application_id", "user_id"),
        sa.CheckConstraint("rating between 1 and 5", name="rating"))
    protect_org(op, "application_ratings", grants="select, insert, update")
    op.create_table(
        "application_notes", *org_columns(),
        required("application_id", sa.Uuid()), required("subject_id", sa.Uuid()), required("user_id", sa.Uuid()),
        required("text"), required("created_at", TIME), of_application(), of_subject(),
        sa.CheckConstraint("length(text) between 1 and 2000", name="text"))
    op.create_index(None, "application_notes", ["org_id", "application_id", "id"])
    protect_org(op, "application_notes", grants="select, insert")


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    op.execute("drop function application_gate()")
    for table in READ:
        op.execute(f"revoke all on {table} from castingops_definer")
