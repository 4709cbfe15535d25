"""Names and bounds that the whole feature shares."""
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from castingops.core.messages import N_, Message

PLACE_BATCH = 2_000  # entries per statement of the sequencer
PLACE_LIMIT = 50_000  # entries per run: a long backlog is worked off over several
UNPLACED_AFTER = timedelta(minutes=15)  # an entry without a place for so long is a finding
SEQUENCE_EVERY = timedelta(seconds=10)
CHECKPOINT_EVERY = timedelta(minutes=10)  # the head leaves the database this often (reliability.md row 19)
VERIFY_EVERY = timedelta(days=1)
FINDINGS_KEPT = 100  # of one verification, in the database; the command prints all
VERIFY_SECONDS = 600  # what one verification may take: about 8 million entries
EXPORT_MAX = 100_000  # rows of one download; the whole trail is exported by the operators' command

ACTOR_KINDS: dict[str, Message] = {
    "anonymous": N_("Not signed in"), "person": N_("Person"), "member": N_("Member of an organization"),
    "staff": N_("Staff"), "system": N_("The platform itself")}
ROLES: dict[str, Message] = {
    "moderator": N_("Moderator"), "senior_moderator": N_("Senior moderator"),
    "compliance_officer": N_("Compliance officer"), "finance": N_("Finance"), "support": N_("Support"),
    "auditor": N_("Auditor"), "admin": N_("Admin"), "talent": N_("Talent"), "guardian": N_("Legal guardian"),
    "hirer": N_("Hirer")}
PURPOSES: dict[str, Message] = {
    "account": N_("Account"), "security": N_("Security"), "profile": N_("Profile"), "moderation": N_("Moderation"),
    "notification": N_("Notification"), "casting": N_("Casting"), "billing": N_("Billing"),
    "legal": N_("Legal duty")}

