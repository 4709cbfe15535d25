"""Photos by their bytes alone (MED-B)."""
import io
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from castingops.core.errors import DomainError
from castingops.demo.portraits import draw, look_of
from castingops.media import rules
from castingops.media.types import SAME_PHOTO, PhotoFormat, PhotoKind, Variant, storage_key
from tests.factories.media import encode, jpeg, picture, zip_behind

UUID_TEXT = st.uuids()


@pytest.mark.parametrize("kind", list(PhotoFormat))
def test_format_is_known_by_signature(kind: PhotoFormat) -> None:
    assert rules.checked_format(encode(picture(), kind)) is kind


@given(st.binary(max_size=400))
def test_any_bytes_are_a_format_or_a_refusal_with_a_field(data: bytes) -> None:
    try:
        assert rules.checked_format(data) in PhotoFormat
    except DomainError as refusal:
        assert refusal.fields["photo"] and refusal.code.startswith("photo_")


@given(st.binary(max_size=300), st.sampled_from(list(PhotoFormat)))
def test_anything_behind_a_signature_is_read_without_a_crash(tail: bytes, kind: PhotoFormat) -> None:
    head = {PhotoFormat.JPEG: b"\xff\xd8\xff", PhotoFormat.PNG: b"\x89PNG\r\n\x1a\n",
            PhotoFormat.WEBP: b"RIFF\x10\0\0\0WEBP"}[kind]
    try:
        assert rules.checked_format(head + tail) is kind
    except DomainError as refusal:
        assert refusal.code == "photo_polyglot"


def test_what_phones_append_is_no_polyglot() -> None:
    """A motion photo has a film behind the picture, a portrait mode one a second picture."""
    assert rules.checked_format(jpeg() + b"\0\0\0\x18ftypmp42" + b"\0" * 64) is PhotoFormat.JPEG
    assert rules.checked_format(jpeg() + jpeg(20)) is PhotoFormat.JPEG


def test_an_archive_behind_any_padding_is_found() -> None:
    with pytest.raises(DomainError) as refusal:
        rules.checked_format(zip_behind(jpeg() + b"\0" * 5000))
    assert refusal.value.code == "photo_polyglot"


def test_unknown_kind_is_refused() -> None:
    assert rules.checked_kind("headshot") is PhotoKind.HEADSHOT
    with pytest.raises(DomainError) as refusal:
        rules.checked_kind("passport")
    assert (refusal.value.code, list(refusal.value.fields)) == ("photo_kind_unknown", ["kind"])


def grey(image: Image.Image) -> bytes:
    return image.convert("L").resize((rules.GREY_EDGE, rules.GREY_EDGE), Image.Resampling.LANCZOS).tobytes()


def portrait(seed: int = 1) -> Image.Image:
    return Image.open(io.BytesIO(draw(look_of(Random(seed), gender="female", age=30)))).convert("RGB")


def recompressed(image: Image.Image, quality: int = 60) -> Image.Image:
    return Image.open(io.BytesIO(encode(image, quality=quality))).convert("RGB")


def cut(image: Image.Image, edge: int, share: float = 0.05) -> Image.Image:
    box = [0, 0, *image.size]
    size = image.size[edge % 2]
    box[edge] = round(size * share) if edge < 2 else round(size * (1 - share))
    return image.crop((box[0], box[1], box[2], box[3]))


def apart(original: Image.Image, copy: Image.Image) -> int:
    """The distance that an upload of `copy` has from the removed `original`."""
    known = rules.fingerprint(grey(original))
    assert known is not None
    return min(rules.distance(known, probe.print) for probe in rules.probes(grey(copy)))


def is_copy(original: Image.Image, copy: Image.Image) -> bool:
    """Whether an upload of `copy` is taken for the removed `original`."""
    known = rules.fingerprint(grey(original))
    assert known is not None
    return rules.is_copy(known, rules.probes(grey(copy)))


class TestFingerprint:
    """Issue 3: a removed photo is known again re-encoded, resized and cut a little."""

    @pytest.mark.parametrize("original", [portrait(), portrait(2), picture(shade=20)], ids=["one", "two", "drawn"])
    def test_a_copy_is_known(self, original: Image.Image) -> None:
        half = original.resize((original.width // 2, original.height // 2))
        for copy in (original, recompressed(original), half, recompressed(half),
                     original.point(lambda value: min(255, value + 8)), original.convert("L").convert("RGB")):
            assert is_copy(original, copy)

    @pytest.mark.parametrize("edge", range(4))
    def test_a_copy_that_lacks_a_strip_is_known(self, edge: int) -> None:
        original = portrait()
        strip = cut(original, edge)
        assert is_copy(original, recompressed(strip))
        assert is_copy(original, recompressed(strip.resize((strip.width // 2, strip.height // 2))))

    def test_another_photo_is_not(self) -> None:
        assert apart(portrait(1), portrait(2)) > SAME_PHOTO
        assert apart(portrait(1), portrait(1).rotate(90, expand=True)) > SAME_PHOTO
        assert apart(portrait(1), cut(portrait(1), 0, 0.3)) > SAME_PHOTO

    def test_what_is_near_agrees_in_one_band_whole(self) -> None:
        """The pigeonhole that the index stands on: 8 bits cannot spoil 9 bands."""
        original = portrait()
        known, probe = rules.fingerprint(grey(original)), rules.fingerprint(grey(recompressed(original, 45)))
        assert known and probe and rules.distance(known, probe) <= SAME_PHOTO
        assert any(one == other for one, other in list(zip(known, probe, strict=True))[:SAME_PHOTO + 1])

    def test_few_bits_that_differ_firmly_are_another_photo(self) -> None:
        """What becomes of a copy turns bits at the border between 0 and 1; no copy turns the firmest of all."""
        (probe, *_) = rules.probes(grey(portrait()))
        band, place = max(((band, place) for band in range(16) for place in range(16)),
                          key=lambda at: probe.firmness[at[0]][at[1]])
        other = [*probe.print]
        other[band] ^= 1 << place
        assert rules.distance(tuple(other), probe.print) == 1
        assert rules.is_copy(probe.print, [probe]) and not rules.is_copy(tuple(other), [probe])

    def test_a_plain_surface_is_known_by_nothing(self) -> None:
        """Else every white page would be a copy of every other."""
        for plain in (Image.new("RGB", (300, 300), "white"), Image.linear_gradient("L").convert("RGB")):
            assert rules.fingerprint(grey(plain)) is None and rules.probes(grey(recompressed(plain))) == []


@given(st.binary(min_size=4096, max_size=4096))
@settings(max_examples=10, deadline=None)
def test_fingerprint_is_sixteen_bands_of_sixteen_bits(pixels: bytes) -> None:
    value = rules.fingerprint(pixels)
    assert value is None or (len(value) == 16 and all(0 <= band < 65_536 for band in value))
    assert value is None or rules.distance(value, value) == 0


@given(UUID_TEXT, st.sampled_from(list(Variant)))
def test_storage_key_names_the_photo_only(photo_id, variant) -> None:  # type: ignore[no-untyped-def]
    assert storage_key(photo_id, variant) == f"photos/{photo_id}/{variant.value}.jpg"
