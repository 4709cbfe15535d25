"""Drawn portraits: small, varied, the same each time."""
import io
from pathlib import Path
from random import Random

import pytest
from PIL import Image, ImageStat

from castingops.demo import portraits
from castingops.demo.portraits.press import Sitter, press
from castingops.media.service import sandbox


def looks(count: int) -> list[portraits.Look]:
    rng = Random(11)
    return [portraits.look_of(rng, gender="female" if number % 2 else "male", age=rng.randint(18, 66))
            for number in range(count)]


@pytest.fixture(scope="module")
def drawn() -> list[bytes]:
    return [portraits.draw(look) for look in looks(40)]


def test_same_look_gives_the_same_bytes(drawn: list[bytes]) -> None:
    assert [portraits.draw(look) for look in looks(3)] == drawn[:3]


def test_portraits_are_small_upright_jpegs(drawn: list[bytes]) -> None:
    for data in drawn:
        with Image.open(io.BytesIO(data)) as image:
            assert (image.format, image.size) == ("JPEG", (480, 600))
        assert 5_000 < len(data) <= 60_000


def test_no_two_are_alike(drawn: list[bytes]) -> None:
    assert len(set(drawn)) == len(drawn)


@pytest.mark.parametrize("head", ["hair", "hijab", "shemagh", "ghutra", "kufi"])
def test_every_head_can_be_drawn(head: str) -> None:
    found = next(look for look in looks(200) if look.head == head)
    assert portraits.draw(found)


def test_a_poor_picture_is_dark() -> None:
    look = looks(1)[0]
    good, poor = (Image.open(io.BytesIO(portraits.draw(look, poor=poor))).convert("L") for poor in (False, True))
    assert ImageStat.Stat(poor).mean[0] < 0.5 * ImageStat.Stat(good).mean[0]


def test_another_view_keeps_the_face() -> None:
    look = looks(1)[0]
    other = portraits.another_view(look, Random(1))
    assert (other.skin, other.hair, other.jaw, other.head) == (look.skin, look.hair, look.jaw, look.head)
    assert portraits.draw(other) != portraits.draw(look)


def test_press_answers_as_drawing_here_would() -> None:
    with press(sandbox.CHILD) as printing:
        answers = [printing(Sitter(f"7/{number}", "female", 30, views=1 + number % 2)) for number in range(5)]
        printed = [answer.result(timeout=60) for answer in answers]
    assert [len(pictures) for pictures in printed] == [1, 2, 1, 2, 1]
    first = printed[0][0]
    assert (first.width, first.height) == (480, 600)
    assert set(first.parts) == {"large", "thumb", "blurred", "grey"}
    assert first.file_size == len(portraits.draw(portraits.look_of(Random("7/0"), gender="female", age=30)))
    assert Image.open(io.BytesIO(first.parts["thumb"])).size == (256, 320)


def test_press_ends_its_processes_when_its_work_fails(tmp_path: Path) -> None:
    broken = tmp_path / "renderer.py"
    broken.write_text("def render(data, **limits):\n    raise SystemExit(3)\n")
    with press(broken) as printing:
        assert printing(Sitter("1", "male", 30)).exception(timeout=60) is not None
