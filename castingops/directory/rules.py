"""What a message of the directory says (Clerk's shape), read strictly: no database, no framework."""
import hashlib
import re
from collections.abc import Mapping
from typing import Annotated, Any

from msgspec import Meta, Struct, ValidationError, convert

from castingops.core.arabic import is_line, tidy
from castingops.core.messages import N_
from castingops.directory.errors import InvalidNote
from castingops.directory.types import (
    MEMBERSHIP_TYPES,
    REF_MAX,
    STAMP_END,
    USER_TYPES,
    Belonging,
    Change,
    Claimed,
    Founded,
)

_Ref = Annotated[str, Meta(min_length=1, max_length=REF_MAX, pattern=r"^[A-Za-z0-9_-]+$")]
_Stamp = Annotated[int, Meta(ge=0, lt=STAMP_END)]
_Text = Annotated[str, Meta(max_length=1_000)]
_NOTE_MAX = 500
_UNFIT_IN_SLUG = re.compile(r"[^a-z0-9]+")


class Unreadable(ValueError):
    """A message lacks what its type has."""


class _Verification(Struct):
    status: _Text | None = None


class _Address(Struct):
    id: _Text
    email_address: _Text
    verification: _Verification | None = None


class _User(Struct):
    id: _Ref
    updated_at: _Stamp
    first_name: _Text | None = None
    last_name: _Text | None = None
    primary_email_address_id: _Text | None = None
    email_addresses: Annotated[list[_Address], Meta(max_length=100)] = []  # msgspec copies it


class _Deleted(Struct):
    id: _Ref


class _Organization(Struct):
    id: _Ref
    name: _Text
    created_by: _Ref
    updated_at: _Stamp
    slug: _Text | None = None


class _Named(Struct):
    id: _Ref


class _Member(Struct):
    user_id: _Ref


class _Membership(Struct):
    organization: _Named
    public_user_data: _Member
    role: Annotated[str, Meta(min_length=1, max_length=100)]
    updated_at: _Stamp


class _Envelope(Struct):
    data: dict[str, Any]
    timestamp: _Stamp


def read(type_: str, document: Mapping[str, Any]) -> Change:
    """What a message of a known type says. Errors: Unreadable.

    The directory's own clock orders what is said of one thing: its `updated_at`, of a deletion the message's time.
    """
    try:
        envelope = convert(document, _Envelope)
        if type_ == "user.deleted":
            return Claimed(ref=convert(envelope.data, _Deleted).id, stamp=envelope.timestamp, deleted=True)
        if type_ in USER_TYPES:
            return _claimed(convert(envelope.data, _User))
        if type_ in MEMBERSHIP_TYPES:
            return _belonging(type_, convert(envelope.data, _Membership), envelope.timestamp)
        said = convert(envelope.data, _Organization)
    except ValidationError as error:
        raise Unreadable(type_) from error
    return Founded(ref=said.id, stamp=said.updated_at, name=said.name, slug=said.slug, creator=said.created_by)


def _claimed(user: _User) -> Claimed:
    address = next((one for one in user.email_addresses if one.id == user.primary_email_address_id), None)
    words = (user.first_name or "", user.last_name or "")
    return Claimed(
        ref=user.id, stamp=user.updated_at, email=address.email_address if address else None,
        verified=bool(address and address.verification and address.verification.status == "verified"),
        name=" ".join(word for word in words if word))


def _belonging(type_: str, said: _Membership, sent_at: int) -> Belonging:
    deleted = type_.endswith(".deleted")
    return Belonging(user=said.public_user_data.user_id, organization=said.organization.id, role=said.role,
                     stamp=sent_at if deleted else said.updated_at, deleted=deleted)


def refs_of(change: Change) -> tuple[str | None, str | None]:
    """The person and the organization over there that a message is about."""
    if isinstance(change, Claimed):
        return change.ref, None
    return (None, change.ref) if isinstance(change, Founded) else (change.user, change.organization)


def slugs(wanted: str | None, name: str, ref: str) -> list[str]:
    """Addresses to try for an organization, the best first; the last is nobody else's."""
    own = f"org-{hashlib.sha256(ref.encode()).hexdigest()[:12].translate(str.maketrans('0123456789', 'ghkmnprtvx'))}"
    plain = _UNFIT_IN_SLUG.sub("-", name.casefold()).strip("-")[:40].strip("-")
    return [*(one for one in (wanted, plain) if one), own]


def checked_note(text: str) -> str:
    """Why a message is set aside, for colleagues and auditors. Errors: InvalidNote."""
    words = tidy(text) if is_line(text.strip()) else ""
    if not 1 <= len(words) <= _NOTE_MAX:
        raise InvalidNote(reason=N_("Use 1 to %(max)d characters on one line.", max=_NOTE_MAX))
    return words
