"""What casting does when something happens to a call: its organization's members are told, and their systems."""
from castingops.casting.events import calls as events
from castingops.casting.service import calls as service
from castingops.casting.service.remedies import with_call_remedy
from castingops.casting.types.calls import CallFields, CallRevisionKind, ClosedBy
from castingops.core.actor import Actor
from castingops.core.messages import N_
from castingops.notifications import service as notifications
from castingops.notifications.service import Bilingual, Template
from castingops.notifications.types import Value
from castingops.organizations import service as organizations
from castingops.organizations.service import webhooks

_CALLED = ("organization", "title")

PUBLISHED = notifications.define(Template(
    "casting.call.published", N_("Casting call published: %(title)s"),
    N_("The casting call %(title)s of %(organization)s is approved, and talent can apply to it now."), _CALLED))
CHANGES_REQUESTED = notifications.define(Template(
    "casting.call.changes_requested", N_("Casting call needs changes: %(title)s"),
    N_("The casting call %(title)s of %(organization)s needs changes before talent see it. Everything you entered is"
       " saved.\n\n%(statement)s"), (*_CALLED, "statement")))
REJECTED = notifications.define(Template(
    "casting.call.rejected", N_("Casting call not approved: %(title)s"),
    N_("The casting call %(title)s of %(organization)s was not approved. The reasons are these.\n\n%(statement)s"),
    (*_CALLED, "statement")))
EXPIRED = notifications.define(Template(
    "casting.call.expired", N_("Casting call closed: %(title)s"),
    N_("The deadline of the casting call %(title)s of %(organization)s has passed. Nobody can apply to it any more."),
    _CALLED))
HOUSE_CLOSED = notifications.define(Template(
    "casting.call.house_closed", N_("We closed a casting call: %(title)s"),
    N_("We closed the casting call %(title)s of %(organization)s. The reasons are these.\n\n%(statement)s"),
    (*_CALLED, "statement")))


def tell_published(event: events.CallPublished, *, actor: Actor) -> None:
    """Tell the members that a call, or a change of it, is approved."""
    if event.kind != CallRevisionKind.TOUCH:
        fields = service.get_call_revision(event.call_id, event.revision).fields
        organizations.tell_all(PUBLISHED, actor=actor, title=_title(fields))


def tell_call_changes_requested(event: events.CallChangesRequested, *, actor: Actor) -> None:
    """Tell the members what to change, in both languages."""
    _tell_reasons(CHANGES_REQUESTED, event, actor)


def tell_call_rejected(event: events.CallRejected, *, actor: Actor) -> None:
    """Tell the members why, and how to appeal."""
    _tell_reasons(REJECTED, event, actor)


def tell_closed(event: events.CallClosed, *, actor: Actor) -> None:
    """Tell the members that a deadline or the house ended a call; what they ended themselves they know."""
    if event.by not in (ClosedBy.DEADLINE, ClosedBy.STAFF):
        return
    call = service.get_call(event.call_id, actor=actor)
    values: dict[str, Value] = {"title": _title(call)}
    if event.by == ClosedBy.STAFF:
        values["statement"] = Bilingual(en=call.closed_reason_en or "", ar=call.closed_reason_ar or "")
    organizations.tell_all(HOUSE_CLOSED if event.by == ClosedBy.STAFF else EXPIRED, actor=actor, **values)


def _tell_reasons(template: Template, event: events.CallChangesRequested | events.CallRejected, actor: Actor) -> None:
    revision = service.get_call_revision(event.call_id, event.revision)
    statement = Bilingual(en=revision.statement_en or "", ar=revision.statement_ar or "")
    organizations.tell_all(template, actor=actor, title=_title(revision.fields),
                           statement=with_call_remedy(event.call_id, statement, actor=actor))


def _title(fields: CallFields) -> Bilingual:
    return Bilingual(en=f"“{fields.title_en or fields.title_ar}”", ar=f"«{fields.title_ar or fields.title_en}»")


def _facts(event: events.CallSubmitted | events.CallPublished) -> dict[str, object]:
    return {"casting_call_id": event.call_id, "revision": event.revision, "kind": event.kind}


SUBSCRIPTIONS = [
    (events.CallPublished, tell_published),
    (events.CallChangesRequested, tell_call_changes_requested),
    (events.CallRejected, tell_call_rejected),
    (events.CallClosed, tell_closed),
    webhooks.offer(events.CallSubmitted, _facts),
    webhooks.offer(events.CallPublished, _facts),
    webhooks.offer(events.CallClosed, lambda event: {"casting_call_id": event.call_id, "closed_by": event.by}),
]
