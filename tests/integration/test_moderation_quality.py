"""Blind re-review, the figures of moderation and the report that is published (MOD-2; moderation.md §5.11)."""
import csv
import io
from datetime import date, timedelta
from uuid import UUID, uuid4

import psycopg
import pypdf
import pytest
from flask import Flask

from castingops.core import clock
from castingops.core.actor import system
from castingops.moderation import privacy
from castingops.moderation.errors import InvalidPeriod
from castingops.moderation.models import Case
from castingops.moderation.queries import reporting as queries
from castingops.moderation.service import quality, reporting
from castingops.moderation.types.cases import Outcome
from castingops.moderation.types.quality import Period
from tests.factories import moderation as factory
from tests.factories.moderation import Person, Staff, StaffDoor

REVIEWS = "/console/moderation/quality/reviews"


@pytest.fixture(autouse=True)
def nothing_drawn(app: Flask, superuser: psycopg.Connection) -> None:
    """Whose turn it is depends on what waits: each test begins with nothing drawn."""
    superuser.execute("delete from quality_samples")


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


def decided(app: Flask, person: Person, by: Staff, superuser: psycopg.Connection,
            outcome: Outcome = Outcome.CHANGES) -> Case:
    """A case that `by` decided."""
    case = person.submit()
    policy = None if outcome is Outcome.APPROVE else factory.policy_id(superuser)
    factory.decide(app, case, by.actor, outcome, policy=policy)
    return case


def sample_of(case: Case, superuser: psycopg.Connection) -> int:
    """The case's decision as the next sample anybody will be given."""
    row = superuser.execute(
        "insert into quality_samples (number, case_id, decision_id, state, drawn_at, version)"
        " select nextval('quality_numbers'), case_id, id, 'open', '2000-01-01'::timestamptz, 1 from decisions"
        " where case_id = %s returning number", [case.id]).fetchone()
    assert row
    return int(row[0])


def state_of(number: int, superuser: psycopg.Connection) -> tuple[str, str | None, UUID | None]:
    row = superuser.execute("select state, outcome, reviewer from quality_samples where number = %s",
                            [number]).fetchone()
    assert row
    return row[0], row[1], row[2]


class TestDrawing:
    def test_considers_every_settled_decision_once(self, app: Flask, noura: Staff, person: Person,
                                                   superuser: psycopg.Connection) -> None:
        """All of a hundred in a hundred, none a second time, and what was settled a moment ago is left for later."""
        old, fresh = decided(app, person, noura, superuser), decided(app, factory.person(app, superuser), noura,
                                                                     superuser)
        superuser.execute("delete from quality_draws")
        superuser.execute("update decisions set executed_at = now() - interval '9 minutes' where case_id = %s",
                          [old.id])
        with factory.as_actor(app, system()):
            first = quality.draw(actor=system(), percent=100)
            assert first is not None and first.considered == first.drawn >= 1
        with factory.as_actor(app, system()):
            assert quality.draw(actor=system(), percent=100) is None
        drawn = superuser.execute("select case_id from quality_samples where case_id = any(%s)",
                                  [[old.id, fresh.id]]).fetchall()
        assert drawn == [(old.id,)]

    def test_rate_is_kept_and_recorded(self, app: Flask, noura: Staff, person: Person,
                                       superuser: psycopg.Connection) -> None:
        case = decided(app, person, noura, superuser)
        superuser.execute("delete from quality_draws")
        superuser.execute("update decisions set executed_at = now() - interval '9 minutes' where case_id = %s",
                          [case.id])
        with factory.as_actor(app, system()):
            done = quality.draw(actor=system(), percent=0)
            assert done is not None and done.drawn == 0 and done.considered >= 1


