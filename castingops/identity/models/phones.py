"""Mobile numbers: one proved number of an account, the one being proved, and how many codes were sent."""
from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from castingops.core.db import Base, PersonOwned, PlatformOwned
from castingops.core.privacy import IMPERSONAL, Purpose, personal

_NUMBER = personal(category="contact", subject="user", purposes=(Purpose.SECURITY, Purpose.NOTIFICATION),
                   retention=None, erase="delete")
_CODE = personal(category="credential", subject="user", purposes=(Purpose.SECURITY,), retention=timedelta(days=1),
                 erase="delete")
E164 = "number ~ '^[+][1-9][0-9]{6,14}$'"


class PhoneNumber(PersonOwned, Base):
    """A number that its account has proved to reach. Never shown in a list; several accounts may share one."""

    __tablename__ = "phone_numbers"
    __table_args__ = (
        UniqueConstraint("subject_id"),
        CheckConstraint(E164, name="e164"),
        Index(None, "number"),  # whose answer to a text this is
    )

    number: Mapped[str] = mapped_column(info=_NUMBER)
    verified_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)


class PhoneCode(PersonOwned, Base):
    """A number being proved. Of its code a keyed digest stays; until it is sent it lies beside it, sealed."""

    __tablename__ = "phone_codes"
    __table_args__ = (UniqueConstraint("subject_id"), CheckConstraint(E164, name="e164"))

    number: Mapped[str] = mapped_column(info=_NUMBER)
    digest: Mapped[str] = mapped_column(info=_CODE)
    sealed: Mapped[str | None] = mapped_column(info=_CODE)
    tries: Mapped[int] = mapped_column(info=IMPERSONAL)
    created_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
    expires_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)


class PhoneSend(PlatformOwned, Base):
    """That a code was sent, by keyed digest of the number, the account or the address: for limits, gone in a day."""

    __tablename__ = "phone_sends"
    __table_args__ = (Index(None, "who", "at"), Index("ix_phone_sends_at", "at"))

    who: Mapped[str] = mapped_column(info=IMPERSONAL)
    at: Mapped[datetime] = mapped_column(info=IMPERSONAL)
