"""Nafath, by Elm itself and through an aggregator: requests, a page where a person approves, and what is sent back.

The page is the person's app: it shows three numbers, of which one is right. `mood` makes the provider misbehave.
"""
import base64
import json
import secrets
import time
import urllib.error
import urllib.request
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from typing import Any
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from werkzeug import Request, Response

from castingops.bootstrap.simulated import NAFATH_AUDIENCE, NAFATH_ISSUER
from castingops.simulators.serving import as_json, body_of

LIFE_SECONDS = 200.0
_PERSON = {"firstName": "ريم", "fatherName": "خالد", "familyName": "الدوسري", "englishFirstName": "Reem",
           "englishLastName": "Aldosari", "gender": "F", "nationality": "Saudi Arabia"}
_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Nafath simulator</title>
<meta name="viewport" content="width=device-width"></head><body><h1>Nafath simulator</h1>
<p>You are the person whose app asks. Choose the number that castingops shows you.</p>{requests}</body></html>"""


@dataclass
class Transaction:
    """One request about one person."""

    national_id: str
    request_id: str
    number: str
    id: str = field(default_factory=lambda: str(uuid4()))
    state: str = "WAITING"
    began: float = field(default_factory=time.monotonic)

    def seen(self) -> str:
        """Its state now: time ends what nobody answers."""
        if self.state == "WAITING" and time.monotonic() - self.began > LIFE_SECONDS:
            self.state = "EXPIRED"
        return self.state


def post_json(url: str) -> Callable[[dict[str, Any]], int]:
    """How a callback leaves: a POST of JSON to `url`; the status it was answered with, 0 for none."""
    def send(document: dict[str, Any]) -> int:
        request = urllib.request.Request(url, json.dumps(document).encode(), {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refusal:
            return refusal.code
        except OSError:
            return 0
    return send


@dataclass
class Desk(ABC):
    """What both ways to Nafath keep. `send` carries callbacks; `birth_dates` by national id, else one for all."""

    key: str
    send: Callable[[dict[str, Any]], int] | None = None
    mood: str = ""
    transactions: dict[str, Transaction] = field(default_factory=dict)
    birth_dates: dict[str, str] = field(default_factory=dict)
    asked: int = 0

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        request = Request(environ)
        self.asked += 1
        return self._answer(request)(environ, start_response)

    def _answer(self, request: Request) -> Response:
        if request.path == "/":
            return self._page(request.root_path)
        if request.path == "/decide" and request.method == "POST":
            self.decide(request.form["id"], request.form["number"])
            return Response("", 303, {"Location": f"{request.root_path}/"})
        if self.mood == "broken":
            return Response("upstream error", 502)
        if self.mood == "garbage":
            return Response("<html>maintenance</html>", 200, mimetype="text/html")
        return self.answer(request)

    @abstractmethod
    def answer(self, request: Request) -> Response:
        """What the provider says to a request of its API."""
        ...

    def open(self, national_id: str, request_id: str = "") -> Transaction | None:
        """A new transaction; None while one about this person is open."""
        if any(one.national_id == national_id and one.seen() == "WAITING" for one in self.transactions.values()):
            return None
        made = Transaction(national_id, request_id, f"{secrets.randbelow(90) + 10}")
        self.transactions[made.id] = made
        return made

    def decide(self, id_: str, number: str) -> int | None:
        """The person's choice: the right number approves, any other rejects. The callback's status, if one was sent."""
        one = self.transactions[id_]
        if one.seen() != "WAITING":
            return None
        one.state = "COMPLETED" if number == one.number else "REJECTED"
        message = self.message(one)
        return self.send(message) if self.send and message and self.mood != "silent" else None

    @abstractmethod
    def message(self, one: Transaction) -> dict[str, Any] | None:
        """What is sent back about a transaction that was decided; None for nothing."""
        ...

    def _page(self, root: str) -> Response:
        rows = []
        for one in self.transactions.values():
            if one.seen() == "WAITING":
                numbers = sorted({one.number, *(f"{(int(one.number) + step - 10) % 90 + 10}" for step in (17, 54))})
                buttons = "".join(f'<button name="number" value="{number}">{number}</button> ' for number in numbers)
                rows.append(f'<form method="post" action="{escape(root)}/decide"><p>{escape(one.national_id[:1])}…'
                            f'{escape(one.national_id[-2:])} <input type="hidden" name="id" value="{one.id}">{buttons}'
                            '<button name="number" value="">Reject</button></p></form>')
        shown = "".join(rows) or "<p>No request is open.</p>"
        return Response(_PAGE.format(requests=shown), mimetype="text/html")


@dataclass
class DirectNafath(Desk):
    """Elm's own API (Rabet). `keys` are its signing keys by id; the last one signs."""

    keys: dict[str, rsa.RSAPrivateKey] = field(default_factory=dict)
    app_id: str = "simulated"

    def __post_init__(self) -> None:
        if not self.keys:
            self.rotate()

    def rotate(self) -> str:
        """Sign with a new key from now on; its id."""
        kid = f"key-{len(self.keys) + 1}"
        self.keys[kid] = rsa.generate_private_key(65537, 2048)
        return kid

    def answer(self, request: Request) -> Response:
        """See the desk."""
        if (request.headers.get("APP-ID"), request.headers.get("APP-KEY")) != (self.app_id, self.key):
            return as_json({"message": "Authentication failed"}, 403)
        if request.path == "/api/v1/mfa/jwk":
            return as_json({"keys": [_jwk(kid, key) for kid, key in self.keys.items()]})
        sent = body_of(request)
        if request.path == "/api/v1/mfa/request":
            made = self.open(str(sent.get("nationalId", "")), request.args.get("requestId", ""))
            if made is None:
                return as_json({"code": "400-034-050", "reference": 77, "message": "active transaction"}, 400)
            return as_json({"transId": made.id, "random": made.number}, 201)
        one = self.transactions.get(str(sent.get("transId", "")))
        if request.path != "/api/v1/mfa/request/status" or one is None or one.national_id != sent.get("nationalId"):
            return as_json({"code": "400-034-053", "message": "no transaction"}, 400)
        return as_json({"status": one.seen()})

    def message(self, one: Transaction) -> dict[str, Any] | None:
        """See the desk. A rejection sends nothing: only a status tells it (our reading)."""
        if one.state != "COMPLETED":
            return None
        return {"token": self.token(one), "transId": one.id, "requestId": one.request_id}

    def token(self, one: Transaction, *, kid: str = "", key: Any = None, alg: str = "RS256", **changes: Any) -> str:
        """The signed token about a transaction; its claims, key and algorithm can be made wrong."""
        now, name = int(time.time()), "iqamaNumber" if one.national_id.startswith("2") else "nin"
        claims = {"iss": NAFATH_ISSUER, "aud": NAFATH_AUDIENCE, "iat": now, "nbf": now, "exp": now + 300,
                  "transId": one.id, name: one.national_id,
                  "dateOfBirthG": self.birth_dates.get(one.national_id, "1995-03-01"),
                  **_PERSON, **changes}
        kid = kid or list(self.keys)[-1]
        signing = self.keys.get(kid, next(iter(self.keys.values()))) if key is None else key
        present = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(present, signing, algorithm=alg, headers={"kid": kid})


