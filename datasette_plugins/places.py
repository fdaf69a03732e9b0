"""Where events were: a connection in, places and maps of them out."""

import sqlite3
from dataclasses import dataclass
from itertools import groupby

from talkdex.datasette_plugins.records import rows
from talkdex.datasette_plugins.world_map import SMALLEST_HEIGHT, Box, Place, WorldMap, world_map

# Pixels: the width of our pages at a desk, half of it, a column at the side; and all of a phone.
PAGE, HALF, SIDE, PHONE = 1100, 530, 272, 350

# A country that only some of a city's events state is left out of the filter, so that it finds them all.
PLACES = """
    SELECT
        city, max(country) AS country, latitude, longitude, count(*) AS events,
        CASE WHEN count(country) = count(*) THEN max(country) END AS all_in
    FROM events
    WHERE latitude IS NOT NULL AND longitude IS NOT NULL
    GROUP BY latitude, longitude, city
    ORDER BY events DESC, city
"""
WITHOUT_PLACE = "SELECT count(*) FROM events WHERE latitude IS NULL OR longitude IS NULL"


@dataclass(frozen=True)
class PlacesPage:
    """What the map page shows: the places in a box or in the whole world, on a map and by country."""

    map: WorldMap | None
    countries: list[tuple[str, list[Place]]]
    events: int
    box: Box | None
    without_place: int  # events that are on no map


def read_places(conn: sqlite3.Connection) -> list[Place]:
    """Every place of an event that has coordinates, most events first."""
    return [
        Place(
            city=row["city"],
            country=row["country"],
            latitude=row["latitude"],
            longitude=row["longitude"],
            events=row["events"],
            named={name: row[of] for name, of in (("city", "city"), ("country", "all_in")) if row[of]},
        )
        for row in rows(conn, PLACES)
    ]


def read_places_page(conn: sqlite3.Connection, box: Box | None) -> PlacesPage:
    places = [place for place in read_places(conn) if box is None or box.holds(place)]
    by_country = sorted(places, key=lambda place: (not place.country, place.country or "", place.city or ""))
    return PlacesPage(
        map=world_map(places, 2.5, PAGE, PHONE, SMALLEST_HEIGHT) if places else None,
        countries=[(country, list(group)) for country, group in groupby(by_country, lambda place: place.country or "")],
        events=sum(place.events for place in places),
        box=box,
        without_place=rows(conn, WITHOUT_PLACE)[0][0],
    )


def overview_map(conn: sqlite3.Connection) -> WorldMap | None:
    """All places on half a page; None where there are none."""
    places = read_places(conn)
    return world_map(places, 2, HALF, PHONE) if places else None


def map_of_one(latitude: float | None, longitude: float | None) -> WorldMap | None:
    """A small map with one dot; None where the coordinates are not known."""
    if latitude is None or longitude is None:
        return None
    return world_map([Place(None, None, latitude, longitude, 1, {})], 1.6, SIDE, PHONE)
