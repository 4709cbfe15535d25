"""What a case's page shows beside the submission, in as few statements as it can be: a page is read all day long."""
from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import ScalarSelect, Select, and_, func, literal, literal_column, select, tuple_
from sqlalchemy.dialects.postgresql import JSONB

from castingops.core.db import session
from castingops.moderation.models import (
    Case,
    CaseLease,
    CaseMessage,
    ModeratorSettings,
    PersonNote,
    QuickReplyRow,
)
from castingops.moderation.types.conversations import MESSAGES_SHOWN, QUICK_MAX, CaseWord, QuickReply

RowT = TypeVar("RowT")
NOTES_SHOWN = 20


class PersonNoteRow(Struct):
    """A note about a person."""

    id: UUID
    author_id: UUID
    body: str
    created_at: datetime


class SettingsRow(Struct):
    """How one moderator works."""

    keys: dict[str, str]
    keys_off: bool
    diff_mode: str
    version: int


class TakenOver(Struct):
    """A lease of the reader's on this case that a colleague took over and they have not read about."""

    id: UUID
    by: UUID
    at: datetime
    reason: str


class Bench(Struct):
    """What lies round a case: its neighbours in the queue, what was said, what the reader keeps at hand."""

    previous_ref: str | None
    next_ref: str | None
    messages: list[CaseWord]
    person_notes: list[PersonNoteRow]
    replies: list[QuickReply]
    settings: list[SettingsRow]
    lost: list[TakenOver]


def bench_of(case: Case, user_id: UUID | None) -> Bench:
    """Everything round a case, in one statement. Newest messages last, newest notes first, replies by title."""
    before, after = _neighbours(case)
    row = session().execute(select(
        before.label("previous_ref"), after.label("next_ref"), many(_messages(case.id)).label("messages"),
        many(_notes(case.subject_id)).label("person_notes"), many(replies_of(user_id)).label("replies"),
        many(_settings(user_id)).label("settings"),
        many(_lost(case.id, user_id)).label("lost"))).one()
    return msgspec.convert(dict(row._mapping), Bench, strict=False)


def find_neighbours(case: Case) -> tuple[str | None, str | None]:
    """References of the open cases before and after this one in the order of the queue."""
    row = session().execute(select(*_neighbours(case))).one()
    return row[0], row[1]


def _neighbours(case: Case) -> tuple[ScalarSelect[Any], ScalarSelect[Any]]:
    key, here = tuple_(Case.queue_rank, Case.due_at, Case.id), tuple_(-case.priority, case.due_at, case.id)
    is_open = Case.state == literal_column("'open'")
    before = select(Case.ref).where(is_open, key < here).order_by(
        Case.queue_rank.desc(), Case.due_at.desc(), Case.id.desc()).limit(1)
    after = select(Case.ref).where(is_open, key > here).order_by(Case.queue_rank, Case.due_at, Case.id).limit(1)
    return before.scalar_subquery(), after.scalar_subquery()


def _messages(case_id: UUID) -> Select[*tuple[Any, ...]]:
    return select(CaseMessage.id, CaseMessage.sender, CaseMessage.author_id, CaseMessage.body, CaseMessage.created_at,
                  CaseMessage.read_at).where(
        CaseMessage.case_id == case_id).order_by(CaseMessage.id.desc()).limit(MESSAGES_SHOWN)


def _notes(subject_id: UUID) -> Select[*tuple[Any, ...]]:
    return select(PersonNote.id, PersonNote.author_id, PersonNote.body, PersonNote.created_at).where(
        PersonNote.subject_id == subject_id).order_by(PersonNote.id.desc()).limit(NOTES_SHOWN)


def replies_of(user_id: UUID | None) -> Select[*tuple[Any, ...]]:
    """The quick replies of one person and of everybody, by title."""
    return select(QuickReplyRow.id, QuickReplyRow.owner_id, QuickReplyRow.title_en, QuickReplyRow.title_ar,
                  QuickReplyRow.body_en, QuickReplyRow.body_ar, QuickReplyRow.version).where(
        (QuickReplyRow.owner_id == user_id) | QuickReplyRow.owner_id.is_(None)).order_by(
        QuickReplyRow.title_en, QuickReplyRow.id).limit(2 * QUICK_MAX)


