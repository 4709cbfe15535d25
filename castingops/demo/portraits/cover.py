"""What covers a head: hijab, ghutra, shemagh, kufi."""
from functools import lru_cache

from PIL import Image, ImageDraw

from castingops.demo.portraits.canvas import SCALE, Canvas, Color, Point, darker, lighter
from castingops.demo.portraits.face import Face

_COTTON: Color = (247, 246, 243)
_BLACK: Color = (26, 24, 26)
_OPENING = ((0.0, -0.66), (0.50, -0.58), (0.80, -0.30), (0.86, 0.08), (0.80, 0.46), (0.60, 0.78), (0.30, 0.965),
            (0.0, 0.99))


def draw_cover_behind(canvas: Canvas, face: Face) -> None:
    """The part of the cloth that lies behind head and shoulders."""
    look = face.look
    if look.head == "hijab":  # its inside, seen beside a narrow chin
        canvas.shape(face.symmetric(*_OPENING), darker(look.scarf, 0.35))
    elif look.head in ("shemagh", "ghutra"):
        drape = face.symmetric((0, -1.30), (0.62, -1.22), (1.10, -0.80), (1.26, 0.0), (1.46, 0.9), (1.62, 1.7),
                               (0, 2.0))
        canvas.shape(drape, darker(_COTTON if look.head == "ghutra" else (206, 120, 116), 0.22))


def draw_cover(canvas: Canvas, face: Face) -> None:
    """The cloth or cap round the face."""
    _COVERS[face.look.head](canvas, face)


def _hijab(canvas: Canvas, face: Face) -> None:
    """One cloth with an opening for the face: drawn as a ring, so that the features stay as they are."""
    color = face.look.scarf
    soft, deep = lighter(color, 0.10), darker(color, 0.24)
    outer = [(0.0, -1.26), (0.56, -1.20), (1.02, -0.84), (1.20, -0.20), (1.16, 0.40), (1.06, 0.90), (1.22, 1.30),
             (1.62, 1.62), (1.50, 2.05),
             (0.80, 2.28), (0.0, 2.34)]
    with canvas.inside(face.symmetric(*outer)) as cloth:
        kept = cloth.image.copy()
        cloth.shape(face.points((-4, -4), (4, -4), (4, 6), (-4, 6)), color, sharp=True)
        cloth.shape(face.points((0.30, 1.0), (1.10, 0.60), (1.8, 1.7), (0.9, 2.5), (0.10, 2.2), (-0.10, 1.55)), soft)
        cloth.shape(face.points((0.78, -1.2), (1.06, -0.30), (0.98, 0.60), (1.5, 0.9), (1.5, -1.2)), (*deep, 110))
        for shift in (0.0, 0.22, 0.46):
            cloth.stroke(face.points((-0.98, 0.62 + shift), (-0.52, 1.13 + shift), (0.10, 1.30 + shift),
                                     (0.62, 1.22 + shift)), (*deep, 150), 3.4)
        cloth.stroke(face.points((0.92, 0.70), (0.42, 1.12), (-0.12, 1.42), (-0.42, 1.80), (-0.50, 2.2)), deep, 3.4)
        cloth.stroke(face.points((0.0, -1.24), (0.62, -0.96), (0.98, -0.36), (1.0, 0.30)), (*deep, 120), 3)
        cloth.stroke(face.points((-0.15, -1.24), (-0.72, -0.86), (-1.02, -0.20), (-0.96, 0.34)),
                     (*lighter(color, 0.25), 130), 3)
        _cut(cloth, kept, face.symmetric(*_OPENING), canvas)
    rim = face.symmetric(*_OPENING)
    canvas.stroke([*rim, rim[0]], (*deep, 200), 4)
    canvas.stroke(face.points((-0.42, -0.57), (0.0, -0.635), (0.46, -0.56), (0.76, -0.28)), (0, 0, 0, 46), 7)


def _cut(cloth: Canvas, kept: Image.Image, opening: list[Point], canvas: Canvas) -> None:
    """Let what was there before show through the opening."""
    with cloth.inside(opening) as hole:
        left, top = (round((hole_at - cloth_at) * SCALE) for hole_at, cloth_at in zip(hole.origin, cloth.origin,
                                                                                      strict=True))
        hole.image.paste(kept.crop((left, top, left + hole.image.width, top + hole.image.height)))


