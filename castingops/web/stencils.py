"""Parts of pages that many requests share: drawn once, kept in this process, filled in for each request.

A part is an ordinary template. It sees only what it is given, never the page round it: the *values* it is drawn with,
the language in force and the app's mount are the key under which it is kept, and so may not be one person's; what
differs from request to request (names, tokens, addresses, rows) is given as *holes*, which the part may write but not
ask about. Whoever asks gets the part that was drawn for exactly these values.
"""
import re
import secrets
from collections.abc import Hashable, Mapping
from functools import lru_cache
from typing import Any

from flask import Flask, current_app, request
from jinja2 import StrictUndefined
from markupsafe import Markup, escape

from castingops.core.i18n import current_locale

MOST_KEPT = 1024  # parts of 1 to 8 KB
_MARK = secrets.token_hex(8)  # nobody outside this process can write one
_HOLES = re.compile(f"{_MARK}-([a-z_]+);")
_BARRED = ("request", "session", "g", "csrf_token", "current_user", "get_flashed_messages")  # one request's alone


class Stencil:
    """Drawn markup with holes in it."""

    __slots__ = ("_text",)

    def __init__(self, drawn: str) -> None:
        self._text = _HOLES.sub(r"%(\1)s", str(drawn).replace("%", "%%"))

    def fill(self, values: Mapping[str, object]) -> Markup:
        """The part with these values in its holes, escaped unless they are markup. Errors: KeyError for a hole left."""
        return Markup(self.place({name: escape(value) for name, value in values.items()}))

    def place(self, finished: Mapping[str, str]) -> str:
        """The same, of values that are markup or escaped already: rows by the dozen cost a third of it so."""
        return self._text % finished


def hole(name: str) -> Markup:
    """What to give in place of a value that each `Stencil.fill` brings along."""
    return Markup(f"{_MARK}-{name};")


def stencil(template: str, holes: tuple[str, ...] = (), /, **values: Hashable) -> Stencil:
    """The part that this template draws with these values, and with these holes.

    A value is plain: a `Message` equals any other of its msgid. Errors: jinja2's UndefinedError for what the template
    asks for and was not given, and for anything of one request alone.
    """
    draw = _drawn.__wrapped__ if current_app.jinja_env.auto_reload else _drawn
    return draw(template, holes, tuple(values.items()), current_locale(), request.script_root)


def part(template: str, holes: Mapping[str, object] | None = None, /, **values: Hashable) -> Markup:
    """`stencil` for templates, filled: {{ part("layouts/_language.html", {"token": csrf_token(), "here": here}) }}."""
    return stencil(template, tuple(holes or ()), **values).fill(holes or {})


def init_stencils(app: Flask) -> None:
    """Give templates `part`."""
    app.jinja_env.globals["part"] = part


@lru_cache(maxsize=MOST_KEPT)
def _drawn(template: str, holes: tuple[str, ...], values: tuple[tuple[str, Any], ...], locale: str,
           mount: str) -> Stencil:
    given: dict[str, Any] = {name: StrictUndefined(f"{template} is kept: it may not know `{name}`") for name in _BARRED}
    given |= {name: hole(name) for name in holes}
    return Stencil(current_app.jinja_env.get_template(template).render(given, **dict(values)))