class TestReviewing:
    def test_hides_the_first_decision_until_judged(self, app: Flask, noura: Staff, salem: Staff, person: Person,
                                                   superuser: psycopg.Connection) -> None:
        """The page before: the thing, and nothing of reference, colleague, outcome or statement. After: both."""
        case = decided(app, person, noura, superuser)
        number = sample_of(case, superuser)
        taken = salem.post(f"{REVIEWS}/next")
        assert taken.status_code == 303 and taken.location.endswith(f"/{number}")
        before = salem.get(f"{REVIEWS}/{number}").text
        assert "أحمد العنزي" in before
        for hidden in (case.ref, "Noura Al-Otaibi", "Changes requested", "names contact details."):
            assert hidden not in before
        after = salem.post(f"{REVIEWS}/{number}", outcome="approve")
        assert after.status_code == 200 and "They differ" in after.text and "PR-1.1" in after.text
        assert state_of(number, superuser) == ("done", "approve", salem.user_id)

    def test_nobody_reviews_their_own(self, app: Flask, noura: Staff, person: Person,
                                      superuser: psycopg.Connection) -> None:
        """Not handed out, not opened by number, and refused by the database itself."""
        number = sample_of(decided(app, person, noura, superuser), superuser)
        superuser.execute("delete from quality_samples where number <> %s and state = 'open'", [number])
        assert noura.post(f"{REVIEWS}/next").location.endswith("/reviews")
        assert noura.get(f"{REVIEWS}/{number}").status_code == 409
        with pytest.raises(psycopg.errors.CheckViolation, match="nobody reviews their own"):
            superuser.execute("update quality_samples set reviewer = %s where number = %s", [noura.user_id, number])

    def test_two_reviewers_get_two_samples(self, app: Flask, door: StaffDoor, noura: Staff, salem: Staff,
                                           superuser: psycopg.Connection) -> None:
        numbers = {sample_of(decided(app, factory.person(app, superuser), noura, superuser), superuser)
                   for _ in range(2)}
        other = factory.sign_in(app, door, "Huda Zahrani", "moderator")
        got = {int(who.post(f"{REVIEWS}/next").location.rpartition("/")[2]) for who in (salem, other)}
        assert got == numbers
        mine = int(salem.post(f"{REVIEWS}/next").location.rpartition("/")[2])
        assert mine in numbers, "asking again gives back what one holds"
        assert other.get(f"{REVIEWS}/{mine}").status_code == 409

    @pytest.mark.parametrize(("typed", "told"), [
        ({"outcome": "reject"}, "Choose the policy"),
        ({"outcome": "reject", "policy": "no-uuid"}, "no longer in force"),
        ({"outcome": "reject", "policy": str(uuid4())}, "no longer in force"),
        ({"outcome": "banish"}, "Choose an outcome"),
        ({"outcome": "approve", "note": "x" * 4001}, "at most 4000"),
        ({"outcome": "approve", "note": "a\0b"}, "cannot be stored"),
    ])
    def test_bad_input_is_refused_and_kept(self, app: Flask, noura: Staff, salem: Staff, person: Person, told: str,
                                           typed: dict[str, str], superuser: psycopg.Connection) -> None:
        number = sample_of(decided(app, person, noura, superuser), superuser)
        salem.post(f"{REVIEWS}/next")
        answer = salem.post(f"{REVIEWS}/{number}", **{"note": "<b>لماذا", **typed})
        assert answer.status_code == 422
        assert told in answer.text
        assert "<b>" not in answer.text.partition('name="note"')[2].partition("</textarea>")[0]
        assert state_of(number, superuser)[0] == "open"

    def test_is_judged_once(self, app: Flask, noura: Staff, salem: Staff, person: Person,
                            superuser: psycopg.Connection) -> None:
        number = sample_of(decided(app, person, noura, superuser), superuser)
        salem.post(f"{REVIEWS}/next")
        assert salem.post(f"{REVIEWS}/{number}", outcome="approve").status_code == 200
        assert salem.post(f"{REVIEWS}/{number}", outcome="changes",
                          policy=str(factory.policy_id(superuser))).status_code == 409
        assert state_of(number, superuser)[1] == "approve"

    def test_note_goes_with_its_person(self, app: Flask, noura: Staff, salem: Staff, person: Person,
                                       superuser: psycopg.Connection) -> None:
        case = decided(app, person, noura, superuser)
        number = sample_of(case, superuser)
        salem.post(f"{REVIEWS}/next")
        assert salem.post(f"{REVIEWS}/{number}", outcome="approve", note="About Ahmed.").status_code == 200
        with factory.as_actor(app, system(person.subject_id)):
            privacy.erase(person.subject_id, actor=system(person.subject_id))
        left = superuser.execute("select note from quality_samples where number = %s", [number]).fetchone()
        assert left == ("[erased]",)

    @pytest.mark.parametrize("number", ["0", "999999999", "99999999999999999999", "abc"])
    def test_unknown_number_is_404(self, salem: Staff, number: str) -> None:
        assert salem.get(f"{REVIEWS}/{number}").status_code == 404


