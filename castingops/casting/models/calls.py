"""The tables of casting calls: what a hirer writes, what was submitted, what talent see, and what stops a call."""
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import String

from castingops.casting.types import HEIGHT_MAX, HEIGHT_MIN, PLAYING_AGE_MAX
from castingops.casting.types.calls import (
    OPENINGS_MAX,
    PAY_MAX,
    PLACES_MAX,
    ROLE_NAME_MAX,
    ROLE_TEXT_MAX,
    SYNOPSIS_MAX,
    TITLE_MAX,
    Asset,
    ProjectType,
    RoleKind,
)
from castingops.core.db import Base, OrgOwned, PlatformOwned
from castingops.core.privacy import IMPERSONAL


def _one_of(column: str, words: Any) -> str:
    return f"{column} in ({', '.join(repr(str(word)) for word in words)})"


PROJECTS = _one_of("project_type", ProjectType)
KINDS = _one_of("kind", RoleKind)
ALL_ASSETS = "assets <@ array[" + ", ".join(repr(str(asset)) for asset in Asset) + "]::varchar[]"
DATES = ("(rehearsal_from is null or rehearsal_to is null or rehearsal_to >= rehearsal_from)"
         " and (shoot_from is null or shoot_to is null or shoot_to >= shoot_from)")
# the day of the deadline in Riyadh, which keeps the same hours all year
DEADLINE = ("deadline is null or shoot_from is null"
            " or (deadline at time zone interval '3 hours')::date < shoot_from")
PAY = f"pay_amount between 1 and {PAY_MAX} and (pay_amount is null) = (pay_basis is null)"
AGES = (f"playing_age_min >= 0 and playing_age_max <= {PLAYING_AGE_MAX} and playing_age_min <= playing_age_max")
HEIGHTS = (f"height_min >= {HEIGHT_MIN} and height_max <= {HEIGHT_MAX}"
           " and (height_min is null or height_max is null or height_min <= height_max)")
CALL_STATUS = "status in ('draft', 'under_review', 'changes_requested', 'rejected', 'published', 'closed')"
CLOSED_BY = "closed_by in ('hirer', 'deadline', 'staff', 'organization')"
TITLES = " and ".join(f"length(title_{one}) between 1 and {TITLE_MAX}" for one in ("ar", "en"))
SYNOPSES = " and ".join(f"length(synopsis_{one}) <= {SYNOPSIS_MAX}" for one in ("ar", "en"))
ROLE_WORDS = " and ".join(
    f"length(name_{one}) between 1 and {ROLE_NAME_MAX} and length(description_{one}) <= {ROLE_TEXT_MAX}"
    for one in ("ar", "en"))


