"""Messages on a case and back, notes about persons, quick replies, own keys, the person's history (MOD-1, MOD-2)."""
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from flask import Flask
from sqlalchemy import event

from castingops.core import reads
from castingops.core.actor import Actor, system
from castingops.core.cursor import encode
from castingops.core.db import db
from castingops.core.errors import DomainError
from castingops.moderation import handlers, privacy
from castingops.moderation.errors import CaseNotFound, InvalidMessage, TooManyReplies
from castingops.moderation.events import CaseReplied
from castingops.moderation.models import Case
from castingops.moderation.service import conversations, habits
from castingops.moderation.types import Outcome
from castingops.moderation.types.keys import DEFAULT_KEYS
from tests.factories import doors
from tests.factories import moderation as factory
from tests.factories.moderation import Person, Staff, StaffDoor

MOST = 16  # statements of a case's page with everything on it
HOSTILE = ["", "   ", "x" * 2001, "a\x00b", "a\u202eb"]


@pytest.fixture
def door(app: Flask, monkeypatch: pytest.MonkeyPatch) -> StaffDoor:
    return factory.at_the_door(app, monkeypatch)


@pytest.fixture
def noura(app: Flask, door: StaffDoor) -> Staff:
    return factory.sign_in(app, door, "Noura Al-Otaibi", "moderator")


@pytest.fixture
def salem(app: Flask, door: StaffDoor) -> Staff:
    return factory.sign_in(app, door, "Salem Qahtani", "senior_moderator")


@pytest.fixture
def person(app: Flask, superuser: psycopg.Connection) -> Person:
    return factory.person(app, superuser)


def page(ref: str, act: str = "") -> str:
    return f"/console/moderation/cases/{ref}" + (f"/{act}" if act else "")


def seen(staff: Staff, case: Case) -> dict[str, Any]:
    """What a page of this case sends along from somebody who holds it."""
    return dict(staff.sees(case))


def one(superuser: psycopg.Connection, sql: str, *values: Any) -> Any:
    row = superuser.execute(sql, list(values)).fetchone()
    return row[0] if row else None


def reply(app: Flask, person: Person, ref: str, text: str) -> UUID:
    """The person answers by the app, and the event arrives."""
    with factory.as_actor(app, person.actor):
        message = conversations.reply(ref, text, actor=person.actor)
    return message.id


def arrive(app: Flask, person: Person, case_id: UUID, message_id: UUID) -> None:
    replied = CaseReplied(subject_id=person.subject_id, case_id=case_id, message_id=message_id)
    inside = system(person.subject_id)
    with factory.as_actor(app, inside):
        handlers.resume_replied(replied, actor=inside)


