"""Staff who come in by the house's own directory (ID-7): it says who they are, and its groups what they may do here.

Their roles are what the mapping makes of their groups at each sign-in, and nothing else: a role that somebody was given
by hand goes, and one that the mapping does not name cannot come. What it takes away ends their sessions.
"""
from datetime import UTC, datetime
from urllib.parse import urljoin
from uuid import UUID

from castingops.audit import service as audit
from castingops.core.actor import Actor
from castingops.core.config import current_settings
from castingops.core.db import entered, hold, savepoint
from castingops.core.errors import DomainError
from castingops.core.ids import new_id
from castingops.core.messages import N_
from castingops.core.privacy import Purpose
from castingops.identity import queries, rules
from castingops.identity.errors import (
    ContinuationInvalid,
    DirectoryEmailMissing,
    DirectoryEmailTaken,
    DirectoryLastAdmin,
    DirectoryRefused,
    DirectoryRolesExclude,
    IdentityRefused,
    LastAdmin,
    ProviderDenied,
    RolesExclude,
)
from castingops.identity.models import User
from castingops.identity.service import flows, providers, staff
from castingops.identity.service.accounts import get_user, open_staff_account, set_roles
from castingops.identity.service.federation import add_identity, refused
from castingops.identity.service.proofs import house
from castingops.identity.types import (
    NO_PASSWORD,
    AccountKind,
    AccountStatus,
    Arrival,
    FederatedAccount,
    Flow,
    Proven,
    Provider,
    StaffSession,
    Started,
)

CALLBACK = "/console/sign-in/sso/callback"
NOT_ANSWERING = N_("The single sign-on is not answering. Nothing is lost; please try again in a few minutes.")


def is_offered() -> bool:
    """Whether the settings name a directory."""
    return providers.is_directory_offered()


def leave(*, secret: str, then: str, again: UUID | None = None) -> Started:
    """Leave for the directory. `secret` is the browser's; `again`: who has to prove anew that it is them.

    Errors: ProviderUnknown without a directory; ProviderFailed's classes; Unavailable.
    """
    return flows.start(providers.registered_at(Provider.SSO), binding=flows.s256(secret), then=then, user_id=again,
                       fresh=again is not None, redirect_uri=urljoin(current_settings().public_url, CALLBACK))


def take_flow(*, state: str, secret: str) -> Flow:
    """The flow that this browser left on, which is over with this. Errors: FlowInvalid, Unavailable."""
    return flows.take(Provider.SSO, state=state, secret=secret)


def ask(flow: Flow, *, code: str, issuer: str, denied: bool, actor: Actor) -> Proven:
    """Whom the directory vouches for. Asks it before anything is asked of the database.

    Errors: ProviderDenied; IdentityRefused; ProviderFailed's classes.
    """
    known = providers.registered_at(Provider.SSO)
    if denied:
        raise ProviderDenied
    if issuer and not providers.is_from(known, issuer):  # RFC 9207: another provider's answer
        raise refused("issuer", actor=actor)
    try:
        return providers.ask(known, flow, code)
    except IdentityRefused as error:
        raise refused("answer", actor=actor) from error


def arrive(flow: Flow, proven: Proven, *, locale: str, actor: Actor) -> Arrival:
    """Let a member of staff in whom the directory vouches for, with the roles it says; makes their account at first,
    in the language that their browser speaks.

    The session is open at once when they showed a second factor there; else ours comes next.
    Errors: IdentityRefused for a disabled account; DirectoryRefused and its classes, each recorded.
    """
    hold(f"identity/directory/{proven.issuer}/{proven.sub}")
    roles = _roles_of(proven, actor=actor)
    found = queries.find_federated(proven.issuer, proven.sub)
    user_id = found.user_id if found else _admit(proven, roles, locale=locale, actor=actor)
    with entered(house(actor), user_id) as inside:
        user = queries.lock_user(user_id)
        if user.status != AccountStatus.ACTIVE or user.kind != AccountKind.STAFF:
            raise refused("account", actor=actor)
        if found is not None:
            _come_again(user, found, roles, proven=proven, actor=inside)
        opened = _session_of(proven, roles, actor=inside)
        return Arrival(user_id=user_id, epoch=user.epoch, locale=user.locale, session=opened, then=flow.then)


def prove_again(flow: Flow, proven: Proven, found: StaffSession, *, actor: Actor) -> None:
    """Note that the member of staff at this session has proved who they are just now, at the directory.

    Errors: IdentityRefused when it was somebody else, or without a second factor.
    """
    who = queries.find_federated(proven.issuer, proven.sub)
    if who is None or not flow.user_id == who.user_id == found.user_id or not _is_strong(proven):
        raise refused("another", actor=actor)
    staff.note_proof(found, actor=actor)


