"""What opens and closes compliance items by itself: consents, ages, decisions. Called when an event arrives.

Events may come late, twice and in any order: each call looks at how things stand now, not at what the event says.
"""
from uuid import UUID

from castingops.casting import service as casting
from castingops.consent import service as consent
from castingops.core.actor import Actor
from castingops.core.messages import N_
from castingops.core.privacy import Purpose
from castingops.core.roles import StaffRole
from castingops.identity import service as identity
from castingops.identity.service import guardians
from castingops.moderation.queries import items as queries
from castingops.moderation.service import items
from castingops.moderation.types.items import ItemState
from castingops.notifications import service as notifications
from castingops.notifications.service import Category, Template

_EVIDENCE = "missing_guardian_evidence"
OVERDUE = notifications.define(Template(
    "moderation.item.overdue",
    subject=N_("Compliance item %(ref)s is overdue"),
    body=N_("Compliance item %(ref)s (%(title)s) was due on %(due)s and is still open. Please look into it in the"
            " console."),
    placeholders={"ref", "title", "due"}, category=Category.REMINDER))


def settle_consent(purpose: str, *, actor: Actor) -> None:
    """Open or close the item on the consent that publication rests on. The actor is the system inside the person."""
    if purpose != Purpose.PROFILE:  # withdrawing any other stops that purpose and blocks nothing
        return
    person = actor.subject
    items.in_turn("expired_consent", "consent", person)
    if consent.is_given(Purpose.PROFILE, person, actor=actor):
        items.close_item("expired_consent", entity="consent", entity_id=person, reason="consent_given", actor=actor)
    else:
        items.open_item("expired_consent", subject_id=person, entity="consent", entity_id=person,
                        reason="consent_withdrawn", actor=actor)


def ask_for_guardian(*, actor: Actor) -> None:
    """Somebody said that they are a minor, and the house knows no guardian of theirs."""
    items.open_item(_EVIDENCE, subject_id=actor.subject, entity="talent_profile",
                    entity_id=actor.subject, reason="minority_stated", actor=actor)


def settle_identity(*, actor: Actor) -> None:
    """Somebody was verified, or sent a profile: close what asks for that, and compare the two birth dates.

    A provider vouches for its date; what the person typed is held against it, whichever came first.
    """
    person = actor.subject
    if not identity.is_verified(person):
        return
    items.close_item("unverified_identity", entity="person", entity_id=person, reason="identity_verified", actor=actor)
    proved, stated = identity.verified_birth_date(person), casting.birth_date_of(person)
    if proved is None or stated is None:
        return
    if proved != stated:
        items.open_item("birth_date_mismatch", subject_id=person, entity="person", entity_id=person,
                        reason="birth_date_differs", actor=actor)
    else:
        items.close_item("birth_date_mismatch", entity="person", entity_id=person, reason="birth_date_agrees",
                         actor=actor)


def settle_guardian(*, actor: Actor) -> None:
    """Open or close the item on a guardian's evidence, as the ward's guardians stand now: it is open while something of
    the ward's waits to be shown and nobody stands behind it. The actor is the system inside the ward.
    """
    person = actor.subject
    items.in_turn(_EVIDENCE, "talent_profile", person)
    if guardians.is_guarded(person, actor=actor):
        items.close_item(_EVIDENCE, entity="talent_profile", entity_id=person, reason="guardian_verified", actor=actor)
    elif not guardians.has_own_capacity(person) and casting.has_submitted(person):
        items.open_item(_EVIDENCE, subject_id=person, entity="talent_profile", entity_id=person,
                        reason="guardian_lacking", actor=actor)


def settle_dispute(dispute_id: UUID, *, actor: Actor) -> None:
    """Open the item on a dispute about a ward's guardian, or close it once it was resolved."""
    items.in_turn("guardian_dispute", "guardian_dispute", dispute_id)
    if guardians.is_disputed(dispute_id, actor=actor):
        items.open_item("guardian_dispute", subject_id=actor.subject, entity="guardian_dispute", entity_id=dispute_id,
                        reason="guardian_disputed", actor=actor)
    else:
        items.close_item("guardian_dispute", entity="guardian_dispute", entity_id=dispute_id,
                         reason="guardian_settled", actor=actor)


def check_identity(*, actor: Actor) -> None:
    """A former ward took over by an e-mail that their guardian named: who they are is checked before more is shown."""
    items.open_item("unverified_identity", subject_id=actor.subject, entity="person", entity_id=actor.subject,
                    reason="handed_over", actor=actor)


def tell_overdue(*, actor: Actor) -> int:
    """Tell the owner of each item that became overdue, or every compliance officer when nobody owns it; how many."""
    late = queries.lock_untold_overdue()
    for item in late:
        people = [item.owner] if item.owner else identity.holders_of(StaffRole.COMPLIANCE_OFFICER)
        for person in people:
            notifications.notify(
                OVERDUE.name, actor=actor, recipient=person, channels=("email",),
                values={"ref": item.ref, "due": item.due_at, "title": items.title_of(item.kind)})
        items.mark_overdue(item, actor=actor)
    return len(late)


def settle_breach(decision_id: UUID, *, override_of: UUID | None, actor: Actor) -> None:
    """Open an item when a decision in effect recorded a grave strike; close that of the decision it overturned."""
    items.in_turn("policy_breach", "decision", decision_id)
    grave = queries.find_grave_strike(decision_id)
    if grave is not None:
        subject_id, case, policy = grave
        items.open_item("policy_breach", subject_id=subject_id, entity="decision", entity_id=decision_id,
                        reason="high_strike", actor=actor, evidence={"case": case, "policy": policy})
    if override_of is not None:
        items.close_item("policy_breach", entity="decision", entity_id=override_of, reason="decision_overturned",
                         state=ItemState.DISMISSED, actor=actor)
