"""Talents for staff: the list, and everything about one that this reader may see (CAST-1)."""
import re
from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext as _

from castingops.audit import permissions as audit_permissions
from castingops.casting import permissions, rules
from castingops.casting.console.calls import REVISION_KINDS, REVISION_STATES
from castingops.casting.errors import UnmaskRefused
from castingops.casting.service import talents as service
from castingops.casting.service.profiles_describing import word_of
from castingops.casting.types import CITIES
from castingops.casting.types import talents as types
from castingops.casting.types.talents import TalentFilter, TalentRow
from castingops.core import clock, formats
from castingops.core.actor import Actor
from castingops.core.i18n import current_locale, translate
from castingops.core.masking import initials
from castingops.core.messages import N_, Message
from castingops.identity import permissions as identity_permissions
from castingops.identity.types import guardians
from castingops.media import service as media
from castingops.media.types import Photo, PhotoKind, Variant
from castingops.web.blueprints import ConsoleBlueprint
from castingops.web.downloads import csv_download
from castingops.web.pages import page, page_or_fragment, wants_fragment

blueprint = ConsoleBlueprint("talents_console", __name__)

AGES: dict[str, Message] = {"minor": N_("Minors"), "adult": N_("Adults")}
PHOTO_KINDS: dict[str, Message] = {
    PhotoKind.HEADSHOT: N_("Headshot"), PhotoKind.FULL_LENGTH: N_("Full-length photo"),
    PhotoKind.SIDE_PROFILE: N_("Side profile"), PhotoKind.PORTRAIT: N_("Portrait"),
    PhotoKind.OTHER: N_("Another photo")}
_REF = re.compile(r"TAL-[0-9]{6,10}", re.IGNORECASE)


@blueprint.get("/talents/", permission=permissions.READ_TALENTS)
def list_talents(*, actor: Actor) -> Response:
    """Talents of a filter, the newest first, a page at a time; names by their beginnings, however they are spelt."""
    wanted, typed, cursor = _filter(), request.args.get("q", "")[:80], request.args.get("cursor")
    context = {"page": service.list_talents(wanted, cursor=cursor), "wanted": wanted, "typed": typed, "cursor": cursor,
               "query": _query(wanted, typed), **_shared(actor)}
    if not wants_fragment():
        context |= {"chips": _chips(wanted, typed), "options": _options()}
    return page_or_fragment("talents/list.html", "talents/_list.html", **context)


@blueprint.get("/talents/export.csv", permission=permissions.EXPORT_TALENTS, records=True)
def export_talents(*, actor: Actor) -> Response:
    """The filtered talents as CSV, without a name or a birth date. Recorded."""
    rows = service.export_talents(_filter(), actor=actor)
    heading = [_("Reference"), _("State"), _("Visible to"), _("City"), _("A minor"), _("Created")]
    cells = [[row.ref, translate(types.STATES[row.status]), translate(types.SEEN_BY[row.visibility]),
              word_of(CITIES, row.city), _("Yes") if _is_minor(row) else _("No"),
              formats.format_datetime(row.created_at, style="iso")] for row in rows]
    return csv_download([heading, *cells], "talents.csv")


@blueprint.get("/talents/<talent_ref>", permission=permissions.READ_TALENTS, records=True)
def show_talent(*, actor: Actor, talent_ref: str) -> Response:
    """One talent, masked. Looking is on record."""
    return _page(service.show_talent(talent_ref, actor=actor), actor)


@blueprint.post("/talents/<talent_ref>/unmask", permission=permissions.UNMASK_TALENTS)
def unmask_talent(*, actor: Actor, talent_ref: str) -> Response:
    """The same page in full, this once, for a reason that is recorded."""
    try:
        return _page(service.unmask_talent(talent_ref, request.form.get("reason", ""), actor=actor), actor)
    except UnmaskRefused as refusal:
        return _page(service.show_talent(talent_ref, actor=actor), actor, refusal)


