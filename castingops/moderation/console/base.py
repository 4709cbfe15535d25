"""What the pages of moderation share: the blueprint, names of colleagues, words for codes."""
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any
from uuid import UUID

from flask import current_app, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from castingops.audit import service as audit
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.i18n import current_locale, translate, use_locale
from castingops.core.messages import N_
from castingops.moderation import permissions, service, types
from castingops.moderation.queries import CaseRow
from castingops.web.blueprints import ConsoleBlueprint

blueprint = ConsoleBlueprint("moderation_console", __name__)


def shared(actor: Actor, *, people: Iterable[UUID | None] = ()) -> dict[str, Any]:
    """What every template of moderation gets: words for codes, rights, names of these colleagues."""
    return {
        "words": types, "kinds": {kind.name: kind.title for kind in service.all_kinds()},
        "pairs": pairs, "names": names_of(people), "moment": clock.now(), "page_locale": current_locale(),
        "may_take": actor.may(permissions.TAKE), "may_decide": actor.may(permissions.DECIDE),
        "may_note": actor.may(permissions.NOTE), "may_reveal": actor.may(permissions.REVEAL),
        "may_export": actor.may(permissions.EXPORT),
    }


def for_rows(actor: Actor, rows: Iterable[CaseRow]) -> dict[str, Any]:
    """What rows of cases share, worked out once for all of them: a page has many."""
    locale = current_locale()
    return {
        "names": names_of({person for row in rows for person in (row.assigned_to, row.decided_by)}), "words": types,
        "moment": clock.now(), "locale": locale, "me": actor.user_id, "may_take": actor.may(permissions.TAKE),
        "why": lambda row: _why(_plain(row), locale), "what": lambda row: _what(row.kind, row.subject_revision, locale),
        "priority": lambda row: _priority(row.priority, _plain(row), locale).replace(_ID, row.ref),
        "outcomes": {outcome: translate(word) for outcome, word in types.OUTCOME_STATES.items()},
        "clock": _icon("clock"), "alert": _icon("alert-triangle"),
        "case_url": url_for("moderation_console.show_queue") + "cases/",
        "csrf": generate_csrf(), "take": _("Take"), "give_back": _("Return"), "yours": _("Yours"), "free": _("Free"),
    }


# A queue shows the same few priorities and kinds again and again: their words and drawings are made once.
Reasons = tuple[tuple[str, int], ...]
_ID = "@id@"


def _plain(row: CaseRow) -> Reasons:
    return tuple((each["code"], each["points"]) for each in row.priority_reasons)


@lru_cache(maxsize=1024)
def _why(reasons: Reasons, locale: str) -> list[tuple[str, int]]:
    return [(translate(types.REASONS.get(code, code), locale), points) for code, points in reasons]


@lru_cache(maxsize=1024)
def _what(kind: str, revision: int, locale: str) -> str:
    titles = {each.name: translate(each.title, locale) for each in service.all_kinds()}
    return translate(N_("%(kind)s, revision %(number)d", kind=titles.get(kind, kind), number=revision), locale)


@lru_cache(maxsize=16)
def _icon(name: str) -> Markup:
    component: Any = current_app.jinja_env.get_template("components/icon.html").module
    return Markup(component.icon(name))


@lru_cache(maxsize=2048)
def _priority(score: int, reasons: Reasons, locale: str) -> Markup:
    """The component for a priority, with a mark where the id of its row belongs."""
    component: Any = current_app.jinja_env.get_template("components/priority.html").module
    with use_locale(locale):
        return Markup(component.priority(score, _why(reasons, locale), _ID))


def pairs(segments: Iterable[types.Segment]) -> list[tuple[str, str]]:
    """A comparison as `ui.diff` takes it."""
    return [(segment.kind, segment.text) for segment in segments]


def names_of(people: Iterable[UUID | None]) -> Mapping[UUID, str]:
    """Names of colleagues by id; who has left has none."""
    return audit.names_of({person for person in people if person is not None})
