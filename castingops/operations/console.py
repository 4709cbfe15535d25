"""The home page, and the messages that failed."""
from typing import Any
from uuid import UUID

from flask import Response, request, url_for

from castingops.audit import service as audit
from castingops.core import clock, formats
from castingops.core.actor import Actor
from castingops.core.config import current_settings
from castingops.core.i18n import current_locale, translate
from castingops.core.messages import N_
from castingops.identity import permissions as identity_permissions
from castingops.identity.service import people, proposals
from castingops.moderation import permissions as moderation_permissions
from castingops.moderation import service as moderation
from castingops.moderation.types import COUNT_CAP as CASE_CAP
from castingops.operations import permissions, service
from castingops.operations.types import COUNT_CAP, LetterView
from castingops.web.blueprints import ConsoleBlueprint
from castingops.web.pages import page, page_or_fragment

blueprint = ConsoleBlueprint("operations_console", __name__)
VIEWS = {LetterView.OPEN: N_("Failed"), LetterView.REPLAYED: N_("Sent again")}
HOME_CAP = 10_000


@blueprint.get("/", permission=permissions.HOME)
def home(*, actor: Actor) -> Response:
    """Today: figures, one's own work, the trend and the machinery, each as far as the role may see it."""
    sees_cases, sees_health = actor.may(moderation_permissions.READ), actor.may(permissions.HEALTH)
    context: dict[str, Any] = {"moment": clock.now(), "page_locale": current_locale(), "figures": None,
                               "health": service.health(actor=actor) if sees_health else None, "capped": _capped,
                               "may_decide": actor.may(moderation_permissions.DECIDE), "mine": []}
    if sees_cases:
        shown = moderation.overview(actor=actor)
        context |= {"figures": shown.figures, "trend": shown.trend, "duties": _duties(shown, actor)}
    if context["may_decide"]:
        context |= {"mine": moderation.my_work(actor=actor), "lease_total": current_settings().lease_seconds}
    context["duties"] = [*context.get("duties", []), *_of_people(actor)]
    context["kinds"] = {kind.name: kind.title for kind in moderation.all_kinds()}
    return page("operations/home.html", **context)


def _duties(shown: moderation.Overview, actor: Actor) -> list[tuple[str, str, str]]:
    """What waits for this person beside the queue, as far as their role does it: name, address, how much."""
    waiting = shown.duties
    duties = [
        (N_("Second approval"), url_for("moderation_console.list_approvals", whose="others"), waiting.approvals,
         moderation_permissions.APPROVE),
        (N_("Open appeals"), url_for("moderation_console.show_queue", kind="appeal"), waiting.appeals,
         moderation_permissions.APPROVE),
        (N_("Second looks"), url_for("moderation_console.show_reviews"), waiting.looks,
         moderation_permissions.REVIEW)]
    return [(translate(name), url, _capped(count, CASE_CAP)) for name, url, count, right in duties if actor.may(right)]


def _of_people(actor: Actor) -> list[tuple[str, str, str]]:
    """Proposals that wait for this person's answer, and this quarter's review of access with its due date."""
    duties = []
    waiting = proposals.count_proposals(actor)
    if waiting:
        duties.append((translate(N_("Proposals")), url_for("people_console.list_proposals"), _capped(waiting)))
    if actor.may(identity_permissions.REVIEW_ACCESS):
        progress = people.review_progress()
        due = formats.format_date(people.review_due())
        duties.append((translate(N_("Review of access, due on %(day)s", day=due)),
                       url_for("people_console.show_review"), _capped(progress.total - progress.done)))
    return duties


@blueprint.get("/jobs/", permission=permissions.HEALTH)
def list_letters(*, actor: Actor) -> Response:
    """Messages that failed for good, newest first."""
    asked = request.args.get("view", "")
    view = LetterView(asked) if asked in set(LetterView) else LetterView.OPEN
    cursor = request.args.get("cursor")
    letters = service.list_letters(view, actor=actor, cursor=cursor)
    names = audit.names_of({letter.replayed_by for letter in letters.rows if letter.replayed_by is not None})
    tabs = [{"title": translate(title), "current": each is view,
             "url": url_for("operations_console.list_letters", view=None if each is LetterView.OPEN else each.value)}
            for each, title in VIEWS.items()]
    return page_or_fragment(
        "operations/jobs.html", "operations/_letters.html", page=letters, view=view, cursor=cursor, names=names,
        tabs=tabs, health=service.health(actor=actor), may_replay=actor.may(permissions.REPLAY), capped=_capped,
        moment=clock.now())


@blueprint.post("/jobs/<uuid:letter_id>/replay", permission=permissions.REPLAY, idempotent=True)
def replay_letter(*, actor: Actor, letter_id: UUID) -> Response:
    """Send the message again; answers its row."""
    letter = service.replay(letter_id, actor=actor)
    names = audit.names_of([actor.user_id] if actor.user_id else [])
    return page_or_fragment("operations/replayed.html", "operations/_letter.html", letter=letter, names=names,
                            may_replay=True, moment=clock.now())


def _capped(count: int, cap: int = COUNT_CAP) -> str:
    """A count that stopped at its cap says so."""
    return f"{formats.format_number(cap)}+" if count > cap else formats.format_number(count)
