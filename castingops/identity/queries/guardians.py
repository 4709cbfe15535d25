"""Selects over guardianships and wards: one's own, a ward's, and those that the clock moves."""
from datetime import date, datetime
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Select, Uuid, bindparam, func, literal_column, select

from castingops.core import clock
from castingops.core.actor import anonymous, system
from castingops.core.cursor import Page, decode_id, page_of
from castingops.core.db import session
from castingops.core.reads import Read
from castingops.identity.models.accounts import User
from castingops.identity.models.guardians import (
    GuardianDispute,
    GuardianEvidence,
    Guardianship,
    GuardianshipEvent,
    Ward,
    WardInvitation,
)
from castingops.identity.models.proposals import Proposal
from castingops.identity.types import ProposalState
from castingops.identity.types.guardians import (
    GUARDIANS_PAGE,
    LIVE,
    GuardianEventKind,
    GuardianState,
    Standing,
    WardInfo,
)
from castingops.notifications.types import Bilingual, Recipient

_BATCH = 200


class Invited(Struct, frozen=True):
    """Whose invitation it is, and its id."""

    subject_id: UUID
    id: UUID


_standing = func.identity_guardianship(
    bindparam("guardian", type_=Uuid), bindparam("ward", type_=Uuid)).table_valued(
    "guardianship_id", "expires_on", "capacity_on", name="g")
STANDING = Read(select(*_standing.c), Standing)
INVITATION = Read(select(WardInvitation.subject_id, WardInvitation.id)
                  .where(WardInvitation.token_hash == bindparam("token_hash")), Invited)


class Reader(Struct, frozen=True):
    """A guardian as the reader of a ward's messages, in the order of the select."""

    id: UUID
    address: str
    locale: str
    name: str
    ward_en: str
    ward_ar: str
    expires_on: date
    capacity_on: date


READERS = Read(
    select(User.id, User.email, User.locale, User.display_name, Ward.name_en, Ward.name_ar, Guardianship.expires_on,
           Ward.capacity_on)
    .join(Guardianship, (Guardianship.subject_id == User.subject_id) & (User.id == User.subject_id))
    .join(Ward, Ward.subject_id == Guardianship.ward_id)
    .where(Guardianship.ward_id == bindparam("ward_id"), Guardianship.state == literal_column("'verified'"),
           User.email.is_not(None), Ward.handed_over_at.is_(None))
    .order_by(Guardianship.id), Reader)


def find_standing(guardian_id: UUID, ward_id: UUID) -> Standing | None:
    """The verified guardianship of this guardian for this ward as committed at this moment, its dates to be judged."""
    return next(iter(STANDING(anonymous(), guardian=guardian_id, ward=ward_id)), None)


def find_ward_info(subject_id: UUID) -> WardInfo | None:
    """What is known of a person who is or was a ward, as this unit of work sees it; None for anybody else."""
    found = session().execute(
        select(Ward.subject_id, Ward.name_ar, Ward.name_en, Ward.birth_date, Ward.capacity_on, Ward.adult_on,
               Ward.handed_over_at).where(Ward.subject_id == subject_id)).one_or_none()
    return WardInfo(*found) if found else None


def find_ward(subject_id: UUID) -> Ward | None:
    """The ward as an entity."""
    return session().scalar(select(Ward).where(Ward.subject_id == subject_id))


def find_own(guardian_id: UUID, ward_id: UUID) -> Guardianship | None:
    """A guardian's claim to a ward."""
    return session().scalar(select(Guardianship).where(
        Guardianship.subject_id == guardian_id, Guardianship.ward_id == ward_id))


def list_own(guardian_id: UUID, *, cursor: str | None) -> Page[Guardianship]:
    """A page of a guardian's claims, newest first. Errors: Invalid for a foreign cursor."""
    rows = session().scalars(
        select(Guardianship).where(Guardianship.subject_id == guardian_id, Guardianship.id < decode_id(cursor))
        .order_by(Guardianship.id.desc()).limit(GUARDIANS_PAGE + 1))
    return page_of(list(rows), size=GUARDIANS_PAGE)


def list_own_live(guardian_id: UUID) -> list[Guardianship]:
    """A guardian's claims that are not over."""
    return list(session().scalars(select(Guardianship).where(
        Guardianship.subject_id == guardian_id, Guardianship.state.in_(LIVE))))


def lock_of_ward(ward_id: UUID) -> list[Guardianship]:
    """Every claim to a ward, as the last one to change them left them; ask after the ward is held."""
    rows = select(Guardianship).where(Guardianship.ward_id == ward_id).order_by(Guardianship.id)
    return list(session().scalars(rows.execution_options(populate_existing=True)))


def list_all_of(guardian_id: UUID) -> list[Guardianship]:
    """Every claim a guardian ever made."""
    return list(session().scalars(select(Guardianship).where(Guardianship.subject_id == guardian_id)))


def find_by_ref(ref: str) -> Guardianship | None:
    """The claim with this reference, whosever it is; for staff and system."""
    return session().scalar(select(Guardianship).where(Guardianship.ref == ref)
                            .execution_options(populate_existing=True))


def find_by_id(guardianship_id: UUID) -> Guardianship | None:
    """The claim with this id, whosever it is; for staff and system."""
    return session().scalar(select(Guardianship).where(Guardianship.id == guardianship_id)
                            .execution_options(populate_existing=True))


def list_evidence(row: Guardianship) -> list[GuardianEvidence]:
    """The documents of a claim, the oldest first, destroyed ones too."""
    return list(session().scalars(select(GuardianEvidence).where(
        GuardianEvidence.subject_id == row.subject_id, GuardianEvidence.guardianship_id == row.id)
        .order_by(GuardianEvidence.id)))