class TestMessages:
    def test_question_stops_the_clock_and_a_reply_starts_it(self, app: Flask, noura: Staff, person: Person,
                                                            superuser: psycopg.Connection) -> None:
        case = person.submit()
        sent = noura.post(page(case.ref, "messages"), htmx=True, message="Which play?\n\nأي مسرحية؟")
        assert sent.status_code == 201 and "Which play?" in sent.text and "Noura Al-Otaibi" in sent.text
        paused = "select paused_at is not null from cases where id = %s"
        assert one(superuser, paused, case.id) is True
        with factory.as_actor(app, person.actor):
            read = conversations.list_own_messages(case.ref, actor=person.actor)
        assert [message.body for message in read] == ["Which play?\n\nأي مسرحية؟"]
        assert not hasattr(read[0], "author_id")
        arrive(app, person, case.id, reply(app, person, case.ref, "Two of <b>them</b>."))
        assert one(superuser, paused, case.id) is False
        shown = noura.get(page(case.ref)).text
        assert "1 unread" in shown and "Two of &lt;b&gt;them&lt;/b&gt;." in shown
        assert "1 unread" not in noura.post(page(case.ref, "messages/read"), htmx=True).text
        told = "select count(*) from notifications where subject_id = %s and template = 'moderation.case.message'"
        assert one(superuser, told, person.subject_id) == 1

    def test_whoever_decides_waits_for_no_answer(self, app: Flask, noura: Staff, person: Person,
                                                 superuser: psycopg.Connection) -> None:
        case = person.submit()
        assert noura.post(page(case.ref, "messages"), htmx=True, message="Which play?").status_code == 201
        with factory.undo_window(app, 20):
            made = factory.decide(app, case, noura.actor, Outcome.REJECT, policy=factory.policy_id(superuser))
        assert one(superuser, "select paused_at from cases where id = %s", case.id) is None
        assert factory.execute(app, made) == "executed"

    def test_person_is_told_in_both_languages_and_never_by_whom(self, app: Flask, noura: Staff, person: Person) -> None:
        case = person.submit()
        noura.post(page(case.ref, "messages"), message="Which play?")
        with factory.as_actor(app, system(person.subject_id)):
            held = str(privacy.export(person.subject_id, actor=system(person.subject_id)))
        assert "Which play?" in held and str(noura.user_id) not in held

    @pytest.mark.parametrize("text", HOSTILE)
    @pytest.mark.parametrize("htmx", [True, False])
    def test_refused_message_stays_in_its_field(self, noura: Staff, person: Person, text: str, htmx: bool) -> None:
        answer = noura.post(page(person.submit().ref, "messages"), htmx=htmx, message=text)
        assert answer.status_code == 422 and 'id="message-error"' in answer.text
        assert text.replace("\x00", "") in answer.text.replace("\x00", "")

    @pytest.mark.parametrize("text", HOSTILE)
    def test_hostile_reply_is_refused(self, app: Flask, noura: Staff, person: Person, text: str) -> None:
        case = person.submit()
        noura.post(page(case.ref, "messages"), message="Which play?")
        with pytest.raises(InvalidMessage):
            reply(app, person, case.ref, text)

    def test_nobody_answers_where_nobody_asked(self, app: Flask, noura: Staff, person: Person,
                                               superuser: psycopg.Connection) -> None:
        case, other = person.submit(), factory.person(app, superuser)
        with pytest.raises(CaseNotFound):
            reply(app, person, case.ref, "hello")
        noura.post(page(case.ref, "messages"), message="Which play?")
        for ref in (case.ref, "CASE-999999", "x"):
            with pytest.raises(CaseNotFound):
                reply(app, other, ref, "hello")

    def test_flood_of_replies_ends(self, app: Flask, noura: Staff, person: Person) -> None:
        case = person.submit()
        noura.post(page(case.ref, "messages"), message="Which play?")
        for number in range(5):
            reply(app, person, case.ref, f"{number}")
        with pytest.raises(TooManyReplies):
            reply(app, person, case.ref, "once more")
        noura.post(page(case.ref, "messages"), message="Thank you.")
        assert reply(app, person, case.ref, "now again")

    def test_decided_case_takes_no_message_and_keeps_the_words(self, app: Flask, noura: Staff, person: Person) -> None:
        case = person.submit()
        factory.decide(app, case, noura.actor)
        answer = noura.post(page(case.ref, "messages"), htmx=True, message="too late")
        assert answer.status_code == 409

    def test_nobody_writes_in_the_others_name(self, app: Flask, noura: Staff, person: Person,
                                              superuser: psycopg.Connection) -> None:
        """Row level security: a person's row says person, ours say staff, whatever a service does."""
        case = person.submit()
        for actor, author in ((person.actor, noura.user_id), (noura.actor.entering(person.subject_id), None)):
            with pytest.raises((DomainError, Exception), match="row-level security"), factory.as_actor(app, actor):
                conversations._message(person.subject_id, case.id, case.ref, "forged", author_id=author)

    def test_quick_reply_comes_filled_in_both_languages(self, noura: Staff, person: Person,
                                                        superuser: psycopg.Connection) -> None:
        case = person.submit()
        wanted = one(superuser, "select id from quick_replies where title_en = 'Ask for a clearer photo'")
        answer = noura.post(page(case.ref, "messages/fill"), htmx=True, message="Salam.", reply=str(wanted))
        assert "Salam." in answer.text and f"طلبك {case.ref} محفوظ" in answer.text and "{ref}" not in answer.text
        facts = noura.post(page(case.ref, "fill"), htmx=True, facts_en="So:", facts_ar="", reply=str(wanted),
                           **seen(noura, case))
        assert f"Your submission {case.ref} is kept" in facts.text and f"طلبك {case.ref} محفوظ" in facts.text


