"""A pen for flat drawing: smooth shapes on a picture drawn large and made small, which smooths every edge."""
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 480, 600  # the frame, out of a sheet of 600 by 750 on which everything is placed
_CORNER = (60.0, 86.0)
SCALE = 2.0  # pixels to a unit while drawing
_SMALLER = 2  # and the picture is kept at half of that

Point = tuple[float, float]
Color = tuple[int, int, int] | tuple[int, int, int, int]
_STEPS = 9  # points on each piece of a smooth curve
_WEIGHTS = [(t * (t * (2 - t) - 1) / 2, (t * t * (3 * t - 5) + 2) / 2, t * (t * (4 - 3 * t) + 1) / 2,
             t * t * (t - 1) / 2) for t in (step / _STEPS for step in range(_STEPS))]
"""How much each of four neighbours counts at each of these points."""


def smooth(points: Sequence[Point], *, closed: bool = True) -> list[Point]:
    """A Catmull-Rom curve through `points`, as a polygon or, when open, as a line."""
    count = len(points)
    pieces = range(count if closed else count - 1)
    curve: list[Point] = []
    for at in pieces:
        if closed:
            a, b, c, d = (points[(at + shift) % count] for shift in (-1, 0, 1, 2))
        else:
            a, b, c, d = (points[min(max(at + shift, 0), count - 1)] for shift in (-1, 0, 1, 2))
        curve += [(wa * a[0] + wb * b[0] + wc * c[0] + wd * d[0], wa * a[1] + wb * b[1] + wc * c[1] + wd * d[1])
                  for wa, wb, wc, wd in _WEIGHTS]
    return curve if closed else [*curve, points[-1]]


def _ribbon(line: Sequence[Point], half: float) -> list[Point]:
    """The outline of a line drawn with a round pen: along one side, round the end, back, round the start."""
    turns = [math.atan2(b[1] - a[1], b[0] - a[0]) for a, b in pairwise(line) if a != b]
    turns = [turns[0], *(_middle(a, b) for a, b in pairwise(turns)), turns[-1]]
    there = [_beside(point, turn + math.pi / 2, half) for point, turn in zip(line, turns, strict=False)]
    back = [_beside(point, turn - math.pi / 2, half) for point, turn in zip(line, turns, strict=False)]
    end = [_beside(line[-1], turns[-1] + math.pi * (0.5 - step / 6), half) for step in range(1, 6)]
    start = [_beside(line[0], turns[0] - math.pi * (0.5 + step / 6), half) for step in range(1, 6)]
    return [*there, *end, *reversed(back), *start]


def _middle(a: float, b: float) -> float:
    return math.atan2(math.sin(a) + math.sin(b), math.cos(a) + math.cos(b))


def _beside(point: Point, turn: float, away: float) -> Point:
    return (point[0] + math.cos(turn) * away, point[1] + math.sin(turn) * away)


def mirrored(points: Sequence[Point], axis: float) -> list[Point]:
    """`points` and, going back, their mirror images at x = `axis`: the outline of something symmetric."""
    return [*points, *((2 * axis - x, y) for x, y in reversed(points) if x != axis)]


class Canvas:
    """A picture to draw on, in units of the finished picture. A fill with alpha lets what is below shine through."""

    def __init__(self, image: Image.Image, origin: Point = (0, 0)) -> None:
        self.image = image
        self.origin = origin
        self._draw = ImageDraw.Draw(image, "RGBA")

    def shape(self, points: Sequence[Point], fill: Color, *, sharp: bool = False) -> None:
        """A closed shape through `points`, smooth unless `sharp`."""
        self._draw.polygon(self._pixels(points if sharp else smooth(points)), fill=fill)

    def stroke(self, points: Sequence[Point], fill: Color, width: float, *, sharp: bool = False) -> None:
        """A line of `width` through `points` with round ends. One shape, so that a transparent one is even."""
        line = self._pixels(points if sharp else smooth(points, closed=False))
        self._draw.polygon(_ribbon(line, width * SCALE / 2), fill=fill)

    def oval(self, center: Point, rx: float, ry: float, fill: Color) -> None:
        """A filled ellipse."""
        (x, y), = self._pixels([center])
        self._draw.ellipse((x - rx * SCALE, y - ry * SCALE, x + rx * SCALE, y + ry * SCALE), fill=fill)

    def ring(self, center: Point, rx: float, ry: float, fill: Color, width: float) -> None:
        """The outline of an ellipse."""
        (x, y), = self._pixels([center])
        box = (x - rx * SCALE, y - ry * SCALE, x + rx * SCALE, y + ry * SCALE)
        self._draw.ellipse(box, outline=fill, width=max(1, round(width * SCALE)))

    @contextmanager
    def inside(self, points: Sequence[Point], *, sharp: bool = False) -> Iterator["Canvas"]:
        """Draw on what this yields, and only what falls inside the shape through `points` is kept."""
        pixels = self._pixels(points if sharp else smooth(points))
        left, top = (int(min(pixel[axis] for pixel in pixels)) for axis in (0, 1))
        right, bottom = (int(max(pixel[axis] for pixel in pixels)) + 1 for axis in (0, 1))
        layer = self.image.crop((left, top, right, bottom))
        mask = Image.new("L", layer.size)
        ImageDraw.Draw(mask).polygon([(x - left, y - top) for x, y in pixels], fill=255)
        yield Canvas(layer, (self.origin[0] + left / SCALE, self.origin[1] + top / SCALE))
        self.image.paste(layer, (left, top), mask)

    def weave(self, tile: Image.Image, points: Sequence[Point]) -> None:
        """Fill the smooth shape through `points` with `tile`, repeated."""
        with self.inside(points) as cloth:
            for x in range(0, cloth.image.width, tile.width):
                for y in range(0, cloth.image.height, tile.height):
                    cloth.image.paste(tile, (x, y))

    def _pixels(self, points: Sequence[Point]) -> list[Point]:
        left, top = self.origin
        return [((x - left) * SCALE, (y - top) * SCALE) for x, y in points]


def backdrop(top: Color, bottom: Color) -> Canvas:
    """A canvas with a soft vertical gradient."""
    strip = Image.new("RGB", (1, 2))
    strip.putdata([top[:3], bottom[:3]])
    size = (round(WIDTH * SCALE), round(HEIGHT * SCALE))
    column = strip.resize((1, size[1]), Image.Resampling.BICUBIC)
    return Canvas(column.resize(size, Image.Resampling.NEAREST), _CORNER)


def finished(canvas: Canvas) -> Image.Image:
    """The picture at its kept size."""
    return canvas.image.reduce(_SMALLER)


def mix(color: Color, other: Color, share: float) -> tuple[int, int, int]:
    """`color` with a `share` (0–1) of `other`."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(color[:3], other[:3], strict=True))
    return red, green, blue


def darker(color: Color, share: float) -> tuple[int, int, int]:
    """`color` moved towards a warm black by `share` (0–1)."""
    return mix(color, (30, 16, 18), share)


def lighter(color: Color, share: float) -> tuple[int, int, int]:
    """`color` moved towards white by `share` (0–1)."""
    return mix(color, (255, 255, 255), share)
