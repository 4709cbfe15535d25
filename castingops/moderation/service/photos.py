"""Photos as a kind of thing that is moderated: one alone, or the copies of one that was removed before."""
from collections.abc import Mapping
from uuid import UUID

from castingops.casting import service as casting
from castingops.core import clock, formats
from castingops.core.actor import Actor
from castingops.core.db import entered, save
from castingops.core.errors import NotFound
from castingops.core.i18n import current_locale, translate
from castingops.core.messages import N_, NP_, Message
from castingops.media import service as media
from castingops.media.types import SAME_PHOTO, Photo, PhotoKind, Variant
from castingops.moderation.models import MediaMatch
from castingops.moderation.queries import media_care as rows
from castingops.moderation.rules.cases import is_minor
from castingops.moderation.types import Field, Language, Outcome, Statement, Submission
from castingops.moderation.types.decisions import ActionKind
from castingops.moderation.types.media_care import Earlier

KIND = "photo"
PHOTO_KINDS: dict[str, Message] = {
    PhotoKind.HEADSHOT: N_("Headshot"), PhotoKind.FULL_LENGTH: N_("Full-length photo"),
    PhotoKind.SIDE_PROFILE: N_("Side profile"), PhotoKind.PORTRAIT: N_("Portrait"),
    PhotoKind.OTHER: NP_("photo", "Other")}


class Photos:
    """A photo never changes. Its revisions count the copies that a case shows: one more, and it is read again."""

    name = KIND
    title: Message = N_("Photo")
    outcomes: Mapping[Outcome, Message] = {Outcome.APPROVE: NP_("photo", "Keep"), Outcome.REJECT: N_("Remove")}
    outcome_states: Mapping[Outcome, Message] = {
        Outcome.APPROVE: NP_("photo", "Kept"), Outcome.REJECT: NP_("photo", "Removed")}
    actions: frozenset[ActionKind] = frozenset(ActionKind) - {ActionKind.REMOVE_PHOTO}
    tells = False

    def load(self, entity_id: UUID, revision: int, *, actor: Actor) -> Submission:
        """The photo, its copies, and the removed photo that it looks like. Errors: NotFound for one that is gone."""
        found = media.photos_by_id(actor.subject, [entity_id])
        if not found:
            raise NotFound
        copies = rows.list_copies(entity_id, revision)
        earlier = rows.find_earlier(copies[0]) if copies else None
        shown = _shown(entity_id, copies, earlier)
        person = casting.get_own(actor=actor)
        return Submission(
            entity_id=entity_id, subject_id=actor.subject, revision=revision,
            title_en=person.stage_name_en or person.display_name_en or "",
            title_ar=person.stage_name_ar or person.display_name_ar or "",
            language=Language.ENGLISH if person.bio_en and not person.bio_ar else Language.ARABIC,
            minor=is_minor(person.birth_date, clock.today_riyadh()), fields=_fields(found[0], copies, earlier),
            photo_ids=tuple(photo_id for photo_id, _ in shown), photo_labels=tuple(label for _, label in shown))

    def find_approved(self, entity_id: UUID, revision: int, *, actor: Actor) -> Submission | None:
        """None: a photo has nothing before it."""
        return None

    def effect(self, outcome: Outcome, *, replaces: bool) -> Message:
        """What an outcome means for the photo."""
        return N_("It stays as it is.") if outcome is Outcome.APPROVE else N_("Nobody sees it any more.")

    def apply(self, entity_id: UUID, revision: int, outcome: Outcome, policy_code: str, statement: Statement, *,
              actor: Actor) -> None:
        """Take the photo and the copies that the case showed down, or remember that they may stay."""
        subject_id, copies = _owner(entity_id), rows.list_copies(entity_id, revision)
        if outcome is Outcome.APPROVE:
            _clear(copies, kept=True)
            return
        with entered(actor, subject_id) as inside:
            for photo_id in _own_photos(entity_id, copies):
                media.take_down(photo_id, actor=inside)

    def undo(self, entity_id: UUID, revision: int, outcome: Outcome, *, actor: Actor) -> bool:
        """Put back what the outcome took down, unless another decision took it down too."""
        subject_id, copies = _owner(entity_id), rows.list_copies(entity_id, revision)
        if outcome is Outcome.APPROVE:
            _clear(copies, kept=False)
            return True
        with entered(actor, subject_id) as inside:
            for photo_id in _own_photos(entity_id, copies):
                if not rows.removed_by_others(photo_id, entity_id):
                    media.restore_photo(photo_id, actor=inside)
        casting.show_restored(subject_id, actor=actor)
        return True

    def photo_url(self, photo_id: UUID, *, clear: bool, actor: Actor) -> str:
        """A short-lived address of one photo, removed or not."""
        return media.url_for_photo(photo_id, Variant.LARGE if clear else Variant.BLURRED, removed=True)


def list_taken(entity_id: UUID, revision: int) -> list[UUID]:
    """The photos that rejecting this revision took down."""
    return _own_photos(entity_id, rows.list_copies(entity_id, revision))


def _owner(entity_id: UUID) -> UUID:
    subject_id = rows.find_owner(entity_id)
    if subject_id is None:
        raise NotFound
    return subject_id


def _own_photos(entity_id: UUID, copies: list[MediaMatch]) -> list[UUID]:
    return list(dict.fromkeys([entity_id, *(copy.photo_id for copy in copies if copy.photo_id is not None)]))


def _clear(copies: list[MediaMatch], *, kept: bool) -> None:
    for copy in copies:
        copy.cleared_at = clock.now() if kept else None
        save(copy)


def _shown(entity_id: UUID, copies: list[MediaMatch], earlier: Earlier | None) -> list[tuple[UUID, Message]]:
    """The photos of a case with what each is, the removed one last: they stand side by side."""
    own = _own_photos(entity_id, copies)
    shown = [(own[0], N_("The photo")), *((photo_id, N_("Copy %(number)d", number=number))
                                         for number, photo_id in enumerate(own[1:], 2))]
    if earlier is not None and earlier.removed_photo_id is not None and earlier.removed_subject_id is not None \
            and media.photos_by_id(earlier.removed_subject_id, [earlier.removed_photo_id]):
        shown.append((earlier.removed_photo_id, N_("Removed earlier, %(ref)s", ref=earlier.ref)))
    return shown


def _fields(photo: Photo, copies: list[MediaMatch], earlier: Earlier | None) -> tuple[Field, ...]:
    fields = [Field("photo_kind", N_("Kind of photo"), translate(PHOTO_KINDS[photo.kind])),
              Field("uploaded", N_("Uploaded"), formats.format_datetime(photo.created_at))]
    if earlier is None:
        return tuple(fields)
    policy = earlier.policy_ar if current_locale() == "ar" else earlier.policy_en
    whose = N_("the same person") if earlier.is_same_person else N_("another person")
    return (*fields,
            Field("earlier", N_("Looks like a photo removed earlier"), translate(N_(
                "%(ref)s, %(date)s, policy %(code)s, %(policy)s", ref=earlier.ref, code=earlier.policy_code,
                date=formats.format_date(earlier.executed_at), policy=policy))),
            Field("earlier_whose", N_("Removed from"), translate(whose)),
            Field("distance", N_("Difference"), translate(N_(
                "%(bits)d of 256 bits; up to %(most)d count as the same photo", bits=earlier.distance,
                most=SAME_PHOTO))),
            Field("copies", N_("Copies in this case"), str(len(copies))))