@lru_cache(maxsize=1)
def _checks() -> Image.Image:
    """The red pattern of the shemagh, one repeat."""
    size = 22
    tile = Image.new("RGB", (size, size), (244, 240, 236))
    pen = ImageDraw.Draw(tile)
    red = (184, 44, 48)
    pen.polygon([(0, size // 2), (size // 2, 0), (size, size // 2), (size // 2, size)], outline=red, width=4)
    pen.rectangle((size // 2 - 3, size // 2 - 3, size // 2 + 3, size // 2 + 3), fill=red)
    return tile


def _cloth(canvas: Canvas, face: Face) -> None:
    """Ghutra (white) or shemagh (red) under the agal: the crown, and a fold that falls on each side."""
    _hairline(canvas, face)
    crown = face.points((-1.16, 0.10), (-1.15, -0.50), (-0.96, -0.98), (-0.50, -1.26), (0.0, -1.34), (0.50, -1.26),
                        (0.96, -0.98), (1.15, -0.50),
                        (1.16, 0.10), (0.94, -0.20), (0.78, -0.52), (0.40, -0.66), (0.0, -0.70), (-0.40, -0.66),
                        (-0.78, -0.52), (-0.94, -0.20))
    falls = [face.points((s * 0.80, -0.58), (s * 1.12, -0.66), (s * 1.26, 0.0), (s * 1.40, 0.80), (s * 1.62, 1.45),
                         (s * 1.52, 2.10), (s * 1.0, 2.24),
                         (s * 0.72, 1.90), (s * 0.86, 1.10), (s * 1.00, 0.55), (s * 0.97, 0.0)) for s in (-1, 1)]
    for part in (*falls, crown):
        if face.look.head == "shemagh":
            canvas.weave(_checks(), part)
        else:
            canvas.shape(part, _COTTON)
    shade = (116, 70, 70, 90) if face.look.head == "shemagh" else (150, 150, 158, 120)
    for side, fall in zip((-1, 1), falls, strict=True):
        with canvas.inside(fall) as cloth:
            cloth.shape(face.points((side * 0.70, -0.6), (side * 1.02, -0.5), (side * 1.06, 0.6), (side * 0.96, 1.2),
                                    (side * 0.92, 2.3), (side * 0.6, 2.3)), shade)
            cloth.stroke(face.points((side * 1.16, 0.1), (side * 1.26, 0.9), (side * 1.24, 2.3)), (*shade[:3], 70), 5)
            if side == 1:
                cloth.shape(face.points((1.2, -0.6), (1.18, 0.6), (1.30, 1.4), (1.36, 2.3), (1.9, 2.3), (1.9, -0.6)),
                            (*shade[:3], 60))
    canvas.stroke(crown[9:], shade, 3.4)
    _agal(canvas, face)


def _agal(canvas: Canvas, face: Face) -> None:
    for lift in (0.0, -0.115):
        band = face.points((-1.09, -0.70 + lift), (-0.62, -0.855 + lift), (0.0, -0.905 + lift),
                           (0.62, -0.855 + lift), (1.09, -0.70 + lift))
        canvas.stroke(band, _BLACK, 12.5)
        canvas.stroke([(x, y - 2.6) for x, y in band], (84, 80, 84), 1.8)


def _kufi(canvas: Canvas, face: Face) -> None:
    _hairline(canvas, face)
    cap = face.points((-0.98, -0.52), (-0.96, -0.86), (-0.62, -1.20), (0.0, -1.30), (0.62, -1.20), (0.96, -0.86),
                      (0.98, -0.52), (0.5, -0.66), (0.0, -0.70),
                      (-0.5, -0.66))
    canvas.shape(cap, _COTTON)
    with canvas.inside(cap) as cloth:
        for step in range(-4, 5):
            cloth.stroke(face.points((step * 0.22, -0.62), (step * 0.17, -1.30)), (190, 188, 184, 150), 2)
        cloth.shape(face.points((0.5, -0.5), (0.66, -1.3), (1.1, -1.2), (1.1, -0.5)), (150, 148, 150, 70))
        cloth.stroke(face.points((-1, -0.62), (-0.5, -0.78), (0.0, -0.82), (0.5, -0.78), (1, -0.62)),
                     (176, 172, 166), 3)


def _hairline(canvas: Canvas, face: Face) -> None:
    """The little hair that shows under a cap or a cloth."""
    for side in (-1, 1):
        canvas.shape(face.points((side * 0.86, -0.62), (side * 1.02, -0.50), (side * 1.02, -0.12),
                                 (side * 0.93, 0.02), (side * 0.90, -0.25)),
                     face.look.hair)


_COVERS = {"hijab": _hijab, "shemagh": _cloth, "ghutra": _cloth, "kufi": _kufi}
