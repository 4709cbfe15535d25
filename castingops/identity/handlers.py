"""What identity does when something happens. Runs inside the consumer's unit of work."""
from castingops.core.actor import Actor
from castingops.core.events import Event, Handler
from castingops.identity import service
from castingops.identity.events import AccountAsked, DocumentsDue, LetterAsked
from castingops.identity.service import guardians


def on_account_asked(event: AccountAsked, *, actor: Actor) -> None:
    """Write to the address: how to confirm it, or that it has an account."""
    service.send_confirmation(event.pending_id, actor=actor)


def on_letter_asked(event: LetterAsked, *, actor: Actor) -> None:
    """Send the letter, when one is due."""
    service.answer_letter(event.letter_id, actor=actor)


def destroy_documents(event: DocumentsDue, *, actor: Actor) -> None:
    """Delete the files of documents that have served their purpose."""
    guardians.destroy_files(event.evidence_ids)


SUBSCRIPTIONS: list[tuple[type[Event], Handler]] = [
    (AccountAsked, on_account_asked), (LetterAsked, on_letter_asked), (DocumentsDue, destroy_documents)]
