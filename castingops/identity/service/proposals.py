"""Acts that take two people: one proposes, another approves or refuses, and the approval does it (reliability.md §3).

Proposer, approver and the person concerned are three different people; a proposal is never edited, lasts a day, and
everything is asked again when it is approved. Triggers and checks of migration 0018 say the same.
"""
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from castingops.audit import service as audit
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.cursor import Page
from castingops.core.db import save
from castingops.core.errors import Forbidden
from castingops.core.ids import new_id
from castingops.core.privacy import Purpose
from castingops.identity import queries, rules
from castingops.identity.errors import (
    AboutOneself,
    ApproversLacking,
    NobodyElse,
    OwnProposal,
    ProposalChanged,
    ProposalClosed,
    ProposalNotFound,
    ProposerLostRight,
)
from castingops.identity.models import Proposal
from castingops.identity.types import (
    HOLDERS_MIN,
    ROLE_TITLES,
    Asked,
    ProposalKind,
    ProposalRow,
    ProposalState,
    ProposalView,
)

_KINDS: dict[str, ProposalKind] = {}


def register_proposal(kind: ProposalKind) -> ProposalKind:
    """Make a kind known. Registering the same name again replaces it."""
    _KINDS[kind.name] = kind
    return kind


def proposal_kinds() -> list[ProposalKind]:
    """Every registered kind, by name."""
    return [_KINDS[name] for name in sorted(_KINDS)]


def proposal_kind(name: str) -> ProposalKind:
    """The kind by its name. Errors: ProposalNotFound for one that is not registered in this process."""
    if name not in _KINDS:
        raise ProposalNotFound
    return _KINDS[name]


def propose(kind: str, *, actor: Actor, arguments: Mapping[str, Any], reason: str, subject_id: UUID | None = None,
            proposal_id: UUID | None = None) -> UUID:
    """Propose an act about a person (or about none) for somebody else to approve; returns the proposal's id.

    Errors: Forbidden for a role that may not propose it; AboutOneself; InvalidReason; ApproversLacking and NobodyElse
    while nobody could approve it; ProposalOpen when the same waits already; and what the kind's check refuses.
    """
    known = proposal_kind(kind)
    proposer = actor.user_id
    if proposer is None or not known.proposes & actor.roles:
        raise Forbidden
    if subject_id == proposer:
        raise AboutOneself
    asked = Asked(id=proposal_id or new_id(), kind=kind, subject_id=subject_id, arguments=dict(arguments),
                  reason=rules.checked_reason(reason), proposer_id=proposer)
    _require_approvers(known, asked)
    known.check(asked)
    now = clock.now()
    save(Proposal(id=asked.id, kind=kind, topic=known.topic(asked), subject_id=subject_id,
                  arguments=dict(asked.arguments), reason=asked.reason, proposer_id=proposer,
                  state=ProposalState.PROPOSED, created_at=now, expires_at=now + known.lasts))
    _record("identity.proposal.propose", asked, actor=actor)
    return asked.id


def approve(proposal_id: UUID, *, actor: Actor, seen_version: int) -> ProposalRow:
    """Approve what was read, and do it, in this transaction; everything is asked again before.

    Errors: ProposalNotFound, ProposalClosed, ProposalChanged, OwnProposal, AboutOneself, Forbidden,
    ProposerLostRight, ApproversLacking, and what the kind refuses; nothing is done and it stays open then.
    """
    row, known, asked = _to_answer(proposal_id, actor=actor, seen_version=seen_version)
    _require_rights(known, asked, actor=actor)
    _require_approvers(known, asked)
    known.check(asked)
    _settle(row, ProposalState.APPROVED, actor=actor)
    _record("identity.proposal.approve", asked, actor=actor)
    known.execute(asked, actor=actor)
    return get_proposal(proposal_id, actor=actor)


def refuse(proposal_id: UUID, *, actor: Actor, seen_version: int, reason: str) -> None:
    """Refuse a proposal, with a reason that its proposer reads.

    Errors: ProposalNotFound, InvalidReason, ProposalClosed, ProposalChanged, OwnProposal, AboutOneself, Forbidden.
    """
    row, _known, asked = _to_answer(proposal_id, actor=actor, seen_version=seen_version)
    _settle(row, ProposalState.REFUSED, actor=actor, answer=rules.checked_reason(reason))
    _record("identity.proposal.refuse", asked, actor=actor)


def withdraw(proposal_id: UUID, *, actor: Actor, seen_version: int) -> None:
    """Take one's own proposal back. Errors: ProposalNotFound (also for somebody else's), ProposalClosed."""
    row = queries.lock_proposal(proposal_id)
    if row is None or row.proposer_id != actor.user_id:
        raise ProposalNotFound
    _require_open(row, seen_version)
    _settle(row, ProposalState.CANCELLED, actor=actor)
    _record("identity.proposal.withdraw", _asked(row), actor=actor)


def expire_proposals(*, actor: Actor) -> None:
    """Close what nobody answered in time. Safe to run twice."""
    for row in queries.lock_overdue():
        _settle(row, ProposalState.EXPIRED, actor=actor)
        _record("identity.proposal.expire", _asked(row), actor=actor)


