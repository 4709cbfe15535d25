"""The client: what a feature holds of a provider, and what it gets back."""
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Never
from uuid import uuid4

import httpcore2
import httpx2
import msgspec
import structlog

from castingops.core.config import current_settings
from castingops.core.http.addresses import Target, checked_target
from castingops.core.http.breaker import Breaker, breaker_of
from castingops.core.http.errors import AddressRefused, AnswerUnusable, NotAttempted, OutcomeUnknown, ProviderFailed
from castingops.core.http.wire import Wire, send

log = structlog.get_logger(__name__)

Method = Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]

TIMEOUT_MAX = 10.0  # seconds, for a request with all its tries (reliability.md: provider slow)
BODY_MAX = 1 << 20  # bytes
_REPEATABLE = frozenset({"GET", "HEAD"})
_PASSING = frozenset({502, 503, 504})  # a proxy's words for "not now"
_PAUSE = 0.1  # seconds before the second try; doubled for each more, and drawn between half and whole
_NOISE = (httpcore2.TimeoutException, httpcore2.NetworkError, httpcore2.RemoteProtocolError)


@dataclass(frozen=True)
class Answer:
    """What a provider said. Whether its status is a refusal, and of what, is for the caller to read."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def ok(self) -> bool:
        """Whether the status is one of success."""
        return 200 <= self.status < 300

    def json(self) -> Any:
        """The body as JSON. Errors: AnswerUnusable, for what nests too deep as well."""
        try:
            return msgspec.json.decode(self.body)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
            raise AnswerUnusable from error


class Client:
    """One provider, by the name that stands in logs and names its breaker.

    `timeout` bounds a request with all its tries, in seconds, at most ten. `tries` is how often one may go out: again
    only when nothing of it was sent, or when it may be repeated (GET, HEAD, or the caller's word `repeatable`: the
    provider recognizes it). `public_only`: the address is a customer's; see `addresses`. Each of their hosts has a
    breaker of its own. Redirects are answers like others, and the environment's proxies are not used.
    """

    def __init__(self, name: str, *, base_url: str = "", timeout: float = TIMEOUT_MAX, tries: int = 3,
                 public_only: bool = False, most_bytes: int = BODY_MAX) -> None:
        if not 0 < timeout <= TIMEOUT_MAX or tries < 1:
            raise ValueError("a request takes at most ten seconds and at least one try")
        self.name = name
        self._base_url = base_url.rstrip("/")
        self._timeout, self._tries, self._most = timeout, tries, most_bytes
        self._public_only = public_only

    def get(self, url: str, *, headers: Mapping[str, str] | None = None,
            params: Mapping[str, str] | None = None) -> Answer:
        """`request` with GET."""
        return self.request("GET", url, headers=headers, params=params)

    def request(self, method: Method, url: str, *, headers: Mapping[str, str] | None = None,
                params: Mapping[str, str] | None = None, json: Any = None, form: Mapping[str, str] | None = None,
                content: bytes | None = None, repeatable: bool | None = None) -> Answer:
        """Send a request to `url` (or to that path of the base URL), and return the answer whatever its status.

        Errors: NotAttempted (ProviderPaused while the breaker is open, AddressRefused for where we do not send);
        OutcomeUnknown (AnswerUnusable for an answer that is too large).
        """
        full, deadline = self._base_url + url, time.monotonic() + self._timeout
        target = self._target(full)
        breaker = breaker_of(f"{self.name}/{target.host}:{target.port}" if self._public_only else self.name)
        own = {"Accept-Encoding": "identity", "User-Agent": "castingops", "X-Request-Id": str(uuid4()),
               "Connection": "close"}
        built = httpx2.Request(method, full, params=params, json=json, data=form, content=content,
                               headers={**own, **(headers or {})})
        again = method in _REPEATABLE if repeatable is None else repeatable
        for left in reversed(range(self._tries)):
            wire = Wire(target, public_only=self._public_only, deadline=deadline)
            try:
                answer = self._try(built, wire, breaker)
            except ProviderFailed as failure:
                if not left or not _may_repeat(failure, again) or not _paused(self._tries - left, deadline):
                    raise
            else:
                if not left or answer.status not in _PASSING or not again or not _paused(self._tries - left, deadline):
                    return answer
        raise AssertionError("the last try returns or raises")  # pragma: no cover

    def _target(self, url: str) -> Target:
        if self._public_only:
            return checked_target(url, current_settings())
        parsed = httpx2.URL(url)
        return Target(parsed.raw_host.decode(), parsed.port or 0, trusted=True)

    def _try(self, request: httpx2.Request, wire: Wire, breaker: Breaker) -> Answer:
        """One try, counted and logged. Errors: ProviderFailed's classes."""
        breaker.enter()
        began = time.monotonic()
        try:
            status, headers, body = send(request, wire, most=self._most)
        except AddressRefused:
            breaker.leave()
            self._log(request, began, outcome="address_refused")
            raise
        except _NOISE as error:
            self._fail(request, breaker, began, OutcomeUnknown() if wire.sent else NotAttempted(), error)
        except BaseException:  # a task's time limit, or a fault of ours: no word on the provider
            breaker.leave()
            raise
        if body is None:
            self._fail(request, breaker, began, AnswerUnusable(), None)
        self._note(breaker, healthy=status < 500)
        self._log(request, began, outcome="answered", status=status)
        named = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in headers}
        return Answer(status, named, body)

    def _fail(self, request: httpx2.Request, breaker: Breaker, began: float, failure: ProviderFailed,
              cause: Exception | None) -> Never:
        self._note(breaker, healthy=False)
        self._log(request, began, outcome=failure.code, fault=type(cause).__name__ if cause else "too_large")
        raise failure from cause

    def _note(self, breaker: Breaker, *, healthy: bool) -> None:
        if healthy:
            breaker.succeed()
        elif breaker.fail():
            log.warning("http.paused", provider=self.name)

    def _log(self, request: httpx2.Request, began: float, **facts: Any) -> None:
        """One line for each try. Neither path, query, header nor body: a customer's address may itself be a secret."""
        log.info("http.request", provider=self.name, method=request.method, host=request.url.host,
                 request_out=request.headers["X-Request-Id"], milliseconds=int((time.monotonic() - began) * 1000),
                 **facts)


def _may_repeat(failure: ProviderFailed, again: bool) -> bool:
    if isinstance(failure, NotAttempted):
        return type(failure) is NotAttempted  # neither a paused provider nor a refused address changes by asking
    return again and not isinstance(failure, AnswerUnusable)


def _paused(tried: int, deadline: float) -> bool:
    """Wait before another try, unless the deadline leaves no time for one."""
    pause = _PAUSE * 2 ** (tried - 1) * random.uniform(0.5, 1)
    if time.monotonic() + pause >= deadline:
        return False
    time.sleep(pause)
    return True
