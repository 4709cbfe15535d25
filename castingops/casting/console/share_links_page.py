"""The public page behind a share link: what a production company would see of the profile. Nobody signs in (CAST-6)."""
from typing import Any
from uuid import UUID

from flask import Response, request

from castingops.casting.errors.share_links import SharedProfileNotFound
from castingops.casting.service import describe
from castingops.casting.service import share_links as service
from castingops.casting.types.share_links import VISIT_SECONDS, SharedProfile
from castingops.core import signing
from castingops.core.actor import Actor
from castingops.core.config import current_settings
from castingops.core.i18n import LOCALES, current_locale, translate, use_locale
from castingops.core.permissions import PUBLIC
from castingops.media import service as media
from castingops.media.types import Variant
from castingops.web.blueprints import PublicBlueprint
from castingops.web.pages import page

blueprint = PublicBlueprint("share_page", __name__)
_VISIT = "share visit"  # what the cookie's signature is good for
_NAMES = frozenset({"display_name_ar", "display_name_en", "stage_name_ar", "stage_name_en"})


@blueprint.get("/share/<token>", permission=PUBLIC, limit="share", records=True)
def show_shared(*, actor: Actor, token: str) -> Response:
    """The profile; opening it counts as a view, reloading it or changing its language within half an hour does not."""
    counts, visited = request.method != "HEAD", _visited()
    with use_locale(_locale()):
        try:
            shared, link_id = service.open_shared(token, actor=actor, visited=visited, counts=counts)
        except SharedProfileNotFound:
            return _guarded(page("share_links/unusable.html", status=404, other=_other()))
        response = page("share_links/page.html", name=_name(shared), other=_other(), minor=shared.minor,
                        groups=_groups(shared), photos=[media.url_for_photo(each, Variant.LARGE)
                                                        for each in shared.photo_ids])
        if counts and visited != link_id:
            _remember(response, link_id)
        return _guarded(response)


def _guarded(response: Response) -> Response:
    """Where this page leads to learns no address of it, and no search engine keeps it."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Cache-Control"] = "no-store"
    return response


def _cookie() -> str:
    return "__Secure-share" if current_settings().secure_cookies else "share"


def _visited() -> UUID | None:
    """The link that this browser opened minutes ago: the cookie names it by its id, never by its token."""
    try:
        return UUID(signing.verify(request.cookies.get(_cookie(), ""), purpose=_VISIT)["l"])
    except (signing.LinkInvalid, signing.LinkExpired):
        return None


def _remember(response: Response, link_id: UUID) -> None:
    """Whose view was counted, and nobody else: a reload does not begin the half hour anew."""
    response.set_cookie(
        _cookie(), signing.sign({"l": str(link_id)}, purpose=_VISIT, seconds=VISIT_SECONDS), path="/share/",
        max_age=VISIT_SECONDS, secure=current_settings().secure_cookies, httponly=True, samesite="Lax")


def _groups(shared: SharedProfile) -> dict[str, list[Any]]:
    """Lines that say something, by group; names stand above them."""
    groups: dict[str, list[Any]] = {}
    for line in describe(shared.fields):
        if line.text and line.name not in _NAMES:
            groups.setdefault(translate(line.group), []).append(line)
    return groups


def _name(shared: SharedProfile) -> str:
    """The stage name in the reader's language where there is one, else the name, else the other language's."""
    fields = shared.fields
    arabic = fields.stage_name_ar or fields.display_name_ar
    english = fields.stage_name_en or fields.display_name_en
    return ((arabic or english) if current_locale() == "ar" else (english or arabic)) or ""


def _locale() -> str:
    """What the link of the other language says, else the reader's own."""
    asked = request.args.get("locale")
    return asked if asked in LOCALES else current_locale()


def _other() -> str:
    return "en" if current_locale() == "ar" else "ar"
