"""Appealed decisions as a kind that is moderated: what was objected to, what was decided, and upon what."""
from collections.abc import Mapping
from uuid import UUID

from castingops.audit import service as audit
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.db import entered, save
from castingops.core.errors import NotFound
from castingops.core.i18n import translate
from castingops.core.messages import N_, Message
from castingops.core.privacy import Purpose
from castingops.media import service as media
from castingops.media.types import Variant
from castingops.moderation.errors import CaseNotFound, DecisionOverturned, NotReversible
from castingops.moderation.queries import appeals as rows
from castingops.moderation.service.decisions import overturn
from castingops.moderation.service.subjects import kind_of, outcome_state
from castingops.moderation.types import Field, Language, Outcome, Statement, Submission
from castingops.moderation.types.appeals import (
    APPEAL_OUTCOME_STATES,
    APPEAL_OUTCOMES,
    Appealed,
    AppealState,
    StatementState,
)
from castingops.moderation.types.decisions import ActionKind

KIND = "appeal"


class AppealedDecisions:
    """The thing's id is the appealed decision's. A decision never changes: it has one revision."""

    name = KIND
    title: Message = N_("Appeal")
    outcomes: Mapping[Outcome, Message] = {Outcome(name): words for name, words in APPEAL_OUTCOMES.items()}
    outcome_states: Mapping[Outcome, Message] = {
        Outcome(name): words for name, words in APPEAL_OUTCOME_STATES.items()}
    actions: frozenset[ActionKind] = frozenset()
    tells = False

    def load(self, entity_id: UUID, revision: int, *, actor: Actor) -> Submission:
        """The appeal, the decision and its statement, then what was decided upon. Errors: NotFound."""
        appealed, decision = rows.find_appealed(entity_id), rows.find_own_decision(actor.subject, entity_id)
        appeal = rows.find_appeal(actor.subject, entity_id)
        if appealed is None or decision is None or appeal is None:
            raise NotFound
        seen = _look(appealed, actor=actor)
        fields = (
            Field("appeal", N_("The appeal"), appeal.body),
            Field("decision", N_("The decision"), _words(appealed)),
            Field("statement_en", N_("What the person was told, English"), decision.statement_en, "en"),
            Field("statement_ar", N_("What the person was told, Arabic"), decision.statement_ar, "ar"),
        )
        return Submission(
            entity_id=entity_id, subject_id=appealed.subject_id, revision=1, title_en=seen.title_en,
            title_ar=seen.title_ar, language=seen.language, minor=seen.minor, fields=(*fields, *seen.fields),
            photo_ids=seen.photo_ids)

    def find_approved(self, entity_id: UUID, revision: int, *, actor: Actor) -> Submission | None:
        """None: an appeal is no change of anything."""
        return None

    def effect(self, outcome: Outcome, *, replaces: bool) -> Message:
        """What the answer means for the decision."""
        if outcome is Outcome.APPROVE:
            return N_("The decision is void: what it took away is back, and its strike no longer counts.")
        return N_("The decision stands.")

    def apply(self, entity_id: UUID, revision: int, outcome: Outcome, policy_code: str, statement: Statement, *,
              actor: Actor) -> None:
        """Overturn the decision, or let it stand; the person reads the answer with their appeal.

        One that was reversed meanwhile is not overturned again: the appeal is upheld and that is all. Errors:
        DecisionOverturned when that appeal is dismissed, as the answer would say that the decision stands.
        """
        appealed = rows.find_appealed(entity_id)
        if appealed is not None and not _is_in_force(appealed):
            if outcome is not Outcome.APPROVE:
                raise DecisionOverturned
        elif outcome is Outcome.APPROVE and appealed is not None:
            because = rows.find_answer(entity_id)
            if because is None:
                raise NotReversible
            overturn(entity_id, because, actor=actor)
        if appealed is not None:
            with entered(actor, appealed.subject_id) as inside:
                _close(entity_id, outcome, statement, actor=inside)

    def undo(self, entity_id: UUID, revision: int, outcome: Outcome, *, actor: Actor) -> bool:
        """The answer to an appeal ends the review. Errors: NotReversible."""
        raise NotReversible

    def photo_url(self, photo_id: UUID, *, clear: bool, actor: Actor) -> str:
        """A short-lived address of a photo of what was decided upon."""
        return media.url_for_photo(photo_id, Variant.LARGE if clear else Variant.BLURRED, removed=True)


def _close(decision_id: UUID, outcome: Outcome, statement: Statement, *, actor: Actor) -> None:
    row = rows.find_appeal(actor.subject, decision_id)
    if row is None or row.closed_at is not None:
        return
    row.state = AppealState.UPHELD if outcome is Outcome.APPROVE else AppealState.DISMISSED
    row.answer_en, row.answer_ar, row.closed_at = statement.en, statement.ar, clock.now()
    save(row)
    audit.record("moderation.appeal.close", actor=actor, entity="appeal", entity_id=row.id, subject_id=row.subject_id,
                 purpose=Purpose.MODERATION, after={"ref": row.ref, "state": row.state})


def _is_in_force(appealed: Appealed) -> bool:
    decision = rows.find_own_decision(appealed.subject_id, appealed.decision_id)
    return decision is None or decision.state == StatementState.FORCE


def _look(appealed: Appealed, *, actor: Actor) -> Submission:
    """What was decided upon; blank when it is gone or nobody knows its kind any more."""
    try:
        return kind_of(appealed.kind).load(appealed.entity_id, appealed.revision, actor=actor)
    except (NotFound, CaseNotFound):
        return Submission(appealed.entity_id, appealed.subject_id, 1, "", "", Language.ENGLISH, minor=False, fields=())


def _words(appealed: Appealed) -> str:
    """The outcome in the words of its own kind, in the reader's language."""
    return translate(outcome_state(appealed.kind, appealed.outcome))
