"""Two languages: which one is in force, and the catalogue that turns a message into text.

English is the msgid. In templates `{{ _("…") }}`; in the edges `flask_babel.gettext`; elsewhere a
`core.messages.N_` that is rendered here. All three read the same catalogue, in and outside requests.
"""
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any, Literal

import flask_babel
from babel.support import Translations
from flask import Flask, current_app, g, has_app_context, has_request_context
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from castingops.core.catalogues import load
from castingops.core.config import TRANSLATIONS
from castingops.core.messages import Message

LOCALES = ("en", "ar")
DEFAULT_LOCALE = "en"
TIMEZONE_NAME = "Asia/Riyadh"
LANGUAGE_NAMES: Mapping[str, str] = {"en": "English", "ar": "العربية"}  # each in its own words

_in_force: ContextVar[str | None] = ContextVar("locale", default=None)


def current_locale() -> str:
    """The language in force: what `use_locale` set, else the request's, else English."""
    forced = _in_force.get()
    if forced is not None:
        return forced
    if not has_request_context():
        return DEFAULT_LOCALE
    try:
        kept: str = g.locale_of_request  # a page asks dozens of times
    except AttributeError:
        asked = current_app.extensions["locale_of_request"]()
        kept = g.locale_of_request = asked if asked in LOCALES else DEFAULT_LOCALE
    return kept


def dir_of(locale: str) -> Literal["ltr", "rtl"]:
    """The direction in which a page in `locale` runs."""
    return "rtl" if locale == "ar" else "ltr"


@contextmanager
def use_locale(locale: str) -> Iterator[None]:
    """Speak `locale` inside the block, whatever the request says: for e-mails, PDFs, tasks and previews.

    Errors: ValueError for a language that we do not speak.
    """
    if locale not in LOCALES:
        raise ValueError(f"no such language: {locale!r}")
    token = _in_force.set(locale)
    _forget_babels_choice()
    try:
        yield
    finally:
        _in_force.reset(token)
        _forget_babels_choice()


@cache
def catalogue(locale: str) -> Translations:
    """The translations of `locale`, read once per process. English answers with the msgids themselves."""
    return load(TRANSLATIONS, locale)


def translate(message: str, locale: str | None = None) -> str:
    """`message` as plain text in `locale` (default: the language in force), its values in place.

    A value that is itself a message is translated too. Takes any string; unknown ones come back as they are.
    """
    locale = locale or current_locale()
    if not isinstance(message, Message):
        return catalogue(locale).gettext(str(message))
    text = _text_of(message, catalogue(locale))
    if not message.values:
        return text
    return text % {name: _value_of(value, locale) for name, value in message.values.items()}


def is_translated(message: Message, locale: str) -> bool:
    """Whether `locale` has words of its own for `message`. English always has: it is the msgid."""
    if locale == DEFAULT_LOCALE:
        return True
    return _text_of(message, catalogue(locale)) not in {str(message), message.plural}


def init_i18n(app: Flask, locale_of_request: Callable[[], str | None]) -> None:
    """Give `app` its languages: `locale_of_request` chooses one of LOCALES, once per request.

    Templates get `_`, `gettext`, `ngettext`, `pgettext`, `npgettext`, `get_locale` (a plain code), `dir_of`.
    """
    app.extensions["locale_of_request"] = locale_of_request
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    _Babel(app, default_locale=DEFAULT_LOCALE, default_timezone=TIMEZONE_NAME, locale_selector=current_locale)
    app.jinja_env.globals.update(  # ours in place of flask-babel's: three calls less for each string of a page
        _=_page_text, gettext=_page_text, ngettext=_page_count, pgettext=_page_text_in, npgettext=_page_count_in,
        get_locale=current_locale, dir_of=dir_of, LOCALES=LOCALES, LANGUAGE_NAMES=LANGUAGE_NAMES)
    app.jinja_env.filters["translate"] = translate
    for locale in LOCALES:
        catalogue(locale)  # a broken catalogue stops the start, not a page


class _Domain(flask_babel.Domain):  # type: ignore[misc]  # flask-babel ships no types
    """Makes flask-babel read our catalogue: one copy in memory, and it works without compiled files."""

    def get_translations(self) -> Translations:
        """The catalogue of the language in force."""
        return catalogue(current_locale())


class _Babel(flask_babel.Babel):  # type: ignore[misc]
    domain_instance = _Domain()


@pass_eval_context
def _page_text(page: EvalContext, msgid: str, /, **values: Any) -> str:
    return _filled(page, catalogue(current_locale()).gettext(msgid), values)


@pass_eval_context
def _page_count(page: EvalContext, singular: str, plural: str, num: int, /, **values: Any) -> str:
    return _filled(page, catalogue(current_locale()).ngettext(singular, plural, num), {"num": num, **values})


@pass_eval_context
def _page_text_in(page: EvalContext, context: str, msgid: str, /, **values: Any) -> str:
    return _filled(page, str(catalogue(current_locale()).pgettext(context, msgid)), values)


@pass_eval_context
def _page_count_in(
    page: EvalContext, context: str, singular: str, plural: str, num: int, /, **values: Any
) -> str:
    text = str(catalogue(current_locale()).npgettext(context, singular, plural, num))
    return _filled(page, text, {"num": num, **values})


def _filled(page: EvalContext, text: str, values: Mapping[str, Any]) -> str:
    """Text of ours, with values escaped where the page escapes. A percent sign is written %%, as Jinja has it."""
    kind = Markup if page.autoescape else str
    return kind(text) % values if "%" in text else kind(text)


def _forget_babels_choice() -> None:
    if has_app_context():
        flask_babel.refresh()


def _text_of(message: Message, translations: Translations) -> str:
    singular = str(message)
    if message.plural is not None:
        return translations.ngettext(singular, message.plural, message.values["n"])
    if message.context is not None:
        return str(translations.pgettext(message.context, singular))
    return translations.gettext(singular)


def _value_of(value: Any, locale: str) -> Any:
    return translate(value, locale) if isinstance(value, Message) else value
