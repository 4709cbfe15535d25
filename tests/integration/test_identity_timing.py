"""How long a refusal takes tells nothing (ID-1; reliability.md row 10)."""
from random import Random
from time import perf_counter

import psycopg
import pytest
from flask import Flask

from castingops.core.ids import new_id
from tests.factories.identity import Person, log_in, make_person, new_email, registration

TRIES = 2_000  # of each kind
LETTERS = 1_000  # of each kind


@pytest.mark.long
def test_refusal_takes_as_long_for_known_unknown_and_disabled(app: Flask, superuser: psycopg.Connection) -> None:
    """Over 2,000 tries each, a guesser who sorts by duration is right at most 55 times in 100.

    The hash is the cheap one of the tests, which hides less of the rest than the real one does.
    """
    client, random = app.test_client(), Random(7)
    known, disabled = ([make_person(app) for _ in range(20)] for _ in range(2))
    superuser.execute("update users set status = 'disabled' where id = any(%s)", [[one.user_id for one in disabled]])
    took: dict[str, list[float]] = {"known": [], "disabled": [], "unknown": []}
    for _ in range(TRIES):
        for kind in random.sample(sorted(took), 3):
            stranger = Person(new_id(), new_email())
            target = random.choice({"known": known, "disabled": disabled, "unknown": [stranger]}[kind])
            started = perf_counter()
            answer = log_in(client, Person(target.user_id, target.email, "a wrong password"))
            took[kind].append(perf_counter() - started)
            assert answer.status_code == 401
    for kind in ("known", "disabled"):
        assert 0.45 <= told_apart(took[kind], took["unknown"]) <= 0.55


@pytest.mark.long
@pytest.mark.parametrize("path", ["/api/v1/auth/register", "/api/v1/auth/password-reset"])
def test_asking_for_a_letter_takes_as_long_for_known_and_unknown(app: Flask, path: str) -> None:
    """Whether an address has an account is found out by whoever writes the letter, long after the answer."""
    client, random = app.test_client(), Random(11)
    known = [make_person(app) for _ in range(20)]
    took: dict[str, list[float]] = {"known": [], "unknown": []}
    for _ in range(LETTERS):
        for kind in random.sample(sorted(took), 2):
            email = random.choice(known).email if kind == "known" else new_email()
            body = registration(email=email) if path.endswith("register") else {"email": email}
            started = perf_counter()
            answer = client.post(path, json=body)
            took[kind].append(perf_counter() - started)
            assert answer.status_code in {201, 202}, answer.text
    assert 0.45 <= told_apart(took["known"], took["unknown"]) <= 0.55, told_apart(took["known"], took["unknown"])


def told_apart(left: list[float], right: list[float]) -> float:
    """The area under the ROC curve: 0.5 when durations tell nothing."""
    ranked = sorted([(value, 0) for value in left] + [(value, 1) for value in right])
    ranks = sum(rank for rank, (_, side) in enumerate(ranked, start=1) if side == 0)
    return (ranks - len(left) * (len(left) + 1) / 2) / (len(left) * len(right))
