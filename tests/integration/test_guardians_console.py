"""Guardianships in the console: masked, found in any spelling, ruled on by two, opened for an hour with a reason."""
import re
from typing import Any
from uuid import UUID

import psycopg
import pytest
from flask import Flask

from castingops.core.cursor import encode
from castingops.core.roles import StaffRole
from castingops.identity.types.guardians import RulingKind
from tests.factories import doors, guardians
from tests.factories.doors import Someone
from tests.factories.guardians import Desk
from tests.factories.media import jpeg

LIST = "/console/guardianships/"


@pytest.fixture(scope="module")
def desk(app: Flask) -> Desk:
    return Desk(app)


@pytest.fixture(scope="module")
def senior(app: Flask) -> Someone:
    return doors.staff_member(app, StaffRole.SENIOR_MODERATOR)


@pytest.fixture(scope="module")
def officer(app: Flask) -> Someone:
    return doors.staff_member(app, StaffRole.COMPLIANCE_OFFICER)


def page(someone: Someone, path: str, **query: str) -> str:
    answer = someone.ask("GET", path, query_string=query)
    assert answer.status_code == 200, (path, answer.text[-1500:])
    return answer.text


def test_names_are_masked_and_found_in_any_spelling(app: Flask, senior: Someone) -> None:
    """Casting.md "Minors", arabic.md: letters that writers exchange find each other; nobody reads a child's name."""
    mother = guardians.guardian(app)
    ward = guardians.add_ward(mother, name_ar="لُجين أبو هُدى", name_en="Lujain Abu-Huda")
    for words in ("لجين", "ابو هدي", "lujain", ward["guardianship"]):
        found = page(senior, LIST, q=words)
        assert ward["guardianship"] in found and "لُجين" not in found and "Lujain" not in found, words
    assert ward["guardianship"] not in page(senior, LIST, q="lujain", state="verified")
    assert ward["guardianship"] not in page(senior, LIST, q="lujain", relation="father")
    assert "No guardianship matches" in page(senior, LIST, q="nobodyatall")
    detail = page(senior, LIST + ward["guardianship"])
    assert "Lujain" not in detail and ward["birth_date"][:4] + " (" not in detail
    assert "Layla" not in detail, "the history names the guardian no more than the facts above it do"
    assert senior.ask("GET", LIST + "GRD-999999").status_code == 404
    assert senior.ask("GET", LIST + "nonsense").status_code == 404


def test_what_is_proposed_on_the_page_is_done_by_another(app: Flask, desk: Desk, senior: Someone,
                                                         officer: Someone) -> None:
    """reliability.md §3 "Guardian link": a senior proposes, the page shows it, an officer's approval does it."""
    mother = guardians.guardian(app)
    ward = guardians.add_ward(mother)
    path = f"{LIST}{ward['guardianship']}/rulings"
    form: dict[str, Any] = {"kind": "verify", "scopes": ["profile", "media"], "expires_on": "2027-11-01",
                            "best_interest": "Fine.", "reason": "The order names her."}
    empty = senior.ask("POST", path, data=form)
    assert empty.status_code == 422 and "No document proves" in empty.text and "The order names her." in empty.text
    guardians.add_document(mother, ward["id"])
    for wrong in ({"scopes": []}, {"expires_on": "yesterday"}, {"expires_on": "2050-01-01"}, {"best_interest": ""},
                  {"same_as": "GRD-999999"}):
        assert senior.ask("POST", path, data={**form, **wrong}).status_code == 422, wrong
    assert senior.ask("POST", path, data=form).status_code == 303
    assert "A compliance officer has to approve it" in page(senior, LIST + ward["guardianship"])
    inbox = page(officer, "/console/people/proposals/")
    opened = [path for path in re.findall(r'href="(/console/people/proposals/[0-9a-f-]{36})"', inbox)
              if ward["guardianship"] in page(officer, path)]
    assert opened and f'href="{LIST}{ward["guardianship"]}"' in page(officer, opened[0])  # and so are its documents
    assert senior.ask("POST", path, data=form).status_code == 409
    assert senior.ask("POST", path, data={"kind": "refuse", "told": "gossip", "reason": "x"}).status_code == 422
    assert senior.ask("POST", path, data={"kind": "refuse", "told": "different", "reason": "x"}).status_code == 303
    assert doors.staff_member(app, "compliance_officer").ask("POST", path, data=form).status_code == 403