def _page(talent: service.Talent, actor: Actor, refusal: UnmaskRefused | None = None) -> Response:
    problems = {name: translate(text) for name, text in refusal.fields.items()} if refusal else {}
    groups: dict[str, list[Any]] = {}
    for line in talent.lines:
        if line.text:
            groups.setdefault(translate(line.group), []).append(line)
    return page(
        "talents/detail.html", status=refusal.status if refusal else 200, talent=talent, row=talent.profile,
        groups=groups, problems=problems, typed=request.form.get("reason", ""),
        photos=[(_photo(photo, talent), translate(PHOTO_KINDS[photo.kind]), photo.is_primary)
                for photo in talent.photos],
        revision_states=REVISION_STATES, revision_kinds=REVISION_KINDS, guardians=guardians,
        name=_name(talent.profile, covered=talent.minor and not talent.unmasked),
        guardian_names={row.id: row.guardian_name if talent.unmasked else initials(row.guardian_name)
                        for row in talent.guardianships}, **_shared(actor))


def _photo(photo: Photo, talent: service.Talent) -> str:
    """A short-lived address: of a child only that there is a photo, until the page is shown in full."""
    return media.url_for_photo(photo.id, Variant.BLURRED if talent.minor and not talent.unmasked else Variant.THUMB)


def _shared(actor: Actor) -> dict[str, Any]:
    return {"words": types, "called": lambda row: _name(row, covered=_is_minor(row)), "is_minor": _is_minor,
            "city_of": lambda code: word_of(CITIES, code),
            "may": {"unmask": actor.may(permissions.UNMASK_TALENTS), "export": actor.may(permissions.EXPORT_TALENTS),
                    "account": actor.may(identity_permissions.READ_PERSON), "trail": actor.may(audit_permissions.READ),
                    "guardianships": actor.may(identity_permissions.READ_GUARDIANSHIPS)}}


def _name(row: Any, *, covered: bool) -> str:
    """What a page calls a talent, in its reader's language; a child by first letters until shown in full."""
    arabic, english = row.display_name_ar, row.display_name_en
    name = (arabic or english) if current_locale() == "ar" else (english or arabic)
    return (initials(name) if covered else name) if name else ""


def _is_minor(row: TalentRow) -> bool:
    return row.birth_date is not None and rules.is_minor(row.birth_date, today=clock.today_riyadh())


def _filter() -> TalentFilter:
    def word(name: str, known: Any) -> str:
        value = request.args.get(name, "")
        return value if value in known else ""

    typed = request.args.get("q", "").strip()[:80]
    is_ref = _REF.fullmatch(typed) is not None
    return TalentFilter(words=() if is_ref else rules.search_words(typed), ref=typed.upper() if is_ref else "",
                        status=word("status", types.STATES), city=word("city", CITIES), age=word("age", AGES),
                        visibility=word("visibility", types.SEEN_BY))


def _query(wanted: TalentFilter, typed: str) -> dict[str, str]:
    pairs = {"status": wanted.status, "city": wanted.city, "age": wanted.age, "visibility": wanted.visibility,
             "q": typed if wanted.words or wanted.ref else ""}
    return {name: value for name, value in pairs.items() if value}


def _chips(wanted: TalentFilter, typed: str) -> list[tuple[str, str]]:
    query = _query(wanted, typed)
    said: dict[str, str] = {
        "status": translate(types.STATES[wanted.status]) if wanted.status else "",
        "city": word_of(CITIES, wanted.city), "age": translate(AGES[wanted.age]) if wanted.age else "",
        "visibility": _("Visible to: %(who)s", who=translate(types.SEEN_BY[wanted.visibility]))
        if wanted.visibility else "", "q": _("Search: %(words)s", words=typed)}

    def without(name: str) -> str:
        rest: dict[str, Any] = {key: value for key, value in query.items() if key != name}
        return url_for(".list_talents", **rest)

    return [(said[name], without(name)) for name in said if name in query]


def _options() -> dict[str, list[tuple[str, str]]]:
    """What each select offers; the first leaves it open."""
    def offered(first: str, known: dict[str, Message]) -> list[tuple[str, str]]:
        return [("", first), *((str(value), translate(text)) for value, text in known.items())]

    return {"status": offered(_("Any state"), types.STATES), "age": offered(_("Any age"), AGES),
            "visibility": offered(_("Visible to anybody"), types.SEEN_BY),
            "city": [("", _("Any city")), *((code, word_of(CITIES, code)) for code in CITIES)]}
