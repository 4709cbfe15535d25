"""Short-lived signed links (MED-A)."""
from datetime import UTC, datetime, timedelta

import pytest

from castingops.core import clock
from castingops.core.signing import LinkExpired, LinkInvalid, Signer

SECRET = b"s" * 32
MOMENT = datetime(2026, 3, 1, 12, 0, 17, tzinfo=UTC)
PAYLOAD = {"key": "photos/1.jpg", "size": 320, "name": "صورة"}


def test_verify_gives_back_the_payload() -> None:
    signer = Signer(SECRET, "media")
    assert signer.verify(signer.sign(PAYLOAD, seconds=60)) == PAYLOAD


def test_verify_refuses_what_is_too_old() -> None:
    signer = Signer(SECRET, "media")
    with clock.held_at(MOMENT):
        token = signer.sign(PAYLOAD, seconds=60)
    with clock.held_at(MOMENT + timedelta(seconds=59)):
        signer.verify(token)
    with clock.held_at(MOMENT + timedelta(seconds=60)), pytest.raises(LinkExpired):
        signer.verify(token)


def test_verify_refuses_every_changed_character() -> None:
    signer = Signer(SECRET, "media")
    token = signer.sign(PAYLOAD, seconds=60)
    for at in range(len(token)):
        altered = token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1:]
        with pytest.raises(LinkInvalid):
            signer.verify(altered)


@pytest.mark.parametrize("token", ["", ".", "a.b", "ملف.ملف", "x" * 10_000, "\x00.\ud800"])
def test_verify_refuses_what_is_no_token(token: str) -> None:
    with pytest.raises(LinkInvalid):
        Signer(SECRET, "media").verify(token)


def test_verify_refuses_another_purpose_and_another_secret() -> None:
    token = Signer(SECRET, "media").sign(PAYLOAD, seconds=60)
    for signer in (Signer(SECRET, "export"), Signer(b"t" * 32, "media")):
        with pytest.raises(LinkInvalid):
            signer.verify(token)


def test_sign_with_a_grain_repeats_itself_for_a_while() -> None:
    """A browser can cache a photo only under a URL that stays the same."""
    signer = Signer(SECRET, "media")
    tokens = []
    for seconds in (0, 20, 200):
        with clock.held_at(MOMENT + timedelta(seconds=seconds)):
            tokens.append(signer.sign(PAYLOAD, seconds=300, grain=60))
    assert tokens[0] == tokens[1] != tokens[2]


def test_errors_are_answers_of_404() -> None:
    assert (LinkInvalid.status, LinkExpired.status) == (404, 404)
    assert LinkExpired.code == "link_expired"
