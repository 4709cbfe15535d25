"""Removed photos that come back: what decisions removed is remembered, uploads are compared with it.

A match asks a person and does nothing else: the photo stays as it was until somebody decides.
"""
from collections.abc import Sequence
from uuid import UUID

from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.db import hold, save
from castingops.core.outbox import publish
from castingops.media import service as media
from castingops.media.types import Fingerprint, PhotoStatus, Probe
from castingops.moderation.events import PhotoRemovalDecided
from castingops.moderation.models import Case, MediaMatch, RemovedMedia
from castingops.moderation.models.media_care import BANDS
from castingops.moderation.queries import decisions as decision_rows
from castingops.moderation.queries import media_care as rows
from castingops.moderation.queries.appeals import is_kept
from castingops.moderation.rules import media_care as rules
from castingops.moderation.service import cases, photos
from castingops.moderation.service.subjects import kind_of
from castingops.moderation.service.timeline import add_event
from castingops.moderation.types import CaseEventKind, Outcome
from castingops.moderation.types.media_care import COPIES_SHOWN, Near

# What decisions removed ----------------------------------------------------------------------------------------------

def settle(case_id: UUID, decision_id: UUID, *, kind: str, entity_id: UUID, revision: int, outcome: Outcome,
           override_of: UUID | None, actor: Actor) -> None:
    """Remember what an executed decision removed, forget what it overturned, look at copies that came late."""
    if override_of is not None:
        rows.take_out(override_of)
    removed = rows.list_targets(decision_id)
    if kind == photos.KIND and outcome is Outcome.REJECT:
        removed += photos.list_taken(entity_id, revision)
    for photo_id in dict.fromkeys(removed):
        publish(PhotoRemovalDecided(subject_id=actor.subject, decision_id=decision_id, photo_id=photo_id))
    if kind == photos.KIND:
        _settle_late(case_id, outcome, actor=actor)


def remember(decision_id: UUID, photo_id: UUID, *, actor: Actor) -> None:
    """Put what a removed photo is known by among the known ones. Delivered twice or after an overturn: nothing.

    A photo whose file is gone, or a plain surface, is known by nothing.
    """
    if rows.is_known(decision_id, photo_id) or decision_rows.is_overridden(decision_id):
        return
    known, _ = media.known_by(photo_id)
    if known is not None:
        bands = dict(zip(BANDS, known, strict=False))  # as many as it takes
        save(RemovedMedia(decision_id=decision_id, subject_id=actor.subject, photo_id=photo_id,
                          print=rules.bits_of(known), created_at=clock.now(), **bands))


def keeps(subject_id: UUID, photo_id: UUID) -> bool:
    """Whether a copy is kept because the case that removed it can still be appealed: with the photo it is about."""
    match = rows.find_match(photo_id)
    return match is not None and match.entity_id != photo_id and is_kept(subject_id, match.entity_id, clock.now())


# Uploads ---------------------------------------------------------------------------------------------------------

def look_up(photo_id: UUID, *, actor: Actor) -> Case | None:
    """Compare an upload of the entered person with what was removed; a likeness opens a case, or joins the open one.

    What a moderator kept of this person's stays unasked, until it is removed again. Delivered twice it changes nothing.
    """
    if not rows.has_removed() or rows.find_match(photo_id) is not None:
        return None
    found = media.photos_by_id(actor.subject, [photo_id])
    if not found or found[0].status is not PhotoStatus.ACTIVE:
        return None
    known, probes = media.known_by(photo_id)
    near = _unsettled(list_originals(probes), probes, actor.subject)
    if known is None or not near:
        return None
    hold(f"photos like removed ones of {actor.subject}")
    if rows.find_match(photo_id) is not None:
        return None
    match = _match(photo_id, known, near[0], actor=actor)
    case = rows.lock_case_of(actor.subject, {each.decision_id for each in near})
    return _open(match, actor=actor) if case is None else _join(match, case, actor=actor)


def list_originals(probes: Sequence[Probe]) -> list[Near]:
    """The removed photos of which an upload, tried as `probes`, is a copy; the nearest first."""
    near = rows.list_near([each.print for each in probes])
    return [each for each in near if media.is_copy(rules.fingerprint_of(each.print), probes)]


def _unsettled(near: Sequence[Near], probes: Sequence[Probe], subject_id: UUID) -> list[Near]:
    """What is near, without what was removed before a moderator let this person keep the like of it."""
    kept = [match.cleared_at for match in (rows.list_cleared(subject_id) if near else ())
            if match.cleared_at and media.is_copy(rules.fingerprint_of(match.print), probes)]
    return [each for each in near if not any(each.created_at < moment for moment in kept)]


def _match(photo_id: UUID, known: Fingerprint, near: Near, *, actor: Actor) -> MediaMatch:
    return MediaMatch(subject_id=actor.subject, photo_id=photo_id, entity_id=photo_id, decision_id=near.decision_id,
                      removed_photo_id=near.photo_id, distance=near.distance, print=rules.bits_of(known),
                      created_at=clock.now())


def _open(match: MediaMatch, *, actor: Actor) -> Case:
    """A case about the first copy. Its decision stays where it is: in the case that is cited."""
    photo_id = match.entity_id
    submission = kind_of(photos.KIND).load(photo_id, 1, actor=actor)
    case = cases.open_case(photos.KIND, submission, rules.match_priority(minor=submission.minor), actor=actor)
    match.case_id, match.ordinal = case.id, 1
    save(match)
    _cite(match, case, actor=actor)
    return case


def _join(match: MediaMatch, case: Case, *, actor: Actor) -> Case:
    """One more copy while the case is open: read again, but only so often, or a flood would keep it undecided."""
    match.case_id, match.entity_id = case.id, case.entity_id
    shown = len(rows.list_copies(case.entity_id, COPIES_SHOWN))
    match.ordinal = shown + 1 if shown < COPIES_SHOWN and case.state == "open" else None
    save(match)
    if match.ordinal is not None:
        submission = kind_of(photos.KIND).load(case.entity_id, match.ordinal, actor=actor)
        cases.move_on(case, submission, rules.match_priority(minor=submission.minor), actor=actor)
        _cite(match, case, actor=actor)
    return case


def _cite(match: MediaMatch, case: Case, *, actor: Actor) -> None:
    earlier = rows.find_earlier(match)
    add_event(case, CaseEventKind.MATCHED, actor=actor, photo_id=str(match.photo_id), distance=match.distance,
              ref=earlier.ref if earlier else "", decision_id=str(match.decision_id))


def _settle_late(case_id: UUID, outcome: Outcome, *, actor: Actor) -> None:
    """Copies that nobody saw: kept with the kept, else the next case."""
    late = rows.list_late(case_id)
    if outcome is Outcome.APPROVE:
        for match in late:
            match.cleared_at = clock.now()
            save(match)
        return
    there = {photo.id for photo in media.photos_by_id(actor.subject, [each.photo_id for each in late if each.photo_id])
             if photo.status is PhotoStatus.ACTIVE}
    case: Case | None = None
    for match in late:
        if match.photo_id in there:
            if case is None:
                match.entity_id = match.photo_id
                case = _open(match, actor=actor)
            else:
                _join(match, case, actor=actor)
