"""What two people do about staff accounts: make one, give and take roles, disable and enable, reset a second factor.

Support and admins propose, a second admin approves; what makes somebody finance, compliance or admin is proposed by an
admin and approved by compliance (reliability.md §3). Nobody is ever shown a colleague's password. Triggers of migration
0020 hold roles and accounts of staff to the proposal that was approved in the same transaction.
"""
import secrets
from collections.abc import Collection
from uuid import UUID

from sqlalchemy import delete

from castingops.audit import service as audit
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.db import entered, save, session
from castingops.core.i18n import LOCALES, translate
from castingops.core.ids import new_id
from castingops.core.messages import N_
from castingops.core.privacy import Purpose
from castingops.core.roles import STAFF, StaffRole
from castingops.identity import queries, rules
from castingops.identity.errors import (
    AccountNotFound,
    AlreadyDisabled,
    AlreadyEnabled,
    EmailTaken,
    LastAdmin,
    LastHolder,
    LastRole,
    RoleHeld,
    RoleNotHeld,
    RoleUnfit,
)
from castingops.identity.models import RoleGrant, User
from castingops.identity.service import accounts, letters, notices, proposals, resets
from castingops.identity.service.passwords import hash_password
from castingops.identity.types import (
    INVITE_LIVES,
    ROLE_TITLES,
    AccountKind,
    AccountStatus,
    Asked,
    Facts,
    Letter,
    ProposalKind,
    StaffAct,
)
from castingops.notifications.types import Sealed

_PROPOSERS = frozenset({StaffRole.SUPPORT, StaffRole.ADMIN})
_ADMINS = frozenset({StaffRole.ADMIN})
_COMPLIANCE = frozenset({StaffRole.COMPLIANCE_OFFICER})
ACT_TITLES = {
    StaffAct.CREATE: N_("Make a staff account"),
    StaffAct.CREATE_TRUSTED: N_("Make an account with finance, compliance or admin rights"),
    StaffAct.GRANT: N_("Give a role"),
    StaffAct.GRANT_TRUSTED: N_("Give the role of finance, compliance or admin"),
    StaffAct.REVOKE: N_("Take a role away"),
    StaffAct.DISABLE: N_("Disable a staff account"),
    StaffAct.ENABLE: N_("Enable a staff account"),
    StaffAct.RESET_MFA: N_("Reset a second factor"),
}


def propose_account(*, actor: Actor, email: str, display_name: str, locale: str, roles: Collection[str],
                    reason: str) -> UUID:
    """Propose a new colleague. Errors: as `proposals.propose`; InvalidEmail, InvalidName, InvalidLocale, InvalidRoles,
    RoleUnfit, RolesExclude, EmailTaken (also for an account of an app: one address is one kind of account)."""
    held = rules.checked_staff_roles(roles)
    arguments = {"email": rules.checked_email(email), "display_name": rules.checked_name(display_name),
                 "locale": rules.checked_locale(locale, LOCALES), "roles": sorted(held)}
    return proposals.propose(rules.act_of_creating(held), actor=actor, arguments=arguments, reason=reason,
                             subject_id=new_id())


def propose_role(user_id: UUID, role: str, *, actor: Actor, reason: str, take: bool = False) -> UUID:
    """Propose to give a role, or to take it. Errors: as `proposals.propose`; AccountNotFound, RoleUnfit, RoleHeld,
    RolesExclude; RoleNotHeld, LastRole, LastAdmin, LastHolder."""
    if role not in STAFF:
        raise RoleUnfit
    act = StaffAct.REVOKE if take else rules.act_of_granting(role)
    return proposals.propose(act, actor=actor, arguments={"role": role}, reason=reason, subject_id=user_id)


def propose_switch(user_id: UUID, act: StaffAct, *, actor: Actor, reason: str) -> UUID:
    """Propose to disable or enable an account, or to reset its second factor.

    Errors: as `proposals.propose`; AccountNotFound, AlreadyDisabled, AlreadyEnabled, LastAdmin, LastHolder.
    """
    return proposals.propose(act, actor=actor, arguments={}, reason=reason, subject_id=user_id)


