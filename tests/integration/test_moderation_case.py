"""A case's page: the revision, what changed, photos, notes, history; and what is held of a person (MOD-2)."""
from uuid import uuid4

import psycopg
import pytest
from flask import Flask

from castingops.core.actor import system
from castingops.media import service as media
from castingops.moderation import privacy
from castingops.moderation.types import Outcome
from tests.factories import moderation as factory
from tests.factories.moderation import Person, Staff, StaffDoor


@pytest.fixture
def door(app: Flask, monkeypatch: pytest.MonkeyPatch) -> StaffDoor:
    return factory.at_the_door(app, monkeypatch)


@pytest.fixture
def noura(app: Flask, door: StaffDoor) -> Staff:
    return factory.sign_in(app, door, "Noura Al-Otaibi", "moderator")


@pytest.fixture
def person(app: Flask, superuser: psycopg.Connection) -> Person:
    return factory.person(app, superuser)


def page(ref: str, act: str = "") -> str:
    return f"/console/moderation/cases/{ref}" + (f"/{act}" if act else "")


def events(superuser: psycopg.Connection, kind: str, ref: str) -> int:
    row = superuser.execute(
        "select count(*) from case_events e join cases c on c.id = e.case_id where e.kind = %s and c.ref = %s",
        [kind, ref]).fetchone()
    assert row
    return int(row[0])


class TestEvidence:
    def test_first_submission_shows_every_field(self, noura: Staff, person: Person) -> None:
        shown = noura.get(page(person.submit().ref)).text
        for text in ("First submission", "أحمد العنزي", "Riyadh", "Saudi Arabia", "25–35", "178 cm", "mother tongue",
                     "Najdi", "horse riding", "ممثل من الرياض شارك في مسرحيتين."):
            assert text in shown
        assert "<ins>" not in shown

    def test_change_is_marked_word_by_word_in_its_direction(self, app: Flask, noura: Staff, person: Person) -> None:
        factory.decide(app, person.submit(), noura.actor)
        shown = noura.get(page(person.submit(bio_ar="ممثل من الرياض شارك في ثلاث مسرحيات.", height_cm=180).ref)).text
        assert "2 of 15 fields" in shown and "Approved, revision 1" in shown and "Submitted, revision 2" in shown
        added, gone = '<ins><span class="vh">[added: </span>{}', '<del><span class="vh">[removed: </span>{}'
        assert 'lang="ar"' in shown and "شارك في " + added.format("ثلاث مسرحيات") in shown
        assert gone.format("مسرحيتين") in shown and added.format("180") in shown

    def test_comparison_in_one_text_is_remembered(self, app: Flask, noura: Staff, person: Person) -> None:
        factory.decide(app, person.submit(), noura.actor)
        ref = person.submit(bio_ar="ممثل من الرياض شارك في ثلاث مسرحيات.").ref
        answer = noura.post(page(ref, "compare"), htmx=True, diff_mode="inline")
        assert answer.status_code == 200 and "<html" not in answer.text and "data-label" not in answer.text
        shown = noura.get(page(ref)).text
        assert "Revision 1 to 2" in shown and shown.index("removed: ") < shown.index("added: ")

    def test_arabic_page_speaks_arabic(self, app: Flask, door: StaffDoor, person: Person) -> None:
        staff = factory.sign_in(app, door, "نورة", "moderator", locale="ar")
        shown = staff.get(page(person.submit().ref)).text
        assert 'dir="rtl"' in shown and "الرياض" in shown and "المملكة العربية السعودية" in shown

    def test_names_are_escaped(self, noura: Staff, person: Person) -> None:
        case = person.submit(display_name_en="Ahmed <script>alert(1)</script>", bio_en="<img src=x onerror=1>")
        for shown in (noura.get(page(case.ref)).text, noura.get("/console/moderation/", q=case.ref).text):
            assert "<script>alert" not in shown and "<img src=x" not in shown and "&lt;script&gt;" in shown

    def test_neighbours_follow_the_queue(self, noura: Staff, app: Flask, superuser: psycopg.Connection) -> None:
        first, second = (factory.person(app, superuser).submit() for _ in range(2))
        shown = noura.get(page(first.ref)).text
        assert f'href="{page(second.ref)}" data-key="KeyJ"' in shown
        assert f'href="{page(first.ref)}" data-key="KeyK"' in noura.get(page(second.ref)).text

    def test_history_lists_the_persons_other_cases(self, app: Flask, noura: Staff, person: Person,
                                                   superuser: psycopg.Connection) -> None:
        earlier = person.submit()
        factory.decide(app, earlier, noura.actor, Outcome.REJECT, policy=factory.policy_id(superuser, "PR-2.2"))
        shown = noura.get(page(person.submit(height_cm=181).ref)).text
        assert earlier.ref in shown and "Impersonation" in shown and "PR-2.2" in shown

    @pytest.mark.parametrize("ref", ["CASE-999999", "CASE-1", "x", "CASE-000001%00", "..%2f", "%F0%9F%98%80"])
    def test_unknown_reference_is_404(self, noura: Staff, ref: str) -> None:
        assert noura.get(page(ref)).status_code == 404


