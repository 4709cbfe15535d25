"""The use cases of photos: take one in, remove it, choose the first, give addresses to look at them."""
from collections.abc import Callable, Iterator
from hashlib import sha256
from uuid import UUID

from castingops.audit import service as audit
from castingops.core import clock, signing
from castingops.core.actor import Actor
from castingops.core.db import entered, save, session
from castingops.core.ids import new_id
from castingops.core.outbox import publish
from castingops.core.privacy import Purpose
from castingops.core.storage import current_storage
from castingops.identity.service import guardians
from castingops.identity.types.guardians import Scope
from castingops.media import queries, rules
from castingops.media.errors import PhotoDuplicate, PhotoLimitReached, PhotoNotFound
from castingops.media.events import PhotoAdded, PhotoRemoved, PhotoRestored, PhotosErased
from castingops.media.models import REMOVED_KEPT, PhotoRow
from castingops.media.rules import is_copy
from castingops.media.service import files, sandbox
from castingops.media.service.files import destroy as destroy_files
from castingops.media.service.files import known_by
from castingops.media.service.files import settle as settle_files
from castingops.media.types import (
    LINK_GRAIN,
    LINK_SECONDS,
    PHOTOS_MAX,
    Photo,
    PhotoKind,
    PhotoStatus,
    Rendered,
    Variant,
    storage_key,
)

Keeper = Callable[[UUID, UUID], bool]

_KEEPERS: list[Keeper] = []
__all__ = [
    "Keeper", "add_photo", "destroy_files", "is_copy", "keep_photo", "keep_picture", "keep_while", "known_by",
    "list_photos", "make_primary", "order_photos", "photos_by_id", "purge_removed", "read_photo", "redrawn",
    "remove_photo", "restore_photo", "settle_files", "take_down", "url_for_photo",
]

_LINKS = "media"  # what the signature of an address is good for


def add_photo(data: bytes, *, actor: Actor, kind: PhotoKind, primary: bool = False) -> Photo:
    """Take in a file as the actor's photo. Their first headshot becomes the primary photo by itself.

    What is kept is drawn anew from the pixels: no metadata, no position, nothing appended. Errors: PhotoLimitReached,
    PhotoDuplicate, an UploadRefused for every file that is not simply a photo; GuardianGone and ScopeMissing for a
    guardian who may not add any for this ward.
    """
    if actor.guardianship_id is not None:
        guardians.require_acting(Scope.MEDIA, actor=actor)
    format_ = rules.checked_format(data)
    digest = sha256(data).hexdigest()
    if queries.count_active(actor.subject) >= PHOTOS_MAX:
        raise PhotoLimitReached
    if queries.has_file(actor.subject, digest):
        raise PhotoDuplicate
    photo = keep_photo(sandbox.render(data, format_), actor=actor, kind=kind, primary=primary, size=len(data),
                       digest=digest)
    publish(PhotoAdded(subject_id=photo.subject_id, photo_id=photo.id))
    return photo


def keep_photo(rendered: Rendered, *, actor: Actor, kind: PhotoKind, size: int, digest: str,
               primary: bool = False) -> Photo:
    """Keep what was made of a file of `size` bytes and SHA-256 `digest` as the actor's photo.

    For pictures of our own making: what comes from outside goes through `add_photo`. Errors: PhotoDuplicate.
    """
    row = PhotoRow(subject_id=actor.subject, id=new_id(), kind=kind, status=PhotoStatus.ACTIVE, is_primary=False,
                   position=PHOTOS_MAX, width=rendered.width, height=rendered.height, bytes=size, sha256=digest,
                   created_at=clock.now())
    _keep(row, rendered)
    audit.record("media.photo.add", actor=actor, entity="photo", entity_id=row.id, subject_id=row.subject_id,
                 purpose=Purpose.PROFILE, after={"kind": kind, "width": row.width, "height": row.height})
    if primary or (kind is PhotoKind.HEADSHOT and queries.find_primary(row.subject_id) is None):
        _set_primary(row)
    return _seen(row)


