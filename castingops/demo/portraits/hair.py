"""Hair that shows."""
from castingops.demo.portraits.canvas import Canvas, Color, Point, darker, lighter
from castingops.demo.portraits.face import Face


def draw_hair_behind(canvas: Canvas, face: Face) -> None:
    """A woman's hair behind head and shoulders."""
    if face.look.gender == "female":
        _MANES[face.look.hair_style](canvas, face)


def draw_hair(canvas: Canvas, face: Face) -> None:
    """The hair that frames the face."""
    if face.look.gender == "female":
        _fringe(canvas, face)
    else:
        _CROPS[face.look.hair_style](canvas, face)


def _sides(canvas: Canvas, face: Face, down: float, color: Color) -> None:
    for side in (-1, 1):
        canvas.shape(face.points((side * 0.80, -0.72), (side * 1.00, -0.66), (side * 1.045, -0.30),
                                 (side * 1.01, down), (side * 0.93, down + 0.02),
                                 (side * 0.91, -0.28)), color)


def _short(canvas: Canvas, face: Face) -> None:
    _sides(canvas, face, -0.02, face.look.hair)
    top = face.points((-1.02, -0.42), (-1.02, -0.82), (-0.62, -1.17), (0.0, -1.23), (0.62, -1.17), (1.02, -0.82),
                      (1.02, -0.42), (0.86, -0.60), (0.50, -0.74),
                      (0.0, -0.78), (-0.50, -0.74), (-0.86, -0.60))
    canvas.shape(top, face.look.hair)
    _sheen(canvas, face, top)


def _side(canvas: Canvas, face: Face) -> None:
    _sides(canvas, face, -0.04, face.look.hair)
    top = face.points((-1.03, -0.42), (-1.05, -0.86), (-0.66, -1.22), (0.05, -1.30), (0.70, -1.18), (1.04, -0.82),
                      (1.02, -0.40), (0.88, -0.62),
                      (0.30, -0.80), (-0.48, -0.66), (-0.70, -0.80), (-0.88, -0.60))
    canvas.shape(top, face.look.hair)
    canvas.stroke(face.points((-0.56, -0.72), (-0.62, -0.95), (-0.54, -1.16)), darker(face.look.hair, 0.35), 3)
    _sheen(canvas, face, top)


def _quiff(canvas: Canvas, face: Face) -> None:
    _sides(canvas, face, -0.10, lighter(face.look.hair, 0.08))
    top = face.points((-1.00, -0.50), (-1.02, -0.88), (-0.86, -1.26), (-0.30, -1.44), (0.40, -1.42), (0.86, -1.20),
                      (1.02, -0.84), (1.00, -0.48), (0.86, -0.68),
                      (0.40, -0.78), (-0.30, -0.82), (-0.86, -0.66))
    canvas.shape(top, face.look.hair)
    for start in (-0.5, -0.15, 0.2, 0.5):
        canvas.stroke(face.points((start - 0.1, -0.84), (start, -1.12), (start + 0.24, -1.32)),
                      lighter(face.look.hair, 0.14), 3)


def _buzz(canvas: Canvas, face: Face) -> None:
    cap = face.points((-0.99, -0.20), (-1.01, -0.70), (-0.60, -1.05), (0.0, -1.10), (0.60, -1.05), (1.01, -0.70),
                      (0.99, -0.20), (0.88, -0.52), (0.52, -0.74),
                      (0.0, -0.77), (-0.52, -0.74), (-0.88, -0.52))
    canvas.shape(cap, (*face.look.hair[:3], 225))


def _fade(canvas: Canvas, face: Face) -> None:
    for side in (-1, 1):
        canvas.shape(face.points((side * 0.82, -0.74), (side * 1.00, -0.66), (side * 1.02, -0.16),
                                 (side * 0.93, -0.12)), (*face.look.hair[:3], 130))
    top = face.points((-0.97, -0.62), (-0.90, -1.02), (-0.50, -1.22), (0.0, -1.27), (0.50, -1.22), (0.90, -1.02),
                      (0.97, -0.62), (0.60, -0.76), (0.0, -0.79),
                      (-0.60, -0.76))
    canvas.shape(top, face.look.hair)
    _sheen(canvas, face, top)


