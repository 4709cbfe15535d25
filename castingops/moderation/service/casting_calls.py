"""Casting calls as a kind of thing that is moderated. Who made the call stands for it; its organization is told."""
from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from castingops.casting.service import GENDERS, calls
from castingops.casting.types import CITIES, DIALECTS, LANGUAGES, Words
from castingops.casting.types.calls import (
    ASSETS,
    PAY_BASES,
    PROJECT_TYPES,
    ROLE_KINDS,
    CallFields,
    CallRevision,
    RoleFields,
)
from castingops.core import formats
from castingops.core.actor import Actor
from castingops.core.errors import NotFound
from castingops.core.i18n import current_locale, translate
from castingops.core.messages import N_, NP_, Message
from castingops.moderation.types import OUTCOME_STATES, Field, Language, Outcome, Statement, Submission
from castingops.moderation.types.decisions import ActionKind

KIND = "casting_call"
YES, NO = NP_("casting call", "Yes"), NP_("casting call", "No")


class CastingCalls:
    """The thing's id is the call's; the case's person is who made it, also when a colleague sends a change."""

    name = KIND
    title: Message = N_("Casting call")
    outcomes: Mapping[Outcome, Message] = {
        Outcome.APPROVE: N_("Approve"), Outcome.CHANGES: N_("Ask for changes"), Outcome.REJECT: N_("Reject")}
    outcome_states: Mapping[Outcome, Message] = {Outcome(name): words for name, words in OUTCOME_STATES.items()}
    actions = frozenset({ActionKind.WARN, ActionKind.STRIKE, ActionKind.SUSPEND, ActionKind.BAN})
    tells = True

    def load(self, entity_id: UUID, revision: int, *, actor: Actor) -> Submission:
        """One revision as it was submitted, in the reader's language. Errors: CallRevisionNotFound."""
        return _seen(calls.get_call_revision(entity_id, revision), actor.subject)

    def find_approved(self, entity_id: UUID, revision: int, *, actor: Actor) -> Submission | None:
        """The revision approved last before this one."""
        approved = calls.previous_approved_call(entity_id, revision)
        return _seen(approved, actor.subject) if approved is not None else None

    def effect(self, outcome: Outcome, *, replaces: bool) -> Message:
        """What talent see afterwards."""
        if outcome is Outcome.APPROVE:
            return N_("This revision replaces the published one.") if replaces else N_("Talent can apply to the call.")
        if replaces:
            return N_("The casting call approved earlier stays published.")
        return N_("The casting call is not published yet.")

    def apply(self, entity_id: UUID, revision: int, outcome: Outcome, policy_code: str, statement: Statement, *,
              actor: Actor) -> None:
        """Publish the revision or send it back. Errors: CallDecided when a newer one took its place; to publish, what
        the call does not meet any more: plan, deadline, a rule that stops it."""
        act = {Outcome.APPROVE: calls.approve_call, Outcome.CHANGES: calls.request_call_changes,
               Outcome.REJECT: calls.reject_call}[outcome]
        act(actor=actor, call_id=entity_id, number=revision, statement_en=statement.en, statement_ar=statement.ar,
            reason_code=policy_code)

    def undo(self, entity_id: UUID, revision: int, outcome: Outcome, *, actor: Actor) -> bool:
        """The submission waits again, unless a newer one was sent; what was approved before it is shown again."""
        return calls.reopen_call(entity_id, revision, actor=actor)

    def photo_url(self, photo_id: UUID, *, clear: bool, actor: Actor) -> str:
        """A call has no photos. Errors: NotFound."""
        raise NotFound


def _seen(revision: CallRevision, owner_id: UUID) -> Submission:
    fields = revision.fields
    return Submission(
        entity_id=revision.call_id, subject_id=owner_id, revision=revision.number,
        title_en=fields.title_en or fields.title_ar or "", title_ar=fields.title_ar or fields.title_en or "",
        language=_language(fields), minor=False,
        fields=(*_of_call(fields), *(field for number, role in enumerate(fields.roles, 1)
                                     for field in _of_role(number, role))))


def _language(fields: CallFields) -> Language:
    """What the running text is in: it is what a moderator has to read."""
    if fields.synopsis_ar and fields.synopsis_en:
        return Language.BOTH
    return Language.ENGLISH if fields.synopsis_en else Language.ARABIC


