"""What can be refused about dead letters."""
from castingops.core.errors import Conflict, Forbidden, NotFound
from castingops.core.messages import N_


class LetterNotFound(NotFound):
    code, message = "dead_letter_not_found", N_("There is no such message.")


class AlreadyReplayed(Conflict):
    code, message = "already_replayed", N_("Someone sent this message again before you.")


class MessageGone(Conflict):
    code, message = "message_gone", N_("The message itself is gone: the person it was about was erased.")


class TakesTwo(Forbidden):
    code, message = "takes_two", N_("Messages about money are sent again by two persons together, never by one.")
