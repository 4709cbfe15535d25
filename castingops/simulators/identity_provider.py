"""Google, Microsoft, GitHub and a company's directory, as far as signing in goes: OpenID Connect, and GitHub's way.

Its page lets one choose who to be, and what shall go wrong on the way.
"""
import hashlib
import hmac
import json
import secrets
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, abort, redirect, render_template_string, request
from joserfc import jwt
from joserfc.jwk import RSAKey

from castingops.bootstrap.simulated import CLIENT_ID, CLIENT_SECRET

TENANT = "3fa1c2d4-5b6e-4f70-8a91-b2c3d4e5f607"
FAULTS = (
    "access_denied", "alg_none", "api_refused", "error_500", "expired", "garbage", "hs256_public_key", "huge",
    "missing_state", "nested", "no_id_token", "no_nonce", "other_iss", "other_state", "slow", "stale", "two_audiences",
    "unknown_key", "unverified_email", "wrong_audience", "wrong_issuer", "wrong_key", "wrong_nonce",
)

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{{ title }}: sign-in simulator</title>
<meta name="viewport" content="width=device-width"></head>
<body><h1>{{ title }}</h1><p>A simulator: choose who you are.</p>
<form method="post">{% for person in people %}
<p><button name="sub" value="{{ person.sub }}">{{ person.name }}</button> <bdi>{{ person.email }}</bdi>
{{ person.groups | join(", ") }}</p>{% endfor %}
<p><label>What goes wrong <select name="fault"><option value="">nothing</option>
{% for fault in faults %}<option>{{ fault }}</option>{% endfor %}</select></label></p></form></body></html>"""


@dataclass(frozen=True)
class Person:
    """Somebody with an account here. `methods`: how they sign in (RFC 8176)."""

    sub: str
    name: str
    email: str
    verified: bool = True
    groups: tuple[str, ...] = ()
    methods: tuple[str, ...] = ("pwd",)


PEOPLE = (
    Person("100001", "Reem Al-Dosari", "reem@people.example"),
    Person("100002", "سامي العتيبي", "sami@people.example"),
    Person("100003", "Someone unconfirmed", "unconfirmed@people.example", verified=False),
)
STAFF = (
    Person("200001", "Huda Alqahtani", "huda@house.example", groups=("house-moderators",), methods=("pwd", "mfa")),
    Person("200002", "Majed Alharbi", "majed@house.example", groups=("house-auditors",)),
    Person("200003", "Nobody in particular", "nobody@house.example", groups=("canteen",), methods=("pwd", "mfa")),
    Person("200004", "Everything at once", "everything@house.example", groups=("house-moderators", "house-auditors"),
           methods=("pwd", "mfa")),
)


@dataclass(frozen=True)
class Grant:
    """What a code stands for until it is exchanged, once."""

    person: Person
    fault: str
    asked: dict[str, str]
    at: int


@dataclass
class IdentityProvider:
    """The simulator's state. `fault` and `methods` hold for whoever signs in next, beside what the page says."""

    url: str
    people: list[Person] = field(default_factory=lambda: list(PEOPLE))
    staff: list[Person] = field(default_factory=lambda: list(STAFF))
    fault: str = ""
    grants: dict[str, Grant] = field(default_factory=dict)
    access: dict[str, Person] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": secrets.token_hex(4), "use": "sig"}))

    def issuer(self, kind: str) -> str:
        """Who signs, as tokens name it."""
        return f"{self.url}/microsoft/{TENANT}/v2.0" if kind == "microsoft" else f"{self.url}/{kind}"

    def find(self, kind: str, sub: str) -> Person:
        """Whoever has this account. Errors: 400."""
        return next((person for person in self.accounts(kind) if person.sub == sub), None) or abort(400)

    def accounts(self, kind: str) -> list[Person]:
        """Who can sign in: the directory knows staff, the others everybody else."""
        return self.staff if kind == "sso" else self.people


