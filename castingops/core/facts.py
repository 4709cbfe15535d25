"""Facts about this installation that the house itself keeps: whether demo data was ever put in."""
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from castingops.core import clock
from castingops.core.db import Base, session
from castingops.core.privacy import IMPERSONAL

DEMO = "demo"


class Fact(Base):
    """A named fact; written once."""

    __tablename__ = "house_facts"

    name: Mapped[str] = mapped_column(primary_key=True, info=IMPERSONAL)
    value: Mapped[str] = mapped_column(info=IMPERSONAL)
    created_at: Mapped[datetime] = mapped_column(info=IMPERSONAL)


def remember(name: str, value: str) -> None:
    """Write a fact down; the first word on it stands."""
    row = insert(Fact).values(name=name, value=value, created_at=clock.now())
    session().execute(row.on_conflict_do_nothing())


def recall(name: str) -> str | None:
    """The value of a fact, or None."""
    fact = session().get(Fact, name)
    return fact.value if fact else None
