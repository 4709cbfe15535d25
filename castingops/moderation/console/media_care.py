"""Photos in front of moderators: revealing and hiding one, how each wants to see them, and who saw how many."""
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from flask_babel import gettext as _

from castingops.core import clock, formats
from castingops.core.actor import Actor
from castingops.core.config import current_settings
from castingops.core.errors import Conflict
from castingops.core.i18n import translate
from castingops.moderation import permissions, service
from castingops.moderation.console import photos
from castingops.moderation.console.base import blueprint, shared
from castingops.moderation.console.case import case_page
from castingops.moderation.errors import InvalidPhotoCare, PhotoNotFound, SecondPersonNeeded
from castingops.moderation.models import Case
from castingops.moderation.service import media_care
from castingops.moderation.types.media_care import (
    CARE_MODES,
    PERIOD,
    RAISE_MAX,
    RENDITIONS,
    Care,
    CareMode,
    ExposureFilter,
    Rendition,
)
from castingops.web.downloads import csv_download
from castingops.web.pages import go, page, page_or_fragment, wants_fragment


@blueprint.post("/moderation/cases/<ref>/photos/<uuid:photo_id>/reveal", permission=permissions.REVEAL)
def reveal_photo(*, actor: Actor, ref: str, photo_id: UUID) -> Response:
    """Show one photo, as this moderator wants to see it or in colour; that it was looked at is on record."""
    wanted = Rendition.CLEAR if request.form.get("rendition") == Rendition.CLEAR else None
    found = media_care.reveal(ref, photo_id, rendition=wanted, actor=actor)
    case = service.get_case(ref)
    if wants_fragment():
        return _one(case, photo_id, actor, found)
    return page("moderation/detail.html", **case_page(case, actor=actor, revealed={photo_id: found}))


@blueprint.get("/moderation/cases/<ref>/photos/<uuid:photo_id>", permission=permissions.READ)
def hide_photo(*, actor: Actor, ref: str, photo_id: UUID) -> Response:
    """The photo covered again; without script the page of its case, where all are."""
    case = service.get_case(ref)
    if wants_fragment():
        return _one(case, photo_id, actor, None)
    return go(url_for(".show_case", ref=case.ref, _anchor="photos"))


def _one(case: Case, photo_id: UUID, actor: Actor, found: tuple[str, Rendition] | None) -> Response:
    kind = service.kind_of(case.kind)
    submission = service.load(case, kind, actor=actor)
    if photo_id not in submission.photo_ids:
        raise PhotoNotFound
    care = media_care.care_of(actor.user_id)
    photo = photos.one(case, kind, submission, photo_id, care, actor=actor, revealed=found, wait=True)
    return page_or_fragment("", "moderation/_photo.html", photo=photo, care=care, answer=True,
                            focus=request.form.get("quiet") != "1",
                            may_reveal=actor.may(permissions.REVEAL))


# One's own way ---------------------------------------------------------------------------------------------------

@blueprint.get("/moderation/settings/photos", permission=permissions.CARE)
def show_photo_care(*, actor: Actor) -> Response:
    """How one sees photos."""
    care = media_care.care_of(actor.user_id)
    return _care_page(actor, care, care.mode, str(care.own_cap or ""), said=request.args.get("kept") == "1")


@blueprint.post("/moderation/settings/photos", permission=permissions.CARE)
def keep_photo_care(*, actor: Actor) -> Response:
    """Keep how one sees photos. A refusal keeps what was chosen."""
    typed, cap = request.form.get("mode", ""), request.form.get("per_shift_cap", "").strip()
    mode = CareMode(typed) if typed in set(CareMode) else CareMode.BLUR
    try:
        media_care.keep_care(mode, _number(cap, none=None), seen_version=_number(request.form.get("version", "")) or 0,
                             actor=actor)
    except (InvalidPhotoCare, Conflict) as refusal:
        problems = {name: translate(words) for name, words in refusal.fields.items()}
        return _care_page(actor, media_care.care_of(actor.user_id), mode, cap, status=refusal.status, problems=problems,
                          conflict="" if problems else translate(refusal.message))
    return go(url_for(".show_photo_care", kept=1))


def _number(text: str, *, none: int | None = 0) -> int | None:
    """What was typed as a number; `none` for nothing, and 0, which no rule takes, for what is none."""
    if not text:
        return none
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0