def create_app(house: IdentityProvider) -> Flask:
    """The WSGI app."""
    app = Flask(__name__)
    routes: dict[str, Callable[..., Any]] = {
        "/<any(google,sso):kind>/.well-known/openid-configuration": lambda kind: _discovery(house, kind),
        "/microsoft/common/v2.0/.well-known/openid-configuration": lambda: _discovery(house, "microsoft"),
        "/<any(google,microsoft,sso):kind>/keys": lambda kind: _keys(house),
        "/<any(google,microsoft,sso):kind>/authorize": lambda kind: _authorize(house, kind),
        "/<any(google,microsoft,sso):kind>/token": lambda kind: _token(house, kind),
        "/github/login/oauth/authorize": lambda: _authorize(house, "github"),
        "/github/login/oauth/access_token": lambda: _token(house, "github"),
        "/github/api/user": lambda: _github_user(house),
        "/github/api/user/emails": lambda: _github_emails(house),
    }
    for number, (rule, view) in enumerate(routes.items()):
        app.add_url_rule(rule, f"route_{number}", view, methods=["GET", "POST"])
    return app


def _discovery(house: IdentityProvider, kind: str) -> Any:
    base = f"{house.url}/{kind}"
    issuer = f"{house.url}/microsoft/{{tenantid}}/v2.0" if kind == "microsoft" else house.issuer(kind)
    return {"issuer": issuer, "authorization_endpoint": f"{base}/authorize", "token_endpoint": f"{base}/token",
            "jwks_uri": f"{base}/keys", "response_types_supported": ["code"], "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"], "code_challenge_methods_supported": ["S256"]}


def _keys(house: IdentityProvider) -> Any:
    return {"keys": [house.key.as_dict(private=False)]}


def _authorize(house: IdentityProvider, kind: str) -> Any:
    asked = request.args.to_dict()
    if asked.get("client_id") != CLIENT_ID or asked.get("response_type") != "code" or "redirect_uri" not in asked:
        abort(400)
    if asked.get("code_challenge_method") != "S256" or not asked.get("code_challenge"):
        return _back(asked, error="invalid_request")
    if request.method == "GET":
        return render_template_string(PAGE, title=kind.capitalize(), people=house.accounts(kind), faults=FAULTS)
    fault = request.form.get("fault") or house.fault
    if fault == "access_denied":
        return _back(asked, error="access_denied")
    code, now = secrets.token_urlsafe(24), int(time.time())
    house.grants[code] = Grant(house.find(kind, request.form.get("sub", "")), fault, asked,
                               now - 86_400 if fault == "stale" else now)
    told = {"code": code, "iss": "https://elsewhere.example" if fault == "other_iss" else _named(house, kind)}
    if fault in {"missing_state", "other_state"}:
        asked = {**asked, "state": "another's" if fault == "other_state" else ""}
    return _back(asked, **told)


def _named(house: IdentityProvider, kind: str) -> str:
    return f"{house.issuer(kind)}/login/oauth" if kind == "github" else house.issuer(kind)


def _back(asked: dict[str, str], **told: str) -> Response:
    if asked.get("state"):
        told["state"] = asked["state"]
    joint = "&" if "?" in asked["redirect_uri"] else "?"
    answer = redirect(f"{asked['redirect_uri']}{joint}{urlencode(told)}", 302)
    assert isinstance(answer, Response)
    return answer


def _token(house: IdentityProvider, kind: str) -> Any:
    sent = request.form
    grant = house.grants.pop(sent.get("code", ""), None)
    if not _is_client() or grant is None or sent.get("redirect_uri") != grant.asked["redirect_uri"] \
            or _s256(sent.get("code_verifier", "")) != grant.asked["code_challenge"]:
        return {"error": "invalid_grant"}, 200 if kind == "github" else 400
    if broken := _broken(grant.fault):
        return broken
    access = secrets.token_urlsafe(24)
    if grant.fault == "api_refused":
        return {"access_token": "good for nothing", "token_type": "bearer"}
    house.access[access] = replace(grant.person, verified=False) if grant.fault == "unverified_email" else grant.person
    answer = {"access_token": access, "token_type": "bearer", "expires_in": 3600}
    if kind != "github" and grant.fault != "no_id_token":
        answer["id_token"] = _id_token(house, kind, grant)
    return answer