def _curls(canvas: Canvas, face: Face, spots: list[Point], size: float) -> None:
    for x, y in spots:
        canvas.oval(face.at(x, y), size * face.w, size * face.w, face.look.hair)
    for x, y in spots:
        canvas.ring(face.at(x, y), size * face.w * 0.62, size * face.w * 0.62, lighter(face.look.hair, 0.13), 2.4)


def _curly(canvas: Canvas, face: Face) -> None:
    _sides(canvas, face, -0.10, face.look.hair)
    canvas.shape(face.points((-1.0, -0.50), (-0.95, -0.95), (-0.4, -1.24), (0.4, -1.24), (0.95, -0.95), (1.0, -0.50),
                             (0.5, -0.80), (-0.5, -0.80)), face.look.hair)
    _curls(canvas, face, [(-0.92, -0.66), (-0.86, -0.92), (-0.62, -1.12), (-0.30, -1.22), (0.04, -1.26),
                          (0.38, -1.21), (0.68, -1.09), (0.88, -0.90),
                          (0.93, -0.64), (-0.62, -0.82), (-0.30, -0.92), (0.04, -0.94), (0.36, -0.91),
                          (0.66, -0.80)], 0.19)


def _waves(canvas: Canvas, face: Face) -> None:
    _sides(canvas, face, 0.08, face.look.hair)
    top = face.points((-1.06, -0.30), (-1.12, -0.84), (-0.70, -1.28), (0.0, -1.36), (0.70, -1.28), (1.12, -0.84),
                      (1.06, -0.30), (0.90, -0.52), (0.66, -0.84),
                      (0.20, -0.70), (-0.10, -0.86), (-0.60, -0.62), (-0.90, -0.46))
    canvas.shape(top, face.look.hair)
    for shift in (-0.5, -0.1, 0.3):
        canvas.stroke(face.points((shift, -0.84), (shift - 0.12, -1.02), (shift + 0.06, -1.22)),
                      lighter(face.look.hair, 0.13), 3)


def _scalp(canvas: Canvas, face: Face) -> None:
    canvas.shape(face.points((-0.94, -0.40), (-0.93, -0.74), (-0.56, -1.08), (0.0, -1.13), (0.56, -1.08),
                             (0.93, -0.74), (0.94, -0.40), (0.5, -0.6), (-0.5, -0.6)),
                 face.look.skin)


def _bald(canvas: Canvas, face: Face) -> None:
    _scalp(canvas, face)
    canvas.oval(face.at(-0.30, -0.80), 0.30 * face.w, 0.08 * face.h, (255, 255, 255, 46))


def _receding(canvas: Canvas, face: Face) -> None:
    _scalp(canvas, face)
    _sides(canvas, face, -0.02, face.look.hair)
    canvas.shape(face.points((-1.02, -0.46), (-1.02, -0.82), (-0.62, -1.13), (0.0, -1.17), (0.62, -1.13),
                             (1.02, -0.82), (1.02, -0.46), (0.84, -0.74),
                             (0.46, -0.96), (0.12, -0.88), (-0.12, -0.88), (-0.46, -0.96), (-0.84, -0.74)),
                 face.look.hair)


def _sheen(canvas: Canvas, face: Face, shape: list[Point]) -> None:
    with canvas.inside(shape) as hair:
        hair.stroke(face.points((-0.66, -0.96), (-0.30, -1.10), (0.16, -1.12)), (*lighter(face.look.hair, 0.45), 60),
                    12)


_CROPS = {"short": _short, "side": _side, "buzz": _buzz, "curly": _curly, "quiff": _quiff, "fade": _fade,
          "waves": _waves, "bald": _bald,
          "receding": _receding}


def _long(canvas: Canvas, face: Face) -> None:
    canvas.shape(face.symmetric((0, -1.24), (0.64, -1.16), (1.10, -0.76), (1.20, 0.0), (1.16, 0.80), (1.22, 1.60),
                                (0.90, 2.05), (0.0, 1.9)),
                 darker(face.look.hair, 0.12))