def notices_told(row: Guardianship, prefix: str) -> list[int]:
    """Which notices of one kind were sent about a guardianship, in days before the day they are about."""
    rows = select(GuardianshipEvent.note).where(
        GuardianshipEvent.subject_id == row.subject_id, GuardianshipEvent.guardianship_id == row.id,
        GuardianshipEvent.kind == GuardianEventKind.NOTICED, GuardianshipEvent.reason == prefix)
    return [days for days in session().scalars(rows) if days is not None]


def find_open_dispute(ward_id: UUID) -> GuardianDispute | None:
    """The dispute about a ward that is not resolved."""
    return session().scalar(select(GuardianDispute).where(
        GuardianDispute.subject_id == ward_id, GuardianDispute.resolved_at.is_(None)))


def find_open_invitation(ward_id: UUID) -> WardInvitation | None:
    """The invitation that still works, or would within its time."""
    return session().scalar(select(WardInvitation).where(
        WardInvitation.subject_id == ward_id, WardInvitation.used_at.is_(None), WardInvitation.revoked_at.is_(None)))


def find_invitation(token_hash: str) -> tuple[UUID, UUID] | None:
    """Whose invitation has this hash, and its id; as the system."""
    found = next(iter(INVITATION(system(), token_hash=token_hash)), None)
    return (found.subject_id, found.id) if found else None


def list_of_age(today: date) -> list[Guardianship]:
    """Live claims to wards who have come of age by `today`."""
    return list(session().scalars(
        select(Guardianship).join(Ward, Ward.subject_id == Guardianship.ward_id)
        .where(Guardianship.state.in_(LIVE), Ward.capacity_on <= today).order_by(Guardianship.id).limit(_BATCH)))


def list_expired(today: date) -> list[Guardianship]:
    """Verified guardianships whose evidence was good until a day before `today`."""
    return list(session().scalars(
        select(Guardianship).where(Guardianship.state == literal_column("'verified'"), Guardianship.expires_on < today)
        .order_by(Guardianship.expires_on, Guardianship.id).limit(_BATCH)))


def list_ending(until: date) -> list[tuple[Guardianship, date]]:
    """Verified guardianships that end by `until`, by evidence or by age, with the day of coming of age."""
    rows = session().execute(
        select(Guardianship, Ward.capacity_on).join(Ward, Ward.subject_id == Guardianship.ward_id)
        .where(Guardianship.state == literal_column("'verified'"),
               (Ward.capacity_on <= until) | (Guardianship.expires_on <= until))
        .order_by(Guardianship.id))
    return [(row[0], row[1]) for row in rows]


def is_standing(guardianship_id: UUID, ward_id: UUID) -> bool:
    """Whether this guardianship stands for this ward at this moment, as the unit of work sees it."""
    return bool(session().scalar(select(func.count()).select_from(_stands(ward_id)
                                 .where(Guardianship.id == guardianship_id).subquery())))


def has_standing(ward_id: UUID) -> bool:
    """Whether any guardianship stands for this ward at this moment, as the unit of work sees it."""
    return bool(session().scalar(select(func.count()).select_from(_stands(ward_id).subquery())))


def _stands(ward_id: UUID) -> Select[UUID, UUID]:
    today = clock.today_riyadh()
    return (select(Guardianship.id, Guardianship.subject_id)
            .join(Ward, Ward.subject_id == Guardianship.ward_id)
            .where(Guardianship.ward_id == ward_id, Guardianship.state == GuardianState.VERIFIED,
                   Guardianship.expires_on >= today, Ward.capacity_on > today))


def scopes_of(guardianship_id: UUID, ward_id: UUID) -> list[str]:
    """What a guardianship covers."""
    return list(session().scalar(select(Guardianship.scopes).where(
        Guardianship.id == guardianship_id, Guardianship.ward_id == ward_id)) or [])


def is_over(guardianship_id: UUID, ward_id: UUID) -> bool:
    """Whether this guardianship of the ward is gone or in a state that never ends."""
    live = session().scalar(select(Guardianship.id).where(
        Guardianship.id == guardianship_id, Guardianship.ward_id == ward_id, Guardianship.state.in_(LIVE)))
    return live is None


def list_born_on(birth_date: date, *, besides: UUID) -> list[tuple[Guardianship, tuple[str, str]]]:
    """Verified or frozen claims of other guardians to wards born on this day, with the wards' names."""
    rows = session().execute(
        select(Guardianship, Ward.name_ar, Ward.name_en).join(Ward, Ward.subject_id == Guardianship.ward_id)
        .where(Ward.birth_date == birth_date, Ward.handed_over_at.is_(None), Guardianship.subject_id != besides,
               Guardianship.state.in_((GuardianState.VERIFIED, GuardianState.FROZEN)))
        .order_by(Guardianship.id).limit(20))
    return [(row[0], (row[1], row[2])) for row in rows]


def find_unmasked(kind: str, ward_id: UUID, *, who: UUID, since: datetime) -> datetime | None:
    """When the latest look at a ward that this member of staff asked for or approved was approved, after `since`."""
    return session().scalar(select(func.max(Proposal.settled_at)).where(
        Proposal.kind == kind, Proposal.subject_id == ward_id, Proposal.state == ProposalState.APPROVED,
        Proposal.settled_at > since, (Proposal.proposer_id == who) | (Proposal.settled_by == who)))


def readers_of(ward_id: UUID) -> dict[UUID, Recipient]:
    """Who reads what is sent to a ward: the guardians who may act at this moment, by id, with whom it is about."""
    today = clock.today_riyadh()
    return {row.id: Recipient(row.address, row.locale, row.name, about=Bilingual(row.ward_en, row.ward_ar))
            for row in READERS(system(), ward_id=ward_id) if row.expires_on >= today and row.capacity_on > today}
