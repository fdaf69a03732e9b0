"""A map without tiles: places in degrees in, a part of the world and the dots on it in percent of its size out.

The projection is equirectangular, true to scale in the middle of the map. Templates draw the dots over `land.svg`."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians, sqrt

NEAREST = 30  # pixels between dots; places nearer to each other share one
SMALLEST_HEIGHT = 7.0  # degrees: the outline of the land has no more detail
REGION = 16.0  # degrees: enough around a single place to see where it is
MARGIN = 1.35  # of the height and width that the places need
RADIUS, LARGEST_RADIUS = 6, 17  # pixels


@dataclass(frozen=True)
class Place:
    """A city, or a country where no more is known, in which events were. `named` are the filters of the list of events
    that show them."""

    city: str | None
    country: str | None
    latitude: float
    longitude: float
    events: int
    named: dict[str, str]


@dataclass(frozen=True)
class Box:
    """A part of the world, in degrees."""

    west: float
    south: float
    east: float
    north: float

    def __str__(self) -> str:
        return ",".join(f"{degrees:.4f}" for degrees in (self.west, self.south, self.east, self.north))

    @classmethod
    def read(cls, text: str | None) -> "Box | None":
        """The box that `str` writes; None for anything else."""
        try:
            west, south, east, north = map(float, (text or "").split(","))
        except ValueError:
            return None
        return cls(west, south, east, north) if -180 <= west <= east <= 180 and -90 <= south <= north <= 90 else None

    @property
    def width(self) -> float:
        return self.east - self.west

    @property
    def height(self) -> float:
        return self.north - self.south

    def holds(self, place: Place) -> bool:
        return self.west <= place.longitude <= self.east and self.south <= place.latitude <= self.north


# Without Antarctica: five by two.
WORLD = Box(-180, -62, 180, 82)


@dataclass(frozen=True)
class Dot:
    """One place or several that are too near each other. `x` and `y` are percent of the map, the radius is pixels."""

    x: float
    y: float
    radius: float
    events: int
    places: list[Place]

    @property
    def box(self) -> Box:
        """What holds all of its places, a little larger than they need."""
        return bounds(self.places, 0.001)


@dataclass(frozen=True)
class WorldMap:
    """`wide` and `narrow` are the dots for a map that many and that few pixels wide."""

    view: Box
    wide: list[Dot]
    narrow: list[Dot]


def world_map(places: Sequence[Place], ratio: float, wide: int, narrow: int, height: float = REGION) -> WorldMap:
    """A map `ratio` times as wide as high that shows all the places and at least `height` degrees from south to north.
    The places come with the most important first."""
    view = view_of(places, ratio, height)
    return WorldMap(view, dots(places, view, wide, wide / ratio), dots(places, view, narrow, narrow / ratio))


def view_of(places: Sequence[Place], ratio: float, height: float) -> Box:
    """The part of the world with the places in its middle; the whole world where that is hardly smaller."""
    box = bounds(places, 0)
    middle = (box.south + box.north) / 2
    narrowing = cos(radians(min(abs(middle), 75)))  # a degree of longitude, in degrees of latitude
    height = max(box.height * MARGIN, box.width * MARGIN * narrowing / ratio, height)
    width = height * ratio / narrowing
    if width > 0.75 * WORLD.width or height > WORLD.height:
        return WORLD
    west = min(max((box.west + box.east - width) / 2, -180), 180 - width)
    south = min(max(middle - height / 2, -90), 90 - height)
    return Box(west, south, west + width, south + height)


def dots(places: Sequence[Place], view: Box, width: float, height: float) -> list[Dot]:
    """The places on a map of that many pixels. Each joins the first dot nearer than `NEAREST`, or else has its own."""
    cells: dict[tuple[int, int], list[tuple[float, float, list[Place]]]] = {}
    groups = []
    for place in places:
        x = min(max((place.longitude - view.west) / view.width, 0.01), 0.99) * width
        y = min(max((view.north - place.latitude) / view.height, 0.02), 0.98) * height
        column, row = int(x // NEAREST), int(y // NEAREST)
        around = [(column + i, row + j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
        near = (dot for cell in around for dot in cells.get(cell, ()) if _distance(dot, x, y) < NEAREST)
        nearest = min(near, key=lambda dot: _distance(dot, x, y), default=None)
        if nearest:
            nearest[2].append(place)
        else:
            groups.append((x, y, [place]))
            cells.setdefault((column, row), []).append(groups[-1])
    return [_dot(100 * x / width, 100 * y / height, members) for x, y, members in groups]


def bounds(places: Sequence[Place], margin: float) -> Box:
    """The smallest box that holds the places, and `margin` degrees around it."""
    latitudes = [place.latitude for place in places]
    longitudes = [place.longitude for place in places]
    return Box(
        max(min(longitudes) - margin, -180),
        max(min(latitudes) - margin, -90),
        min(max(longitudes) + margin, 180),
        min(max(latitudes) + margin, 90),
    )


def _distance(dot: tuple[float, float, list[Place]], x: float, y: float) -> float:
    return sqrt((dot[0] - x) ** 2 + (dot[1] - y) ** 2)


def _dot(x: float, y: float, members: list[Place]) -> Dot:
    events = sum(place.events for place in members)
    return Dot(round(x, 2), round(y, 2), round(min(RADIUS + 2 * sqrt(events - 1), LARGEST_RADIUS), 1), events, members)
