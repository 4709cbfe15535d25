"""What casting does when something happens. Runs inside the consumer's unit of work."""
from castingops.casting import service
from castingops.casting.events import (
    MinorityStated,
    ProfileApproved,
    ProfileChangesRequested,
    ProfileRejected,
    ProfileVisibilityChosen,
)
from castingops.consent.events import ConsentWithdrawn
from castingops.core.actor import Actor
from castingops.core.messages import N_
from castingops.core.privacy import Purpose
from castingops.identity.events import GuardianshipChanged
from castingops.media.events import PhotoRemoved
from castingops.notifications import service as notifications
from castingops.notifications.service import Bilingual, Template

APPROVED = notifications.define(Template(
    "casting.profile.approved",
    subject=N_("Your talent profile is approved"),
    body=N_("Your talent profile is approved, and production companies can see it now.")))

CHANGES_REQUESTED = notifications.define(Template(
    "casting.profile.changes_requested",
    subject=N_("Your talent profile needs changes"),
    body=N_("Your talent profile needs changes before it goes live. Everything you entered is saved; please correct it"
            " and submit it again.\n\n%(statement)s"),
    placeholders={"statement"}))

REJECTED = notifications.define(Template(
    "casting.profile.rejected",
    subject=N_("Your talent profile was not approved"),
    body=N_("Your talent profile was not approved. The reasons are these.\n\n%(statement)s"),
    placeholders={"statement"}))


def tell_approved(event: ProfileApproved, *, actor: Actor) -> None:
    """Tell the talent, by inbox and e-mail."""
    notifications.notify(APPROVED.name, actor=actor, recipient=actor.subject)


def tell_changes_requested(event: ProfileChangesRequested, *, actor: Actor) -> None:
    """Tell the talent what to change, in both languages."""
    _tell_reasons(CHANGES_REQUESTED, event.revision, actor)


def tell_rejected(event: ProfileRejected, *, actor: Actor) -> None:
    """Tell the talent why, in both languages."""
    _tell_reasons(REJECTED, event.revision, actor)


def forget_photo(event: PhotoRemoved, *, actor: Actor) -> None:
    """Take a removed photo out of what is published."""
    service.forget_photo(actor.subject, event.photo_id)


def hide_withdrawn(event: ConsentWithdrawn, *, actor: Actor) -> None:
    """Stop showing a profile, or what it tells of belief and health, when its person no longer consents to that.

    PDPL Implementing Regulation, art. 12.
    """
    if event.purpose == Purpose.PROFILE:
        service.hide(actor=actor)
    if event.purpose == Purpose.SENSITIVE:
        service.drop_sensitive(actor=actor)


def hide_minor(event: MinorityStated, *, actor: Actor) -> None:
    """Stop showing a profile whose person now says that they are a minor: those are published with a guardian only."""
    service.hide(actor=actor)


def settle_visibility(event: ProfileVisibilityChosen, *, actor: Actor) -> None:
    """Show an approved profile, or stop showing it, as its person has chosen."""
    service.settle_visibility(actor=actor)


def settle_guardian(event: GuardianshipChanged, *, actor: Actor) -> None:
    """Hold a ward's profile back, or show it again, as its guardians stand now (reliability.md §2, "Guardian")."""
    service.settle_guardian(actor.subject, actor=actor)


def _tell_reasons(template: Template, number: int, actor: Actor) -> None:
    revision = service.get_revision(actor.subject, number)
    statement = Bilingual(en=revision.statement_en or "", ar=revision.statement_ar or "")
    notifications.notify(template.name, actor=actor, recipient=actor.subject,
                         values={"statement": service.with_remedy(actor.subject, statement)})


SUBSCRIPTIONS = [
    (ProfileApproved, tell_approved),
    (ProfileChangesRequested, tell_changes_requested),
    (ProfileRejected, tell_rejected),
    (PhotoRemoved, forget_photo),
    (ConsentWithdrawn, hide_withdrawn),
    (MinorityStated, hide_minor),
    (GuardianshipChanged, settle_guardian),
    (ProfileVisibilityChosen, settle_visibility),
]
