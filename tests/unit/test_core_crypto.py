"""Sealed values, tokens and digests (OPS-8)."""
import base64
from types import SimpleNamespace

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from castingops.core import crypto, keys
from castingops.core.crypto import SealBroken, Sealer

MASTER = b"m" * 32
NEXT = b"n" * 32


STORABLE = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=200)


@given(STORABLE, STORABLE)
def test_open_gives_back_what_was_sealed(text: str, aad: str) -> None:
    sealer = Sealer(MASTER, "tests")
    assert sealer.open(sealer.seal(text, aad), aad) == text


def test_seal_never_repeats_itself() -> None:
    sealer = Sealer(MASTER, "tests")
    assert len({sealer.seal("same", "row") for _ in range(100)}) == 100


def test_open_refuses_every_changed_character() -> None:
    sealer = Sealer(MASTER, "tests")
    sealed = sealer.seal("1012345678", "people:1")
    for at in range(len(sealed)):
        altered = sealed[:at] + ("A" if sealed[at] != "A" else "B") + sealed[at + 1:]
        with pytest.raises(SealBroken):
            sealer.open(altered, "people:1")


@pytest.mark.parametrize("text", ["", "v1", "v1.", "v1.aaaaaaaa.", "v2.aaaaaaaa.AAAA", "v1.é.é", "x" * 5000,
                                  "v1.aaaaaaaa.AB"])  # bits to spare: a second spelling of the same bytes
def test_open_refuses_what_is_no_seal(text: str) -> None:
    with pytest.raises(SealBroken):
        Sealer(MASTER, "tests").open(text, "row")


def test_open_refuses_another_row_purpose_or_key() -> None:
    sealed = Sealer(MASTER, "tests").seal("secret", "row 1")
    for sealer, aad in ((Sealer(MASTER, "tests"), "row 2"), (Sealer(MASTER, "other"), "row 1"),
                        (Sealer(NEXT, "tests"), "row 1")):
        with pytest.raises(SealBroken):
            sealer.open(sealed, aad)


def test_rotation_opens_the_old_and_names_it_stale() -> None:
    sealed = Sealer(MASTER, "tests").seal("secret", "row")
    rotated = Sealer(NEXT, "tests", old=[MASTER])
    assert rotated.open(sealed, "row") == "secret"
    assert rotated.is_stale(sealed)
    assert not rotated.is_stale(rotated.seal("secret", "row"))


def test_master_key_too_short_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Sealer(b"short", "tests")


def test_tokens_carry_256_bits_and_are_stored_hashed() -> None:
    first, second = crypto.token(), crypto.token()
    assert first != second
    assert len(first) == 43
    assert crypto.hash_token(first) == crypto.hash_token(first) != crypto.hash_token(second)


def test_digest_depends_on_key_and_value() -> None:
    """RFC 4231, test case 2."""
    known = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    assert crypto.digest(b"Jefe", "what do ya want for nothing?") == known
    assert crypto.digest(b"jefe", "what do ya want for nothing?") != known


def test_is_same_compares_text_and_bytes_of_any_length() -> None:
    assert crypto.is_same("سر", "سر".encode())
    assert not crypto.is_same("a", "ab")


@pytest.mark.parametrize("text", ["-_8" + "A" * 40, "+/8" + "A" * 40 + "=", " +/8" + "A" * 40 + "=\n"])
def test_master_key_is_read_in_every_spelling_of_base64(text: str) -> None:
    assert crypto.master_key_of(text) == b"\xfb\xff" + bytes(30)


@pytest.mark.parametrize("text", ["", "change-me", "A" * 42, "A" * 64, "é" * 43])
def test_master_key_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        crypto.master_key_of(text)


def test_sealer_of_the_app_opens_what_older_keys_sealed() -> None:
    spelled = [base64.urlsafe_b64encode(bytes([number]) * 32).decode() for number in (1, 2)]
    app = Flask(__name__)
    app.extensions["settings"] = SimpleNamespace(master_key=SecretStr(spelled[0]), master_key_fallbacks=(spelled[1],))
    with app.app_context():
        mine = keys.sealer("tests")
        assert mine is keys.sealer("tests")
        assert mine.open(Sealer(b"\2" * 32, "tests").seal("secret", "row"), "row") == "secret"
        assert not mine.is_stale(mine.seal("secret", "row"))