def _of_call(fields: CallFields) -> tuple[Field, ...]:
    return (
        Field("title_ar", N_("Title, Arabic"), fields.title_ar or "", "ar"),
        Field("title_en", N_("Title, English"), fields.title_en or "", "en"),
        Field("project_type", N_("Type of project"),
              translate(PROJECT_TYPES[fields.project_type]) if fields.project_type else ""),
        Field("company", N_("Production company"), fields.company or ""),
        Field("casting_director", N_("Casting director"), fields.casting_director or ""),
        Field("confidential", N_("Confidential"), _yes(fields.confidential)),
        Field("synopsis_ar", N_("Synopsis, Arabic"), fields.synopsis_ar or "", "ar"),
        Field("synopsis_en", N_("Synopsis, English"), fields.synopsis_en or "", "en"),
        Field("rehearsal", N_("Rehearsals"), _days(fields.rehearsal_from, fields.rehearsal_to)),
        Field("shoot", N_("Shoot"), _days(fields.shoot_from, fields.shoot_to)),
        Field("cities", N_("Cities"), _words(CITIES, fields.cities)),
        Field("pay", N_("Pay"), pay_words(fields)),
        Field("deadline", N_("Deadline"), formats.format_datetime(fields.deadline) if fields.deadline else ""),
        Field("permit", N_("Permission document"), _permit(fields)),
    )


def _of_role(number: int, role: RoleFields) -> tuple[Field, ...]:
    """A role's facts in one field and its texts each in their own; the number of the role leads each label."""
    facts = [
        translate(ROLE_KINDS[role.kind]) if role.kind else "",
        translate(GENDERS[role.gender]) if role.gender else translate(N_("Any gender")),
        translate(N_("Playing age %(low)s–%(high)s", low=role.playing_age_min, high=role.playing_age_max)),
        translate(N_("Height %(low)s–%(high)s cm", low=role.height_min or "…", high=role.height_max or "…"))
        if role.height_min or role.height_max else "",
        _words(LANGUAGES, role.languages), _words(DIALECTS, role.dialects), formats.format_list(role.skills),
        formats.format_list(translate(ASSETS[asset]) for asset in role.assets),
        translate(N_("Positions: %(count)s", count=role.openings)),
        translate(N_("Open to minors")) if role.minors else ""]
    texts = (("name_ar", N_("Role %(number)d: name, Arabic", number=number), role.name_ar, "ar"),
             ("name_en", N_("Role %(number)d: name, English", number=number), role.name_en, "en"),
             ("description_ar", N_("Role %(number)d: description, Arabic", number=number), role.description_ar, "ar"),
             ("description_en", N_("Role %(number)d: description, English", number=number), role.description_en, "en"))
    return (*(Field(f"role_{role.id}_{name}", label, text, language) for name, label, text, language in texts if text),
            Field(f"role_{role.id}", N_("Role %(number)d", number=number), " · ".join(fact for fact in facts if fact)))


def pay_words(fields: CallFields) -> str:
    """The pay of a call in words; empty where it names none and guarantees none."""
    if fields.pay_amount is None or fields.pay_basis is None:
        return translate(N_("Guaranteed")) if fields.pay_guaranteed else ""
    amount = f"{formats.format_money(fields.pay_amount)} {translate(PAY_BASES[fields.pay_basis])}"
    return f"{amount} ({translate(N_('Guaranteed') if fields.pay_guaranteed else N_('not guaranteed'))})"


def _permit(fields: CallFields) -> str:
    parts = [fields.permit_number or "", formats.format_date(fields.permit_until) if fields.permit_until else ""]
    return " · ".join(part for part in parts if part)


def _yes(value: bool) -> str:
    return translate(YES if value else NO)


def _days(first: date | None, last: date | None) -> str:
    days = [formats.format_date(day) for day in dict.fromkeys((first, last)) if day is not None]
    return " – ".join(days)


def _words(words: Mapping[str, Words], codes: Iterable[str]) -> str:
    is_arabic = current_locale() == "ar"
    return formats.format_list((words[code].ar if is_arabic else words[code].en) if code in words else code
                               for code in codes)
