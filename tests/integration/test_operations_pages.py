"""The home page by role, and messages that failed: listed with their reason, sent again by one person once (OPS-1)."""
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from flask import Flask

from castingops.core import clock, consumer
from castingops.core.actor import system
from castingops.core.ids import new_id
from castingops.moderation import service as moderation
from castingops.moderation.types import Outcome
from castingops.moderation.types.decisions import Action, ActionKind
from castingops.operations import service
from castingops.operations.types import PAGE_SIZE
from tests.factories import appeals, reports
from tests.factories import moderation as factory
from tests.factories.moderation import Staff, StaffDoor

HOME, JOBS = "/console/", "/console/jobs/"


@pytest.fixture
def door(app: Flask, monkeypatch: pytest.MonkeyPatch) -> StaffDoor:
    """Staff come in by the test's own door; apps by identity's."""
    bearer = app.extensions["sign_in"].bearer
    made = factory.at_the_door(app, monkeypatch)
    made.bearer = bearer  # type: ignore[attr-defined]
    return made


@pytest.fixture
def admin(app: Flask, door: StaffDoor) -> Staff:
    return factory.sign_in(app, door, "Huda Admin", "admin")


def fail(superuser: psycopg.Connection, *, queue: str = "alerts", status: str = "dead") -> UUID:
    """A message that was given up, and its dead letter's id."""
    event_id = new_id()
    superuser.execute(
        "insert into outbox (id, name, queue, payload, status, attempts, created_at, not_before)"
        " values (%s, 'probe.event.happened', %s, '{}', %s, 5, now(), now())", [event_id, queue, status])
    row = superuser.execute(
        "insert into dead_letters (event_id, name, queue, handler, reason, attempts, failed_at)"
        " values (%s, 'probe.event.happened', %s, 'probe.handler', 'OperationalError', 5, now()) returning id",
        [event_id, queue]).fetchone()
    assert row
    return UUID(str(row[0]))


def outbox_state(superuser: psycopg.Connection, letter_id: UUID) -> tuple[str, int]:
    row = superuser.execute(
        "select status, o.attempts from outbox o join dead_letters d on d.event_id = o.id where d.id = %s",
        [letter_id]).fetchone()
    assert row
    return row[0], row[1]


