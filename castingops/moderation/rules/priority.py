"""Why a case comes before another, and when it is due."""
import re
from collections.abc import Iterable

from castingops.core.arabic import fold
from castingops.moderation.types import (
    Reason,
)

POINTS = {"new_profile": 20, "edit": 10, "resubmitted": 15, "earlier_rejection": 15, "contact_details": 25,
          "minor": 40}

_CONTACT = re.compile(
    r"[\w.+-]@[\w-]+\.\w+|@\w{3,}|\+?\d[\d \-]{7,}\d|https?://|www\.|"
    r"\b(?:snap(?:chat)?|insta(?:gram)?|whats ?app|telegram|tiktok)\b|"
    r"(?:سناب|انستا|واتس|تلقرام|تليجرام|تيك توك)")


def names_contact(texts: Iterable[str]) -> bool:
    """Whether any text seems to hold contact details: it only raises the priority, a person judges."""
    return any(_CONTACT.search(fold(text)) for text in texts)


def priority(*, is_first: bool, resubmitted: bool, rejected_before: bool, minor: bool, contact: bool) -> list[Reason]:
    """The named reasons of a case's priority, greatest first."""
    holds = {"new_profile": is_first, "edit": not is_first, "resubmitted": resubmitted,
             "earlier_rejection": rejected_before, "contact_details": contact, "minor": minor}
    reasons = [Reason(code, points) for code, points in POINTS.items() if holds[code]]
    return sorted(reasons, key=lambda reason: -reason.points)


def hours_for(points: int) -> int:
    """The working hours within which a case of this priority is to be decided: 8 from 60 points on, 24 from 40."""
    return 8 if points >= 60 else 24 if points >= 40 else 48
