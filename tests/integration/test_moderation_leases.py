"""Leases: one holder by one token, beats, releases, takeovers, expiry; work handed out to one person each (MOD-1)."""
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from flask import Flask

from castingops.core import clock
from castingops.core.actor import system
from castingops.core.db import session
from castingops.core.ids import new_id
from castingops.moderation import queries
from castingops.moderation.errors import (
    CaseNotFound,
    CaseTaken,
    CaseWithdrawn,
    InvalidTakeover,
    LeaseLost,
)
from castingops.moderation.models import Case
from castingops.moderation.service import board, leases
from castingops.moderation.tasks.work import sweep_leases
from castingops.moderation.types.leases import Lease, LeaseEnd, LeaseHow, LostWhy
from tests.factories import moderation as factory
from tests.factories.moderation import Staff, as_actor

LONG = timedelta(seconds=601)


@pytest.fixture
def noura(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Staff:
    return factory.sign_in(app, factory.at_the_door(app, monkeypatch), "Noura Al-Otaibi", "moderator")


@pytest.fixture
def faisal(app: Flask, noura: Staff) -> Staff:
    return factory.sign_in(app, noura.door, "Faisal Al-Harbi", "moderator")


@pytest.fixture
def case(app: Flask, superuser: psycopg.Connection) -> Case:
    return factory.person(app, superuser).submit()


def acquire(app: Flask, case: Case, staff: Staff, how: LeaseHow = LeaseHow.OPENED) -> Lease:
    with as_actor(app, staff.actor):
        return leases.acquire(case.ref, actor=staff.actor, how=how)


def beat(app: Flask, case: Case, token: UUID, staff: Staff) -> Lease:
    with as_actor(app, staff.actor):
        return leases.beat(case.ref, token, actor=staff.actor)


def lost(app: Flask, case: Case, token: UUID | None, staff: Staff) -> dict[str, Any]:
    """What a token that does not hold the case is told, under the lock as a decision would."""
    with as_actor(app, staff.actor), pytest.raises(LeaseLost) as refusal:
        locked = queries.lock_case(case.ref)
        assert locked is not None
        leases.check(locked, token, actor=staff.actor)
    return refusal.value.details


def history(superuser: psycopg.Connection, case: Case) -> list[tuple[Any, ...]]:
    return superuser.execute("select how, holder_id, ended_how, ended_by from case_leases where case_id = %s"
                             " order by id", [case.id]).fetchall()


def timeline(superuser: psycopg.Connection, case: Case) -> list[str]:
    rows = superuser.execute("select kind from case_events where case_id = %s order by id", [case.id]).fetchall()
    return [kind for (kind,) in rows]


def test_each_acquisition_has_a_token_of_its_own(app: Flask, case: Case, noura: Staff, superuser: psycopg.Connection
                                                 ) -> None:
    first = acquire(app, case, noura)
    with as_actor(app, noura.actor):
        leases.release(case.ref, first.token, actor=noura.actor)
    second = acquire(app, case, noura)
    assert first.token != second.token and second.holder == noura.user_id
    assert timedelta(seconds=590) < second.until - clock.now() <= timedelta(seconds=600)
    assert lost(app, case, first.token, noura)["why"] is LostWhy.RELEASED
    assert [row[2] for row in history(superuser, case)] == ["released", None]
    assert timeline(superuser, case) == ["opened"]  # what happens by itself is no news


def test_two_tabs_share_one_lease(app: Flask, case: Case, noura: Staff) -> None:
    first, second = acquire(app, case, noura), acquire(app, case, noura)
    assert first.token == second.token and second.until >= first.until
    assert beat(app, case, first.token, noura).until >= second.until


def test_version_stays_where_it_was(app: Flask, case: Case, noura: Staff, superuser: psycopg.Connection) -> None:
    """Whoever reads the case reads the newest version, however often it changes hands."""
    acquire(app, case, noura)
    row = superuser.execute("select version from cases where id = %s", [case.id]).fetchone()
    assert row == (case.version,)


def test_someone_elses_case_is_refused_and_says_whose(app: Flask, case: Case, noura: Staff, faisal: Staff) -> None:
    lease = acquire(app, case, noura)
    with as_actor(app, faisal.actor), pytest.raises(CaseTaken) as refusal:
        leases.acquire(case.ref, actor=faisal.actor)
    assert refusal.value.details == {"assigned_to": noura.user_id, "until": lease.until}


@pytest.mark.parametrize("forged", [None, UUID(int=0), UUID(int=7)])
def test_forged_token_holds_nothing(app: Flask, case: Case, noura: Staff, forged: UUID | None) -> None:
    acquire(app, case, noura)
    told = lost(app, case, forged, noura)
    assert told["why"] is LostWhy.UNKNOWN and told["reason"] == ""


def test_token_of_someone_else_holds_nothing(app: Flask, case: Case, noura: Staff, faisal: Staff) -> None:
    """Even the live token: it is its holder's, and tells a stranger no more than who has the case."""
    lease = acquire(app, case, noura)
    told = lost(app, case, lease.token, faisal)
    assert told["why"] is LostWhy.UNKNOWN and told["by"] == noura.user_id
    with as_actor(app, faisal.actor), pytest.raises(LeaseLost):
        leases.beat(case.ref, lease.token, actor=faisal.actor)
    with as_actor(app, faisal.actor), pytest.raises(LeaseLost):
        leases.release(case.ref, lease.token, actor=faisal.actor)
    assert beat(app, case, lease.token, noura)


def test_token_of_another_case_holds_nothing(app: Flask, case: Case, noura: Staff, superuser: psycopg.Connection
                                             ) -> None:
    other = factory.person(app, superuser).submit()
    lease = acquire(app, other, noura)
    assert lost(app, case, lease.token, noura)["why"] is LostWhy.UNKNOWN


def test_expired_token_is_dead_and_the_case_free(
    app: Flask, case: Case, noura: Staff, faisal: Staff, superuser: psycopg.Connection
) -> None:
    with clock.held_at(clock.now() - LONG):
        lease = acquire(app, case, noura)
    assert lost(app, case, lease.token, noura)["why"] is LostWhy.EXPIRED
    with as_actor(app, noura.actor), pytest.raises(LeaseLost):
        leases.beat(case.ref, lease.token, actor=noura.actor)
    acquire(app, case, faisal)
    told = lost(app, case, lease.token, noura)
    assert (told["why"], told["by"], told["at"]) == (LostWhy.EXPIRED, faisal.user_id, lease.until)
    assert [row[2] for row in history(superuser, case)] == ["expired", None]


def test_sweep_gives_back_what_ran_out(
    app: Flask, case: Case, noura: Staff, faisal: Staff, superuser: psycopg.Connection
) -> None:
    live = factory.person(app, superuser).submit()
    kept = acquire(app, live, faisal)
    with clock.held_at(clock.now() - LONG):
        acquire(app, case, noura)
    with as_actor(app, system()):
        sweep_leases(actor=system())
        sweep_leases(actor=system())
    row = superuser.execute("select assigned_to, lease_token, lease_until from cases where id = %s",
                            [case.id]).fetchone()
    assert row == (None, None, None) and history(superuser, case)[0][2] == "expired"
    assert beat(app, live, kept.token, faisal)
    assert timeline(superuser, case) == ["opened"]


def test_takeover_is_logged_and_told(
    app: Flask, case: Case, noura: Staff, faisal: Staff, superuser: psycopg.Connection
) -> None:
    """MOD-1: the former holder learns who and why at the next beat, and in their own notices until they read it."""
    before = acquire(app, case, noura)
    with as_actor(app, faisal.actor):
        after = leases.take_over(case.ref, "  Noura is on leave. ", actor=faisal.actor)
    with as_actor(app, noura.actor), pytest.raises(LeaseLost) as refusal:
        leases.beat(case.ref, before.token, actor=noura.actor)
    told = refusal.value.details
    assert (told["why"], told["by"], told["reason"]) == (LostWhy.TAKEN_OVER, faisal.user_id, "Noura is on leave.")
    assert beat(app, case, after.token, faisal)
    assert timeline(superuser, case) == ["opened", "taken_over"]
    assert superuser.execute("select 1 from audit_entries where action = 'moderation.case.take_over'"
                             " and entity_id = %s", [str(case.id)]).fetchone()
    with app.app_context():
        notices = board.beat(actor=noura.actor).round.lost
        assert board.beat(actor=faisal.actor).round.lost == []
    assert [(notice.ref, notice.by, notice.reason) for notice in notices] == [
        (case.ref, faisal.user_id, "Noura is on leave.")]
    for reader, left in ((faisal, 1), (noura, 0), (noura, 0)):  # someone else's reading does not count
        with as_actor(app, reader.actor):
            leases.mark_told(notices[0].id, actor=reader.actor)
        with app.app_context():
            assert len(board.beat(actor=noura.actor).round.lost) == left


@pytest.mark.parametrize("reason", ["", "   ", "x" * 301, "a\x00b"])
def test_takeover_needs_a_usable_reason(app: Flask, case: Case, noura: Staff, faisal: Staff, reason: str) -> None:
    lease = acquire(app, case, noura)
    with as_actor(app, faisal.actor), pytest.raises(InvalidTakeover):
        leases.take_over(case.ref, reason, actor=faisal.actor)
    assert beat(app, case, lease.token, noura)


def test_free_case_is_taken_without_a_reason(app: Flask, case: Case, faisal: Staff, superuser: psycopg.Connection
                                             ) -> None:
    with as_actor(app, faisal.actor):
        leases.take_over(case.ref, "", actor=faisal.actor)
    assert timeline(superuser, case) == ["opened", "taken"]


def test_takeovers_at_once_leave_one_holder(app: Flask, case: Case, noura: Staff, superuser: psycopg.Connection
                                            ) -> None:
    """Hostile: six colleagues take over in the same instant; one token is live and each step is on record."""
    acquire(app, case, noura)
    rivals = [factory.sign_in(app, noura.door, f"Rival {n}", "moderator") for n in range(6)]

    def seize(rival: Staff) -> Lease:
        with as_actor(app, rival.actor):
            return leases.take_over(case.ref, "Urgent", actor=rival.actor)

    with ThreadPoolExecutor(6) as pool:
        held = list(pool.map(seize, rivals))
    alive = []
    for lease, rival in zip(held, rivals, strict=True):
        try:
            alive.append(beat(app, case, lease.token, rival))
        except LeaseLost as refusal:
            assert refusal.details["why"] is LostWhy.TAKEN_OVER
    assert len(alive) == 1
    ends = [row[2] for row in history(superuser, case)]
    assert ends.count(None) == 1 and ends.count("taken_over") == 6


def test_settled_lease_ends_with_the_case(app: Flask, case: Case, noura: Staff, superuser: psycopg.Connection) -> None:
    lease = acquire(app, case, noura)
    with as_actor(app, noura.actor):
        locked = queries.lock_case(case.ref)
        assert locked is not None
        leases.settle(locked, LeaseEnd.WITHDRAWN)
        locked.state = "withdrawn"
        session().flush()
    assert lost(app, case, lease.token, noura)["why"] is LostWhy.WITHDRAWN
    with as_actor(app, noura.actor), pytest.raises(CaseWithdrawn):
        leases.acquire(case.ref, actor=noura.actor)
    assert history(superuser, case)[0][2] == "withdrawn"


@pytest.mark.parametrize("ref", ["CASE-999999999", "nonsense", "CASE-1 or true", ""])
def test_what_is_no_case_is_not_found(app: Flask, noura: Staff, ref: str) -> None:
    acts = (partial(leases.acquire, ref), partial(leases.beat, ref, uuid4()), partial(leases.take_over, ref, "why"))
    for act in acts:
        with as_actor(app, noura.actor), pytest.raises(CaseNotFound):
            act(actor=noura.actor)


def test_open_case_is_nobodys_without_a_lease(app: Flask, case: Case, superuser: psycopg.Connection) -> None:
    """The database itself: an assignment without a lease would be a lock that nothing ends."""
    with pytest.raises(psycopg.errors.CheckViolation):
        superuser.execute("update cases set assigned_to = %s where id = %s", [uuid4(), case.id])


# Next case -------------------------------------------------------------------------------------------------------

FILL = """
insert into cases (ref, kind, subject_id, entity_id, subject_revision, title_en, title_ar, language, minor, state,
                   version, priority, priority_reasons, due_at, created_at, queue)
select 'CASE-8' || lpad(n::text, 6, '0'), 'handed', %(subject)s, uuidv7(), 1, 'Name', 'اسم', 'ar', false, 'open', 1,
       100000 - n, '[]', now() + make_interval(mins => n), now(), %(queue)s
from generate_series(1, %(cases)s) n"""


@pytest.fixture
def urgent(app: Flask, superuser: psycopg.Connection) -> Iterator[int]:
    """200 cases that come before any other; gone afterwards."""
    subject = factory.person(app, superuser).subject_id
    superuser.execute(FILL, {"subject": subject, "cases": 200, "queue": "general"})
    yield 200
    superuser.execute("delete from cases where kind = 'handed'")


def hand_out(app: Flask, staff: Staff, queue: str = "") -> Lease | None:
    with app.app_context():
        return leases.next_case(actor=staff.actor, queue=queue)


def test_next_case_is_the_most_urgent_then_ones_own(app: Flask, urgent: int, noura: Staff, faisal: Staff) -> None:
    first = hand_out(app, noura)
    assert first is not None and first.ref == "CASE-8000001"
    again, other = hand_out(app, noura), hand_out(app, faisal)
    assert again is not None and (again.ref, again.token) == (first.ref, first.token)
    assert other is not None and other.ref == "CASE-8000002"
    with as_actor(app, noura.actor):
        leases.release(first.ref, first.token, actor=noura.actor)
    third = hand_out(app, noura)
    assert third is not None and third.ref == "CASE-8000001" and third.token != first.token


def test_next_case_takes_what_ran_out(app: Flask, urgent: int, noura: Staff, faisal: Staff,
                                      superuser: psycopg.Connection) -> None:
    """Without waiting for the sweep; the dead lease is closed in the same statement."""
    with clock.held_at(clock.now() - LONG):
        old = hand_out(app, noura)
    new = hand_out(app, faisal)
    assert old is not None and new is not None and new.ref == old.ref and new.token != old.token
    rows = superuser.execute("select ended_how, ended_by from case_leases where case_id = %s order by id",
                             [new.case_id]).fetchall()
    assert rows == [("expired", None), (None, None)]


def test_next_case_leaves_out_what_waits(app: Flask, urgent: int, noura: Staff, superuser: psycopg.Connection) -> None:
    superuser.execute("update cases set paused_at = now() where ref = 'CASE-8000001'")
    lease = hand_out(app, noura)
    assert lease is not None and lease.ref == "CASE-8000002"


def test_next_case_of_one_queue(app: Flask, urgent: int, noura: Staff, superuser: psycopg.Connection) -> None:
    superuser.execute("update cases set queue = 'photos' where ref = 'CASE-8000150'")
    lease = hand_out(app, noura, "photos")
    assert lease is not None and lease.ref == "CASE-8000150"
    assert hand_out(app, noura, "no such queue") is not None  # their own comes before any queue


def test_next_case_stays_out_of_others_queues(app: Flask, urgent: int, noura: Staff, superuser: psycopg.Connection
                                              ) -> None:
    superuser.execute("update cases set queue = 'appeals' where ref <= 'CASE-8000199' and kind = 'handed'")
    superuser.execute("""update queues set roles = '["senior_moderator"]' where code = 'appeals'""")
    try:
        lease = hand_out(app, noura)
        assert lease is not None and lease.ref == "CASE-8000200"
        senior = factory.sign_in(app, noura.door, "Hind Al-Saud", "senior_moderator")
        theirs = hand_out(app, senior)
        assert theirs is not None and theirs.ref == "CASE-8000001"
    finally:
        superuser.execute("update queues set roles = '[]' where code = 'appeals'")


def test_nothing_free_is_nothing(app: Flask, noura: Staff) -> None:
    assert hand_out(app, noura, "no such queue") is None


def test_sixteen_at_once_never_get_the_same(app: Flask, urgent: int, noura: Staff) -> None:
    """MOD-1: 16 moderators ask ten times each, giving nothing back; 160 different cases."""
    moderators = [factory.sign_in(app, noura.door, f"Moderator {n}", "moderator") for n in range(16)]
    given: list[tuple[UUID, datetime]] = []

    def work(staff: Staff) -> None:
        for _ in range(10):
            someone = Staff(staff.door, new_id(), staff.client, staff.csrf)  # asks as ten people, one after another
            staff.door.people[someone.user_id] = ("Someone", frozenset({"moderator"}))
            lease = hand_out(app, someone)
            assert lease is not None
            given.append((lease.case_id, lease.until))

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(work, moderators))
    assert len({case_id for case_id, _ in given}) == len(given) == 160
