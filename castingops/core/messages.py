"""Messages for people, as values: domain code names them in English, the edge translates them.

Pure: knows neither the catalogue nor a request. `core.i18n.translate` turns a message into text.
"""
from collections.abc import Mapping
from typing import Any


class Message(str):
    """An English sentence (its msgid) with the values of its `%(name)s` placeholders.

    Comparing and hashing see the msgid. Never write one to an answer: `translate` makes a plain string of it
    (msgspec refuses a subclass, which is how a forgotten translation is found).
    """

    values: Mapping[str, Any]
    plural: str | None
    context: str | None

    def __new__(
        cls, msgid: str, values: Mapping[str, Any] | None = None, *,
        plural: str | None = None, context: str | None = None,
    ) -> "Message":
        message = super().__new__(cls, msgid)
        message.values = dict(values or {})
        message.plural = plural
        message.context = context
        return message

    def but(self, **values: Any) -> "Message":
        """The same sentence with more values. Placeholders given before keep theirs unless named again."""
        return Message(str(self), {**self.values, **values}, plural=self.plural, context=self.context)

    @property
    def english(self) -> str:
        """The sentence in English with its values in place: for logs of the system and for tests."""
        sentence = self.plural if self.plural is not None and self.values.get("n") != 1 else str(self)
        return sentence % self.values if self.values else sentence


def N_(msgid: str, /, **values: Any) -> Message:
    """Mark a sentence for translation and carry its values: `N_("Use at most %(max)d characters.", max=60)`."""
    return Message(msgid, values)


def NN_(singular: str, plural: str, /, *, n: int, **values: Any) -> Message:
    """A sentence that counts: `NN_("%(n)d photo", "%(n)d photos", n=3)`. `n` picks the form and is a value too."""
    return Message(singular, {"n": n, **values}, plural=plural)


def NP_(context: str, msgid: str, /, **values: Any) -> Message:
    """A word whose translation depends on what it is said of: `NP_("casting call", "Published")`."""
    return Message(msgid, values, context=context)
