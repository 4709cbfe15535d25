"""Signing in by an account elsewhere: at which provider, what is kept on the way, and what was proved there (ID-7)."""
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from castingops.identity.types.accounts import Tokens

FLOW_LIVES = timedelta(minutes=10)  # from leaving for a provider to coming back
CONTINUATION_LIVES = timedelta(minutes=10)  # from what a provider proved to a role, a birth date and consents
CLAIM_MAX = 512  # characters of any one claim that is kept or compared
GROUPS_MAX = 500  # groups of a directory that are looked at
NO_PASSWORD = "!"  # in place of a hash: no password opens this account


class Provider(StrEnum):
    """Who vouches for people of the apps, and whom the house trusts with its own staff."""

    GOOGLE = "google"
    MICROSOFT = "microsoft"
    GITHUB = "github"
    SSO = "sso"


APP_PROVIDERS = (Provider.GOOGLE, Provider.MICROSOFT, Provider.GITHUB)
PROVIDER_TITLES = {  # names, the same in every language
    Provider.GOOGLE: "Google", Provider.MICROSOFT: "Microsoft", Provider.GITHUB: "GitHub"}


class Registered(Struct, frozen=True, kw_only=True):
    """A provider as the settings name it, with what we are called there."""

    provider: Provider
    issuer: str
    client_id: str
    client_secret: str


class Flow(Struct, frozen=True, kw_only=True):
    """What is kept between leaving for a provider and coming back: sealed, taken once, gone after ten minutes."""

    provider: Provider
    nonce: str
    verifier: str
    redirect_uri: str  # as the provider was told
    binding: str  # S256 of what only the browser or app that left holds
    started_at: int  # seconds since 1970
    transport: str = ""  # of an app
    then: str = ""  # where a browser goes afterwards
    fresh: bool = False  # they sign in anew there, and the provider says when: a proof (ID-5)
    user_id: UUID | None = None  # whose proof it is to be, of staff at a session


class Started(Struct, frozen=True, kw_only=True):
    """Where to send the browser, and what comes back with it."""

    url: str
    state: str


class Proven(Struct, frozen=True, kw_only=True):
    """What a provider vouches for. `email` only when it was confirmed there."""

    provider: Provider
    issuer: str
    sub: str
    email: str | None
    name: str = ""
    groups: list[str] = []
    methods: list[str] = []  # how they signed in there: amr and acr of OIDC
    auth_time: int | None = None  # when, in seconds since 1970


class Continuation(Struct, frozen=True, kw_only=True):
    """Something proved at a provider, to be gone on with; sealed, so that only we can read or make one."""

    proven: Proven
    until: int  # seconds since 1970


class Outcome(Struct, frozen=True, kw_only=True):
    """How coming back from a provider ended: signed in, or with an account still to be made."""

    tokens: Tokens | None
    continuation: str | None
    email: str | None
    name: str | None
    then: str


class Arrival(Struct, frozen=True, kw_only=True):
    """A member of staff whom the directory has vouched for. Without a session their second factor is still to come."""

    user_id: UUID
    epoch: int
    locale: str
    session: str | None
    then: str


class Identity(Struct, frozen=True):
    """An account elsewhere that signs somebody in here."""

    provider: str
    email: str | None
    linked_at: datetime
    last_used_at: datetime | None


class FederatedAccount(Struct, frozen=True):
    """Whose an account elsewhere is."""

    user_id: UUID
    identity_id: UUID
