"""People who sign in elsewhere: a simulator that speaks the providers' HTTP, and somebody's browser or app between."""
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import requests
from flask.testing import FlaskClient
from pydantic import SecretStr
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.test import TestResponse

from castingops.bootstrap.simulated import providers
from castingops.core.config import Settings
from castingops.core.http.breaker import reset_breakers
from castingops.identity.service import metadata
from castingops.identity.service.flows import s256
from castingops.simulators.identity_provider import IdentityProvider, Person, create_app
from tests.factories.identity import NOTICE

APP = "com.castingops.talent:/signed-in"
PAGE = "https://app.example/signed-in"
VERIFIER = "a secret that the app keeps to itself, long enough"


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing: a failing test's own words are enough to read."""


@contextmanager
def identity_provider() -> Iterator[IdentityProvider]:
    """A simulator at work until the end of the block."""
    house = IdentityProvider("")
    server = make_server("127.0.0.1", 0, create_app(house), threaded=True, request_handler=_Quiet)
    house.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    metadata.forget()
    reset_breakers()
    yield house
    server.shutdown()
    server.server_close()
    metadata.forget()
    reset_breakers()


def settings_with(settings: Settings, house: IdentityProvider, **more: Any) -> Settings:
    """The settings of a house that offers every provider of the simulator."""
    told: dict[str, Any] = {name.lower(): SecretStr(value) if name.endswith("SECRET") else value
                            for name, value in providers(house.url).items()}
    told["sso_roles"] = tuple(told["sso_roles"].split(","))
    return settings.model_copy(update={**told, "oauth_redirects": (APP, PAGE, f"{PAGE}?x=1"), **more})


def new_person(house: IdentityProvider, *, staff: bool = False, **changes: Any) -> Person:
    """Somebody new with an account elsewhere."""
    number = str(uuid4().int)[:12]
    person = Person(**{"sub": number, "name": "Reem Al-Dosari", "email": f"p{number}@people.example", **changes})
    (house.staff if staff else house.people).append(person)
    return person


def start(client: FlaskClient, provider: str = "google", **changes: Any) -> TestResponse:
    """A native app leaves for a provider."""
    body = {"redirect_uri": APP, "code_challenge": s256(VERIFIER), "code_challenge_method": "S256", **changes}
    return client.post(f"/api/v1/auth/oauth/{provider}/start", json=body)


def choose(url: str, person: Person, fault: str = "") -> dict[str, str]:
    """Be this person at the provider; what comes back in the address that it leads to."""
    answer = requests.post(url, data={"sub": person.sub, "fault": fault}, allow_redirects=False, timeout=5)
    assert answer.status_code == 302, answer.text
    return query_of(answer.headers["Location"])


def query_of(address: str) -> dict[str, str]:
    """The query of an address; each name once."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def complete(client: FlaskClient, told: Mapping[str, str], provider: str = "google", **changes: str) -> TestResponse:
    """The native app hands in what came back."""
    body = {"state": "", **told, "code_verifier": VERIFIER, **changes}
    return client.post(f"/api/v1/auth/oauth/{provider}/complete", json=body)


def come_in(client: FlaskClient, person: Person, provider: str = "google", fault: str = "",
            **changes: Any) -> TestResponse:
    """The whole way of a native app; the answer of its last step."""
    started = start(client, provider, **changes)
    assert started.status_code == 200 and started.json, started.json
    return complete(client, choose(started.json["data"]["authorize_url"], person, fault), provider)


def registration(continuation: str | None, **changes: Any) -> dict[str, Any]:
    """What an account takes beside a provider's word."""
    return {"continuation": continuation, "display_name": "Reem Al-Dosari", "locale": "ar", "role": "talent",
            "birth_date": "1996-05-04", "accepts": {"terms": True, "privacy_notice_version": NOTICE}, **changes}


def make_account(client: FlaskClient, person: Person, provider: str = "google") -> dict[str, Any]:
    """An account by a provider's word alone; its tokens."""
    first = come_in(client, person, provider)
    assert first.json and first.json["data"]["status"] == "registration_needed", first.json
    made = client.post("/api/v1/auth/oauth/complete-registration",
                       json=registration(first.json["data"]["continuation"]))
    assert made.status_code == 201 and made.json, made.json
    tokens: dict[str, Any] = made.json["data"]
    return tokens
