"""Figures of moderation for those who steer it, and the report that is published."""

from flask import Response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.errors import NotFound
from castingops.core.i18n import current_locale, translate
from castingops.core.pdf import render_pdf
from castingops.moderation import permissions
from castingops.moderation.console.base import blueprint, shared
from castingops.moderation.console.periods import period_of
from castingops.moderation.service import reporting
from castingops.moderation.service.reporting import Transparency
from castingops.moderation.types.quality import SMALL, Title, Words
from castingops.web.downloads import csv_download, download
from castingops.web.pages import page

PERIODS = (7, 30, 90)  # days that one click asks for


@blueprint.get("/moderation/figures/", permission=permissions.FIGURES)
def show_figures(*, actor: Actor) -> Response:
    """Backlog, time to decide, what was overturned and who did how much, over a period."""
    period, problems = period_of(request.args)
    shown = reporting.dashboard(period, actor=actor)
    quarter = reporting.last_quarter(clock.today_riyadh())
    return page("moderation/figures/page.html", status=422 if problems else 200, shown=shown, problems=problems,
                period=period, quarter=quarter, spans=_spans(),
                may_report=actor.may(permissions.TRANSPARENCY),
                **shared(actor, people=[row.user_id for row in shown.work]))


def _spans() -> list[tuple[str, str]]:
    """The usual periods up to today, each with its address."""
    from_today = {days: reporting.last_days(days, today=clock.today_riyadh()) for days in PERIODS}
    return [(ngettext("%(num)d day", "%(num)d days", days),
             url_for("moderation_console.show_figures", first=each.first.isoformat()))
            for days, each in from_today.items()]


@blueprint.get("/moderation/figures/export.csv", permission=permissions.FIGURES, records=True)
def export_figures(*, actor: Actor) -> Response:
    """The workload and pace of a period as CSV; the download is on record, for it names colleagues."""
    period, _problems = period_of(request.args)
    shown = reporting.export_dashboard(period, actor=actor)
    names = shared(actor, people=[row.user_id for row in shown.work])["names"]
    rows: list[list[object]] = [[_("Colleague"), _("Decisions"), _("Minutes, half were faster"), _("Overturned")]]
    rows += [[names.get(row.user_id, ""), row.decided, row.half // 60, row.overturned] for row in shown.work]
    return csv_download(rows, f"moderation-{period.first}-{period.last}.csv")


@blueprint.get("/moderation/figures/transparency.<kind>", permission=permissions.TRANSPARENCY, records=True)
def export_transparency(*, actor: Actor, kind: str) -> Response:
    """The published report as PDF in the reader's language, or as CSV in both."""
    if kind not in ("pdf", "csv"):
        raise NotFound
    period, _problems = period_of(request.args)
    report = reporting.transparency(period, actor=actor)
    name = f"transparency-{period.first}-{period.last}"
    if kind == "pdf":
        locale = current_locale()
        html = render_template("pdf/transparency.html", lang=locale, title=_("Transparency report"), report=report,
                               said=said, small=SMALL)
        document = render_pdf(html, title=_("Transparency report"), created=report.made_at)
        return download(document, f"{name}-{locale}.pdf", "application/pdf")
    return csv_download(_rows(report), f"{name}.csv")


def _rows(report: Transparency) -> list[list[object]]:
    """One line for each row of each table, titles in both languages; a hidden count is `<5`."""
    rows: list[list[object]] = [["table", "title_en", "title_ar", "row_en", "row_ar", "number"]]
    for section in report.sections:
        titles = [translate(section.title, "en"), translate(section.title, "ar")]
        for row in section.counts.rows:
            number = f"<{SMALL}" if row.number is None else row.number
            rows.append([section.code, *titles, said(row.title, "en"), said(row.title, "ar"), number])
    return rows


def said(title: Title, locale: str | None = None) -> str:
    """A title in `locale`, the reader's by default."""
    locale = locale or current_locale()
    if isinstance(title, Words):
        return title.ar if locale == "ar" else title.en
    return translate(title, locale)
