"""The face: outline, eyes, brows, nose, mouth, beard."""
import math

from castingops.demo.portraits.canvas import Canvas, Color, Point, darker, lighter, mirrored, mix
from castingops.demo.portraits.look import Look

CENTER: Point = (300.0, 322.0)
_HALF_WIDTH, _HALF_HEIGHT = 98.0, 130.0


class Face:
    """The frame of one face: turns face units (−1 … 1 from ear to ear, brow to chin) into the picture's."""

    def __init__(self, look: Look) -> None:
        self.look = look
        self.w = _HALF_WIDTH * look.face_width
        self.h = _HALF_HEIGHT
        angle = math.radians(look.tilt)
        self._cos, self._sin = math.cos(angle), math.sin(angle)
        self.shade = darker(mix(look.skin, (170, 70, 60), 0.16), 0.12)
        self.lip = mix(look.skin, (168, 62, 66), 0.50 if look.gender == "female" else 0.26)

    def at(self, x: float, y: float) -> Point:
        """The picture's point for a point of the face; the head tilts round the neck."""
        pivot = self.h * 1.1
        dx, dy = x * self.w, y * self.h - pivot
        return (CENTER[0] + dx * self._cos - dy * self._sin, CENTER[1] + pivot + dx * self._sin + dy * self._cos)

    def points(self, *pairs: Point) -> list[Point]:
        """`at` for several points."""
        return [self.at(x, y) for x, y in pairs]

    def symmetric(self, *pairs: Point) -> list[Point]:
        """`at` for the outline of which `pairs` is the right half, from the top down."""
        return [self.at(x, y) for x, y in mirrored(pairs, 0.0)]

    def outline(self) -> list[Point]:
        """The edge of the face."""
        jaw, chin = self.look.jaw, self.look.chin
        return self.symmetric((0, -1.0), (0.56, -0.92), (0.90, -0.58), (0.98, -0.10), (0.94, 0.28), (jaw, 0.62),
                              (chin, 0.91),
                              (0, 1.0))


def draw_face(canvas: Canvas, face: Face) -> None:
    """Ears, skin and features."""
    look = face.look
    if look.head != "hijab":
        _ears(canvas, face)
    canvas.shape(face.outline(), look.skin)
    with canvas.inside(face.outline()) as skin:
        _light(skin, face)
        if look.gender == "male":
            _beard(skin, face)
        _age_lines(skin, face)
    for side in (-1, 1):
        _eye(canvas, face, side)
        _brow(canvas, face, side)
    _nose(canvas, face)
    _moustache(canvas, face)
    _mouth(canvas, face)
    if look.glasses != "none":
        _glasses(canvas, face)


def _ears(canvas: Canvas, face: Face) -> None:
    for side in (-1, 1):
        canvas.shape(face.points((side * 0.90, -0.12), (side * 1.10, -0.20), (side * 1.13, 0.04), (side * 1.02, 0.30),
                                 (side * 0.88, 0.26)), face.look.skin)
        canvas.shape(face.points((side * 0.98, -0.06), (side * 1.07, -0.10), (side * 1.07, 0.06),
                                 (side * 0.99, 0.19)), face.shade)


