"""Bulk actions: frozen lists, one transaction a case, stopped, taken up, undone; what they refuse (MOD-2)."""
import csv
import io
from datetime import timedelta
from threading import Event, Thread
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from flask import Flask

from castingops.bootstrap.servers import Postgres
from castingops.core import clock, consumer
from castingops.core.actor import system
from castingops.moderation.models import Case
from castingops.moderation.service import bulk_run, decisions, leases
from castingops.moderation.types.bulk import BULK_MAX, BULK_PAGE, STALLED_AFTER, TRIES_MAX
from tests.factories import bulk, doors
from tests.factories import moderation as factory
from tests.factories.bulk import BULK, confirm, freeze, results, state, work
from tests.factories.doors import Someone

STRANGE = "00000000-0000-0000-0000-000000000007"  # nobody's; workers collect the same tests


@pytest.fixture(scope="module")
def noura(app: Flask) -> Someone:
    return doors.staff_member(app, "moderator")


@pytest.fixture(scope="module")
def fahad(app: Flask) -> Someone:
    return doors.staff_member(app, "moderator")


@pytest.fixture(scope="module")
def senior(app: Flask) -> Someone:
    return doors.staff_member(app, "senior_moderator")


@pytest.fixture
def cases(app: Flask, superuser: psycopg.Connection) -> list[Case]:
    return bulk.submit(app, superuser, 3)


def outcomes(superuser: psycopg.Connection, cases: list[Case]) -> list[tuple[str, str | None]]:
    rows = [superuser.execute("select state, outcome from cases where id = %s", [case.id]).fetchone() for case in cases]
    return [(row[0], row[1]) for row in rows if row]


def codes(superuser: psycopg.Connection, ref: str) -> list[tuple[str, str]]:
    return [(result, code) for _, result, code in results(superuser, ref)]


class TestFreezing:
    def test_lists_what_was_ticked_and_leaves_out_what_is_not_open(self, app: Flask, noura: Someone,
                                                                   cases: list[Case]) -> None:
        factory.decide(app, cases[2], bulk.as_staff(noura))
        page = noura.ask("GET", f"{BULK}/{freeze(noura, cases)}").text
        assert cases[0].ref in page and cases[1].ref in page and cases[2].ref not in page
        assert "1 case that was asked for is not open" in page

    def test_by_filter(self, app: Flask, noura: Someone, superuser: psycopg.Connection) -> None:
        word = "z" + uuid4().hex.translate(str.maketrans("0123456789", "ghijklmnop"))
        made = bulk.submit(app, superuser, 3, display_name_en=f"Salem {word}")
        answer = noura.ask("POST", BULK, data={"all": "1", "q": word, "view": "open"})
        assert answer.status_code == 303
        ref = answer.headers["Location"].rsplit("/", 1)[1]
        assert {case for case, _, _ in results(superuser, ref)} == {case.id for case in made}

    @pytest.mark.parametrize("ticked", [[], ["CASE-99999999"], ["nonsense", "'; drop table cases --"], [STRANGE],
                                        ["\0", "CASE-\0"]])
    def test_nothing_open_is_refused(self, noura: Someone, ticked: list[str], superuser: psycopg.Connection) -> None:
        before = superuser.execute("select count(*) from bulk_jobs").fetchone()
        answer = noura.ask("POST", BULK, data={"case": ticked})
        assert answer.status_code == 422 and "at least one case" in answer.text
        assert superuser.execute("select count(*) from bulk_jobs").fetchone() == before

    def test_a_hundred_thousand_are_refused_by_name(self, noura: Someone, superuser: psycopg.Connection) -> None:
        """Nothing half done, and the answer says how many it may be: whether it was read (422) or too long (413)."""
        before = superuser.execute("select count(*) from bulk_jobs").fetchone()
        for many, status, more in ((BULK_MAX + 1, 422, {}), (100_000, 422, {}),
                                   (100_000, 413, {"content_type": "multipart/form-data"})):
            answer = noura.ask("POST", BULK, data={"case": [f"CASE-{number:06d}" for number in range(many)]}, **more)
            assert answer.status_code == status and "at most 1,000 cases" in answer.text, (many, status)
        assert superuser.execute("select count(*) from bulk_jobs").fetchone() == before

    def test_ticked_twice_counts_once(self, noura: Someone, cases: list[Case], superuser: psycopg.Connection) -> None:
        ref = freeze(noura, [cases[0], cases[0], cases[0]])
        assert [case for case, _, _ in results(superuser, ref)] == [cases[0].id]

    @pytest.mark.parametrize("role", ["compliance_officer", "support", "auditor", "admin", "finance"])
    def test_only_who_decides_freezes(self, app: Flask, role: str, cases: list[Case]) -> None:
        someone = doors.staff_member(app, role)
        assert someone.ask("POST", BULK, data={"case": [cases[0].ref]}).status_code == 403


