"""What hardly ever happens to an account, and must be right all the same (ID-1, ID-2, ID-10)."""
from dataclasses import replace
from uuid import uuid4

import pytest
from flask import Flask

from castingops.core.actor import Actor, system
from castingops.core.db import unit_of_work
from castingops.core.errors import NotSignedIn
from castingops.identity import tasks
from castingops.identity.service import accounts, apps, sessions
from castingops.identity.service.passwords import is_password
from castingops.identity.types import NO_PASSWORD
from tests.factories.identity import PASSWORD, make_person


def test_a_first_password_leaves_none_behind(app: Flask) -> None:
    """Who came in by a provider has none to be remembered."""
    person = make_person(app)
    with app.app_context(), unit_of_work(system(person.user_id)) as session:
        user = accounts.get_user(person.user_id)
        user.password_hash = NO_PASSWORD
        session.flush()
        accounts.set_password(user, "a lantern over the old souq")
        assert is_password(user.password_hash, "a lantern over the old souq")
        assert NO_PASSWORD not in accounts.queries.list_old_passwords(system(person.user_id))


@pytest.mark.parametrize("known", [False, True])
def test_a_sign_in_that_is_over_does_not_go_on(app: Flask, known: bool) -> None:
    person = make_person(app)
    with app.app_context(), unit_of_work(system(person.user_id)):
        assert apps.keep_family(uuid4() if known else None, 2, actor=system(person.user_id)) is None


def test_a_password_is_not_changed_by_a_sign_in_that_ended_meanwhile(app: Flask) -> None:
    person = make_person(app)
    gone = Actor("person", person.user_id, person.user_id, roles=frozenset({"talent"}), session_id=uuid4())
    with app.app_context(), pytest.raises(NotSignedIn), unit_of_work(gone):
        sessions.renew_password(actor=replace(gone), current=PASSWORD, new="a lantern over the old souq")


def test_the_hourly_look_at_guardians_runs_twice(app: Flask) -> None:
    for _ in range(2):
        with app.app_context(), unit_of_work(system()):
            tasks.keep_guardians_time(actor=system())
