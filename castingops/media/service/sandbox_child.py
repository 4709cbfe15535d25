"""Turns an uploaded file into variants. Runs alone, as its own program, in a process that can do nothing else.

Reads the file from standard input, writes one line of JSON and then the pictures to standard output. It gets no
environment, no secrets and no arguments but its limits. Before the first hostile byte is looked at, it gives up the
right to open a file or a socket, so a decoder that is taken over has nowhere to read from and nowhere to send to.
"""
import contextlib
import io
import json
import resource
import struct
import sys
import warnings
import zlib
from collections.abc import Iterator

# Pillow imports some of these late, when no file can be opened any more.
from PIL import (
    Image,
    ImageCms,
    ImageFilter,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

LARGE_EDGE, THUMB_EDGE = 1600, 320  # pixels of the longer side, at most
BLUR_EDGE, BLURRED_EDGE = 16, 240  # so few pixels are left of a face before it is drawn large again
GREY_EDGE = 64
PLUGINS = (JpegImagePlugin, MpoImagePlugin, PngImagePlugin, TiffImagePlugin, WebPImagePlugin)


class Refused(Exception):
    """The file is no photo for us; the message is the code of an error in media.errors."""


def render(data: bytes, *, kind: str, pixels_max: int, edge_min: int) -> tuple[dict[str, int], dict[str, bytes]]:
    """Upright size of the original, and its pictures: large, thumb, blurred (JPEG) and grey (bare bytes).

    `kind` is the only format that is tried. Errors: Refused.
    """
    with _opened(data, kind) as image:
        _check_size(image, pixels_max=pixels_max, edge_min=edge_min)
        width, height = image.size
        orientation = _orientation(image)
        large = _upright(_shrunk(image), orientation)
    if orientation in {5, 6, 7, 8}:
        width, height = height, width
    thumb = _copy_within(large, THUMB_EDGE)
    blurred = _copy_within(thumb, BLUR_EDGE).resize(_scaled(thumb.size, BLURRED_EDGE), Image.Resampling.BICUBIC)
    return {"width": width, "height": height}, {
        "large": _jpeg(large, 85),
        "thumb": _jpeg(thumb, 82),
        "blurred": _jpeg(blurred.filter(ImageFilter.GaussianBlur(6)), 60),
        "grey": thumb.convert("L").resize((GREY_EDGE, GREY_EDGE), Image.Resampling.LANCZOS).tobytes(),
    }


def _opened(data: bytes, kind: str) -> Image.Image:
    """Errors: Refused."""
    with _refusals():
        image = Image.open(io.BytesIO(data), formats=[kind])
    if kind != "JPEG" and getattr(image, "is_animated", False):  # phones put a second still behind a JPEG: let be
        raise Refused("photo_animated")
    return image


def _check_size(image: Image.Image, *, pixels_max: int, edge_min: int) -> None:
    if image.width * image.height > pixels_max:
        raise Refused("photo_too_many_pixels")
    if min(image.size) < edge_min:
        raise Refused("photo_too_small")


def _shrunk(image: Image.Image) -> Image.Image:
    """The picture decoded, at most LARGE_EDGE wide and high, in sRGB, on white where it was transparent."""
    with _refusals():
        profile = image.info.get("icc_profile")
        image.draft(None, (LARGE_EDGE, LARGE_EDGE))  # a JPEG is scaled down while it is decoded
        image.load()
        if image.mode in {"P", "PA", "1"} or "transparency" in image.info:
            image = image.convert("RGBA")
        elif image.mode.startswith("I"):
            image = _eight_bits(image)
        image.thumbnail((LARGE_EDGE, LARGE_EDGE), Image.Resampling.LANCZOS, reducing_gap=3.0)
        return _flat(_in_srgb(image, profile))


def _eight_bits(image: Image.Image) -> Image.Image:
    """A picture of 16 bits a pixel, scaled to 8: a plain conversion would clip it to white."""
    return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")


def _orientation(image: Image.Image) -> int:
    """How the camera was held (EXIF, 1 to 8); 1 where that is missing or unreadable."""
    with contextlib.suppress(Exception):  # metadata of any make must not cost the photo
        value = image.getexif().get(0x0112, 1)
        return value if isinstance(value, int) else 1
    return 1


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The picture in sRGB by its own profile, where it carries a usable one."""
    if not profile or image.mode not in {"RGB", "L", "CMYK"}:
        return image
    with contextlib.suppress(ImageCms.PyCMSError, OSError):
        converted = ImageCms.profileToProfile(
            image, ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB"), outputMode="RGB")
        return converted or image
    return image


def _flat(image: Image.Image) -> Image.Image:
    if image.mode in {"RGBA", "LA", "La", "RGBa"}:
        alpha = image.convert("RGBA")
        flat = Image.new("RGB", image.size, "white")
        flat.paste(alpha, mask=alpha.getchannel("A"))
        return flat
    return image.convert("RGB")


_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def _upright(image: Image.Image, orientation: int) -> Image.Image:
    turn = _TURNS.get(orientation)
    return image.transpose(turn) if turn is not None else image


def _copy_within(image: Image.Image, edge: int) -> Image.Image:
    copy = image.copy()
    copy.thumbnail((edge, edge), Image.Resampling.LANCZOS)
    return copy


def _scaled(size: tuple[int, int], edge: int) -> tuple[int, int]:
    factor = edge / max(size)
    return max(1, round(size[0] * factor)), max(1, round(size[1] * factor))


def _jpeg(image: Image.Image, quality: int) -> bytes:
    """Pixels only: nothing of the upload's metadata is handed to the encoder."""
    out = io.BytesIO()
    bare = Image.frombytes("RGB", image.size, image.tobytes())
    bare.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
    return out.getvalue()


@contextlib.contextmanager
def _refusals() -> Iterator[None]:
    """Pillow's many ways to fail, as few refusals."""
    try:
        yield
    except MemoryError:
        raise Refused("photo_too_heavy") from None
    except Image.DecompressionBombError:
        raise Refused("photo_too_many_pixels") from None
    except (OSError, SyntaxError, ValueError, TypeError, LookupError, EOFError, ArithmeticError, RuntimeError,
            struct.error, zlib.error):
        raise Refused("photo_broken") from None


def _give_up_rights(*, memory: int, cpu_seconds: int) -> None:
    """From here on: so much memory and time, no new file or socket, no child, no core dump. For good."""
    Image.preinit()
    for what, limit in (
        (resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, cpu_seconds), (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0), (resource.RLIMIT_NPROC, 0), (resource.RLIMIT_NOFILE, 0),
    ):
        resource.setrlimit(what, (limit, limit))


def main(memory: int, cpu_seconds: int, kind: str, pixels_max: int, edge_min: int) -> None:
    """Read, render, write. A refusal is an answer, too; anything else ends the process."""
    _give_up_rights(memory=memory, cpu_seconds=cpu_seconds)
    warnings.simplefilter("ignore")
    Image.MAX_IMAGE_PIXELS = pixels_max
    pictures: dict[str, bytes] = {}
    try:
        size, pictures = render(sys.stdin.buffer.read(), kind=kind, pixels_max=pixels_max, edge_min=edge_min)
        head = {**size, "parts": {name: len(picture) for name, picture in pictures.items()}}
    except Refused as refusal:
        head = {"refused": str(refusal)}
    except MemoryError:
        head = {"refused": "photo_too_heavy"}
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + b"".join(pictures.values()))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], int(sys.argv[4]), int(sys.argv[5]))
