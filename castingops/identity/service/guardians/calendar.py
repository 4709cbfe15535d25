"""What the calendar does to guardianships: coming of age, evidence that ends, and the notices before both."""
from datetime import date, timedelta

from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.db import entered, session
from castingops.identity.models.guardians import Guardianship
from castingops.identity.queries import guardians as queries
from castingops.identity.rules import guardians as rules
from castingops.identity.service.guardians import moving, notices, rulings
from castingops.identity.types.guardians import LIVE, NOTICE_DAYS, GuardianEventKind, GuardianState
from castingops.notifications.types import Template


def keep_time(*, actor: Actor) -> None:
    """End what came of age or ran out, and tell guardians 90, 30 and 7 days before. Safe to run twice."""
    today = clock.today_riyadh()
    for row in [row for row in queries.list_of_age(today) if _still(row, LIVE)]:
        moving.move(row, GuardianEventKind.ENDED, actor=actor, reason="capacity")
        rulings.resolve_dispute(row.ward_id, "capacity", actor=actor)
    for row in [row for row in queries.list_expired(today) if _still(row, (GuardianState.VERIFIED,))]:
        moving.move(row, GuardianEventKind.EXPIRED, actor=actor, reason="evidence_expired")
    for row, capacity in queries.list_ending(today + timedelta(days=max(NOTICE_DAYS))):
        _notice(row, "capacity", capacity, notices.COMING_OF_AGE, actor=actor)
        if row.expires_on is not None and row.expires_on < capacity:
            _notice(row, "evidence_expired", row.expires_on, notices.EXPIRING, actor=actor)


def _still(row: Guardianship, states: tuple[GuardianState, ...]) -> bool:
    """Whether it is still in one of these states, now that the ward is held."""
    moving.hold_ward(row.ward_id)
    session().refresh(row)
    return row.state in states


def _notice(row: Guardianship, about: str, day: date, template: Template, *, actor: Actor) -> None:
    due = rules.due_notice(day, today=clock.today_riyadh(), told=queries.notices_told(row, about))
    if due is None:
        return
    with entered(actor, row.subject_id) as inside:
        moving.add_event(row, GuardianEventKind.NOTICED, actor=inside, reason=about, note=due)
    notices.notify(template, row, {"name": notices.name_of(row.ward_id), "day": day}, actor=actor)