class TestHome:
    @pytest.mark.parametrize(("role", "sees", "not_seen"), [
        ("moderator", ["Open cases", "My work", "Decisions a day", "Waiting for you"],
         ["Failed messages", "Open appeals", "whose=others"]),
        ("senior_moderator", ["My work", "Open appeals", "whose=others"], ["Failed messages"]),
        ("auditor", ["Open cases", "Decisions a day", "Failed messages"],
         ["My work", "Open next case", "Waiting for you"]),
        ("support", ["Open cases"], ["My work", "Failed messages"]),
        ("admin", ["Failed messages"], ["Open cases", "My work"]),
        ("finance", ["Nothing asks for you today"], ["Open cases", "Failed messages"]),
    ])
    def test_shows_what_the_role_may_see(
        self, app: Flask, door: StaffDoor, role: str, sees: list[str], not_seen: list[str]
    ) -> None:
        shown = factory.sign_in(app, door, "Someone", role).get(HOME)
        assert shown.status_code == 200
        assert [text for text in sees if text not in shown.text] == []
        assert [text for text in not_seen if text in shown.text] == []

    def test_own_work_and_todays_decisions_are_counted(self, app: Flask, door: StaffDoor,
                                                       superuser: psycopg.Connection) -> None:
        staff = factory.sign_in(app, door, "Noura Al-Otaibi", "moderator")
        held, decided = (factory.person(app, superuser).submit() for _ in range(2))
        staff.post(f"/console/moderation/cases/{held.ref}/take")
        factory.decide(app, decided, staff.actor, Outcome.APPROVE)
        shown = staff.get(HOME).text
        assert held.ref in shown and decided.ref not in shown

    def test_held_cases_show_the_time_that_is_left(self, app: Flask, door: StaffDoor, superuser: psycopg.Connection
                                                   ) -> None:
        """MOD-1: the lease, as on the case."""
        staff = factory.sign_in(app, door, "Noura Al-Otaibi", "moderator")
        case = factory.person(app, superuser).submit()
        staff.post(f"/console/moderation/cases/{case.ref}/take")
        assert 'data-lease="600"' in staff.get(HOME).text

    def test_what_waits_for_a_senior_is_counted_without_their_own(
        self, app: Flask, door: StaffDoor, superuser: psycopg.Connection
    ) -> None:
        """MOD-2: nobody approves their own proposal, and nobody looks a second time at their own decision."""
        noura = factory.sign_in(app, door, "Noura", "moderator")
        huda, omar = (factory.sign_in(app, door, name, "senior_moderator") for name in ("Huda", "Omar"))
        reports.arrive(app, superuser)  # what earlier tests left on its way
        before = [_duties(app, each) for each in (noura, huda, omar)]
        ban, policy = (Action(ActionKind.BAN),), factory.policy_id(superuser)
        factory.decide(app, factory.person(app, superuser).submit(), huda.actor, Outcome.REJECT, actions=ban,
                       policy=policy)
        decided = factory.decide(app, factory.person(app, superuser).submit(), noura.actor)
        superuser.execute("insert into quality_samples (number, case_id, decision_id, state, drawn_at, version)"
                          " select nextval('quality_numbers'), case_id, id, 'open', now(), 1 from decisions"
                          " where id = %s", [decided])
        about = appeals.refused(app, superuser, noura)
        appeals.appealed(app, superuser, about)
        after = [_duties(app, each) for each in (noura, huda, omar)]
        grown = [tuple(now - then for now, then in zip(*pair, strict=True))
                 for pair in zip(after, before, strict=True)]
        assert grown == [(1, 1, 0), (0, 1, 1), (1, 1, 1)]
        shown = omar.get(HOME).text
        assert '<a href="/console/moderation/approvals?whose=others">Second approval</a></dt><dd>' in shown
        assert '<a href="/console/moderation/?kind=appeal">Open appeals</a>' in shown

    def test_asks_little(self, app: Flask, door: StaffDoor, monkeypatch: pytest.MonkeyPatch) -> None:
        """Numbers, trend and what waits in one round trip, one's own work in another, the navigation's count."""
        staff = factory.sign_in(app, door, "Huda", "senior_moderator")
        staff.get(HOME)
        asked: list[str] = []
        execute = psycopg.Cursor.execute

        def counted(self: Any, query: Any, *args: Any, **options: Any) -> Any:
            asked.extend([] if "set_config" in str(query) else [str(query)])
            return execute(self, query, *args, **options)

        monkeypatch.setattr(psycopg.Cursor, "execute", counted)
        staff.get(HOME)
        assert len(asked) <= 6, asked

    def test_arabic_home_has_a_named_chart(self, app: Flask, door: StaffDoor) -> None:
        shown = factory.sign_in(app, door, "نورة", "moderator", locale="ar").get(HOME).text
        assert 'dir="rtl"' in shown and 'role="img" aria-label="القرارات في اليوم من' in shown

    def test_trend_is_by_day_in_riyadh(self, app: Flask, door: StaffDoor, superuser: psycopg.Connection) -> None:
        """23:00 UTC is the next day in Riyadh."""
        staff = factory.sign_in(app, door, "Noura", "moderator")
        late = clock.now().replace(hour=23, minute=0) - timedelta(days=3)
        from_before = _decided_on(app, staff, late)
        with clock.held_at(late - timedelta(minutes=5)):
            case = factory.person(app, superuser).submit()
        with clock.held_at(late):
            factory.decide(app, case, staff.actor)
        assert _decided_on(app, staff, late) == from_before + 1


def _duties(app: Flask, staff: Staff) -> tuple[int, int, int]:
    with factory.as_actor(app, staff.actor):
        waiting = moderation.overview(actor=staff.actor).duties
    return waiting.approvals, waiting.appeals, waiting.looks


def _decided_on(app: Flask, staff: Staff, moment: datetime) -> int:
    with factory.as_actor(app, staff.actor):
        trend = moderation.overview(actor=staff.actor).trend
    return trend.decided[trend.days.index(moment.astimezone(clock.RIYADH).date())]


