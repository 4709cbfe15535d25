"""The one place where a guardianship changes its state: history, trail, what follows and who is told move with it."""
from datetime import date
from uuid import UUID

from castingops.audit import service as audit
from castingops.core import clock, db
from castingops.core.actor import Actor
from castingops.core.db import entered, save
from castingops.core.outbox import publish
from castingops.core.privacy import Purpose
from castingops.identity.events import GuardianshipChanged
from castingops.identity.models.guardians import Guardianship, GuardianshipEvent
from castingops.identity.queries import guardians as queries
from castingops.identity.service.guardians import documents, notices, standings
from castingops.identity.types.guardians import LIVE, OVER, GuardianEventKind, GuardianState

_ACTS = {
    GuardianEventKind.VERIFIED: "identity.guardianship.verify",
    GuardianEventKind.REFUSED: "identity.guardianship.refuse",
    GuardianEventKind.FROZEN: "identity.guardianship.freeze",
    GuardianEventKind.RESTORED: "identity.guardianship.restore",
    GuardianEventKind.ENDED: "identity.guardianship.end", GuardianEventKind.EXPIRED: "identity.guardianship.expire",
    GuardianEventKind.HANDED_OVER: "identity.guardianship.hand_over"}
_AFTER = {
    GuardianEventKind.VERIFIED: GuardianState.VERIFIED, GuardianEventKind.REFUSED: GuardianState.REFUSED,
    GuardianEventKind.FROZEN: GuardianState.FROZEN, GuardianEventKind.ENDED: GuardianState.ENDED,
    GuardianEventKind.EXPIRED: GuardianState.EXPIRED, GuardianEventKind.HANDED_OVER: GuardianState.ENDED}


def hold_ward(ward_id: UUID) -> None:
    """Have a ward to oneself until the transaction ends: who acts for it and who takes that right away go one after
    the other, so that the rule at commit time wins."""
    db.hold(f"identity/ward/{ward_id}")


def add_event(row: Guardianship, kind: GuardianEventKind, *, actor: Actor, reason: str = "",
              note: int | None = None) -> None:
    """Write a line into a guardianship's history; the unit of work is inside the guardian."""
    save(GuardianshipEvent(subject_id=row.subject_id, guardianship_id=row.id, kind=kind, actor_id=actor.user_id,
                           reason=reason, note=note, created_at=clock.now()))


def move(row: Guardianship, kind: GuardianEventKind, *, actor: Actor, reason: str, told: str | None = "") -> None:
    """Change a guardianship's state, for staff and system. The ward is held already.

    `reason`: a code of `GUARDIAN_REASONS` or a colleague's words, which the guardian is not told: `told` is the code
    of what they are, None for nothing at all. Settling a claim destroys its documents (IR 7 and 22).
    """
    before = row.state
    with entered(actor, row.subject_id) as inside:
        if kind is GuardianEventKind.RESTORED:
            row.state = row.frozen_from or row.state
        else:
            row.state = _AFTER[kind]
        row.frozen_from = before if kind is GuardianEventKind.FROZEN else None
        row.ended_at = clock.now() if row.state in OVER else None
        save(row)
        add_event(row, kind, actor=inside, reason=reason)
        if row.state in (*OVER, GuardianState.VERIFIED):
            documents.destroy(row, actor=inside)
        audit.record(_ACTS[kind], actor=inside, entity="guardianship", entity_id=row.id, subject_id=row.ward_id,
                     purpose=Purpose.LEGAL, before={"state": before}, after={"state": row.state},
                     details={"ref": row.ref, "state": row.state})
    standings.forget_after_commit(row.subject_id, row.ward_id)
    publish(GuardianshipChanged(subject_id=row.ward_id, guardianship_id=row.id))
    if told is not None:
        notices.tell(row, kind, told=told or reason, actor=actor)


def forget_person(subject_id: UUID, *, actor: Actor) -> None:
    """End and delete every claim of a guardian who is erased, or to a ward who is. For staff and system."""
    for rows, reason, told in ((queries.list_all_of(subject_id), "guardian_erased", None),
                               (queries.lock_of_ward(subject_id), "ward_erased", "")):
        for row in rows:
            hold_ward(row.ward_id)
            if row.state in LIVE:
                move(row, GuardianEventKind.ENDED, actor=actor, reason=reason, told=told)
            with entered(actor, row.subject_id):
                db.session().delete(row)
                db.session().flush()


def set_verified(row: Guardianship, *, scopes: list[str], expires_on: date, best_interest: str, proposed_by: UUID,
                 verified_by: UUID) -> None:
    """What a verification rests on; `move` follows."""
    row.scopes, row.scopes_from, row.expires_on = scopes, clock.today_riyadh(), expires_on
    row.best_interest, row.proposed_by, row.verified_by = best_interest, proposed_by, verified_by
    row.verified_at = clock.now()