class CastingCall(OrgOwned, Base):
    """The working copy of a call. What talent see is a projection that an approval writes.

    Deleted is only what was never published; `deleted_at` keeps it for the trail. A trigger asks at commit whether the
    organization is active and its plan includes posting, whenever a call comes under review or is published.
    """

    __tablename__ = "casting_calls"
    __table_args__ = (
        ForeignKeyConstraint(["org_id"], ["organizations.id"], ondelete="RESTRICT"),
        CheckConstraint(CALL_STATUS, name="status"),
        CheckConstraint("change_status in ('under_review', 'changes_requested', 'rejected')", name="change_status"),
        CheckConstraint("change_status is null or status = 'published'", name="change_of_published"),
        CheckConstraint(PROJECTS, name="project_type"),
        CheckConstraint(TITLES, name="titles"),
        CheckConstraint(SYNOPSES, name="synopses"),
        CheckConstraint(DATES, name="dates"),
        CheckConstraint(DEADLINE, name="deadline_before_shoot"),
        CheckConstraint(PAY, name="pay"),
        CheckConstraint("pay_basis in ('day', 'flat')", name="pay_basis"),
        CheckConstraint("currency = 'SAR'", name="currency"),
        CheckConstraint(f"cardinality(cities) <= {PLACES_MAX}", name="cities"),
        CheckConstraint(CLOSED_BY, name="closed_by"),
        CheckConstraint("(status = 'closed') = (closed_at is not null) and (closed_at is null) = (closed_by is null)",
                        name="closed_whole"),
        CheckConstraint("(status in ('published', 'closed')) = (approved_revision is not null)", name="approved"),
        CheckConstraint("deleted_at is null or approved_revision is null", name="deleted_unpublished"),
        Index(None, "org_id", "status", "id", postgresql_where=text("deleted_at is null")),
        Index(None, "id", "org_id"),  # staff's, who know a call by its id alone
        Index(None, "status", "id", postgresql_where=text("deleted_at is null")),  # the console's board
        Index("ix_casting_calls_due", "deadline", postgresql_where=text("status = 'published'")),  # the job's
    )

    status: Mapped[str] = mapped_column(info=IMPERSONAL)
    change_status: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    title_ar: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    title_en: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    project_type: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    company: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    casting_director: Mapped[str | None] = mapped_column(info=IMPERSONAL)  # as credited: a professional's public name
    synopsis_ar: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    synopsis_en: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    rehearsal_from: Mapped[date | None] = mapped_column(info=IMPERSONAL)
    rehearsal_to: Mapped[date | None] = mapped_column(info=IMPERSONAL)
    shoot_from: Mapped[date | None] = mapped_column(info=IMPERSONAL)
    shoot_to: Mapped[date | None] = mapped_column(info=IMPERSONAL)
    cities: Mapped[list[str]] = mapped_column(ARRAY(String), info=IMPERSONAL)
    pay_guaranteed: Mapped[bool] = mapped_column(info=IMPERSONAL)
    pay_amount: Mapped[int | None] = mapped_column(BigInteger, info=IMPERSONAL)  # halalas
    pay_basis: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    currency: Mapped[str] = mapped_column(info=IMPERSONAL)
    confidential: Mapped[bool] = mapped_column(info=IMPERSONAL)
    deadline: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)
    contact_id: Mapped[UUID | None] = mapped_column(info=IMPERSONAL)  # a member; their details stay with identity
    permit_number: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    permit_until: Mapped[date | None] = mapped_column(info=IMPERSONAL)
    last_revision: Mapped[int] = mapped_column(info=IMPERSONAL)  # number of the latest submission; 0: none yet
    approved_revision: Mapped[int | None] = mapped_column(info=IMPERSONAL)
    created_by: Mapped[UUID] = mapped_column(info=IMPERSONAL)
    created_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    updated_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    published_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)
    closed_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)
    closed_by: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    closed_reason_en: Mapped[str | None] = mapped_column(info=IMPERSONAL)  # of staff, for the organization to read
    closed_reason_ar: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    deleted_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)
    version: Mapped[int] = mapped_column(info=IMPERSONAL)

    __mapper_args__ = {"version_id_col": version}


class CallRole(OrgOwned, Base):
    """A role of the working copy. One that was taken out stays as `deleted_at`: applications may hang on it."""

    __tablename__ = "call_roles"
    __table_args__ = (
        UniqueConstraint("org_id", "call_id", "id"),  # so that a child names both and they belong together
        ForeignKeyConstraint(["org_id", "call_id"], ["casting_calls.org_id", "casting_calls.id"], ondelete="CASCADE"),
        CheckConstraint(KINDS, name="kind"),
        CheckConstraint("gender in ('female', 'male')", name="gender"),
        CheckConstraint(AGES, name="playing_ages"),
        CheckConstraint(HEIGHTS, name="heights"),
        CheckConstraint(ROLE_WORDS, name="words"),
        CheckConstraint(ALL_ASSETS, name="assets"),
        CheckConstraint(f"openings between 1 and {OPENINGS_MAX}", name="openings"),
    )

    call_id: Mapped[UUID] = mapped_column(info=IMPERSONAL)
    position: Mapped[int] = mapped_column(info=IMPERSONAL)  # in the order its hirer gave
    name_ar: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    name_en: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    kind: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    gender: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    playing_age_min: Mapped[int | None] = mapped_column(info=IMPERSONAL)
    playing_age_max: Mapped[int | None] = mapped_column(info=IMPERSONAL)
    height_min: Mapped[int | None] = mapped_column(info=IMPERSONAL)
    height_max: Mapped[int | None] = mapped_column(info=IMPERSONAL)
    description_ar: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    description_en: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    languages: Mapped[list[str]] = mapped_column(ARRAY(String), info=IMPERSONAL)
    dialects: Mapped[list[str]] = mapped_column(ARRAY(String), info=IMPERSONAL)
    skills: Mapped[list[str]] = mapped_column(ARRAY(String), info=IMPERSONAL)
    assets: Mapped[list[str]] = mapped_column(ARRAY(String), info=IMPERSONAL)
    openings: Mapped[int] = mapped_column(info=IMPERSONAL)
    minors: Mapped[bool] = mapped_column(info=IMPERSONAL)
    deleted_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)