@dataclass
class AggregatorNafath(Desk):
    """An aggregator in Authentica's shape; where the truth is asked for is our reading of its second pair of paths."""

    password: str = "a shared secret of sixteen"

    def answer(self, request: Request) -> Response:
        """See the desk."""
        if request.headers.get("X-Authorization") != self.key:
            return as_json({"success": False, "message": "Unauthorized"}, 401)
        sent = body_of(request)
        if request.path == "/api/v2/verify-by-nafath":
            made = self.open(str(sent.get("national_id", "")))
            if made is None:
                return as_json({"success": False, "message": "A request is pending"}, 409)
            return as_json({"success": True, "data": {"TransactionId": made.id, "Code": made.number}})
        one = self.transactions.get(str(sent.get("TransactionId", "")))
        if request.path != "/api/v2/nafath/verify" or one is None:
            return as_json({"success": False, "message": "Not found"}, 404)
        other = "1000000016" if self.mood == "other person" else one.national_id
        return as_json({"success": True, "data": {"TransactionId": one.id, "NationalId": other,
                                                  "Status": one.seen()}})

    def message(self, one: Transaction) -> dict[str, Any] | None:
        """See the desk."""
        return {"TransactionId": one.id, "NationalId": one.national_id, "Status": one.state, "Password": self.password}


def _jwk(kid: str, key: rsa.RSAPrivateKey) -> dict[str, str]:
    numbers = key.public_key().public_numbers()
    return {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid, "n": _integer(numbers.n), "e": _integer(numbers.e)}


def _integer(number: int) -> str:
    raw = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