class TestLetters:
    def test_are_listed_with_their_reason_and_paged(self, admin: Staff, superuser: psycopg.Connection) -> None:
        letters = [fail(superuser) for _ in range(PAGE_SIZE + 2)]
        first = admin.get(JOBS)
        assert "OperationalError" in first.text and f"letter-{letters[-1]}" in first.text
        assert f"letter-{letters[0]}" not in first.text
        more = first.text.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
        second = admin.get(more, htmx=True)
        assert "<html" not in second.text and f"letter-{letters[0]}" in second.text

    def test_replay_revives_the_message_once(self, app: Flask, admin: Staff, superuser: psycopg.Connection) -> None:
        letter = fail(superuser)
        answer = admin.post(f"{JOBS}{letter}/replay", htmx=True)
        assert answer.status_code == 200 and answer.text.startswith("<tr") and "Sent again" in answer.text
        row = superuser.execute(
            "update outbox set status = 'sent' where name = 'job.operations.revive' and payload->>'event_id' ="
            " (select event_id::text from dead_letters where id = %s) returning id", [letter]).fetchone()
        assert row
        with app.app_context():
            consumer.deliver([str(row[0])])
        assert outbox_state(superuser, letter) == ("pending", 0)
        again = admin.post(f"{JOBS}{letter}/replay", htmx=True)
        assert again.status_code == 409
        superuser.execute("delete from outbox where name = 'probe.event.happened'")

    def test_replay_is_audited_with_who(self, admin: Staff, superuser: psycopg.Connection) -> None:
        letter = fail(superuser)
        admin.post(f"{JOBS}{letter}/replay")
        audited = superuser.execute(
            "select payload->>'actor_id' from audit_entries e join audit_payloads p on p.entry_id = e.id"
            " where action = 'operations.letter.replay' and entity_id = %s", [letter]).fetchone()
        assert audited == (str(admin.user_id),)
        assert "Huda Admin" in admin.get(JOBS, view="replayed").text

    def test_money_is_not_for_one_person(self, admin: Staff, superuser: psycopg.Connection) -> None:
        """reliability.md §3, row "DLQ replay, money"."""
        letter = fail(superuser, queue="billing")
        assert admin.post(f"{JOBS}{letter}/replay").status_code == 403
        assert outbox_state(superuser, letter) == ("dead", 5)

    def test_message_that_is_gone_is_refused_without_a_mark(self, admin: Staff, superuser: psycopg.Connection) -> None:
        letter = fail(superuser, status="done")
        assert admin.post(f"{JOBS}{letter}/replay").status_code == 409
        marked = superuser.execute("select replayed_at from dead_letters where id = %s", [letter]).fetchone()
        assert marked == (None,)

    def test_reviving_twice_is_harmless(self, app: Flask, superuser: psycopg.Connection) -> None:
        with factory.as_actor(app, system()):
            service.revive(actor=system(), event_id=str(uuid4()))

    @pytest.mark.parametrize("role", ["moderator", "senior_moderator", "support", "finance", "compliance_officer"])
    def test_others_see_nothing_of_it(
        self, app: Flask, door: StaffDoor, superuser: psycopg.Connection, role: str
    ) -> None:
        staff = factory.sign_in(app, door, "Someone", role)
        assert staff.get(JOBS).status_code == 403
        assert staff.post(f"{JOBS}{fail(superuser)}/replay").status_code == 403

    def test_auditor_reads_and_cannot_replay(self, app: Flask, door: StaffDoor, superuser: psycopg.Connection) -> None:
        staff, letter = factory.sign_in(app, door, "Someone", "auditor"), fail(superuser)
        shown = staff.get(JOBS)
        assert shown.status_code == 200 and f"letter-{letter}" in shown.text and "/replay" not in shown.text
        assert staff.post(f"{JOBS}{letter}/replay").status_code == 403

    def test_unknown_letter_is_404(self, admin: Staff) -> None:
        assert admin.post(f"{JOBS}{uuid4()}/replay").status_code == 404
        assert admin.get(JOBS, cursor="x").status_code == 422
