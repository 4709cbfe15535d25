"""The timeline of a case: one list made of everything that is kept about it, newest first."""
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CompoundSelect, Select, Uuid, case, cast, func, literal, literal_column, null, select, tuple_
from sqlalchemy import union_all as every
from sqlalchemy.dialects.postgresql import JSONB

from castingops.core.cursor import Page, decode, page_of
from castingops.core.db import session
from castingops.moderation.models import Case, CaseEvent, CaseMessage, CaseNote, Decision, Strike
from castingops.moderation.types import CaseEventKind
from castingops.moderation.types.conversations import TIMELINE_PAGE, TimelineLine, TimelineSort

_DECIDING = (CaseEventKind.PROPOSED, CaseEventKind.APPROVED, CaseEventKind.DECLINED, CaseEventKind.CANCELLED,
             CaseEventKind.FAILED, CaseEventKind.DECIDED, CaseEventKind.OVERTURNED)


def list_timeline(of: Case, *, sort: TimelineSort | None = None, cursor: str | None = None) -> Page[TimelineLine]:
    """A page of what happened on a case. Errors: Invalid for a cursor we never gave."""
    lines = _lines(of).subquery()
    wanted = select(lines).order_by(lines.c.created_at.desc(), lines.c.id.desc()).limit(TIMELINE_PAGE + 1)
    if sort is not None:
        wanted = wanted.where(lines.c.sort == sort)
    after = decode(cursor, datetime, UUID)
    if after is not None:
        wanted = wanted.where(tuple_(lines.c.created_at, lines.c.id) < tuple_(*map(literal, after)))
    rows = [_line(*row) for row in session().execute(wanted)]
    return page_of(rows, size=TIMELINE_PAGE, key=lambda row: (row.created_at, row.id))


def _line(line_id: UUID, sort: str, kind: str, actor_id: UUID | None, data: dict[str, Any], body: str,
          created_at: datetime) -> TimelineLine:
    if "expires_at" in data:  # within JSON a moment is text
        data = data | {"expires_at": datetime.fromisoformat(data["expires_at"])}
    return TimelineLine(line_id, sort, kind, actor_id, data, body, created_at)


def _lines(of: Case) -> CompoundSelect[Any]:
    return every(_events(of), _messages(of), _strikes(of), _appeals(of))


def _events(of: Case) -> Select[*tuple[Any, ...]]:
    """What services wrote down, notes with their words."""
    sort = case((CaseEvent.kind.in_(_DECIDING), TimelineSort.DECISIONS),
                (CaseEvent.kind == CaseEventKind.NOTED, TimelineSort.NOTES),
                (CaseEvent.kind == CaseEventKind.TAKEN_OVER, TimelineSort.LEASES), else_=TimelineSort.EVENTS)
    noted = CaseNote.id == cast(CaseEvent.data["note_id"].astext, Uuid)
    return select(CaseEvent.id, sort.label("sort"), CaseEvent.kind, CaseEvent.actor_id, CaseEvent.data,
                  func.coalesce(CaseNote.body, "").label("body"), CaseEvent.created_at).outerjoin(
        CaseNote, noted).where(CaseEvent.case_id == of.id)


def _messages(of: Case) -> Select[*tuple[Any, ...]]:
    kind = case((CaseMessage.sender == "staff", "asked"), else_="answered")
    return select(CaseMessage.id, literal_column("'messages'"), kind, CaseMessage.author_id, literal({}, JSONB),
                  CaseMessage.body, CaseMessage.created_at).where(CaseMessage.case_id == of.id)


def _strikes(of: Case) -> Select[*tuple[Any, ...]]:
    data = func.jsonb_build_object("weight", Strike.weight, "expires_at", Strike.expires_at,
                                   "voided", Strike.voided_at.is_not(None))
    return select(Strike.id, literal_column("'strikes'"), literal_column("'strike'"), cast(null(), Uuid), data,
                  literal_column("''"), Strike.created_at).join(Decision, Decision.id == Strike.decision_id).where(
        Decision.case_id == of.id)


def _appeals(of: Case) -> Select[*tuple[Any, ...]]:
    """Appeals against a decision of this case are cases themselves; they belong to the same person."""
    appealed = select(Decision.id).where(Decision.case_id == of.id)
    data = func.jsonb_build_object("ref", Case.ref, "state", Case.state, "outcome", Case.outcome)
    return select(Case.id, literal_column("'appeals'"), literal_column("'appeal'"), cast(null(), Uuid), data,
                  literal_column("''"), Case.created_at).where(
        Case.subject_id == of.subject_id, Case.kind == "appeal", Case.entity_id.in_(appealed))
