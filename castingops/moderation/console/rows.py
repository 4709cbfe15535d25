"""Rows of cases as pages show them. A queue repeats the same few priorities, reasons and buttons: each is drawn once.

A row's template only places finished cells: half of a page's time went into drawing the same parts fifty times.
"""
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from flask import current_app, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup
from msgspec import Struct

from castingops.audit import service as audit
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.formats import format_time_left
from castingops.core.i18n import current_locale, translate, use_locale
from castingops.core.messages import N_
from castingops.moderation import permissions, service, types
from castingops.moderation.queries import CaseRow

Reasons = tuple[tuple[str, int], ...]
_REF = "@ref@"
_SOON = 4 * 3600  # seconds: from then on a clock is amber


class RowView(Struct):
    """A case as a row: its cells, finished."""

    ref: str
    url: str
    title: str
    what: str
    priority: Markup
    why: Markup
    due: Markup
    holder: Markup


class Stencil:
    """A component drawn once, with a place left for the reference of each row: letters, digits and a dash of ours."""

    def __init__(self, drawn: str) -> None:
        self._parts = str(drawn).split(_REF)

    def __call__(self, ref: str) -> Markup:
        """The component of the row with this reference."""
        return Markup(ref.join(self._parts))


class Drawer:
    """Makes the rows of one answer: who asks, in which language, with which buttons."""

    def __init__(self, actor: Actor, rows: Iterable[CaseRow]) -> None:
        self._me, self._may_take, self._moment = actor.user_id, actor.may(permissions.TAKE), clock.now()
        self._locale, self._base = current_locale(), url_for("moderation_console.show_queue") + "cases/"
        self._names = names_of({person for row in rows for person in (row.assigned_to, row.decided_by)})
        self._take = _claim(f"{self._base}{_REF}/take", _("Take"))
        self._return = _claim(f"{self._base}{_REF}/return", _("Return"))

    def __call__(self, row: CaseRow) -> RowView:
        """The row of this case."""
        reasons = tuple((each["code"], each["points"]) for each in row.priority_reasons)
        outcome, locale = row.outcome or "", self._locale
        return RowView(
            row.ref, self._base + row.ref, row.title(locale), _what(row.kind, row.subject_revision, locale),
            _priority(row.priority, reasons, locale)(row.ref), _why(outcome, reasons, locale),
            _decided_at(row.decided_at) if row.decided_at else self._due(row.due_at), self._holder(row))

    def _due(self, due_at: datetime) -> Markup:
        left = (due_at - self._moment).total_seconds()
        tone = "bad" if left < 0 else "warn" if left < _SOON else "quiet"
        return _clock(format_time_left(due_at, self._locale, now=self._moment), tone)

    def _holder(self, row: CaseRow) -> Markup:
        if row.decided_at:
            return _name(self._names.get(row.decided_by, "") if row.decided_by else "")
        if row.assigned_to is None:
            return self._take(row.ref) if self._may_take else _free(self._locale)
        if row.assigned_to == self._me:
            return _yours(self._locale) + self._return(row.ref)
        return _who(self._names.get(row.assigned_to, "…"))


def names_of(people: Iterable[UUID | None]) -> Mapping[UUID, str]:
    """Names of colleagues by id; who has left has none."""
    return audit.names_of({person for person in people if person is not None})


def why_of(reasons: Reasons, locale: str) -> list[tuple[str, int]]:
    """The reasons of a priority in words, with their points."""
    return [(translate(types.REASONS.get(code, code), locale), points) for code, points in reasons]


@lru_cache(maxsize=1024)
def _what(kind: str, revision: int, locale: str) -> str:
    titles = {each.name: translate(each.title, locale) for each in service.all_kinds()}
    return translate(N_("%(kind)s, revision %(number)d", kind=titles.get(kind, kind), number=revision), locale)


@lru_cache(maxsize=2048)
def _priority(score: int, reasons: Reasons, locale: str) -> Stencil:
    with use_locale(locale):
        return Stencil(_component("components/priority.html").priority(score, why_of(reasons, locale), _REF))


@lru_cache(maxsize=1024)
def _why(outcome: str, reasons: Reasons, locale: str) -> Markup:
    state = types.OUTCOME_STATES.get(outcome, "")
    tone = types.OUTCOME_TONES.get(outcome, "quiet")
    words = translate(state, locale) if state else ""
    return _drawn("reasons", words, tone, why_of(reasons, locale))


@lru_cache(maxsize=4096)
def _clock(words: str, tone: str) -> Markup:
    return Markup(_component("components/tag.html").clock(words, tone))


@lru_cache(maxsize=1024)
def _who(name: str) -> Markup:
    return Markup(_component("components/tag.html").who(name))


@lru_cache(maxsize=1024)
def _name(name: str) -> Markup:
    return _drawn("name", name)


@lru_cache(maxsize=4)
def _yours(locale: str) -> Markup:
    with use_locale(locale):
        return Markup(_component("components/tag.html").tag(_("Yours"), "accent", "lock"))


@lru_cache(maxsize=4)
def _free(locale: str) -> Markup:
    with use_locale(locale):
        return _drawn("free", _("Free"))


def _decided_at(moment: datetime) -> Markup:
    return _drawn("decided_at", moment)


def _claim(url: str, label: str) -> Stencil:
    return Stencil(_drawn("claim", url, _REF, label, generate_csrf()))


def _drawn(part: str, *values: Any) -> Markup:
    return Markup(getattr(_component("moderation/_parts.html"), part)(*values))


def _component(template: str) -> Any:
    return current_app.jinja_env.get_template(template).module
