"""Shoulders and clothes."""
from castingops.demo.portraits.canvas import Canvas, Color, Point, darker, lighter, mirrored
from castingops.demo.portraits.face import CENTER, Face

_AXIS = CENTER[0]
_WHITE: Color = (246, 245, 241)
_BLACK: Color = (32, 31, 35)


def draw_body(canvas: Canvas, face: Face) -> None:
    """Neck, shoulders and what is worn on them."""
    _neck(canvas, face)
    dress, _, extra = face.look.dress.partition(" ")
    color = {"thobe": _WHITE, "abaya": _BLACK}.get(dress, face.look.cloth)
    with canvas.inside(_torso(face)) as cloth:
        cloth.shape([(0, 400), (600, 400), (600, 760), (0, 760)], color, sharp=True)
        _folds(cloth, color)
        _CUTS[dress](cloth, face, color)
        if extra == "bisht":
            _bisht(cloth)
        elif extra == "trim":
            _trim(cloth, face)


def _torso(face: Face) -> list[Point]:
    male = face.look.gender == "male"
    wide, slope = (232, 0) if male else (196, 12)
    return mirrored([(_AXIS, 516), (_AXIS + 50, 512), (_AXIS + 84, 532), (_AXIS + wide * 0.72, 566 + slope),
                     (_AXIS + wide * 0.96, 622 + slope),
                     (_AXIS + wide * 1.10, 700), (_AXIS + wide * 1.14, 780), (_AXIS, 790)], _AXIS)


def _neck(canvas: Canvas, face: Face) -> None:
    half = 50 if face.look.gender == "male" else 40
    column = mirrored([(_AXIS + half, 410), (_AXIS + half, 470), (_AXIS + half + 12, 520), (_AXIS + half + 30, 560),
                       (_AXIS, 600)], _AXIS)
    canvas.shape(column, face.look.skin)
    with canvas.inside(column) as neck:
        neck.oval((_AXIS + 6, 440), half + 14, 52, face.shade)


def _folds(cloth: Canvas, color: Color) -> None:
    shade = (*darker(color, 0.22), 90)
    cloth.shape([(430, 560), (560, 640), (600, 780), (470, 780), (452, 660)], shade)
    cloth.stroke([(188, 640), (196, 700), (190, 760)], shade, 4)
    cloth.stroke([(412, 640), (404, 700), (410, 760)], shade, 4)


def _thobe(cloth: Canvas, face: Face, color: Color) -> None:
    shade = darker(color, 0.16)
    cloth.stroke([(_AXIS, 560), (_AXIS, 770)], shade, 2.6)
    cloth.stroke([(_AXIS + 15, 566), (_AXIS + 15, 770)], (*shade, 120), 2)
    for y in (596, 640, 684, 728):
        cloth.oval((_AXIS + 7, y), 3.4, 3.4, darker(color, 0.34))
    _band_collar(cloth, color)


def _band_collar(cloth: Canvas, color: Color) -> None:
    band = mirrored([(_AXIS, 548), (_AXIS + 40, 536), (_AXIS + 58, 508), (_AXIS + 70, 520), (_AXIS + 56, 556),
                     (_AXIS, 578)], _AXIS)
    cloth.shape(band, lighter(color, 0.3))
    cloth.stroke([(_AXIS - 66, 528), (_AXIS - 48, 560), (_AXIS, 579), (_AXIS + 48, 560), (_AXIS + 66, 528)],
                 darker(color, 0.2), 2.4)


def _abaya(cloth: Canvas, face: Face, color: Color) -> None:
    soft = lighter(color, 0.13)
    cloth.stroke([(_AXIS - 4, 600), (_AXIS + 4, 680), (_AXIS, 770)], soft, 3)
    cloth.shape([(_AXIS - 40, 520), (_AXIS, 590), (_AXIS + 40, 520), (_AXIS + 58, 524), (_AXIS + 4, 622),
                 (_AXIS - 58, 524)], soft, sharp=True)
    for side in (-1, 1):
        cloth.stroke([(_AXIS + side * 120, 600), (_AXIS + side * 106, 690), (_AXIS + side * 114, 770)], (*soft, 150),
                     5)


def _trim(cloth: Canvas, face: Face) -> None:
    gold: Color = (196, 164, 104)
    for shift in (-5, 5):
        cloth.stroke([(_AXIS + shift - 2, 612), (_AXIS + shift, 770)], gold, 2.6)
    for y in range(626, 770, 18):
        cloth.oval((_AXIS, y), 2.4, 2.4, gold)


