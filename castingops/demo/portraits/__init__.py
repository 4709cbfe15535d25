"""Portraits of people who do not exist, drawn by program: no photograph of anybody is used."""
import io
from dataclasses import replace
from functools import partial
from random import Random

from PIL import Image, ImageEnhance

from castingops.demo.portraits.canvas import Canvas, backdrop, finished, lighter, mix
from castingops.demo.portraits.cover import draw_cover, draw_cover_behind
from castingops.demo.portraits.dress import draw_body
from castingops.demo.portraits.face import Face, draw_face
from castingops.demo.portraits.hair import draw_hair, draw_hair_behind
from castingops.demo.portraits.look import Gender, Look, look_of

__all__ = ["Gender", "Look", "another_view", "draw", "look_of"]

_QUALITIES = (82, 70, 55)  # a checked cloth makes a large file
_BYTES_MAX = 60_000


def draw(look: Look, *, poor: bool = False) -> bytes:
    """A portrait as JPEG, 480 × 600 pixels, under 60 KB. The same look gives the same picture.

    A `poor` one is dark and badly framed: something for a moderator to object to.
    """
    canvas = backdrop(*look.backdrop)
    face = Face(look)
    _accent(canvas, look)
    covered = look.head != "hair"
    (draw_cover_behind if covered else draw_hair_behind)(canvas, face)
    draw_body(canvas, face)
    draw_face(canvas, face)
    (draw_cover if covered else draw_hair)(canvas, face)
    picture = _spoilt(finished(canvas)) if poor else finished(canvas)
    return next(data for data in map(partial(_jpeg, picture), _QUALITIES) if len(data) <= _BYTES_MAX)


def _spoilt(picture: Image.Image) -> Image.Image:
    width, height = picture.size
    aside = picture.crop((0, round(height * 0.2), round(width * 0.56), round(height * 0.9)))
    return ImageEnhance.Brightness(aside.resize(picture.size)).enhance(0.36)


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=quality)
    return target.getvalue()


def another_view(look: Look, rng: Random) -> Look:
    """The same person on another day: other clothes, light and mood, the same face."""
    fresh = look_of(rng, gender=look.gender, age=look.age)
    return replace(look, backdrop=fresh.backdrop, accent=fresh.accent, cloth=fresh.cloth, smile=fresh.smile,
                   tilt=-look.tilt)


def _accent(canvas: Canvas, look: Look) -> None:
    """What hangs behind the sitter: a studio is rarely bare."""
    top, bottom = look.backdrop
    light = lighter(top, 0.35)
    if look.accent == "disc":
        canvas.oval((300, 330), 235, 235, light)
    elif look.accent == "arch":
        canvas.oval((300, 300), 215, 215, mix(top, bottom, 1.25))
        canvas.shape([(85, 300), (515, 300), (515, 760), (85, 760)], mix(top, bottom, 1.25), sharp=True)
    elif look.accent == "band":
        canvas.shape([(-10, 520), (610, 250), (610, 420), (-10, 690)], light, sharp=True)
    elif look.accent == "sun":
        canvas.oval((455, 170), 95, 95, light)
