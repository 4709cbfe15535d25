"""Hostile files meet a process that can do nothing (MED-B; reliability.md §1 row 14)."""
import io
import subprocess
import sys
from time import monotonic

import pytest
from PIL import Image, ImageChops, ImageStat

from castingops.core.errors import Unavailable
from castingops.media import errors, rules
from castingops.media.service import sandbox
from castingops.media.types import PhotoFormat, Rendered, Variant
from tests.factories.media import encode, hostile, jpeg, picture, with_exif

SAMPLES = hostile()


def taken(data: bytes) -> Rendered:
    return sandbox.render(data, rules.checked_format(data))


def opened(rendered: Rendered, variant: Variant = Variant.LARGE) -> Image.Image:
    image = Image.open(io.BytesIO(rendered.variants[variant]))
    image.load()
    return image


def differs(one: Image.Image, other: Image.Image) -> float:
    """Mean difference of two pictures, per channel, of 255."""
    small = [image.convert("RGB").resize((64, 64)) for image in (one, other)]
    return max(ImageStat.Stat(ImageChops.difference(*small)).mean)


@pytest.mark.parametrize("name", SAMPLES)
def test_hostile_file_is_refused_as_labelled(name: str) -> None:
    data, code = SAMPLES[name]
    start = monotonic()
    with pytest.raises(errors.UploadRefused) as refusal:
        taken(data)
    assert refusal.value.code == code
    assert refusal.value.fields == {"photo": refusal.value.message}
    assert monotonic() - start < 10


@pytest.mark.parametrize("kind", list(PhotoFormat))
def test_photo_becomes_three_small_jpegs(kind: PhotoFormat) -> None:
    rendered = taken(encode(picture(2400, 3000), kind))
    assert (rendered.width, rendered.height) == (2400, 3000)
    assert {variant: max(opened(rendered, variant).size) for variant in Variant} == {
        Variant.LARGE: 1600, Variant.THUMB: 320, Variant.BLURRED: 240}
    assert all(opened(rendered, variant).format == "JPEG" for variant in Variant)
    assert differs(opened(rendered), picture(2400, 3000)) < 6


def test_metadata_is_gone() -> None:
    """EXIF with place and owner, comment, XMP, colour profile: none of it is in any variant."""
    source = with_exif(picture())
    assert b"Owner Name" in source and b"taken at home" in source
    for variant, kept in taken(source).variants.items():
        image = Image.open(io.BytesIO(kept))
        assert not image.getexif() and "comment" not in image.info and "icc_profile" not in image.info, variant
        assert b"Exif" not in kept and b"Owner" not in kept and b"taken" not in kept


@pytest.mark.parametrize("orientation", range(1, 9))
def test_photo_stands_as_the_camera_was_held(orientation: int) -> None:
    turns = {2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
             5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
             8: Image.Transpose.ROTATE_270}
    upright = picture(600, 900)
    stored = upright.transpose(turns[orientation]) if orientation in turns else upright
    rendered = taken(with_exif(stored, orientation=orientation))
    assert (rendered.width, rendered.height) == opened(rendered).size == (600, 900)
    assert differs(opened(rendered), upright) < 6


@pytest.mark.parametrize("mode", ["CMYK", "L"])
def test_jpeg_of_print_and_grey_is_shown_in_its_colours(mode: str) -> None:
    assert differs(opened(taken(encode(picture().convert(mode), quality=95))), picture().convert(mode)) < 8


@pytest.mark.parametrize("mode", ["P", "RGBA", "LA", "1", "L"])
def test_png_of_any_mode_becomes_rgb(mode: str) -> None:
    assert opened(taken(encode(picture().convert(mode), "PNG"))).mode == "RGB"


def test_sixteen_bit_grey_is_not_washed_out() -> None:
    deep = picture().convert("L").convert("I").point(lambda value: value * 256).convert("I;16")
    assert differs(opened(taken(encode(deep, "PNG"))), picture().convert("L")) < 4


def test_transparent_parts_are_white() -> None:
    clear = Image.new("RGBA", (400, 400), (255, 0, 0, 0))
    assert ImageStat.Stat(opened(taken(encode(clear, "PNG")))).mean == [255, 255, 255]


def test_broken_profile_does_not_cost_the_photo() -> None:
    assert taken(encode(picture(), icc_profile=b"not a profile")).width == 640


def test_blurred_says_nothing_of_a_face() -> None:
    """Two pictures that differ in detail only are nearly the same when blurred."""
    detailed = picture()
    detailed.paste((0, 0, 0), (300, 300, 312, 312))
    plain, changed = (opened(taken(encode(image)), Variant.BLURRED) for image in (picture(), detailed))
    assert max(channel[1] for channel in ImageChops.difference(plain, changed).getextrema()) < 24


def test_a_second_still_behind_a_jpeg_is_dropped() -> None:
    """Phones write such files (MPO); the first picture counts."""
    both = encode(picture(), "MPO", save_all=True, append_images=[picture(shade=20)])
    assert differs(opened(taken(both)), picture()) < 6


def in_sandbox(statement: str, *, memory: int = sandbox.MEMORY, cpu: int = 5) -> subprocess.CompletedProcess[bytes]:
    """Run `statement` where the decoder runs: same limits, same environment."""
    program = (f"import sys; sys.path.insert(0, {str(sandbox.CHILD.parent)!r})\n"
               "import os, socket, sandbox_child\n"
               f"sandbox_child._give_up_rights(memory={memory}, cpu_seconds={cpu})\n{statement}")
    return subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, timeout=20, check=False,
                          env={"LANG": "C.UTF-8"})


@pytest.mark.parametrize("statement", [
    "open('/etc/hostname')", "open('/tmp/x', 'w')", "socket.socket()", "socket.create_connection(('127.0.0.1', 80))",
    "bytearray(600 * 1024 * 1024)", "os.pipe()"])
def test_sandbox_reaches_nothing(statement: str) -> None:
    done = in_sandbox(statement + "\nprint('reached')")
    assert done.returncode != 0 and b"reached" not in done.stdout


def test_sandbox_knows_no_environment() -> None:
    assert in_sandbox("print(sorted(os.environ))").stdout.strip() in (b"['LANG']", b"['LANG', 'LC_CTYPE']")


def test_endless_decoder_is_ended() -> None:
    done = in_sandbox("while True: pass", cpu=1)
    assert done.returncode < 0


def test_a_child_that_lies_is_not_believed() -> None:
    """Its answer is checked like anyone's: it was fed by a stranger."""
    for answer in (b"", b"{}", b"[]\n", b'{"parts": {"large": -5}}\n', b'{"refused": "no_such_code"}\n', b"\xff" * 64,
                   b'{"parts": {"large": 2, "thumb": 2, "blurred": 2, "grey": 2}}\nMZMZMZMZ'):
        with pytest.raises(errors.PhotoBroken):
            sandbox._read(answer)


def test_timeout_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "WALL_SECONDS", 0.001)
    with pytest.raises(errors.PhotoTooHeavy):
        sandbox.render(jpeg(), PhotoFormat.JPEG)


def test_uploads_wait_their_turn_and_are_then_told_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two decoders at once in a process: uploads may not fill the machine's memory."""
    monkeypatch.setattr(sandbox, "QUEUE_SECONDS", 0.01)
    with sandbox._turn(), sandbox._turn(), pytest.raises(Unavailable) as refusal:
        sandbox.render(jpeg(), PhotoFormat.JPEG)
    assert refusal.value.retry_after == 5
    assert sandbox.render(jpeg(), PhotoFormat.JPEG).width == 640