class TestNotesAboutAPerson:
    def test_stands_on_each_of_their_cases_and_is_never_theirs(self, app: Flask, noura: Staff, person: Person) -> None:
        case = person.submit()
        answer = noura.post(page(case.ref, "person-notes"), htmx=True, person_note="Called <twice>.")
        assert answer.status_code == 201 and "Called &lt;twice&gt;." in answer.text
        factory.decide(app, case, noura.actor)
        assert "Called &lt;twice&gt;." in noura.get(page(person.submit(height_cm=181).ref)).text
        with factory.as_actor(app, system(person.subject_id)):
            assert "Called" not in str(privacy.export(person.subject_id, actor=system(person.subject_id)))
            privacy.erase(person.subject_id, actor=system(person.subject_id))
        assert "Called" not in noura.get(f"/console/moderation/people/{person.subject_id}").text

    @pytest.mark.parametrize("text", ["", "x" * 4001, "a\u202eb"])
    def test_refused_note_is_kept(self, noura: Staff, person: Person, text: str) -> None:
        answer = noura.post(page(person.submit().ref, "person-notes"), htmx=True, person_note=text)
        assert answer.status_code == 422 and text in answer.text


class TestTimeline:
    def test_tells_everything_newest_first_and_narrows(self, noura: Staff, salem: Staff, person: Person) -> None:
        case = person.submit()
        noura.post(page(case.ref, "lease"))
        noura.post(page(case.ref, "notes"), note="first note")
        noura.post(page(case.ref, "messages"), message="Which play?")
        salem.post(page(case.ref, "lease/take-over"), reason="It is about a child.")
        shown = noura.get(page(case.ref)).text
        lines = shown[shown.index('id="lines"'):]
        order = [lines.index(words) for words in ("It is about a child.", "We wrote to the person", "first note",
                                                  ">Case taken<", "Revision 1 submitted")]
        assert order == sorted(order)
        only = noura.get(page(case.ref, "timeline"), htmx=True, sort="notes").text
        assert "first note" in only and "Which play?" not in only
        assert noura.get(page(case.ref, "timeline"), sort="leases").text.count("It is about a child.") >= 1

    def test_pages_by_cursor_and_refuses_foreign_ones(self, noura: Staff, person: Person) -> None:
        case = person.submit()
        for number in range(22):
            noura.post(page(case.ref, "notes"), note=f"note-{number:02}")
        first = noura.get(page(case.ref, "timeline"), htmx=True, sort="notes").text
        assert "note-21" in first and "note-01" not in first and 'rel="next"' in first
        cursor = first.split("cursor=")[1].split('"')[0].split("&")[0]
        rest = noura.get(page(case.ref, "timeline"), htmx=True, sort="notes", cursor=cursor).text
        assert "note-01" in rest and "note-21" not in rest and 'rel="next"' not in rest
        assert noura.get(page(case.ref, "timeline"), htmx=True, cursor="forged").status_code == 422


