"""The next case by its button: a form that works without script (MOD-1)."""
import psycopg
import pytest
from flask import Flask

from castingops.moderation.models import Case
from tests.factories import moderation as factory
from tests.factories.moderation import Staff

NEXT = "/console/moderation/next"


@pytest.fixture
def noura(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Staff:
    return factory.sign_in(app, factory.at_the_door(app, monkeypatch), "Noura Al-Otaibi", "moderator")


@pytest.fixture
def case(app: Flask, superuser: psycopg.Connection) -> Case:
    return factory.person(app, superuser).submit()


def test_hands_out_a_case_and_opens_it(noura: Staff, case: Case, superuser: psycopg.Connection) -> None:
    answer = noura.post(NEXT)
    assert answer.status_code == 303
    ref = answer.headers["Location"].rsplit("/", 1)[-1]
    row = superuser.execute("select assigned_to, lease_until > now() from cases where ref = %s", [ref]).fetchone()
    assert row == (noura.user_id, True)
    assert noura.post(NEXT).headers["Location"] == answer.headers["Location"]  # one's own first


def test_form_stands_on_the_queue_with_its_key(noura: Staff, case: Case) -> None:
    page = noura.get("/console/moderation/").text
    assert f'action="{NEXT}"' in page and 'data-key="KeyN"' in page


def test_needs_the_csrf_token_and_a_post(noura: Staff) -> None:
    assert noura.post(NEXT, csrf_token="forged").status_code == 400
    assert noura.get(NEXT).status_code == 405


def test_empty_queue_says_so(noura: Staff) -> None:
    answer = noura.post(NEXT, queue="no-such-queue")
    assert answer.status_code == 303 and "next=nothing" in answer.headers["Location"]


@pytest.mark.parametrize("queue", ["' or 1=1 --", "\u202e", "x" * 400])
def test_what_is_no_queue_is_any(noura: Staff, case: Case, queue: str) -> None:
    assert noura.post(NEXT, queue=queue).status_code == 303


def test_auditor_is_handed_nothing(app: Flask, noura: Staff) -> None:
    auditor = factory.sign_in(app, noura.door, "Omar", "auditor")
    assert auditor.post(NEXT).status_code == 403
