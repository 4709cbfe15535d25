"""How moderators see photos: covered until they ask, each look on record, and only so many a day."""
from datetime import datetime, timedelta
from uuid import UUID

from castingops.audit import service as audit
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.config import current_settings
from castingops.core.cursor import Page
from castingops.core.db import hold, save
from castingops.core.errors import Conflict
from castingops.core.messages import N_
from castingops.core.privacy import Purpose
from castingops.identity import service as identity
from castingops.moderation import permissions
from castingops.moderation.errors import InvalidPhotoCare, PhotoNotFound, RevealsUsedUp, SecondPersonNeeded
from castingops.moderation.models import Case, Exposure, PhotoCare
from castingops.moderation.queries import media_care as rows
from castingops.moderation.queries.media_care import ExposureRow, ExposureTotal
from castingops.moderation.rules import media_care as rules
from castingops.moderation.service.cases import get_case, load
from castingops.moderation.service.subjects import kind_of
from castingops.moderation.service.timeline import add_event
from castingops.moderation.types import CaseEventKind
from castingops.moderation.types.media_care import RAISE_MAX, Care, CareMode, ExposureFilter, Rendition

EXPORT_MAX = 10_000  # looks in one file


def care_of(user_id: UUID | None) -> Care:
    """How a moderator sees photos, and how many they saw today."""
    row, seen = rows.find_care_since(user_id, _midnight())
    house, today = current_settings().photos_per_day, clock.today_riyadh()
    if row is None:
        return Care(cap=house, seen=seen)
    cap = rules.cap_of(house, row.per_shift_cap, raised=row.raised, raised_on=row.raised_on, today=today)
    raised = row.raised if row.raised_on == today else 0
    return Care(CareMode(row.mode), row.per_shift_cap, cap, seen, raised, row.version)


def keep_care(mode: CareMode, own_cap: int | None, *, seen_version: int, actor: Actor) -> Care:
    """Keep how the actor sees photos and how many a day they want at most.

    Errors: InvalidPhotoCare for a number above the house's, Conflict for what changed meanwhile.
    """
    if own_cap is not None and not 1 <= own_cap <= current_settings().photos_per_day:
        most = current_settings().photos_per_day
        raise InvalidPhotoCare(per_shift_cap=N_("Choose 1 to %(max)d photos a day.", max=most))
    row = _care_row(actor.user_id)
    if (row.version or 0) != seen_version:
        raise Conflict
    row.mode, row.per_shift_cap, row.updated_at = mode, own_cap, clock.now()
    save(row)
    assert actor.user_id is not None
    audit.record("moderation.photo_care.keep", actor=actor, entity="user", entity_id=actor.user_id,
                 purpose=Purpose.MODERATION, after={"mode": mode, "per_shift_cap": own_cap})
    return care_of(actor.user_id)


def raise_cap(user_id: UUID, more: int, *, actor: Actor) -> None:
    """Let a colleague see more photos today, `more` in all.

    Errors: SecondPersonNeeded for oneself, InvalidPhotoCare, also for who sees no photos.
    """
    if user_id == actor.user_id:
        raise SecondPersonNeeded
    if not permissions.REVEAL.roles & identity.roles_of([user_id]).get(user_id, frozenset()):
        raise InvalidPhotoCare(moderator=N_("Choose a colleague."))
    if not 1 <= more <= RAISE_MAX:
        raise InvalidPhotoCare(more=N_("Choose 1 to %(max)d photos a day.", max=RAISE_MAX))
    row = _care_row(user_id)
    row.raised, row.raised_on, row.raised_by = more, clock.today_riyadh(), actor.user_id
    row.updated_at = clock.now()
    save(row)
    audit.record("moderation.photo_care.raise", actor=actor, entity="user", entity_id=user_id,
                 purpose=Purpose.MODERATION, after={"raised": more})


def reveal(ref: str, photo_id: UUID, *, rendition: Rendition | None = None, actor: Actor) -> tuple[str, Rendition]:
    """The address of a photo of a case, and how to show it; the look is on record.

    `rendition`: None is as the actor chose for a first look. A photo seen today already costs nothing more.
    Errors: CaseNotFound; PhotoNotFound for another's photo; RevealsUsedUp when the day's photos are.
    """
    case = get_case(ref)
    kind = kind_of(case.kind)
    if photo_id not in load(case, kind, actor=actor).photo_ids:
        raise PhotoNotFound
    hold(f"photos of {actor.user_id}")  # or two looks at once would both be the last
    care = care_of(actor.user_id)
    if not care.left and not rows.has_seen(actor.user_id, photo_id, _midnight()):
        raise RevealsUsedUp(retry_after=_until_midnight(), details={"cap": care.cap})
    shown = rendition or rules.first_rendition(rules.mode_for(care.mode, minor=case.minor))
    url = kind.photo_url(photo_id, clear=True, actor=actor.entering(case.subject_id))
    _record(case, photo_id, shown, actor=actor)
    return url, shown


def reveal_photo(ref: str, photo_id: UUID, *, actor: Actor) -> str:
    """The address of the clear photo, as `reveal`."""
    return reveal(ref, photo_id, rendition=Rendition.CLEAR, actor=actor)[0]


def list_exposures(wanted: ExposureFilter, *, cursor: str | None = None, actor: Actor) -> Page[ExposureRow]:
    """A page of looks, the newest first. Errors: Invalid for a bad cursor."""
    return rows.list_exposures(wanted, cursor=cursor)


def list_totals(wanted: ExposureFilter, *, actor: Actor) -> list[ExposureTotal]:
    """What each moderator saw over the period."""
    return rows.list_totals(wanted)


def export_exposures(wanted: ExposureFilter, *, actor: Actor) -> list[ExposureRow]:
    """Up to EXPORT_MAX looks for a file; that it was taken is on record."""
    found = rows.list_exposures(wanted, size=EXPORT_MAX).rows
    assert actor.user_id is not None
    audit.record("moderation.exposure.export", actor=actor, entity="user",
                 entity_id=wanted.moderator_id or actor.user_id, purpose=Purpose.MODERATION,
                 details={"looks": len(found)})
    return list(found)


def _record(case: Case, photo_id: UUID, rendition: Rendition, *, actor: Actor) -> None:
    assert actor.user_id is not None
    save(Exposure(moderator_id=actor.user_id, case_id=case.id, photo_id=photo_id, rendition=rendition, at=clock.now()))
    add_event(case, CaseEventKind.REVEALED, actor=actor, photo_id=str(photo_id), rendition=str(rendition))
    audit.record("moderation.photo.reveal", actor=actor, entity="photo", entity_id=photo_id,
                 subject_id=case.subject_id, purpose=Purpose.MODERATION,
                 details={"case": case.ref, "rendition": str(rendition)})


def _care_row(user_id: UUID | None) -> PhotoCare:
    hold(f"photo care of {user_id}")
    row = rows.find_care(user_id, lock=True)
    return row or PhotoCare(user_id=user_id, mode=CareMode.BLUR, raised=0)


def _midnight() -> datetime:
    """When the day began, in Riyadh."""
    return clock.midnight(clock.today_riyadh())


def _until_midnight() -> int:
    return int((_midnight() + timedelta(days=1) - clock.now()).total_seconds()) + 1