def link(continuation: str, user_id: UUID, *, actor: Actor) -> bool:
    """Link what the directory vouched for a moment ago with the account that has just signed in by password and code.

    Both have been proved now. False, and nothing done, when they are not the same person's or the moment is over.
    """
    try:
        proven = flows.proven_by(continuation)
    except ContinuationInvalid:
        return False
    with entered(house(actor), user_id) as inside:
        fits = proven.provider is Provider.SSO and get_user(user_id).email == proven.email
        if not fits or queries.find_federated(proven.issuer, proven.sub) is not None \
                or queries.find_identity(Provider.SSO, actor=inside) is not None:
            return False
        add_identity(proven, actor=inside)
        return True


def _roles_of(proven: Proven, *, actor: Actor) -> frozenset[str]:
    """The roles that their groups bring; none when the directory brings none. Errors: DirectoryRolesExclude."""
    roles = rules.mapped_roles(proven.groups, current_settings().sso_roles)
    try:
        return rules.checked_roles(roles, AccountKind.STAFF)
    except RolesExclude as error:
        raise _turned_away(DirectoryRolesExclude(), proven, sorted(roles), actor=actor) from error


def _admit(proven: Proven, roles: frozenset[str], *, locale: str, actor: Actor) -> UUID:
    """Make the account of somebody who comes for the first time. Errors: DirectoryRefused's classes."""
    if not roles:
        raise _turned_away(DirectoryRefused(), proven, [], actor=actor)
    if proven.email is None:
        raise _turned_away(DirectoryEmailMissing(), proven, sorted(roles), actor=actor)
    hold(f"identity/register/{proven.email}")
    if queries.find_credentials(proven.email) is not None:
        taken = DirectoryEmailTaken(details={"continuation": flows.continuation_of(proven)})
        raise _turned_away(taken, proven, sorted(roles), actor=actor)
    user_id = new_id()
    with entered(house(actor), user_id) as inside:
        name = proven.name or proven.email.partition("@")[0]
        open_staff_account(user_id, email=proven.email, display_name=name, locale=locale, hashed=NO_PASSWORD)
        set_roles(get_user(user_id), roles, held=frozenset())
        audit.record("identity.user.create", actor=inside, entity="user", entity_id=user_id, purpose=Purpose.SECURITY,
                     after={"roles": sorted(roles)}, details={"by": "directory"})
        add_identity(proven, actor=inside)
    return user_id


def _come_again(user: User, found: FederatedAccount, roles: frozenset[str], *, proven: Proven, actor: Actor) -> None:
    """Give somebody who is known the roles that their groups bring today. Errors: DirectoryRefused."""
    held = queries.list_roles(user.id)
    if held != roles:
        try:
            with savepoint():
                set_roles(user, roles, held=held)
        except LastAdmin as error:  # said to somebody who loses it by the directory: nobody could give it back
            raise _turned_away(DirectoryLastAdmin(), proven, sorted(roles), actor=actor) from error
        audit.record("identity.role.map", actor=actor, entity="user", entity_id=user.id, purpose=Purpose.SECURITY,
                     before={"roles": sorted(held)}, after={"roles": sorted(roles)})
    if not roles:
        raise _turned_away(DirectoryRefused(), proven, [], actor=actor)
    queries.note_used(found.identity_id, actor=actor)


def _session_of(proven: Proven, roles: frozenset[str], *, actor: Actor) -> str | None:
    if not _is_strong(proven):
        staff.prepare_second(actor=actor)
        return None
    # who does not say when they signed in there may have done so this morning: it opens no dangerous act
    return staff.open_session(roles, actor=actor, by="directory",
                              proved_at=datetime.fromtimestamp(proven.auth_time or 0, UTC))


def _is_strong(proven: Proven) -> bool:
    return rules.is_strong(proven.methods, current_settings().sso_second_factor)


def _turned_away(refusal: DirectoryRefused, proven: Proven, roles: list[str], *, actor: Actor) -> DomainError:
    """Record whom the directory vouched for in vain, by its own name of them, and which roles it would have brought."""
    audit.record("identity.sign_in.fail", actor=house(actor), entity="user", purpose=Purpose.SECURITY,
                 details={"factor": "directory", "why": refusal.code, "sub": proven.sub, "roles": roles})
    return refusal
