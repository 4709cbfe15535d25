"""The templates that features declare, and their text in one language with values in place."""
from datetime import date, datetime

from castingops.core.arabic import is_storable
from castingops.core.formats import format_datetime, format_number, format_official, isolate
from castingops.core.i18n import LOCALES, is_translated, translate
from castingops.core.messages import Message
from castingops.notifications import rules
from castingops.notifications.errors import NotificationIncomplete
from castingops.notifications.types import Bilingual, Rendered, Template, Value, Values

_REGISTRY: dict[str, Template] = {}


def define(template: Template) -> Template:
    """Declare a template, when a feature's service is imported. Errors: ValueError when unfit or its name is taken."""
    if template.name in _REGISTRY:
        raise ValueError(f"notification {template.name} is defined twice")
    _REGISTRY[template.name] = rules.checked_template(template)
    return template


def all_templates() -> list[Template]:
    """Every declared template, by name."""
    return [_REGISTRY[name] for name in sorted(_REGISTRY)]


def find_template(name: str) -> Template:
    """The template by its name. Errors: LookupError for one that nobody defined."""
    return _REGISTRY[name]


def render(template: Template, values: Values) -> dict[str, Rendered]:
    """Subject and body in each language. Errors: NotificationIncomplete, for a hole or a sentence without Arabic."""
    rules.check_values(template, values)
    return {locale: _render_in(locale, template, values) for locale in LOCALES}


def _render_in(locale: str, template: Template, values: Values) -> Rendered:
    _check_translated(template.name, [template.subject, template.body, *values.values()], locale)
    texts = {name: _text_of(value, locale) for name, value in values.items()}
    subject = translate(template.subject, locale) % {name: " ".join(text.split()) for name, text in texts.items()}
    return Rendered(" ".join(subject.split()), translate(template.body, locale) % texts)


def _check_translated(name: str, parts: list[Value], locale: str) -> None:
    missing = [part for part in parts if isinstance(part, Message) and not is_translated(part, locale)]
    if missing:
        raise NotificationIncomplete(details={"template": name, "not_translated": [str(part) for part in missing]})


def _text_of(value: Value, locale: str) -> str:
    if isinstance(value, Message):
        return translate(value, locale)
    if isinstance(value, Bilingual):
        return _clean(value.ar if locale == "ar" else value.en)
    if isinstance(value, datetime):
        return format_datetime(value, locale, style="long")
    if isinstance(value, date):
        return format_official(value, locale)
    if isinstance(value, int):
        return format_number(value, locale)
    # An isolate ends with its paragraph, so each line of a name or an excerpt has its own.
    return "\n".join(isolate(line) if line.strip() else "" for line in _clean(str(value)).split("\n"))


def _clean(text: str) -> str:
    """Text without control characters: values come from people, and mail and PostgreSQL are particular."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(character for character in plain if character in "\n\t" or is_storable(character))
