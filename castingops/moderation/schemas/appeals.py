"""What the API of decisions and appeals takes and documents. Shapes only: rules decide."""
import marshmallow as ma

from castingops.moderation.types import Outcome
from castingops.moderation.types.appeals import APPEAL_TEXT_MAX, AppealState, StatementState
from castingops.moderation.types.decisions import ActionKind


class DecisionActionSchema(ma.Schema):
    """What a decision did beside its outcome."""

    kind = ma.fields.String(required=True, metadata={"enum": list(ActionKind)})
    title_en = ma.fields.String(required=True)
    title_ar = ma.fields.String(required=True)


class OwnAppealSchema(ma.Schema):
    """Your appeal of a decision, in short."""

    reference = ma.fields.String(required=True, metadata={"example": "APL-000123"})
    status = ma.fields.String(required=True, metadata={"enum": list(AppealState)})


class OwnDecisionSchema(ma.Schema):
    """A decision about you or something of yours, with its statement of reasons in both languages."""

    id = ma.fields.UUID(required=True)
    kind = ma.fields.String(required=True, metadata={"example": "talent_profile"})
    outcome = ma.fields.String(required=True, metadata={"enum": list(Outcome)})
    policy = ma.fields.String(required=True, metadata={"example": "PR-1.1"})
    policy_version = ma.fields.Integer(required=True)
    statement_en = ma.fields.String(required=True)
    statement_ar = ma.fields.String(required=True)
    actions = ma.fields.List(ma.fields.Nested(DecisionActionSchema), required=True)
    decided_at = ma.fields.AwareDateTime(required=True)
    status = ma.fields.String(required=True, metadata={"enum": list(StatementState)})
    status_en = ma.fields.String(required=True)
    status_ar = ma.fields.String(required=True)
    appeal_until = ma.fields.AwareDateTime(required=True, allow_none=True, metadata={
        "description": "null: it refused nothing, so there is nothing to appeal"})
    can_appeal = ma.fields.Boolean(required=True)
    appeal = ma.fields.Nested(OwnAppealSchema, required=True, allow_none=True)


class NewAppealSchema(ma.Schema):
    """Why the decision should change."""

    text = ma.fields.String(required=True, metadata={"minLength": 1, "maxLength": APPEAL_TEXT_MAX})


class AppealSchema(ma.Schema):
    """Your appeal and, once somebody else has decided it, the answer with its reasons in both languages."""

    reference = ma.fields.String(required=True, metadata={"example": "APL-000123"})
    decision_id = ma.fields.UUID(required=True)
    text = ma.fields.String(required=True)
    status = ma.fields.String(required=True, metadata={"enum": list(AppealState)})
    status_en = ma.fields.String(required=True)
    status_ar = ma.fields.String(required=True)
    answer_en = ma.fields.String(required=True, allow_none=True)
    answer_ar = ma.fields.String(required=True, allow_none=True)
    created_at = ma.fields.AwareDateTime(required=True)
    closed_at = ma.fields.AwareDateTime(required=True, allow_none=True)
