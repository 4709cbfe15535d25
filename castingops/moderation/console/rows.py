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
from markupsafe import Markup, escape

from castingops.audit import service as audit
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.formats import due_tone, format_time_left
from castingops.core.i18n import current_locale, translate, use_locale
from castingops.core.messages import N_
from castingops.moderation import permissions, service, types
from castingops.moderation.queries import CaseRow
from castingops.moderation.types import CaseState
from castingops.web.stencils import Stencil, hole, stencil

Reasons = tuple[tuple[str, int], ...]
_CELLS = ("pick", "ref", "title", "what", "priority", "why", "due", "holder")


class Drawer:
    """Draws the rows of one answer: who asks, in which language, with which buttons."""

    def __init__(self, actor: Actor, rows: Iterable[CaseRow], *, picks: bool = False) -> None:
        self._picks = picks
        self._me, self._may_take, self._moment = actor.user_id, actor.may(permissions.TAKE), clock.now()
        self._locale, self._token = current_locale(), escape(generate_csrf())
        self._names = names_of({person for row in rows for person in (row.assigned_to, row.decided_by)})
        self._pick = stencil("moderation/_pick.html", ("ref",))
        self._no_pick = str(stencil("moderation/_pick.html", (), ref="").fill({}))
        base = url_for("moderation_console.show_queue") + "cases/"
        self._row = stencil("moderation/_case_row.html", _CELLS, base=base)
        self._take = stencil("moderation/_claim.html", ("ref", "token"), base=base, act="take")
        self._return = stencil("moderation/_claim.html", ("ref", "token"), base=base, act="return")

    def draw(self, rows: Iterable[CaseRow]) -> Markup:
        """The rows of these cases."""
        return Markup("".join([self._drawn(row) for row in rows]))

    def _drawn(self, row: CaseRow) -> str:
        reasons = tuple([(each["code"], each["points"]) for each in row.priority_reasons])
        locale = self._locale
        own = {"ref": row.ref, "token": self._token}  # a reference is letters, digits and a dash of ours
        return self._row.place({
            "pick": self._tick(row, own) if self._picks else "", "ref": row.ref,
            "title": escape(row.title(locale)), "what": _what(row.kind, row.subject_revision, locale),
            "priority": _priority(row.priority, reasons, locale).place(own),
            "why": _why(row.kind, row.outcome or "", reasons, locale),
            "due": _decided_at(row.decided_at) if row.decided_at else self._due(row),
            "holder": self._holder(row, own)})

    def _tick(self, row: CaseRow, own: Mapping[str, str]) -> str:
        return self._pick.place(own) if row.state == CaseState.OPEN else self._no_pick

    def _due(self, row: CaseRow) -> str:
        if row.paused_at is not None:
            return _paused(self._locale)
        return _clock(format_time_left(row.due_at, self._locale, now=self._moment), due_tone(row.due_at, self._moment))

    def _holder(self, row: CaseRow, own: Mapping[str, str]) -> str:
        if row.decided_at:
            return _name(self._names.get(row.decided_by, "") if row.decided_by else "")
        if row.state != CaseState.OPEN:
            return _state(row.state, self._locale)
        if row.assigned_to is None or row.lease_until is None or row.lease_until <= self._moment:
            return self._take.place(own) if self._may_take else _free(self._locale)
        left = format_time_left(row.lease_until, self._locale, now=self._moment)
        if row.assigned_to == self._me:
            return _yours(self._locale, left) + self._return.place(own)
        return _who(self._names.get(row.assigned_to, "…"), left, self._locale)


def names_of(people: Iterable[UUID | None]) -> Mapping[UUID, str]:
    """Names of colleagues by id; who has left has none."""
    return audit.names_of({person for person in people if person is not None})


def why_of(reasons: Reasons, locale: str) -> list[tuple[str, int]]:
    """The reasons of a priority in words, with their points."""
    return [(translate(types.REASONS.get(code, code), locale), points) for code, points in reasons]


@lru_cache(maxsize=1024)
def _what(kind: str, revision: int, locale: str) -> str:
    titles = {each.name: translate(each.title, locale) for each in service.all_kinds()}
    words = N_("%(kind)s, revision %(number)d", kind=titles.get(kind, kind), number=revision)
    return str(escape(translate(words, locale)))


@lru_cache(maxsize=2048)
def _priority(score: int, reasons: Reasons, locale: str) -> Stencil:
    with use_locale(locale):
        return Stencil(_component("components/priority.html").priority(score, why_of(reasons, locale), hole("ref")))


@lru_cache(maxsize=1024)
def _why(kind: str, outcome: str, reasons: Reasons, locale: str) -> str:
    tone = types.OUTCOME_TONES.get(outcome, "quiet")
    words = translate(service.outcome_state(kind, outcome), locale) if outcome else ""
    return _drawn("reasons", words, tone, why_of(reasons, locale))


@lru_cache(maxsize=4096)
def _clock(words: str, tone: str) -> str:
    return str(_component("components/tag.html").clock(words, tone))


@lru_cache(maxsize=2048)
def _who(name: str, left: str, locale: str) -> str:
    with use_locale(locale):
        return str(_component("components/tag.html").who(name, note=_("%(time)s left", time=left)))


@lru_cache(maxsize=1024)
def _name(name: str) -> str:
    return _drawn("name", name)


@lru_cache(maxsize=256)
def _yours(locale: str, left: str) -> str:
    with use_locale(locale):
        words = _("Yours, %(time)s left", time=left)
        return str(_component("components/tag.html").tag(words, "accent", "lock"))


@lru_cache(maxsize=4)
def _paused(locale: str) -> str:
    with use_locale(locale):
        return str(_component("components/tag.html").clock(_("Clock stopped"), "quiet", "player-pause"))


@lru_cache(maxsize=16)
def _state(state: str, locale: str) -> str:
    words = N_("Being decided") if state == CaseState.PENDING else types.CASE_STATES.get(state, state)
    return str(_component("components/tag.html").tag(translate(words, locale), "warn"))


@lru_cache(maxsize=4)
def _free(locale: str) -> str:
    with use_locale(locale):
        return _drawn("free", _("Free"))


def _decided_at(moment: datetime) -> str:
    return _drawn("decided_at", moment)


def _drawn(part: str, *values: Any) -> str:
    return str(getattr(_component("moderation/_parts.html"), part)(*values))


def _component(template: str) -> Any:
    return current_app.jinja_env.get_template(template).module
