"""Pure decisions of moderation: priorities, comparison, statements, search words, cells (MOD-2)."""
from datetime import UTC, datetime
from time import process_time
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from castingops.core.messages import N_
from castingops.moderation import rules
from castingops.moderation.errors import (
    CaseAlreadyDecided,
    CaseChanged,
    CaseNotFound,
    CaseWithdrawn,
    InvalidDecision,
    InvalidNote,
)
from castingops.moderation.types import (
    FACTS_MAX,
    NOTE_MAX,
    CaseState,
    Draft,
    Field,
    Language,
    Outcome,
    Segment,
    Submission,
)

OPENED = datetime(2026, 11, 20, 9, tzinfo=UTC)
GOOD = {"reject": {"en": "{facts} {code} {policy} {ref}", "ar": "{facts} {code} {policy} {ref}"}}


def draft(**changes: object) -> Draft:
    values: dict[str, object] = {"outcome": Outcome.REJECT, "policy_id": uuid4(), **changes}
    return Draft(**values)  # type: ignore[arg-type]


def submission(**texts: str) -> Submission:
    fields = tuple(Field(name, N_("Biography, Arabic"), text, "ar") for name, text in texts.items())
    return Submission(uuid4(), uuid4(), 1, "", "", Language.ARABIC, False, fields)


