"""Deciding in the console: preview, send, and what a second moderator meets (MOD-2; moderation.md §4)."""
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import psycopg
import pytest
from flask import Flask

from castingops.casting import service as casting
from castingops.casting.types import RevisionStatus
from castingops.core.actor import Actor
from castingops.core.errors import DomainError
from castingops.moderation import queries, service
from castingops.moderation.errors import CaseAlreadyDecided, InvalidDecision
from castingops.moderation.models import Case
from castingops.moderation.types import LOCALES, Draft, Outcome
from tests.factories import moderation as factory
from tests.factories.moderation import Person, Staff, StaffDoor

NOT_SENT = "Nothing of yours was sent; your note is kept below."


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


@pytest.fixture
def case(person: Person) -> Case:
    return person.submit()


@pytest.fixture
def policy(superuser: psycopg.Connection) -> str:
    return str(factory.policy_id(superuser))


def path(case: Case, act: str) -> str:
    return f"/console/moderation/cases/{case.ref}/{act}"


def decisions(superuser: psycopg.Connection, case: Case) -> int:
    row = superuser.execute("select count(*) from decisions where case_id = %s", [case.id]).fetchone()
    assert row
    return int(row[0])


class TestPreview:
    def test_shows_the_statement_in_both_languages(self, noura: Staff, case: Case, policy: str) -> None:
        facts = {"facts_en": "It names Snapchat.", "facts_ar": "تذكر حسابًا على سناب شات."}
        answer = noura.post(path(case, "preview"), htmx=True, outcome="reject", policy=policy, **facts,
                            **noura.sees(case))
        assert answer.status_code == 200 and "<html" not in answer.text
        assert "It names Snapchat. Policy PR-1.1" in answer.text and "تذكر حسابًا على سناب شات." in answer.text
        assert "Reject under PR-1.1" in answer.text and case.ref in answer.text

    def test_without_script_is_a_page_that_keeps_what_was_typed(self, noura: Staff, case: Case, policy: str) -> None:
        answer = noura.post(path(case, "preview"), outcome="changes", policy=policy, note="look again",
                            **noura.sees(case))
        assert answer.status_code == 200 and "<html" in answer.text and "Ask for changes under PR-1.1" in answer.text
        assert "look again" in answer.text and f'value="{policy}" checked' in answer.text

    def test_changes_nothing(self, noura: Staff, case: Case, policy: str, superuser: psycopg.Connection) -> None:
        noura.post(path(case, "preview"), outcome="reject", policy=policy, version=case.version)
        assert decisions(superuser, case) == 0

    def test_while_filling_in_says_what_is_missing_without_an_error(self, noura: Staff, case: Case) -> None:
        form = {"outcome": "reject", "version": case.version}
        quiet, asked = (noura.post(path(case, "preview"), htmx=True, **form, **more) for more in ({"auto": "1"}, {}))
        assert (quiet.status_code, asked.status_code) == (200, 422)
        assert "Choose the policy" in quiet.text and "Choose the policy" in asked.text


    def test_of_a_case_decided_meanwhile_says_so_and_keeps_what_was_typed(
        self, noura: Staff, salem: Staff, case: Case, policy: str
    ) -> None:
        noura.post(path(case, "decide"), outcome="approve", **noura.sees(case))
        form = {"outcome": "reject", "policy": policy, "note": "typed by the second", "version": case.version}
        answer = salem.post(path(case, "preview"), htmx=True, **form)
        assert answer.status_code == 409 and answer.headers["HX-Retarget"] == "#judgement"
        assert "Noura Al-Otaibi" in answer.text and "typed by the second" in answer.text