class TestLeaseOnThePage:
    def test_form_comes_with_the_lease_alone(self, noura: Staff, salem: Staff, person: Person) -> None:
        case = person.submit()
        assert 'id="decision"' not in noura.get(page(case.ref)).text
        taken = noura.post(page(case.ref, "lease"), htmx=True)
        assert taken.status_code == 200 and 'id="decision"' in taken.text and "data-beat" in taken.text
        assert 'id="decision"' not in salem.get(page(case.ref)).text
        refused = salem.post(page(case.ref, "lease"), htmx=True)
        assert refused.status_code == 409 and "Take over" in refused.text

    @pytest.mark.parametrize("token", ["", "x", str(UUID(int=7))])
    @pytest.mark.parametrize("act", ["lease/beat", "lease/release"])
    def test_forged_token_is_told_and_changes_nothing(self, noura: Staff, salem: Staff, person: Person, token: str,
                                                      act: str) -> None:
        case = person.submit()
        noura.post(page(case.ref, "lease"))
        assert salem.post(page(case.ref, act), htmx=True, lease_token=token).status_code == 409
        assert 'id="decision"' in noura.get(page(case.ref)).text

    def test_decision_with_a_dead_token_keeps_everything(self, noura: Staff, salem: Staff, person: Person,
                                                         superuser: psycopg.Connection) -> None:
        case = person.submit()
        form = seen(noura, case)
        salem.post(page(case.ref, "lease/take-over"), reason="Urgent.")
        late = noura.post(page(case.ref, "decide"), htmx=True, outcome="reject", facts_en="My words", facts_ar="كلماتي",
                          policy=str(factory.policy_id(superuser)), actions="strike", note="kept", **form)
        assert late.status_code == 409 and "Urgent." in late.text and "Salem Qahtani" in late.text
        for words in ("My words", "كلماتي", "kept", 'value="strike" checked'):
            assert words in late.text
        again = noura.post(page(case.ref, "lease/take-over"), htmx=True, reason="Mine after all.", outcome="reject",
                           facts_en="My words", facts_ar="كلماتي", note="kept", **form)
        assert again.status_code == 200 and "My words" in again.text and "kept" in again.text

    def test_takeover_needs_a_reason(self, noura: Staff, salem: Staff, person: Person) -> None:
        case = person.submit()
        noura.post(page(case.ref, "lease"))
        assert salem.post(page(case.ref, "lease/take-over"), htmx=True, reason=" ").status_code == 422


class TestSecondApproval:
    def test_an_action_that_does_not_exist_is_not_left_out(self, noura: Staff, person: Person,
                                                           superuser: psycopg.Connection) -> None:
        case = person.submit()
        sent = noura.post(page(case.ref, "decide"), outcome="reject", actions="banish",
                          policy=str(factory.policy_id(superuser)), **seen(noura, case))
        assert sent.status_code == 422 and "One of these actions does not exist here." in sent.text
        assert one(superuser, "select count(*) from decisions where case_id = %s", case.id) == 0

    def test_proposer_has_no_button_and_is_refused(self, app: Flask, noura: Staff, salem: Staff, person: Person,
                                                   superuser: psycopg.Connection) -> None:
        case = person.submit()
        sent = salem.post(page(case.ref, "decide"), htmx=True, outcome="reject", actions="ban",
                          policy=str(factory.policy_id(superuser, "PR-2.2")), **seen(salem, case))
        assert sent.status_code == 200 and "second person" in sent.text
        decision = one(superuser, "select id from decisions where case_id = %s", case.id)
        digest = one(superuser, "select payload_hash from decisions where id = %s", decision)
        url = f"/console/moderation/approvals/{decision}"
        assert case.ref in salem.get("/console/moderation/approvals", whose="mine").text
        assert "payload_hash" not in salem.get(url).text
        assert salem.post(f"{url}/approve", payload_hash=digest).status_code == 403
        assert noura.get(url).status_code == 403
        other = factory.sign_in(app, salem.door, "Maha", "senior_moderator")
        assert digest in other.get(url).text
        assert other.post(f"{url}/approve", payload_hash="0" * 64).status_code == 409
        assert other.post(f"{url}/decline", reason="").status_code == 422
        assert other.post(f"{url}/approve", payload_hash=digest).status_code == 303
        assert one(superuser, "select state from decisions where id = %s", decision) == "executed"

    def test_reversal_is_proposed_by_somebody_else(self, noura: Staff, salem: Staff, person: Person,
                                                   superuser: psycopg.Connection) -> None:
        case = person.submit()
        noura.post(page(case.ref, "decide"), outcome="reject", policy=str(factory.policy_id(superuser)),
                   **seen(noura, case))
        decision = one(superuser, "select id from decisions where case_id = %s", case.id)
        url = f"/console/moderation/decisions/{decision}/reverse"
        assert 'id="decision"' not in noura.get(url).text and noura.post(url, outcome="approve").status_code == 403
        looked = salem.post(url, outcome="approve", look="1")
        assert looked.status_code == 200 and "second person" in looked.text
        assert salem.post(url, outcome="approve").status_code == 303
        assert "Waiting for second approval" in noura.get(page(case.ref)).text

    def test_list_is_empty_and_says_so(self, salem: Staff) -> None:
        assert "Nothing matches" in salem.get("/console/moderation/approvals", kind="nothing").text


