"""Pure decisions about templates and their values: no database, no framework."""
import re
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from castingops.core.arabic import fold
from castingops.core.messages import Message
from castingops.notifications.errors import NotificationIncomplete
from castingops.notifications.types import Bilingual, Category, Channel, Template, Value, Values

_PLACEHOLDER = re.compile(r"%\((\w+)\)(.?)")
_BARE_PERCENT = re.compile(r"%(?!\()")
_NAME = re.compile(r"[a-z_]+\.[a-z_]+\.[a-z_]+")

_QUIET = {(Channel.SMS, Category.SERVICE), (Channel.SMS, Category.REMINDER), (Channel.SMS, Category.MARKETING)}
_STOPS = frozenset(map(fold, ("stop", "stopall", "unsubscribe", "cancel", "end", "quit", "إيقاف", "توقف", "إلغاء",
                              "إلغاء الاشتراك", "قف")))
_DELIVERY = {"delivered": "delivered", "undeliverable": "failed", "undelivered": "failed", "failed": "failed",
             "rejected": "failed", "expired": "failed"}


def is_changeable(channel: str, category: str) -> bool:
    """Whether people choose this: neither what keeps an account safe, nor what stands in the inbox about themselves."""
    return category != Category.SECURITY and (channel != Channel.INBOX or category == Category.MARKETING)


def is_on(channel: str, category: str, chosen: Mapping[tuple[str, str], bool]) -> bool:
    """Whether messages of this category go this way, by what was chosen, else by default: texts for security."""
    if not is_changeable(channel, category):
        return True
    return chosen.get((channel, category), (channel, category) not in _QUIET)


def is_stop(text: str) -> bool:
    """Whether somebody answered a text with one of the words that end it, in either language."""
    return fold(text).strip(" .!،") in _STOPS


def delivery_of(word: str) -> str | None:
    """What a carrier's word for a text's fate comes to; None for one that settles nothing, such as "sent"."""
    return _DELIVERY.get(word.strip().lower())


def checked_template(template: Template) -> Template:
    """The template, fit to be registered. Errors: ValueError says what is wrong with it."""
    if not _NAME.fullmatch(template.name):
        raise ValueError(f"{template.name!r} is no feature.thing.happened")
    used = [found for text in (template.subject, template.body) for found in _PLACEHOLDER.findall(text)]
    if {name for name, _ in used} != template.placeholders:
        raise ValueError(f"{template.name} fills in {sorted({name for name, _ in used})}, "
                         f"declares {sorted(template.placeholders)}")
    if any(conversion != "s" for _, conversion in used):
        raise ValueError(f"{template.name}: values are rendered before they are filled in, so write %(name)s")
    if any(_BARE_PERCENT.search(text.replace("%%", "")) for text in (template.subject, template.body)):
        raise ValueError(f"{template.name}: a percent sign is written %%")
    if "\n" in template.subject:
        raise ValueError(f"{template.name}: a subject is one line")
    return template


def check_values(template: Template, values: Values) -> None:
    """Errors: NotificationIncomplete, which names what is missing, unknown or empty."""
    wrong = template.placeholders ^ values.keys()
    wrong |= {name for name, value in values.items() if _is_empty(value)}
    if wrong:
        raise NotificationIncomplete(details={"template": template.name, "placeholders": sorted(wrong)})


def as_json(value: Value) -> Any:
    """A value as it is kept: dates as text, messages in the words of their source."""
    if isinstance(value, Bilingual):
        return asdict(value)
    if isinstance(value, Message):
        return value.english
    if isinstance(value, date):  # and datetime
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def _is_empty(value: Value) -> bool:
    if isinstance(value, Bilingual):
        return not (value.en.strip() and value.ar.strip())
    return isinstance(value, str) and not value.strip()
