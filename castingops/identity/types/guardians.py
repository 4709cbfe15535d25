"""Guardians and their wards: states, relations, scopes, lifetimes, and how both sides see them (ID-10, ID-12)."""
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from msgspec import Struct

from castingops.core.messages import N_, NP_, Message
from castingops.identity.types.accounts import Access

MAJORITY = 18  # years, of either calendar: Hijri for capacity (Civil Transactions Law 12(2)), Gregorian for protection
WARDS_MAX = 20  # live claims of one guardian
EVIDENCE_MAX = 10  # documents of one claim
EVIDENCE_BYTES = 8 * 1024 * 1024
REASON_MAX = 2_000  # characters
WARD_NAME_MAX = 80  # characters, as in a talent profile
NOTICE_DAYS = (90, 30, 7)  # before coming of age, and before the evidence expires
HANDOVER_BEFORE = timedelta(days=90)  # from when on an invitation may be sent
INVITATION_LIVES = timedelta(days=14)
EVIDENCE_YEARS = 5  # the longest that evidence is relied upon without being asked for anew
UNMASKED_FOR = timedelta(hours=1)  # how long an approved look at evidence and names lasts
GUARDIANS_PAGE = 50
GUARDIANS_EXPORT_MAX = 10_000


class Relation(StrEnum):
    """What the guardian is to the ward."""

    FATHER = "father"
    MOTHER = "mother"
    GRANDPARENT = "grandparent"
    SIBLING = "sibling"
    RELATIVE = "relative"
    APPOINTED = "appointed"  # by a court


class GuardianState(StrEnum):
    """Where a guardianship stands. Only a verified one lets its guardian act."""

    PENDING = "pending"
    VERIFIED = "verified"
    FROZEN = "frozen"  # by a dispute or a doubt: neither side acts until staff have resolved it
    REFUSED = "refused"
    EXPIRED = "expired"
    ENDED = "ended"


LIVE = (GuardianState.PENDING, GuardianState.VERIFIED, GuardianState.FROZEN)
OVER = (GuardianState.REFUSED, GuardianState.EXPIRED, GuardianState.ENDED)


class Scope(StrEnum):
    """What a guardian may consent to for a ward. Marketing is none: never for a minor (LAW 26, IR 28)."""

    PROFILE = "profile"
    CASTING = "casting"
    MEDIA = "media"


class EvidenceKind(StrEnum):
    """What proves a guardianship. No copy of an official identity document is among them (LAW 28, IR 31)."""

    GUARDIANSHIP_DEED = "guardianship_deed"
    CUSTODY_ORDER = "custody_order"
    BIRTH_CERTIFICATE = "birth_certificate"
    POWER_OF_ATTORNEY = "power_of_attorney"
    OTHER = "other"


class DocumentFormat(StrEnum):
    """What a file is by its own signature."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"
    PDF = "application/pdf"


class GuardianEventKind(StrEnum):
    """What stands in a guardianship's history."""

    CLAIMED = "claimed"
    CHANGED = "changed"
    EVIDENCE_ADDED = "evidence_added"
    EVIDENCE_DESTROYED = "evidence_destroyed"
    PROPOSED = "proposed"
    DECLINED = "declined"
    VERIFIED = "verified"
    REFUSED = "refused"
    FROZEN = "frozen"
    RESTORED = "restored"
    ENDED = "ended"
    EXPIRED = "expired"
    NOTICED = "noticed"  # somebody was told how long it still lasts
    INVITED = "invited"
    HANDED_OVER = "handed_over"
    UNMASKED = "unmasked"
    OPENED = "opened"  # a document was looked at


class RulingKind(StrEnum):
    """What one member of staff proposes and another approves (reliability.md §3, rows "Guardian link", "Unmask")."""

    VERIFY = "verify"
    REFUSE = "refuse"
    RESTORE = "restore"
    END = "end"
    UNMASK = "unmask"
    INVITE = "invite"


class DisputeBy(StrEnum):
    """Whose word a dispute rests on."""

    GUARDIAN = "guardian"
    STAFF = "staff"
    WARD = "ward"  # who has come of age, or is about to


RELATIONS: Mapping[str, Message] = {
    Relation.FATHER: NP_("guardian", "Father"), Relation.MOTHER: NP_("guardian", "Mother"),
    Relation.GRANDPARENT: NP_("guardian", "Grandparent"), Relation.SIBLING: NP_("guardian", "Sibling"),
    Relation.RELATIVE: NP_("guardian", "Other relative"), Relation.APPOINTED: NP_("guardian", "Appointed by a court")}
GUARDIAN_STATES: Mapping[str, Message] = {
    GuardianState.PENDING: NP_("guardianship", "Waiting for verification"),
    GuardianState.VERIFIED: NP_("guardianship", "Verified"), GuardianState.FROZEN: NP_("guardianship", "Frozen"),
    GuardianState.REFUSED: NP_("guardianship", "Not verified"), GuardianState.EXPIRED: NP_("guardianship", "Expired"),
    GuardianState.ENDED: NP_("guardianship", "Ended")}
GUARDIAN_TONES: Mapping[str, tuple[str, str]] = {  # tone and icon
    GuardianState.PENDING: ("warn", "clock"), GuardianState.VERIFIED: ("good", "check"),
    GuardianState.FROZEN: ("bad", "player-pause"), GuardianState.REFUSED: ("bad", "x"),
    GuardianState.EXPIRED: ("quiet", "clock"), GuardianState.ENDED: ("quiet", "x")}
