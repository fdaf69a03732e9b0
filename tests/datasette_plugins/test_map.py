"""Events on a map: places in degrees in, dots in percent of a map out, and the page that shows them."""

import re

import httpx
import pytest
from page_text import links, text

from talkdex.datasette_plugins.world_map import WORLD, Box, Place, dots, view_of, world_map

LISBON = Place("Lisbon", "Portugal", 38.72, -9.14, 2, {"city": "Lisbon", "country": "Portugal"})
PORTO = Place("Porto", "Portugal", 41.15, -8.61, 1, {"city": "Porto", "country": "Portugal"})
VIENNA = Place("Vienna", "Austria", 48.21, 16.37, 1, {"city": "Vienna", "country": "Austria"})
AUSTIN = Place("Austin", "United States", 30.27, -97.74, 1, {"city": "Austin", "country": "United States"})
AUCKLAND = Place("Auckland", "New Zealand", -36.85, 174.76, 1, {"city": "Auckland", "country": "New Zealand"})
REYKJAVIK = Place("Reykjavik", "Iceland", 64.15, -21.94, 1, {"city": "Reykjavik", "country": "Iceland"})


def test_places_far_apart_are_shown_on_the_whole_world() -> None:
    assert view_of([AUSTIN, LISBON, AUCKLAND], 2, 10) == WORLD


@pytest.mark.parametrize("places", [[LISBON], [LISBON, VIENNA], [AUCKLAND], [REYKJAVIK, PORTO]])
def test_a_view_holds_its_places_and_stays_on_the_globe(places: list[Place]) -> None:
    view = view_of(places, 2, 10)
    assert all(view.holds(place) for place in places)
    assert -180 <= view.west < view.east <= 180 and -90 <= view.south < view.north <= 90
    assert view != WORLD


def test_a_view_is_true_to_scale_in_its_middle() -> None:
    """In the north a degree of longitude is a shorter way than a degree of latitude."""
    on_the_equator = view_of([Place("Quito", "Ecuador", 0, -78.5, 1, {})], 2, 10)
    in_the_north = view_of([Place("Oslo", "Norway", 60, 10.7, 1, {})], 2, 10)
    assert on_the_equator.width == pytest.approx(20)
    assert in_the_north.width == pytest.approx(40)


def test_places_too_near_each_other_share_a_dot() -> None:
    europe = view_of([LISBON, PORTO, VIENNA], 2, 10)
    apart = dots([LISBON, PORTO, VIENNA], europe, 1000, 500)
    together = dots([LISBON, PORTO, VIENNA], europe, 300, 150)
    assert [dot.places for dot in apart] == [[LISBON], [PORTO], [VIENNA]]
    assert [(dot.places, dot.events) for dot in together] == [([LISBON, PORTO], 3), ([VIENNA], 1)]
    assert all(0 < dot.x < 100 and 0 < dot.y < 100 for dot in apart)
    assert apart[0].x < apart[2].x and apart[0].y > apart[2].y  # Lisbon is west and south of Vienna


def test_a_dot_of_several_places_leads_to_a_map_that_parts_them() -> None:
    [dot] = dots([LISBON, PORTO], WORLD, 300, 150)
    nearer = Box.read(str(dot.box))
    assert nearer and nearer.holds(LISBON) and nearer.holds(PORTO) and not nearer.holds(VIENNA)
    assert len(world_map(dot.places, 2, 530, 350).wide) == 2


@pytest.mark.parametrize(
    "text", ["", "1,2,3", "a,b,c,d", "nan,nan,nan,nan", "10,0,-10,5", "0,0,400,5", "0,-99,1,1", None]
)
def test_what_is_no_box_is_none(text: str | None) -> None:
    assert Box.read(text) is None


def test_map_page(site: httpx.Client) -> None:
    page = site.get("/map")
    assert "3 events in 2 places" in text(page)
    assert "Austria Vienna 1 Portugal Lisbon 2" in text(page)
    assert links(page)["/events?city=Lisbon&country=Portugal"].endswith("Lisbon")
    assert re.search(r'aria-label="Lisbon, Portugal: 2 events"><title>', page.text)
    assert re.search(r'<image href="/-/talkdex/land\.svg\?[0-9a-f]+"', page.text)


def test_a_part_of_the_map(site: httpx.Client) -> None:
    page = site.get("/map?box=-10,38,-9,39")
    assert "2 events in 1 place, a part of the whole map" in text(page)
    assert "Vienna" not in text(page)
    assert "The notes name no place of an event here" in text(site.get("/map?box=100,0,110,10"))
    assert "3 events in 2 places" in text(site.get("/map?box=everywhere"))


def test_the_land_is_an_image_of_our_own(site: httpx.Client) -> None:
    [address] = re.findall(r'<image href="([^"]+)"', site.get("/map").text)
    land = site.get(address)
    assert land.headers["content-type"].startswith("image/svg+xml")
    assert "Natural Earth" in land.text and "<script" not in land.text and "href" not in land.text


def test_first_page_and_events_have_maps_of_their_own(site: httpx.Client) -> None:
    assert 'aria-label="Map of events"' in site.get("/").text
    event = site.get("/events/streamhaus-2024")
    assert 'aria-label="Map of where Lisbon, Portugal is"' in event.text
    assert links(event)["/events?city=Lisbon&country=Portugal"] == "Events in Lisbon"
    assert 'aria-label="Map of where Lisbon, Portugal is"' in site.get("/venues/cais-hall-lisbon").text
