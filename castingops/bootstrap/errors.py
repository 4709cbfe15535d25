"""What can go wrong on the way up, each said in one sentence."""


class StartError(Exception):
    """A start that cannot go on. The text is the whole message for the person at the terminal."""


class Busy(StartError):
    """Somebody else is at work on the same home."""
