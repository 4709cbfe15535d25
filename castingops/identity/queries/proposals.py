"""Selects over proposals, and how many hold a role."""
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from msgspec import Struct
from sqlalchemy import ARRAY, ColumnElement, Text, Uuid, and_, any_, bindparam, func, literal_column, or_, select

from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.cursor import Page, decode_id, page_of
from castingops.core.db import session
from castingops.core.reads import Read
from castingops.identity.models import Proposal, RoleGrant, User
from castingops.identity.types import PROPOSALS_PAGE, AccountStatus, ProposalRow, ProposalState, ProposalView

_COLUMNS = (Proposal.id, Proposal.kind, Proposal.subject_id, Proposal.arguments, Proposal.reason, Proposal.proposer_id,
            Proposal.settled_by, Proposal.answer, Proposal.state, Proposal.created_at, Proposal.expires_at,
            Proposal.settled_at, Proposal.version)
_OPEN = Proposal.state == literal_column(f"'{ProposalState.PROPOSED}'")


class _Count(Struct, frozen=True):
    count: int


_COUNT = Read(
    select(func.count()).where(
        _OPEN, Proposal.expires_at > bindparam("now"), Proposal.kind == any_(bindparam("answers", type_=ARRAY(Text))),
        Proposal.proposer_id != bindparam("me", type_=Uuid),
        Proposal.subject_id.is_distinct_from(bindparam("me", type_=Uuid))), _Count)


def lock_proposal(proposal_id: UUID) -> Proposal | None:
    """The proposal to settle; whoever else wants to waits."""
    return session().scalar(select(Proposal).where(Proposal.id == proposal_id).with_for_update()
                            .execution_options(populate_existing=True))


def find_proposal(proposal_id: UUID) -> ProposalRow | None:
    """One proposal as pages show it."""
    row = session().execute(select(*_COLUMNS).where(Proposal.id == proposal_id)).one_or_none()
    return ProposalRow(*row) if row else None


def list_proposals(view: ProposalView, *, me: UUID, answers: Collection[str], sees: Collection[str],
                   cursor: str | None = None) -> Page[ProposalRow]:
    """A page of proposals, newest first. `answers` and `sees` are the kinds that the reader may answer and may see.

    Errors: Invalid for a foreign cursor.
    """
    rows = session().execute(
        select(*_COLUMNS).where(Proposal.id < decode_id(cursor), _of_view(view, me, answers, sees))
        .order_by(Proposal.id.desc()).limit(PROPOSALS_PAGE + 1))
    return page_of([ProposalRow(*row) for row in rows], size=PROPOSALS_PAGE)


def count_waiting(*, answers: Collection[str], actor: Actor) -> int:
    """How many proposals this person may answer now. A fast read: pages outside a unit of work ask it too."""
    return _COUNT(actor, me=actor.user_id, answers=list(answers), now=clock.now())[0].count


def list_open_about(subject_id: UUID) -> list[ProposalRow]:
    """What is proposed about a person and can still be answered, newest first."""
    rows = session().execute(select(*_COLUMNS).where(Proposal.subject_id == subject_id, _is_open())
                             .order_by(Proposal.id.desc()).limit(20))
    return [ProposalRow(*row) for row in rows]


def find_approved_since(kind: str, subject_id: UUID, *, proposer: UUID, since: datetime) -> datetime | None:
    """When the latest proposal of this kind about someone was approved for its proposer, if after `since`."""
    return session().scalar(
        select(func.max(Proposal.settled_at)).where(
            Proposal.subject_id == subject_id, Proposal.kind == kind, Proposal.proposer_id == proposer,
            Proposal.state == ProposalState.APPROVED, Proposal.settled_at > since))


def lock_overdue(*, most: int = 200) -> list[Proposal]:
    """Proposals whose time is over and that nobody has settled."""
    return list(session().scalars(
        select(Proposal).where(_OPEN, Proposal.expires_at <= clock.now()).order_by(Proposal.expires_at).limit(most)
        .with_for_update(skip_locked=True)))


def lock_open_about(subject_id: UUID) -> list[Proposal]:
    """What is open about a person, to be ended."""
    return list(session().scalars(select(Proposal).where(Proposal.subject_id == subject_id, _OPEN).with_for_update()))


def count_active(roles: Collection[str]) -> dict[str, int]:
    """How many active accounts hold each of these roles; a role that nobody holds is left out."""
    own = (User.id == RoleGrant.user_id) & (User.subject_id == RoleGrant.user_id)
    rows = session().execute(
        select(RoleGrant.role, func.count()).join(User, own)
        .where(RoleGrant.role.in_(roles), User.status == AccountStatus.ACTIVE).group_by(RoleGrant.role))
    return {role: count for role, count in rows}


def _is_open() -> ColumnElement[bool]:
    return and_(_OPEN, Proposal.expires_at > clock.now())


def _of_view(view: ProposalView, me: UUID, answers: Collection[str], sees: Collection[str]) -> ColumnElement[bool]:
    if view is ProposalView.MINE:
        return Proposal.proposer_id == me
    if view is ProposalView.WAITING:
        return and_(_is_open(), Proposal.kind.in_(answers), Proposal.proposer_id != me,
                    Proposal.subject_id.is_distinct_from(me))
    seen = or_(Proposal.kind.in_(sees), Proposal.proposer_id == me)
    return and_(seen, _is_open() if view is ProposalView.OPEN else ~_is_open())
