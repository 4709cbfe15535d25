"""Selects over purposes, notices and consent events."""
from uuid import UUID

from sqlalchemy import Text, bindparam, case, select
from sqlalchemy.dialects.postgresql import distinct_on

from castingops.consent.models import ConsentEvent, Notice, PurposeEntry
from castingops.consent.types import ConsentRow, NoticeText, PurposeRow
from castingops.core.actor import Actor, anonymous
from castingops.core.db import session
from castingops.core.reads import Read

# The newest version of each kind. Versions are dates and sort as text.
CURRENT_NOTICES = Read(
    select(Notice.id, Notice.kind, Notice.version, Notice.locale, Notice.age_band, Notice.title, Notice.body,
           Notice.text_hash, Notice.published_at)
    .where(Notice.locale == bindparam("locale", type_=Text), Notice.age_band == bindparam("age_band", type_=Text))
    .ext(distinct_on(Notice.kind))
    .order_by(Notice.kind, Notice.version.desc()),
    NoticeText)

PURPOSES = Read(
    select(PurposeEntry.code, PurposeEntry.basis,
           case((bindparam("locale", type_=Text) == "ar", PurposeEntry.title_ar), else_=PurposeEntry.title_en))
    .order_by(PurposeEntry.code),
    PurposeRow)

_LAST_WORDS = (
    select(ConsentEvent.purpose, ConsentEvent.change, ConsentEvent.created_at, Notice.version, Notice.age_band,
           ConsentEvent.guardianship_id)
    .join(Notice, Notice.id == ConsentEvent.notice_id)
    .where(ConsentEvent.subject_id == bindparam("subject_id"))
    .ext(distinct_on(ConsentEvent.purpose))
    .order_by(ConsentEvent.purpose, ConsentEvent.id.desc()))


def list_notices(locale: str, age_band: str) -> list[NoticeText]:
    """The notices in force, one of each kind."""
    return CURRENT_NOTICES(anonymous(), locale=locale, age_band=age_band)


def list_purposes(locale: str) -> list[PurposeRow]:
    """Every purpose, by code."""
    return PURPOSES(anonymous(), locale=locale)


def last_words(subject_id: UUID, *, actor: Actor) -> dict[str, ConsentRow]:
    """The last word on each purpose that this person ever spoke on, what this unit of work has written included."""
    rows = session().execute(_LAST_WORDS, {"subject_id": actor.entering(subject_id).subject})
    return {row[0]: ConsentRow(*row) for row in rows}
