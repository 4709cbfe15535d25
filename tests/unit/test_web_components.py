"""The components of the console, each rendered alone (K-2)."""
import re
from typing import Any

import pytest
from markupsafe import Markup
from wtforms import Form, SelectChoice, SelectField, TextAreaField, validators

from tests.jinja import component_environment

ENVIRONMENT = component_environment()


def render(source: str, **values: Any) -> str:
    """The markup of `source`, with runs of white space as one blank."""
    text = ENVIRONMENT.from_string('{%- import "components/ui.html" as ui -%}' + source).render(**values)
    return re.sub(r"\s+", " ", text).strip()


class TestButton:
    def test_is_a_link_when_it_leads_somewhere(self) -> None:
        html = render('{{ ui.button("Export", href="/x?a=1&b=2") }}')
        assert html.startswith('<a class="btn" href="/x?a=1&amp;b=2">')

    def test_blocked_keeps_focus_and_says_why(self) -> None:
        html = render('{{ ui.button("Approve", "primary", key="KeyA", blocked="Take the case first") }}')
        assert 'aria-disabled="true"' in html and "Take the case first" in html and 'type="button"' in html
        assert "data-key" not in html and " disabled" not in html

    def test_without_words_still_has_a_name(self) -> None:
        assert '<span class="vh">Close</span>' in render('{{ ui.button("Close", icon_name="x", hidden_label=True) }}')

    def test_shows_its_key(self) -> None:
        html = render('{{ ui.button("Reject", key="KeyR") }}')
        assert 'data-key="KeyR"' in html and '<kbd aria-hidden="true" data-code="KeyR">R</kbd>' in html


class TestField:
    def test_joins_hint_and_error_to_the_control(self) -> None:
        html = render('{{ ui.field("iban", "IBAN", hint="24 characters", error="Too short", dir="ltr") }}')
        assert '<label for="iban">' in html
        assert 'aria-describedby="iban-hint iban-error" aria-invalid="true"' in html
        assert 'id="iban-hint"' in html and 'id="iban-error"' in html

    @pytest.mark.parametrize("kind", ["email", "password", "tel", "code", "number", "date"])
    def test_codes_and_numbers_run_left_to_right(self, kind: str) -> None:
        assert 'dir="ltr"' in render('{{ ui.field("x", "X", type=kind) }}', kind=kind)

    def test_free_text_follows_its_writer(self) -> None:
        assert 'dir="auto"' in render('{{ ui.field("bio", "Bio", type="textarea") }}')

    def test_takes_a_wtforms_field(self) -> None:
        class Sample(Form):  # type: ignore[misc]  # WTForms ships no types
            city = SelectField("City", choices=[SelectChoice("riyadh", "Riyadh"), SelectChoice("jeddah", "Jeddah")])
            bio = TextAreaField("Bio", [validators.DataRequired("Write something.")])

        form = Sample(data={"city": "jeddah"})
        form.validate()
        html = render("{{ ui.form_field(form.city) }}{{ ui.form_field(form.bio) }}", form=form)
        assert '<option value="jeddah" selected>' in html
        assert "Write something." in html and "<textarea" in html and " required" in html

    def test_summary_leads_to_each_field(self) -> None:
        html = render('{{ ui.error_summary({"email": "Missing", "code": ["Six digits", "Only digits"]}) }}')
        assert '<a href="#email">Missing</a>' in html and '<a href="#code">Six digits Only digits</a>' in html
        assert "2 things to put right" in html and 'role="alert"' in html

    def test_summary_is_silent_without_errors(self) -> None:
        assert render("{{ ui.error_summary({}) }}") == ""

    def test_choices_describe_the_group(self) -> None:
        html = render('{{ ui.choices("reason", "Reason", [{"value": 1, "label": "One"}], value="1", error="Choose") }}')
        assert '<fieldset class="field" id="reason" aria-describedby="reason-error" tabindex="-1">' in html
        assert 'value="1" checked' in html


class TestState:
    def test_countdown_reads_without_script(self) -> None:
        assert render("{{ ui.countdown(872) }}") == '<bdi dir="ltr" data-seconds="872">14:32</bdi>'

    def test_lease_without_length_draws_nothing(self) -> None:
        assert 'stroke-dasharray="0 100"' in render('{{ ui.lease("Yours for", 10, 0) }}')

    @pytest.mark.parametrize(("score", "bars"), [(0, 1), (24, 1), (25, 2), (50, 3), (80, 4), (100, 4)])
    def test_priority_fills_a_bar_a_quarter(self, score: int, bars: int) -> None:
        html = render('{{ ui.priority(score, [], "a") }}', score=score)
        assert html.split('class="on" d="')[1].partition('"')[0].count("M") == bars

    def test_priority_names_its_reasons(self) -> None:
        html = render('{{ ui.priority(52, [("A minor", 40), ("Seen before", -8)], "a") }}')
        assert 'popovertarget="why-a"' in html and 'id="why-a"' in html
        assert '<bdi dir="ltr">+40</bdi>' in html and '<bdi dir="ltr">-8</bdi>' in html

    def test_decoration_is_hidden_and_meaning_is_named(self) -> None:
        assert 'aria-hidden="true"' in render('{{ ui.icon("clock") }}')
        assert 'role="img" aria-label="Late"' in render('{{ ui.icon("clock", label="Late") }}')


