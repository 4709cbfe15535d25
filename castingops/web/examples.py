"""Examples of the API's document, composed from its schemas: one telling in English, one in Arabic (API-1).

A property's example is what its schema says (`metadata={"example": …}`, and `"x-example-ar"` where Arabic differs),
else a value of its enumeration, else what its name means everywhere (`WORDS`), else what its format looks like.
A text that none of them knows becomes UNKNOWN, which a test finds.
"""
from typing import Any
from uuid import NAMESPACE_URL, uuid5

Document = dict[str, Any]
UNKNOWN = "…"
LANGUAGES = {"english": "en", "arabic": "ar"}

_DEEPEST = 12
_REFUSED_EN = "The birth date on the profile does not match the one on the account. Please correct it and send again."
_REFUSED_AR = "تاريخ الميلاد في الملف لا يطابق تاريخ الميلاد في الحساب. صحّحه ثم أرسل الملف مرة أخرى."
_HELLO = ("Is the profile good as it is now?", "هل الملف مناسب بصورته الحالية؟")
_TOKEN = "eyJhbGciOiJFZERTQSIsImtpZCI6IjEifQ.eyJ0eXAiOiJhY2Nlc3MifQ.c2lnbmF0dXJl"

# What a name stands for wherever it is used: (English, Arabic), or one value for both.
WORDS: dict[str, Any] = {
    "access_token": _TOKEN,
    "age_band": "adult",
    "answer_ar": _REFUSED_AR,
    "answer_en": _REFUSED_EN,
    "authorize_url": "https://accounts.google.com/o/oauth2/v2/auth?client_id=castingops&state=o7Jc2xV5",
    "bio_ar": "ممثلة مسرح من الرياض.",
    "bio_en": "Stage actor from Riyadh.",
    "birth_date": "1996-05-04",
    "body": _HELLO,
    "can_appeal": True,
    "city": "riyadh",
    "code": "not_found",
    "code_challenge": "q1Qx0Gk3yH2cWmZ0uY7vJrXn4sT5bP8aLdEfKiMoNgE",
    "code_verifier": "3Yw7bG0sQ9mN2kX5vT8cR1pL4jH6fD0aZsWqEeUiOy4",
    "continuation": "v1.6bfffce9.c2VhbGVkIGJ5IHVzLCBvcGVuZWQgYnkgdXM",
    "created_at": "2026-11-20T12:30:00Z",
    "csrf_token": "5f2b7c0d9e1a48c6b3d27f60e8a94b15",
    "current_password": "three quiet palm trees",
    "cursor": "WyIwMTlhM2Y0Mi03YzEwLTdhMWUtOGIyZC0zZjRhNWI2YzdkOGUiXQ",
    "decided_at": "2026-11-21T08:05:00Z",
    "description": ("Casting for a drama series in Riyadh.", "اختيار ممثلين لمسلسل درامي في الرياض."),
    "detail": "There is no such thing here.",
    "device": ("Chrome on Windows", "Chrome على Windows"),
    "dialects": "najdi",
    "display_name": ("Reem Al-Dosari", "ريم الدوسري"),
    "display_name_ar": "ريم الدوسري",
    "display_name_en": "Reem Al-Dosari",
    "email": "reem@example.com",
    "error": "access_denied",
    "expires_at": "2026-12-04T12:30:00Z",
    "expires_in": 900,
    "full_name": ("Reem Al-Dosari", "ريم الدوسري"),
    "gender": "female",
    "height": 1600,
    "height_cm": 165,
    "ip": "198.51.100.24",
    "iss": "https://accounts.google.com",
    "language": "ar",
    "languages": "ar",
    "large_url": "/media/photos/019a3f42-7c10-7a1e-8b2d-3f4a5b6c7d8e/large?expires=1795523400&signature=4b1d",
    "last_four": "4242",
    "last_used_at": "2026-11-25T17:45:00Z",
    "legal_name": ("Nakhla Productions LLC", "شركة نخلة للإنتاج المحدودة"),
    "level": "native",
    "linked_at": "2026-11-20T12:30:00Z",
    "links": "https://example.com/post/118",
    "locale": ("en", "ar"),
    "missing": "height_cm",
    "name": ("Nakhla Productions", "نخلة للإنتاج"),
    "name_ar": "نخلة للإنتاج",
    "name_en": "Nakhla Productions",
    "nationality": "SA",
    "new_password": "a lantern over the old souq",
    "next_cursor": "WyIwMTlhM2Y0Mi03YzEwLTdhMWUtOGIyZC0zZjRhNWI2YzdkOGUiXQ",
    "notice_version": "2025-10",
    "number": 1,
    "outcome_ar": "لا مخالفة",
    "outcome_en": "No breach",
    "password": "three quiet palm trees",
    "device_token": "eyJkIjoiOWYzYSJ9.c2VhbA",
    "program": "Safari",
    "system": "iPhone",
    "network": "203.0.113.0/24",
    "phone": "+966501234567",
    "pictures": 1,
    "place": ("Riyadh", "الرياض"),
    "playing_age": 25,
    "playing_age_max": 32,
    "playing_age_min": 22,
    "policy_version": 3,
    "privacy_notice_version": "2025-10",
    "published_at": "2026-11-21T08:05:00Z",
    "reason": ("Asked for by its owner.", "بطلب من صاحبه."),
    "reason_code": "PR-1.1",
    "provider": "google",
    "redirect_uri": "com.castingops.talent:/signed-in",
    "ref": "CASE-000123",
    "refresh_token": "r1.c29tZSByYW5kb20gYnl0ZXM",
    "request_id": "6f1d2c3b-8a4e-4f5a-9b6c-7d8e9f0a1b2c",
    "seats": 5,
    "skills": ("Horse riding", "ركوب الخيل"),
    "slug": "nakhla",
    "stage_name_ar": "ريم",
    "stage_name_en": "Reem D",
    "state": "o7Jc2xV5mQ8tR1wY4zB6nK9pL3sD0fG2hXaEuIiWvTk",
    "statement_ar": _REFUSED_AR,
    "statement_en": _REFUSED_EN,
    "status_ar": "قيد المراجعة",
    "status_en": "In review",
    "subject": ("Your profile was reviewed", "تمت مراجعة ملفك"),
    "submitted_at": "2026-11-20T12:30:00Z",
    "text": _HELLO,
    "text_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "thumb_url": "/media/photos/019a3f42-7c10-7a1e-8b2d-3f4a5b6c7d8e/thumb?expires=1795523400&signature=9c2e",
    "title": ("Privacy notice", "إشعار الخصوصية"),
    "title_ar": "سلامة الأطفال",
    "title_en": "Child safety",
    "token": "b3BhcXVlIGFuZCBzaW5nbGUgdXNl",
    "updated_at": "2026-11-20T12:30:00Z",
    "url": "https://hooks.example.com/castingops",
    "user_agent": "castingops/3.1 (Android 16)",
    "vat_number": "300000000000003",
    "version": 4,
    "width": 1200,
}
_FORMATS = {"date-time": "2026-11-20T12:30:00Z", "date": "2026-11-20", "email": "reem@example.com",
            "uri": "https://example.com/", "url": "https://example.com/", "binary": "(the bytes of the file)"}