class TestPriority:
    def test_points_of_named_reasons_add_up(self) -> None:
        reasons = rules.priority(is_first=True, resubmitted=False, rejected_before=True, minor=True, contact=True)
        assert [(reason.code, reason.points) for reason in reasons] == [
            ("minor", 40), ("contact_details", 25), ("new_profile", 20), ("earlier_rejection", 15)]

    @pytest.mark.parametrize(("points", "hours"), [(100, 8), (60, 8), (59, 24), (40, 24), (39, 48), (0, 48)])
    def test_urgent_cases_are_due_sooner(self, points: int, hours: int) -> None:
        assert rules.hours_for(points) == hours

    @pytest.mark.parametrize("text", [
        "snap layla.h", "للتواصل سناب ليلى", "call +966 50 123 4567", "٠٥٠١٢٣٤٥٦٧", "me@example.com", "@layla_h",
        "https://example.com", "واتساب فقط"])
    def test_contact_details_are_noticed(self, text: str) -> None:
        assert rules.names_contact(["ممثلة من الرياض", text])

    @pytest.mark.parametrize("text", ["", "ممثل من الرياض شارك في مسرحيتين عام 2019", "Actor, 12 plays, 178 cm"])
    def test_ordinary_biography_is_not_suspected(self, text: str) -> None:
        assert not rules.names_contact([text])

    @pytest.mark.parametrize("piece", ["a", "a.", "@a-", "1-", "1 a", "www", "سنا"])
    def test_a_long_text_is_read_once(self, piece: str) -> None:
        """200,000 characters that nearly match: a pattern that begins anew at each would not end in this run."""
        rules.names_contact([piece * (200_000 // len(piece))])


class TestState:
    @pytest.mark.parametrize("ref", [
        "", "CASE-1", "CASE-12345A", "case-000001", "CASE-٠٠٠٠٠١", "CASE-000001\n", "x" * 5000, "CASE-000001\x00",
        "CASE-0000000000001", "../CASE-000001"])
    def test_forged_reference_is_unknown(self, ref: str) -> None:
        with pytest.raises(CaseNotFound):
            rules.checked_ref(ref)

    @pytest.mark.parametrize(("state", "version", "error"), [
        (CaseState.DECIDED, 1, CaseAlreadyDecided), (CaseState.WITHDRAWN, 1, CaseWithdrawn),
        (CaseState.OPEN, 2, CaseChanged)])
    def test_decides_only_what_was_seen(self, state: CaseState, version: int, error: type[Exception]) -> None:
        with pytest.raises(error):
            rules.check_decidable(state, version=version, seen_version=1)

    def test_open_case_at_its_version_can_be_decided(self) -> None:
        rules.check_decidable(CaseState.OPEN, version=3, seen_version=3)


class TestSearch:
    @pytest.mark.parametrize(("one", "other"), [
        ("أحمد", "احمد"), ("فاطمة", "فاطمه"), ("منى", "مني"), ("إيمان", "ايمان"), ("آلاء", "الاء"), ("مُحَمَّد", "محمد"),
        ("رؤى", "روي"), ("Ahmed", "AHMED"), ("José", "jose"), ("CASE-000001", "case-000001"), ("٢٠٢٦", "2026")])
    def test_spellings_meet(self, one: str, other: str) -> None:
        assert rules.search_words(one) == rules.search_words(other) and rules.terms(one) == rules.terms(other)

    def test_words_are_few_and_each_once(self) -> None:
        assert rules.search_words("a b a c d e f g h") == ("a", "b", "c", "d", "e")

    @pytest.mark.parametrize("text", ["\x00", "\ud800", "\u202e"])
    def test_unstorable_text_finds_nothing(self, text: str) -> None:
        assert rules.search_words(text) == ("\N{NO-BREAK SPACE}",)

    @given(st.text())
    def test_any_text_is_searched_without_an_error(self, text: str) -> None:
        assert len(rules.search_words(text)) <= 5


class TestDrafts:
    @pytest.mark.parametrize(("changes", "fields"), [
        ({"policy_id": None}, {"policy"}), ({"facts_en": "Only English."}, {"facts_ar"}),
        ({"facts_ar": "عربي فقط."}, {"facts_en"}), ({"facts_en": "x" * (FACTS_MAX + 1), "facts_ar": "س"}, {"facts_en"}),
        ({"note": "x" * 50_000}, {"note"}), ({"note": "a\x00b"}, {"note"}),
        ({"facts_ar": "a\u202eb"}, {"facts_ar", "facts_en"})])
    def test_what_cannot_be_sent_is_named(self, changes: dict[str, object], fields: set[str]) -> None:
        with pytest.raises(InvalidDecision) as refusal:
            rules.check_draft(draft(**changes))
        assert set(refusal.value.fields) == fields

    @pytest.mark.parametrize("changes", [
        {}, {"facts_en": "It names a phone.", "facts_ar": "تذكر رقم جوال."},
        {"outcome": Outcome.APPROVE, "policy_id": None}])
    def test_whole_draft_passes(self, changes: dict[str, object]) -> None:
        rules.check_draft(draft(**changes))

    @pytest.mark.parametrize("text", ["", "  \n ", "x" * (NOTE_MAX + 1), "a\x00", "a\ud800", "a\u2067b"])
    def test_note_that_cannot_be_kept(self, text: str) -> None:
        with pytest.raises(InvalidNote):
            rules.checked_note(text)

    def test_note_is_kept_tidy(self) -> None:
        assert rules.checked_note("  سطر\r\nآخر ") == "سطر\nآخر"


class TestStatements:
    def test_whole_templates_have_no_gaps(self) -> None:
        assert rules.statement_gaps(GOOD, Outcome.REJECT) == []

    @pytest.mark.parametrize("templates", [
        {}, {"reject": {"en": GOOD["reject"]["en"]}}, {"reject": {**GOOD["reject"], "ar": "  "}},
        {"reject": {**GOOD["reject"], "ar": "{code} {policy} {ref}"}},
        {"reject": {**GOOD["reject"], "en": "{facts} {code} {policy} {ref} {who}"}},
        {"reject": {**GOOD["reject"], "en": "{facts.__class__} {code} {policy} {ref}"}},
        {"reject": {**GOOD["reject"], "en": "{facts!r} {code} {policy} {ref}"}},
        {"reject": {**GOOD["reject"], "en": "{facts} {code} {policy} {ref"}}])
    def test_missing_language_or_placeholder_blocks(self, templates: dict[str, dict[str, str]]) -> None:
        """MOD-2: one policy version renders both languages, or none is sent."""
        assert rules.statement_gaps(templates, Outcome.REJECT)

    def test_value_with_braces_stays_text(self) -> None:
        assert rules.render("{facts} {{kept}}", {"facts": "{ref}"}) == "{ref} {kept}"

    @pytest.mark.parametrize("values", [{}, {"facts": ""}])
    def test_missing_value_blocks(self, values: dict[str, str]) -> None:
        with pytest.raises(InvalidDecision):
            rules.render("{facts}", values)

    @pytest.mark.parametrize(("text", "ended"), [
        ("A fact", "A fact."), ("حقيقة؟", "حقيقة؟"), ("Done. ", "Done."), ("", "")])
    def test_sentence_is_ended(self, text: str, ended: str) -> None:
        assert rules.sentence(text) == ended


class TestDiff:
    def test_arabic_words_stay_whole(self) -> None:
        """Letters of an Arabic word join: a comparison by letters would tear it apart."""
        segments = rules.word_diff("ممثلة من الرياض، شاركت في مسرحيتين وإعلان واحد.",
                                   "ممثلة من الرياض، شاركت في مسرحيتين وثلاثة إعلانات.")
        assert segments == [
            Segment("same", "ممثلة من الرياض، شاركت في مسرحيتين "), Segment("del", "وإعلان واحد"),
            Segment("ins", "وثلاثة إعلانات"), Segment("same", ".")]

    def test_vowelled_word_is_one_word(self) -> None:
        assert rules.word_diff("مُمَثِّل", "مُمَثِّلة") == [Segment("del", "مُمَثِّل"), Segment("ins", "مُمَثِّلة")]

    def test_equal_texts_have_no_changes(self) -> None:
        assert rules.word_diff("نص", "نص") == [Segment("same", "نص")] and rules.word_diff("", "") == []

    def test_huge_texts_are_compared_whole(self) -> None:
        assert [segment.kind for segment in rules.word_diff("a " * 5000, "b " * 5000)] == ["del", "ins"]

    @pytest.mark.parametrize(("before", "after"), [("a " * 1000, "a b " * 500), ("." * 2000, ",." * 1000)])
    def test_hostile_repetition_costs_no_time(self, before: str, after: str) -> None:
        """A talent writes both texts: no biography may keep a moderator from opening the case (API-6)."""
        started = process_time()
        rules.word_diff(before, after)
        assert process_time() - started < 1

    @given(st.text(alphabet="ابت سش.,x y\n", max_size=60), st.text(alphabet="ابت سش.,x y\n", max_size=60))
    def test_both_texts_can_be_read_back(self, before: str, after: str) -> None:
        segments = rules.word_diff(before, after)
        assert "".join(each.text for each in segments if each.kind != "ins") == before
        assert "".join(each.text for each in segments if each.kind != "del") == after

    def test_compare_shows_added_changed_and_dropped_fields(self) -> None:
        changes = rules.compare(submission(a="x", gone="y"), submission(a="x", b="z"))
        assert [(change.changed, "".join(each.text for each in change.after)) for change in changes] == [
            (False, "x"), (True, "z"), (True, "")]