class TestMessages:
    def test_results_leave_and_problems_stay(self) -> None:
        assert 'data-fade="8"' in render('{{ ui.toast("Saved.") }}')
        assert "data-fade" not in render('{{ ui.toast("Refused.", "bad") }}')
        assert "data-fade" not in render('{{ ui.toast("Sent.", action=button) }}', button=Markup("<button></button>"))

    def test_live_is_a_partial_for_the_live_region(self) -> None:
        html = render('{% call ui.live() %}{{ ui.toast("Saved.") }}{% endcall %}')
        assert html.startswith('<hx-partial hx-target="#live" hx-swap="beforeend"><div class="toast"')


class TestLists:
    def test_pager_works_with_and_without_script(self) -> None:
        html = render('{{ ui.pager("25 shown", "/next?a=1&b=2", target="cases") }}')
        assert 'id="cases-pager"' in html and 'href="/next?a=1&amp;b=2"' in html and 'hx-target="#cases"' in html

    def test_table_says_its_order_and_roles(self) -> None:
        columns = [{"title": "Due", "sort": "/d", "sorted": "descending"}, {"title": "Sum", "num": True}]
        html = render('{% call ui.table(columns, label="Cases") %}{% endcall %}', columns=columns)
        assert 'aria-sort="descending"' in html and 'class="num"' in html and 'role="columnheader"' in html

    def test_tabs_mark_the_one_that_is_open(self) -> None:
        open_, all_ = {"title": "Open", "url": "/", "count": 0, "current": True}, {"title": "All", "url": "/a"}
        html = render('{{ ui.tabs("Views", items) }}', items=[open_, all_])
        assert html.count('aria-current="page"') == 1 and '<span class="count">0</span>' in html

    def test_chips_vanish_with_the_last_filter(self) -> None:
        assert render("{{ ui.chips([]) }}") == ""


class TestCharts:
    def test_bars_say_what_they_show(self) -> None:
        html = render('{{ ui.bars([0, 5, 10], "From 0 to 10.", off=[0]) }}')
        assert 'role="img" aria-label="From 0 to 10."' in html and html.count('class="bar') == 3

    @pytest.mark.parametrize("values", [[], [0], [3], [5, 5, 5]])
    def test_flat_and_short_series_draw(self, values: list[int]) -> None:
        assert "<svg" in render('{{ ui.bars(values, "Nothing yet.") }}', values=values)
        if values:
            assert "<svg" in render("{{ ui.spark(values) }}", values=values)

    def test_spans_stay_inside_their_scale(self) -> None:
        numbers = re.findall(r' (?:x|width)="([\d.-]+)"', render("{{ ui.span(-400, 500) }}"))
        assert numbers and all(0 <= float(number) <= 400 for number in numbers)


class TestReview:
    def test_a_veiled_photo_asks_by_post(self) -> None:
        html = render('{{ ui.photo("/b.jpg", "Photo 1", 1, reveal_url="/reveal") }}')
        assert 'method="post" action="/reveal"' in html and 'name="csrf_token" value="token"' in html
        assert 'alt=""' in html

    def test_a_revealed_photo_has_its_words(self) -> None:
        html = render('{{ ui.photo("/a.jpg", "Photo 1", 1, focus=True) }}')
        assert 'alt="Photo 1"' in html and "data-focus" in html and "<form" not in html

    def test_diff_keeps_each_language_in_its_direction(self) -> None:
        html = render('{{ ui.diff([row], "Before", "After") }}',
                      row={"label": "Bio", "before": "", "after": [("ins", "ممثلة " * 20)], "lang": "ar"})
        assert '<div lang="ar" dir="rtl"><ins><span class="vh">[added: </span>ممثلة' in html and "None" in html

    def test_diff_keeps_short_text_at_the_start(self) -> None:
        html = render('{{ ui.diff([{"label": "Name", "before": "", "after": "ليلى", "lang": "ar"}], "", "After") }}')
        assert '<bdi lang="ar">ليلى</bdi>' in html

    def test_a_first_submission_has_one_column(self) -> None:
        html = render('{{ ui.diff([{"label": "Bio", "before": "", "after": "x"}], "", "Submitted") }}')
        assert html.count("<th ") == 3

    def test_a_letter_stands_in_both_languages_the_readers_first(self) -> None:
        html = render('{{ ui.letter("One.\\nTwo.", "واحد.", first="ar") }}')
        assert html.index('lang="ar"') < html.index('lang="en"') and html.count("<p>") == 3
