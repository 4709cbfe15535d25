"""What happens to accounts. Ids only: an event outlives the erasure of a person."""
from typing import ClassVar
from uuid import UUID

from castingops.core.events import Event


class UserRegistered(Event, frozen=True, kw_only=True):
    """Someone made an account in an app; `subject_id` is theirs."""

    name: ClassVar[str] = "user.registered"
    role: str


class PhoneCodeDue(Event, frozen=True, kw_only=True):
    """Somebody is proving a mobile number, and their code is to be sent."""

    name: ClassVar[str] = "identity.phone.code_due"
    queue: ClassVar[str] = "sms"


class NafathDue(Event, frozen=True, kw_only=True):
    """Somebody wants to prove who they are, and their provider is to be asked."""

    name: ClassVar[str] = "identity.nafath.due"
    transaction_id: UUID


class NafathAnswered(Event, frozen=True, kw_only=True):
    """A provider's authentic word on a transaction was stored."""

    name: ClassVar[str] = "identity.nafath.answered"
    transaction_id: UUID


class NafathUnsettled(Event, frozen=True, kw_only=True):
    """A transaction is not over, and it is time to look how it stands."""

    name: ClassVar[str] = "identity.nafath.unsettled"
    transaction_id: UUID


class IdentityVerified(Event, frozen=True, kw_only=True):
    """A provider vouched for who this person is."""

    name: ClassVar[str] = "identity.nafath.verified"


class IdentityLapsed(Event, frozen=True, kw_only=True):
    """That is in force no more: its day has come, or its person ended it."""

    name: ClassVar[str] = "identity.nafath.lapsed"


class AccountAsked(Event, frozen=True, kw_only=True):
    """Someone asked for an account: its address has to be proved first."""

    name: ClassVar[str] = "identity.account.asked"
    queue: ClassVar[str] = "email"
    pending_id: UUID


class LetterAsked(Event, frozen=True, kw_only=True):
    """Someone asked for a letter to an address that may have an account."""

    name: ClassVar[str] = "identity.letter.asked"
    queue: ClassVar[str] = "email"
    letter_id: UUID


class GuardianshipChanged(Event, frozen=True, kw_only=True):
    """Something about who may act for a ward has changed; `subject_id` is the ward. Look at how things stand now."""

    name: ClassVar[str] = "guardianship.changed"
    guardianship_id: UUID


class WardHandedOver(Event, frozen=True, kw_only=True):
    """A young person has come of age and taken over what was held for them; `subject_id` is theirs."""

    name: ClassVar[str] = "ward.handed_over"


class GuardianDisputed(Event, frozen=True, kw_only=True):
    """Somebody doubts who may act for a ward, or the doubt was resolved; `subject_id` is the ward."""

    name: ClassVar[str] = "guardianship.disputed"
    dispute_id: UUID


class DocumentsDue(Event, frozen=True, kw_only=True):
    """Documents have served their purpose: their files must follow."""

    name: ClassVar[str] = "guardianship.documents_due"
    queue: ClassVar[str] = "compliance"
    evidence_ids: list[UUID]