def _light(skin: Canvas, face: Face) -> None:
    """Light from the upper left: shade on the right edge, warm cheeks, a bright forehead."""
    shade = (*face.shade, 90)
    skin.shape(face.points((0.62, -1.05), (0.80, -0.40), (0.78, 0.20), (0.52, 0.72), (0.18, 1.10), (1.2, 1.1),
                           (1.2, -1.0)), shade)
    blush = (*mix(face.look.skin, (214, 92, 84), 0.55), 58 if face.look.gender == "female" else 30)
    for side in (-1, 1):
        for size in (0.27, 0.235, 0.20, 0.165, 0.13):
            skin.oval(face.at(side * 0.56, 0.34), size * face.w, size * face.w * 0.72,
                      (*blush[:3], blush[3] // 5 + 3))
    skin.oval(face.at(-0.16, -0.55), 0.42 * face.w, 0.17 * face.h, (*lighter(face.look.skin, 0.5), 42))


def _eye(canvas: Canvas, face: Face, side: int) -> None:
    look = face.look
    x, y = side * 0.425 * look.eye_gap, 0.01
    rx, ry = 0.185 * look.eye_size, 0.066 * look.eye_size

    def at(dx: float, dy: float) -> Point:
        return face.at(x + side * dx * rx, y + dy * ry)

    almond = [at(-1, 0.30), at(-0.45, -0.70), at(0.25, -0.95), at(1, -0.18), at(0.5, 0.72), at(-0.3, 0.86)]
    lid = (*face.shade, 120)
    canvas.shape([at(-1.1, 0.1), at(-0.5, -1.45), at(0.3, -1.75), at(1.2, -0.5), at(0.3, -0.6), at(-0.5, -0.5)], lid)
    canvas.shape(almond, (250, 247, 242))
    with canvas.inside(almond) as white:
        iris = face.at(x + side * -0.02, y - 0.004)
        radius = ry * face.h * 0.98
        white.oval(iris, radius, radius, look.eye)
        white.oval(iris, radius * 0.52, radius * 0.52, (16, 12, 12))
        white.oval((iris[0] - radius * 0.34, iris[1] - radius * 0.40), radius * 0.24, radius * 0.24, (255, 255, 255))
        white.stroke([at(-1, 0.1), at(-0.45, -0.62), at(0.25, -0.85), at(1, -0.2)], (0, 0, 0, 50), 5)
    lash = darker(look.hair if look.grey < 0.3 else (42, 30, 28), 0.55)
    thick = 3.6 if look.gender == "female" else 2.2
    canvas.stroke([at(-1.02, 0.30), at(-0.45, -0.72), at(0.25, -0.98), at(1.02, -0.20)], lash, thick)
    if look.gender == "female":
        canvas.stroke([at(0.55, -0.75), at(1.0, -0.30), at(1.32, -0.75)], lash, 2.6)
    canvas.stroke([at(-0.5, 1.02), at(0.2, 1.06), at(0.7, 0.72)], (*face.shade, 150), 1.6)


def _brow(canvas: Canvas, face: Face, side: int) -> None:
    look = face.look
    x, thick = 0.425 * look.eye_gap, 0.042 * look.brow
    y = -0.215 if look.gender == "female" else -0.19
    color = darker(mix(look.hair, look.skin, 0.10), 0.15)
    edge = [(x - 0.23, y + 0.004), (x - 0.05, y - 0.034), (x + 0.14, y - 0.036), (x + 0.28, y + 0.030),
            (x + 0.13, y - 0.036 + thick * 0.9), (x - 0.05, y - 0.034 + thick * 1.25), (x - 0.225, y + 0.004 + thick)]
    canvas.shape([face.at(side * px, py) for px, py in edge], color)


def _nose(canvas: Canvas, face: Face) -> None:
    n = face.look.nose
    canvas.shape(face.points((0.05, -0.02), (0.10 * n, 0.20), (0.17 * n, 0.34), (0.10, 0.405), (0.0, 0.41),
                             (0.06, 0.30), (0.04, 0.12)),
                 (*face.shade, 110))
    canvas.stroke(face.points((-0.155 * n, 0.350), (-0.10 * n, 0.395), (0.0, 0.405), (0.10 * n, 0.395),
                              (0.155 * n, 0.350)),
                  darker(face.shade, 0.18), 2.4)
    canvas.stroke(face.points((-0.035, 0.05), (-0.045, 0.22), (-0.035, 0.30)), (*lighter(face.look.skin, 0.55), 110),
                  4.2)


def _mouth(canvas: Canvas, face: Face) -> None:
    look = face.look
    half, corner = 0.27 + 0.06 * look.smile, 0.612 - 0.045 * look.smile
    full = 0.048 * look.lips
    upper = [(-half, corner), (-0.11, 0.600 - full), (0.0, 0.606 - full * 0.55), (0.11, 0.600 - full), (half, corner),
             (0.12, 0.625), (0.0, 0.630), (-0.12, 0.625)]
    lower = [(-half, corner), (-0.13, 0.624), (0.0, 0.628), (0.13, 0.624), (half, corner), (0.15, 0.655 + full),
             (0.0, 0.668 + full),
             (-0.15, 0.655 + full)]
    if look.smile > 0.62:  # lips part
        opened = [(-half * 0.92, corner + 0.006), (0.0, 0.618), (half * 0.92, corner + 0.006), (0.16, 0.672),
                  (0.0, 0.690), (-0.16, 0.672)]
        canvas.shape(face.points(*((x, y + 0.030 * (y > 0.63)) for x, y in lower)), lighter(face.lip, 0.06))
        canvas.shape(face.points(*opened), (248, 244, 238))
        canvas.shape(face.points(*upper), face.lip)
        canvas.stroke(face.points((-half, corner), (-0.12, 0.621), (0.12, 0.621), (half, corner)),
                      darker(face.lip, 0.38), 1.8)
    else:
        canvas.shape(face.points(*lower), lighter(face.lip, 0.08))
        canvas.shape(face.points(*upper), face.lip)
        canvas.stroke(face.points((-half, corner), (-0.12, 0.622), (0.0, 0.627), (0.12, 0.622), (half, corner)),
                      darker(face.lip, 0.42), 2.4)
    for side in (-1, 1):
        canvas.stroke(face.points((side * (half + 0.03), corner - 0.03), (side * (half + 0.05), corner + 0.02)),
                      (*face.shade, 170), 2)
    canvas.stroke(face.points((-0.08, 0.775), (0.0, 0.79), (0.08, 0.775)), (*face.shade, 140), 2.4)


def _beard(skin: Canvas, face: Face) -> None:
    style = face.look.beard
    color: Color = darker(face.look.hair, 0.05)
    jaw = [(-1.1, 0.05), (-0.90, 0.16), (-0.80, 0.40), (-0.52, 0.50), (-0.30, 0.50), (0.0, 0.475), (0.30, 0.50),
           (0.52, 0.50),
           (0.80, 0.40), (0.90, 0.16), (1.1, 0.05), (1.1, 1.15), (-1.1, 1.15)]
    if style == "stubble":
        skin.shape(face.points(*jaw), (*color[:3], 46))
    elif style == "short":
        skin.shape(face.points(*jaw), (*color[:3], 205))
    elif style == "full":
        skin.shape(face.points(*((x, y - 0.05 if 0 < y < 0.6 else y) for x, y in jaw)), color)
    elif style == "goatee":
        skin.shape(face.points((-0.35, 0.57), (-0.36, 0.74), (-0.25, 0.93), (0.0, 1.01), (0.25, 0.93), (0.36, 0.74),
                               (0.35, 0.57),
                               (0.24, 0.50), (-0.24, 0.50)), (*color[:3], 225))
    if style in ("short", "full", "goatee"):  # skin round the lips
        skin.shape(face.points((-0.33, 0.60), (-0.15, 0.53), (0.15, 0.53), (0.33, 0.60), (0.17, 0.73),
                               (-0.17, 0.73)), face.look.skin)


def _moustache(canvas: Canvas, face: Face) -> None:
    if face.look.beard in ("none", "stubble"):
        return
    thick = 0.0 if face.look.beard == "short" else 0.015
    canvas.shape(face.points((0.0, 0.455 - thick), (0.14, 0.452 - thick), (0.30, 0.530), (0.37, 0.620),
                             (0.22, 0.570), (0.0, 0.535),
                             (-0.22, 0.570), (-0.37, 0.620), (-0.30, 0.530), (-0.14, 0.452 - thick)),
                 darker(face.look.hair, 0.05))


def _age_lines(skin: Canvas, face: Face) -> None:
    if face.look.age < 40:
        return
    ink = (*darker(face.shade, 0.15), 70 + min(70, (face.look.age - 40) * 3))
    for side in (-1, 1):
        skin.stroke(face.points((side * 0.24, 0.37), (side * 0.35, 0.47), (side * 0.40, 0.58)), ink, 2)
        skin.stroke(face.points((side * 0.30, 0.115), (side * 0.43, 0.145), (side * 0.55, 0.115)), ink, 1.8)
        if face.look.age >= 50:
            skin.stroke(face.points((side * 0.66, -0.02), (side * 0.76, -0.06)), ink, 1.6)
            skin.stroke(face.points((side * 0.66, 0.03), (side * 0.77, 0.05)), ink, 1.6)
    if face.look.age >= 48:
        for y in (-0.47, -0.55):
            skin.stroke(face.points((-0.34, y + 0.01), (0.0, y - 0.015), (0.34, y + 0.01)), ink, 1.8)


def _glasses(canvas: Canvas, face: Face) -> None:
    frame: Color = (44, 36, 34)
    x, y = 0.425 * face.look.eye_gap, 0.02
    for side in (-1, 1):
        center = face.at(side * x, y)
        if face.look.glasses == "round":
            canvas.oval(center, 0.315 * face.w, 0.315 * face.w, (255, 255, 255, 26))
            canvas.ring(center, 0.325 * face.w, 0.325 * face.w, (150, 112, 62), 3.2)
        else:
            box = [(side * (x - 0.31), y - 0.155), (side * (x + 0.33), y - 0.165), (side * (x + 0.30), y + 0.165),
                   (side * (x - 0.27), y + 0.165)]
            canvas.shape(face.points(*box), (255, 255, 255, 26), sharp=True)
            canvas.stroke(face.points(*box, box[0], box[1]), frame, 4.6, sharp=True)
        canvas.stroke(face.points((side * (x + 0.31), y - 0.06), (side * 0.98, y - 0.05)), frame, 3.4)
    canvas.stroke(face.points((-x + 0.30, y - 0.04), (0.0, y - 0.075), (x - 0.30, y - 0.04)), frame, 3.6)
