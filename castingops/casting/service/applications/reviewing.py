"""What a hirer does with applications: looks, rates, notes, moves them one by one or many at once.

A member sees what their own calls received, who manages the organization or may only read sees all (reliability.md §3,
"Applications: view, decide").
"""
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from castingops.casting.errors.applications import ApplicationNotFound, InvalidApplication
from castingops.casting.errors.calls import CallNotFound
from castingops.casting.models import ApplicationNote, ApplicationRating, ApplicationReview, ApplicationRow
from castingops.casting.queries import applications as queries
from castingops.casting.queries import calls as call_queries
from castingops.casting.queries.applications import ReceivedLine
from castingops.casting.rules import applications as rules
from castingops.casting.service.applications import base
from castingops.casting.types.applications import MOVES_MAX, EventKind, Note, Received, Status
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.cursor import Page
from castingops.core.db import save, savepoint, session
from castingops.core.errors import Conflict
from castingops.core.ids import new_id
from castingops.core.messages import N_
from castingops.core.roles import OrgRole
from castingops.identity import service as identity
from castingops.organizations.errors import RankTooLow

BY_HIRER = (Status.SHORTLISTED, Status.VIEWED, Status.UNDER_CONSIDERATION, Status.PINNED, Status.ON_AVAIL,
            Status.ON_HOLD, Status.BACKUP, Status.OFFERED, Status.BOOKED, Status.RELEASED)


def list_received(call_id: UUID, role_id: UUID, *, actor: Actor, status: str | None,
                  cursor: str | None) -> Page[Received]:
    """A page of what a role received, the newest first. Errors: CallNotFound, RankTooLow; Invalid for a bad cursor."""
    owner_id, page = queries.list_received(call_id, role_id, actor=actor, status=status, cursor=cursor)
    if owner_id is None:
        raise CallNotFound
    _require_own(owner_id, actor=actor)
    return Page([_view(row) for row in page.rows], page.next_cursor)


def get_received(application_id: UUID, *, actor: Actor) -> Received:
    """One application. Errors: ApplicationNotFound, RankTooLow."""
    find_for(application_id, actor=actor, lock=False)
    return _seen(application_id, actor=actor)


def mark_viewed(application_id: UUID, *, actor: Actor) -> Received:
    """Say that the hirer has looked at it; from then on talent read so. Done twice it is done once.

    Errors: ApplicationNotFound, RankTooLow.
    """
    row, review = find_for(application_id, actor=actor)
    if review.status == Status.SUBMITTED:
        base.set_status(row, review, Status.VIEWED, kind=EventKind.VIEWED, actor=actor)
        session().flush()
        base.record("view", row, actor=actor)
    return _seen(application_id, actor=actor)


def move(application_id: UUID, status: str, *, actor: Actor) -> Received:
    """Move an application to another of the hirer's own statuses; to where it stands already it stays.

    Errors: InvalidApplication for an unknown status, ApplicationNotFound, RankTooLow, MoveRefused.
    """
    wanted = _checked_status(status)
    row, review = find_for(application_id, actor=actor)
    _move(row, review, wanted, actor=actor)
    return _seen(application_id, actor=actor)


def move_many(application_ids: Sequence[UUID], status: str, *, actor: Actor) -> list[dict[str, Any]]:
    """Move up to MOVES_MAX applications, each for itself; what became of each, in the order asked.

    Errors: InvalidApplication.
    """
    wanted = _checked_status(status)
    if not 1 <= len(application_ids) <= MOVES_MAX or len(set(application_ids)) != len(application_ids):
        raise InvalidApplication(application_ids=N_("Choose 1 to %(max)d applications, each once.", max=MOVES_MAX))
    return [_moved(application_id, wanted, actor=actor) for application_id in application_ids]


