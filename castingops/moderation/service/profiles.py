"""Talent profiles as a kind of thing that is moderated."""
from collections.abc import Mapping
from uuid import UUID

import msgspec

from castingops.casting import service as casting
from castingops.casting.types import SENSITIVE, ProfileFields, Revision
from castingops.consent import service as consent
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.messages import N_, Message
from castingops.core.privacy import Purpose
from castingops.media import service as media
from castingops.media.types import Variant
from castingops.moderation.rules.cases import is_minor
from castingops.moderation.types import OUTCOME_STATES, Field, Language, Outcome, Statement, Submission
from castingops.moderation.types.decisions import ActionKind

KIND = "talent_profile"


class TalentProfiles:
    """A person has one profile, so the thing's id is the person's own."""

    name = KIND
    title: Message = N_("Talent profile")
    outcomes: Mapping[Outcome, Message] = {
        Outcome.APPROVE: N_("Approve"), Outcome.CHANGES: N_("Ask for changes"), Outcome.REJECT: N_("Reject")}
    outcome_states: Mapping[Outcome, Message] = {Outcome(name): words for name, words in OUTCOME_STATES.items()}
    actions = frozenset(ActionKind)
    tells = True

    def load(self, entity_id: UUID, revision: int, *, actor: Actor) -> Submission:
        """One revision as it was submitted, in the reader's language. Errors: RevisionNotFound."""
        return _seen(casting.get_revision(entity_id, revision), actor)

    def find_approved(self, entity_id: UUID, revision: int, *, actor: Actor) -> Submission | None:
        """The revision approved last before this one."""
        approved = casting.previous_approved(entity_id, revision)
        return _seen(approved, actor) if approved is not None else None

    def effect(self, outcome: Outcome, *, replaces: bool) -> Message:
        """What the marketplace sees afterwards."""
        if outcome is Outcome.APPROVE:
            return N_("This revision replaces the published one.") if replaces else N_("The profile is published.")
        if replaces:
            return N_("The profile approved earlier stays published.")
        return N_("The profile is not published yet.")

    def apply(self, entity_id: UUID, revision: int, outcome: Outcome, policy_code: str, statement: Statement, *,
              actor: Actor) -> None:
        """Publish the revision or send it back. Errors: RevisionDecided when a newer one took its place."""
        act = {Outcome.APPROVE: casting.approve_revision, Outcome.CHANGES: casting.request_changes,
               Outcome.REJECT: casting.reject_revision}[outcome]
        act(actor=actor, subject_id=entity_id, number=revision, statement_en=statement.en, statement_ar=statement.ar,
            reason_code=policy_code)

    def undo(self, entity_id: UUID, revision: int, outcome: Outcome, *, actor: Actor) -> bool:
        """The submission waits again, unless a newer one was sent; what was approved before it is shown again."""
        return casting.reopen_revision(entity_id, revision, actor=actor)

    def photo_url(self, photo_id: UUID, *, clear: bool, actor: Actor) -> str:
        """A short-lived address of one photo."""
        return media.url_for_photo(photo_id, Variant.LARGE if clear else Variant.BLURRED, removed=True)


def _seen(revision: Revision, actor: Actor) -> Submission:
    fields = _consented(revision, actor)
    photos = media.photos_by_id(revision.subject_id, list(revision.photo_ids))
    return Submission(
        entity_id=revision.subject_id, subject_id=revision.subject_id, revision=revision.number,
        title_en=fields.stage_name_en or fields.display_name_en or "",
        title_ar=fields.stage_name_ar or fields.display_name_ar or "",
        language=_language(fields), minor=is_minor(fields.birth_date, clock.today_riyadh()), fields=_fields(fields),
        photo_ids=tuple(photo.id for photo in photos))


def _consented(revision: Revision, actor: Actor) -> ProfileFields:
    """What was submitted, without what tells of belief or health once consent to that is withdrawn."""
    told = {name: None for name in SENSITIVE if getattr(revision.fields, name) is not None}
    if not told or consent.is_given(Purpose.SENSITIVE, revision.subject_id, actor=actor):
        return revision.fields
    return msgspec.structs.replace(revision.fields, **told)


def _language(fields: ProfileFields) -> Language:
    """What the running text is in: it is what a moderator has to read."""
    if fields.bio_ar and fields.bio_en:
        return Language.BOTH
    return Language.ENGLISH if fields.bio_en else Language.ARABIC


def _fields(fields: ProfileFields) -> tuple[Field, ...]:
    """What there is to read: of all that a profile may say beyond its core, what this one says."""
    return tuple(Field(line.name, line.label, line.text, line.language, line.group)
                 for line in casting.describe(fields) if line.text or line.name in _ALWAYS)


_ALWAYS = frozenset({
    "display_name_ar", "display_name_en", "stage_name_ar", "stage_name_en", "birth_date", "gender", "nationality",
    "city", "playing_age", "height_cm", "languages", "dialects", "skills", "bio_ar", "bio_en"})