def _settings(user_id: UUID | None) -> Select[*tuple[Any, ...]]:
    return select(ModeratorSettings.keys, ModeratorSettings.keys_off, ModeratorSettings.diff_mode,
                  ModeratorSettings.version).where(ModeratorSettings.user_id == user_id)


def _lost(case_id: UUID, user_id: UUID | None) -> Select[*tuple[Any, ...]]:
    return select(CaseLease.id, CaseLease.ended_by.label("by"), CaseLease.ended_at.label("at"), CaseLease.reason).where(
        CaseLease.case_id == case_id, CaseLease.holder_id == user_id, CaseLease.ended_how == "taken_over",
        CaseLease.seen_at.is_(None)).order_by(CaseLease.ended_at.desc()).limit(1)


def many(statement: Select[*tuple[Any, ...]]) -> ScalarSelect[Any]:
    """The rows of a statement as one value."""
    rows = statement.subquery()
    return select(func.coalesce(func.jsonb_agg(rows.table_valued(), type_=JSONB), literal([], JSONB))).scalar_subquery()


# Messages ---------------------------------------------------------------------------------------------------------

class OwnMessage(Struct):
    """A message as its person reads it: never who wrote for us."""

    id: UUID
    sender: str
    body: str
    created_at: datetime


def list_own_messages(subject_id: UUID, ref: str) -> list[OwnMessage]:
    """The messages on one case of one person, oldest first."""
    rows = session().execute(
        select(CaseMessage.id, CaseMessage.sender, CaseMessage.body, CaseMessage.created_at)
        .where(CaseMessage.subject_id == subject_id, CaseMessage.case_ref == ref)
        .order_by(CaseMessage.id.desc()).limit(MESSAGES_SHOWN)).all()
    return [OwnMessage(*row) for row in reversed(rows)]


def find_thread(subject_id: UUID, ref: str) -> tuple[UUID, list[str]] | None:
    """Which case a person's conversation is about, and who wrote its last messages, newest first."""
    rows = session().execute(
        select(CaseMessage.case_id, CaseMessage.sender)
        .where(CaseMessage.subject_id == subject_id, CaseMessage.case_ref == ref)
        .order_by(CaseMessage.id.desc()).limit(MESSAGES_SHOWN)).all()
    return (rows[0][0], [row[1] for row in rows]) if rows else None


def list_unread(case: Case) -> Sequence[CaseMessage]:
    """Messages of the person that nobody of the house has read, to change."""
    return session().scalars(select(CaseMessage).where(and_(
        CaseMessage.subject_id == case.subject_id, CaseMessage.case_id == case.id, CaseMessage.sender == "person",
        CaseMessage.read_at.is_(None)))).all()


def find_settings(user_id: UUID | None) -> ModeratorSettings | None:
    """How one moderator works, to change."""
    return session().scalar(select(ModeratorSettings).where(ModeratorSettings.user_id == user_id))


def find_reply(reply_id: UUID) -> QuickReplyRow | None:
    """A quick reply, to change."""
    return session().get(QuickReplyRow, reply_id)


def list_replies(user_id: UUID | None, *, words: str, shared: bool | None, after: tuple[str, UUID] | None,
                 size: int) -> list[QuickReply]:
    """A page of one's own and everybody's quick replies by title, and one more."""
    listed = replies_of(user_id).limit(size + 1)
    if shared is not None:
        listed = listed.where(QuickReplyRow.owner_id.is_(None) if shared else QuickReplyRow.owner_id.is_not(None))
    if words:
        found = [column.icontains(words, autoescape=True) for column in (
            QuickReplyRow.title_en, QuickReplyRow.title_ar, QuickReplyRow.body_en, QuickReplyRow.body_ar)]
        listed = listed.where(found[0] | found[1] | found[2] | found[3])
    if after is not None:
        listed = listed.where(tuple_(QuickReplyRow.title_en, QuickReplyRow.id) > tuple_(*map(literal, after)))
    return [QuickReply(*row) for row in session().execute(listed)]


def count_own_replies(user_id: UUID | None) -> int:
    """How many quick replies one person keeps, or everybody shares."""
    owner = QuickReplyRow.owner_id.is_(None) if user_id is None else QuickReplyRow.owner_id == user_id
    return session().scalar(select(func.count()).select_from(QuickReplyRow).where(owner)) or 0