# What is recorded under a code, and of what kind of item, as readers see it. The codes themselves are for good.
ACTIONS: dict[str, Message] = {
    "audit.entry.export": N_("Audit trail exported"),
    "audit.payload.erase": N_("Personal part of entries destroyed"),
    "casting.call.approve": N_("Casting call published"),
    "casting.call.change": N_("Casting call edited"),
    "casting.call.close": N_("Casting call closed"),
    "casting.call.create": N_("Casting call created"),
    "casting.call.delete": N_("Draft of a casting call deleted"),
    "casting.call.export": N_("Casting calls exported"),
    "casting.call.reject": N_("Casting call rejected"),
    "casting.call.reopen": N_("Decision on a casting call taken back"),
    "casting.call.request_changes": N_("Changes to a casting call requested"),
    "casting.call.submit": N_("Casting call submitted"),
    "casting.profile.approve": N_("Profile approved"),
    "casting.profile.choose_visibility": N_("Visibility of a profile chosen"),
    "casting.profile.drop_sensitive": N_("Details of belief and health removed from a profile"),
    "casting.profile.hide": N_("Profile taken out of view"),
    "casting.profile.reject": N_("Profile rejected"),
    "casting.profile.reopen": N_("Decision on a profile taken back"),
    "casting.profile.request_changes": N_("Changes to a profile requested"),
    "casting.profile.show_again": N_("Profile shown again"),
    "casting.profile.submit": N_("Profile submitted"),
    "casting.profile.withhold": N_("Profile withheld"),
    "casting.profile.write": N_("Profile edited"),
    "casting.talent.export": N_("List of talents exported"),
    "casting.talent.read": N_("Page of a talent opened"),
    "casting.talent.unmask": N_("Talent shown in full"),
    "consent.purpose.give": N_("Consent given"),
    "consent.purpose.withdraw": N_("Consent withdrawn"),
    "identity.access.review": N_("Access of a colleague reviewed"),
    "identity.account.disable": N_("Account disabled"),
    "identity.account.enable": N_("Account enabled"),
    "identity.account.restrict": N_("Account restricted or set free"),
    "identity.factor.add": N_("Second factor added"),
    "identity.factor.remove": N_("Second factor removed"),
    "identity.identity.link": N_("Account elsewhere linked"),
    "identity.identity.unlink": N_("Account elsewhere unlinked"),
    "identity.dispute.raise": N_("Guardianship disputed"),
    "identity.dispute.resolve": N_("Dispute about a guardian resolved"),
    "identity.evidence.add": N_("Document for a guardianship added"),
    "identity.evidence.destroy": N_("Documents for a guardianship destroyed"),
    "identity.evidence.open": N_("Document for a guardianship looked at"),
    "identity.guardianship.end": N_("Guardianship ended"),
    "identity.guardianship.expire": N_("Guardianship expired"),
    "identity.guardianship.export": N_("List of guardianships exported"),
    "identity.guardianship.freeze": N_("Guardianship frozen"),
    "identity.guardianship.hand_over": N_("Guardianship ended by the hand-over"),
    "identity.guardianship.refuse": N_("Guardianship not verified"),
    "identity.guardianship.restore": N_("Guardianship restored"),
    "identity.guardianship.unmask": N_("Names and documents unmasked"),
    "identity.guardianship.verify": N_("Guardianship verified"),
    "identity.ward.act": N_("Guardian began to act for a ward"),
    "identity.ward.add": N_("Guardianship stated"),
    "identity.ward.change": N_("Details of a ward changed"),
    "identity.ward.hand_over": N_("Profile handed over to who came of age"),
    "identity.ward.invite": N_("Ward invited to take over the profile"),
    "identity.ward.link": N_("Two claims joined to one child"),
    "identity.email.ask": N_("Letter to a new e-mail address sent"),
    "identity.email.change": N_("E-mail address changed"),
    "identity.email.undo": N_("Change of the e-mail address taken back"),
    "identity.me.change": N_("Own account changed"),
    "identity.mfa.enrol": N_("Authenticator app added"),
    "identity.mfa.reset": N_("Second factor reset"),
    "identity.nafath.end": N_("Verification of an identity ended"),
    "identity.nafath.hear": N_("Answer of Nafath taken in"),
    "identity.nafath.start": N_("Verification by Nafath started"),
    "identity.nafath.verify": N_("Identity verified by Nafath"),
    "identity.passkey.copy": N_("Copied passkey refused"),
    "identity.password.change": N_("Password changed"),
    "identity.phone.give": N_("Code sent to a mobile number"),
    "identity.phone.prove": N_("Mobile number proved"),
    "identity.phone.remove": N_("Mobile number removed"),
    "identity.password.ask_reset": N_("Letter for a new password sent"),
    "identity.password.reset": N_("New password chosen by a link"),
    "identity.proof.give": N_("Identity confirmed again"),
    "identity.person.read": N_("Account of a person looked at"),
    "identity.person.send_letter": N_("Letter for a new password asked for by support"),
    "identity.person.sign_out": N_("Every sign-in of a person ended"),
    "identity.person.unmask": N_("Contact of a person shown"),
    "identity.proposal.approve": N_("Proposal approved and carried out"),
    "identity.proposal.expire": N_("Proposal ran out of time"),
    "identity.proposal.propose": N_("Two-person act proposed"),
    "identity.proposal.refuse": N_("Proposal not agreed to"),
    "identity.proposal.withdraw": N_("Proposal taken back"),
    "identity.recovery.renew": N_("Recovery codes made"),
    "identity.role.grant": N_("Role granted"),
    "identity.staff.export": N_("List of staff accounts exported"),
    "identity.role.map": N_("Roles taken over from the directory"),
    "identity.role.revoke": N_("Role taken away"),
    "identity.session.end": N_("Session ended"),
    "identity.sign_in.fail": N_("Sign-in failed"),
    "identity.sign_in.slow": N_("Sign-in locked for a while"),
    "identity.sign_in.succeed": N_("Signed in"),
    "identity.token.reuse": N_("Old sign-in token used again"),
    "identity.user.ask": N_("Account asked for"),
    "identity.user.create": N_("Staff account created"),
    "identity.user.register": N_("Account registered"),
    "notifications.preference.change": N_("Choice of messages changed"),
    "media.photo.add": N_("Photo added"),
    "media.photo.destroy": N_("Photo destroyed"),
    "media.photo.order": N_("Photos put in order"),
    "media.photo.make_primary": N_("Photo made the primary one"),
    "media.photo.remove": N_("Photo removed"),
    "media.photo.take_down": N_("Photo taken down"),
    "media.photo.restore": N_("Photo restored"),
    "moderation.photo_care.keep": N_("How photos are seen changed"),
    "moderation.photo_care.raise": N_("More photos allowed to a colleague"),
    "moderation.exposure.export": N_("Looks at photos exported"),
    "moderation.bulk.export": N_("Results of a bulk action exported"),
    "moderation.bulk.finish": N_("Bulk action finished"),
    "moderation.bulk.freeze": N_("List of cases frozen for a bulk action"),
    "moderation.bulk.item": N_("Case handled by a bulk action"),
    "moderation.bulk.start": N_("Bulk action started"),
    "moderation.bulk.stop": N_("Bulk action stopped"),
    "moderation.bulk.undo": N_("Bulk action undone"),
    "moderation.case.decide": N_("Case decided"),
    "moderation.case.export": N_("List of cases exported"),
    "moderation.case.move_on": N_("Case moved to a newer revision"),
    "moderation.case.open": N_("Case opened"),
    "moderation.case.return": N_("Case given back"),
    "moderation.case.take": N_("Case picked up"),
    "moderation.case.take_over": N_("Case taken over from a colleague"),
    "moderation.case.withdraw": N_("Case withdrawn"),
    "moderation.case.pause": N_("Clock of a case stopped"),
    "moderation.case.resume": N_("Clock of a case running again"),
    "moderation.decision.approve": N_("Decision approved"),
    "moderation.decision.cancel": N_("Decision undone"),
    "moderation.decision.decline": N_("Decision not approved"),
    "moderation.decision.fail": N_("Decision not carried out"),
    "moderation.decision.propose": N_("Decision proposed"),
    "moderation.queue.add": N_("Queue added"),
    "moderation.queue.change": N_("Queue changed"),
    "moderation.queue.move": N_("Order of queues changed"),
    "moderation.queue.retire": N_("Queue taken out of use"),
    "moderation.queue.reroute": N_("Cases moved to other queues"),
    "moderation.holiday.add": N_("Holiday added"),
    "moderation.holiday.change": N_("Holiday changed"),
    "moderation.holiday.delete": N_("Holiday taken away"),
    "moderation.holiday.recount": N_("Due times computed anew"),
    "moderation.item.export": N_("List of compliance items exported"),
    "moderation.item.move": N_("Compliance item moved on"),
    "moderation.item.note": N_("Note added to a compliance item"),
    "moderation.item.open": N_("Compliance item opened"),
    "moderation.item.own": N_("Compliance item taken on"),
    "moderation.item.reopen": N_("Closing of a compliance item taken back"),
    "moderation.message.read": N_("Message of a person read"),
    "moderation.message.reply": N_("Message answered by the person"),
    "moderation.message.send": N_("Message sent to the person of a case"),
    "moderation.note.add": N_("Note added to a case"),
    "moderation.person.read": N_("History of a person read"),
    "moderation.person_note.add": N_("Note added about a person"),
    "moderation.quick_reply.delete": N_("Quick reply deleted"),
    "moderation.quick_reply.keep": N_("Quick reply kept"),
    "moderation.figures.export": N_("Figures of moderation exported"),
    "moderation.photo.reveal": N_("Blurred photo revealed"),
    "moderation.quality.review": N_("Decision judged a second time"),
    "moderation.appeal.send": N_("Decision appealed"),
    "moderation.appeal.close": N_("Appeal decided"),
    "moderation.report.send": N_("Report sent"),
    "moderation.report.add_evidence": N_("Picture added to a report"),
    "moderation.report.close": N_("Report answered"),
    "moderation.report.export": N_("Transparency report downloaded"),
    "organizations.invitation.accept": N_("Invitation accepted"),
    "organizations.invitation.decline": N_("Invitation declined"),
    "organizations.invitation.resend": N_("Invitation sent again"),
    "organizations.invitation.revoke": N_("Invitation taken back"),
    "organizations.invitation.send": N_("Invitation sent"),
    "organizations.member.rank": N_("Role of a member changed"),
    "organizations.member.remove": N_("Member left or was taken out"),
    "organizations.organization.change": N_("Organization changed"),
    "organizations.organization.close": N_("Deletion of an organization asked for"),
    "organizations.organization.create": N_("Organization created"),
    "organizations.organization.end": N_("Organization deleted"),
    "organizations.organization.plan": N_("Plan of an organization changed"),
    "organizations.organization.restore": N_("Organization restored"),
    "organizations.trail.export": N_("Audit trail of an organization exported"),
    "organizations.transfer.accept": N_("Organization taken over"),
    "organizations.transfer.cancel": N_("Offer of an organization taken back"),
    "organizations.transfer.decline": N_("Offer of an organization declined"),
    "organizations.transfer.offer": N_("Organization offered to a member"),
    "organizations.webhook.create": N_("Webhook created"),
    "organizations.webhook.change": N_("Webhook changed"),
    "organizations.webhook.delete": N_("Webhook deleted"),
    "organizations.webhook.disable": N_("Webhook switched off"),
    "organizations.webhook.renew_secret": N_("Secret of a webhook renewed"),
    "organizations.webhook.replay": N_("Webhook message sent once more"),
    "organizations.credential.store": N_("Secret stored in the vault"),
    "organizations.credential.replace": N_("Secret in the vault replaced"),
    "organizations.credential.delete": N_("Secret deleted from the vault"),
    "organizations.credential.use": N_("Secret of the vault used"),
    "organizations.credential.reseal": N_("Secret of the vault sealed under the new key"),
    "operations.letter.replay": N_("Failed message sent again")}
