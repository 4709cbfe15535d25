"""What we say to providers and believe of their answers: OpenID Connect by authlib and joserfc, and GitHub's own way.

Nothing here opens a transaction: whoever calls this has asked the database nothing yet (ARCHITECTURE §2).
"""
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import structlog
from authlib.oauth2.base import OAuth2Error
from authlib.oauth2.client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError

from castingops.core import clock
from castingops.core.config import Settings, current_settings
from castingops.core.http import Answer, AnswerUnusable, Client
from castingops.identity import rules
from castingops.identity.errors import IdentityRefused, ProviderUnknown
from castingops.identity.service import metadata
from castingops.identity.types import LEEWAY, Flow, Proven, Provider, Registered

log = structlog.get_logger(__name__)

_ALGORITHMS = ["RS256", "PS256", "ES256"]  # public keys alone: neither `none` nor a shared secret
_TOKEN_MAX = 16_384  # characters of an ID token
_SCOPES = {Provider.GITHUB: "read:user user:email", Provider.SSO: "openid email profile groups"}
_CLIENTS = {provider: Client(f"sign-in {provider}") for provider in Provider}


class _Session:
    """Our HTTP client, as authlib's protocol client asks for one."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def post(self, url: str, *, data: Mapping[str, str], headers: Mapping[str, str], auth: Any) -> "_Reply":
        url, sent, body = auth.prepare("POST", url, dict(headers), urlencode(data))
        return _Reply(self._client.request("POST", url, headers=sent, content=body.encode()))


class _Reply:
    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self.status_code = answer.status

    def json(self) -> Any:
        return self._answer.json()

    def raise_for_status(self) -> None:
        raise AnswerUnusable


def offered() -> list[Provider]:
    """The providers that people of the apps may choose, in their order."""
    return [provider for provider in Provider if provider is not Provider.SSO
            and _find(provider, current_settings()) is not None]


def is_directory_offered() -> bool:
    """Whether staff may come in by the house's own directory."""
    return _find(Provider.SSO, current_settings()) is not None


def is_directory_alone() -> bool:
    """Whether staff of the directory come in by it and not by a password."""
    return is_directory_offered() and not current_settings().sso_passwords


def registered_at(provider: str) -> Registered:
    """What we are at a provider. Errors: ProviderUnknown, also for one that the settings do not name."""
    found = _find(Provider(provider), current_settings()) if provider in set(Provider) else None
    if found is None:
        raise ProviderUnknown
    return found


def address_of(known: Registered, flow: Flow, state: str) -> str:
    """Where a browser asks this provider who its holder is. Errors: ProviderFailed's classes."""
    extra = {"nonce": flow.nonce} if known.provider is not Provider.GITHUB else {}
    if flow.fresh:
        extra |= {"prompt": "login", "max_age": "0"}
    endpoint = metadata.get(known, _CLIENTS[known.provider]).authorization_endpoint
    url, _state = _protocol(known, flow).create_authorization_url(
        endpoint, state=state, code_verifier=flow.verifier, **extra)
    return str(url)


def ask(known: Registered, flow: Flow, code: str) -> Proven:
    """Who the provider says has signed in, for a code that it gave our browser.

    Errors: IdentityRefused for an answer that does not hold; ProviderFailed's classes.
    """
    client = _CLIENTS[known.provider]
    endpoint = metadata.get(known, client).token_endpoint
    try:
        token = _protocol(known, flow).fetch_token(endpoint, code=code, code_verifier=flow.verifier)
        if known.provider is Provider.GITHUB:
            return _of_github(known, client, str(token.get("access_token")))
        return _of_id_token(known, client, flow, token)
    except (OAuth2Error, JoseError, ValueError, TypeError, RecursionError) as error:
        log.warning("sign_in.refused", provider=str(known.provider), fault=type(error).__name__,
                    claim=getattr(error, "claim", None))
        raise IdentityRefused from error


def is_from(known: Registered, issuer: str) -> bool:
    """Whether an answer that names its issuer (RFC 9207) is this provider's. Errors: ProviderFailed's classes."""
    if known.provider is Provider.GITHUB:
        return issuer in {known.issuer, f"{known.issuer}/login/oauth"}
    return rules.is_issuer(metadata.get(known, _CLIENTS[known.provider]).issuer, issuer)


