"""Pure decisions about applications: what may be sent, how one moves, and what talent are told of it."""
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from castingops.casting.errors.applications import InvalidApplication, MoveRefused
from castingops.casting.types.applications import (
    COVER_NOTE_MAX,
    NOTE_MAX,
    PHOTOS_MAX,
    Card,
    PublicStatus,
    Status,
    Wanted,
)
from castingops.core.arabic import is_storable, tidy
from castingops.core.masking import initials
from castingops.core.messages import N_

_S = Status
_LATER = frozenset({_S.PINNED, _S.ON_AVAIL, _S.ON_HOLD, _S.BACKUP})
# A request or a serious look makes it "under consideration", from where it never goes back to a mere selection; what is
# later is the hirer's own, to and fro (casting.md §2, Casting Networks' worksheet).
MOVES: Mapping[Status, frozenset[Status]] = {
    _S.SUBMITTED: frozenset({_S.VIEWED}),
    _S.VIEWED: frozenset({_S.SHORTLISTED, _S.UNDER_CONSIDERATION, _S.RELEASED}),
    _S.SHORTLISTED: frozenset({_S.VIEWED, _S.UNDER_CONSIDERATION, _S.RELEASED}),
    _S.UNDER_CONSIDERATION: _LATER | {_S.OFFERED, _S.RELEASED},
    **{later: (_LATER - {later}) | {_S.UNDER_CONSIDERATION, _S.OFFERED, _S.RELEASED} for later in _LATER},
    _S.OFFERED: frozenset({_S.UNDER_CONSIDERATION, _S.BOOKED, _S.RELEASED}),
    _S.BOOKED: frozenset({_S.RELEASED}),
    _S.RELEASED: frozenset({_S.UNDER_CONSIDERATION}),
    _S.DECLINED: frozenset(),
    _S.WITHDRAWN: frozenset(),
}
ENDED = frozenset({_S.DECLINED, _S.WITHDRAWN})
_TOLD = {
    _S.VIEWED: PublicStatus.VIEWED, _S.UNDER_CONSIDERATION: PublicStatus.UNDER_CONSIDERATION,
    _S.OFFERED: PublicStatus.OFFERED, _S.BOOKED: PublicStatus.BOOKED, _S.RELEASED: PublicStatus.NOT_SELECTED,
    _S.DECLINED: PublicStatus.DECLINED, _S.WITHDRAWN: PublicStatus.WITHDRAWN}


def checked_move(now: Status, wanted: Status) -> None:
    """Errors: MoveRefused for a step that leads nowhere from here."""
    if wanted not in MOVES[now]:
        raise MoveRefused(details={"status": now, "allowed": sorted(MOVES[now])})


def public_after(public: PublicStatus, status: Status) -> PublicStatus:
    """What talent read once the hirer's own status is `status`: the same as before for all that is only the hirer's.

    A selection, a pin, a hold and their like change nothing, and neither does going back from one of them.
    """
    if status is Status.VIEWED and public is not PublicStatus.SUBMITTED:
        return public
    return _TOLD.get(status, public)


def checked_application(sent: Mapping[str, Any]) -> Wanted:
    """What was sent, as it is kept. Errors: InvalidApplication with every wrong field."""
    wrong: dict[str, Any] = {}
    role_id = _uuid(sent.get("role_id"))
    if role_id is None:
        wrong["role_id"] = N_("Choose a role.")
    note = _checked_note(sent.get("cover_note"), wrong)
    photos, primary = _checked_photos(sent, wrong)
    if wrong or role_id is None or primary is None:
        raise InvalidApplication(**wrong)
    return Wanted(role_id=role_id, cover_note=note, photo_ids=photos, primary_photo_id=primary)


def checked_rating(value: Any) -> int:
    """One to five, as it is kept; 5.0 is 5 to JSON. Errors: InvalidApplication."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value not in range(1, 6):
        raise InvalidApplication(rating=N_("Give a whole number from 1 to 5."))
    return int(value)


def checked_words(text: Any, *, most: int = NOTE_MAX) -> str:
    """A colleague's note, as it is kept. Errors: InvalidApplication."""
    words = tidy(text) if isinstance(text, str) and is_storable(text) else ""
    if not 1 <= len(words) <= most:
        raise InvalidApplication(text=N_("Use 1 to %(max)d characters.", max=most))
    return words


def card_of(profile: Any, *, minor: bool) -> Card:
    """What a hirer calls an applicant and reads first: a child by stage name, else by first letters (casting.md §2,
    "Minors")."""
    def called(stage: str | None, name: str | None) -> str | None:
        return stage or (initials(name) if minor and name else name)

    return Card(name_ar=called(profile.stage_name_ar, profile.display_name_ar),
                name_en=called(profile.stage_name_en, profile.display_name_en), city=profile.city,
                playing_age_min=profile.playing_age_min, playing_age_max=profile.playing_age_max)


def _checked_note(text: Any, wrong: dict[str, Any]) -> str | None:
    if text is None or text == "":
        return None
    words = tidy(text) if isinstance(text, str) and is_storable(text) else None
    if words is None or len(words) > COVER_NOTE_MAX:
        wrong["cover_note"] = N_("Use at most %(max)d characters.", max=COVER_NOTE_MAX)
        return None
    return words or None


def _checked_photos(sent: Mapping[str, Any], wrong: dict[str, Any]) -> tuple[tuple[UUID, ...], UUID | None]:
    """The photos in their order, each once, and which of them is the primary one."""
    listed = sent.get("photo_ids")
    photos = [_uuid(each) for each in listed] if isinstance(listed, list) else []
    if not 1 <= len(photos) <= PHOTOS_MAX or None in photos or len(set(photos)) != len(photos):
        wrong["photo_ids"] = N_("Choose 1 to %(max)d of your photos, each once.", max=PHOTOS_MAX)
        return (), None
    kept = tuple(photo for photo in photos if photo is not None)
    primary = _uuid(sent.get("primary_photo_id")) if sent.get("primary_photo_id") is not None else kept[0]
    if primary not in kept:
        wrong["primary_photo_id"] = N_("Choose exactly one of these photos as the primary one.")
        return kept, None
    return kept, primary


def _uuid(value: Any) -> UUID | None:
    if isinstance(value, UUID):
        return value
    try:
        return UUID(value) if isinstance(value, str) and len(value) == 36 else None
    except ValueError:
        return None
