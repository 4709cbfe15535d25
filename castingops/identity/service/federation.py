"""People of the apps who sign in by an account elsewhere (ID-7).

What a provider vouches for signs in the account that it is linked with, and no other. An e-mail that has an account
here links nothing by itself: whoever wants the two to be one proves both.
"""
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urljoin

from castingops.audit import service as audit
from castingops.core import clock
from castingops.core.actor import Actor
from castingops.core.config import current_settings
from castingops.core.db import entered, hold, save, session
from castingops.core.i18n import LOCALES
from castingops.core.ids import new_id
from castingops.core.messages import N_
from castingops.core.privacy import Purpose
from castingops.core.roles import AppRole
from castingops.identity import queries, rules
from castingops.identity.errors import (
    AccountExists,
    ChallengeRefused,
    ContinuationInvalid,
    EmailUnconfirmed,
    FlowInvalid,
    IdentityNotFound,
    IdentityRefused,
    IdentityTaken,
    LastWayIn,
    ProviderDenied,
    ProviderLinked,
    RedirectRefused,
)
from castingops.identity.models import FederatedIdentity
from castingops.identity.service import flows, notices, providers
from castingops.identity.service.accounts import open_account, registering
from castingops.identity.service.apps import pass_first
from castingops.identity.service.proofs import house
from castingops.identity.types import (
    APP_PROVIDERS,
    NO_PASSWORD,
    Account,
    AccountKind,
    AccountStatus,
    Flow,
    Identity,
    Outcome,
    Proven,
    Provider,
    Registered,
    Registration,
    Started,
    Tokens,
    Transport,
)

_S256 = re.compile(r"[A-Za-z0-9_-]{43}")


def list_providers() -> list[Provider]:
    """Where people of the apps may sign in."""
    return providers.offered()


def start_sign_in(provider: str, *, redirect_uri: str, transport: Transport, challenge: str,
                  fresh: bool = False) -> Started:
    """Leave for a provider. `redirect_uri` is where the app goes on; `challenge` the S256 of what it keeps to itself.

    A native app is called back there by the provider itself, a browser comes by our own callback. `fresh`: have them
    sign in anew there, so that the sign-in here counts as a proof of who they are.
    Errors: ProviderUnknown, RedirectRefused, ChallengeRefused; ProviderFailed's classes; Unavailable.
    """
    known = _known(provider)
    if redirect_uri not in current_settings().oauth_redirects:
        raise RedirectRefused(redirect_uri=N_("This address is none of our apps'."))
    if not _S256.fullmatch(challenge):
        raise ChallengeRefused(code_challenge=N_("Send the S256 challenge of 43 characters."))
    browser = transport is Transport.COOKIE
    return flows.start(known, redirect_uri=callback_of(known.provider) if browser else redirect_uri, binding=challenge,
                       fresh=fresh, transport=str(transport), then=redirect_uri if browser else "")


def callback_of(provider: Provider) -> str:
    """Where a provider sends browsers back to."""
    return urljoin(current_settings().public_url, f"/api/v1/auth/oauth/{provider}/callback")


def take_flow(provider: str, *, state: str, secret: str, transport: Transport) -> Flow:
    """The flow that comes back, which is over with this. Errors: ProviderUnknown, FlowInvalid, Unavailable."""
    flow = flows.take(_known(provider).provider, state=state, secret=secret)
    if flow.transport != transport:  # a browser's callback takes no native app's code, nor the other way round
        raise FlowInvalid
    return flow


def finish_sign_in(flow: Flow, *, code: str, issuer: str, denied: bool, actor: Actor) -> Outcome:
    """Come back from a provider with a code: signed in, or with what an account still takes.

    Asks the provider before it asks the database anything, so that no transaction waits for somebody else.
    Errors: ProviderDenied; IdentityRefused; EmailUnconfirmed; AccountExists; ProviderFailed's classes.
    """
    known = providers.registered_at(flow.provider)
    if denied:
        raise ProviderDenied
    if issuer and not providers.is_from(known, issuer):  # RFC 9207: another provider's answer
        raise refused("issuer", actor=actor)
    proven = _ask(known, flow, code, actor=actor)
    found = queries.find_federated(proven.issuer, proven.sub)
    if found is None:
        return _unknown(proven, flow)
    account = queries.find_account(found.user_id)
    if account is None or account.kind != AccountKind.APP or account.status != AccountStatus.ACTIVE:
        raise refused("account", actor=actor)
    with entered(house(actor), found.user_id) as inside:
        queries.note_used(found.identity_id, actor=inside)
    return Outcome(tokens=_open(account, proven, Transport(flow.transport), actor=actor), continuation=None, email=None,
                   name=None, then=flow.then)