def _colleague(asked: Asked) -> User:
    """The staff account that a proposal is about. Errors: AccountNotFound."""
    user = queries.find_user(asked.subject_id) if asked.subject_id else None
    if user is None or user.kind != AccountKind.STAFF:
        raise AccountNotFound
    return user


def _active(asked: Asked) -> User:
    user = _colleague(asked)
    if user.status != AccountStatus.ACTIVE:
        raise AlreadyDisabled
    return user


def _check_creating(asked: Asked) -> None:
    rules.checked_staff_roles(asked.arguments["roles"])
    if queries.find_credentials(asked.arguments["email"]) is not None:
        raise EmailTaken


def _check_granting(asked: Asked) -> None:
    held = queries.list_roles(_active(asked).id)
    if asked.arguments["role"] in held:
        raise RoleHeld
    rules.checked_roles(held | {asked.arguments["role"]}, AccountKind.STAFF)


def _check_revoking(asked: Asked) -> None:
    user = _colleague(asked)
    held, role = queries.list_roles(user.id), asked.arguments["role"]
    if role not in held:
        raise RoleNotHeld
    if held == {role}:
        raise LastRole
    if user.status == AccountStatus.ACTIVE:
        _require_holders_left({role})


def _check_disabling(asked: Asked) -> None:
    _require_holders_left(queries.list_roles(_active(asked).id))


def _check_enabling(asked: Asked) -> None:
    user = _colleague(asked)
    if user.email is None:  # erased: there is nobody to enable
        raise AccountNotFound
    if user.status == AccountStatus.ACTIVE:
        raise AlreadyEnabled


def _check_resetting(asked: Asked) -> None:
    _active(asked)


def _require_holders_left(roles: Collection[str]) -> None:
    """Errors: LastAdmin, LastHolder when one active holder of each of these roles less would be too few."""
    holders = queries.count_active(roles)
    for role in sorted(roles):
        others = holders.get(role, 1) - 1
        if rules.leaves_too_few(role, others):
            raise LastHolder if others else LastAdmin


def _create(asked: Asked, *, actor: Actor) -> None:
    given, user_id = asked.arguments, _subject(asked)
    with entered(actor, user_id) as inside:
        accounts.open_staff_account(
            user_id, email=given["email"], display_name=given["display_name"], locale=given["locale"],
            hashed=hash_password(secrets.token_urlsafe(32)))  # nobody's: the owner chooses one by the letter's link
        for role in given["roles"]:
            _give(asked, role)
        audit.record("identity.user.create", actor=inside, entity="user", entity_id=user_id, purpose=Purpose.SECURITY,
                     after={"roles": sorted(given["roles"])}, details={"proposal": asked.id})
        _invite(user_id, actor=inside)
    _tell_admins(asked, given["roles"], given["display_name"], actor=actor)


def _invite(user_id: UUID, *, actor: Actor) -> None:
    """A letter with a link by which the owner chooses a password; the factor is added at the first sign-in."""
    opaque = resets.make_link(user_id, Letter.RESET, until=clock.now() + INVITE_LIVES)
    notices.tell(notices.INVITED, user_id, actor=actor,
                 sealed=Sealed({"link": letters.address_of(Letter.RESET, opaque)}))


def _grant(asked: Asked, *, actor: Actor) -> None:
    role, user_id = asked.arguments["role"], _subject(asked)
    with entered(actor, user_id) as inside:
        user = queries.lock_user(user_id)
        held = queries.list_roles(user_id)
        _give(asked, role)
        accounts.end_everything(user)
        audit.record("identity.role.grant", actor=inside, entity="user", entity_id=user_id, purpose=Purpose.SECURITY,
                     before={"roles": sorted(held)}, after={"roles": sorted(held | {role})},
                     details={"role": role, "proposal": asked.id})
    notices.tell(notices.ROLE_GIVEN, user_id, actor=actor, values={"role": ROLE_TITLES[role]})
    _tell_admins(asked, [role], user.display_name, actor=actor)