def _bisht(cloth: Canvas) -> None:
    cloak: Color = (52, 40, 34)
    gold: Color = (205, 168, 92)
    for side in (-1, 1):
        edge = [(_AXIS + side * 74, 520), (_AXIS + side * 66, 620), (_AXIS + side * 78, 780)]
        cloth.shape([*edge, (_AXIS + side * 320, 780), (_AXIS + side * 320, 560), (_AXIS + side * 150, 540)], cloak)
        cloth.stroke(edge, gold, 12)
        cloth.stroke(edge, darker(gold, 0.25), 2.4)


def _shirt(cloth: Canvas, face: Face, color: Color) -> None:
    shade = darker(color, 0.24)
    cloth.shape([(_AXIS - 34, 515), (_AXIS, 604), (_AXIS + 34, 515)], face.look.skin, sharp=True)
    cloth.stroke([(_AXIS, 600), (_AXIS, 770)], shade, 2.6)
    for y in (630, 676, 722):
        cloth.oval((_AXIS + 8, y), 3.6, 3.6, lighter(color, 0.5))
    for side in (-1, 1):
        cloth.shape([(_AXIS + side * 40, 506), (_AXIS + side * 74, 520), (_AXIS + side * 62, 602),
                     (_AXIS + side * 4, 602)],
                    lighter(color, 0.14), sharp=True)
        cloth.stroke([(_AXIS + side * 74, 524), (_AXIS + side * 62, 602), (_AXIS + side * 4, 602)], shade, 2.2,
                     sharp=True)


def _tee(cloth: Canvas, face: Face, color: Color) -> None:
    cloth.oval((_AXIS, 518), 72, 56, darker(color, 0.2))
    cloth.oval((_AXIS, 514), 64, 50, face.look.skin)
    cloth.oval((_AXIS + 4, 500), 60, 34, (*face.shade, 120))


def _blazer(cloth: Canvas, face: Face, color: Color) -> None:
    inner = _WHITE if sum(color[:3]) < 500 else (70, 72, 80)
    cloth.shape([(_AXIS - 70, 505), (_AXIS, 770), (_AXIS + 70, 505)], inner, sharp=True)
    if face.look.gender == "male" and face.look.head == "hair":
        cloth.shape([(_AXIS - 30, 512), (_AXIS, 600), (_AXIS + 30, 512)], face.look.skin, sharp=True)
        for side in (-1, 1):
            cloth.shape([(_AXIS + side * 36, 505), (_AXIS + side * 66, 515), (_AXIS + side * 54, 590),
                         (_AXIS + side * 4, 598)],
                        darker(inner, 0.05), sharp=True)
    else:
        cloth.oval((_AXIS, 514), 52, 52, face.look.skin)
    for side in (-1, 1):
        lapel = [(_AXIS + side * 62, 508), (_AXIS + side * 104, 536), (_AXIS + side * 116, 628),
                 (_AXIS + side * 88, 640), (_AXIS + side * 4, 770)]
        cloth.shape(lapel, lighter(color, 0.10), sharp=True)
        cloth.stroke(lapel[1:], darker(color, 0.3), 2.2, sharp=True)


def _hoodie(cloth: Canvas, face: Face, color: Color) -> None:
    cloth.oval((_AXIS, 522), 98, 66, darker(color, 0.16))
    cloth.oval((_AXIS, 512), 66, 50, darker(color, 0.42))
    cloth.oval((_AXIS, 500), 54, 46, face.look.skin)
    for side in (-1, 1):
        cloth.stroke([(_AXIS + side * 40, 578), (_AXIS + side * 34, 630), (_AXIS + side * 38, 668)],
                     lighter(color, 0.6), 4)


def _roll(cloth: Canvas, face: Face, color: Color) -> None:
    half = 58 if face.look.gender == "male" else 48
    cloth.shape(mirrored([(_AXIS, 500), (_AXIS + half, 496), (_AXIS + half + 8, 548), (_AXIS + half + 20, 572),
                          (_AXIS, 588)], _AXIS), lighter(color, 0.08))
    cloth.stroke([(_AXIS - half - 14, 566), (_AXIS, 584), (_AXIS + half + 14, 566)], darker(color, 0.22), 2.6)


def _blouse(cloth: Canvas, face: Face, color: Color) -> None:
    cloth.shape([(_AXIS - 52, 508), (_AXIS, 606), (_AXIS + 52, 508)], face.look.skin, sharp=True)
    for side in (-1, 1):
        cloth.shape([(_AXIS + side * 50, 504), (_AXIS + side * 70, 516), (_AXIS + side * 6, 630), (_AXIS, 606)],
                    lighter(color, 0.16), sharp=True)
    cloth.stroke([(_AXIS, 626), (_AXIS, 770)], darker(color, 0.2), 2.4)


_CUTS = {"thobe": _thobe, "abaya": _abaya, "shirt": _shirt, "tee": _tee, "blazer": _blazer, "hoodie": _hoodie,
         "roll": _roll,
         "blouse": _blouse}
