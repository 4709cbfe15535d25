"""No sentence of the schema library reaches a person: each has ours, in both languages (arabic.md §4.12, API-6)."""
import inspect
import re

import marshmallow as ma
import pytest
from marshmallow import fields, validate

from castingops.core.i18n import use_locale
from castingops.web.validation import SENTENCES, in_our_words

USED = (fields.Field, fields.String, fields.Integer, fields.Float, fields.Boolean, fields.UUID, fields.Date,
        fields.AwareDateTime, fields.List, fields.Dict, fields.Nested, fields.Raw, fields.Email, fields.Enum)
WRITING = re.compile(r"formatted as")  # what it says when it writes: a fault of ours, never an answer


def test_every_sentence_of_the_fields_we_use_has_ours() -> None:
    said = {text for kind in USED for parent in inspect.getmro(kind)
            for text in getattr(parent, "default_error_messages", {}).values() if not WRITING.search(text)}
    assert said | set(ma.Schema._default_error_messages.values()) <= set(SENTENCES)


@pytest.mark.parametrize(("field", "value", "english", "arabic"), [
    (fields.Integer(), "x", "Give a whole number.", "يُرجى إدخال عدد صحيح."),
    (fields.String(required=True, allow_none=False), None, "This needs a value.", "هذا الحقل يحتاج إلى قيمة."),
    (fields.AwareDateTime(), "x", "Write the moment with its offset, for example 2026", "2026-11-20T"),
    (fields.AwareDateTime(), "2026-11-20T15:30:00", "Write the moment with its offset", "2026-11-20T"),
    (fields.String(validate=validate.Length(max=3)), "xxxx", "The greatest length is 3.", "أقصى طول 3."),
    (fields.String(validate=validate.Length(min=3)), "x", "The least length is 3.", "أقل طول 3."),
    (fields.String(validate=validate.Length(min=2, max=3)), "x", "The length lies between 2 and 3.", "الطول بين 2 و3."),
    (fields.Integer(validate=validate.Range(min=1)), 0, "The least possible value is 1.", "أقل قيمة ممكنة 1."),
    (fields.Integer(validate=validate.Range(max=9)), 10, "The greatest possible value is 9.", "أكبر قيمة ممكنة 9."),
    (fields.Integer(validate=validate.Range(1, 9)), 10, "The value lies between 1 and 9.", "القيمة بين 1 و9."),
    (fields.String(validate=validate.OneOf(["a", "b"])), "c", "Choose one of these: a, b.", "القيم الممكنة: a, b."),
])
def test_refusal_is_in_our_words(field: fields.Field, value: object, english: str, arabic: str) -> None:
    with pytest.raises(ma.ValidationError) as refusal:
        field.deserialize(value)
    [said] = refusal.value.messages
    assert in_our_words(said).startswith(english)
    with use_locale("ar"):
        assert arabic in in_our_words(said) and said not in in_our_words(said)


def test_sentence_of_ours_is_only_translated() -> None:
    with use_locale("ar"):
        assert in_our_words("just now") == "الآن"