def _of_id_token(known: Registered, client: Client, flow: Flow, token: Mapping[str, Any]) -> Proven:
    """Errors: JoseError, ValueError."""
    told = token.get("id_token")
    if not isinstance(told, str) or len(told) > _TOKEN_MAX:
        raise ValueError("no ID token")
    decoded = _decoded(known, client, told)
    claims = CodeIDToken(
        decoded.claims, decoded.header, {"aud": {"essential": True, "value": known.client_id}},
        {"nonce": flow.nonce, "client_id": known.client_id, "access_token": token.get("access_token"),
         "max_age": flow.fresh})
    claims.validate(now=int(clock.now().timestamp()), leeway=int(LEEWAY.total_seconds()))
    issuer = metadata.get(known, client).issuer
    sub, named = rules.text_claim(claims, "sub"), rules.text_claim(claims, "iss")
    if not sub or not rules.is_issuer(issuer, named, tenant=rules.text_claim(claims, "tid") or None):
        raise ValueError("another issuer, or nobody")
    auth_time = rules.moment_claim(claims, "auth_time")
    if flow.fresh and (auth_time or 0) < flow.started_at - LEEWAY.total_seconds():
        raise ValueError("not proved again")
    return Proven(
        provider=known.provider, issuer=named, sub=sub, email=rules.confirmed_email(known.provider, claims),
        name=rules.suggested_name(claims), auth_time=auth_time,
        groups=rules.list_claim(claims, current_settings().sso_groups_claim),
        methods=[*rules.list_claim(claims, "amr"), *rules.list_claim(claims, "acr")])


def _decoded(known: Registered, client: Client, token: str) -> jwt.Token:
    """An ID token whose signature holds by one of the provider's keys; asked for anew when it names none we know.

    Errors: JoseError, ValueError.
    """
    try:
        return jwt.decode(token, metadata.keys(known, client), algorithms=_ALGORITHMS)
    except InvalidKeyIdError:
        return jwt.decode(token, metadata.keys(known, client, anew=True), algorithms=_ALGORITHMS)


def _of_github(known: Registered, client: Client, access: str) -> Proven:
    """GitHub speaks no OpenID: who it is says its API, and the e-mail is the primary one if confirmed.

    Errors: ValueError.
    """
    headers = {"Authorization": f"Bearer {access}", "Accept": "application/vnd.github+json"}
    base = current_settings().oauth_github_api_url
    user, emails = (_good(client.get(base + path, headers=headers)) for path in ("/user", "/user/emails"))
    if not isinstance(user, dict) or type(user.get("id")) is not int or not isinstance(emails, list):
        raise ValueError("not GitHub's shapes")
    primary = next((row for row in emails if isinstance(row, dict) and row.get("primary") is True), {})
    claims = {"email": primary.get("email"), "email_verified": primary.get("verified"), "name": user.get("name")}
    return Proven(provider=known.provider, issuer=known.issuer, sub=str(user["id"]),
                  email=rules.confirmed_email(known.provider, claims), name=rules.suggested_name(claims))


def _good(answer: Answer) -> Any:
    if not answer.ok:
        raise ValueError("GitHub refused")
    return answer.json()


def _protocol(known: Registered, flow: Flow) -> OAuth2Client:
    return OAuth2Client(
        _Session(_CLIENTS[known.provider]), known.client_id, known.client_secret,
        scope=_SCOPES.get(known.provider, "openid email profile"), redirect_uri=flow.redirect_uri,
        token_endpoint_auth_method="client_secret_post" if known.provider is Provider.GITHUB else "client_secret_basic",
        code_challenge_method="S256")


def _find(provider: Provider, settings: Settings) -> Registered | None:
    if provider is Provider.SSO:
        names = (settings.sso_issuer, settings.sso_client_id, settings.sso_client_secret)
    else:
        issuer = settings.oauth_github_url if provider is Provider.GITHUB else getattr(
            settings, f"oauth_{provider}_issuer")
        names = (issuer, getattr(settings, f"oauth_{provider}_client_id"),
                 getattr(settings, f"oauth_{provider}_client_secret"))
    issuer, client_id, secret = names
    if not issuer or not client_id or secret is None:
        return None
    return Registered(provider=provider, issuer=issuer.rstrip("/"), client_id=client_id,
                      client_secret=secret.get_secret_value())
