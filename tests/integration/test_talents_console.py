"""Talents in the console: found in any spelling, masked, shown in full for a reason (CAST-1, COMP-8)."""
import re
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from flask import Flask

from castingops.core.actor import Actor
from castingops.core.roles import StaffRole
from tests.factories import doors, guardians
from tests.factories.casting import AppUser
from tests.factories.doors import HTMX, Someone
from tests.factories.identity import make_person
from tests.factories.statements import statements

LIST = "/console/talents/"
AGENCY = {"kind": "agency", "agency": "Wajh", "contact_name": "Faisal", "email": "desk@wajh.example"}


@pytest.fixture(scope="module")
def moderator(app: Flask) -> Someone:
    return doors.staff_member(app, StaffRole.MODERATOR)


@pytest.fixture(scope="module")
def senior(app: Flask) -> Someone:
    return doors.staff_member(app, StaffRole.SENIOR_MODERATOR)


@pytest.fixture(scope="module")
def officer(app: Flask) -> Someone:
    return doors.staff_member(app, StaffRole.COMPLIANCE_OFFICER)


@pytest.fixture
def talent(app: Flask) -> AppUser:
    return joined(app, "1998-04-12")


def joined(app: Flask, birth_date: str) -> AppUser:
    person = make_person(app, birth_date=birth_date)
    actor = Actor("person", person.user_id, subject_id=person.user_id, roles=frozenset({"talent"}))
    return AppUser(actor, app.test_client(), app)


@pytest.fixture
def ref_of(superuser: psycopg.Connection) -> Iterator[Any]:
    def find(subject_id: Any) -> str:
        row = superuser.execute("select ref from talent_profiles where subject_id = %s", [subject_id]).fetchone()
        assert row
        return str(row[0])
    yield find


def page(someone: Someone, path: str, code: int = 200, **query: str) -> str:
    answer = someone.ask("GET", path, query_string=query)
    assert answer.status_code == code, (path, answer.text[-1500:])
    return answer.text


def test_talents_are_found_in_either_script_and_any_spelling(talent: AppUser, moderator: Someone, ref_of: Any) -> None:
    """casting.md §4: `ar_norm` on both sides; عبد الله is عبدالله, چ is ج, and the article may be left out."""
    talent.write(display_name_ar="عبد الله الچبرتي", display_name_en="Abdullah Al-Jabarti", stage_name_ar=None)
    ref = ref_of(talent.id)
    for words in ("عبدالله", "عبد الله", "الجبرتي", "جبرتى", "abdullah", "ABDULLAH al-jab", ref, ref.lower()):
        assert ref in page(moderator, LIST, q=words), words
    assert ref not in page(moderator, LIST, q="abdullah", city="jeddah")
    assert ref in page(moderator, LIST, q="abdullah", city="riyadh", age="adult", status="draft", visibility="public")
    assert "No talent matches" in page(moderator, LIST, q="abdullah", age="minor")
    talent.write(display_name_ar="سالم", display_name_en="Salem", stage_name_ar=None)
    assert ref not in page(moderator, LIST, q="عبدالله") and ref in page(moderator, LIST, q="salem")


@pytest.mark.parametrize("query", [
    {"q": "\0' or 1=1 --"}, {"q": "\u202e" * 500}, {"status": "x"}, {"age": "-1"}, {"city": "<script>"}])
def test_odd_filters_narrow_nothing_or_find_nothing(moderator: Someone, query: dict[str, str]) -> None:
    page(moderator, LIST, **query)


