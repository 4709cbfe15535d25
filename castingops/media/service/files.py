"""The files of photos: where they lie, that removed ones lie apart, and what a picture is known by."""
from collections.abc import Callable, Mapping
from uuid import UUID

from castingops.core.storage import ObjectNotFound, current_storage
from castingops.media import queries, rules
from castingops.media.errors import UploadRefused
from castingops.media.service import sandbox
from castingops.media.types import CONTENT_TYPE, Fingerprint, PhotoFormat, Probe, Variant, shelf_key, storage_key

Place = Callable[[UUID, Variant], str]


def keep(photo_id: UUID, variants: Mapping[Variant, bytes]) -> None:
    """Store every variant of a photo. Errors: StorageUnavailable."""
    storage = current_storage()
    for variant, picture in variants.items():
        storage.put(storage_key(photo_id, variant), picture, CONTENT_TYPE)


def read(photo_id: UUID, variant: Variant) -> bytes:
    """One variant, of a removed photo too. Errors: ObjectNotFound, StorageUnavailable."""
    storage = current_storage()
    try:
        return storage.get(storage_key(photo_id, variant))
    except ObjectNotFound:
        return storage.get(shelf_key(photo_id, variant))


def settle(subject_id: UUID, photo_id: UUID) -> None:
    """Have a photo's files where its row says: in reach of addresses, or on the shelf of removed ones.

    Addresses are signed and looked up nowhere, so what takes them back is that the file is gone. Safe to run twice and
    in any order: what counts is the row.
    """
    if queries.find_photo(subject_id, photo_id) is not None:
        _move(photo_id, shelf_key, storage_key)
    elif queries.find_removed(subject_id, photo_id) is not None:
        _move(photo_id, storage_key, shelf_key)


def destroy(photo_ids: list[UUID]) -> None:
    """Delete every variant of these photos from storage. Safe to run twice. Errors: StorageUnavailable."""
    storage = current_storage()
    for photo_id in photo_ids:
        for variant in Variant:
            storage.delete(storage_key(photo_id, variant))
            storage.delete(shelf_key(photo_id, variant))


def known_by(photo_id: UUID) -> tuple[Fingerprint | None, list[Probe]]:
    """What a photo is known by when it is removed, and what removed photos would be of which it is a copy.

    Read from its stored file, in the sandbox: that file was made by a process that is not trusted. (None, []) when the
    file is gone or no picture. Takes a fifth of a second. Errors: Unavailable, StorageUnavailable.
    """
    try:
        grey = sandbox.render(read(photo_id, Variant.LARGE), PhotoFormat.JPEG).grey
    except (ObjectNotFound, UploadRefused):
        return None, []
    return rules.fingerprint(grey), rules.probes(grey)


def _move(photo_id: UUID, source: Place, target: Place) -> None:
    """Copy, then delete: cut off in between, both are there and the next run ends it."""
    storage = current_storage()
    for variant in Variant:
        try:
            picture = storage.get(source(photo_id, variant))
        except ObjectNotFound:
            continue
        storage.put(target(photo_id, variant), picture, CONTENT_TYPE)
        storage.delete(source(photo_id, variant))
