"""Text in, city, country and venue out."""

import pytest

from talkdex.ingest.events.places import (
    country_in,
    country_of,
    full_name,
    is_city,
    is_country,
    is_large_city,
    locate,
    place_in,
)
from talkdex.ingest.events.venues import venue_in


@pytest.mark.parametrize(
    ("text", "city", "country"),
    [
        ("It was held in Salt Lake City, with a view of the mountains", "Salt Lake City", "United States"),
        ("hosted in the city of canals: Ghent, Belgium. The hall", "Ghent", "Belgium"),
        ("a conference in Amelia Island, FL", "Amelia Island", "United States"),
        ("Location: Austin, TX", "Austin", "United States"),
        ("in beautiful Portland, Oregon, by the river", "Portland", "United States"),
        ("Portland, Maine", "Portland", "United States"),
        ("we gathered in Mechelen for a day", "Mechelen", "Belgium"),
        ("die Konferenz in München war", "München", "Germany"),
        ("on se retrouve à Bruxelles", "Bruxelles", "Belgium"),
        ("two days in Kyiv", "Kyiv", "Ukraine"),
        ("in Kiev", "Kiev", "Ukraine"),
        ("When we arrived in Malmö, it rained", "Malmö", "Sweden"),
        ("I flew to Vegas", "Las Vegas", "United States"),
        ("it is nice in Nice, France", "Nice", "France"),
        ("in St. Louis, MO", "St. Louis", "United States"),
        ("in [Leipzig](https://example.org), Germany", "Leipzig", "Germany"),
    ],
)
def test_a_city_and_its_country(text: str, city: str, country: str) -> None:
    place = place_in(text)
    assert place is not None
    assert (place.city, place.country) == (city, country)


@pytest.mark.parametrize(
    "text",
    [
        "Reading the docs is Nice",
        "a talk by Paris Miller on Java",
        "Phoenix and Aurora are databases",
        "how Split tests at Orange work",
        "She works for the York University Press",
        "the Sydney-based company",
        "Guys from Bristol",
        "nothing here",
        "",
    ],
)
def test_words_names_and_software_are_no_cities(text: str) -> None:
    assert place_in(text) is None


def test_a_large_city_in_a_title_needs_no_preposition() -> None:
    assert place_in("Quillworks Melbourne") is None
    place = place_in("Quillworks Melbourne", bare=True)
    assert place is not None and place.city == "Melbourne"


def test_paris_is_in_texas_when_the_text_says_so() -> None:
    place = place_in("in Paris, TX")
    assert place is not None and place.latitude is not None
    assert (place.country, round(place.latitude)) == ("United States", 34)


@pytest.mark.parametrize(
    ("city", "country"), [("Berlin", "Germany"), ("Köln", "Germany"), ("Cologne", "Germany"), ("Nowhere-on-Sea", None)]
)
def test_the_country_of_a_city(city: str, country: str | None) -> None:
    assert country_of(city) == country


def test_a_city_with_a_large_namesake_abroad_has_no_clear_country() -> None:
    assert country_of("Cambridge") is None


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("France. The convention center", "France"),
        ("Deutschland", "Germany"),
        ("UK", "United Kingdom"),
        ("Maryland.", "United States"),
        ("but", None),
    ],
)
def test_the_country_at_the_beginning(text: str, country: str | None) -> None:
    assert country_in(text) == country


def test_where_a_city_lies() -> None:
    place = locate("Dublin", "Ireland")
    assert place is not None and place.latitude is not None and place.longitude is not None
    assert (round(place.latitude, 1), round(place.longitude, 1)) == (53.3, -6.2)
    assert locate("Dublin", "Japan") is None


def test_kinds_of_names() -> None:
    assert is_city("Leuven") and not is_city("Leuvenia")
    assert is_large_city("Amsterdam") and not is_large_city("Reading")
    assert is_country("Ukraine") and not is_country("Kyiv")
    assert (full_name("SF"), full_name("Oslo")) == ("San Francisco", "Oslo")


@pytest.mark.parametrize(
    ("text", "venue"),
    [
        ("It was held at the Tidewater Convention Center", "Tidewater Convention Center"),
        ("This year's edition was hosted at Lantern Klub.", "Lantern Klub"),
        ("The convention center, Expo Porte du Lac, is huge", "Expo Porte du Lac"),
        ("Venue: Kulturhuset", "Kulturhuset"),
        ("The Harbour Grand venue is perfect", "Harbour Grand"),
        ("Die Konferenz fand im Leinen Kubus statt", "Leinen Kubus"),
        ("I was just in time at the Quillworks building", "Quillworks building"),
        ("Two days at the University of Lakeside", "University of Lakeside"),
        ("held in Berlin on May 3", None),
        ("It was held in March", None),
        ("hosted by Robin Vale", None),
        ("He met in the Green Room", None),
        ("We measured the center of gravity", None),
    ],
)
def test_a_venue(text: str, venue: str | None) -> None:
    assert venue_in(text) == venue
