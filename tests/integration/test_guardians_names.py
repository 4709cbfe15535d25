"""A ward's name is where it has to be and nowhere else: no log, no message, no entry of the trail names a child
(ID-10, OPS-11; minors are protected by default)."""
import io
import logging
from collections.abc import Iterator

import psycopg
import pytest
from flask import Flask

from castingops.core import logs
from castingops.core.roles import StaffRole
from castingops.identity.types.guardians import RulingKind
from tests.factories import doors, guardians
from tests.factories.casting import document
from tests.factories.guardians import Desk

NAME_EN, NAME_AR = "Canarysara Al-Dosari", "كناريسارة الدوسري"
CANARIES = ("canarysara", "كناريسارة", "كناريساره")  # as written, and folded
# What staff find her guardianship and her case by, and her guardian's own inbox: guardians of several children have to
# read which one is meant.
INDEX, INBOX = {"guardianship_terms", "case_terms"}, "notifications"


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """Everything that is logged meanwhile, at its most talkative."""
    logs.init_logs("DEBUG")
    out, root = io.StringIO(), logging.getLogger()
    handler = root.handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    kept = handler.setStream(out)
    yield out
    handler.setStream(kept)
    root.setLevel("ERROR")


def rows_with(superuser: psycopg.Connection, word: str) -> list[tuple[str, str]]:
    """Every row that holds the word in any column, whatever its type: its table, and whose it is ("" for nobody's)."""
    tables = superuser.execute("select relname from pg_class where relkind = 'r'"
                               " and relnamespace = 'public'::regnamespace").fetchall()
    return [(name, owner or "") for name, in tables for owner, in superuser.execute(
        f"""select to_jsonb(t) ->> 'subject_id' from "{name}" t where t::text ilike %s""",
        [f"%{word}%"]).fetchall()]


def test_a_wards_name_stands_in_no_log_and_nobody_elses_rows(
    app: Flask, superuser: psycopg.Connection, logged: io.StringIO
) -> None:
    desk = Desk(app)
    senior = doors.staff_member(app, StaffRole.SENIOR_MODERATOR)
    mother, ward = guardians.verified(app, desk, name_en=NAME_EN, name_ar=NAME_AR)
    child = guardians.acting(app, mother, ward["id"])
    sent = document(display_name_en=NAME_EN, display_name_ar=NAME_AR, birth_date=ward["birth_date"])
    assert child.ask("PUT", "/api/v1/me/talent-profile", json=sent).status_code == 200
    guardians.photo(child)
    assert child.ask("POST", "/api/v1/me/talent-profile/submissions").status_code in {201, 409, 422}
    path = f"/console/guardianships/{ward['guardianship']}"
    for asked in ("canarysara", "كناريسارة"):
        assert ward["guardianship"] in senior.ask("GET", "/console/guardianships/",
                                                  query_string={"q": asked, "state": "all"}).text
    assert senior.ask("GET", path).status_code == 200
    for wrong in ({"name_ar": NAME_EN}, {"birth_date": NAME_EN}, {"relation": NAME_AR}):  # refusals say what was wrong
        assert mother.ask("PATCH", f"/api/v1/me/wards/{ward['id']}", json=wrong).status_code in {409, 422}
    disputed = mother.ask("POST", f"/api/v1/me/wards/{ward['id']}/disputes", json={"reason": "A court decided anew."})
    assert disputed.status_code in {200, 201}, disputed.text
    desk.rule(ward["guardianship"], RulingKind.RESTORE, keep=[ward["guardianship"]])
    guardians.deliver(app, superuser, ward["id"])
    guardians.deliver(app, superuser, str(mother.user_id))
    written = logged.getvalue().casefold()
    assert written.count('"event"') > 10, "something was logged"
    for canary in CANARIES:
        assert canary not in written
    found = {row for canary in CANARIES for row in rows_with(superuser, canary)}
    assert ("wards", ward["id"]) in found, "the search itself works"
    others = {row for row in found if row[1] != ward["id"]}
    assert {table for table, _ in others} - INDEX == {INBOX}
    assert {owner for table, owner in others if table == INBOX} == {str(mother.user_id)}
