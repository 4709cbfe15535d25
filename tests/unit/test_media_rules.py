"""Photos by their bytes alone (MED-B)."""
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from castingops.core.errors import DomainError
from castingops.media import rules
from castingops.media.types import PhotoFormat, PhotoKind, Variant, storage_key
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
    return image.convert("L").resize((32, 32), Image.Resampling.LANCZOS).tobytes()


def test_perceptual_hash_survives_what_happens_to_photos() -> None:
    original = picture()
    reference = rules.perceptual_hash(grey(original))
    smaller, brighter = original.resize((320, 400)), original.point(lambda value: min(255, value + 12))
    for other in (smaller, brighter):
        assert rules.distance(reference, rules.perceptual_hash(grey(other))) <= 10
    assert rules.distance(reference, rules.perceptual_hash(grey(original.rotate(90, expand=True)))) > 10


@given(st.binary(min_size=1024, max_size=1024))
def test_perceptual_hash_is_64_bits_of_hex(pixels: bytes) -> None:
    value = rules.perceptual_hash(pixels)
    assert len(value) == 16 and rules.distance(value, value) == 0


@given(UUID_TEXT, st.sampled_from(list(Variant)))
def test_storage_key_names_the_photo_only(photo_id, variant) -> None:  # type: ignore[no-untyped-def]
    assert storage_key(photo_id, variant) == f"photos/{photo_id}/{variant.value}.jpg"
