"""What identity does when something happens. Runs inside the consumer's unit of work, as the system."""
from castingops.core.actor import Actor
from castingops.core.events import Event, Handler
from castingops.identity import service
from castingops.identity.events import (
    AccountAsked,
    DocumentsDue,
    LetterAsked,
    NafathAnswered,
    NafathDue,
    NafathUnsettled,
    PhoneCodeDue,
)
from castingops.identity.service import guardians, nafath, phones


def send_phone_code(event: PhoneCodeDue, *, actor: Actor) -> None:
    """Send the code."""
    phones.send_phone_code(actor=actor)


def begin_nafath(event: NafathDue, *, actor: Actor) -> None:
    """Have the person asked."""
    nafath.send_request(event.transaction_id, actor=actor)


def finish_nafath(event: NafathAnswered, *, actor: Actor) -> None:
    """Look into the answer."""
    nafath.finish(event.transaction_id, actor=actor)


def follow_nafath(event: NafathUnsettled, *, actor: Actor) -> None:
    """See how it stands."""
    nafath.follow(event.transaction_id, actor=actor)


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
    (PhoneCodeDue, send_phone_code),
    (NafathDue, begin_nafath),
    (NafathAnswered, finish_nafath),
    (NafathUnsettled, follow_nafath),
    (AccountAsked, on_account_asked),
    (LetterAsked, on_letter_asked),
    (DocumentsDue, destroy_documents),
]