def _broken(fault: str) -> Any:
    """What a provider in trouble says instead of an answer."""
    if fault == "slow":
        time.sleep(60)
    nested = '{"a":' * 50_000 + "1" + "}" * 50_000
    broken = {"error_500": Response("down", 500), "garbage": Response("<html>busy</html>"),
              "huge": Response(b"x" * (2 << 20)), "nested": Response(nested, mimetype="application/json")}
    return broken.get(fault)


def _is_client() -> bool:
    if request.authorization is not None and request.authorization.type == "basic":
        return b64decode(request.headers["Authorization"].split()[1]).decode() == f"{CLIENT_ID}:{CLIENT_SECRET}"
    return (request.form.get("client_id"), request.form.get("client_secret")) == (CLIENT_ID, CLIENT_SECRET)


def _id_token(house: IdentityProvider, kind: str, grant: Grant) -> str:
    claims = _claims(house, kind, grant)
    header = {"alg": "RS256", "kid": "two" if grant.fault == "unknown_key" else house.key.kid, "typ": "JWT"}
    if grant.fault == "alg_none":
        return f"{_part({'alg': 'none'})}.{_part(claims)}."
    if grant.fault == "hs256_public_key":  # the public key, which everybody has, as a shared secret
        head = f"{_part({**header, 'alg': 'HS256'})}.{_part(claims)}"
        return f"{head}.{_base64(hmac.digest(house.key.as_pem(private=False), head.encode(), hashlib.sha256))}"
    key = house.key if grant.fault != "wrong_key" else RSAKey.generate_key(2048)
    return jwt.encode(header, claims, key)


def _claims(house: IdentityProvider, kind: str, grant: Grant) -> dict[str, Any]:
    person, now, fault = grant.person, int(time.time()), grant.fault
    verified = person.verified and fault != "unverified_email"
    claims: dict[str, Any] = {
        "iss": house.issuer(kind), "sub": person.sub, "aud": CLIENT_ID, "iat": now, "exp": now + 300,
        "nonce": grant.asked.get("nonce"), "name": person.name, "email": person.email, "email_verified": verified}
    if kind == "microsoft":
        claims |= {"tid": TENANT, "xms_edov": verified}
    if kind == "sso":
        claims |= {"groups": list(person.groups), "amr": list(person.methods)}
    if "max_age" in grant.asked or kind == "sso":
        claims["auth_time"] = grant.at
    changes: dict[str, dict[str, Any]] = {
        "wrong_nonce": {"nonce": "another's"}, "expired": {"iat": now - 900, "exp": now - 600},
        "wrong_audience": {"aud": "another"}, "wrong_issuer": {"iss": "https://elsewhere.example"},
        "two_audiences": {"aud": [CLIENT_ID, "another"]}}
    claims |= changes.get(fault, {})
    if fault == "no_nonce":
        del claims["nonce"]
    return claims


def _github_user(house: IdentityProvider) -> Any:
    person = _holder(house)
    if house.fault == "api_shape":
        return [person.sub]
    return {"id": int(person.sub), "login": f"user{person.sub}", "name": person.name, "email": None}


def _github_emails(house: IdentityProvider) -> Any:
    person = _holder(house)
    return [{"email": "spare@people.example", "primary": False, "verified": True, "visibility": None},
            {"email": person.email, "primary": True, "verified": person.verified, "visibility": "private"}]


def _holder(house: IdentityProvider) -> Person:
    return house.access.get(request.headers.get("Authorization", "").removeprefix("Bearer ")) or abort(401)


def _s256(verifier: str) -> str:
    return _base64(hashlib.sha256(verifier.encode()).digest())


def _part(value: dict[str, Any]) -> str:
    return _base64(json.dumps(value).encode())


def _base64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
