"""Settings, read once at start from CASTINGOPS_* variables or files. A default is safe and public, or there is none."""
import re
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from flask import current_app
from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PACKAGE = Path(__file__).resolve().parents[1]
ROOT = PACKAGE / "_bundle" if (PACKAGE / "_bundle").exists() else PACKAGE.parent
TEMPLATES = ROOT / "templates"
TRANSLATIONS = ROOT / "translations"
MIGRATIONS = ROOT / "migrations"
STATIC = PACKAGE / "static"

List = Annotated[tuple[str, ...], NoDecode]
_WHSEC = re.compile(r"whsec_(?=.{32,88}$)(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
Seconds = Annotated[tuple[int, ...], NoDecode]


class Settings(BaseSettings):
    """Every knob of the house. Secrets may also be files named after the variable in CASTINGOPS_SECRETS_DIR."""

    model_config = SettingsConfigDict(env_prefix="CASTINGOPS_", extra="ignore", frozen=True)

    environment: Literal["production", "development"] = Field(
        "production", description="development allows plain HTTP cookies and demo data")
    home: Path = Field(Path("/var/lib/castingops"), description="folder for local files: media, e-mails")
    public_url: str = Field("http://127.0.0.1:5000", description="how browsers reach us; https:// makes cookies secure")
    trusted_hosts: List = Field((), description="Host headers we answer to, comma-separated; empty: any")
    trusted_proxies: int = Field(0, ge=0, le=5, description="how many proxies in front set X-Forwarded-*")
    cors_origins: List = Field((), description="origins whose browser apps may call the API, comma-separated")
    http_test_hosts: List = Field((), description="host:port of simulators that customers' addresses may name; "
                                  "development only")

    database_url: SecretStr = Field(description="PostgreSQL as the plain app role")
    migration_database_url: SecretStr | None = Field(None, description="PostgreSQL as the owner; migrations only")
    backup_database_url: SecretStr | None = Field(None, description="PostgreSQL as the backup role")
    redis_url: SecretStr = Field(description="Redis: queue, rate limits, last-seen marks")
    pool_size: int = Field(10, ge=1, le=100, description="database connections per process")
    pool_timeout: int = Field(20, ge=1, le=120, description="seconds to wait for one")

    secret_key: SecretStr = Field(min_length=32, description="signs console cookies and short-lived links")
    secret_key_fallbacks: List = Field((), description="older secret keys still accepted while rotating")
    master_key: SecretStr = Field(min_length=43, description="32 bytes, base64: seals secrets in the database")
    master_key_fallbacks: List = Field((), description="older master keys that still open")
    pepper: SecretStr = Field(min_length=32, description="keys the digests of national ids, numbers and addresses")
    pepper_fallbacks: List = Field((), description="older peppers: for as long as what they made is looked for")
    token_key: SecretStr = Field(description="Ed25519 private key, PEM: signs access tokens")
    token_key_fallbacks: List = Field((), description="older token keys (PEM, private or public) that still verify")
    audit_signing_key: SecretStr = Field(description="Ed25519 private key, PEM: signs audit checkpoints")
    audit_key_fallbacks: List = Field((), description="older audit keys (PEM) whose checkpoints still count")

    access_token_seconds: int = Field(900, ge=60, le=900, description="life of an access token")
    refresh_idle_days: int = Field(7, ge=1, description="a refresh token unused for so long is dead")
    refresh_absolute_days: int = Field(30, ge=1, description="the longest a sign-in of an app lives")
    session_idle_minutes: int = Field(30, ge=1, description="a staff session without work ends")
    session_absolute_hours: int = Field(12, ge=1, description="a staff session ends in any case")
    webauthn_rp_id: str | None = Field(None, description="domain that passkeys are bound to; none: public_url's host")
    step_up_seconds: int = Field(300, ge=30, le=3600, description="how long a proof of identity opens dangerous acts")
    password_time_cost: int = Field(3, ge=1, description="argon2id passes")
    password_memory_kib: int = Field(65536, ge=8, description="argon2id memory")
    password_hashes_at_once: int = Field(2, ge=1, le=64, description="per process: bounds the memory that tries take")

    oauth_redirects: List = Field((), description="addresses of our apps that a sign-in elsewhere may lead back to, "
                                  "comma-separated, each to the letter")
    oauth_google_client_id: str | None = Field(None, description="our client id at Google; none: not offered")
    oauth_google_client_secret: SecretStr | None = Field(None, description="its secret")
    oauth_google_issuer: str = Field("https://accounts.google.com", description="Google's OpenID issuer")
    oauth_microsoft_client_id: str | None = Field(None, description="our client id at Microsoft; none: not offered")
    oauth_microsoft_client_secret: SecretStr | None = Field(None, description="its secret")
    oauth_microsoft_issuer: str = Field("https://login.microsoftonline.com/common/v2.0",
                                        description="Microsoft's OpenID issuer, of all tenants or of one")
    oauth_github_client_id: str | None = Field(None, description="our client id at GitHub; none: not offered")
    oauth_github_client_secret: SecretStr | None = Field(None, description="its secret")
    oauth_github_url: str = Field("https://github.com", description="where people sign in to GitHub")
    oauth_github_api_url: str = Field("https://api.github.com", description="GitHub's API")
    sso_issuer: str | None = Field(None, description="OpenID issuer of the staff directory; none: no single sign-on")
    sso_client_id: str = Field("", description="our client id there")
    sso_client_secret: SecretStr | None = Field(None, description="its secret")
    sso_groups_claim: str = Field("groups", description="the claim that names a person's groups")
    sso_roles: List = Field((), description="group=role, comma-separated: what a group of the directory may do here")
    sso_second_factor: List = Field(("mfa", "otp", "hwk", "fpt", "swk"), description="amr or acr values that count as "
                                    "a second factor; without one of them ours is asked for")
    sso_passwords: bool = Field(False, description="whether staff of the directory may also sign in by a password")

    limit_auth: str = Field("5/minute", description="sign-in, registration and the like, per IP")
    limit_sign_in: str = Field("20/minute", description="steps of a console sign-in per IP: an office shares one")
    limit_auth_account: str = Field("10/5 minutes", description="failed sign-in tries per account")
    limit_auth_address: str = Field("10/5 minutes", description="failed sign-in tries per IP")
    limit_auth_overall: str = Field("1000/5 minutes", description="failed sign-in tries at all accounts together")
    limit_letters: str = Field("5/day", description="letters of one kind to an address: confirming it, a new password")
    limit_general: str = Field("100/minute", description="everything else per IP before sign-in, per person after")
    limit_write: str = Field("60/minute", description="requests that change something, per person")
    limit_org_write: str = Field("300/minute", description="requests that change something, per organization")
    limit_upload: str = Field("20/minute", description="uploads, per person")
    limit_report: str = Field("20/hour", description="reports, per person")
    limit_report_address: str = Field("100/hour", description="reports per IP: a production company shares one")
    limit_appeal: str = Field("30/minute", description="views and tries of the appeal page per IP")
    limit_share: str = Field("60/minute", description="share links opened per IP: a company shares one")
    limit_webhook: str = Field("1200/minute", description="what providers send us, per IP")
    limit_console: str = Field("600/minute", description="console requests per staff member")

    storage: Literal["local", "s3"] = Field("local", description="where photos and files lie")
    s3_endpoint: str | None = Field(None, description="S3-compatible endpoint; none: the provider's own")
    s3_region: str = Field("me-south-1", description="S3 region")
    s3_bucket: str | None = Field(None, description="S3 bucket")
    s3_access_key: SecretStr | None = Field(None, description="S3 key id")
    s3_secret_key: SecretStr | None = Field(None, description="S3 secret")
    smtp_url: SecretStr | None = Field(None, description="smtp[s]://user:password@host:port; none: <home>/mail")
    mail_from: str = Field("castingops <no-reply@castingops.example>", description="sender of e-mails")
    marketing_sender: str = Field("castingops, Riyadh", description="who marketing messages say they come from")
    sms: Literal["files", "unifonic", "taqnyat"] = Field("files", description="who carries texts; files: <home>/sms")
    sms_sender: str = Field("CASTINGOPS", max_length=11, description="sender of texts; promotional ones add -AD")
    unifonic_url: str = Field("https://el.cloud.unifonic.com", description="Unifonic's address")
    unifonic_app_sid: SecretStr | None = Field(None, description="Unifonic: AppSid")
    unifonic_webhook_secret: SecretStr | None = Field(
        None, min_length=32, description="what Unifonic's delivery reports bring along; none: they are refused")
    taqnyat_url: str = Field("https://api.taqnyat.sa", description="Taqnyat's address")
    taqnyat_token: SecretStr | None = Field(None, description="Taqnyat: bearer token")
    phone_countries: List = Field(("SA", "AE", "BH", "KW", "OM", "QA"),
                                  description="countries whose mobiles people may give, comma-separated")
    phone_codes_per_day: int = Field(2000, ge=1, description="codes that the house sends by text on one day")
    nafath: Literal["off", "direct", "aggregator"] = Field("off", description="the way to Nafath; off: none")
    nafath_url: str | None = Field(None, description="another address of Nafath's provider, such as its staging one")
    nafath_app_id: str | None = Field(None, description="direct: APP-ID")
    nafath_app_key: SecretStr | None = Field(None, description="direct: APP-KEY")
    nafath_service: str = Field("DigitalServiceEnrollmentWithoutBio", description="direct: the service asked for")
    nafath_issuer: str | None = Field(None, description="direct: who tokens come from (iss)")
    nafath_audience: str | None = Field(None, description="direct: our name at Rabet, for whom tokens are (aud)")
    nafath_server_ip: str = Field("", description="direct: our own address, as it stands on Elm's list")
    nafath_api_key: SecretStr | None = Field(None, description="aggregator: X-Authorization")
    nafath_webhook_secret: SecretStr | None = Field(
        None, min_length=16, description="aggregator: the Password that its messages bring along")
    nafath_valid_days: int = Field(365, ge=1, le=3650, description="how long a verification holds")
    nafath_warn_days: int = Field(30, ge=1, le=365, description="days before its end: people are told, and may renew")
    directory_webhook_secrets: List = Field((), description="what the outside directory of people signs its messages "
                                            "with (whsec_…), comma-separated while one is replaced; none: refused")
    directory_instance: str | None = Field(None, description="the one instance of it that counts; none: any")
    directory_keep_days: int = Field(90, ge=1, le=3650, description="how long its messages are kept, and "
                                     "people whom it named and who never joined")
    sentry_dsn: SecretStr | None = Field(None, description="Sentry; none: off")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="of the JSON log")

    undo_seconds: int = Field(20, ge=0, le=600, description="how long a decision can be undone before it takes effect")
    lease_seconds: int = Field(600, ge=30, le=7200, description="how long a case stays in somebody's hands")
    appeal_days: int = Field(30, ge=1, le=365, description="how long a person may appeal a decision")

    invitation_days: int = Field(7, ge=1, le=30, description="how long an invitation can be accepted")
    organization_grace_days: int = Field(30, ge=1, le=365, description="how long a deletion can be taken back")
    membership_cache_seconds: int = Field(600, ge=1, le=86_400, description="how long Redis keeps a membership")

    share_alert_views: int = Field(30, ge=1, le=10_000, description="a share link opened more often is paused")
    share_alert_networks: int = Field(10, ge=1, le=1_000, description="once it was from at least so many networks")
    share_alert_minutes: int = Field(60, ge=1, le=10_080, description="within so many minutes")

    photos_per_day: int = Field(200, ge=1, le=10_000, description="photos a moderator may reveal on one day")

    webhook_pauses: Seconds = Field((5, 30, 300, 1800, 7200, 21600, 43200), description="seconds before each new try "
                                    "of a webhook, comma-separated")
    delivery_attempts: int = Field(5, ge=1, le=20, description="tries of an event or job before it is a dead letter")
    delivery_backoff_seconds: float = Field(5.0, gt=0, description="wait before the second try; it doubles")
    redeliver_seconds: int = Field(960, ge=1, description="what was sent and not handled so long is sent again")
    relay_poll_seconds: float = Field(5.0, gt=0, description="the relay's slow look behind LISTEN")
    task_seconds: int = Field(300, ge=1, description="hard limit of one task; below the visibility timeout")
    visibility_timeout: int = Field(900, ge=10, description="seconds until Redis hands an unfinished task out again")
    debug: bool = Field(False, description="Flask's debugger; never in production")

    @field_validator("trusted_hosts", "cors_origins", "http_test_hosts", "oauth_redirects", "sso_roles",
                     "sso_second_factor", "webhook_pauses", "secret_key_fallbacks", "master_key_fallbacks",
                     "token_key_fallbacks", "audit_key_fallbacks", "pepper_fallbacks", "phone_countries",
                     "directory_webhook_secrets", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("directory_webhook_secrets")
    @classmethod
    def _are_secrets(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not all(_WHSEC.fullmatch(secret) for secret in value):
            raise ValueError("each is whsec_ and 24 to 64 bytes in base64, as Standard Webhooks writes them")
        return value

    @property
    def secure_cookies(self) -> bool:
        """Whether cookies are marked Secure and named __Host-: always, but on a development machine without TLS."""
        return self.environment == "production" or self.public_url.startswith("https://")

    @cached_property
    def broker_url(self) -> str:
        """The queue's address as kombu spells it; a unix socket is redis+socket:// there."""
        url = self.redis_url.get_secret_value()
        return "redis+socket://" + url.removeprefix("unix://") if url.startswith("unix://") else url

    @cached_property
    def limits_url(self) -> str:
        """The same Redis as the rate limiter spells it."""
        url = self.redis_url.get_secret_value()
        return "redis+unix://" + url.removeprefix("unix://") if url.startswith("unix://") else url

    def sqlalchemy_url(self, *, owner: bool = False) -> str:
        """The address SQLAlchemy connects to. Errors: ValueError without an owner's address when one is asked for."""
        secret = self.migration_database_url if owner else self.database_url
        if secret is None:
            raise ValueError("CASTINGOPS_MIGRATION_DATABASE_URL is not set")
        return secret.get_secret_value().replace("postgresql://", "postgresql+psycopg://", 1)


def load_settings() -> Settings:
    """Settings from the environment. Errors: pydantic's ValidationError names every missing or unusable variable."""
    return Settings(_secrets_dir=_secrets_dir())  # type: ignore[call-arg]  # the rest comes from the environment


def _secrets_dir() -> Path | None:
    folder = Path(_Folder().secrets_dir)
    return folder if folder.is_dir() else None


class _Folder(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="CASTINGOPS_", extra="ignore")
    secrets_dir: str = "/run/secrets"


def current_settings() -> Settings:
    """The settings of the running app."""
    settings: Settings = current_app.extensions["settings"]
    return settings
