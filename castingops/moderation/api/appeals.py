"""Decisions about oneself, and appeals, for the apps."""
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Response
from msgspec import Struct

from castingops.core.actor import Actor
from castingops.core.i18n import translate
from castingops.moderation import permissions
from castingops.moderation.models.appeals import Appeal
from castingops.moderation.queries.appeals import OwnDecision
from castingops.moderation.schemas.appeals import AppealSchema, NewAppealSchema, OwnDecisionSchema
from castingops.moderation.service import appeals as service
from castingops.moderation.types.appeals import APPEAL_STATES, DECISION_STANDS
from castingops.moderation.types.decisions import ACTIONS
from castingops.web.blueprints import BOTH, ApiBlueprint, success
from castingops.web.paging import CursorSchema

blueprint = ApiBlueprint("decisions", __name__, description="Decisions about you, and appeals")


class DecisionView(Struct):
    """A decision as its person sees it."""

    id: UUID
    kind: str
    outcome: str
    policy: str
    policy_version: int
    statement_en: str
    statement_ar: str
    actions: list[dict[str, str]]
    decided_at: datetime
    status: str
    status_en: str
    status_ar: str
    appeal_until: datetime | None
    can_appeal: bool
    appeal: dict[str, str] | None


class AppealView(Struct):
    """An appeal as its person sees it."""

    reference: str
    decision_id: UUID
    text: str
    status: str
    status_en: str
    status_ar: str
    answer_en: str | None
    answer_ar: str | None
    created_at: datetime
    closed_at: datetime | None


@blueprint.get("/me/decisions", permission=permissions.READ_DECISIONS, audience=BOTH)
@blueprint.arguments(CursorSchema(), location="query")
@blueprint.response(200, OwnDecisionSchema(many=True))
def list_decisions(query: dict[str, Any], *, actor: Actor) -> Response:
    """List the decisions about you, newest first, 50 a page"""
    page = service.list_decisions(actor=actor, cursor=query["cursor"])
    return success([_decision(row) for row in page.rows], next_cursor=page.next_cursor)


@blueprint.get("/me/decisions/<uuid:decision_id>", permission=permissions.READ_DECISIONS, audience=BOTH)
@blueprint.response(200, OwnDecisionSchema)
def get_decision(*, actor: Actor, decision_id: UUID) -> Response:
    """Read one decision about you, with its reasons and until when you can appeal it"""
    return success(_decision(service.get_decision(decision_id, actor=actor)))


@blueprint.post("/me/decisions/<uuid:decision_id>/appeals", permission=permissions.APPEAL, audience=BOTH,
                idempotent=True, limit="write")
@blueprint.arguments(NewAppealSchema())
@blueprint.response(201, AppealSchema)
def send_appeal(sent: dict[str, str], *, actor: Actor, decision_id: UUID) -> Response:
    """Appeal a decision about you, once; somebody who took no part in it decides"""
    return success(_appeal(service.appeal(decision_id, sent["text"], actor=actor)), status=201)


@blueprint.get("/me/decisions/<uuid:decision_id>/appeal", permission=permissions.READ_DECISIONS, audience=BOTH)
@blueprint.response(200, AppealSchema)
def get_appeal(*, actor: Actor, decision_id: UUID) -> Response:
    """Read your appeal: where it stands and, once decided, the answer"""
    return success(_appeal(service.get_appeal(decision_id, actor=actor)))


def _decision(row: OwnDecision) -> DecisionView:
    stands = DECISION_STANDS[row.state]
    appeal = {"reference": row.appeal_ref, "status": row.appeal_state} if row.appeal_ref and row.appeal_state else None
    return DecisionView(
        id=row.id, kind=row.kind, outcome=row.outcome, policy=row.policy_code, policy_version=row.policy_version,
        statement_en=row.statement_en, statement_ar=row.statement_ar,
        actions=[_action(str(action["kind"])) for action in row.actions], decided_at=row.executed_at,
        status=row.state, status_en=translate(stands, "en"), status_ar=translate(stands, "ar"),
        appeal_until=row.appeal_until, can_appeal=service.can_appeal(row), appeal=appeal)


def _action(kind: str) -> dict[str, str]:
    return {"kind": kind, "title_en": translate(ACTIONS[kind], "en"), "title_ar": translate(ACTIONS[kind], "ar")}


def _appeal(row: Appeal) -> AppealView:
    state = APPEAL_STATES[row.state]
    return AppealView(
        reference=row.ref, decision_id=row.decision_id, text=row.body, status=row.state,
        status_en=translate(state, "en"), status_ar=translate(state, "ar"), answer_en=row.answer_en or None,
        answer_ar=row.answer_ar or None, created_at=row.created_at, closed_at=row.closed_at)
