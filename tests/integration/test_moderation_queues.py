"""Queues and rules, saved views, counts that renew themselves, the calendar: kept by whom, followed by what (MOD-1)."""
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from flask import Flask

from castingops.core import clock
from castingops.core.actor import system
from castingops.core.clock import RIYADH
from castingops.core.db import session
from castingops.moderation import handlers, privacy, queries
from castingops.moderation.errors import InvalidHoliday, InvalidQueue, InvalidSavedView, SavedViewNotFound
from castingops.moderation.events import HolidaysChanged, RoutingChanged
from castingops.moderation.models import Case
from castingops.moderation.queries import work as reads
from castingops.moderation.rules import routing
from castingops.moderation.service import holidays, leases, queues, views, work
from castingops.moderation.types.queues import GENERAL, SAVED_MAX, Facts, Holiday, Queue
from tests.factories import moderation as factory
from tests.factories.moderation import Staff, as_actor

QUEUE, RULES, CALENDAR = "/console/moderation/", "/console/moderation/queues", "/console/moderation/calendar"
FORM: dict[str, Any] = {"title_en": "Urgent Arabic", "title_ar": "العاجلة بالعربية", "kind": "", "language": "ar",
                        "minor": "no", "priority_from": "٤٥"}


@pytest.fixture
def noura(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Staff:
    return factory.sign_in(app, factory.at_the_door(app, monkeypatch), "Noura Al-Otaibi", "moderator")


@pytest.fixture
def hind(app: Flask, noura: Staff) -> Staff:
    return factory.sign_in(app, noura.door, "Hind Al-Saud", "senior_moderator")


@pytest.fixture
def case(app: Flask, superuser: psycopg.Connection) -> Case:
    return factory.person(app, superuser).submit()


@pytest.fixture(autouse=True)
def as_seeded(superuser: psycopg.Connection) -> Iterator[None]:
    """Queues and holidays as they were, after each test."""
    seeded = superuser.execute("select code from queues").fetchall()
    days = superuser.execute("select id from holidays").fetchall()
    yield
    superuser.execute("update cases set queue = 'general' where queue <> all(%s)", [[code for (code,) in seeded]])
    superuser.execute("delete from queues where code <> all(%s)", [[code for (code,) in seeded]])
    superuser.execute("delete from holidays where id <> all(%s)", [[each for (each,) in days]])


def add(app: Flask, hind: Staff, **rule: Any) -> Queue:
    with as_actor(app, hind.actor):
        return queues.add_queue(Queue("", "Urgent", "العاجلة", **rule), actor=hind.actor)


class TestRules:
    def test_case_is_routed_when_it_is_opened(self, app: Flask, hind: Staff, superuser: psycopg.Connection) -> None:
        add(app, hind, priority_from=45)
        plain = factory.person(app, superuser).submit()
        urgent = factory.person(app, superuser).submit(bio_en="mail me@example.com")
        assert (plain.queue, urgent.queue) == (GENERAL, "urgent")

    def test_newer_revision_is_routed_anew(self, app: Flask, hind: Staff, superuser: psycopg.Connection) -> None:
        add(app, hind, priority_from=45)
        person = factory.person(app, superuser)
        assert person.submit().queue == GENERAL
        assert person.submit(bio_en="mail me@example.com").queue == "urgent"

    def test_undecided_cases_follow_a_change(self, app: Flask, hind: Staff, case: Case) -> None:
        """Where the rules now send each case in SQL is where they send it in Python."""
        queue = add(app, hind, kind="talent_profile", language=case.language, minor=False)
        assert queue.id is not None
        with as_actor(app, system()):
            handlers.follow_rules(RoutingChanged(queue_id=queue.id), actor=system())
        with as_actor(app, system()):
            rules = reads.list_queues()
            for each in session().query(Case).where(Case.state == "open"):
                facts = Facts(each.kind, each.language, each.minor, each.priority)
                assert routing.route(facts, rules).queue.code == each.queue, each.ref
        with as_actor(app, hind.actor):
            shown = queries.find_case(case.ref)
            assert shown is not None and shown.queue == "urgent" and shown.version == case.version
            queues.retire_queue("urgent", actor=hind.actor, seen_version=queue.version)
            assert queues.reroute(actor=hind.actor) >= 1
            assert queues.reroute(actor=hind.actor) == 0

    @pytest.mark.parametrize(("field", "draft"), [
        ("title_en", Queue("", "", "اسم", kind="photo")), ("title_ar", Queue("", "Name", " ", kind="photo")),
        ("title_en", Queue("", "x" * 61, "اسم", kind="photo")),
        ("title_en", Queue("", "a\u202eb", "اسم", kind="photo")),
        ("title_ar", Queue("", "Name", "اسم\u200b", kind="photo")), ("kind", Queue("", "Name", "اسم", kind="nothing")),
        ("kind", Queue("", "Name", "اسم")), ("language", Queue("", "Name", "اسم", language="fr")),
        ("priority_from", Queue("", "Name", "اسم", priority_from=-1)),
        ("priority_from", Queue("", "Name", "اسم", priority_from=9999)),
        ("roles", Queue("", "Name", "اسم", kind="photo", roles=("auditor",)))])
    def test_what_cannot_be_a_queue_names_the_field(self, app: Flask, hind: Staff, field: str, draft: Queue) -> None:
        with as_actor(app, hind.actor), pytest.raises(InvalidQueue) as refusal:
            queues.add_queue(draft, actor=hind.actor)
        assert field in refusal.value.fields

    def test_default_stays_and_takes_everything(self, app: Flask, hind: Staff) -> None:
        with as_actor(app, hind.actor):
            general = queues.get_queue(GENERAL)
            with pytest.raises(InvalidQueue):
                queues.retire_queue(GENERAL, actor=hind.actor, seen_version=general.version)
            kept = queues.change_queue(GENERAL, Queue("", "General", "العامة", kind="photo", priority_from=50),
                                       actor=hind.actor, seen_version=general.version)
        assert kept.is_default and kept.kind == "" and kept.priority_from == 0

    def test_database_keeps_one_default(self, superuser: psycopg.Connection) -> None:
        with pytest.raises(psycopg.errors.UniqueViolation):
            superuser.execute("insert into queues (code, title_en, title_ar, position, kind, language, priority_from,"
                              " roles, is_default, version, created_at) values ('two', 'x', 'x', 1, '', '', 0, '[]',"
                              " true, 1, now())")


class TestRulePages:
    def test_senior_adds_changes_moves_and_retires(self, hind: Staff, superuser: psycopg.Connection) -> None:
        assert hind.post(RULES, **FORM).status_code == 303
        page = hind.get(RULES).text
        assert "Urgent Arabic" in page and "Priority from 45" in page and "Language: Arabic" in page
        assert hind.post(f"{RULES}/urgent-arabic/earlier").status_code == 303
        order = re.findall(r"queues/([a-z-]+)/earlier", hind.get(RULES).text)
        assert order.index("urgent-arabic") == len(order) - 2
        version = re.findall(r'name="version" value="(\d+)"', hind.get(f"{RULES}/urgent-arabic").text)[0]
        stale = hind.post(f"{RULES}/urgent-arabic", **{**FORM, "title_en": "Other", "version": "99"})
        assert stale.status_code == 409
        assert hind.post(f"{RULES}/urgent-arabic", **{**FORM, "title_en": "Other", "version": version}
                         ).status_code == 303
        assert "Other" in hind.get(RULES).text
        version = re.findall(r'name="version" value="(\d+)"', hind.get(f"{RULES}/urgent-arabic").text)[0]
        assert hind.post(f"{RULES}/urgent-arabic/retire", version=version).status_code == 303
        assert hind.get(f"{RULES}/urgent-arabic").status_code == 404
        actions = superuser.execute("select distinct action from audit_entries where action like 'moderation.queue.%%'"
                                    ).fetchall()
        assert {f"moderation.queue.{each}" for each in ("add", "change", "move", "retire")} <= {a for (a,) in actions}

    def test_refusal_keeps_what_was_typed(self, hind: Staff) -> None:
        answer = hind.post(RULES, **{**FORM, "title_ar": "", "priority_from": "many"})
        assert answer.status_code == 422 and "Urgent Arabic" in answer.text and 'href="#title_ar"' in answer.text
        assert "Give a number from 0 to 200." in answer.text

    def test_markup_is_text(self, hind: Staff) -> None:
        hind.post(RULES, **{**FORM, "title_en": "<b>Bold</b>"})
        page = hind.get(RULES).text
        assert "&lt;b&gt;Bold" in page and "<b>Bold" not in page

    def test_moderator_reads_and_does_not_change(self, noura: Staff) -> None:
        page = noura.get(RULES)
        assert page.status_code == 200 and "Add the queue" not in page.text
        assert noura.get(f"{RULES}/photos").status_code == 403
        for path in (RULES, f"{RULES}/photos", f"{RULES}/photos/earlier", f"{RULES}/photos/retire"):
            assert noura.post(path, **FORM).status_code == 403

    @pytest.mark.parametrize("code", ["nothing", "..", "general'--"])
    def test_unknown_queue_is_not_found(self, hind: Staff, code: str) -> None:
        assert hind.post(f"{RULES}/{code}/later").status_code == 404


class TestSavedViews:
    def test_kept_shown_with_its_count_changed_deleted(self, noura: Staff, hind: Staff, case: Case) -> None:
        name = f"My <b>{uuid4().hex[:6]}</b>"
        answer = noura.post("/console/moderation/views?language=both&queue=general", name=name)
        assert answer.status_code == 303 and "language=both" in answer.headers["Location"]
        page = noura.get(QUEUE).text
        assert name.replace("<", "&lt;").replace(">", "&gt;") in page and name not in page
        shown = re.search(r'id="(count-[0-9a-f-]{36})">(\d+\+?)<', page)
        assert shown and shown.group(2) != "0"
        assert name[:5] not in hind.get(QUEUE).text  # one's own until it is shared
        view_id = shown.group(1).removeprefix("count-")
        assert noura.post(f"/console/moderation/views/{view_id}/change", name="Both languages", shared="1"
                          ).status_code == 303
        assert "Both languages" in hind.get(QUEUE).text
        assert hind.post(f"/console/moderation/views/{view_id}/delete").status_code == 404
        assert noura.post(f"/console/moderation/views/{view_id}/delete").status_code == 303
        assert "Both languages" not in noura.get(QUEUE).text

    @pytest.mark.parametrize(("name", "query"), [
        ("", "language=ar"), ("x" * 41, "language=ar"), ("a\u202eb", "language=ar"), ("a\nb", "language=ar"),
        ("Everything", "")])
    def test_what_cannot_be_a_view_is_told(self, noura: Staff, name: str, query: str) -> None:
        answer = noura.post(f"/console/moderation/views?{query}", name=name)
        assert answer.status_code == 422 and "name-error" in answer.text

    def test_names_are_ones_own_and_few(self, app: Flask, noura: Staff, hind: Staff) -> None:
        with as_actor(app, noura.actor):
            kept = views.save_view("Arabic", {"language": "ar"}, actor=noura.actor, shared=True)
            with pytest.raises(InvalidSavedView):
                views.save_view(" Arabic ", {"language": "ar"}, actor=noura.actor, shared=False)
            for number in range(SAVED_MAX - 1):
                views.save_view(f"View {number}", {"language": "ar"}, actor=noura.actor, shared=False)
            with pytest.raises(InvalidSavedView):
                views.save_view("One more", {"language": "ar"}, actor=noura.actor, shared=False)
        with as_actor(app, hind.actor):
            views.save_view("Arabic", {"language": "en"}, actor=hind.actor, shared=False)
            with pytest.raises(SavedViewNotFound):
                views.change_view(kept.id, "Mine now", actor=hind.actor, shared=False)
        with as_actor(app, noura.actor):
            for view in views.list_views(actor=noura.actor):
                if view.owner_id == noura.user_id:
                    views.delete_view(view.id, actor=noura.actor)

    def test_search_is_kept_and_not_counted(self, noura: Staff) -> None:
        noura.post("/console/moderation/views?q=ريم", name="Reem")
        page = noura.get(QUEUE).text
        link = re.search(r"<a href=\"[^\"]*q=[^\"]*\">Reem</a>", page)
        assert link, page
        assert noura.get(QUEUE, q="ريم").status_code == 200


class TestCounts:
    def beat_url(self, page: str) -> str:
        found = re.search(r'hx-get="(/console/moderation/counts[^"]*)"', page)
        assert found
        return found.group(1).replace("&amp;", "&")

    def test_nothing_is_answered_when_nothing_changed(self, noura: Staff, case: Case) -> None:
        url = self.beat_url(noura.get(QUEUE).text)
        answer = noura.get(url, htmx=True)
        assert answer.status_code == 304 and not answer.data
        tag = answer.headers["ETag"]
        noura.door.asking = noura.user_id
        again = noura.client.get("/console/moderation/counts", headers={"If-None-Match": tag, **factory.HTMX})
        assert again.status_code == 304

    def test_change_is_small_and_brings_the_next_beat(self, app: Flask, noura: Staff, hind: Staff, case: Case) -> None:
        url = self.beat_url(noura.get(QUEUE).text)
        with as_actor(app, noura.actor):
            leases.acquire(case.ref, actor=noura.actor)
        answer = noura.get(url, htmx=True)
        assert answer.status_code == 200 and len(answer.data) < 4000
        assert 'id="count-mine">1<' in answer.text and case.ref in answer.text
        assert noura.get(self.beat_url(answer.text), htmx=True).status_code == 304
        with as_actor(app, hind.actor):
            leases.take_over(case.ref, "<i>Leave</i>", actor=hind.actor)
        told = noura.get(self.beat_url(answer.text), htmx=True)
        assert "Hind Al-Saud took a case over from you." in told.text and "&lt;i&gt;Leave" in told.text

    def test_few_queries(self, noura: Staff, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
        url = self.beat_url(noura.get(QUEUE).text)
        asked: list[str] = []
        execute = psycopg.Cursor.execute

        def counted(self: Any, query: Any, *args: Any, **options: Any) -> Any:
            if "set_config" not in str(query):
                asked.append(str(query))
            return execute(self, query, *args, **options)

        monkeypatch.setattr(psycopg.Cursor, "execute", counted)
        noura.get(url, htmx=True)
        assert len(asked) <= 3, asked

    def test_awaiting_approval_is_for_seniors(self, noura: Staff, hind: Staff) -> None:
        assert "view=pending" in hind.get(QUEUE).text and "view=pending" not in noura.get(QUEUE).text


class TestCalendar:
    def test_new_holiday_moves_what_is_due_after_it(self, app: Flask, hind: Staff, superuser: psycopg.Connection
                                                    ) -> None:
        """Opened on a Sunday at noon for 48 hours; the Monday becomes a holiday: due a day later, and back again."""
        with clock.held_at(datetime(2028, 1, 9, 12, tzinfo=RIYADH)):
            case = factory.person(app, superuser).submit()
        assert case.due_at == datetime(2028, 1, 11, 12, tzinfo=RIYADH)
        monday = Holiday(date(2028, 1, 10), "A day", "يوم")
        with as_actor(app, hind.actor):
            kept = holidays.add_holiday(monday, actor=hind.actor)
        changed = HolidaysChanged(first="2028-01-10", last="2028-01-10")
        with as_actor(app, system()):
            handlers.follow_holidays(changed, actor=system())
            moved = queries.find_case(case.ref)
            assert moved is not None and moved.due_at == datetime(2028, 1, 12, 12, tzinfo=RIYADH)
            assert moved.version == case.version and moved.due_reasons[-1]["en"] == "A day"
        with as_actor(app, hind.actor):
            assert kept.id is not None
            holidays.delete_holiday(kept.id, actor=hind.actor)
        with as_actor(app, system()):
            assert holidays.recount(monday.day, monday.day, actor=system()) >= 1
            back = queries.find_case(case.ref)
            assert back is not None and back.due_at == case.due_at
            assert holidays.recount(monday.day, monday.day, actor=system()) == 0

    @pytest.mark.parametrize(("field", "draft"), [
        ("day", Holiday(date(2026, 9, 23), "Again", "مرة أخرى")), ("day", Holiday(date(1999, 1, 1), "Old", "قديم")),
        ("title_ar", Holiday(date(2027, 12, 1), "Name", "")),
        ("title_en", Holiday(date(2027, 12, 1), "a\u202e", "يوم"))])
    def test_what_cannot_be_a_holiday_names_the_field(self, app: Flask, hind: Staff, field: str, draft: Holiday
                                                      ) -> None:
        with as_actor(app, hind.actor), pytest.raises(InvalidHoliday) as refusal:
            holidays.add_holiday(draft, actor=hind.actor)
        assert field in refusal.value.fields

    def test_seeded_days_are_marked(self, noura: Staff) -> None:
        page = noura.get(CALENDAR, year="2027").text
        assert page.count("Announced, may move") == 8 and page.count("Founding Day") == 1 and "National Day" in page
        assert "Add the day" not in page

    def test_senior_keeps_days_by_the_page(self, hind: Staff, superuser: psycopg.Connection) -> None:
        form: dict[str, Any] = {"day": "2028-02-22", "title_en": "Founding <b>Day</b>", "title_ar": "يوم التأسيس"}
        assert hind.post(f"{CALENDAR}?year=2028", **form).headers["Location"].endswith("year=2028")
        page = hind.get(CALENDAR, year="2028").text
        assert "Founding &lt;b&gt;Day" in page
        again = hind.post(f"{CALENDAR}?year=2028", **form)
        assert again.status_code == 422 and "This day is a holiday already." in again.text
        found = re.search(r"calendar/([0-9a-f-]{36})\?year", page)
        assert found
        moved = hind.post(f"{CALENDAR}/{found.group(1)}?year=2028", **{**form, "day": "٢٠٢٨-٠٢-٢٣"})
        assert moved.status_code == 303
        assert hind.post(f"{CALENDAR}/{found.group(1)}/delete?year=2028").status_code == 303
        assert hind.post(f"{CALENDAR}/{found.group(1)}/delete").status_code == 404

    @pytest.mark.parametrize("day", ["", "tomorrow", "2028-02-30", "9" * 300])
    def test_what_is_no_day_is_told(self, hind: Staff, day: str) -> None:
        answer = hind.post(CALENDAR, day=day, title_en="x", title_ar="يوم")
        assert answer.status_code == 422 and "Choose a day." in answer.text

    @pytest.mark.parametrize("year", ["", "no", "0", "٢٠٢٧", "99999999999", f"{clock.today_riyadh().year}0"])
    def test_what_is_no_year_is_this_one(self, noura: Staff, year: str) -> None:
        assert noura.get(CALENDAR, year=year).status_code == 200

    def test_moderator_changes_nothing(self, noura: Staff) -> None:
        for path in (CALENDAR, f"{CALENDAR}/{uuid4()}", f"{CALENDAR}/{uuid4()}/delete"):
            assert noura.post(path, day="2028-02-22", title_en="x", title_ar="x").status_code == 403


class TestPauses:
    def test_paused_is_not_overdue_and_says_so(self, app: Flask, noura: Staff, superuser: psycopg.Connection) -> None:
        with clock.held_at(clock.now() - timedelta(days=20)):
            case = factory.person(app, superuser).submit()
        row = f'id="row-{case.ref}"'
        assert row in noura.get(QUEUE, view="overdue", q=case.ref).text
        with as_actor(app, noura.actor):
            held = queries.lock_case(case.ref)
            assert held is not None
            work.pause(held, "reply", actor=noura.actor)
            work.pause(held, "evidence", actor=noura.actor)  # once is enough
            assert held.due_reasons[-1]["why"] == "reply"
        assert row not in noura.get(QUEUE, view="overdue", q=case.ref).text
        assert "Clock stopped" in noura.get(QUEUE, due="paused", q=case.ref).text
        with as_actor(app, noura.actor):
            held = queries.lock_case(case.ref)
            assert held is not None
            work.resume(held, actor=noura.actor)
            work.resume(held, actor=noura.actor)
            assert held.due_at == case.due_at  # it was late before it waited: waiting excuses nothing

    def test_due_time_from_before_explanations_keeps_what_was_left(self, app: Flask, noura: Staff, case: Case) -> None:
        with as_actor(app, noura.actor):
            held = queries.lock_case(case.ref)
            assert held is not None
            held.due_reasons = []
            session().flush()
            before = held.due_at
            work.pause(held, "evidence", actor=noura.actor)
        with clock.held_at(clock.now() + timedelta(days=14)), as_actor(app, noura.actor):
            held = queries.lock_case(case.ref)
            assert held is not None
            work.resume(held, actor=noura.actor)
            assert timedelta(days=14) <= held.due_at - before <= timedelta(days=19)


def test_erased_person_leaves_no_lease_and_no_reason(app: Flask, noura: Staff, hind: Staff, case: Case,
                                                     superuser: psycopg.Connection) -> None:
    """COMP-1: what a colleague wrote about taking the case over goes; that it was held stays on record."""
    with as_actor(app, noura.actor):
        leases.acquire(case.ref, actor=noura.actor)
    with as_actor(app, hind.actor):
        leases.take_over(case.ref, "She knows the person", actor=hind.actor)
    with as_actor(app, system(case.subject_id)):
        privacy.erase(case.subject_id, actor=system(case.subject_id))
    rows = superuser.execute("select ended_how, reason from case_leases where case_id = %s order by id",
                             [case.id]).fetchall()
    assert rows == [("taken_over", "[erased]"), ("withdrawn", "")]
