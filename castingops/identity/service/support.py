"""Accounts of the apps as support sees them: masked, found by the whole e-mail, never entered nor given a password.

Contact is shown in full to compliance, and for an hour to the senior moderator whose proposal compliance approved.
"""
from uuid import UUID

from sqlalchemy import update

from castingops.audit import service as audit
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.db import entered, session
from castingops.core.masking import initials, masked_email
from castingops.core.messages import N_
from castingops.core.privacy import Purpose
from castingops.core.roles import StaffRole
from castingops.identity import queries, rules
from castingops.identity.errors import AccountNotFound, AlreadyDisabled, AlreadyEnabled, SignInsOver
from castingops.identity.models import RefreshFamily
from castingops.identity.service import accounts, letters, proposals
from castingops.identity.types import (
    SHOWN_FOR,
    UNMASK,
    AccountKind,
    AccountStatus,
    Asked,
    Facts,
    PersonRow,
    ProposalKind,
)


def find_person(email: str) -> UUID | None:
    """Whose account of an app has exactly this e-mail; None for nobody's, and for a colleague's."""
    key = rules.email_key(email)
    known = queries.find_credentials(key) if key else None
    return known.user_id if known is not None and known.kind == AccountKind.APP else None


def read_person(person_id: UUID, *, actor: Actor) -> tuple[PersonRow, bool]:
    """An account and whether its contact may be read in full; looking is on record.

    Errors: AccountNotFound, also for a colleague's account.
    """
    row = _get(person_id)
    shown = is_shown(person_id, actor=actor)
    audit.record("identity.person.unmask" if shown else "identity.person.read", actor=actor, entity="user",
                 entity_id=person_id, subject_id=person_id, purpose=Purpose.SECURITY)
    return row, shown


def is_shown(person_id: UUID, *, actor: Actor) -> bool:
    """Whether this reader sees the contact in full."""
    if StaffRole.COMPLIANCE_OFFICER in actor.roles:
        return True
    return actor.user_id is not None and queries.find_approved_since(
        UNMASK, person_id, proposer=actor.user_id, since=clock.now() - SHOWN_FOR) is not None


def propose_unmask(person_id: UUID, *, actor: Actor, reason: str) -> UUID:
    """Propose to see a person's contact. Errors: as `proposals.propose`; AccountNotFound."""
    return proposals.propose(UNMASK, actor=actor, arguments={}, reason=reason, subject_id=person_id)


def switch_person(person_id: UUID, status: AccountStatus, *, actor: Actor, reason: str) -> None:
    """Disable a person's account, or enable it again; its owner is told.

    Errors: AccountNotFound, InvalidReason, AlreadyDisabled, AlreadyEnabled.
    """
    row, why = _get(person_id), rules.checked_reason(reason)
    if row.status == status:
        raise AlreadyDisabled if status is AccountStatus.DISABLED else AlreadyEnabled
    if row.email is None:  # erased: there is nobody to enable
        raise AccountNotFound
    accounts.switch(person_id, status, actor=actor, details={"reason": why})


def end_sign_ins(person_id: UUID, *, actor: Actor) -> None:
    """End every sign-in of a person, as when their telephone was lost. Errors: AccountNotFound, SignInsOver."""
    if not _get(person_id).sign_ins:
        raise SignInsOver
    with entered(actor, person_id) as inside:
        session().execute(update(RefreshFamily).where(
            RefreshFamily.subject_id == person_id, RefreshFamily.ended_at.is_(None)
        ).values(ended_at=clock.now(), ended_for="support"))
        accounts.end_everything(queries.lock_user(person_id))
        audit.record("identity.person.sign_out", actor=inside, entity="user", entity_id=person_id,
                     purpose=Purpose.SECURITY)


def send_letter(person_id: UUID, *, actor: Actor) -> None:
    """Have the account's own address get a letter to choose a password anew; nobody here sees its link.

    Errors: AccountNotFound, also for one that is disabled: nobody could sign in.
    """
    row = _get(person_id)
    if row.email is None or row.status != AccountStatus.ACTIVE:
        raise AccountNotFound
    letters.ask("reset", row.email, actor=actor)
    audit.record("identity.person.send_letter", actor=actor, entity="user", entity_id=person_id,
                 subject_id=person_id, purpose=Purpose.SECURITY)


def _get(person_id: UUID) -> PersonRow:
    row = queries.find_person(person_id)
    if row is None:
        raise AccountNotFound
    return row


def _check(asked: Asked) -> None:
    if asked.subject_id is None or _get(asked.subject_id).email is None:
        raise AccountNotFound


def _execute(asked: Asked, *, actor: Actor) -> None:
    """Nothing: the approval itself is what is asked for when the proposer reads."""


def _describe(asked: Asked) -> Facts:
    row = queries.find_person(asked.subject_id) if asked.subject_id else None
    return [(N_("Name"), initials(row.display_name) if row else "–"),
            (N_("E-mail"), masked_email(row.email or "") if row else "–")]


def _topic(asked: Asked) -> str:
    return str(asked.proposer_id)  # colleagues each need their own


proposals.register_proposal(ProposalKind(
    UNMASK, N_("See a person's contact"), frozenset({StaffRole.SENIOR_MODERATOR}),
    frozenset({StaffRole.COMPLIANCE_OFFICER}), _check, _execute, _describe, topic=_topic))