def test_pages_follow_each_other_without_a_gap(app: Flask, moderator: Someone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("castingops.casting.queries.talents.TALENTS_PAGE", 2)
    people = [joined(app, "1990-01-01") for _ in range(3)]
    for person in people:
        person.write(display_name_en="Paginated Person", display_name_ar="صفحات")
    first = page(moderator, LIST, q="paginated")
    cursor = re.search(r"cursor=([\w-]+)", first)
    assert cursor and len(re.findall('id="talent-TAL', first)) == 2
    rest = moderator.ask("GET", LIST, query_string={"q": "paginated", "cursor": cursor[1]}, headers=HTMX).text
    refs = re.findall('id="(talent-TAL-[0-9]+)"', first + rest)
    assert len(refs) == len(set(refs)) == 3
    page(moderator, LIST, 422, cursor="forged")


def test_page_is_masked_until_a_reason_is_given(talent: AppUser, moderator: Someone, senior: Someone, ref_of: Any,
                                                superuser: psycopg.Connection) -> None:
    talent.approved(display_name_en="Reem Dakhil", representation=AGENCY, waist_cm=66, day_rate_min_halalas=123_400)
    path = LIST + ref_of(talent.id)
    covered = page(senior, path)
    for secret in ("1998", "66 cm", "desk@wajh", "1,234.00"):
        assert secret not in covered, secret
    assert "Reem Dakhil" in covered and "Wajh" not in covered and "Revision 1" in covered and "CASE-" not in covered
    form = {"reason": "An agency asked us to check its contact."}
    assert moderator.ask("POST", path + "/unmask", data=form).status_code == 403
    short = senior.ask("POST", path + "/unmask", data={"reason": "why"})
    assert short.status_code == 422 and "1998" not in short.text
    whole = senior.ask("POST", path + "/unmask", data=form)
    assert whole.status_code == 200
    for told in ("1998", "66 cm", "desk@wajh.example", "1,234.00"):
        assert told in whole.text, told
    assert "1998" not in page(senior, path)  # this once
    trail = superuser.execute("select action from audit_entries where subject_id = %s and action like"
                              " 'casting.talent.%%' order by id", [talent.id]).fetchall()
    assert [row[0] for row in trail] == ["casting.talent.read", "casting.talent.read", "casting.talent.unmask",
                                         "casting.talent.read"]


def test_child_is_shown_in_full_to_compliance_alone(app: Flask, senior: Someone, officer: Someone, ref_of: Any) -> None:
    ward = guardians.add_ward(guardians.guardian(app), name_en="Lujain Abu-Huda")
    path = LIST + ref_of(ward["id"])
    covered = page(senior, path)
    assert "A minor" in covered and ward["guardianship"] in covered and ward["birth_date"][:4] not in covered
    form = {"reason": "The guardian asked us by telephone."}
    refused = senior.ask("POST", path + "/unmask", data=form)
    assert refused.status_code == 422 and ward["birth_date"][:4] not in refused.text
    assert ward["birth_date"][:4] in officer.ask("POST", path + "/unmask", data=form).text


def test_export_names_nobody_and_is_recorded(talent: AppUser, officer: Someone, moderator: Someone,
                                             ref_of: Any) -> None:
    talent.write(display_name_en="Exported Person", display_name_ar="مصدَّر")
    answer = officer.ask("GET", LIST + "export.csv", query_string={"q": "exported"})
    assert answer.status_code == 200 and ref_of(talent.id) in answer.text
    assert "Exported Person" not in answer.text and "1998" not in answer.text
    assert moderator.ask("GET", LIST + "export.csv").status_code == 403


def test_page_takes_ten_queries_however_much_there_is(app: Flask, talent: AppUser, moderator: Someone,
                                                      ref_of: Any) -> None:
    talent.approved()
    path = LIST + ref_of(talent.id)
    page(moderator, path)  # caches
    with statements(app) as sent:
        page(moderator, path)
    reads = [one for one in sent if one.startswith(("SELECT", "select")) and " FROM " in one.upper()
             and "set_config" not in one and "audit" not in one]
    assert len(reads) <= 10, reads


def test_unknown_reference_is_not_found(moderator: Someone) -> None:
    for ref in ("TAL-999999999", "nonsense"):
        page(moderator, LIST + ref, 404)