class TestPhotos:
    def test_arrive_blurred_and_a_look_is_recorded(self, app: Flask, noura: Staff, person: Person,
                                                   superuser: psycopg.Connection) -> None:
        case = person.submit()
        with factory.as_actor(app, person.actor):
            photo_id = media.list_photos(person.subject_id)[0].id
        before = noura.get(page(case.ref)).text
        answer = noura.post(page(case.ref, f"photos/{photo_id}/reveal"), htmx=True)
        assert "veil" in before and answer.status_code == 200 and answer.text.startswith("<figure")
        assert "veil" not in answer.text and "/media/" in answer.text and len(answer.data) <= 2048
        assert events(superuser, "revealed", case.ref) == 1
        audited = superuser.execute(
            "select count(*) from audit_entries where action = 'moderation.photo.reveal' and entity_id = %s",
            [photo_id]).fetchone()
        assert audited == (1,)

    def test_without_script_the_page_comes_back_with_it_clear(self, app: Flask, noura: Staff, person: Person) -> None:
        case = person.submit()
        with factory.as_actor(app, person.actor):
            photo_id = media.list_photos(person.subject_id)[0].id
        answer = noura.post(page(case.ref, f"photos/{photo_id}/reveal"))
        assert answer.status_code == 200 and "<html" in answer.text and "veil" not in answer.text

    def test_photo_of_someone_else_is_404(self, app: Flask, noura: Staff, person: Person,
                                          superuser: psycopg.Connection) -> None:
        case, other = person.submit(), factory.person(app, superuser)
        with factory.as_actor(app, other.actor):
            photo_id = factory.add_photo(other.actor)
        for asked in (photo_id, uuid4()):
            assert noura.post(page(case.ref, f"photos/{asked}/reveal")).status_code == 404
        assert events(superuser, "revealed", case.ref) == 0


class TestNotes:
    def test_note_is_shown_with_its_author(self, noura: Staff, person: Person) -> None:
        case = person.submit()
        answer = noura.post(page(case.ref, "notes"), htmx=True, note="نص <b>مهم</b>")
        assert answer.status_code == 201 and "نص &lt;b&gt;مهم&lt;/b&gt;" in answer.text
        assert "Noura Al-Otaibi" in answer.text and "<html" not in answer.text

    @pytest.mark.parametrize("note", ["", "n" * 50_000, "a\x00b", "a\u202eb"])
    @pytest.mark.parametrize("htmx", [True, False])
    def test_refused_note_is_kept_in_its_field(self, noura: Staff, person: Person, note: str, htmx: bool) -> None:
        answer = noura.post(page(person.submit().ref, "notes"), htmx=htmx, note=note)
        assert answer.status_code == 422 and note.replace("\x00", "") in answer.text.replace("\x00", "")

    def test_sent_twice_is_one_note(self, noura: Staff, person: Person, superuser: psycopg.Connection) -> None:
        case, key = person.submit(), str(uuid4())
        for _ in range(2):
            noura.post(page(case.ref, "notes"), note="once", idempotency_key=key)
        assert events(superuser, "noted", case.ref) == 1


class TestPrivacy:
    def test_person_is_exported_without_what_staff_wrote_for_each_other(
        self, app: Flask, noura: Staff, person: Person, superuser: psycopg.Connection
    ) -> None:
        case = person.submit()
        noura.post(page(case.ref, "decide"), outcome="reject", policy=str(factory.policy_id(superuser)),
                   note="between us", **noura.sees(case))
        with factory.as_actor(app, system(person.subject_id)):
            held = privacy.export(person.subject_id, actor=system(person.subject_id))
        assert held["cases"][0]["title_en"] == "Ahmed Al-Anazi" and "PR-1.1" in held["decisions"][0]["statement_en"]
        assert "between us" not in str(held) and str(noura.user_id) not in str(held)

    def test_export_holds_no_decision_that_may_be_undone(self, app: Flask, noura: Staff, person: Person,
                                                         superuser: psycopg.Connection) -> None:
        case = person.submit()
        with factory.undo_window(app, 20):
            factory.decide(app, case, noura.actor, Outcome.REJECT, policy=factory.policy_id(superuser))
        with factory.as_actor(app, system(person.subject_id)):
            assert privacy.export(person.subject_id, actor=system(person.subject_id))["decisions"] == []

    def test_erased_person_leaves_case_and_decision_without_them(
        self, app: Flask, noura: Staff, person: Person, superuser: psycopg.Connection
    ) -> None:
        case = person.submit()
        noura.post(page(case.ref, "notes"), note="about Ahmed")
        noura.post(page(case.ref, "decide"), outcome="approve", note="about Ahmed", **noura.sees(case))
        with factory.as_actor(app, system(person.subject_id)):
            privacy.erase(person.subject_id, actor=system(person.subject_id))
        left = superuser.execute(
            "select title_en, title_ar, outcome, (select count(*) from case_terms t where t.case_id = c.id),"
            " (select body from case_notes n where n.case_id = c.id),"
            " (select private_note || statement_ar from decisions d where d.case_id = c.id) from cases c where id = %s",
            [case.id]).fetchone()
        assert left == ("[erased]", "[erased]", "approve", 0, "[erased]", "[erased][erased]")

    def test_open_case_of_an_erased_person_is_withdrawn_and_still_opens(
        self, app: Flask, noura: Staff, person: Person, superuser: psycopg.Connection
    ) -> None:
        case = person.submit()
        with factory.as_actor(app, system(person.subject_id)):
            privacy.erase(person.subject_id, actor=system(person.subject_id))
        superuser.execute("delete from profile_revisions where subject_id = %s", [person.subject_id])
        shown = noura.get(page(case.ref))
        assert shown.status_code == 200 and "has been destroyed" in shown.text and "withdrew" in shown.text
        late = noura.post(page(case.ref, "decide"), htmx=True, outcome="approve", **noura.sees(case))
        assert late.status_code == 409
