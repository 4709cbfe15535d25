"""The judgement on a case: who holds it, what was decided and where that stands, and the form for who decides now."""
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.config import current_settings
from castingops.moderation import permissions, queries, service
from castingops.moderation.forms import DecisionForm
from castingops.moderation.models import Case
from castingops.moderation.queries import appeals, approvals
from castingops.moderation.queries import conversations as reads
from castingops.moderation.queries.appeals import OpenAppeal
from castingops.moderation.queries.approvals import PanelDecision
from castingops.moderation.rules import conversations as words
from castingops.moderation.rules.decisions import APPEAL
from castingops.moderation.types import CaseState, Outcome, Submission
from castingops.moderation.types.conversations import QUICK_MAX, QuickReply
from castingops.moderation.types.decisions import WAITING, ActionKind, DecisionState
from castingops.web.pages import wants_fragment

BEAT = 30  # seconds between two signs of life of a page


def judgement(case: Case, *, actor: Actor, form: DecisionForm | None = None, preview: service.Preview | None = None,
              problems: Mapping[str, str] | None = None, conflict: Mapping[str, Any] | None = None,
              submission: Submission | None = None, replies: Sequence[QuickReply] | None = None,
              keep: bool = False) -> dict[str, Any]:
    """What the decision panel and the bar below it show. A conflict keeps the form of who came second; `keep`: a form
    that was filled before its reader held the case stays."""
    decisions = approvals.list_decisions(case.id, case.subject_revision)
    holds = holding(case, actor)
    is_typed = form is not None
    form = form or DecisionForm()
    kind, standing = service.kind_of(case.kind), _standing(decisions, actor)
    # A fragment stands beside the revision that was on the page: it keeps that version. A whole page shows it anew.
    seen = wants_fragment() and is_typed and form.seen_version and not keep
    return {
        "case": case, "form": form, "preview": preview, "problems": problems or {}, "conflict": conflict,
        "version": form.seen_version if seen else case.version, "key": uuid4(),
        "keeps_form": bool(conflict) and is_typed,
        "revision": form.seen().revision if seen and form.seen().revision else case.subject_revision,
        "policies": _policies(case, form.outcome.data, needed=holds or is_typed), "outcomes": kind.outcomes,
        "acts_here": [act for act in ActionKind if act in kind.actions],
        "photo_ids": submission.photo_ids if submission else _photo_ids(case, kind, needed=holds or is_typed,
                                                                        actor=actor),
        "decide_replies": _replies(case, actor, replies, needed=holds), **_lease(case, actor),
        **standing, "appealed": _appealed(case, standing), **_apart(case, actor),
    }


def _apart(case: Case, actor: Actor) -> dict[str, bool]:
    """Whoever proposed or approved a decision is shown its appeal, and nothing to do about it."""
    barred = actor.user_id in case.barred
    return {"barred": barred, **({"may_second": False, "may_cancel": False} if barred else {})}


def holding(case: Case, actor: Actor) -> bool:
    """Whether the case is in the actor's hands at this moment."""
    return (case.state == CaseState.OPEN and case.assigned_to == actor.user_id and case.lease_until is not None
            and case.lease_until > clock.now())


def _lease(case: Case, actor: Actor) -> dict[str, Any]:
    total = current_settings().lease_seconds
    left = (case.lease_until - clock.now()).total_seconds() if case.lease_until else 0
    alive = case.state == CaseState.OPEN and left > 0
    mine = alive and case.assigned_to == actor.user_id
    return {"holds": mine, "held_by_other": case.assigned_to if alive and not mine else None,
            "lease_token": case.lease_token if mine else "", "lease_seconds": max(0, int(left)), "lease_total": total,
            "beat": max(1, min(BEAT, total // 3))}


def _standing(decisions: list[PanelDecision], actor: Actor) -> dict[str, Any]:
    """Of all decisions on this revision: the one on its way, the one in effect, the last that came to nothing."""
    may_approve = actor.may(permissions.APPROVE)
    waiting = next((each for each in decisions if each.state in WAITING), None)
    in_effect = next((each for each in decisions if each.state == DecisionState.EXECUTED), None)
    newest = decisions[0] if decisions else None
    settled = newest if newest and newest.state in (DecisionState.FAILED, DecisionState.DECLINED) else None
    left = int((waiting.execute_after - clock.now()).total_seconds()) if waiting else 0
    mine = waiting is not None and waiting.decided_by == actor.user_id
    own = next((actor.user_id in (each.decided_by, each.approver_id) for each in decisions
                if waiting is not None and each.id == waiting.override_of), False)  # it would take back one's own
    return {
        "decisions": decisions, "waiting": waiting, "decision": in_effect, "settled": settled,
        "undo_left": max(0, left) if waiting and waiting.state == DecisionState.SCHEDULED else 0,
        "may_cancel": waiting is not None and actor.may(permissions.DECIDE) and (mine or may_approve) and not own,
        "may_second": waiting is not None and waiting.state == DecisionState.PROPOSED and may_approve
        and not (mine or own),
        "may_reverse": in_effect is not None and waiting is None and in_effect.kind != APPEAL
        and actor.may(permissions.DECIDE),
    }


def _appealed(case: Case, standing: Mapping[str, Any]) -> OpenAppeal | None:
    """The unanswered appeal that stands where a decision could be reversed."""
    return appeals.find_open(case.subject_id, standing["decision"].id) if standing["may_reverse"] else None


def _policies(case: Case, outcome: str | None, *, needed: bool) -> list[queries.PolicyRow]:
    """Policies that can be cited for a refusal, or for the outcome chosen so far."""
    if not needed:
        return []
    wanted = outcome if outcome in (Outcome.CHANGES, Outcome.REJECT) else Outcome.REJECT
    return [policy for policy in queries.list_policies(case.kind) if wanted in policy.statements]


def _photo_ids(case: Case, kind: service.SubjectKind, *, needed: bool, actor: Actor) -> tuple[UUID, ...]:
    if not needed or ActionKind.REMOVE_PHOTO not in kind.actions:
        return ()
    submission, _erased = service.load_or_blank(case, kind, actor=actor)
    return submission.photo_ids


def _replies(case: Case, actor: Actor, known: Sequence[QuickReply] | None, *, needed: bool) -> Sequence[QuickReply]:
    if known is not None or not needed:
        return known or ()
    every = reads.list_replies(actor.user_id, words="", shared=None, after=None, size=2 * QUICK_MAX)
    return filled_replies(case, every)


def filled_replies(case: Case, replies: list[QuickReply]) -> list[QuickReply]:
    """The quick replies with their placeholders filled from this case, each in its language."""
    names = {"en": case.title_en or case.title_ar, "ar": case.title_ar or case.title_en}
    values = {locale: {"name": name, "ref": case.ref, "revision": str(case.subject_revision)}
              for locale, name in names.items()}
    return [QuickReply(reply.id, reply.owner_id, reply.title_en, reply.title_ar,
                       words.filled(reply.body_en, values["en"]), words.filled(reply.body_ar, values["ar"]),
                       reply.version) for reply in replies]