def rate(application_id: UUID, rating: Any, *, actor: Actor) -> Received:
    """Give an application one to five, in place of what one gave before.

    Errors: InvalidApplication, ApplicationNotFound, RankTooLow.
    """
    given = rules.checked_rating(rating)
    row, _ = find_for(application_id, actor=actor)
    found = queries.find_rating(application_id, actor.subject, actor=actor) or ApplicationRating(
        org_id=row.org_id, id=new_id(), application_id=row.id, user_id=actor.subject)
    found.rating, found.created_at = given, clock.now()
    save(found)
    return _seen(application_id, actor=actor)


def add_note(application_id: UUID, text: str, *, actor: Actor) -> Note:
    """Write a note for colleagues. Errors: InvalidApplication, ApplicationNotFound, RankTooLow."""
    words = rules.checked_words(text)
    row, _ = find_for(application_id, actor=actor)
    note = ApplicationNote(org_id=row.org_id, id=new_id(), application_id=row.id, subject_id=row.subject_id,
                           user_id=actor.subject, text=words, created_at=clock.now())
    save(note)
    return _notes([note])[0]


def list_notes(application_id: UUID, *, actor: Actor, cursor: str | None) -> Page[Note]:
    """A page of colleagues' notes, the newest first. Errors: ApplicationNotFound, RankTooLow."""
    find_for(application_id, actor=actor, lock=False)
    page = queries.list_notes(application_id, actor=actor, cursor=cursor)
    return Page(_notes(page.rows), page.next_cursor)


def _moved(application_id: UUID, wanted: Status, *, actor: Actor) -> dict[str, Any]:
    try:
        with savepoint():
            row, review = find_for(application_id, actor=actor)
            _move(row, review, wanted, actor=actor)
    except (ApplicationNotFound, RankTooLow, Conflict) as refusal:
        return {"application_id": application_id, "moved": False, "code": refusal.code}
    return {"application_id": application_id, "moved": True, "code": None}


def _move(row: ApplicationRow, review: ApplicationReview, wanted: Status, *, actor: Actor) -> None:
    now = Status(review.status)
    if now is wanted:
        return
    rules.checked_move(now, wanted)
    base.set_status(row, review, wanted, kind=EventKind.MOVED, actor=actor)
    session().flush()
    base.record("move", row, actor=actor, status=str(wanted), before=str(now))


def _checked_status(status: str) -> Status:
    if status not in BY_HIRER:
        raise InvalidApplication(status=N_("Choose one of these: %(words)s.", words=", ".join(BY_HIRER)))
    return Status(status)


def _require_call(call_id: UUID, *, actor: Actor) -> None:
    call = call_queries.find_call(call_id, actor=actor)
    if call is None:
        raise CallNotFound
    _require_own(call.created_by, actor=actor)


def _require_own(owner_id: UUID, *, actor: Actor) -> None:
    if owner_id != actor.user_id and actor.org_role is OrgRole.MEMBER:
        raise RankTooLow


def find_for(application_id: UUID, *, actor: Actor, lock: bool = True) -> tuple[ApplicationRow, ApplicationReview]:
    """An application that this member may see, and what the hirer made of it; by default held.

    Errors: ApplicationNotFound, RankTooLow.
    """
    row = queries.find(application_id, actor=actor, lock=lock)
    if row is None:
        raise ApplicationNotFound
    _require_call(row.call_id, actor=actor)
    return row, queries.find_review(application_id, actor=actor, lock=lock)


def _seen(application_id: UUID, *, actor: Actor) -> Received:
    return _view(queries.find_received(application_id, actor=actor))


def _view(row: ReceivedLine) -> Received:
    facts = {name: getattr(row, name) for name in row.__struct_fields__ if name != "shown"}
    return Received(**facts, **row.shown)


def _notes(rows: Iterable[ApplicationNote]) -> list[Note]:
    rows = list(rows)
    names = identity.contacts_of({row.user_id for row in rows})
    return [Note(id=row.id, author_id=row.user_id, author=names[row.user_id].name if row.user_id in names else "",
                 text=row.text, created_at=row.created_at) for row in rows]