class TestQuickReplies:
    FORM: dict[str, Any] = {"title_en": "Greeting", "title_ar": "تحية", "body_en": "Hello {name}",
                            "body_ar": "أهلًا {name}"}

    def test_what_cannot_be_stored_is_not_looked_for(self, noura: Staff) -> None:
        page = noura.get("/console/moderation/replies/", q="a\0b")
        assert page.status_code == 200 and self.FORM["title_en"] not in page.text
        forged = noura.get("/console/moderation/replies/", cursor=encode("\0", uuid4()))
        assert forged.status_code == 422

    def test_own_is_kept_changed_and_deleted(self, noura: Staff, salem: Staff, superuser: psycopg.Connection) -> None:
        title = f"T {uuid4()}"
        assert noura.post("/console/moderation/replies/", **self.FORM | {"title_en": title}).status_code == 303
        assert title in noura.get("/console/moderation/replies/", q=title).text
        assert title not in salem.get("/console/moderation/replies/", q=title).text.replace(f'value="{title}"', "")
        made = one(superuser, "select id from quick_replies where title_en = %s", title)
        url = f"/console/moderation/replies/{made}"
        assert salem.get(url).status_code == 404 and salem.post(url, **self.FORM, version=1).status_code == 404
        assert noura.post(url, **self.FORM | {"title_en": title, "body_en": "Bye"}, version=1).status_code == 303
        assert noura.post(url, **self.FORM | {"title_en": title}, version=1).status_code == 409
        assert noura.post(f"{url}/delete").status_code == 303
        assert one(superuser, "select count(*) from quick_replies where id = %s", made) == 0

    @pytest.mark.parametrize("change", [
        {"body_ar": ""}, {"title_en": ""}, {"body_en": "{phone}"}, {"body_en": "{"}, {"title_ar": "a\nb"},
        {"body_en": "x" * 1001}, {"body_ar": "a\u202eb"}])
    def test_half_or_broken_is_refused_and_kept(self, noura: Staff, change: dict[str, Any]) -> None:
        answer = noura.post("/console/moderation/replies/", **self.FORM | change)
        assert (answer.status_code == 422 and "أهلًا" in answer.text) or "body_ar" in change

    def test_everybodys_is_for_seniors_to_change(self, noura: Staff, salem: Staff,
                                                 superuser: psycopg.Connection) -> None:
        shared = one(superuser, "select id from quick_replies where owner_id is null limit 1")
        assert noura.get(f"/console/moderation/replies/{shared}").status_code == 200
        assert noura.post(f"/console/moderation/replies/{shared}", **self.FORM, version=1).status_code == 403
        assert noura.post("/console/moderation/replies/shared", **self.FORM).status_code == 403
        title = f"S {uuid4()}"
        kept = salem.post("/console/moderation/replies/shared", **self.FORM | {"title_en": title})
        assert kept.status_code == 303
        assert title in noura.get("/console/moderation/replies/", q=title, whose="shared").text


class TestSettings:
    def test_own_keys_are_kept_and_conflicts_named(self, app: Flask, noura: Staff) -> None:
        keys: dict[str, Any] = {f"key_{act}": code for act, code in DEFAULT_KEYS.items()}
        refused = noura.post("/console/moderation/settings", **keys | {"key_take": "KeyA"}, keys_on="1", version=0)
        assert refused.status_code == 422
        assert 'id="key_take-error"' in refused.text and 'id="key_approve-error"' in refused.text
        assert noura.post("/console/moderation/settings", **keys | {"key_take": "Shift+F1"}).status_code == 422
        swapped = keys | {"key_take": "KeyA", "key_approve": "KeyT"}
        assert noura.post("/console/moderation/settings", **swapped, keys_on="1", version=0).status_code == 303
        assert 'data-keymap="KeyT=KeyA=A KeyA=KeyT=T"' in noura.get("/console/moderation/settings").text
        assert noura.post("/console/moderation/settings", **keys, keys_on="1", version=0).status_code == 409
        with factory.as_actor(app, noura.actor):
            assert habits.my_habits(actor=noura.actor).keys["take"] == "KeyA"
        assert noura.post("/console/moderation/settings", **keys, version=1).status_code == 303
        assert 'data-keymap="off ' in noura.get("/console/moderation/").text


