"""What can be refused about cases, and which constraint means which refusal."""
from castingops.core.errors import Conflict, DomainError, Invalid, NotFound
from castingops.core.messages import N_


class CaseNotFound(NotFound):
    code, message = "case_not_found", N_("There is no such case.")


class PhotoNotFound(NotFound):
    code, message = "photo_not_found", N_("There is no such photo on this case.")


class CaseAlreadyDecided(Conflict):
    """`details` name who decided, when and how."""

    code, message = "case_already_decided", N_("Someone decided this case before you. Nothing of yours was sent.")


class CaseWithdrawn(Conflict):
    code, message = "case_withdrawn", N_("The person withdrew this submission. Nothing was sent.")


class CaseChanged(Conflict):
    code = "case_changed"
    message = N_("The person submitted a newer revision while you were reading. Nothing of yours was sent.")


class CaseTaken(Conflict):
    """`details` name who holds it."""

    code, message = "case_taken", N_("Someone else took this case before you.")


class InvalidDecision(Invalid):
    code, message = "decision_invalid", N_("This decision cannot be sent yet.")


class SampleNotFound(NotFound):
    code, message = "sample_not_found", N_("There is no such review.")


class SampleTaken(Conflict):
    code, message = "sample_taken", N_("This review is not in your hands. Take the next one.")


class SampleDone(Conflict):
    code, message = "sample_done", N_("This review is finished.")


class ItemNotFound(NotFound):
    code, message = "item_not_found", N_("There is no such compliance item.")


class ItemChanged(Conflict):
    code = "item_changed"
    message = N_("Somebody changed this item while you were reading. Nothing of yours was kept but what you typed.")


class ItemTaken(Conflict):
    """`details` name who owns it."""

    code, message = "item_taken", N_("Somebody else owns this item. Take it over first.")


class ItemClosed(Conflict):
    code, message = "item_closed", N_("This item is closed.")


class ItemUndoOver(Conflict):
    code = "item_undo_over"
    message = N_("The time to take this back is over. Open a new item if there is something new.")


class InvalidItem(Invalid):
    code, message = "item_invalid", N_("This item cannot be changed that way.")


class InvalidNote(Invalid):
    code, message = "note_invalid", N_("This note cannot be kept.")


CONSTRAINTS: dict[str, type[DomainError]] = {
    "uq_decisions_case_id_subject_revision": CaseAlreadyDecided,
    "ix_compliance_items_one_open": ItemChanged,
}
