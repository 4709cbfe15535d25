"""What the pages of casting read out of addresses. What names nothing narrows nothing: an address may be old."""
from datetime import timedelta
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from msgspec import Struct
from werkzeug.datastructures import MultiDict

from castingops.casting.queries.calls import CallFilter
from castingops.casting.types.calls import CallStatus, ProjectType
from castingops.core import clock
from castingops.core.messages import N_, Message
from castingops.organizations import service as organizations

T = TypeVar("T", bound=StrEnum)
SOON = timedelta(days=3)


class Flag(StrEnum):
    """What a call may be marked by on the board."""

    CHANGE = "change"
    MINORS = "minors"
    SOON = "soon"


FLAGS: dict[str, Message] = {
    Flag.CHANGE: N_("With a change that is not settled"), Flag.MINORS: N_("With a role for minors"),
    Flag.SOON: N_("Deadline within three days")}


class Asked(Struct, frozen=True, kw_only=True):
    """What of the board an address asks for."""

    status: CallStatus | None = None
    project_type: ProjectType | None = None
    flag: Flag | None = None
    words: str = ""  # of an organization's name or address

    @property
    def narrowed(self) -> bool:
        """Whether anything is asked for beyond all calls."""
        return self != Asked()

    @property
    def query(self) -> dict[str, str]:
        """The same as an address says it."""
        said = {"status": self.status, "type": self.project_type, "flag": self.flag, "q": self.words}
        return {name: str(value) for name, value in said.items() if value}


def asked(args: "MultiDict[str, str]") -> Asked:
    """What an address asks for."""
    return Asked(status=_word(CallStatus, args.get("status")), project_type=_word(ProjectType, args.get("type")),
                 flag=_word(Flag, args.get("flag")), words=args.get("q", "").strip()[:80])


def as_filter(wanted: Asked) -> CallFilter:
    """The same as the query takes it. Runs in the unit of work: organizations are looked up by their words."""
    org_ids: tuple[UUID, ...] | None = tuple(organizations.find_by_words(wanted.words)) if wanted.words else None
    soon = wanted.flag is Flag.SOON
    return CallFilter(org_ids=org_ids, status=CallStatus.PUBLISHED if soon else wanted.status,
                      project_type=wanted.project_type, change=wanted.flag is Flag.CHANGE,
                      minors=wanted.flag is Flag.MINORS, due_before=clock.now() + SOON if soon else None)


def _word(words: type[T], text: str | None) -> T | None:
    return words(text) if text in list(words) else None