def test_documents_open_for_an_hour_after_an_approved_look(app: Flask, desk: Desk, senior: Someone, officer: Someone,
                                                           superuser: psycopg.Connection) -> None:
    """reliability.md §3 "Unmask": a senior asks, an officer approves; each look has a reason and is on record."""
    mother = guardians.guardian(app)
    ward = guardians.add_ward(mother, name_en="Haya Secret")
    guardians.add_document(mother, ward["id"], jpeg(), "guardianship_deed")
    guardians.add_document(mother, ward["id"])
    ids = [str(row[0]) for row in superuser.execute(
        "select e.id from guardianship_evidence e join guardianships g on g.id = e.guardianship_id where g.ref = %s"
        " order by e.id", [ward["guardianship"]]).fetchall()]
    path = f"{LIST}{ward['guardianship']}"
    assert desk_ask(senior, path, ids[0]).status_code == 403
    assert senior.ask("POST", f"{path}/unmask", data={"reason": ""}).status_code == 422
    assert senior.ask("POST", f"{path}/unmask", data={"reason": "I compare the deed."}).status_code == 303
    proposal = superuser.execute("select id from proposals where subject_id = %s", [ward["id"]]).fetchone()
    assert proposal
    desk.approve(proposal[0])
    assert "Haya Secret" in page(senior, path)
    assert "Haya Secret" not in page(officer, path), "only who asked and who approved"
    assert desk_ask(senior, path, ids[0], "").status_code == 422
    picture = desk_ask(senior, path, ids[0])
    assert picture.status_code == 200 and "data:image/jpeg;base64," in picture.text
    pdf = desk_ask(senior, path, ids[1])
    assert pdf.data == guardians.PDF and pdf.headers["Content-Disposition"].startswith("attachment")
    assert desk_ask(senior, path, str(ward["id"])).status_code == 404
    history = page(senior, path)
    assert history.count("Document looked at") == 2 and "I compare the deed." in history
    seen = superuser.execute("select count(*) from audit_entries where action = 'identity.evidence.open'"
                             " and subject_id = %s", [ward["id"]]).fetchone()
    assert seen == (2,)
    superuser.execute("update proposals set settled_at = settled_at - interval '61 minutes', created_at = created_at"
                      " - interval '61 minutes' where id = %s", [proposal[0]])
    assert desk_ask(senior, path, ids[0]).status_code == 403 and "Haya" not in page(senior, path)


def desk_ask(someone: Someone, path: str, evidence_id: str, reason: str = "I compare it.") -> Any:
    return someone.ask("POST", f"{path}/documents/{evidence_id}", data={"reason": reason})


def test_a_file_of_guardianships_names_nobody(app: Flask, officer: Someone, senior: Someone) -> None:
    ward = guardians.add_ward(guardians.guardian(app), name_en="Unnamed Person")
    answer = officer.ask("GET", LIST + "export.csv", query_string={"state": "all"})
    assert answer.status_code == 200 and ward["guardianship"] in answer.text and "Unnamed" not in answer.text
    assert senior.ask("GET", LIST + "export.csv").status_code == 403


def test_pages_follow_each_other(app: Flask, senior: Someone, superuser: psycopg.Connection) -> None:
    """API-3: 50 a page, the oldest that wait first; what is over the newest first."""
    mother = guardians.guardian(app)
    refs = {guardians.add_ward(mother, name_en=f"Twin {name}", name_ar=f"توأم {name}")["guardianship"]
            for name in ("Alpha", "Beta", "Gamma")}
    first = page(senior, LIST, q="twin")
    assert refs == set(re.findall(r"GRD-\d{6}", first))
    cursor = senior.ask("GET", LIST, query_string={"cursor": "x"})
    assert cursor.status_code == 422
    assert "No more guardianships" in page(senior, LIST, q="twin", cursor=encode(UUID(int=2**128 - 2)))
    assert refs == set(re.findall(r"GRD-\d{6}", senior.ask("GET", LIST, query_string={"q": "twin", "state": "all"},
                                                           headers=doors.HTMX).text))


def test_both_languages_speak_of_every_state(app: Flask, desk: Desk) -> None:
    arabic = doors.staff_member(app, StaffRole.SENIOR_MODERATOR, locale="ar")
    father, ward = guardians.verified(app, desk)
    assert "موثّقة" in page(arabic, LIST, state="verified", q=ward["guardianship"])
    assert "اقتراح الإنهاء" in page(arabic, LIST + ward["guardianship"])
    frozen = arabic.ask("POST", f"{LIST}{ward['guardianship']}/freeze", data={"reason": "قول الطفل", "by": "ward"})
    assert frozen.status_code == 303
    assert "محل نزاع" in page(arabic, LIST + ward["guardianship"])
    again = arabic.ask("POST", f"{LIST}{ward['guardianship']}/freeze", data={"reason": "مرة أخرى"})
    assert again.status_code == 409
    assert father.ask("GET", f"/api/v1/me/wards/{ward['id']}").json["data"]["state"] == "frozen"
    desk.rule(ward["guardianship"], RulingKind.RESTORE, keep=[ward["guardianship"]])
    assert father.ask("GET", f"/api/v1/me/wards/{ward['id']}").json["data"]["state"] == "verified"