def keep_picture(data: bytes) -> UUID:
    """Keep a picture that is nobody's profile photo, such as the evidence of a report; returns its id.

    It goes through the same sandbox as a photo. There is no row: the caller keeps the id, shows it by
    `url_for_photo` and destroys it by `destroy_files`. Errors: an UploadRefused for what is not simply a photo.
    """
    picture_id = new_id()
    files.keep(picture_id, sandbox.render(data, rules.checked_format(data)).variants)
    return picture_id


def redrawn(data: bytes) -> bytes:
    """A photo drawn anew from its pixels, as JPEG: for documents that identity keeps. Errors: UploadRefused."""
    return sandbox.render(data, rules.checked_format(data)).variants[Variant.LARGE]


def list_photos(subject_id: UUID) -> list[Photo]:
    """A person's photos, the primary one first. Who may see them is for the caller and row level security."""
    return [_seen(row) for row in queries.list_active(subject_id)]


def photos_by_id(subject_id: UUID, photo_ids: list[UUID]) -> list[Photo]:
    """These photos of a person in this order, removed ones too: what a moderator is shown of a revision."""
    return [_seen(row) for row in queries.list_by_ids(subject_id, photo_ids)]


def remove_photo(photo_id: UUID, *, actor: Actor) -> None:
    """Take the actor's photo back. Its files are destroyed after a month. Errors: PhotoNotFound."""
    row = _own(photo_id, actor)
    row.status, row.is_primary, row.removed_at = PhotoStatus.REMOVED, False, clock.now()
    save(row)
    audit.record("media.photo.remove", actor=actor, entity="photo", entity_id=row.id, subject_id=row.subject_id,
                 purpose=Purpose.PROFILE, before={"status": "active"}, after={"status": "removed"})
    publish(PhotoRemoved(subject_id=row.subject_id, photo_id=row.id))


def take_down(photo_id: UUID, *, actor: Actor) -> bool:
    """Remove a photo of the entered person by decision of the house; `restore_photo` puts it back. Its files stay for
    as long as anything keeps them (`keep_while`). False when the person took it back themself.
    """
    row = queries.find_photo(actor.subject, photo_id)
    if row is None:
        return False
    now = clock.now()
    row.status, row.is_primary, row.removed_at, row.taken_down_at = PhotoStatus.REMOVED, False, now, now
    save(row)
    audit.record("media.photo.take_down", actor=actor, entity="photo", entity_id=row.id, subject_id=row.subject_id,
                 purpose=Purpose.MODERATION, before={"status": "active"}, after={"status": "removed"})
    publish(PhotoRemoved(subject_id=row.subject_id, photo_id=row.id))
    return True


def restore_photo(photo_id: UUID, *, actor: Actor) -> None:
    """Put a photo that the house took down back, files and all. One that was destroyed, that its person took back or
    that is there stays so."""
    row = queries.find_removed(actor.subject, photo_id)
    if row is None or row.taken_down_at is None or queries.has_file(actor.subject, row.sha256):
        return  # the same file may be back already
    row.status, row.removed_at, row.taken_down_at = PhotoStatus.ACTIVE, None, None
    save(row)
    publish(PhotoRestored(subject_id=row.subject_id, photo_id=row.id))
    audit.record("media.photo.restore", actor=actor, entity="photo", entity_id=row.id, subject_id=row.subject_id,
                 purpose=Purpose.MODERATION, before={"status": "removed"}, after={"status": "active"})


def make_primary(photo_id: UUID, *, actor: Actor) -> Photo:
    """Make this the actor's first photo. Errors: PhotoNotFound, PhotosChanged when two ask at once."""
    row = _own(photo_id, actor)
    if not row.is_primary:
        _set_primary(row)
        audit.record("media.photo.make_primary", actor=actor, entity="photo", entity_id=row.id,
                     subject_id=row.subject_id, purpose=Purpose.PROFILE, after={"is_primary": True})
    return _seen(row)


