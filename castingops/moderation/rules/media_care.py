"""Pure decisions about photos in front of moderators, and about removed photos that come back."""
from datetime import date

from castingops.media.types import Fingerprint
from castingops.moderation.types import Reason
from castingops.moderation.types.media_care import CareMode, Rendition

_MINOR_MODES = {CareMode.OFF: CareMode.BLUR, CareMode.GREY: CareMode.BOTH}
_CLEAR = frozenset({CareMode.BLUR, CareMode.OFF})


def mode_for(mode: CareMode, *, minor: bool) -> CareMode:
    """What a moderator's choice means for one case: a minor's photos are never shown unasked."""
    return _MINOR_MODES.get(mode, mode) if minor else mode


def is_shown_at_once(mode: CareMode) -> bool:
    """Whether photos are revealed, and recorded, as the page arrives."""
    return mode in (CareMode.GREY, CareMode.OFF)


def first_rendition(mode: CareMode) -> Rendition:
    """How a photo is shown when it is first revealed."""
    return Rendition.CLEAR if mode in _CLEAR else Rendition.GREY


def cap_of(house: int, own: int | None, *, raised: int, raised_on: date | None, today: date) -> int:
    """How many photos a day: the house's number or one's own lower one, and what a senior added for today."""
    return min(house, own or house) + (raised if raised_on == today else 0)


def bits_of(fingerprint: Fingerprint) -> str:
    """A fingerprint as the database's bit string, the first band first."""
    return "".join(f"{band:016b}" for band in fingerprint)


def fingerprint_of(bits: str) -> Fingerprint:
    """The fingerprint behind a bit string."""
    return tuple(int(bits[start:start + 16], 2) for start in range(0, 256, 16))


def match_priority(*, minor: bool) -> list[Reason]:
    """Why a case about an upload that looks like a removed photo comes where it does."""
    return [Reason("removed_before", 45), *([Reason("minor", 40)] if minor else [])]