def complete_registration(continuation: str, *, actor: Actor, display_name: str, locale: str, role: AppRole,
                          birth_date: date | None, accepts: Mapping[str, Any], transport: Transport) -> Tokens:
    """Make an app account for what a provider vouched for a moment ago, with all that belongs to it, and sign it in.

    One transaction, the same hooks as any registration. The e-mail is the provider's; no password opens the account.
    Errors: ContinuationInvalid; AccountExists; InvalidName, InvalidLocale, InvalidBirthDate; what the hooks refuse.
    """
    proven = _proven(continuation)
    email = rules.checked_email(proven.email or "")
    new = Registration(
        user_id=new_id(), role=role, display_name=rules.checked_name(display_name),
        locale=rules.checked_locale(locale, LOCALES), accepts=accepts,
        birth_date=rules.checked_birth_date(birth_date, role=role, today=clock.today_riyadh()))
    registering(new)
    hold(f"identity/register/{email}")
    if queries.find_credentials(email) is not None:
        raise AccountExists(details={"continuation": continuation})
    with entered(house(actor), new.user_id) as inside:
        open_account(new, email=email, hashed=NO_PASSWORD, actor=inside)
        add_identity(proven, actor=inside)
    account = Account(user_id=new.user_id, kind=AccountKind.APP, status=AccountStatus.ACTIVE, epoch=1, roles=[role],
                      revoked=[], restriction=None, restricted_until=None, second_factor=False)
    return _open(account, proven, transport, actor=actor)


def list_identities(*, actor: Actor) -> list[Identity]:
    """One's own accounts elsewhere."""
    return queries.list_identities(actor)


def link_identity(provider: str, *, continuation: str, actor: Actor) -> Identity:
    """Link what a provider vouched for a moment ago with one's own account: both have been proved now.

    Errors: ProviderUnknown; ContinuationInvalid; IdentityTaken; ProviderLinked.
    """
    known, proven = _known(provider), _proven(continuation)
    if proven.provider != known.provider:
        raise ContinuationInvalid
    found = queries.find_federated(proven.issuer, proven.sub)
    if found is not None:
        raise ProviderLinked if found.user_id == actor.subject else IdentityTaken
    row = add_identity(proven, actor=actor)
    notices.tell(notices.IDENTITY_LINKED, actor.subject, actor=actor)
    return Identity(row.provider, row.email, row.created_at, row.last_used_at)


def unlink_identity(provider: str, *, actor: Actor) -> None:
    """Take an account elsewhere away, unless nothing else would sign one in. Errors: IdentityNotFound, LastWayIn."""
    user = queries.lock_user(actor.subject)  # two at once: the second sees what the first left
    linked = queries.list_identities(actor)
    row = queries.find_identity(Provider(provider), actor=actor) if provider in APP_PROVIDERS else None
    if row is None:
        raise IdentityNotFound
    if user.password_hash == NO_PASSWORD and len(linked) == 1:
        raise LastWayIn
    session().delete(row)
    audit.record("identity.identity.unlink", actor=actor, entity="user", entity_id=user.id, purpose=Purpose.SECURITY,
                 details={"provider": provider})
    notices.tell(notices.IDENTITY_UNLINKED, user.id, actor=actor)


def refused(why: str, *, actor: Actor) -> IdentityRefused:
    """Record that what came from a provider opens nothing; the error to raise, which says no more than that."""
    audit.record("identity.sign_in.fail", actor=house(actor), entity="user", purpose=Purpose.SECURITY,
                 details={"factor": "provider", "why": why})
    return IdentityRefused()


def _known(provider: str) -> Registered:
    """A provider of the apps. Errors: ProviderUnknown."""
    return providers.registered_at(provider if provider in APP_PROVIDERS else "")


def _ask(known: Registered, flow: Flow, code: str, *, actor: Actor) -> Proven:
    try:
        return providers.ask(known, flow, code)
    except IdentityRefused as error:
        raise refused("answer", actor=actor) from error


def _unknown(proven: Proven, flow: Flow) -> Outcome:
    """Nobody is linked with it. Errors: EmailUnconfirmed, AccountExists."""
    if proven.email is None:
        raise EmailUnconfirmed
    continuation = flows.continuation_of(proven)
    if queries.find_credentials(proven.email) is not None:
        raise AccountExists(details={"continuation": continuation})
    return Outcome(tokens=None, continuation=continuation, email=proven.email, name=proven.name, then=flow.then)


def _proven(continuation: str) -> Proven:
    """What an app's provider proved. Errors: ContinuationInvalid, for the directory's word on staff as well."""
    proven = flows.proven_by(continuation)
    if proven.provider not in APP_PROVIDERS:
        raise ContinuationInvalid
    return proven


def add_identity(proven: Proven, *, actor: Actor) -> FederatedIdentity:
    """Note that the entered subject's account may be entered by it. Errors: IdentityTaken, ProviderLinked."""
    row = FederatedIdentity(subject_id=actor.subject, provider=proven.provider, issuer=proven.issuer, sub=proven.sub,
                            email=proven.email, created_at=clock.now(), last_used_at=None)
    save(row)
    audit.record("identity.identity.link", actor=actor, entity="user", entity_id=actor.subject,
                 purpose=Purpose.SECURITY, details={"provider": str(proven.provider)})
    return row


def _open(account: Account, proven: Proven, transport: Transport, *, actor: Actor) -> Tokens:
    proved_at = None if proven.auth_time is None else min(datetime.fromtimestamp(proven.auth_time, UTC), clock.now())
    return pass_first(account, transport=transport, proved_at=proved_at, actor=actor, by=str(proven.provider))
