"""Selects over the outbox and its dead letters."""
from uuid import UUID

from sqlalchemy import bindparam, func, literal_column, select, update

from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.cursor import Page, decode_id, page_of
from castingops.core.db import session
from castingops.core.outbox import DeadLetter, OutboxRow
from castingops.core.reads import Read
from castingops.operations.types import COUNT_CAP, PAGE_SIZE, Health, Letter, LetterView

_COLUMNS = (DeadLetter.id, DeadLetter.event_id, DeadLetter.name, DeadLetter.queue, DeadLetter.handler,
            DeadLetter.reason, DeadLetter.attempts, DeadLetter.failed_at, DeadLetter.replayed_at,
            DeadLetter.replayed_by)
_IS_OPEN = DeadLetter.replayed_at.is_(None)
_PENDING = OutboxRow.status == literal_column("'pending'")

_PAGES = {
    view: Read(
        select(*_COLUMNS).where(condition, DeadLetter.id < bindparam("below")).order_by(DeadLetter.id.desc())
        .limit(literal_column(str(PAGE_SIZE + 1))), Letter)
    for view, condition in ((LetterView.OPEN, _IS_OPEN), (LetterView.REPLAYED, DeadLetter.replayed_at.is_not(None)))
}
_pending = select(literal_column("1")).where(_PENDING).limit(literal_column(str(COUNT_CAP + 1))).subquery()
_dead = select(literal_column("1")).where(_IS_OPEN).limit(literal_column(str(COUNT_CAP + 1))).subquery()
_HEALTH = Read(
    select(
        select(func.count()).select_from(_pending).scalar_subquery(),
        select(OutboxRow.created_at).where(_PENDING).order_by(OutboxRow.id).limit(literal_column("1")).scalar_subquery(),
        select(func.count()).select_from(_dead).scalar_subquery(),
    ), Health)


def list_letters(view: LetterView, *, actor: Actor, cursor: str | None = None) -> Page[Letter]:
    """A page of dead letters, newest first. Errors: Invalid for a cursor we never gave."""
    return page_of(_PAGES[view](actor, below=decode_id(cursor)), size=PAGE_SIZE)


def health(*, actor: Actor) -> Health:
    """How the outbox stands; counts stop at COUNT_CAP + 1."""
    return _HEALTH(actor)[0]


def find_letter(letter_id: UUID) -> Letter | None:
    """One dead letter, as this unit of work sees it."""
    row = session().execute(select(*_COLUMNS).where(DeadLetter.id == letter_id)).one_or_none()
    return Letter(*tuple(row)) if row else None


def is_dead(event_id: UUID) -> bool:
    """Whether the message behind a dead letter is still there and given up."""
    given_up = select(OutboxRow.id).where(OutboxRow.id == event_id, OutboxRow.status == "dead")
    return session().scalar(given_up) is not None


def mark_replayed(event_id: UUID, *, actor: Actor) -> int:
    """Mark every open letter of a message as sent again; returns how many: none when someone was faster."""
    marked = session().execute(
        update(DeadLetter).where(DeadLetter.event_id == event_id, _IS_OPEN)
        .values(replayed_at=clock.now(), replayed_by=actor.user_id).returning(DeadLetter.id))
    return len(marked.all())


def revive(event_id: UUID) -> None:
    """Put a given-up message back in line with all its attempts. Only the system may."""
    session().execute(
        update(OutboxRow).where(OutboxRow.id == event_id, OutboxRow.status == "dead")
        .values(status="pending", attempts=0, not_before=clock.now()))
