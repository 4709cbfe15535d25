"""What identity holds of a person, exported and erased by label, inside the person it has entered."""
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from castingops.core.actor import Actor
from castingops.core.db import entered, session
from castingops.core.privacy import erase_where, labels
from castingops.identity.models import (
    AccessMark,
    EmailedLink,
    FactorChallenge,
    FederatedIdentity,
    OldPassword,
    Passkey,
    Proposal,
    RecoveryCode,
    RefreshFamily,
    RefreshToken,
    RevokedToken,
    StaffSessionRow,
    TotpSecret,
    User,
)
from castingops.identity.models.guardians import (
    GuardianDispute,
    GuardianEvidence,
    Guardianship,
    GuardianshipEvent,
    GuardianshipTerm,
    Ward,
    WardInvitation,
)
from castingops.identity.models.nafath import IdentityVerification, NafathTransaction
from castingops.identity.models.phones import PhoneCode, PhoneNumber
from castingops.identity.service import forget_account
from castingops.identity.service.guardians.moving import forget_person
from castingops.identity.service.proposals import end_proposals_about
from castingops.identity.types import AccountStatus

# Categories that are no use to their owner: credentials are of use to a thief, search keys say what a name says.
_UNTOLD = {"credential", "search key", "national id", "identifier digest"}
_OWNED = (User, TotpSecret, Passkey, RecoveryCode, FactorChallenge, OldPassword, StaffSessionRow, RefreshToken,
          Proposal, AccessMark, Ward, Guardianship, GuardianshipEvent, GuardianEvidence, GuardianshipTerm,
          GuardianDispute, WardInvitation, FederatedIdentity, EmailedLink, PhoneNumber, PhoneCode,
          NafathTransaction, IdentityVerification, RefreshFamily)
_GONE = (RevokedToken,)  # holds nothing personal, and nothing of use without the account


def export(person_id: UUID, *, actor: Actor) -> dict[str, list[dict[str, Any]]]:
    """The personal columns of every row about this person, by table; never a hash or a sealed secret."""
    found: dict[str, list[dict[str, Any]]] = {}
    with entered(actor, person_id):
        for model in _OWNED:
            names = [name for name, label in labels(model).items() if label.category not in _UNTOLD]
            if names:
                columns = [getattr(model, name) for name in names]
                rows = session().execute(select(*columns).where(model.subject_id == person_id))
                found[model.__tablename__] = [dict(row) for row in rows.mappings()]
    return found


def erase(person_id: UUID, *, actor: Actor) -> None:
    """Erase this person: nobody can sign in any more, and the account stays without name and address."""
    with entered(actor, person_id):
        end_proposals_about(person_id, actor=actor)
        forget_person(person_id, actor=actor)
        mine = update(User).where(User.subject_id == person_id)
        session().execute(mine.values(status=AccountStatus.DISABLED, epoch=User.epoch + 1, version=User.version + 1))
        for model in _OWNED:
            session().execute(erase_where(model, model.subject_id == person_id))
        for table in _GONE:
            session().execute(table.__table__.delete().where(table.subject_id == person_id))  # type: ignore[attr-defined]
        forget_account(person_id)
