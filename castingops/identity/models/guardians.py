"""The tables of guardians and wards. A guardianship is its guardian's row, which the ward's side may read (ID-10)."""
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import String

from castingops.core.db import Base, PersonOwned
from castingops.core.privacy import IMPERSONAL, Purpose, personal

EVIDENCE_KEPT = timedelta(days=90)  # the row of a document; its file goes as soon as it has served (IR 7, 22)
INVITATION_KEPT = timedelta(days=90)
RELATIONS = "'father', 'mother', 'grandparent', 'sibling', 'relative', 'appointed'"
STATES = "'pending', 'verified', 'frozen', 'refused', 'expired', 'ended'"


def _ward(category: str, *, sensitive: bool = False) -> dict[str, Any]:
    return personal(category=category, subject="ward", purposes=(Purpose.ACCOUNT, Purpose.PROFILE), retention=None,
                    sensitive=sensitive, minor=True)


def _guardian(category: str, retention: timedelta | None = None) -> dict[str, Any]:
    return personal(category=category, subject="guardian", purposes=(Purpose.ACCOUNT, Purpose.LEGAL),
                    retention=retention, minor=True)


class Ward(PersonOwned, Base):
    """A minor whom a guardian holds: a data subject without an account. Both days of coming of age are kept."""

    __tablename__ = "wards"
    __table_args__ = (
        UniqueConstraint("subject_id"),
        CheckConstraint("length(name_ar) between 1 and 80 and length(name_en) between 1 and 80", name="names"),
        CheckConstraint("birth_date < capacity_on and capacity_on < adult_on", name="ages"),
        Index(None, "birth_date"),
    )

    name_ar: Mapped[str] = mapped_column(info=_ward("name"))
    name_en: Mapped[str] = mapped_column(info=_ward("name"))
    birth_date: Mapped[date] = mapped_column(info=_ward("birth date", sensitive=True))
    capacity_on: Mapped[date] = mapped_column(info=_ward("birth date", sensitive=True))  # 18 Hijri years
    adult_on: Mapped[date] = mapped_column(info=_ward("birth date", sensitive=True))  # 18 Gregorian years
    created_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    handed_over_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)  # the subject is its own user since
    version: Mapped[int] = mapped_column(info=IMPERSONAL)

    __mapper_args__ = {"version_id_col": version}


class Guardianship(PersonOwned, Base):
    """That somebody says to be the guardian of a ward, and what staff made of it. `subject_id` is the guardian's."""

    __tablename__ = "guardianships"
    __table_args__ = (
        UniqueConstraint("ref"),
        UniqueConstraint("subject_id", "ward_id"),
        CheckConstraint(f"relation in ({RELATIONS})", name="relation"),
        CheckConstraint(f"state in ({STATES})", name="state"),
        CheckConstraint("(state = 'frozen') = (frozen_from is not null) and frozen_from in ('pending', 'verified')",
                        name="frozen_from"),
        CheckConstraint("(state in ('refused', 'expired', 'ended')) = (ended_at is not null)", name="ended_at"),
        CheckConstraint("(state <> 'verified' and frozen_from is distinct from 'verified') or (verified_at is not null"
                        " and verified_by is not null and proposed_by is not null and expires_on is not null"
                        " and best_interest is not null)", name="verified_whole"),
        CheckConstraint("verified_by <> proposed_by and verified_by <> subject_id and proposed_by <> subject_id",
                        name="two_people"),
        CheckConstraint("scopes <@ array['profile', 'casting', 'media']::varchar[]", name="scopes"),
        CheckConstraint("subject_id <> ward_id", name="another"),
        Index(None, "ward_id"),
        Index("ix_guardianships_open", "id", postgresql_where=text("state in ('pending', 'frozen')")),
        Index("ix_guardianships_verified", "expires_on", postgresql_where=text("state = 'verified'")),  # the sweep's
    )

    ref: Mapped[str] = mapped_column(info=IMPERSONAL)
    ward_id: Mapped[UUID] = mapped_column(ForeignKey("subjects.id", ondelete="CASCADE"), info=IMPERSONAL)
    relation: Mapped[str] = mapped_column(info=_guardian("family"))
    state: Mapped[str] = mapped_column(info=IMPERSONAL)
    frozen_from: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    scopes: Mapped[list[str]] = mapped_column(ARRAY(String), info=IMPERSONAL)
    scopes_from: Mapped[date | None] = mapped_column(info=IMPERSONAL)
    expires_on: Mapped[date | None] = mapped_column(info=IMPERSONAL)  # the last day on which the evidence counts
    best_interest: Mapped[str | None] = mapped_column(info=_guardian("assessment"))  # IR 13
    proposed_by: Mapped[UUID | None] = mapped_column(info=IMPERSONAL)
    verified_by: Mapped[UUID | None] = mapped_column(info=IMPERSONAL)
    verified_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)
    ended_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)
    created_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    version: Mapped[int] = mapped_column(info=IMPERSONAL)

    __mapper_args__ = {"version_id_col": version}


