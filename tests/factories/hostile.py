"""Requests that nobody's app sends: for what holds for every answer of the API, whatever comes in (P26, P27)."""
import json
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from flask import Flask
from hypothesis import strategies as st
from werkzeug.test import TestResponse

ANYTHING = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
                        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=5)
BODIES = [
    b"", b"{", b"[]", b"null", b'"text"', b"0", b"{}", b"\xff\xfe{\x00}\x00", b"\xef\xbb\xbf{}", b"\x00", b"\xff",
    b"[" * 100_000, b'{"a":' * 100_000, b"[" * 100_000 + b"]" * 100_000,
    b'{"email":' + b"9" * 5_000 + b"}", b'{"email":-' + b"9" * 5_000 + b"}", b'{"email":1e999999}',
    b'{"email":NaN}', b'{"email":Infinity}', b'{"email":-Infinity}', b'{"email":"a","email":"b"}',
    b'{"email":"\\ud800","password":"\\udfff","text":"\\ud800"}', b'{"email":"\\u0000","text":"a\\u0000b"}',
    b'{"__proto__":{"a":1},"constructor":{}}', b"<!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]><x>&y;</x>",
    b'{"email":"' + b"a" * 200_000 + b'"}', b"a=1&a=2&b[]=3&" + b"c=&" * 2_000,
    b"--x\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"../../a\"\r\n\r\nx\r\n--x--\r\n",
    b"--x\r\nContent-Disposition: form-data; name=\"photo\"\r\n\r\n", b"--x" * 1_000,
]
TYPES = ["application/json", "application/json; charset=utf-16", "application/json;;;", "application/vnd.api+json",
         "text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
         "multipart/form-data", "multipart/form-data; boundary=" + "y" * 300, "*/*", ""]
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND", "BREW"]
HEADERS: list[tuple[str, str]] = [
    ("X-HTTP-Method-Override", "DELETE"), ("X-HTTP-Method", "PUT"), ("X-Method-Override", "PATCH"),
    ("X-Request-Id", "00000000-0000-4000-8000-000000000000"), ("X-Forwarded-For", "10.0.0.1, 127.0.0.1"),
    ("X-Original-URL", "/console/"), ("X-Rewrite-URL", "/console/"), ("Idempotency-Key", "x"),
    ("Idempotency-Key", "\u0645\u0641\u062a\u0627\u062d".encode().decode("latin-1")), ("Accept", "text/html"),
    ("Accept", "application/xml;q=2,;;"), ("Accept-Language", "ar;q=9,*;q=0.000001," + "x-" * 500),
    ("Accept-Encoding", "gzip;q=nan"), ("Content-Encoding", "gzip"), ("Range", "bytes=0-18446744073709551615"),
    ("If-Match", '"99999999999999999999"'), ("If-Match", "W/\"\xff\""), ("If-None-Match", "*"), ("Expect", "x"),
    ("If-Modified-Since", "Thu, 99 Foo 9999 99:99:99 GMT"), 
    ("Cookie", "access=x; access=y; refresh=\xff;;=; session=."),
    ("Cookie", "a=" + "b" * 4_000), ("Origin", "null"), ("Origin", "https://app.example"), ("Referer", "\xff"),
    ("Authorization", "Bearer"), ("Authorization", "Bearer a.b.c"), ("Authorization", "Basic Og=="),
    ("Authorization", "Bearer " + "x" * 60_000), ("Authorization", "Digest a=\xff"), ("HX-Request", "true"),
    ("X-Very-Long", "x" * 60_000), ("Transfer-Encoding", "x"), ("Access-Control-Request-Method", "DELETE"),
]
QUERIES = ["", "cursor=%00", "cursor=%ff%fe", "cursor=..%2f..%2f", "cursor=W10", "cursor=bnVsbA",
           "cursor=" + "A" * 9_000, "city[]=riyadh", "city=%F0%9F%98%80", "cursor=a&cursor=b",
           "&".join(f"k{number}=v" for number in range(2_000)),
           "playing_age=" + "9" * 5_000, "playing_age=1e3", "playing_age=NaN", "%00=%00", "%", "&&&=&", "unread=maybe",
           "limit=-1", "limit=0", "limit=99999999999999999999", "_method=DELETE", "%d9%a1=%d9%a2"]
PATHS = ["/api/", "/api/v1", "/api/v1/", "/api/v1/nowhere", "/api/v2/me", "/api/v1/me/", "/api/v1//me", "/api/v1/%00",
         "/api/v1/me%00", "/api/v1/me%2fphotos", "/api/v1/..%2f..%2fconsole", "/api/v1/me;x=1", "/api/v1/ME",
         "/api/v1/me/photos/not-an-id", "/api/v1/me/photos/%F0%9F%98%80", "/api/v1/me/photos/%ff", "/api/v1/%e2%80%ae",
         "/api/v1/" + "a" * 5_000, "/api/v1/me/photos/00000000-0000-0000-0000-000000000000%0a"]


@dataclass
class Sent:
    """A request, as a test client sends it."""

    path: str
    method: str = "GET"
    query: str = ""
    body: bytes = b""
    content_type: str = "application/json"
    headers: list[tuple[str, str]] = field(default_factory=list)

    def to(self, app: Flask) -> TestResponse:
        """The app's answer, to a client that has no cookies but those sent along."""
        return app.test_client(use_cookies=False).open(
            self.path, method=self.method, query_string=self.query, data=self.body, headers=self.headers,
            content_type=self.content_type)


def paths_of(app: Flask) -> list[str]:
    """The address of every API route, with ids of nobody."""
    def nobodys(name: str) -> Any:
        return uuid4() if name.endswith("_id") else "CASE-999999"

    with app.test_request_context():
        return sorted({app.url_for(rule.endpoint, **{name: nobodys(name) for name in rule.arguments})
                       for rule in app.url_map.iter_rules()
                       if rule.rule.startswith("/api/v1/") and not rule.endpoint.startswith("api_docs")})


def requests(paths: list[str]) -> st.SearchStrategy[Sent]:
    """Any address of ours or near one, with any method, body, headers and query: mostly wrong ones."""
    body = st.sampled_from(BODIES) | ANYTHING.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=300)
    key = st.just(("Idempotency-Key", str(uuid4())))
    return st.builds(
        Sent, st.sampled_from(paths) | st.sampled_from(PATHS), st.sampled_from(METHODS[:5]) | st.sampled_from(METHODS),
        st.sampled_from(QUERIES), body, st.just(TYPES[0]) | st.sampled_from(TYPES),
        st.lists(st.sampled_from(HEADERS) | key, max_size=3))
