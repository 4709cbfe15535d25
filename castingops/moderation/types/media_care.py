"""Photos in front of moderators, and removed photos that come back: names, bounds and value objects."""
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from castingops.core.messages import N_, Message

COPIES_SHOWN = 10  # of one case: a flood of copies must not keep anyone from deciding
RAISE_MAX = 200  # more photos on one day, by a senior
NEAR = 0.8  # of the day's photos: from here on the page says so
EXPOSURES_SHOWN = 50
PERIOD = timedelta(days=30)  # that the page of exposures shows unless it is asked for more


class CareMode(StrEnum):
    """What a moderator sees of a photo before and after they reveal it."""

    BLUR = "blur"
    HIDDEN = "hidden"
    BOTH = "both"
    GREY = "grey"
    OFF = "off"


class Rendition(StrEnum):
    """How a photo was shown."""

    CLEAR = "clear"
    GREY = "grey"


CARE_MODES: dict[str, tuple[Message, Message]] = {
    CareMode.BLUR: (N_("Blurred"), N_("In colour once you reveal it.")),
    CareMode.BOTH: (N_("Blurred, then grey"), N_("In grey once you reveal it, in colour when you ask again.")),
    CareMode.HIDDEN: (N_("Hidden"), N_("Nothing at all until you reveal it, then in grey.")),
    CareMode.GREY: (N_("Grey at once"), N_("Adults only: a minor's photos stay blurred until you reveal them.")),
    CareMode.OFF: (N_("Clear at once"), N_("Adults only: a minor's photos stay blurred until you reveal them."))}
RENDITIONS: dict[str, Message] = {Rendition.CLEAR: N_("In colour"), Rendition.GREY: N_("In grey")}


@dataclass(frozen=True)
class Care:
    """How one moderator sees photos today. `cap`: photos a day; `own_cap` as they chose it."""

    mode: CareMode = CareMode.BLUR
    own_cap: int | None = None
    cap: int = 0
    seen: int = 0
    raised: int = 0
    version: int = 0

    @property
    def left(self) -> int:
        """How many more photos today."""
        return max(0, self.cap - self.seen)

    @property
    def is_near(self) -> bool:
        """Whether the day's photos are nearly used up."""
        return self.seen >= self.cap * NEAR


@dataclass(frozen=True)
class Near:
    """A removed photo that an upload looks like, in how many of 256 bits they differ, and the decision behind it."""

    decision_id: UUID
    photo_id: UUID | None
    subject_id: UUID | None
    distance: int
    created_at: datetime
    print: str


@dataclass(frozen=True)
class Earlier:
    """The decision that removed a photo before."""

    ref: str
    policy_code: str
    policy_en: str
    policy_ar: str
    executed_at: datetime
    is_same_person: bool
    distance: int
    removed_photo_id: UUID | None
    removed_subject_id: UUID | None


@dataclass(frozen=True)
class ExposureFilter:
    """Which looks are asked for."""

    moderator_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    rendition: Rendition | None = None
    minors: bool = False