def end_proposals_about(subject_id: UUID, *, actor: Actor) -> None:
    """Close what is open about a person who is being erased."""
    for row in queries.lock_open_about(subject_id):
        _settle(row, ProposalState.EXPIRED, actor=actor)


def list_proposals(view: ProposalView, *, actor: Actor, cursor: str | None = None) -> Page[ProposalRow]:
    """A page of the proposals that this reader may see, newest first. Errors: Invalid for a foreign cursor."""
    return queries.list_proposals(view, me=_me(actor), answers=_answered_by(actor), cursor=cursor,
                                  sees=[kind.name for kind in proposal_kinds() if rules.sees_kind(kind, actor.roles)])


def count_proposals(actor: Actor) -> int | None:
    """How many wait for this person's answer; None when there is none."""
    answers = _answered_by(actor)
    return (queries.count_waiting(answers=answers, actor=actor) or None) if answers else None


def get_proposal(proposal_id: UUID, *, actor: Actor) -> ProposalRow:
    """One proposal that this reader may see. Errors: ProposalNotFound."""
    row = queries.find_proposal(proposal_id)
    if row is None or not (row.proposer_id == actor.user_id or rules.sees_kind(proposal_kind(row.kind), actor.roles)):
        raise ProposalNotFound
    return row


def list_open_about(subject_id: UUID, *, actor: Actor) -> list[ProposalRow]:
    """What is proposed about a person and open, as far as this reader may see it."""
    return [row for row in queries.list_open_about(subject_id)
            if row.proposer_id == actor.user_id or rules.sees_kind(proposal_kind(row.kind), actor.roles)]


def may_answer(row: ProposalRow, actor: Actor) -> bool:
    """Whether this reader may approve or refuse it now."""
    return rules.is_open(row.state, row.expires_at, at=clock.now()) and rules.may_answer(
        proposal_kind(row.kind), actor.roles, actor.user_id, proposer=row.proposer_id, subject=row.subject_id)


def roles_lacking() -> list[str]:
    """Approving roles that fewer than two people hold: what they approve is shut."""
    wanted = {role for kind in proposal_kinds() for role in kind.approves}
    return rules.lacking(wanted, queries.count_active(wanted))


def _answered_by(actor: Actor) -> list[str]:
    return [kind.name for kind in proposal_kinds() if kind.approves & actor.roles]


def _me(actor: Actor) -> UUID:
    if actor.user_id is None:
        raise Forbidden
    return actor.user_id


def _to_answer(proposal_id: UUID, *, actor: Actor, seen_version: int) -> tuple[Proposal, ProposalKind, Asked]:
    row = queries.lock_proposal(proposal_id)
    if row is None:
        raise ProposalNotFound
    known, asked = proposal_kind(row.kind), _asked(row)
    if asked.proposer_id == actor.user_id:
        raise OwnProposal
    if not rules.sees_kind(known, actor.roles):
        raise ProposalNotFound
    if asked.subject_id == actor.user_id:
        raise AboutOneself
    if not known.approves & actor.roles:
        raise Forbidden
    _require_open(row, seen_version)
    return row, known, asked


def _require_open(row: Proposal, seen_version: int) -> None:
    if not rules.is_open(row.state, row.expires_at, at=clock.now()):
        raise ProposalClosed
    if row.version != seen_version:
        raise ProposalChanged


def _require_rights(known: ProposalKind, asked: Asked, *, actor: Actor) -> None:
    """Rights are read at use: what a session or a page believed of either of them counts for nothing."""
    held = queries.roles_of([_me(actor), asked.proposer_id])
    if not known.approves & held.get(_me(actor), frozenset()):
        raise Forbidden
    if not known.proposes & held.get(asked.proposer_id, frozenset()):
        raise ProposerLostRight


def _require_approvers(known: ProposalKind, asked: Asked) -> None:
    holders = {role: set(queries.list_holders(role)) for role in sorted(known.approves)}
    for role, people in holders.items():
        if len(people) < HOLDERS_MIN:
            raise ApproversLacking(ApproversLacking.message.but(role=ROLE_TITLES[role]), details={"role": role})
    if not set().union(*holders.values()) - {asked.proposer_id, asked.subject_id}:
        role = min(holders)
        raise NobodyElse(NobodyElse.message.but(role=ROLE_TITLES[role]), details={"role": role})


def _settle(row: Proposal, state: ProposalState, *, actor: Actor, answer: str | None = None) -> None:
    row.state, row.answer, row.settled_at = state, answer, clock.now()
    row.settled_by = None if state is ProposalState.EXPIRED else actor.user_id
    save(row)


def _asked(row: Proposal) -> Asked:
    return Asked(id=row.id, kind=row.kind, subject_id=row.subject_id, arguments=row.arguments or {}, reason=row.reason,
                 proposer_id=row.proposer_id)


def _record(act: str, asked: Asked, *, actor: Actor) -> None:
    audit.record(act, actor=actor, entity="proposal", entity_id=asked.id, subject_id=asked.subject_id,
                 purpose=Purpose.SECURITY, details={"kind": asked.kind})