class _OfGuardianship(PersonOwned):
    guardianship_id: Mapped[UUID] = mapped_column(info=IMPERSONAL)


def _belongs() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["subject_id", "guardianship_id"], ["guardianships.subject_id", "guardianships.id"],
                                ondelete="CASCADE")


class GuardianshipEvent(_OfGuardianship, Base):
    """What happened to a guardianship, by whom; never changed. `note` is the number of a notice, in days."""

    __tablename__ = "guardianship_events"
    __table_args__ = (_belongs(), Index(None, "subject_id", "guardianship_id"))

    kind: Mapped[str] = mapped_column(info=IMPERSONAL)
    actor_id: Mapped[UUID | None] = mapped_column(info=IMPERSONAL)
    reason: Mapped[str] = mapped_column(info=_guardian("assessment"))
    note: Mapped[int | None] = mapped_column(info=IMPERSONAL)
    created_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)


class GuardianEvidence(_OfGuardianship, Base):
    """A document that proves a guardianship. The file lies sealed in storage until the claim is settled, then goes."""

    __tablename__ = "guardianship_evidence"
    __table_args__ = (
        _belongs(), Index(None, "subject_id", "guardianship_id"),
        CheckConstraint("kind in ('guardianship_deed', 'custody_order', 'birth_certificate', 'power_of_attorney',"
                        " 'other')", name="kind"),
        CheckConstraint("format in ('image/jpeg', 'image/png', 'image/webp', 'application/pdf')", name="format"),
    )

    kind: Mapped[str] = mapped_column(info=_guardian("document", EVIDENCE_KEPT))
    format: Mapped[str] = mapped_column(info=IMPERSONAL)
    bytes: Mapped[int] = mapped_column(info=IMPERSONAL)
    created_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    destroyed_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)


class GuardianshipTerm(_OfGuardianship, Base):
    """A folded word under which staff find a guardianship: of the ward's names and the guardian's."""

    __tablename__ = "guardianship_terms"
    __table_args__ = (_belongs(), UniqueConstraint("subject_id", "guardianship_id", "term"), Index(None, "term"))

    term: Mapped[str] = mapped_column(info=_ward("name"))


class GuardianDispute(PersonOwned, Base):
    """That somebody doubts who may act for a ward: both sides are frozen until two members of staff resolve it."""

    __tablename__ = "guardian_disputes"
    __table_args__ = (
        CheckConstraint("raised_as in ('guardian', 'staff', 'ward')", name="raised_as"),
        CheckConstraint("(resolved_at is null) = (resolution is null)", name="resolved_whole"),
        Index("uq_guardian_disputes_open", "subject_id", unique=True, postgresql_where=text("resolved_at is null")),
    )

    raised_as: Mapped[str] = mapped_column(info=IMPERSONAL)
    raised_by: Mapped[UUID | None] = mapped_column(info=IMPERSONAL)
    reason: Mapped[str] = mapped_column(info=_ward("dispute"))
    resolution: Mapped[str | None] = mapped_column(info=_ward("dispute"))
    created_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    resolved_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)


class WardInvitation(PersonOwned, Base):
    """An invitation to a ward's own e-mail to take over what was held for them. It works once, for two weeks."""

    __tablename__ = "ward_invitations"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        CheckConstraint("locale in ('en', 'ar')", name="locale"),
        Index("uq_ward_invitations_open", "subject_id", unique=True,
              postgresql_where=text("used_at is null and revoked_at is null")),
    )

    email: Mapped[str] = mapped_column(info=personal(
        category="contact", subject="ward", purposes=(Purpose.ACCOUNT,), retention=INVITATION_KEPT, minor=True))
    locale: Mapped[str] = mapped_column(info=IMPERSONAL)
    token_hash: Mapped[str] = mapped_column(info=personal(
        category="credential", subject="ward", purposes=(Purpose.SECURITY,), retention=INVITATION_KEPT))
    sent_by: Mapped[UUID] = mapped_column(info=IMPERSONAL)
    created_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    expires_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    used_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)
    revoked_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)
