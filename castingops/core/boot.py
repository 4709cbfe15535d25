"""What must be true before production serves: each broken rule is named, and the process does not start (OPS-7)."""
import base64
import binascii
from typing import Any, cast

import psycopg
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from redis import Redis
from redis.exceptions import RedisError

from castingops.core.config import Settings

_PLACEHOLDERS = ("change", "example", "default", "placeholder", "secret", "password", "xxxx")
_ROLE = """
select rolsuper, rolbypassrls, exists (select from pg_class c join pg_namespace n on n.oid = relnamespace
  where nspname = 'public' and relkind = 'r' and relowner = r.oid) from pg_roles r where rolname = current_user"""


class RefusesToBoot(SystemExit):
    """Production's conditions are not met; the message names each."""

    def __init__(self, findings: list[str]) -> None:
        super().__init__("castingops refuses to start:\n" + "\n".join(f"  - {finding}" for finding in findings))
        self.findings = findings


def require_production(settings: Settings) -> None:
    """Errors: RefusesToBoot in production when anything in `findings` holds. Development starts anyway."""
    if settings.environment == "production" and (broken := findings(settings)):
        raise RefusesToBoot(broken)


def findings(settings: Settings) -> list[str]:
    """Every broken rule, as a sentence that names the setting and never its value."""
    return [*_secrets(settings), *_debug(settings), *_providers(settings), *_database(settings), *_redis(settings)]


def advice(settings: Settings) -> list[str]:
    """What production can do without but should not: for `ops check --deploy`."""
    told = []
    if not settings.public_url.startswith("https://"):
        told.append("CASTINGOPS_PUBLIC_URL does not start with https://")
    if not settings.trusted_hosts:
        told.append("CASTINGOPS_TRUSTED_HOSTS is empty: any Host header is answered")
    if settings.storage == "local":
        told.append("CASTINGOPS_STORAGE is local: photos lie on one machine only")
    if settings.smtp_url is None:
        told.append("CASTINGOPS_SMTP_URL is not set: e-mails are files in <home>/mail")
    if settings.sentry_dsn is None:
        told.append("CASTINGOPS_SENTRY_DSN is not set: nobody hears of errors")
    return told


def _debug(settings: Settings) -> list[str]:
    broken = ["CASTINGOPS_DEBUG is on"] if settings.debug else []
    return [*broken, "CASTINGOPS_HTTP_TEST_HOSTS is for development"] if settings.http_test_hosts else broken


def _providers(settings: Settings) -> list[str]:
    """Who vouches for people is asked over TLS alone."""
    asked = ("oauth_google_issuer", "oauth_microsoft_issuer", "oauth_github_url", "oauth_github_api_url", "sso_issuer")
    return [f"CASTINGOPS_{name.upper()} does not start with https://" for name in asked
            if not (getattr(settings, name) or "https://").startswith("https://")]


def _secrets(settings: Settings) -> list[str]:
    broken = []
    for name in ("secret_key", "master_key", "pepper"):
        value = getattr(settings, name).get_secret_value()
        if len(set(value)) < 10 or any(word in value.lower() for word in _PLACEHOLDERS):
            broken.append(f"CASTINGOPS_{name.upper()} is a default or a guessable text")
    try:
        if len(base64.urlsafe_b64decode(settings.master_key.get_secret_value() + "==")) != 32:
            broken.append("CASTINGOPS_MASTER_KEY is not 32 bytes in base64")
    except binascii.Error:
        broken.append("CASTINGOPS_MASTER_KEY is not base64")
    for name in ("token_key", "audit_signing_key"):
        if not _is_ed25519(getattr(settings, name).get_secret_value()):
            broken.append(f"CASTINGOPS_{name.upper()} is not an Ed25519 private key in PEM")
    return broken


def _is_ed25519(pem: str) -> bool:
    try:
        return isinstance(load_pem_private_key(pem.encode(), None), Ed25519PrivateKey)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return False


def _database(settings: Settings) -> list[str]:
    try:
        with psycopg.connect(settings.database_url.get_secret_value(), connect_timeout=5) as connection:
            superuser, bypasses, owns = connection.execute(_ROLE).fetchone() or (False, False, False)
            connection.execute("select set_config('app.kind', 'system', true)")
            found = connection.execute("select to_regclass('public.house_facts') is not null").fetchone()
            demo = bool(found and found[0]) and connection.execute(
                "select from house_facts where name = 'demo'").fetchone() is not None
    except psycopg.Error as error:
        return [f"CASTINGOPS_DATABASE_URL does not answer ({type(error).__name__})"]
    rules = {
        "CASTINGOPS_DATABASE_URL signs in as a superuser: row level security would not hold": superuser,
        "CASTINGOPS_DATABASE_URL signs in as a role with BYPASSRLS": bypasses and not superuser,
        "CASTINGOPS_DATABASE_URL signs in as the owner of the tables": owns and not superuser,
        "the database holds demo data": demo,
    }
    return [sentence for sentence, broken in rules.items() if broken]


def _redis(settings: Settings) -> list[str]:
    try:
        client = cast(Any, Redis.from_url(settings.redis_url.get_secret_value(), socket_connect_timeout=5))
        policy = client.info("memory").get("maxmemory_policy", "noeviction")
    except RedisError as error:
        return [f"CASTINGOPS_REDIS_URL does not answer ({type(error).__name__})"]
    return [] if policy == "noeviction" else [f"Redis evicts ({policy}): queued work would be lost; set noeviction"]
