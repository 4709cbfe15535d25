"""When a decision can be appealed, and what an appeal may say."""
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from castingops.core.arabic import is_storable, tidy
from castingops.core.messages import N_
from castingops.moderation.errors import AppealTooLate, CaseBarred, DecisionOverturned, InvalidAppeal, NothingToAppeal
from castingops.moderation.rules.cases import NOT_STORABLE
from castingops.moderation.types.appeals import APPEAL_TEXT_MAX, StatementState


def checked_appeal(text: str) -> str:
    """The appeal as it is kept. Errors: InvalidAppeal when empty, too long or not storable."""
    body = tidy(text)
    if not body:
        raise InvalidAppeal(text=N_("Say why the decision should change."))
    if len(body) > APPEAL_TEXT_MAX:
        raise InvalidAppeal(text=N_("Use at most %(max)d characters.", max=APPEAL_TEXT_MAX))
    if not is_storable(body):
        raise InvalidAppeal(text=NOT_STORABLE)
    return body


def check_appealable(*, state: str, until: datetime | None, now: datetime) -> None:
    """Errors: DecisionOverturned, NothingToAppeal for a decision that refused nothing, AppealTooLate."""
    if state == StatementState.OVERTURNED:
        raise DecisionOverturned
    if until is None:
        raise NothingToAppeal
    if until <= now:
        raise AppealTooLate(details={"appeal_until": until})


def is_appealable(*, state: str, until: datetime | None, now: datetime) -> bool:
    """Whether a decision can be appealed now, if nobody has done so yet."""
    return state == StatementState.FORCE and until is not None and until > now


def check_apart(took_part: Collection[UUID], user_id: UUID | None) -> None:
    """Whoever proposed or approved a decision has no part in its appeal. Errors: CaseBarred."""
    if user_id in took_part:
        raise CaseBarred
