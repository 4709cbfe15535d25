"""Names, bounds and values that all of media shares."""
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

UPLOAD_MAX = 10 * 1024 * 1024  # bytes of one file
PIXELS_MAX = 50_000_000  # a 50-megapixel phone fits; more is a decompression bomb or a scan
EDGE_MIN = 200  # pixels of the shorter side: below, no thumbnail is sharp
PHOTOS_MAX = 20  # active photos of one person
LINK_SECONDS = 600  # how long a photo's address works
LINK_GRAIN = 300  # within so many seconds a photo keeps its address, so browsers can cache it
SAME_PHOTO = 8  # of 256 bits: 996 of 1,000 copies differ in no more, and 3 of 1,000 strangers
CONTRADICTION_MAX = 0.9  # of those copies all stay below 0.8, of those strangers all lie above 1.0: see Probe
CONTENT_TYPE = "image/jpeg"  # of every variant, whatever came in

Fingerprint = tuple[int, ...]  # 16 bands of 16 bits, unsigned: see rules.fingerprint


class Probe(Struct, frozen=True):
    """The fingerprint that a photo would have of which an upload is a copy, and how firm each of its bits is.

    `firmness` holds 16 bands of 16, the lowest bit first: how far a frequency's strength lies from the border between 0
    and 1, as a share of their median strength. What happens to a copy turns bits that lie at the border.
    """

    print: Fingerprint
    firmness: tuple[tuple[float, ...], ...]


class PhotoKind(StrEnum):
    """What a photo shows."""

    HEADSHOT = "headshot"
    FULL_LENGTH = "full_length"
    SIDE_PROFILE = "side_profile"
    PORTRAIT = "portrait"
    OTHER = "other"


class PhotoStatus(StrEnum):
    """Removed photos are shown to nobody but the house, and destroyed after a month."""

    ACTIVE = "active"
    REMOVED = "removed"


class PhotoFormat(StrEnum):
    """What may come in, by the names that Pillow uses."""

    JPEG = "JPEG"
    PNG = "PNG"
    WEBP = "WEBP"


class Variant(StrEnum):
    """What is kept of a photo. Blurred shows that there is one, not whom."""

    LARGE = "large"
    THUMB = "thumb"
    BLURRED = "blurred"


class Photo(Struct, frozen=True, kw_only=True):
    """A person's photo as other features see it."""

    id: UUID
    subject_id: UUID
    kind: PhotoKind
    status: PhotoStatus
    is_primary: bool
    width: int
    height: int
    created_at: datetime


class Rendered(Struct, frozen=True, kw_only=True):
    """What the sandbox made of an upload: upright pixels of the original, JPEG bytes by variant, a grey miniature."""

    width: int
    height: int
    variants: dict[Variant, bytes]
    grey: bytes  # 64 × 64, a byte each, for the fingerprint


def storage_key(photo_id: UUID, variant: Variant) -> str:
    """Where a variant lies in storage. It names no person."""
    return f"photos/{photo_id}/{variant}.jpg"


def shelf_key(photo_id: UUID, variant: Variant) -> str:
    """Where a variant of a removed photo lies: out of reach of every address that was given out for it."""
    return f"removed/{photo_id}/{variant}.jpg"
