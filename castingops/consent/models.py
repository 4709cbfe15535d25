"""The tables of consent. Notices and consent events are append-only for the app role: proof is not edited."""
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from castingops.core.db import Base, PersonOwned, PlatformOwned
from castingops.core.privacy import IMPERSONAL, Purpose, personal

PROOF_KEPT = timedelta(days=5 * 365)  # after the account ended; PDPL lets a controller keep what proves a consent


def _proof(**options: Any) -> dict[str, Any]:
    return personal(category="consent", subject="user", purposes=(Purpose.LEGAL,), retention=PROOF_KEPT, erase="keep",
                    minor=True, **options)


class PurposeEntry(PlatformOwned, Base):
    """Why personal data is processed and on which basis; one row for each `core.privacy.Purpose`."""

    __tablename__ = "purposes"
    __table_args__ = (
        UniqueConstraint("code"),
        CheckConstraint("basis in ('consent', 'contract', 'legal_obligation', 'legitimate_interest')", name="basis"),
    )

    code: Mapped[str] = mapped_column(info=IMPERSONAL)
    basis: Mapped[str] = mapped_column(info=IMPERSONAL)
    title_en: Mapped[str] = mapped_column(info=IMPERSONAL)
    title_ar: Mapped[str] = mapped_column(info=IMPERSONAL)


class Notice(PlatformOwned, Base):
    """A text that people are shown, in one version, language and age band."""

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("kind", "version", "locale", "age_band"),
        CheckConstraint("kind in ('privacy', 'terms', 'marketing')", name="kind"),
        CheckConstraint("locale in ('en', 'ar')", name="locale"),
        CheckConstraint("age_band in ('adult', 'minor')", name="age_band"),
        CheckConstraint("text_hash = encode(sha256(convert_to(title || E'\\n' || body, 'UTF8')), 'hex')", name="hash"),
    )

    kind: Mapped[str] = mapped_column(info=IMPERSONAL)
    version: Mapped[str] = mapped_column(info=IMPERSONAL)
    locale: Mapped[str] = mapped_column(info=IMPERSONAL)
    age_band: Mapped[str] = mapped_column(info=IMPERSONAL)
    title: Mapped[str] = mapped_column(info=IMPERSONAL)
    body: Mapped[str] = mapped_column(info=IMPERSONAL)
    text_hash: Mapped[str] = mapped_column(info=IMPERSONAL)
    published_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)


class ConsentEvent(PersonOwned, Base):
    """That somebody said yes or no to one purpose, having been shown one text: when, how, and the text's hash."""

    __tablename__ = "consent_events"
    __table_args__ = (
        CheckConstraint("change in ('given', 'withdrawn')", name="change"),
        CheckConstraint("means in ('registration', 'submission', 'app', 'lapse', 'link', 'reply')", name="means"),
        CheckConstraint("(guardian_id is null) = (guardianship_id is null)", name="guardian_whole"),
        Index(None, "subject_id", "purpose", "id"),
    )

    purpose: Mapped[str] = mapped_column(ForeignKey("purposes.code", ondelete="RESTRICT"), info=_proof())
    change: Mapped[str] = mapped_column(info=_proof())
    notice_id: Mapped[UUID] = mapped_column(ForeignKey("notices.id", ondelete="RESTRICT"), info=IMPERSONAL)
    text_hash: Mapped[str] = mapped_column(info=IMPERSONAL)
    means: Mapped[str] = mapped_column(info=_proof())
    request_id: Mapped[UUID | None] = mapped_column(info=IMPERSONAL)  # leads to the trail's entry
    guardian_id: Mapped[UUID | None] = mapped_column(info=IMPERSONAL)  # who said so for a ward, and as what
    guardianship_id: Mapped[UUID | None] = mapped_column(info=IMPERSONAL)
    created_at: Mapped[datetime] = mapped_column(info=_proof())
