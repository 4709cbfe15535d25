"""Share links for staff: their states and counts, never their tokens; and an end to one, for a reason (CAST-6)."""
from uuid import UUID, uuid4

from flask import Response, request, url_for

from castingops.casting import permissions
from castingops.casting.errors.share_links import InvalidShareEnd, ShareLinkOver
from castingops.casting.service import share_links_desk as desk
from castingops.casting.service import share_links_ending
from castingops.casting.types import share_links as types
from castingops.core.actor import Actor
from castingops.core.i18n import translate
from castingops.web.blueprints import ConsoleBlueprint
from castingops.web.pages import go, page

blueprint = ConsoleBlueprint("share_links_console", __name__)


@blueprint.get("/share-links/<uuid:share_link_id>", permission=permissions.READ_TALENTS)
def show_share_link(*, actor: Actor, share_link_id: UUID) -> Response:
    """One link: where it stands, how often it was opened, what ended it."""
    return _page(share_link_id, actor)


@blueprint.post("/share-links/<uuid:share_link_id>/end", permission=permissions.END_SHARES, idempotent=True)
def end_share_link(*, actor: Actor, share_link_id: UUID) -> Response:
    """End a link for a reason that is recorded; its owner is told."""
    try:
        share_links_ending.staff_end(share_link_id, request.form.get("reason", ""), actor=actor)
    except (InvalidShareEnd, ShareLinkOver) as refusal:
        return _page(share_link_id, actor, refusal)
    return go(url_for(".show_share_link", share_link_id=share_link_id))


def _page(share_link_id: UUID, actor: Actor, refusal: InvalidShareEnd | ShareLinkOver | None = None) -> Response:
    found = desk.get_for_staff(share_link_id)
    problems = {name: translate(text) for name, text in refusal.fields.items()} if refusal else {}
    return page("share_links/detail.html", status=refusal.status if refusal else 200, link=found.link,
                talent_ref=found.talent_ref, reason=found.reason, words=types, problems=problems, key=uuid4(),
                conflict=translate(refusal.message) if isinstance(refusal, ShareLinkOver) else "",
                typed=request.form.get("reason", ""), may_end=actor.may(permissions.END_SHARES))
