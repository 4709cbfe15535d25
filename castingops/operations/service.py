"""The use cases of operations: how the machinery stands, and sending a failed message again."""
from uuid import UUID

from castingops.audit import service as audit
from castingops.core.actor import Actor
from castingops.core.cursor import Page
from castingops.core.jobs import Job, enqueue
from castingops.core.privacy import Purpose
from castingops.operations import queries
from castingops.operations.errors import AlreadyReplayed, LetterNotFound, MessageGone, TakesTwo
from castingops.operations.types import Health, Letter, LetterView


def list_letters(view: LetterView, *, actor: Actor, cursor: str | None = None) -> Page[Letter]:
    """A page of dead letters, newest first. Errors: Invalid for a cursor we never gave."""
    return queries.list_letters(view, actor=actor, cursor=cursor)


def health(*, actor: Actor) -> Health:
    """How the outbox stands."""
    return queries.health(actor=actor)


def get_letter(letter_id: UUID) -> Letter:
    """One dead letter. Errors: LetterNotFound."""
    letter = queries.find_letter(letter_id)
    if letter is None:
        raise LetterNotFound
    return letter


def replay(letter_id: UUID, *, actor: Actor) -> Letter:
    """Send a failed message again, to all its handlers that failed; those that had their effect skip it.

    Errors: LetterNotFound, TakesTwo for money, AlreadyReplayed, MessageGone.
    """
    letter = get_letter(letter_id)
    if letter.takes_two:
        raise TakesTwo
    if not queries.mark_replayed(letter.event_id, actor=actor):
        raise AlreadyReplayed
    if not queries.is_dead(letter.event_id):
        raise MessageGone
    audit.record("operations.letter.replay", actor=actor, entity="dead_letter", entity_id=letter.id,
                 purpose=Purpose.SECURITY, details={"event": letter.name, "handler": letter.handler})
    enqueue(REVIVE, event_id=str(letter.event_id))
    return get_letter(letter_id)


def revive(*, actor: Actor, event_id: str) -> None:
    """Put a given-up message back in line; safe to run twice. Runs as the system, which alone changes the outbox."""
    queries.revive(UUID(event_id))


REVIVE = Job("operations.revive", revive, queue="alerts")
