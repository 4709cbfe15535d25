"""What casting does when something happens to an application: both sides are told, and the hirer's systems."""
from castingops.casting.events import applications as events
from castingops.casting.queries import published_calls as calls
from castingops.casting.types.applications import PUBLIC_STATUSES, PublicStatus
from castingops.core.actor import Actor
from castingops.core.i18n import translate
from castingops.core.messages import N_
from castingops.notifications import service as notifications
from castingops.notifications.service import Bilingual, Template
from castingops.organizations.service import webhooks

MOVED = notifications.define(Template(
    "casting.application.moved", N_("News of an application: %(title)s"),
    N_("The application to the casting call %(title)s is now: %(status)s.\n\nYou find it in the app."),
    ("title", "status")))
_QUIET = frozenset({PublicStatus.WITHDRAWN, PublicStatus.DECLINED})  # the talent's own doing


def tell_moved(event: events.ApplicationMoved, *, actor: Actor) -> None:
    """Tell a talent, or a ward's guardian, what the hirer has let them know."""
    if event.status in _QUIET:
        return
    title, status = calls.find_titles(event.call_id), PUBLIC_STATUSES[event.status]
    notifications.notify(MOVED.name, actor=actor, recipient=event.applicant_id, values={
        "title": Bilingual(en=title[1] or title[0] or "…", ar=title[0] or title[1] or "…"),
        "status": Bilingual(en=translate(status, "en"), ar=translate(status, "ar"))})


SUBSCRIPTIONS = [
    (events.ApplicationMoved, tell_moved),
    webhooks.offer(events.ApplicationCreated, lambda event: {
        "application_id": event.application_id, "call_id": event.call_id, "role_id": event.role_id,
        "minor": event.minor}),
    webhooks.offer(events.ApplicationViewed, lambda event: {
        "application_id": event.application_id, "call_id": event.call_id, "role_id": event.role_id}),
    webhooks.offer(events.ApplicationMoved, lambda event: {
        "application_id": event.application_id, "call_id": event.call_id, "role_id": event.role_id,
        "status": event.status, "before": event.before}),
]