def _care_page(actor: Actor, care: Care, mode: CareMode, cap: str, *, status: int = 200, said: bool = False,
               problems: dict[str, str] | None = None, conflict: str = "") -> Response:
    context: dict[str, Any] = {
        "care": care, "care_mode": mode, "typed_cap": cap, "care_modes": CARE_MODES, "problems": problems or {},
        "house_cap": current_settings().photos_per_day, "conflict": conflict, "said": _("Kept.") if said else "",
        **shared(actor)}
    return page("moderation/settings/photos.html", status=status, **context)


# Who saw how many ------------------------------------------------------------------------------------------------

@blueprint.get("/moderation/exposures/", permission=permissions.READ_EXPOSURES)
def list_exposures(*, actor: Actor) -> Response:
    """Which photos one looked at; seniors see everybody's."""
    return _exposures(actor)


@blueprint.get("/moderation/exposures/export.csv", permission=permissions.READ_EXPOSURES, records=True)
def export_exposures(*, actor: Actor) -> Response:
    """The same as CSV; that it was taken is on record."""
    found = media_care.export_exposures(_wanted(actor), actor=actor)
    names = shared(actor, people={row.moderator_id for row in found})["names"]
    heading = [_("Moderator"), _("Case"), _("A minor"), _("How"), _("Policy"), _("When")]
    return csv_download([heading, *([
        names.get(row.moderator_id, ""), row.ref, _("Yes") if row.minor else "", translate(RENDITIONS[row.rendition]),
        row.policy_code or "", formats.format_datetime(row.at, style="iso")] for row in found)], "photo-looks.csv")


@blueprint.post("/moderation/exposures/raise", permission=permissions.RAISE_CAP)
def raise_cap(*, actor: Actor) -> Response:
    """Let a colleague see more photos today."""
    who, more = _uuid(request.form.get("moderator", "")), _number(request.form.get("more", "").strip()) or 0
    if who is None:
        return _exposures(actor, status=422, problems={"moderator": _("Choose a colleague.")})
    try:
        media_care.raise_cap(who, more, actor=actor)
    except (InvalidPhotoCare, SecondPersonNeeded) as refusal:
        fields = refusal.fields or {"moderator": refusal.message}
        problems = {name: translate(words) for name, words in fields.items()}
        return _exposures(actor, status=422, problems=problems)
    return go(url_for(".list_exposures", moderator=who))


def _exposures(actor: Actor, *, status: int = 200, problems: dict[str, str] | None = None) -> Response:
    wanted, cursor = _wanted(actor), request.args.get("cursor")
    found = media_care.list_exposures(wanted, cursor=cursor, actor=actor)
    totals = [] if wants_fragment() else media_care.list_totals(wanted, actor=actor)
    people = {row.moderator_id for row in found.rows} | {row.moderator_id for row in totals}
    asked = {name: value for name in ("moderator", "since", "until", "how", "minors")
             if (value := request.args.get(name, ""))}
    context = {"page": found, "totals": totals, "wanted": wanted, "cursor": cursor, "query": asked,
               "care": media_care.care_of(actor.user_id), "renditions": RENDITIONS, "problems": problems or {},
               "raise_max": RAISE_MAX, "sees_all": _sees_all(actor), **shared(actor, people=people)}
    return page_or_fragment("moderation/exposures/list.html", "moderation/exposures/_list.html", status=status,
                            **context)


def _sees_all(actor: Actor) -> bool:
    return actor.may(permissions.RAISE_CAP)


def _wanted(actor: Actor) -> ExposureFilter:
    """What is asked for; who may not see others' looks gets their own whatever they ask."""
    moderator = _uuid(request.args.get("moderator", "")) if _sees_all(actor) else actor.user_id
    first, last = _day(request.args.get("since", "")), _day(request.args.get("until", ""))
    how = request.args.get("how", "")
    return ExposureFilter(
        moderator, first or clock.now() - PERIOD, last + timedelta(days=1) if last else None,
        Rendition(how) if how in set(Rendition) else None, minors=request.args.get("minors") == "1")


def _day(text: str) -> datetime | None:
    """When a day of the address begins in Riyadh; None for what is none."""
    try:
        return clock.midnight(date.fromisoformat(text)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