SCOPES: Mapping[str, Message] = {
    Scope.PROFILE: N_("Publish the profile"), Scope.CASTING: N_("Be contacted about casting"),
    Scope.MEDIA: N_("Photos and recordings")}
EVIDENCE: Mapping[str, Message] = {
    EvidenceKind.GUARDIANSHIP_DEED: N_("Guardianship deed"), EvidenceKind.CUSTODY_ORDER: N_("Custody order of a court"),
    EvidenceKind.BIRTH_CERTIFICATE: N_("Birth certificate"), EvidenceKind.POWER_OF_ATTORNEY: N_("Power of attorney"),
    EvidenceKind.OTHER: N_("Another document")}
GUARDIAN_EVENTS: Mapping[str, Message] = {
    GuardianEventKind.CLAIMED: N_("Guardianship stated"), GuardianEventKind.CHANGED: N_("Details changed"),
    GuardianEventKind.EVIDENCE_ADDED: N_("Document added"),
    GuardianEventKind.EVIDENCE_DESTROYED: N_("Documents destroyed"),
    GuardianEventKind.PROPOSED: N_("Proposed to a colleague"), GuardianEventKind.DECLINED: N_("Proposal declined"),
    GuardianEventKind.VERIFIED: N_("Guardianship verified"), GuardianEventKind.REFUSED: N_("Guardianship not verified"),
    GuardianEventKind.FROZEN: N_("Guardianship frozen"), GuardianEventKind.RESTORED: N_("Guardianship restored"),
    GuardianEventKind.ENDED: N_("Guardianship ended"), GuardianEventKind.EXPIRED: N_("Guardianship expired"),
    GuardianEventKind.NOTICED: N_("Guardian told what is coming"),
    GuardianEventKind.INVITED: N_("Young person invited"),
    GuardianEventKind.HANDED_OVER: N_("Profile handed over"),
    GuardianEventKind.UNMASKED: N_("Names and documents unmasked"),
    GuardianEventKind.OPENED: N_("Document looked at")}
RULINGS: Mapping[str, Message] = {
    RulingKind.VERIFY: N_("Verify the guardianship"), RulingKind.REFUSE: N_("Do not verify it"),
    RulingKind.RESTORE: N_("Restore it"), RulingKind.END: N_("End the guardianship"),
    RulingKind.UNMASK: N_("Unmask names and documents"),
    RulingKind.INVITE: N_("Invite the young person to take over")}

# Why a guardianship moved when nobody typed the reason.
GUARDIAN_REASONS: Mapping[str, Message] = {
    "capacity": N_("The young person has come of age (18 Hijri years)."),
    "evidence_expired": N_("The evidence was valid until this day."),
    "handed_over": N_("The young person has taken over the profile."),
    "guardian_erased": N_("The guardian's account was erased."),
    "ward_erased": N_("The ward's data was destroyed."),
    "unreadable": N_("The documents cannot be read."),
    "insufficient": N_("The documents do not show who the legal guardian is."),
    "different": N_("The documents name somebody else than you stated."),
    "custody": N_("Another person has the custody now."),
    "asked": N_("You asked for it."),
    "by_staff": N_("If you have questions about it, please write to support.")}
TOLD_REFUSED = ("insufficient", "unreadable", "different", "by_staff")  # what a guardian may be told of a refusal
TOLD_ENDED = ("custody", "asked", "by_staff")


@dataclass(frozen=True)
class Acting:
    """An access token with the ward it is good for. `access` is that of the guardian."""

    access: Access
    ward_id: UUID
    guardianship_id: UUID


class Standing(Struct, frozen=True):
    """What acting for a ward rests on, in the order of the look-up."""

    guardianship_id: UUID
    expires_on: date
    capacity_on: date


class WardFacts(Struct, frozen=True, kw_only=True):
    """What a guardian states of a ward, for the features that write their rows in the same transaction."""

    ward_id: UUID
    name_ar: str
    name_en: str
    birth_date: date


class WardInfo(Struct, frozen=True):
    """What higher features need to know of a person who is, or was, a ward; in the order of the select."""

    subject_id: UUID
    name_ar: str
    name_en: str
    birth_date: date
    capacity_on: date
    adult_on: date
    handed_over_at: datetime | None


class WardView(Struct, frozen=True, kw_only=True):
    """A ward as its guardian sees it. `documents` are not kept once the guardianship is settled."""

    id: UUID
    guardianship: str
    name_ar: str
    name_en: str
    birth_date: date
    relation: str
    state: str
    state_en: str
    state_ar: str
    may_act: bool
    scopes: list[str]
    expires_on: date | None
    of_age_on: date
    adult_on: date
    documents: list[dict[str, Any]]
    created_at: datetime
    version: int


class ActToken(Struct, frozen=True, kw_only=True):
    """What a guardian signs requests for a ward with. Lives in seconds."""

    access: str
    seconds: int


class WardClaim(Struct, frozen=True):
    """A guardianship as the page of the ward names it."""

    id: UUID
    ref: str
    state: str
    relation: str
    guardian_name: str


@dataclass(frozen=True)
class GuardianFilter:
    """What of the list is asked for. `words` are folded."""

    state: str = "open"  # a state, "open" for what waits for staff, or "all"
    relation: str = ""
    words: tuple[str, ...] = ()

    @property
    def narrowed(self) -> bool:
        """Whether anything beyond the tab is asked for."""
        return bool(self.relation or self.words)