class TestPreview:
    def test_shows_the_statements_in_both_languages_and_changes_nothing(
            self, noura: Someone, cases: list[Case], superuser: psycopg.Connection) -> None:
        ref = freeze(noura, cases)
        policy = str(factory.policy_id(superuser))
        answer = noura.ask("POST", f"{BULK}/{ref}/preview", data={
            "act": "reject", "policy": policy, "facts_en": "It names a phone.", "facts_ar": "تذكر رقم جوال."})
        assert answer.status_code == 200 and answer.text.count("It names a phone.") >= 3
        assert "تذكر رقم جوال." in answer.text and "Reject: 3 cases" in answer.text and state(superuser, ref) == "draft"

    @pytest.mark.parametrize(("form", "words"), [
        ({}, "Choose what to do."), ({"act": "nonsense"}, "Choose what to do."),
        ({"act": "reject"}, "Choose the policy"), ({"act": "reject", "policy": STRANGE}, "no longer in force"),
        ({"act": "queue", "queue": "nowhere"}, "Choose a queue."), ({"act": "note"}, "Write something."),
        ({"act": "note", "note": "a\u202eb"}, "cannot be stored"),
        ({"act": "note", "note": "x" * 4001}, "at most 4000"),
        ({"act": "approve", "note": "\u2066"}, "cannot be stored")])
    def test_refusals_keep_what_was_typed(self, noura: Someone, cases: list[Case], form: dict[str, str], words: str,
                                          superuser: psycopg.Connection) -> None:
        ref = freeze(noura, cases)
        for way in ("preview", "confirm"):
            answer = noura.ask("POST", f"{BULK}/{ref}/{way}", data={
                "facts_en": "my <b>words</b>", "facts_ar": "كلماتي", **form})
            assert answer.status_code == 422 and words in answer.text and "my &lt;b&gt;words" in answer.text
        assert state(superuser, ref) == "draft"

    def test_a_policy_retired_meanwhile(self, noura: Someone, cases: list[Case],
                                        superuser: psycopg.Connection) -> None:
        ref, policy = freeze(noura, cases), factory.policy_id(superuser, "PR-3.2")
        superuser.execute("update policies set retired_at = now() where id = %s", [policy])
        try:
            assert confirm(noura, ref, "reject", policy=str(policy)) == 422 and state(superuser, ref) == "draft"
        finally:
            superuser.execute("update policies set retired_at = null where id = %s", [policy])

    def test_one_that_changed_since_is_marked(self, app: Flask, noura: Someone, superuser: psycopg.Connection) -> None:
        person = factory.person(app, superuser)
        ref = freeze(noura, [person.submit()])
        person.submit(display_name_en="Ahmed Renamed")
        assert "Changed since" in noura.ask("GET", f"{BULK}/{ref}").text