class TestFigures:
    def test_agreement_has_its_denominator(self, app: Flask, noura: Staff, salem: Staff,
                                           superuser: psycopg.Connection) -> None:
        for outcome in ("changes", "approve"):
            number = sample_of(decided(app, factory.person(app, superuser), noura, superuser), superuser)
            salem.post(f"{REVIEWS}/next")
            salem.post(f"{REVIEWS}/{number}", outcome=outcome, policy=str(factory.policy_id(superuser)))
        shown = salem.get("/console/moderation/quality/").text
        assert "1 of 2" in shown and "PR-1.1" in shown and "50%" in shown
        only = salem.get("/console/moderation/quality/", differing="1").text
        assert only.count('id="review-') == 1
        file = salem.get("/console/moderation/quality/export.csv").data.decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(file)))
        assert rows[1][1:4] == ["2", "2", "1"]

    def test_who_waits_for_an_answer_is_not_late(self, app: Flask, salem: Staff, person: Person,
                                                 superuser: psycopg.Connection) -> None:
        case, later = person.submit(), clock.now() + timedelta(days=60)
        with factory.as_actor(app, salem.actor):
            before = queries.backlog(later, actor=salem.actor).overdue
        superuser.execute("update cases set paused_at = now() where id = %s", [case.id])
        with factory.as_actor(app, salem.actor):
            assert queries.backlog(later, actor=salem.actor).overdue == before - 1

    def test_dashboard_counts_what_happened(self, app: Flask, noura: Staff, salem: Staff, person: Person,
                                            superuser: psycopg.Connection) -> None:
        decided(app, person, noura, superuser)
        today = clock.today_riyadh()
        with factory.as_actor(app, salem.actor):
            shown = reporting.dashboard(Period(today, today), actor=salem.actor)
        assert {row.user_id: row.decided for row in shown.work}[noura.user_id] == 1
        assert sum(shown.received) >= 1 and shown.decided >= 1
        assert "Noura Al-Otaibi" in salem.get("/console/moderation/figures/").text

    @pytest.mark.parametrize("first, last", [("2026-02-30", ""), ("x", "y"), ("2030-01-01", "2030-01-02"),
                                             ("2026-11-02", "2026-11-01"), ("2001-01-01", "2026-11-01"),
                                             ("0001-01-01", "9999-12-31"), ("", "0001-01-01"),
                                             ("0001-01-01", "0001-01-01")])
    def test_a_period_that_cannot_be_is_said(self, salem: Staff, first: str, last: str) -> None:
        for page in ("figures", "quality"):
            answer = salem.get(f"/console/moderation/{page}/", first=first, last=last)
            assert answer.status_code == 422 and 'role="alert"' in answer.text

    def test_moderators_do_not_read_their_colleagues_figures(self, noura: Staff) -> None:
        for path in ("figures/", "figures/export.csv", "figures/transparency.pdf", "quality/", "quality/export.csv"):
            assert noura.get(f"/console/moderation/{path}").status_code == 403

    def test_last_quarter(self) -> None:
        assert reporting.last_quarter(date(2026, 11, 20)) == Period(date(2026, 7, 1), date(2026, 9, 30))
        assert reporting.last_quarter(date(2027, 1, 1)) == Period(date(2026, 10, 1), date(2026, 12, 31))
        with pytest.raises(InvalidPeriod):
            reporting.checked_period(date(2026, 1, 1), date(2026, 1, 1) + timedelta(days=400), today=date(2027, 5, 1))


class TestTransparency:
    def test_small_counts_are_not_published(self, app: Flask, salem: Staff) -> None:
        """Every number of the file is 0 or at least 5; the download is in the audit trail."""
        answer = salem.get("/console/moderation/figures/transparency.csv")
        rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
        assert answer.status_code == 200 and rows[0][-1] == "number"
        for row in rows[1:]:
            assert row[-1] == "<5" or row[0] == "pace" or int(row[-1]) == 0 or int(row[-1]) >= 5
            assert row[1] and row[2] and row[3] and row[4]

    @pytest.mark.parametrize("locale, title", [("en", "Transparency report"), ("ar", "تقرير الشفافية")])
    def test_is_a_pdf_in_the_readers_language(self, app: Flask, door: StaffDoor, locale: str, title: str) -> None:
        staff = factory.sign_in(app, door, "Omar", "compliance_officer", locale=locale)
        answer = staff.get("/console/moderation/figures/transparency.pdf")
        assert answer.content_type == "application/pdf"
        document = pypdf.PdfReader(io.BytesIO(answer.data))
        assert document.metadata is not None and document.metadata.title == title
        assert document.trailer["/Root"]["/Lang"] == locale  # type: ignore[index]

    def test_download_is_recorded(self, salem: Staff, superuser: psycopg.Connection) -> None:
        def recorded() -> int:
            row = superuser.execute("select count(*) from audit_entries where action = 'moderation.report.export'")
            return int(row.fetchone()[0])  # type: ignore[index]

        before = recorded()
        salem.get("/console/moderation/figures/transparency.csv")
        assert recorded() == before + 1

    def test_unknown_format_is_404(self, salem: Staff) -> None:
        assert salem.get("/console/moderation/figures/transparency.docx").status_code == 404