ITEMS: dict[str, Message] = {
    "appeal": N_("Appeal"), "report": N_("Report"), "audit_trail": N_("Audit trail"), "bulk_job": N_("Bulk action"),
    "case": N_("Moderation case"), "case_list": N_("List of cases"),
    "compliance_item": N_("Compliance item"), "item_list": N_("List of compliance items"),
    "credential": N_("Secret in the vault"), "webhook": N_("Webhook"),
    "consent_event": N_("Consent"), "dead_letter": N_("Failed message"), "photo": N_("Photo"),
    "organization": N_("Organization"),
    "membership": N_("Membership"), "invitation": N_("Invitation"), "org_transfer": N_("Offer of an organization"),
    "proposal": N_("Proposal"),
    "casting_call": N_("Casting call"), "casting_call_list": N_("List of casting calls"),
    "decision": N_("Decision"), "passkey": N_("Passkey"), "holiday": N_("Holiday"), "queue": N_("Queue"),
    "guardian_dispute": N_("Dispute about a guardian"), "guardian_evidence": N_("Document for a guardianship"),
    "guardianship": N_("Guardianship"), "guardianship_list": N_("List of guardianships"),
    "moderation_figures": N_("Figures of moderation"), "quality_sample": N_("Second look"),
    "quick_reply": N_("Quick reply"), "transparency_report": N_("Transparency report"),
    "identity_verification": N_("Verification of an identity"), "nafath_transaction": N_("Request to Nafath"),
    "notification_preference": N_("Choice of messages"), "phone_number": N_("Mobile number"),
    "pending_account": N_("Account to be confirmed"),
    "profile_revision": N_("Profile revision"), "refresh_family": N_("App session"),
    "staff_list": N_("List of staff accounts"),
    "staff_session": N_("Console session"), "subject": N_("Data subject"), "talent_list": N_("List of talents"),
    "talent_profile": N_("Talent profile"),
    "user": N_("User account")}


class Scope(StrEnum):
    """Whose acts a reader of the trail sees (reliability.md §3, row "Audit log")."""

    ALL = "all"
    TEAM = "team"  # moderators' acts and one's own
    OWN = "own"


@dataclass(frozen=True)
class Tally:
    """How a verification ended: counts, and what does not hold."""

    entries: int
    erased: int
    unplaced: int
    tree_size: int
    root: bytes
    checkpoints: int
    findings: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing was found."""
        return not self.findings