class TestPerson:
    def test_history_in_one_place_and_on_record(self, app: Flask, noura: Staff, salem: Staff, person: Person,
                                                superuser: psycopg.Connection) -> None:
        case = person.submit()
        noura.post(page(case.ref, "decide"), outcome="reject", actions="strike",
                   policy=str(factory.policy_id(superuser, "PR-2.2")), **seen(noura, case))
        shown = noura.get(f"/console/moderation/people/{person.subject_id}")
        assert shown.status_code == 200 and "Ahmed Al-Anazi" in shown.text and "PR-2.2" in shown.text
        looked = "select count(*) from audit_entries where action = 'moderation.person.read' and entity_id = %s"
        assert one(superuser, looked, person.subject_id) == 1
        assert "Strike of weight 2" in noura.get(page(case.ref)).text

    def test_minor_is_shown_by_first_letters(self, noura: Staff, person: Person, superuser: psycopg.Connection) -> None:
        case = person.submit()
        superuser.execute("update cases set minor = true where id = %s", [case.id])
        shown = noura.get(f"/console/moderation/people/{person.subject_id}").text
        assert "A. A." in shown and "Ahmed Al-Anazi" not in shown

    def test_stranger_is_404(self, noura: Staff) -> None:
        assert noura.get(f"/console/moderation/people/{uuid4()}").status_code == 404


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """Every statement that goes to PostgreSQL; a fast read is one."""
    sent: list[str] = []
    plain = reads._in_one_trip

    def note(*details: Any) -> None:
        sent.append(" ".join(details[2].split()))

    def one_trip(actor: Actor, *asked: Any, **options: Any) -> Any:
        sent.append("one round trip of fast reads")
        return plain(actor, *asked, **options)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    reads._in_one_trip = one_trip
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)
        reads._in_one_trip = plain


def test_page_with_everything_takes_few_statements(app: Flask, noura: Staff, person: Person) -> None:
    """Two revisions, photo, lease, messages, notes, related case: at most 16."""
    factory.decide(app, person.submit(), noura.actor, Outcome.APPROVE)
    case = person.submit(height_cm=181)
    noura.post(page(case.ref, "lease"))
    noura.post(page(case.ref, "messages"), message="Which play?")
    noura.post(page(case.ref, "notes"), note="a note")
    noura.post(page(case.ref, "person-notes"), person_note="another")
    with counted(app) as sent:
        shown = noura.get(page(case.ref))
    assert shown.status_code == 200 and 'id="decision"' in shown.text
    assert len(sent) <= MOST, "\n".join(f"{number:2} {sql[:150]}" for number, sql in enumerate(sent, 1))


class TestApi:
    """The person reads and answers by the app; a stranger learns nothing."""

    def test_reads_and_answers_own_messages(self, app: Flask) -> None:
        someone, stranger = doors.register(app), doors.register(app)
        case = factory.Person(app, someone.user_id).submit()
        url = f"/api/v1/me/cases/{case.ref}/messages"
        assert someone.ask("GET", url).status_code == 404
        moderator = Actor("staff", uuid4(), roles=frozenset({"moderator"}))
        with factory.as_actor(app, moderator):
            conversations.send_message(case.ref, "Which play?", actor=moderator)
        answered = someone.ask("POST", url, json={"text": "أول مسرحية"})
        assert answered.status_code == 201, answered.text
        listed = someone.ask("GET", url).json
        assert listed and [(each["sender"], each["body"]) for each in listed["data"]] == [
            ("staff", "Which play?"), ("person", "أول مسرحية")]
        assert str(moderator.user_id) not in str(listed)
        assert someone.ask("POST", url, json={"text": "a\u202eb"}).status_code == 422
        assert stranger.ask("GET", url).status_code == 404
        assert stranger.ask("POST", url, json={"text": "hello"}).status_code == 404
