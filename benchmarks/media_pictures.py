"""Pictures for `media-match`: drawn portraits and natural-like textures, and what becomes of a picture on its way back.

No photograph of anybody is used. A texture is noise of every scale, as in nature (power falls with frequency), with
shapes on it; a portrait is the demo's. Both are hard in their own way: portraits are all alike in the large.
"""
import io
from collections.abc import Iterator
from random import Random

from PIL import Image, ImageDraw, ImageFilter

from castingops.demo.portraits import draw, look_of
from castingops.media import rules
from castingops.media.types import Fingerprint, Probe

CUT = 0.05
LARGE_EDGE, THUMB_EDGE = 1600, 320  # as the sandbox makes them


def picture(seed: str) -> Image.Image:
    """The picture of a seed: `p/…` a portrait, `t/…` a texture."""
    rng = Random(seed)
    return _portrait(rng) if seed.startswith("p/") else _texture(rng)


def _portrait(rng: Random) -> Image.Image:
    look = look_of(rng, gender=rng.choice(["female", "male"]), age=rng.randrange(18, 70))
    return _read(draw(look, poor=rng.random() < 0.05))


def _texture(rng: Random) -> Image.Image:
    size = rng.choice([(480, 600), (600, 480), (512, 512), (400, 600)])
    image = Image.new("RGB", size, _colour(rng))
    share, falls, grain = 0.75, rng.uniform(0.45, 0.75), 3
    while grain < size[0]:
        noise = Image.frombytes("RGB", (grain, grain), rng.randbytes(grain * grain * 3))
        image = Image.blend(image, noise.resize(size, Image.Resampling.BICUBIC), share)
        share, grain = share * falls, grain * 2
    for _ in range(rng.randrange(9)):
        _shape(ImageDraw.Draw(image), size, rng)
    return image.filter(ImageFilter.GaussianBlur(rng.uniform(0, 2)))


def _shape(pen: ImageDraw.ImageDraw, size: tuple[int, int], rng: Random) -> None:
    x, y, width, height = (rng.randrange(size[0]), rng.randrange(size[1]), rng.randrange(20, size[0] // 2),
                           rng.randrange(20, size[1] // 2))
    kind = rng.choice([pen.ellipse, pen.rectangle])
    kind((x - width // 2, y - height // 2, x + width // 2, y + height // 2), fill=_colour(rng))


def _colour(rng: Random) -> tuple[int, int, int]:
    return rng.randrange(256), rng.randrange(256), rng.randrange(256)


def copies(image: Image.Image) -> Iterator[tuple[str, Image.Image]]:
    """The picture as it comes back: encoded at quality 60, at half size, without 5 % at one edge, and all at once."""
    yield "quality 60", _encoded(image, 60)
    yield "half size", _encoded(_half(image), 85)
    for edge in range(4):
        yield "cut 5 %", _encoded(_cut(image, edge), 85)
        yield "all three", _encoded(_half(_cut(image, edge)), 60)


def known_by(image: Image.Image) -> tuple[Fingerprint | None, list[Probe]]:
    """What the product knows a picture by, stored and looked at as its sandbox does it."""
    stored = _encoded(_within(image, LARGE_EDGE), 85)
    edge = rules.GREY_EDGE
    grey = _within(stored, THUMB_EDGE).convert("L").resize((edge, edge), Image.Resampling.LANCZOS).tobytes()
    return rules.fingerprint(grey), rules.probes(grey)


def _within(image: Image.Image, edge: int) -> Image.Image:
    copy = image.copy()
    copy.thumbnail((edge, edge), Image.Resampling.LANCZOS)
    return copy


def _half(image: Image.Image) -> Image.Image:
    return image.resize((image.width // 2, image.height // 2), Image.Resampling.BICUBIC)


def _cut(image: Image.Image, edge: int) -> Image.Image:
    box = [0, 0, *image.size]
    length = image.size[edge % 2]
    box[edge] = round(length * CUT) if edge < 2 else round(length * (1 - CUT))
    return image.crop((box[0], box[1], box[2], box[3]))


def _encoded(image: Image.Image, quality: int) -> Image.Image:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return _read(out.getvalue())


def _read(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")