class TestDoing:
    def test_every_act(self, noura: Someone, app: Flask, superuser: psycopg.Connection) -> None:
        policy = str(factory.policy_id(superuser))
        wanted: list[tuple[str, dict[str, str], str]] = [
            ("approve", {}, "executed"), ("changes", {"policy": policy}, "executed"),
            ("reject", {"policy": policy}, "executed"), ("queue", {"queue": "general"}, "queued"),
            ("return", {}, "returned"), ("note", {"note": "<b>seen</b>"}, "noted")]
        for act, form, code in wanted:
            made = bulk.submit(app, superuser, 2)
            ref = freeze(noura, made)
            assert confirm(noura, ref, act, **form) == 303
            assert work(app, superuser, ref) == 3 and state(superuser, ref) == "done"
            assert codes(superuser, ref) == [("done", code)] * 2, act
            if code == "executed":
                assert outcomes(superuser, made) == [("decided", act)] * 2
            page = noura.ask("GET", f"{BULK}/{ref}").text
            assert "Every case was done." in page and "<b>seen" not in page

    def test_started_once(self, noura: Someone, cases: list[Case], app: Flask, superuser: psycopg.Connection) -> None:
        ref, key = freeze(noura, cases), {"Idempotency-Key": str(uuid4())}
        first = noura.ask("POST", f"{BULK}/{ref}/confirm", data={"act": "approve"}, headers=key)
        again = noura.ask("POST", f"{BULK}/{ref}/confirm", data={"act": "approve"}, headers=key)
        other = noura.ask("POST", f"{BULK}/{ref}/confirm", data={"act": "approve"})
        assert (first.status_code, again.status_code, other.status_code) == (303, 303, 409)
        assert again.headers["Idempotent-Replayed"] == "true"
        assert work(app, superuser, ref) == 4

    def test_needs_a_key(self, noura: Someone, cases: list[Case]) -> None:
        ref = freeze(noura, cases)
        answer = noura.ask("POST", f"{BULK}/{ref}/confirm", data={"act": "approve"}, headers={"Idempotency-Key": ""})
        assert answer.status_code == 400

    def test_in_a_colleagues_hands_is_a_conflict(self, app: Flask, noura: Someone, fahad: Someone, cases: list[Case],
                                                 superuser: psycopg.Connection) -> None:
        ref, busy = freeze(noura, cases), bulk.as_staff(fahad)
        with factory.as_actor(app, busy):
            leases.acquire(cases[1].ref, actor=busy)
        confirm(noura, ref)
        work(app, superuser, ref)
        assert codes(superuser, ref) == [("done", "executed"), ("conflict", "case_taken"), ("done", "executed")]
        assert "Somebody is working on it." in noura.ask("GET", f"{BULK}/{ref}").text

    def test_what_takes_two_becomes_proposals(self, app: Flask, noura: Someone, superuser: psycopg.Connection) -> None:
        made = [factory.person(app, superuser).submit(), factory.person(app, superuser).submit()]
        superuser.execute("update cases set minor = true where id = %s", [made[0].id])
        ref = freeze(noura, made)
        confirm(noura, ref)
        work(app, superuser, ref)
        assert codes(superuser, ref) == [("done", "proposed"), ("done", "executed")]
        assert outcomes(superuser, made) == [("pending", None), ("decided", "approve")]
        assert "Waiting for second approval" in noura.ask("GET", f"{BULK}/{ref}").text

    def test_rights_are_read_at_each_case(self, app: Flask, superuser: psycopg.Connection, cases: list[Case]) -> None:
        leaving = doors.staff_member(app, "moderator")
        ref = freeze(leaving, cases)
        confirm(leaving, ref)
        work(app, superuser, ref, most=1)
        superuser.execute("delete from role_grants where user_id = %s", [leaving.user_id])
        work(app, superuser, ref)
        assert [result for result, _ in codes(superuser, ref)] == ["done", "denied", "denied"]

    def test_what_nobody_expected_fails_alone(self, app: Flask, noura: Someone, cases: list[Case],
                                              superuser: psycopg.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
        ref, propose = freeze(noura, cases), decisions.propose

        def breaks(which: str, *args: Any, **more: Any) -> Any:
            made = propose(which, *args, **more)
            if which == cases[0].ref:
                raise ZeroDivisionError
            return made

        monkeypatch.setattr(decisions, "propose", breaks)
        confirm(noura, ref)
        work(app, superuser, ref)
        assert codes(superuser, ref) == [("failed", "unexpected"), ("done", "executed"), ("done", "executed")]
        assert outcomes(superuser, cases)[0] == ("open", None)

    def test_each_case_is_in_the_trail(self, app: Flask, noura: Someone, cases: list[Case],
                                       superuser: psycopg.Connection) -> None:
        ref = freeze(noura, cases)
        confirm(noura, ref)
        work(app, superuser, ref)
        acts = superuser.execute(
            "select action, count(*) from audit_entries e join audit_payloads p on p.entry_id = e.id"
            " where payload -> 'details' ->> 'ref' = %s or payload -> 'details' ->> 'job' = %s group by action",
            [ref, ref]).fetchall()
        assert dict(acts) == {"moderation.bulk.freeze": 1, "moderation.bulk.start": 1, "moderation.bulk.item": 3,
                              "moderation.bulk.finish": 1}


class TestStopping:
    def test_stops_before_the_next_case(self, app: Flask, noura: Someone, cases: list[Case],
                                        superuser: psycopg.Connection) -> None:
        ref = freeze(noura, cases)
        confirm(noura, ref)
        work(app, superuser, ref, most=1)
        assert noura.ask("POST", f"{BULK}/{ref}/stop").status_code == 303
        work(app, superuser, ref)
        assert codes(superuser, ref) == [("done", "executed"), *[("cancelled", "cancelled")] * 2]
        assert outcomes(superuser, cases)[1:] == [("open", None)] * 2 and state(superuser, ref) == "cancelled"
        assert noura.ask("POST", f"{BULK}/{ref}/stop").status_code == 409

    def test_waits_for_the_case_at_work(self, app: Flask, noura: Someone, cases: list[Case],
                                        superuser: psycopg.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
        """Stopped while a case is being decided: that one is whole, and none begins after it."""
        ref, propose, at_work, go_on = freeze(noura, cases), decisions.propose, Event(), Event()

        def slow(*args: Any, **more: Any) -> Any:
            made = propose(*args, **more)
            at_work.set()
            assert go_on.wait(20)
            return made

        confirm(noura, ref)
        monkeypatch.setattr(decisions, "propose", slow)
        worker = Thread(target=work, args=(app, superuser, ref), kwargs={"most": 1})
        worker.start()
        assert at_work.wait(20)
        stopper = Thread(target=noura.ask, args=("POST", f"{BULK}/{ref}/stop"))
        stopper.start()
        stopper.join(0.5)
        assert stopper.is_alive()
        go_on.set()
        worker.join()
        stopper.join()
        assert codes(superuser, ref)[0] == ("done", "executed") and state(superuser, ref) == "cancelled"
        assert work(app, superuser, ref) == 1 and codes(superuser, ref)[1:] == [("cancelled", "cancelled")] * 2

    def test_a_list_thrown_away(self, noura: Someone, cases: list[Case], superuser: psycopg.Connection) -> None:
        ref = freeze(noura, cases)
        assert noura.ask("POST", f"{BULK}/{ref}/stop").status_code == 303 and confirm(noura, ref) == 409

    @pytest.mark.parametrize("way", ["confirm", "stop", "undo", "resume", "preview"])
    def test_anothers_job_is_not_there(self, noura: Someone, fahad: Someone, cases: list[Case], way: str,
                                       superuser: psycopg.Connection) -> None:
        ref = freeze(noura, cases)
        answer = fahad.ask("POST", f"{BULK}/{ref}/{way}", data={"act": "approve"})
        assert answer.status_code == 404 and state(superuser, ref) == "draft"
        for more in ("", "/progress", "/export.csv"):
            assert fahad.ask("GET", f"{BULK}/{ref}{more}").status_code == 404
        assert ref not in fahad.ask("GET", BULK).text and ref in noura.ask("GET", BULK).text

    def test_a_senior_sees_and_stops_but_does_not_start(self, noura: Someone, senior: Someone, cases: list[Case],
                                                        superuser: psycopg.Connection) -> None:
        ref = freeze(noura, cases)
        assert senior.ask("GET", f"{BULK}/{ref}").status_code == 200 and confirm(senior, ref) == 404
        confirm(noura, ref)
        assert senior.ask("POST", f"{BULK}/{ref}/stop").status_code == 303 and state(superuser, ref) == "cancelled"

    @pytest.mark.parametrize("ref", ["BULK-99999999", "BULK-1", "CASE-000001", "x" * 300])
    def test_no_such_job(self, noura: Someone, ref: str) -> None:
        assert noura.ask("GET", f"{BULK}/{ref}").status_code == 404 and confirm(noura, ref) == 404


class TestTakingUp:
    def test_delivered_twice_does_nothing_twice(self, app: Flask, noura: Someone, cases: list[Case],
                                                superuser: psycopg.Connection) -> None:
        ref = freeze(noura, cases)
        confirm(noura, ref)
        (row,) = superuser.execute(bulk.STEPS, [ref]).fetchall()
        with app.app_context():
            consumer.deliver([str(row[0])])
            consumer.deliver([str(row[0])])
        assert [result for result, _ in codes(superuser, ref)] == ["done", "pending", "pending"]
        assert work(app, superuser, ref) == 3

    def test_a_lost_message_is_asked_for_again(self, app: Flask, noura: Someone, cases: list[Case],
                                               superuser: psycopg.Connection) -> None:
        ref = freeze(noura, cases)
        confirm(noura, ref)
        work(app, superuser, ref, most=1)
        superuser.execute("update outbox set status = 'dead' where name = 'job.moderation.bulk_step'"
                          " and status = 'pending'")
        assert work(app, superuser, ref) == 0
        self._take_up(app)
        assert work(app, superuser, ref) == 0  # not long enough
        with clock.held_at(clock.now() + STALLED_AFTER + timedelta(seconds=1)):
            self._take_up(app)
        assert work(app, superuser, ref) == 3 and state(superuser, ref) == "done"

    def test_a_case_that_kills_is_given_up(self, app: Flask, noura: Someone, cases: list[Case],
                                           superuser: psycopg.Connection) -> None:
        ref, moment = freeze(noura, cases), clock.now()
        confirm(noura, ref)
        for _ in range(TRIES_MAX):
            superuser.execute("update outbox set status = 'dead' where name = 'job.moderation.bulk_step'"
                              " and status = 'pending'")
            moment += STALLED_AFTER + timedelta(seconds=1)
            with clock.held_at(moment):
                self._take_up(app)
        work(app, superuser, ref)
        assert codes(superuser, ref) == [("failed", "gave_up"), ("done", "executed"), ("done", "executed")]

    def test_old_lists_are_forgotten(self, app: Flask, noura: Someone, cases: list[Case],
                                     superuser: psycopg.Connection) -> None:
        ref, started = freeze(noura, cases), freeze(noura, cases)
        confirm(noura, started, "note", note="x")
        superuser.execute("update bulk_jobs set created_at = created_at - interval '8 days' where ref in (%s, %s)",
                          [ref, started])
        with factory.as_actor(app, system()):
            bulk_run.forget_drafts()
        assert noura.ask("GET", f"{BULK}/{ref}").status_code == 404 and results(superuser, ref) == []
        assert noura.ask("GET", f"{BULK}/{started}").status_code == 200

    @staticmethod
    def _take_up(app: Flask) -> None:
        with factory.as_actor(app, system()):
            bulk_run.take_up(actor=system())


class TestUndo:
    def test_undoes_all_that_is_not_in_effect(self, app: Flask, noura: Someone, cases: list[Case],
                                              superuser: psycopg.Connection) -> None:
        ref = freeze(noura, cases)
        with factory.undo_window(app, 600):
            confirm(noura, ref)
            work(app, superuser, ref, most=2)
            assert outcomes(superuser, cases) == [("pending", None), ("pending", None), ("open", None)]
            assert "Undo 2 decisions that are not in effect" in noura.ask("GET", f"{BULK}/{ref}").text
            assert noura.ask("POST", f"{BULK}/{ref}/undo").status_code == 303
        assert codes(superuser, ref) == [("undone", "undone"), ("undone", "undone"), ("cancelled", "cancelled")]
        assert outcomes(superuser, cases) == [("open", None)] * 3 and state(superuser, ref) == "cancelled"

    def test_what_is_in_effect_stays(self, app: Flask, noura: Someone, cases: list[Case],
                                     superuser: psycopg.Connection) -> None:
        ref = freeze(noura, cases)
        confirm(noura, ref)
        work(app, superuser, ref)
        assert noura.ask("POST", f"{BULK}/{ref}/undo").status_code == 303
        assert codes(superuser, ref) == [("done", "executed")] * 3


class TestPages:
    def test_progress_asks_again_ever_more_seldom_until_it_is_over(self, app: Flask, noura: Someone,
                                                                   cases: list[Case],
                                                                   superuser: psycopg.Connection) -> None:
        ref = freeze(noura, cases)
        confirm(noura, ref)

        def look(**query: str) -> str:
            return noura.ask("GET", f"{BULK}/{ref}/progress", query_string=query, headers=doors.HTMX).text

        assert 'data-beat="2"' in look() and 'data-beat="4"' in look(seen="0", wait="2")
        assert 'data-beat="30"' in look(seen="0", wait="30") and 'data-beat="2"' in look(seen="0", wait="x" * 99)
        assert 'data-beat="30"' in look(seen="0", wait="9" * 4000)
        work(app, superuser, ref, most=1)
        assert 'data-beat="2"' in look(seen="0", wait="30") and "1 of 3 cases" in look()
        work(app, superuser, ref)
        assert "data-beat" not in look() and "<html" not in look()
        assert "<html" in noura.ask("GET", f"{BULK}/{ref}/progress").text

    def test_pages_and_results(self, app: Flask, noura: Someone, superuser: psycopg.Connection) -> None:
        made = bulk.submit(app, superuser, BULK_PAGE + 3)
        ref = freeze(noura, made)
        first = noura.ask("GET", f"{BULK}/{ref}").text
        more = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
        second = noura.ask("GET", more, headers=doors.HTMX).text
        shown = [part.split('"')[0] for part in (first + second).split('id="bulk-CASE')[1:]]
        assert shown == [case.ref.removeprefix("CASE") for case in made] and "<html" not in second
        confirm(noura, ref, "note", note="x")
        work(app, superuser, ref, most=1)
        only = noura.ask("GET", f"{BULK}/{ref}", query_string={"result": "done"}).text
        assert only.count('id="bulk-CASE') == 1 and "Result: Done" in only
        assert noura.ask("GET", f"{BULK}/{ref}", query_string={"cursor": "forged"}).status_code == 422

    def test_export(self, app: Flask, noura: Someone, superuser: psycopg.Connection) -> None:
        made = bulk.submit(app, superuser, 1, display_name_en="=cmd()")
        ref = freeze(noura, made)
        confirm(noura, ref)
        work(app, superuser, ref)
        text = noura.ask("GET", f"{BULK}/{ref}/export.csv").data.decode("utf-8-sig")
        _, line = list(csv.reader(io.StringIO(text)))
        assert line == ["1", made[0].ref, "'=cmd()", "1", "Done", "In effect"]


def test_database_keeps_results_whole(noura: Someone, cases: list[Case], superuser: psycopg.Connection,
                                      postgres_server: Postgres) -> None:
    ref = freeze(noura, cases)
    for wrong in ("update bulk_items set result = 'done' where case_id = %s",
                  "update bulk_items set done_at = now() where case_id = %s"):
        with pytest.raises(psycopg.errors.CheckViolation):
            superuser.execute(wrong, [cases[0].id])
    with pytest.raises(psycopg.errors.CheckViolation):
        superuser.execute("update bulk_jobs set state = 'running' where ref = %s", [ref])
