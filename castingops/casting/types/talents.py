"""Talents as staff see them: what a list is narrowed by, and the words of their states."""
from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from castingops.casting.types.profiles import ProfileStatus, Visibility
from castingops.core.messages import N_, NP_, Message

TALENTS_PAGE = 50
TALENTS_EXPORT_MAX = 5000
REASON_MAX = 500  # characters

STATES: dict[str, Message] = {
    ProfileStatus.DRAFT: NP_("talent", "Draft"), ProfileStatus.SUBMITTED: NP_("talent", "Under review"),
    ProfileStatus.CHANGES_REQUESTED: NP_("talent", "Sent back"), ProfileStatus.REJECTED: NP_("talent", "Rejected"),
    ProfileStatus.PUBLISHED: NP_("talent", "Approved")}
TONES: dict[str, tuple[str, str]] = {
    ProfileStatus.DRAFT: ("quiet", "edit"), ProfileStatus.SUBMITTED: ("accent", "clock"),
    ProfileStatus.CHANGES_REQUESTED: ("warn", "edit"), ProfileStatus.REJECTED: ("bad", "x"),
    ProfileStatus.PUBLISHED: ("good", "check")}
SEEN_BY: dict[str, Message] = {
    Visibility.PUBLIC: N_("Production companies"), Visibility.APPLIED: N_("Only where applied"),
    Visibility.HIDDEN: N_("Nobody")}


class TalentFilter(Struct, frozen=True, kw_only=True):
    """What of the list is asked for. `words` are written as names are searched."""

    words: tuple[str, ...] = ()
    ref: str = ""
    status: str = ""
    city: str = ""
    age: str = ""  # minor, adult
    visibility: str = ""

    @property
    def narrowed(self) -> bool:
        """Whether anything is asked for beyond all talents."""
        return self != TalentFilter()


class TalentRow(Struct, frozen=True):
    """A talent in a list, in the order of the select."""

    subject_id: UUID
    id: UUID
    ref: str
    display_name_ar: str | None
    display_name_en: str | None
    birth_date: date | None
    city: str | None
    status: str
    visibility: str
    withheld_at: datetime | None
    guardian_hold_at: datetime | None
    created_at: datetime
    updated_at: datetime


class SectionLine(Struct, frozen=True):
    """One thing in a section of a talent's page: what it is, where it leads, and what stands below."""

    text: str
    url: str
    below: str = ""


class Section(Struct, frozen=True):
    """What another part of the house knows of a talent."""

    name: str
    title: Message
    empty: Message
    lines: tuple[SectionLine, ...]