def _revoke(asked: Asked, *, actor: Actor) -> None:
    role, user_id = asked.arguments["role"], _subject(asked)
    with entered(actor, user_id) as inside:
        user = queries.lock_user(user_id)
        held = queries.list_roles(user_id)
        session().execute(delete(RoleGrant).where(RoleGrant.user_id == user_id, RoleGrant.role == role))
        accounts.end_everything(user)
        audit.record("identity.role.revoke", actor=inside, entity="user", entity_id=user_id, purpose=Purpose.SECURITY,
                     before={"roles": sorted(held)}, after={"roles": sorted(held - {role})},
                     details={"role": role, "proposal": asked.id})
    notices.tell(notices.ROLE_TAKEN, user_id, actor=actor, values={"role": ROLE_TITLES[role]})


def _disable(asked: Asked, *, actor: Actor) -> None:
    accounts.switch(_subject(asked), AccountStatus.DISABLED, actor=actor, details={"proposal": asked.id})


def _enable(asked: Asked, *, actor: Actor) -> None:
    accounts.switch(_subject(asked), AccountStatus.ACTIVE, actor=actor, details={"proposal": asked.id})


def _reset_mfa(asked: Asked, *, actor: Actor) -> None:
    accounts.reset_mfa(_subject(asked), actor=actor)
    notices.tell(notices.FACTOR_RESET, _subject(asked), actor=actor)


def _give(asked: Asked, role: str) -> None:
    save(RoleGrant(user_id=_subject(asked), kind=AccountKind.STAFF, role=role, granted_by=asked.proposer_id,
                   granted_at=clock.now(), proposal_id=asked.id))


def _tell_admins(asked: Asked, roles: Collection[str], name: str, *, actor: Actor) -> None:
    """Every admin learns of a new one, whoever agreed to it."""
    if StaffRole.ADMIN in roles:
        for admin in queries.list_holders(StaffRole.ADMIN):
            if admin != asked.subject_id:
                notices.tell(notices.NEW_ADMIN, admin, actor=actor, values={"name": name})


def _subject(asked: Asked) -> UUID:
    if asked.subject_id is None:
        raise AccountNotFound
    return asked.subject_id


def _roles_in_words(roles: Collection[str]) -> str:
    return " · ".join(translate(ROLE_TITLES[role]) for role in sorted(roles))


def _describe_account(asked: Asked) -> Facts:
    given = asked.arguments
    return [(N_("Name"), given["display_name"]), (N_("E-mail"), given["email"]),
            (N_("Roles"), _roles_in_words(given["roles"]))]


def _describe_role(asked: Asked) -> Facts:
    return [(N_("Role"), _roles_in_words([asked.arguments["role"]]))]


def _describe_nothing(asked: Asked) -> Facts:
    return []


def _role(asked: Asked) -> str:
    return str(asked.arguments["role"])


def register_acts() -> None:
    """Make the proposals about staff known."""
    kind, title = ProposalKind, ACT_TITLES
    for act, proposes, approves in (
            (StaffAct.CREATE, _PROPOSERS, _ADMINS), (StaffAct.CREATE_TRUSTED, _ADMINS, _COMPLIANCE)):
        proposals.register_proposal(kind(act, title[act], proposes, approves, _check_creating, _create,
                                         _describe_account))
    for act, proposes, approves in (
            (StaffAct.GRANT, _PROPOSERS, _ADMINS), (StaffAct.GRANT_TRUSTED, _ADMINS, _COMPLIANCE)):
        proposals.register_proposal(kind(act, title[act], proposes, approves, _check_granting, _grant, _describe_role,
                                         topic=_role))
    proposals.register_proposal(kind(StaffAct.REVOKE, title[StaffAct.REVOKE], _PROPOSERS, _ADMINS, _check_revoking,
                                     _revoke, _describe_role, topic=_role))
    for act, check, execute in (
            (StaffAct.DISABLE, _check_disabling, _disable), (StaffAct.ENABLE, _check_enabling, _enable),
            (StaffAct.RESET_MFA, _check_resetting, _reset_mfa)):
        proposals.register_proposal(kind(act, title[act], _PROPOSERS, _ADMINS, check, execute, _describe_nothing))


register_acts()
