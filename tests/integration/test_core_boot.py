"""Production refuses to start unsafe, naming each reason and no secret (OPS-7, reliability.md row 25)."""
from collections.abc import Iterator

import psycopg
import pytest
from flask import Flask
from pydantic import SecretStr, ValidationError
from redis import Redis

from castingops.app import create_app
from castingops.bootstrap.servers import Postgres
from castingops.core import boot
from castingops.core.config import Settings, load_settings


def changed(settings: Settings, **values: object) -> Settings:
    wrapped = {name: SecretStr(value) if name.endswith(("key", "url")) and isinstance(value, str) else value
               for name, value in values.items()}
    return settings.model_copy(update={"environment": "production", **wrapped})


@pytest.fixture(autouse=True)
def migrated(app: Flask) -> Flask:
    return app


def test_a_safe_production_starts(settings: Settings) -> None:
    assert boot.findings(changed(settings)) == []


@pytest.mark.parametrize(("values", "named"), [
    ({"secret_key": "change-me-change-me-change-me-change-me"}, "CASTINGOPS_SECRET_KEY"),
    ({"secret_key": "a" * 64}, "CASTINGOPS_SECRET_KEY"),
    ({"master_key": "b" * 43}, "CASTINGOPS_MASTER_KEY"),
    ({"master_key": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGH"}, "not 32 bytes"),
    ({"token_key": "no key"}, "CASTINGOPS_TOKEN_KEY"),
    ({"audit_signing_key": "-----BEGIN NOTHING-----"}, "CASTINGOPS_AUDIT_SIGNING_KEY"),
    ({"debug": True}, "CASTINGOPS_DEBUG"),
    ({"sso_issuer": "http://directory.example"}, "CASTINGOPS_SSO_ISSUER"),
    ({"http_test_hosts": ("127.0.0.1:9",)}, "CASTINGOPS_HTTP_TEST_HOSTS"),
    ({"redis_url": "unix:///nowhere.sock"}, "CASTINGOPS_REDIS_URL does not answer"),
    ({"database_url": "postgresql://x@/x?host=/nowhere"}, "CASTINGOPS_DATABASE_URL does not answer"),
])
def test_each_broken_rule_is_named(settings: Settings, values: dict[str, object], named: str) -> None:
    found = boot.findings(changed(settings, **values))
    assert any(named in sentence for sentence in found)
    assert not any(str(value) in sentence for sentence in found for value in values.values())


@pytest.mark.parametrize(("role", "named"), [
    ("postgres", "superuser"), ("castingops_backup", "BYPASSRLS"), ("castingops_owner", "owner of the tables")])
def test_a_role_that_row_level_security_does_not_bind_is_refused(
    settings: Settings, postgres_server: Postgres, role: str, named: str
) -> None:
    found = boot.findings(changed(settings, database_url=postgres_server.url(role)))
    assert [sentence for sentence in found if named in sentence]


def test_demo_data_is_refused(settings: Settings, superuser: psycopg.Connection) -> None:
    superuser.execute("insert into house_facts values ('demo', 'yes', now()) on conflict do nothing")
    try:
        assert "the database holds demo data" in boot.findings(changed(settings))
    finally:
        superuser.execute("delete from house_facts where name = 'demo'")


@pytest.fixture
def evicting(settings: Settings) -> Iterator[None]:
    client = Redis.from_url(settings.redis_url.get_secret_value())
    client.config_set("maxmemory-policy", "allkeys-lru")
    yield
    client.config_set("maxmemory-policy", "noeviction")
    client.close()


def test_a_redis_that_evicts_is_refused(settings: Settings, evicting: None) -> None:
    assert any("evicts (allkeys-lru)" in sentence for sentence in boot.findings(changed(settings)))


def test_the_app_does_not_come_up_at_all(settings: Settings) -> None:
    with pytest.raises(boot.RefusesToBoot, match="CASTINGOPS_DEBUG is on"):
        create_app(changed(settings, debug=True))


def test_development_starts_with_the_same_faults(settings: Settings) -> None:
    boot.require_production(settings.model_copy(update={"debug": True}))


def test_a_missing_secret_is_named(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("CASTINGOPS_SECRET_KEY")
    with pytest.raises(ValidationError, match="secret_key"):
        load_settings()


def test_a_secret_may_be_a_file(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("CASTINGOPS_SECRET_KEY")
    monkeypatch.setenv("CASTINGOPS_SECRETS_DIR", str(tmp_path))
    (tmp_path / "castingops_secret_key").write_text("from a file " * 4)  # type: ignore[operator]
    assert load_settings().secret_key.get_secret_value().startswith("from a file")


def test_advice_names_what_production_should_have(settings: Settings) -> None:
    told = boot.advice(changed(settings))
    assert len(told) == 5 and all(sentence.startswith("CASTINGOPS_") for sentence in told)
