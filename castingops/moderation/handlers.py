"""What moderation does when something happens. Runs inside the consumer's unit of work, as the system."""
from datetime import date

from castingops.casting.events import MinorityStated, ProfileApproved, ProfileSubmitted
from castingops.casting.events.calls import CallSubmitted, CallWithdrawn
from castingops.casting.service import calls
from castingops.consent.events import ConsentGiven, ConsentWithdrawn
from castingops.core.actor import Actor
from castingops.core.db import entered
from castingops.core.events import Event, Handler
from castingops.identity.events import GuardianDisputed, GuardianshipChanged, IdentityVerified, WardHandedOver
from castingops.media.events import PhotoAdded
from castingops.moderation import service
from castingops.moderation.events import (
    AppealReceived,
    CaseDecided,
    CaseReplied,
    HolidaysChanged,
    PhotoRemovalDecided,
    ReportDecided,
    ReportReceived,
    RoutingChanged,
)
from castingops.moderation.service import (
    appeals,
    casting_calls,
    conversations,
    decisions,
    holidays,
    profiles,
    queues,
    removed,
    reported,
    reports,
    watching,
)
from castingops.moderation.types import Outcome
from castingops.moderation.types.reports import ReportOutcome


def open_profile_case(event: ProfileSubmitted, *, actor: Actor) -> None:
    """Open a case for a submitted profile, or move the open one on to the newer revision."""
    service.receive(profiles.KIND, actor.subject, event.revision, actor=actor)


def open_call_case(event: CallSubmitted, *, actor: Actor) -> None:
    """Open a case for a submitted casting call, or move the open one on to the newer revision."""
    if not calls.is_pending(event.call_id, event.revision):
        return  # taken back, or followed by a newer one whose event comes too
    with entered(actor, event.owner_id) as inside:
        service.receive(casting_calls.KIND, event.call_id, event.revision, actor=inside)


def end_call_case(event: CallWithdrawn, *, actor: Actor) -> None:
    """End the undecided case of a casting call that nobody is to decide on any more."""
    if not calls.is_pending(event.call_id):
        service.withdraw(casting_calls.KIND, event.call_id, actor=actor)


def fold_report(event: ReportReceived, *, actor: Actor) -> None:
    """Put a report into the one case of its thing, or answer it when that was decided already."""
    reports.fold(event.report_id, actor=actor)


def answer_reports(event: CaseDecided, *, actor: Actor) -> None:
    """Have everyone told who reported what is decided now."""
    if event.kind == reported.KIND:
        reports.announce(event.case_id, Outcome(event.outcome), overturned=event.override_of is not None, actor=actor)


def tell_decision(event: CaseDecided, *, actor: Actor) -> None:
    """Tell the person what was decided about them, where nobody else does, and how to appeal it.

    Whoever was reported for nothing is not told that somebody did.
    """
    if event.kind != reported.KIND or event.outcome != Outcome.APPROVE or event.override_of is not None:
        remedy = appeals.remedy_of_decision(event.decision_id, actor=actor)
        decisions.tell_person(event.decision_id, remedy=remedy, actor=actor)


def lift_hiding(event: ProfileApproved, *, actor: Actor) -> None:
    """A newer revision is approved: the profile is no longer hidden for what an earlier one held."""
    decisions.lift_hiding(actor.subject, actor=actor)


def open_appeal(event: AppealReceived, *, actor: Actor) -> None:
    """Put an appeal into the queue, closed to whoever took part in the decision."""
    appeals.open_case(event.appeal_id, actor=actor)


def answer_report(event: ReportDecided, *, actor: Actor) -> None:
    """Tell one reporter what came of their report."""
    reports.answer(event.report_id, ReportOutcome(event.outcome), overturned=event.overturned, actor=actor)


def settle_consent_item(event: ConsentGiven | ConsentWithdrawn, *, actor: Actor) -> None:
    """Open or close the compliance item on a consent, as things stand now."""
    watching.settle_consent(event.purpose, actor=actor)


def ask_for_guardian(event: MinorityStated, *, actor: Actor) -> None:
    """Open the compliance item on a guardian's evidence."""
    watching.ask_for_guardian(actor=actor)


def settle_identity(event: IdentityVerified | ProfileSubmitted, *, actor: Actor) -> None:
    """Close the items that a verified identity answers; open one when its birth date is another than the profile's."""
    watching.settle_identity(actor=actor)


def settle_guardian(event: GuardianshipChanged, *, actor: Actor) -> None:
    """Open or close the compliance item on a guardian's evidence."""
    watching.settle_guardian(actor=actor)


def settle_guardian_dispute(event: GuardianDisputed, *, actor: Actor) -> None:
    """Open or close the compliance item on a dispute."""
    watching.settle_dispute(event.dispute_id, actor=actor)


def check_identity(event: WardHandedOver, *, actor: Actor) -> None:
    """Open the compliance item on the identity of who took over a profile."""
    watching.check_identity(actor=actor)


def resume_replied(event: CaseReplied, *, actor: Actor) -> None:
    """Let the clock of a case run again whose person has answered."""
    conversations.receive_reply(event.case_id, actor=actor)


def follow_rules(event: RoutingChanged, *, actor: Actor) -> None:
    """Put undecided cases where the changed rules send them."""
    queues.reroute(actor=actor)


def follow_holidays(event: HolidaysChanged, *, actor: Actor) -> None:
    """Compute the due times anew that the changed days touch."""
    holidays.recount(date.fromisoformat(event.first), date.fromisoformat(event.last), actor=actor)


def settle_breach_item(event: CaseDecided, *, actor: Actor) -> None:
    """Open the compliance item on a grave breach; close the one of the decision that this one overturned."""
    watching.settle_breach(event.decision_id, override_of=event.override_of, actor=actor)


def look_up_photo(event: PhotoAdded, *, actor: Actor) -> None:
    """Ask a moderator about an upload that looks like a removed photo."""
    removed.look_up(event.photo_id, actor=actor)


def settle_removed(event: CaseDecided, *, actor: Actor) -> None:
    """Remember what a decision removed, and forget what it overturned."""
    removed.settle(event.case_id, event.decision_id, kind=event.kind, entity_id=event.entity_id,
                   revision=event.subject_revision, outcome=Outcome(event.outcome), override_of=event.override_of,
                   actor=actor)


def remember_removed(event: PhotoRemovalDecided, *, actor: Actor) -> None:
    """Keep what a removed photo is known by."""
    removed.remember(event.decision_id, event.photo_id, actor=actor)


SUBSCRIPTIONS: list[tuple[type[Event], Handler]] = [
    (ProfileSubmitted, open_profile_case),
    (CallSubmitted, open_call_case),
    (CallWithdrawn, end_call_case),
    (ConsentGiven, settle_consent_item),
    (ConsentWithdrawn, settle_consent_item),
    (MinorityStated, ask_for_guardian),
    (IdentityVerified, settle_identity),
    (ProfileSubmitted, settle_identity),
    (GuardianshipChanged, settle_guardian),
    (GuardianDisputed, settle_guardian_dispute),
    (WardHandedOver, check_identity),
    (CaseDecided, settle_breach_item),
    (ReportReceived, fold_report),
    (CaseDecided, answer_reports),
    (CaseDecided, tell_decision),
    (ProfileApproved, lift_hiding),
    (AppealReceived, open_appeal),
    (ReportDecided, answer_report),
    (CaseReplied, resume_replied),
    (RoutingChanged, follow_rules),
    (HolidaysChanged, follow_holidays),
    (PhotoAdded, look_up_photo),
    (CaseDecided, settle_removed),
    (PhotoRemovalDecided, remember_removed),
]