def order_photos(photo_ids: list[UUID], *, actor: Actor) -> list[Photo]:
    """Put the actor's photos in this order; the primary one stays first, and one added later comes last.

    Errors: PhotoNotFound unless these are all of them, each once; PhotosChanged when two ask at once.
    """
    rows = {row.id: row for row in queries.list_active(actor.subject)}
    if len(photo_ids) != len(rows) or set(photo_ids) != rows.keys():
        raise PhotoNotFound
    if [row.id for row in sorted(rows.values(), key=lambda row: (row.position, row.id))] != photo_ids:
        for position, photo_id in enumerate(photo_ids):
            rows[photo_id].position = position
            save(rows[photo_id])
        audit.record("media.photo.order", actor=actor, entity="photo", entity_id=photo_ids[0],
                     subject_id=actor.subject, purpose=Purpose.PROFILE, details={"photos": len(photo_ids)})
    return list_photos(actor.subject)


def url_for_photo(photo_id: UUID, variant: Variant = Variant.LARGE, seconds: int = LINK_SECONDS, *,
                  removed: bool = False) -> str:
    """A path under which whoever holds it may look at one variant for `seconds` (rounded up to five minutes).

    Nothing is looked up: call it for photos that this asker may see. Once the photo is removed the path leads nowhere;
    with `removed`, which is for the house alone, it still does.
    """
    payload = {"i": str(photo_id), "v": str(variant)} | ({"r": "1"} if removed else {})
    return f"/media/{signing.sign(payload, purpose=_LINKS, seconds=seconds, grain=LINK_GRAIN)}"


def read_photo(token: str) -> bytes:
    """The JPEG behind a signed address. Errors: LinkInvalid, LinkExpired, ObjectNotFound, StorageUnavailable."""
    payload = signing.verify(token, purpose=_LINKS)
    photo_id, variant = UUID(payload["i"]), Variant(payload["v"])
    return files.read(photo_id, variant) if "r" in payload else current_storage().get(storage_key(photo_id, variant))


def keep_while(keeper: Keeper) -> None:
    """Have removed photos kept for as long as `keeper(subject_id, photo_id)` says: a decision may yet be overturned."""
    if keeper not in _KEEPERS:
        _KEEPERS.append(keeper)


def _destroyable() -> Iterator[PhotoRow]:
    """Photos whose time is over, page by page past those that something keeps: these must not hold up the others."""
    before, after = clock.now() - REMOVED_KEPT, None
    while page := queries.list_removed_before(before, after=after):
        after = (page[-1].subject_id, page[-1].id)
        free = [row for row in page if not any(keeper(row.subject_id, row.id) for keeper in _KEEPERS)]
        if free:
            yield from free
            return  # the rest waits for the next sweep: one transaction stays small


def purge_removed(*, actor: Actor) -> None:
    """Destroy photos that were removed a month ago and that nothing keeps, of anybody. Safe to run twice."""
    for row in _destroyable():
        with entered(actor, row.subject_id) as inside:
            session().delete(row)
            session().flush()
            audit.record("media.photo.destroy", actor=inside, entity="photo", entity_id=row.id,
                         subject_id=row.subject_id, purpose=Purpose.PROFILE)
            publish(PhotosErased(subject_id=row.subject_id, photo_ids=[row.id]))


def _own(photo_id: UUID, actor: Actor) -> PhotoRow:
    row = queries.find_photo(actor.subject, photo_id)
    if row is None:
        raise PhotoNotFound
    return row


def _keep(row: PhotoRow, rendered: Rendered) -> None:
    """Files first, then the row: a row without its files would be a broken picture. A refused row leaves no files."""
    try:
        files.keep(row.id, rendered.variants)
        save(row)
    except Exception:
        files.destroy([row.id])
        raise


def _set_primary(row: PhotoRow) -> None:
    """Take the mark from the old one first: the index allows one at any moment."""
    before = queries.find_primary(row.subject_id)
    if before is not None:
        before.is_primary = False
        save(before)
    row.is_primary = True
    save(row)


def _seen(row: PhotoRow) -> Photo:
    return Photo(id=row.id, subject_id=row.subject_id, kind=PhotoKind(row.kind), status=PhotoStatus(row.status),
                 is_primary=row.is_primary, width=row.width, height=row.height, created_at=row.created_at)
