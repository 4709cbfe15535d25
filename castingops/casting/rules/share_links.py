"""Pure decisions about share links: what may be asked for, where one stands, what it shows, what is a burst."""
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from castingops.casting import types
from castingops.casting.errors.share_links import InvalidShareEnd, InvalidShareLink
from castingops.casting.rules import reading
from castingops.casting.rules.reading import Wrong
from castingops.casting.types import ProfileFields
from castingops.casting.types.share_links import (
    DAYS_MAX,
    DAYS_MIN,
    DAYS_USUAL,
    LABEL_MAX,
    REASON_MAX,
    REASON_MIN,
    VIEWS_MAX,
    Burst,
    NewShareLink,
    ShareEnd,
    ShareFacts,
    ShareState,
)
from castingops.core.arabic import is_storable, tidy
from castingops.core.masking import initials
from castingops.core.messages import N_

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")  # 32 bytes as `crypto.token` spells them
# What of a child a link tells, and nothing that is added to profiles later: not who they are, where they live or learn,
# nor anything in prose, where a school may stand. A child's playing age is a range of its guardian's choice.
_OF_CHILDREN = (
    "stage_name_ar", "stage_name_en", "gender", "playing_age_min", "playing_age_max", "height_cm", "languages",
    "dialects", "hair_color", "hair_length", "eye_color")


def is_token(text: str) -> bool:
    """Whether a text can be a token of ours at all: nothing else is looked up."""
    return _TOKEN.fullmatch(text) is not None


def checked_link(document: Mapping[str, Any]) -> NewShareLink:
    """A link as it is asked for; digits of any script are read. Errors: InvalidShareLink with every wrong field."""
    readers = {"label": _label, "expires_in_days": _days, "max_views": _max_views}
    values: dict[str, Any] = {}
    wrong: dict[str, Any] = {}
    for name, read in readers.items():
        try:
            values[name] = read(document.get(name))
        except Wrong as refusal:
            wrong[name] = refusal.message
    if wrong:
        raise InvalidShareLink(**wrong)
    return NewShareLink(label=values["label"], days=values["expires_in_days"], max_views=values["max_views"])


def checked_reason(text: str) -> str:
    """Why staff end a link. Errors: InvalidShareEnd."""
    words = tidy(text)
    if not REASON_MIN <= len(words) <= REASON_MAX or not is_storable(words):
        raise InvalidShareEnd(reason=N_("Say in %(min)d to %(max)d characters why the link ends.", min=REASON_MIN,
                                        max=REASON_MAX))
    return words


def state_of(link: ShareFacts, *, now: datetime) -> ShareState:
    """Where a link stands at a moment. What somebody did goes before what time did."""
    if link.ended_by is not None:
        return ShareState.REVOKED if link.ended_by == ShareEnd.OWNER else ShareState.ENDED
    if link.paused_at is not None:
        return ShareState.PAUSED
    if link.expires_at <= now:
        return ShareState.EXPIRED
    if link.max_views is not None and link.views >= link.max_views:
        return ShareState.USED_UP
    return ShareState.ACTIVE


def is_open(state: ShareState, *, returning: bool) -> bool:
    """Whether a link shows its profile; `returning`: to somebody who opened it minutes ago and counts no more."""
    return state is ShareState.ACTIVE or (returning and state is ShareState.USED_UP)


def is_burst(burst: Burst, *, views: int, networks: int) -> bool:
    """Whether a link was opened more than `views` times from at least `networks` networks."""
    return burst.views > views and burst.networks >= networks


def shown_fields(fields: ProfileFields, *, minor: bool) -> ProfileFields:
    """What of a published profile its link tells: nothing of belief or health, of a child least of all who they are.

    A child without a stage name is called by first letters.
    """
    if not minor:
        return msgspec.structs.replace(fields, **dict.fromkeys(types.SENSITIVE))
    told = ProfileFields(**{name: getattr(fields, name) for name in _OF_CHILDREN})
    if told.stage_name_ar or told.stage_name_en:
        return told
    return msgspec.structs.replace(told, stage_name_ar=initials(fields.display_name_ar or "") or None,
                                   stage_name_en=initials(fields.display_name_en or "") or None)


def _label(value: object) -> str:
    written = reading.line(value if value is not None else "", LABEL_MAX)
    if not written:
        raise Wrong(N_("Say in a few words whom the link is for."))
    return written


def _days(value: object) -> int:
    limits = N_("Give %(min)d to %(max)d days.", min=DAYS_MIN, max=DAYS_MAX)
    return DAYS_USUAL if value is None else _within(value, DAYS_MIN, DAYS_MAX, limits)


def _max_views(value: object) -> int | None:
    limits = N_("Give %(min)d to %(max)d views.", min=1, max=VIEWS_MAX)
    return None if value is None else _within(value, 1, VIEWS_MAX, limits)


def _within(value: object, low: int, high: int, limits: Any) -> int:
    if isinstance(value, bool):
        raise Wrong(limits)
    count = reading.number(value, limits)
    if not low <= count <= high:
        raise Wrong(limits)
    return count

