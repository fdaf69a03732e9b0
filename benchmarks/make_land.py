"""Makes `datasette_plugins/static/land.svg`, the land behind the dots of the maps, from the countries of Natural Earth
at 1:110m (public domain) as the npm package world-atlas 2.0.2 (ISC) has them:

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python benchmarks/make_land.py package/countries-110m.json

A unit is a tenth of a degree, with north at the top and -180, 90 at -1800, -900."""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

LAND = Path(__file__).parents[1] / "datasette_plugins" / "static" / "land.svg"
SVG = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="-1800 -900 3600 1800" preserveAspectRatio="none">
<!-- Natural Earth 1:110m (public domain), from world-atlas 2.0.2 (ISC licence), made by benchmarks/make_land.py -->
<path fill="#808684" fill-rule="evenodd" d="{land}"/>
<path fill="none" stroke="#fff" stroke-width="0.8" d="{borders}"/>
</svg>
"""
ANTARCTICA = -60  # what lies south of it is on no map

Point = tuple[float, float]  # longitude, latitude


def main() -> None:
    topology = json.loads(Path(sys.argv[1]).read_text())
    arcs = [list(_degrees(arc, topology["transform"])) for arc in topology["arcs"]]
    rings = [_unbroken(_joined(ring, arcs)) for ring in _rings(topology["objects"]["land"])]
    rings = [ring for ring in rings if max(latitude for _, latitude in ring) > ANTARCTICA]
    rings += [_other_side(ring) for ring in rings if max(longitude for longitude, _ in ring) > 180]
    countries = topology["objects"]["countries"]["geometries"]
    sides = Counter(max(arc, ~arc) for country in countries for ring in _rings(country) for arc in ring)
    borders = [arcs[arc] for arc, count in sides.items() if count == 2]
    land = "".join(_path(ring) + "z" for ring in rings)
    LAND.write_text(SVG.format(land=land, borders="".join(map(_path, borders))))


def _degrees(arc: list[list[int]], transform: dict[str, list[float]]) -> Iterator[Point]:
    """TopoJSON has the differences between points, in units of a grid."""
    (across, up), (west, south) = transform["scale"], transform["translate"]
    for x, y in accumulate(arc, lambda point, step: [point[0] + step[0], point[1] + step[1]]):
        yield x * across + west, y * up + south


def _rings(geometry: dict[str, Any]) -> Iterator[list[int]]:
    """The outlines of a TopoJSON geometry, as lists of arcs; `~arc` is an arc from its end to its beginning."""
    for part in geometry.get("geometries", [geometry]):
        polygons = {"Polygon": [part.get("arcs")], "MultiPolygon": part.get("arcs")}[part["type"]]
        for polygon in polygons:
            yield from polygon


def _joined(ring: list[int], arcs: list[list[Point]]) -> list[Point]:
    """One arc ends where the next begins."""
    pieces = [arcs[arc] if arc >= 0 else arcs[~arc][::-1] for arc in ring]
    return [point for piece in pieces for point in piece[:-1]]


def _unbroken(ring: list[Point]) -> list[Point]:
    """The ring without jumps from 180° to -180°: Siberia goes on to 190°."""
    shift, points = 0, [ring[0]]
    for (before, _), (longitude, latitude) in pairwise(ring):
        shift += 360 * (longitude - before < -180) - 360 * (longitude - before > 180)
        points.append((longitude + shift, latitude))
    return points


def _other_side(ring: list[Point]) -> list[Point]:
    """What lies beyond 180°, at the other end of the map. All the rest becomes one line outside of it."""
    shifted = [(max(longitude - 360, -185.0), latitude) for longitude, latitude in ring]
    outside = [longitude == -185 for longitude, _ in shifted]
    return [
        point for i, point in enumerate(shifted) if not (outside[i] and outside[i - 1] and outside[i + 1 - len(ring)])
    ]


def _path(points: Iterable[Point]) -> str:
    """`M-1800,650l23,-4…`: steps are shorter than places."""
    path, before = "", (0, 0)
    for longitude, latitude in points:
        point = round(longitude * 10), round(-latitude * 10)
        step = point[0] - before[0], point[1] - before[1]
        if step != (0, 0):
            x, y = step
            path += f"l{x}{y}" if path and y < 0 else f"l{x},{y}" if path else f"M{x},{y}"
            before = point
    return path


if __name__ == "__main__":
    main()
