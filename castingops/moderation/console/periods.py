"""The period that a page of figures is asked for."""
from collections.abc import Mapping
from datetime import date

from flask_babel import gettext as _

from castingops.core import clock
from castingops.core.i18n import translate
from castingops.moderation.errors import InvalidPeriod
from castingops.moderation.service import reporting
from castingops.moderation.types.quality import Period


def period_of(arguments: Mapping[str, str]) -> tuple[Period, dict[str, str]]:
    """The period of an address; with problems by field, the last 30 days and what was wrong."""
    today = clock.today_riyadh()
    usual = reporting.checked_period(None, None, today=today)
    days, problems = {}, {}
    for name in ("first", "last"):
        try:
            days[name] = date.fromisoformat(arguments[name]) if arguments.get(name) else None
        except ValueError:
            problems[name] = _("This is no day.")
    if problems:
        return usual, problems
    try:
        return reporting.checked_period(days["first"], days["last"], today=today), {}
    except InvalidPeriod as refusal:
        return usual, {name: translate(words) for name, words in refusal.fields.items() if isinstance(words, str)}