class TestDecide:
    @pytest.mark.parametrize(("outcome", "status"), [
        ("approve", RevisionStatus.APPROVED), ("changes", RevisionStatus.CHANGES_REQUESTED),
        ("reject", RevisionStatus.REJECTED)])
    def test_reaches_the_profile_with_its_statement(
        self, app: Flask, noura: Staff, person: Person, case: Case, policy: str, outcome: str, status: RevisionStatus
    ) -> None:
        answer = noura.post(path(case, "decide"), htmx=True, outcome=outcome, policy=policy, **noura.sees(case))
        assert answer.status_code == 200 and "Decided and sent." in answer.text
        with factory.as_actor(app, person.actor):
            revision = casting.get_revision(person.subject_id, 1)
        assert revision.status is status and revision.statement_en and revision.statement_ar
        assert case.ref in revision.statement_en and case.ref in revision.statement_ar

    def test_is_recorded_whole(
        self, noura: Staff, case: Case, policy: str, superuser: psycopg.Connection
    ) -> None:
        """COMP-8: audit, timeline and event are written with the decision."""
        noura.post(path(case, "decide"), outcome="reject", policy=policy, note="seen twice", **noura.sees(case))
        told = superuser.execute(
            "select outcome, private_note, decided_by, executed_at is not null from decisions where case_id = %s",
            [case.id]).fetchone()
        assert told == ("reject", "seen twice", noura.user_id, True)
        audited = superuser.execute(
            "select count(*) from audit_entries where action = 'moderation.case.decide' and entity_id = %s",
            [case.id]).fetchone()
        kinds = superuser.execute("select kind from case_events where case_id = %s order by id", [case.id]).fetchall()
        sent = superuser.execute(
            "select count(*) from outbox where name = 'moderation.case.decided' and payload->>'case_id' = %s",
            [str(case.id)]).fetchone()
        assert audited == (1,) and kinds == [("opened",), ("decided",)] and sent == (1,)

    def test_without_facts_uses_the_policys_own(self, noura: Staff, case: Case, policy: str,
                                                superuser: psycopg.Connection) -> None:
        noura.post(path(case, "decide"), outcome="reject", policy=policy, **noura.sees(case))
        facts = superuser.execute("select facts_en, facts_ar from decisions where case_id = %s", [case.id]).fetchone()
        assert facts == ("The biography names contact details.", "تتضمن النبذة بيانات تواصل.")

    def test_sent_twice_has_one_effect(
        self, noura: Staff, case: Case, superuser: psycopg.Connection
    ) -> None:
        form = {"outcome": "approve", **noura.sees(case), "idempotency_key": str(uuid4())}
        first, again = (noura.post(path(case, "decide"), **form) for _ in range(2))
        assert (first.status_code, first.data) == (200, again.data) and decisions(superuser, case) == 1

    @pytest.mark.parametrize(("form", "status", "said"), [
        ({"outcome": "burn"}, 422, "Choose an outcome."), ({}, 422, "Choose an outcome."),
        ({"outcome": "reject"}, 422, "Choose the policy"),
        ({"outcome": "reject", "policy": "not-an-id"}, 422, "no longer in force"),
        ({"outcome": "reject", "policy": str(uuid4())}, 422, "no longer in force"),
        ({"outcome": "reject", "policy": "\x00"}, 422, "no longer in force"),
        ({"outcome": "approve", "note": "n" * 50_000}, 422, "at most 4000 characters"),
        ({"outcome": "approve", "note": "a\x00b"}, 422, "cannot be stored"),
        ({"outcome": "approve", "note": "a\u202eb"}, 422, "cannot be stored"),
        ({"outcome": "approve", "idempotency_key": None}, 400, ""),
        ({"outcome": "approve", "idempotency_key": "short"}, 400, ""),
        ({"outcome": "approve", "csrf_token": "forged"}, 400, ""),
    ])
    @pytest.mark.parametrize("htmx", [True, False])
    def test_bad_input_is_refused_and_kept(
        self, noura: Staff, case: Case, superuser: psycopg.Connection, form: dict[str, str], status: int, said: str,
        htmx: bool
    ) -> None:
        answer = noura.post(path(case, "decide"), htmx=htmx, **noura.sees(case), facts_en="typed <b>fact</b>",
                            facts_ar="حقيقة مكتوبة", **form)
        assert answer.status_code == status and said in answer.text and decisions(superuser, case) == 0
        if status == 422:
            assert "typed &lt;b&gt;fact&lt;/b&gt;" in answer.text and "حقيقة مكتوبة" in answer.text

    @pytest.mark.parametrize("version", ["0", "99", "", "x", "9" * 30])
    def test_stale_version_is_409_and_keeps_what_was_typed(
        self, noura: Staff, case: Case, superuser: psycopg.Connection, version: str
    ) -> None:
        answer = noura.post(path(case, "decide"), htmx=True, outcome="approve", note="my note",
                            **noura.sees(case) | {"version": version})
        assert answer.status_code in (409, 422) and "my note" in answer.text and decisions(superuser, case) == 0

    @pytest.mark.parametrize("ref", ["CASE-999999", "CASE-1", "x", "CASE-000001%00"])
    def test_forged_reference_is_404(self, noura: Staff, case: Case, ref: str) -> None:
        answer = noura.post(f"/console/moderation/cases/{ref}/decide", outcome="approve", version=1)
        assert answer.status_code == 404

    def test_policy_retired_meanwhile_is_refused(
        self, noura: Staff, case: Case, superuser: psycopg.Connection, retired: str
    ) -> None:
        answer = noura.post(path(case, "decide"), htmx=True, outcome="reject", policy=retired, **noura.sees(case))
        assert answer.status_code == 422 and "no longer in force" in answer.text

    @pytest.fixture
    def retired(self, superuser: psycopg.Connection) -> str:
        row = superuser.execute(
            "insert into policies (code, version, kind, severity, title_en, title_ar, fact_en, fact_ar, statements,"
            " created_at, retired_at) select code || '.old', 1, kind, severity, title_en, title_ar, fact_en, fact_ar,"
            " statements, created_at, now() from policies where code = 'PR-1.1' returning id").fetchone()
        assert row
        superuser.execute("update policies set code = code || id where id = %s", row)
        return str(row[0])


