"""Simple pictures that our own code draws, so that no photo of anybody is needed; the same at each run."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from hashlib import sha256
from io import BytesIO
from math import cos, pi, sin
from types import MappingProxyType

from PIL import Image, ImageDraw

from cities.models import Project, ProjectPicture
from portal.site.demo_world.projects import ALTERNATIVE_TEXTS, DemoProject

WIDTH, HEIGHT = 960, 600
SCALE = 2  # drawn larger and made smaller, so that edges are smooth
SKIES = ("#cfe8f5", "#fbe3c4", "#dcecd2", "#e6dff2")
BRIGHT = ("#c0392b", "#2471a3", "#d68910", "#7d3c98")
GREEN, DARK, SUN, WOOD, PALE = "#58854f", "#2f3e46", "#f4b942", "#a9744f", "#fdf8ee"

Draw = Callable[[ImageDraw.ImageDraw], None]


def drawn_for(project: Project, idea: DemoProject, *, variant: int) -> ProjectPicture:
    """Not yet saved; `variant` chooses the colour of the sky."""
    content = _content(idea.drawing, SKIES[variant % len(SKIES)])
    return ProjectPicture(
        project=project,
        content=content,
        width=WIDTH,
        height=HEIGHT,
        digest=sha256(content).hexdigest(),
        alternative_text=ALTERNATIVE_TEXTS[idea.drawing],
    )


@cache
def _content(drawing: str, sky: str) -> bytes:
    """The scene as WebP."""
    image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), sky)
    SCENES[drawing](ImageDraw.Draw(image))
    encoded = BytesIO()
    image.resize((WIDTH, HEIGHT), Image.Resampling.BOX).save(encoded, "WEBP", quality=80)
    return encoded.getvalue()


def _houses(draw: ImageDraw.ImageDraw) -> None:
    _sun(draw)
    _disc(draw, 480, 1000, 620, GREEN)
    for number, colour in enumerate(BRIGHT[:3]):
        left, top = 180 + number * 210, 300 + number % 2 * 40
        _box(draw, (left, top, left + 160, 520), colour)
        _shape(draw, [(left - 20, top), (left + 80, top - 110), (left + 180, top)], DARK)
        _box(draw, (left + 60, 440, left + 105, 520), WOOD)
        for window in (left + 20, left + 105):
            _box(draw, (window, top + 35, window + 35, top + 75), PALE)


def _trees(draw: ImageDraw.ImageDraw) -> None:
    _sun(draw)
    _box(draw, (0, 470, WIDTH, HEIGHT), GREEN)
    for number in range(5):
        centre = 130 + number * 175
        _box(draw, (centre - 14, 330, centre + 14, 500), WOOD)
        _disc(draw, centre, 290 - number % 2 * 30, 78, "#3d6b3a" if number % 2 else "#6b9a4b")


def _wheels(draw: ImageDraw.ImageDraw) -> None:
    _box(draw, (0, 500, WIDTH, HEIGHT), "#8d99a6")
    for centre in (300, 690):
        _ring(draw, centre, 430, 105, DARK)
        _disc(draw, centre, 430, 16, DARK)
    for line in ([(300, 430), (430, 260), (560, 430), (690, 430)], [(300, 430), (560, 430)], [(430, 260), (400, 210)]):
        _line(draw, line, BRIGHT[0])
    _box(draw, (350, 195, 450, 215), DARK)
    _box(draw, (560, 250, 800, 380), WOOD)
    _line(draw, [(560, 300), (530, 190), (480, 180)], BRIGHT[0])


def _bulb(draw: ImageDraw.ImageDraw) -> None:
    for ray in range(12):
        angle = ray * pi / 6
        inner, outer = ((480 + radius * cos(angle), 260 + radius * sin(angle)) for radius in (190, 250))
        _line(draw, [inner, outer], SUN)
    _disc(draw, 480, 260, 150, SUN)
    _box(draw, (420, 370, 540, 450), SUN)
    for number in range(3):
        _box(draw, (425, 450 + number * 32, 535, 474 + number * 32), DARK)
    _line(draw, [(440, 300), (465, 240), (480, 300), (495, 240), (520, 300)], WOOD)


def _table(draw: ImageDraw.ImageDraw) -> None:
    for number, colour in enumerate(BRIGHT):
        angle = number * pi / 2 + pi / 4
        _disc(draw, 480 + 240 * cos(angle), 300 + 190 * sin(angle), 75, colour)
    _disc(draw, 480, 300, 180, WOOD)
    _disc(draw, 480, 300, 150, "#c99a72")
    for left in (400, 490):
        _box(draw, (left, 265, left + 70, 335), PALE)


def _sun(draw: ImageDraw.ImageDraw) -> None:
    _disc(draw, 820, 110, 60, SUN)


def _disc(draw: ImageDraw.ImageDraw, x: float, y: float, radius: float, colour: str) -> None:
    draw.ellipse(_scaled([(x - radius, y - radius), (x + radius, y + radius)]), fill=colour)


def _ring(draw: ImageDraw.ImageDraw, x: float, y: float, radius: float, colour: str) -> None:
    corners = _scaled([(x - radius, y - radius), (x + radius, y + radius)])
    draw.ellipse(corners, outline=colour, width=20 * SCALE)


def _box(draw: ImageDraw.ImageDraw, corners: tuple[float, float, float, float], colour: str) -> None:
    left, top, right, bottom = corners
    draw.rectangle(_scaled([(left, top), (right, bottom)]), fill=colour)


def _shape(draw: ImageDraw.ImageDraw, points: Sequence[tuple[float, float]], colour: str) -> None:
    draw.polygon(_scaled(points), fill=colour)


def _line(draw: ImageDraw.ImageDraw, points: Sequence[tuple[float, float]], colour: str) -> None:
    draw.line(_scaled(points), fill=colour, width=18 * SCALE, joint="curve")


def _scaled(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    return [(x * SCALE, y * SCALE) for x, y in points]


SCENES: Mapping[str, Draw] = MappingProxyType(
    {"houses": _houses, "trees": _trees, "wheels": _wheels, "bulb": _bulb, "table": _table}
)