class CallRevisionRow(OrgOwned, Base):
    """A submission as it was sent, roles included. The app role may set the decision's columns and no other."""

    __tablename__ = "call_revisions"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "call_id"], ["casting_calls.org_id", "casting_calls.id"], ondelete="CASCADE"),
        UniqueConstraint("org_id", "call_id", "number"),
        Index("uq_call_revisions_pending", "org_id", "call_id", unique=True,
              postgresql_where=text("status = 'pending'")),
        CheckConstraint("status in ('pending', 'approved', 'changes_requested', 'rejected', 'superseded')",
                        name="status"),
        CheckConstraint("kind in ('first', 'change', 'touch')", name="kind"),
        CheckConstraint("(status in ('pending', 'superseded')) = (decided_at is null)", name="decided_at"),
        CheckConstraint(
            "status not in ('changes_requested', 'rejected')"
            " or (reason_code is not null and statement_en is not null and statement_ar is not null)", name="reasons"),
    )

    call_id: Mapped[UUID] = mapped_column(info=IMPERSONAL)
    number: Mapped[int] = mapped_column(info=IMPERSONAL)  # 1, 2, 3 … of this call
    kind: Mapped[str] = mapped_column(info=IMPERSONAL)
    status: Mapped[str] = mapped_column(info=IMPERSONAL)
    snapshot: Mapped[dict[str, Any]] = mapped_column(JSONB, info=IMPERSONAL)
    submitted_by: Mapped[UUID] = mapped_column(info=IMPERSONAL)
    submitted_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    decided_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)
    reason_code: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    statement_en: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    statement_ar: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    version: Mapped[int] = mapped_column(info=IMPERSONAL)

    __mapper_args__ = {"version_id_col": version}


class PublishedCall(PlatformOwned, Base):
    """What talent see of a call: no contact, no permit, of a confidential one neither company nor casting director.

    `id` is the call's own. A closed call stays readable by its address, but for one that the house closed; lists walk
    the open ones by the partial index.
    """

    __tablename__ = "published_calls"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "id"], ["casting_calls.org_id", "casting_calls.id"], ondelete="CASCADE"),
        CheckConstraint(PROJECTS, name="project_type"),
        CheckConstraint(DEADLINE, name="deadline_before_shoot"),
        CheckConstraint("currency = 'SAR'", name="currency"),
        CheckConstraint("not confidential or (company is null and casting_director is null)", name="confidential"),
        Index("ix_published_calls_open", "id", postgresql_where=text("closed_at is null")),
        Index("ix_published_calls_open_type", "project_type", "id", postgresql_where=text("closed_at is null")),
        Index(None, "org_id", "id"),
    )

    org_id: Mapped[UUID] = mapped_column(info=IMPERSONAL)
    revision: Mapped[int] = mapped_column(info=IMPERSONAL)
    title_ar: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    title_en: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    project_type: Mapped[str] = mapped_column(info=IMPERSONAL)
    confidential: Mapped[bool] = mapped_column(info=IMPERSONAL)
    company: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    casting_director: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    synopsis_ar: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    synopsis_en: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    rehearsal_from: Mapped[date | None] = mapped_column(info=IMPERSONAL)
    rehearsal_to: Mapped[date | None] = mapped_column(info=IMPERSONAL)
    shoot_from: Mapped[date] = mapped_column(info=IMPERSONAL)
    shoot_to: Mapped[date] = mapped_column(info=IMPERSONAL)
    cities: Mapped[list[str]] = mapped_column(ARRAY(String), info=IMPERSONAL)
    pay_guaranteed: Mapped[bool] = mapped_column(info=IMPERSONAL)
    pay_amount: Mapped[int | None] = mapped_column(BigInteger, info=IMPERSONAL)  # halalas
    pay_basis: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    currency: Mapped[str] = mapped_column(info=IMPERSONAL)
    deadline: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    openings: Mapped[int] = mapped_column(info=IMPERSONAL)  # of all roles together
    minors: Mapped[bool] = mapped_column(info=IMPERSONAL)  # whether a role is open to them
    published_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    closed_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)
    closed_by: Mapped[str | None] = mapped_column(info=IMPERSONAL)


