"""The tables of the directory: its messages, and what they have said of people, organizations and memberships.

Of each thing over there one row keeps the newest that was said of it, by the directory's own clock. So it does not
matter in which order messages come, nor how often: what follows here is a function of these rows.
"""
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from castingops.core.db import Base, PlatformOwned
from castingops.core.privacy import IMPERSONAL, Purpose, personal
from castingops.directory.types import REF_MAX

_STANDINGS = "standing in ('held', 'invited', 'joined', 'gone')"


def _account(category: str, **options: Any) -> dict[str, Any]:
    return personal(category=category, subject="user", purposes=(Purpose.ACCOUNT,), retention=None, **options)


class DirectoryMessage(PlatformOwned, Base):
    """A message as it came, once. What it said is sealed, and gone once it was done or set aside."""

    __tablename__ = "directory_messages"
    __table_args__ = (
        UniqueConstraint("message_id"),
        CheckConstraint("state in ('waiting', 'applied', 'parked', 'dismissed')", name="state"),
        CheckConstraint("(state = 'waiting') = (settled_at is null)", name="settled"),
        CheckConstraint("state not in ('applied', 'dismissed') or sealed is null", name="forgotten"),
        CheckConstraint("(state = 'parked') = (reason is not null)", name="parked_for_a_reason"),
        Index("ix_directory_messages_state", "state", "id"),
        Index(None, "user_ref"), Index(None, "org_ref"),
        {"info": {"subject": "subject_id"}},
    )

    message_id: Mapped[str] = mapped_column(info=IMPERSONAL)
    type: Mapped[str] = mapped_column(info=IMPERSONAL)
    user_ref: Mapped[str | None] = mapped_column(info=_account("identifier"))
    org_ref: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    subject_id: Mapped[UUID | None] = mapped_column(ForeignKey("subjects.id", ondelete="SET NULL"), info=IMPERSONAL)
    sealed: Mapped[str | None] = mapped_column(info=_account("registration"))
    state: Mapped[str] = mapped_column(info=IMPERSONAL)
    reason: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    received_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    settled_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)
    settled_by: Mapped[UUID | None] = mapped_column(info=IMPERSONAL)  # of staff; None: the platform itself


class DirectoryPerson(PlatformOwned, Base):
    """A person over there. Address and name are kept until they have joined, and no longer.

    `subject_id` is the data subject whom letters are written to, and whose account it becomes.
    """

    __tablename__ = "directory_people"
    __table_args__ = (
        UniqueConstraint("ref"),
        UniqueConstraint("token_hash"),
        CheckConstraint(_STANDINGS, name="standing"),
        CheckConstraint(f"length(ref) between 1 and {REF_MAX}", name="ref_length"),
        CheckConstraint("(standing = 'invited') = (token_hash is not null)", name="code_while_invited"),
        CheckConstraint("standing in ('held', 'invited') or (email is null and name is null)", name="forgotten"),
        Index(None, "subject_id"),
        {"info": {"subject": "subject_id"}},
    )

    ref: Mapped[str] = mapped_column(info=_account("identifier", erase="keep"))  # so that nothing makes them anew
    stamp: Mapped[int] = mapped_column(BigInteger, info=IMPERSONAL)
    standing: Mapped[str] = mapped_column(info=IMPERSONAL)
    reason: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    email: Mapped[str | None] = mapped_column(info=_account("contact", erase="null"))
    verified: Mapped[bool] = mapped_column(info=IMPERSONAL)
    name: Mapped[str | None] = mapped_column(info=_account("name", erase="null"))
    subject_id: Mapped[UUID | None] = mapped_column(ForeignKey("subjects.id", ondelete="SET NULL"), info=IMPERSONAL)
    token_hash: Mapped[str | None] = mapped_column(info=_account("credential", erase="null"))
    opened: Mapped[bool] = mapped_column(info=IMPERSONAL)  # the account came of the directory, and ends with it
    letters: Mapped[int] = mapped_column(info=IMPERSONAL)  # sent to this address
    expires_at: Mapped[datetime | None] = mapped_column(info=IMPERSONAL)
    changed_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)


class DirectoryOrganization(PlatformOwned, Base):
    """An organization over there; `org_id` is the one that it has become here."""

    __tablename__ = "directory_organizations"
    __table_args__ = (
        UniqueConstraint("ref"),
        UniqueConstraint("org_id"),
        CheckConstraint("standing in ('held', 'joined')", name="standing"),
        CheckConstraint("(standing = 'joined') = (org_id is not null)", name="joined"),
        Index("ix_directory_organizations_creator", "creator", postgresql_where=text("org_id is null")),
    )

    ref: Mapped[str] = mapped_column(info=IMPERSONAL)
    stamp: Mapped[int] = mapped_column(BigInteger, info=IMPERSONAL)
    standing: Mapped[str] = mapped_column(info=IMPERSONAL)
    reason: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    name: Mapped[str] = mapped_column(info=IMPERSONAL)
    slug: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    creator: Mapped[str] = mapped_column(info=IMPERSONAL)  # a person's id over there: labelled where the person is
    org_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id", ondelete="SET NULL"), info=IMPERSONAL)
    changed_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)


class DirectoryMembership(PlatformOwned, Base):
    """That somebody belongs to an organization over there. `given`: the membership here came of it."""

    __tablename__ = "directory_memberships"
    __table_args__ = (
        UniqueConstraint("user_ref", "org_ref"),
        CheckConstraint("standing in ('held', 'joined', 'gone')", name="standing"),
        Index(None, "org_ref"),
    )

    user_ref: Mapped[str] = mapped_column(info=IMPERSONAL)  # labelled where the person is
    org_ref: Mapped[str] = mapped_column(info=IMPERSONAL)
    stamp: Mapped[int] = mapped_column(BigInteger, info=IMPERSONAL)
    deleted: Mapped[bool] = mapped_column(info=IMPERSONAL)
    role: Mapped[str] = mapped_column(info=IMPERSONAL)  # as it is called over there
    standing: Mapped[str] = mapped_column(info=IMPERSONAL)
    reason: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    given: Mapped[bool] = mapped_column(info=IMPERSONAL)
    changed_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