def _wavy(canvas: Canvas, face: Face) -> None:
    canvas.shape(face.symmetric((0, -1.26), (0.68, -1.18), (1.14, -0.76), (1.22, -0.2), (1.34, 0.30), (1.22, 0.70),
                                (1.40, 1.16), (1.24, 1.60), (0.90, 1.84),
                                (0.0, 1.7)), darker(face.look.hair, 0.12))


def _bob(canvas: Canvas, face: Face) -> None:
    canvas.shape(face.symmetric((0, -1.24), (0.66, -1.17), (1.13, -0.74), (1.25, 0.0), (1.27, 0.62), (1.06, 0.90),
                                (0.5, 0.86), (0, 0.8)),
                 darker(face.look.hair, 0.12))


def _bun(canvas: Canvas, face: Face) -> None:
    canvas.oval(face.at(0.10, -1.36), 0.40 * face.w, 0.36 * face.w, face.look.hair)
    canvas.stroke(face.points((-0.18, -1.34), (0.10, -1.52), (0.36, -1.36)), lighter(face.look.hair, 0.14), 3)
    canvas.shape(face.symmetric((0, -1.22), (0.62, -1.14), (1.04, -0.74), (1.06, -0.10), (0.9, 0.3), (0, 0.3)),
                 face.look.hair)


def _tail(canvas: Canvas, face: Face) -> None:
    canvas.shape(face.points((0.6, -1.1), (1.3, -0.9), (1.62, -0.1), (1.46, 0.9), (1.30, 1.5), (1.16, 0.9),
                             (1.16, 0.0), (0.8, -0.6)), darker(face.look.hair, 0.10))
    canvas.shape(face.symmetric((0, -1.22), (0.62, -1.14), (1.04, -0.74), (1.06, -0.10), (0.9, 0.3), (0, 0.3)),
                 face.look.hair)


def _coils(canvas: Canvas, face: Face) -> None:
    spots = [(side * x, y) for side in (-1, 1) for x, y in ((0.30, -1.24), (0.66, -1.10), (0.96, -0.82),
                                                            (1.14, -0.46), (1.22, -0.06), (1.24, 0.34), (1.20, 0.72),
                                                            (1.04, 1.02))]
    canvas.shape(face.symmetric((0, -1.3), (0.8, -1.1), (1.2, -0.4), (1.24, 0.5), (1.0, 1.0), (0, 0.9)),
                 face.look.hair)
    _curls(canvas, face, spots, 0.26)


_MANES = {"long": _long, "wavy": _wavy, "bob": _bob, "bun": _bun, "curly": _coils, "tail": _tail}


def _fringe(canvas: Canvas, face: Face) -> None:
    """Hair over the forehead, parted; swept back for a bun or a tail."""
    hair = face.look.hair
    if face.look.hair_style in ("bun", "tail"):
        canvas.shape(face.points((-1.02, -0.20), (-1.04, -0.74), (-0.62, -1.17), (0.0, -1.24), (0.62, -1.17),
                                 (1.04, -0.74), (1.02, -0.20), (0.86, -0.56),
                                 (0.45, -0.80), (0.0, -0.86), (-0.45, -0.80), (-0.86, -0.56)), hair)
    elif face.look.hair_style == "curly":
        _curls(canvas, face, [(-0.86, -0.62), (-0.64, -0.86), (-0.34, -1.00), (0.0, -1.05), (0.34, -1.00),
                              (0.64, -0.86), (0.86, -0.62), (-0.98, -0.32),
                              (0.98, -0.32)], 0.23)
        return
    else:
        down = 0.72 if face.look.hair_style == "bob" else 1.10
        for side in (-1, 1):
            canvas.shape(face.points((side * -0.16, -1.22), (side * 0.56, -1.19), (side * 1.08, -0.76),
                                     (side * 1.18, 0.0), (side * 1.15, down),
                                     (side * 0.98, down + 0.1), (side * 0.97, 0.20), (side * 0.86, -0.30),
                                     (side * 0.50, -0.70), (side * -0.10, -0.98)), hair)
    canvas.stroke(face.points((-0.80, -0.72), (-0.50, -1.00), (-0.10, -1.13)), (*lighter(hair, 0.45), 55), 10)
    canvas.stroke(face.points((0.30, -1.10), (0.70, -0.90), (0.96, -0.50)), (*lighter(hair, 0.3), 60), 4)