class PublishedRole(PlatformOwned, Base):
    """A role of a published call as talent see it. `id` is the role's own; it goes when an approval takes it out."""

    __tablename__ = "published_roles"
    __table_args__ = (
        ForeignKeyConstraint(["org_id", "call_id", "id"], ["call_roles.org_id", "call_roles.call_id", "call_roles.id"],
                             ondelete="CASCADE"),
        CheckConstraint(KINDS, name="kind"),
        CheckConstraint(AGES, name="playing_ages"),
        Index(None, "call_id", "position"),
    )

    org_id: Mapped[UUID] = mapped_column(info=IMPERSONAL)
    call_id: Mapped[UUID] = mapped_column(ForeignKey("published_calls.id", ondelete="CASCADE"), info=IMPERSONAL)
    position: Mapped[int] = mapped_column(info=IMPERSONAL)
    name_ar: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    name_en: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    kind: Mapped[str] = mapped_column(info=IMPERSONAL)
    gender: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    playing_age_min: Mapped[int] = mapped_column(info=IMPERSONAL)
    playing_age_max: Mapped[int] = mapped_column(info=IMPERSONAL)
    height_min: Mapped[int | None] = mapped_column(info=IMPERSONAL)
    height_max: Mapped[int | None] = mapped_column(info=IMPERSONAL)
    description_ar: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    description_en: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    languages: Mapped[list[str]] = mapped_column(ARRAY(String), info=IMPERSONAL)
    dialects: Mapped[list[str]] = mapped_column(ARRAY(String), info=IMPERSONAL)
    skills: Mapped[list[str]] = mapped_column(ARRAY(String), info=IMPERSONAL)
    assets: Mapped[list[str]] = mapped_column(ARRAY(String), info=IMPERSONAL)
    openings: Mapped[int] = mapped_column(info=IMPERSONAL)
    minors: Mapped[bool] = mapped_column(info=IMPERSONAL)


class StopRuleRow(PlatformOwned, Base):
    """What stops a call, on which days and by which source. Changed by migration only: the app may read it."""

    __tablename__ = "call_stop_rules"
    __table_args__ = (
        CheckConstraint("code in ('minor_project', 'minor_permit')", name="code"),
        CheckConstraint("valid_until is null or valid_until >= valid_from", name="days"),
        Index(None, "code", "valid_from"),
    )

    code: Mapped[str] = mapped_column(info=IMPERSONAL)
    value: Mapped[dict[str, Any]] = mapped_column(JSONB, info=IMPERSONAL)
    valid_from: Mapped[date] = mapped_column(info=IMPERSONAL)
    valid_until: Mapped[date | None] = mapped_column(info=IMPERSONAL)
    source_en: Mapped[str] = mapped_column(info=IMPERSONAL)
    source_ar: Mapped[str] = mapped_column(info=IMPERSONAL)
