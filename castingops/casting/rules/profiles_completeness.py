"""How complete a talent profile is, and what of it the marketplace may see. Pure."""
from datetime import date

import msgspec

from castingops.casting import types
from castingops.casting.rules.ages import is_minor
from castingops.casting.types import ProfileFields, PublishedDetails
from castingops.core.messages import N_, Message

# What casting directors ask for first weighs most (casting.md §2, "Minimum column set"); 100 together for an adult.
_WEIGHTS: dict[str, tuple[int, Message]] = {
    "photos": (15, N_("A primary photo")),
    "display_name_ar": (5, N_("Your name in Arabic")),
    "display_name_en": (5, N_("Your name in English")),
    "birth_date": (5, N_("Your birth date")),
    "gender": (3, N_("Your gender")),
    "nationality": (3, N_("Your nationality")),
    "city": (4, N_("Your city")),
    "playing_age_min": (5, N_("The ages that you can play")),
    "languages": (5, N_("The languages that you speak")),
    "bio": (8, N_("A few sentences about yourself")),
    "height_cm": (5, N_("Your height")),
    "hair_color": (3, N_("The colour of your hair")),
    "hair_length": (2, N_("The length of your hair")),
    "eye_color": (3, N_("The colour of your eyes")),
    "dialects": (4, N_("The dialects that you master")),
    "skills": (5, N_("Your skills")),
    "credits": (6, N_("Productions that you took part in")),
    "sizes": (4, N_("Your sizes for wardrobe")),
    "representation": (2, N_("Who represents you")),
    "build": (2, N_("Your build")),
    "travels": (2, N_("Whether you travel for work")),
    "availability": (2, N_("When you are available")),
    "day_rate_min_halalas": (2, N_("Your day rate")),
}


def completeness(fields: ProfileFields, *, has_primary_photo: bool, today: date) -> tuple[int, list[tuple[str, int]]]:
    """The score of a profile from 0 to 100, and what is missing with its points, the weightiest first.

    For a minor what nobody needs to know of a child counts neither way.
    """
    counted = {name: points for name, (points, _) in _WEIGHTS.items()
               if not (_minor(fields, today) and name in types.NEVER_OF_MINORS)}
    lacks = [(name, points) for name, points in counted.items() if not _has(fields, name, has_primary_photo)]
    whole = sum(counted.values())
    score = (whole - sum(points for _, points in lacks)) * 100 // whole
    return score, sorted(lacks, key=lambda lack: -lack[1])


def title_of(name: str) -> Message:
    """What a gap in a profile is called."""
    return _WEIGHTS[name][1]


def published_details(fields: ProfileFields, photo_ids: tuple[object, ...], *, sensitive: bool,
                      today: date) -> PublishedDetails:
    """What the marketplace may see of a profile beyond its line in lists.

    Never sizes, nor how to reach an agency; of a child nothing that NEVER_SHOWN_OF_MINORS names; with `sensitive`, that
    consent stands, also what tells of belief or health.
    """
    barred = set() if sensitive else set(types.SENSITIVE)
    if _minor(fields, today):
        barred |= {*types.NEVER_OF_MINORS, *types.NEVER_SHOWN_OF_MINORS}
    names = {name for name in PublishedDetails.__struct_fields__ if hasattr(fields, name)} - barred
    seen = {name: getattr(fields, name) for name in names}
    agency = fields.representation.agency if fields.representation is not None else None
    return msgspec.convert({**seen, "language_levels": fields.languages, "agency": agency, "photo_ids": photo_ids},
                           PublishedDetails, from_attributes=True)


def _minor(fields: ProfileFields, today: date) -> bool:
    return fields.birth_date is not None and is_minor(fields.birth_date, today=today)


def _has(fields: ProfileFields, name: str, has_primary_photo: bool) -> bool:
    if name == "photos":
        return has_primary_photo
    if name == "bio":
        return fields.bio_ar is not None or fields.bio_en is not None
    if name == "sizes":
        return all(getattr(fields, size) is not None for size in types.SIZES)
    return getattr(fields, name) not in (None, ())
