"""What can be refused about the directory."""
from castingops.core.errors import Conflict, Invalid, NotFound
from castingops.core.messages import N_


class CodeInvalid(NotFound):
    """Unknown, used, out of date, of somebody who is gone, or sent to another address: one answer."""

    code, message = "code_invalid", N_("This code is not valid any more. Please ask your company to send another.")


class MessageNotFound(NotFound):
    """For staff."""

    code, message = "directory_message_not_found", N_("There is no such message.")


class NothingToRepeat(Conflict):
    code, message = "nothing_to_repeat", N_("This message was done, or what it said was deleted since.")


class NobodyToWriteTo(Conflict):
    code, message = "nobody_to_write_to", N_("There is no invitation that could be sent again.")


class InvalidNote(Invalid):
    code = "note_invalid"
