"""Messages as values (K-1): English inside, text of either language at the edge."""
import copy

import msgspec
import pytest

from castingops.core.i18n import current_locale, dir_of, translate, use_locale
from castingops.core.messages import N_, NN_, NP_, Message


def test_message_is_its_msgid_and_carries_values() -> None:
    message = N_("Use at most %(max)d characters.", max=60)
    assert message == "Use at most %(max)d characters."
    assert (message.values, message.english) == ({"max": 60}, "Use at most 60 characters.")


def test_message_keeps_values_when_copied() -> None:
    message = NP_("casting call", "Published").but(n=3)
    twin = copy.deepcopy(message)
    assert (twin, twin.values, twin.context) == (message, {"n": 3}, "casting call")


def test_untranslated_message_is_refused_by_the_encoder() -> None:
    with pytest.raises(TypeError):
        msgspec.json.encode({"title": N_("just now")})


@pytest.mark.parametrize(("n", "text"), [(1, "1 photo"), (0, "0 photos"), (2, "2 photos")])
def test_counted_message_reads_right_in_english(n: int, text: str) -> None:
    assert NN_("%(n)d photo", "%(n)d photos", n=n).english == text


def test_translate_works_outside_requests_and_apps() -> None:
    assert translate(N_("just now")) == "just now"
    assert translate(N_("just now"), "ar") == "الآن"
    with use_locale("ar"):
        assert (translate("just now"), current_locale()) == ("الآن", "ar")
        with use_locale("en"):
            assert translate("just now") == "just now"
        assert current_locale() == "ar"
    assert current_locale() == "en"


def test_translate_returns_plain_text_with_translated_values() -> None:
    text = translate(N_("overdue %(time)s", time=N_("under 1 min")), "ar")
    assert (text, type(text)) == ("متأخر أقل من دقيقة", str)


def test_translate_leaves_unknown_text_and_percent_signs_alone() -> None:
    assert translate("100% خاص", "ar") == "100% خاص"
    assert translate(Message("100% of it"), "ar") == "100% of it"


def test_use_locale_refuses_a_language_we_do_not_speak() -> None:
    with pytest.raises(ValueError, match="fr"), use_locale("fr"):
        pass
    assert (dir_of("ar"), dir_of("en")) == ("rtl", "ltr")