class TestTwoAtOnce:
    @pytest.mark.parametrize("htmx", [True, False])
    def test_second_is_told_who_when_and_how(
        self, noura: Staff, salem: Staff, case: Case, policy: str, superuser: psycopg.Connection, htmx: bool
    ) -> None:
        """arabic.md model text 19."""
        noura.post(path(case, "decide"), outcome="approve", **noura.sees(case))
        answer = salem.post(path(case, "decide"), htmx=htmx, outcome="reject", policy=policy, **salem.sees(case),
                            facts_en="my english", facts_ar="نصي بالعربية", note="my private note")
        assert answer.status_code == 409 and ("<html" in answer.text) is not htmx
        assert "Noura Al-Otaibi already decided this case at" in answer.text and "Approved" in answer.text
        assert NOT_SENT in answer.text
        for typed in ("my english", "نصي بالعربية", "my private note"):
            assert typed in answer.text
        assert decisions(superuser, case) == 1

    def test_two_tabs_at_once_make_one_decision(
        self, app: Flask, noura: Staff, case: Case, superuser: psycopg.Connection
    ) -> None:
        """The second waits for the first's lock and then finds its decision (reliability.md, faults)."""
        with factory.as_actor(app, noura.actor):
            seen = factory.seen(case, noura.actor)
        together = Barrier(2)

        def send(actor: Actor) -> str:
            together.wait()
            try:
                with factory.as_actor(app, actor):
                    service.propose(case.ref, Draft(Outcome.APPROVE, None), actor=actor, seen=seen)
            except CaseAlreadyDecided as refusal:
                return f"told {refusal.details['decided_by']}"
            return "decided"

        with ThreadPoolExecutor(2) as pool:
            results = sorted(pool.map(send, (noura.actor, noura.actor)))
        assert results == ["decided", f"told {noura.user_id}"] and decisions(superuser, case) == 1

    def test_newer_revision_meanwhile_is_refused(
        self, noura: Staff, person: Person, case: Case, superuser: psycopg.Connection
    ) -> None:
        """MOD-2: a decision is bound to the revision shown."""
        person.submit(height_cm=181)
        answer = noura.post(path(case, "decide"), htmx=True, outcome="approve", **noura.sees(case), note="kept")
        assert answer.status_code == 409 and "newer revision" in answer.text and "kept" in answer.text
        assert decisions(superuser, case) == 0

    def test_revision_on_its_way_is_refused_without_a_trace(
        self, app: Flask, noura: Staff, person: Person, case: Case, superuser: psycopg.Connection
    ) -> None:
        """The newer submission is committed, its event has not arrived: the profile itself refuses."""
        with factory.as_actor(app, person.actor):
            casting.write({**factory.PROFILE, "height_cm": 190}, actor=person.actor)
            casting.submit(actor=person.actor)
        answer = noura.post(path(case, "decide"), htmx=True, outcome="approve", **noura.sees(case))
        state = superuser.execute("select state, version from cases where id = %s", [case.id]).fetchone()
        assert (answer.status_code, state, decisions(superuser, case)) == (409, ("open", case.version), 0)


class TestPolicies:
    @pytest.fixture
    def seeded(self, app: Flask, noura: Staff) -> Iterator[list[queries.PolicyRow]]:
        with factory.as_actor(app, noura.actor):
            yield queries.list_policies("talent_profile")

    def test_every_policy_renders_in_both_languages(self, seeded: list[queries.PolicyRow], case: Case, app: Flask,
                                                    noura: Staff) -> None:
        assert len(seeded) >= 9
        for policy in seeded:
            for outcome in map(Outcome, policy.statements):
                chosen = None if outcome is Outcome.APPROVE else policy.id
                shown = service.preview(case.ref, Draft(outcome, chosen), actor=noura.actor).statement
                for locale in LOCALES:
                    text = getattr(shown, locale)
                    assert case.ref in text and "{" not in text and "None" not in text
                arabic = shown.ar.replace(case.ref, "").replace(policy.code, "")
                assert not any("a" <= letter.lower() <= "z" for letter in arabic), arabic

    def test_policy_without_one_language_blocks(self, superuser: psycopg.Connection, app: Flask, noura: Staff,
                                                case: Case) -> None:
        half = json.dumps({"reject": {"en": "{facts} {code} {policy} {ref}"}})
        row = superuser.execute(
            "insert into policies (code, version, kind, severity, title_en, title_ar, fact_en, fact_ar, statements,"
            " created_at) values (%s, 1, 'talent_profile', 'low', 'Half', 'نصف', 'f', 'ح', %s, now()) returning id",
            [f"T-{uuid4()}", half]).fetchone()
        assert row
        try:
            with pytest.raises(DomainError) as refusal, factory.as_actor(app, noura.actor):
                factory.propose(case, Draft(Outcome.REJECT, row[0]), noura.actor)
            assert isinstance(refusal.value, InvalidDecision) and decisions(superuser, case) == 0
        finally:
            superuser.execute("delete from policies where id = %s", row)
