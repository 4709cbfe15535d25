"""The business calendar: which days are off, for everyone to read and for senior moderators to keep."""
from uuid import UUID, uuid4

from flask import Response, request, url_for

from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.i18n import current_locale, translate
from castingops.moderation import permissions
from castingops.moderation.console.base import blueprint
from castingops.moderation.errors import InvalidHoliday
from castingops.moderation.forms import HolidayForm
from castingops.moderation.service import holidays
from castingops.web.pages import go, page

YEARS = 3  # this one and those after it that can be filled in


@blueprint.get("/moderation/calendar", permission=permissions.READ)
def show_calendar(*, actor: Actor) -> Response:
    """The days off of one year."""
    return _page(actor, _year(request.args.get("year", "")))


@blueprint.post("/moderation/calendar", permission=permissions.HOLIDAYS, idempotent=True)
def add_holiday(*, actor: Actor) -> Response:
    """Keep one day off; due times follow. A refusal keeps what was typed."""
    form = HolidayForm(request.form)
    try:
        kept = holidays.add_holiday(form.holiday(), actor=actor)
    except InvalidHoliday as refusal:
        return _page(actor, _year(request.args.get("year", "")), form=form, status=refusal.status,
                     problems={name: translate(words) for name, words in refusal.fields.items()})
    return _back(kept.day.year)


@blueprint.post("/moderation/calendar/<uuid:holiday_id>", permission=permissions.HOLIDAYS)
def change_holiday(*, actor: Actor, holiday_id: UUID) -> Response:
    """Move a day off or rename it; due times follow."""
    form = HolidayForm(request.form)
    try:
        holidays.change_holiday(holiday_id, form.holiday(), actor=actor)
    except InvalidHoliday as refusal:
        return _page(actor, _year(request.args.get("year", "")), form=form, status=refusal.status, changed=holiday_id,
                     problems={name: translate(words) for name, words in refusal.fields.items()})
    return _back(form.holiday().day.year)


@blueprint.post("/moderation/calendar/<uuid:holiday_id>/delete", permission=permissions.HOLIDAYS)
def delete_holiday(*, actor: Actor, holiday_id: UUID) -> Response:
    """It is a working day after all; due times follow."""
    holidays.delete_holiday(holiday_id, actor=actor)
    return _back(_year(request.args.get("year", "")))


def _page(actor: Actor, year: int, *, status: int = 200, form: HolidayForm | None = None,
          problems: dict[str, str] | None = None, changed: UUID | None = None) -> Response:
    this = clock.today_riyadh().year
    return page("moderation/calendar.html", status=status, year=year, years=range(this, this + YEARS),
                holidays=holidays.list_holidays(year), form=form or HolidayForm(), problems=problems or {},
                changed=changed, may_change=actor.may(permissions.HOLIDAYS), page_locale=current_locale(), key=uuid4())


def _year(text: str) -> int:
    this = clock.today_riyadh().year
    return int(text) if text in {str(year) for year in range(this - 1, this + YEARS)} else this


def _back(year: int) -> Response:
    return go(url_for("moderation_console.show_calendar", year=year))
