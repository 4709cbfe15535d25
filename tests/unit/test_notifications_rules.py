"""Templates and their values (NOTE-1): a message with a hole in it is never sent."""
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from castingops.core.messages import N_
from castingops.notifications import rules
from castingops.notifications.errors import NotificationIncomplete
from castingops.notifications.service.templates import render
from castingops.notifications.types import Bilingual, Template, Value

# Both sentences are in the catalogue, so that these templates have Arabic without adding any.
COUNTED = Template("test.thing.late", subject=N_("overdue %(time)s"), body=N_("Today %(time)s"), placeholders={"time"})


@pytest.mark.parametrize("template", [
    Template("late", COUNTED.subject, COUNTED.body, {"time"}),
    Template("test.thing.late", COUNTED.subject, COUNTED.body, {"time", "name"}),
    Template("test.thing.late", COUNTED.subject, COUNTED.body),
    Template("test.thing.late", N_("%(n)d late"), COUNTED.body, {"n", "time"}),
    Template("test.thing.late", N_("two\nlines"), COUNTED.body, {"time"}),
])
def test_define_refuses_an_unfit_template(template: Template) -> None:
    with pytest.raises(ValueError, match=r"late"):
        rules.checked_template(template)


def test_define_refuses_a_bare_percent_sign() -> None:
    with pytest.raises(ValueError, match="%%"):
        rules.checked_template(Template("test.thing.late", N_("15% late"), N_("just now")))


@pytest.mark.parametrize("values", [{}, {"time": "x", "name": "y"}, {"time": ""}, {"time": " "},
                                    {"time": Bilingual("words", "")}, {"other": "x"}])
def test_render_refuses_a_hole(values: dict[str, Value]) -> None:
    with pytest.raises(NotificationIncomplete) as refusal:
        render(COUNTED, values)
    assert refusal.value.details["template"] == "test.thing.late"


def test_render_refuses_a_sentence_without_arabic() -> None:
    bare = Template("test.thing.bare", N_("Nobody has put this into Arabic"), N_("just now"))
    with pytest.raises(NotificationIncomplete):
        render(bare, {})
    with pytest.raises(NotificationIncomplete):
        render(COUNTED, {"time": N_("Nobody has put this into Arabic")})


@pytest.mark.parametrize(("value", "english", "arabic"), [
    ("CO-7", "\u2068CO-7\u2069", "\u2068CO-7\u2069"),
    (12345, "12,345", "12,345"),
    (date(2026, 11, 20), "20 November 2026 (10 Jumada al-Akhirah 1448 AH)", "20 نوفمبر 2026م (10 جمادى الآخرة 1448هـ)"),
    (datetime(2026, 11, 20, 12, 30, tzinfo=UTC),
     "20 November 2026 (10 Jumada al-Akhirah 1448 AH), 3:30 pm, Riyadh time",
     "20 نوفمبر 2026م (10 جمادى الآخرة 1448هـ)، 3:30 مساءً بتوقيت الرياض"),
    (N_("just now"), "just now", "الآن"),
    (Bilingual("a reason", "سبب"), "a reason", "سبب"),
    (UUID(int=1), f"\u2068{UUID(int=1)}\u2069", f"\u2068{UUID(int=1)}\u2069"),
])
def test_render_writes_each_kind_of_value_in_each_language(value: Value, english: str, arabic: str) -> None:
    texts = render(COUNTED, {"time": value})
    assert (texts["en"].subject, texts["ar"].subject) == (f"overdue {english}", f"متأخر {arabic}")


@pytest.mark.parametrize(("hostile", "kept"), [
    ("a\x00b\x1bc", "\u2068abc\u2069"), ("\u202eevil\u2069", "\u2068evil\u2069"), ("\ud800x", "\u2068x\u2069"),
    ("x\r\nBcc: y", "\u2068x\u2069 \u2068Bcc: y\u2069"), ("<b>%(time)s</b>", "\u2068<b>%(time)s</b>\u2069"),
])
def test_render_disarms_what_people_typed(hostile: str, kept: str) -> None:
    texts = render(COUNTED, {"time": hostile})
    assert texts["en"].subject == f"overdue {kept}"
    assert "\n" not in texts["ar"].subject


@pytest.mark.parametrize(("value", "kept"), [
    ("x", "x"), (3, 3), (UUID(int=1), str(UUID(int=1))), (date(2026, 1, 2), "2026-01-02"),
    (N_("Today %(time)s", time="9:00"), "Today 9:00"), (Bilingual("a", "ب"), {"en": "a", "ar": "ب"}),
])
def test_values_are_kept_as_json(value: Value, kept: object) -> None:
    assert rules.as_json(value) == kept
