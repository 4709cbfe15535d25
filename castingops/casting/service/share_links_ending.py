"""Share links end: by their owner, by staff, and by themselves when what they show or rest on is gone (CAST-6)."""
from uuid import UUID

from castingops.audit import service as audit
from castingops.casting.errors.share_links import ShareLinkNotFound, ShareLinkOver
from castingops.casting.events.share_links import ShareLinkEnded
from castingops.casting.models import ShareLink
from castingops.casting.queries import share_links as queries
from castingops.casting.rules import share_links as rules
from castingops.casting.types.share_links import ShareEnd
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.db import entered, hold, save
from castingops.core.outbox import publish
from castingops.core.privacy import Purpose
from castingops.identity.service import guardians


def revoke(link_id: UUID, *, actor: Actor) -> ShareLink:
    """Take a link back; one that is over already stays as it is. Errors: ShareLinkNotFound."""
    row = queries.find_link(actor.subject, link_id, lock=True)
    if row is None:
        raise ShareLinkNotFound
    if row.ended_at is None:
        _end(row, ShareEnd.OWNER, actor=actor)
    return row


def staff_end(link_id: UUID, reason: str, *, actor: Actor) -> ShareLink:
    """End a link for a reason that is recorded; its owner is told. For staff.

    Errors: ShareLinkNotFound, InvalidShareEnd, ShareLinkOver.
    """
    known = queries.find_for_staff(link_id)
    if known is None:
        raise ShareLinkNotFound
    words = rules.checked_reason(reason)
    with entered(actor, known.subject_id) as inside:
        row = queries.find_link(known.subject_id, link_id, lock=True)
        if row is None or row.ended_at is not None:
            raise ShareLinkOver
        row.ended_reason = words
        _end(row, ShareEnd.STAFF, actor=inside)
        publish(ShareLinkEnded(subject_id=row.subject_id, link_id=row.id))
    return row


def hold_links(subject_id: UUID) -> None:
    """Have a person's links to oneself until the transaction ends: none is made while they all end."""
    hold(f"share links of {subject_id}")


def end_all(subject_id: UUID, why: ShareEnd, *, actor: Actor) -> None:
    """End every link of a person: their profile is not shown any more. For the system and staff, inside the person."""
    hold_links(subject_id)
    for row in queries.lock_live(subject_id):
        _end(row, why, actor=actor)


def settle(*, actor: Actor) -> None:
    """End the entered person's links that rest on a guardianship which does not stand any more. For the system.

    A ward who came of age and took over makes their own.
    """
    hold_links(actor.subject)
    for row in queries.lock_live(actor.subject):
        if row.guardianship_id is not None and not guardians.stands(row.guardianship_id, actor.subject):
            _end(row, ShareEnd.GUARDIAN, actor=actor)


def _end(row: ShareLink, why: ShareEnd, *, actor: Actor) -> None:
    row.ended_at, row.ended_by = clock.now(), why
    save(row)
    audit.record("casting.share_link.revoke" if why is ShareEnd.OWNER else "casting.share_link.end", actor=actor,
                 entity="share_link", entity_id=row.id, subject_id=row.subject_id, purpose=Purpose.PROFILE,
                 details={"why": why} | ({"reason": row.ended_reason} if row.ended_reason else {}))