def examples_of(document: Document, schema: dict[str, Any]) -> dict[str, Any]:
    """Named examples as a media type carries them; the Arabic one only where it tells something else."""
    told = {name: _example(document, schema, "", locale, 0) for name, locale in LANGUAGES.items()}
    if told["arabic"] == told["english"]:
        del told["arabic"]
    return {name: {"value": value} for name, value in told.items()}


def example_of(document: Document, schema: dict[str, Any], name: str) -> Any:
    """One value for the parameter or property `name`, in English."""
    return _example(document, schema, name, "en", 0)


def _example(document: Document, schema: dict[str, Any], name: str, locale: str, depth: int) -> Any:
    schema = resolved(document, schema)
    if depth > _DEEPEST:  # a schema that holds itself
        return None
    if "example" in schema:
        return schema.get("x-example-ar", schema["example"]) if locale == "ar" else schema["example"]
    if "properties" in schema:
        return {key: _example(document, inner, key, locale, depth + 1) for key, inner in schema["properties"].items()}
    if "items" in schema:
        return [_example(document, schema["items"], name, locale, depth + 1)]
    if "enum" in schema:
        word = _word(name, locale)
        return word if word in schema["enum"] else schema["enum"][0]
    return _plain(schema, name, locale)


def _plain(schema: dict[str, Any], name: str, locale: str) -> Any:
    kinds = kinds_of(schema)
    word = _word(name, locale)
    if word is not None and _fits(word, kinds, schema.get("format")):
        return word
    if "string" in kinds:
        form = schema.get("format", "")
        return str(uuid5(NAMESPACE_URL, name)) if form == "uuid" else _FORMATS.get(form, UNKNOWN)
    if "integer" in kinds or "number" in kinds:
        return schema.get("minimum", 1)
    if "boolean" in kinds:
        return True
    return {} if "object" in kinds else None


def _word(name: str, locale: str) -> Any:
    word = WORDS.get(name)
    return word[locale == "ar"] if isinstance(word, tuple) else word


def _fits(word: Any, kinds: set[str], form: str | None) -> bool:
    if isinstance(word, bool):
        return "boolean" in kinds
    if isinstance(word, int):
        return bool({"integer", "number"} & kinds)
    return "string" in kinds and form in {None, "date", "date-time", "email", "uri", "url"}


def kinds_of(schema: dict[str, Any]) -> set[str]:
    """The JSON types that a schema takes; none said, none known."""
    kinds = schema.get("type", [])
    return set(kinds) if isinstance(kinds, list) else {kinds}


def resolved(document: Document, schema: dict[str, Any]) -> dict[str, Any]:
    """The schema behind references, and behind the ways in which one is wrapped to allow null."""
    while "$ref" in schema or "anyOf" in schema or "allOf" in schema or "oneOf" in schema:
        if "$ref" in schema:
            schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
        else:
            parts: list[dict[str, Any]] = schema.get("anyOf") or schema.get("allOf") or schema.get("oneOf") or [{}]
            schema = next((part for part in parts if part.get("type") != "null"), parts[0])
    return schema
