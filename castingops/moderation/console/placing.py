"""Why a case is where it is: its queue by which rule, its priority by which points, its due time by which days."""
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from castingops.core import formats
from castingops.core.i18n import current_locale, translate
from castingops.moderation import service, types
from castingops.moderation.console.rows import why_of
from castingops.moderation.models import Case
from castingops.moderation.service import queues
from castingops.moderation.types.queues import PAUSES, MatchedBy, Routed


def placing(case: Case) -> dict[str, Any]:
    """The three in words, for the case's page."""
    placed, locale = queues.explain(case), current_locale()
    name = placed.queue.title(locale) if placed.queue else case.queue
    reasons = tuple((each["code"], each["points"]) for each in case.priority_reasons)
    moving = placed.routed.queue.code != case.queue and case.state == types.CaseState.OPEN
    return {"queue_name": name, "queue_because": because(placed.routed) if not moving else [],
            "queue_next": placed.routed.queue.title(locale) if moving else "",
            "priority_why": why_of(reasons, locale), "due_how": due_how(case.due_reasons)}


def because(routed: Routed) -> list[str]:
    """The parts of the rule that say so, in words; none for the default queue."""
    kinds = {kind.name: translate(kind.title) for kind in service.all_kinds()}
    words = {
        MatchedBy.KIND: lambda value: _("Kind: %(kind)s", kind=kinds.get(value, value)),
        MatchedBy.LANGUAGE: lambda value: _("Language: %(language)s", language=translate(types.LANGUAGES[value])),
        MatchedBy.MINOR: lambda value: translate(types.MINORS["yes" if value else "no"]),
        MatchedBy.PRIORITY: lambda value: _("Priority from %(points)d", points=value)}
    return [words[part](value) for part, value in routed.because]


def due_how(reasons: list[dict[str, Any]]) -> list[str]:
    """What a due time was computed from, a sentence each, in the order of the calculation."""
    return [_WORDS[reason["code"]](reason) for reason in reasons if reason["code"] in _WORDS]


def _opened(reason: dict[str, Any]) -> str:
    return str(_("Counted from %(time)s", time=_moment(reason["at"])))


def _hours(reason: dict[str, Any]) -> str:
    return str(_("%(hours)d hours of working days, for a priority of %(points)d", hours=reason["hours"],
                 points=reason["points"]))


def _weekend(reason: dict[str, Any]) -> str:
    return str(ngettext("%(num)d day of a weekend left out", "%(num)d days of weekends left out", reason["days"]))


def _holiday(reason: dict[str, Any]) -> str:
    name = reason["ar"] if current_locale() == "ar" else reason["en"]
    days = ngettext("%(num)d day left out", "%(num)d days left out", reason["days"])
    return str(_("%(name)s: %(days)s, announced and may move", name=name, days=days) if reason["moves"] else _(
        "%(name)s: %(days)s", name=name, days=days))


def _paused(reason: dict[str, Any]) -> str:
    return str(_("Stood still from %(start)s to %(end)s: %(why)s", start=_moment(reason["from"]),
                 end=_moment(reason["to"]), why=_why(reason)))


def _waiting(reason: dict[str, Any]) -> str:
    return str(_("Stands still since %(start)s: %(why)s", start=_moment(reason["at"]), why=_why(reason)))


_WORDS = {"opened": _opened, "hours": _hours, "weekend": _weekend, "holiday": _holiday, "paused": _paused,
          "waiting": _waiting}


def _why(reason: dict[str, Any]) -> str:
    return translate(PAUSES.get(reason["why"], reason["why"]))


def _moment(text: str) -> str:
    return formats.format_datetime(datetime.fromisoformat(text))
