"""A piece of text in, the place that it names out: city and country with coordinates. Offline, from GeoNames.

Names of cities are also names of people, software and plain words: how much must stand around a name before it counts
as a city depends on the name. `data/place_names.tsv` lists those that need a country or a preposition beside them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from talkdex.data import FOLDER
from talkdex.ingest.notes.latin import latin

LARGE = 150_000  # inhabitants from which a city counts where no preposition stands before it
CLEARLY_LARGER = 3  # times: so much larger than its namesake abroad must a city be to be meant without more

# A capitalised word and what may follow it in a name of up to four: "Salt Lake City", "St. Louis", "'s-Hertogenbosch".
_CAPITAL = re.compile(r"(?<![\w@#/.-])(?:'s-)?[^\W\d_a-zß-ÿ][\w'’-]*\.?")
_NEXT_WORD = re.compile(r"[ -][^\W\d_][\w'’-]*\.?")
_PREPOSITIONS = frozenset(
    (
        *("in", "at", "to", "visit", "visited", "visiting", "bei", "à", "en", "em", "nel", "na", "w", "v", "i", "te"),
        *("city", "venue", "location", "where"),
    )
)
_BEFORE_CITY = frozenset(  # "in beautiful Portland", "in the lovely city of Ghent"
    (
        *("the", "lovely", "beautiful", "sunny", "rainy", "gorgeous", "wonderful", "amazing", "downtown", "central"),
        *("hot", "cold", "my", "our", "der", "schönen", "old", "nearby", "city", "of"),
    )
)
_REGION_AFTER = re.compile(r"\s*[,(]\s*(?:the\s+)?([^\W\d_][\w.'’ -]{1,30})")
_LINK_END = re.compile(r"[\]*_”\"]{0,3}(?:\([^)\s]{0,200}\))?")
# "Amelia Island, FL": a town that the gazetteer does not have.
_TOWN_STATE = re.compile(r"\b((?:[A-Z][\w'’.-]+ ){0,3}[A-Z][\w'’-]+), ([A-Z]{2}|[A-Z][a-z]+(?: [A-Z][a-z]+)?)\b")


@dataclass(frozen=True, slots=True)
class Place:
    """A city as the text spells it, its country in English, and where it lies (degrees). `certain` is from 0 to 1."""

    city: str | None
    country: str | None
    latitude: float | None = None
    longitude: float | None = None
    certain: float = 1.0
    start: int = 0  # where in the text the name begins and ends
    end: int = 0


class _City(NamedTuple):
    name: str
    country: str  # ISO code
    state: str
    population: int
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class _Gazetteer:
    cities: dict[str, list[_City]]  # by folded name, largest first
    heads: frozenset[str]  # their first words
    countries: dict[str, str]  # folded name to ISO code
    states: dict[str, tuple[str, str]]  # folded name, or abbreviation as it is, to (country, state)
    country_names: dict[str, str]  # ISO code to English name
    short: dict[str, str]  # "Vegas" to "Las Vegas"
    needs: dict[str, int]  # folded name to 1: needs a preposition, 2: needs country or state


def place_in(text: str, bare: bool = False) -> Place | None:
    """The place that `text` names most clearly, the first of several. None when it names none.

    With `bare`, a large city counts without a preposition too: in a title or an address line ("RubyConf Denver").

    >>> place_in("I attended a conference in Amelia Island, FL last week").country
    'United States'
    """
    best: Place | None = None
    for place in places_in(text, bare):
        if best is None or place.certain > best.certain:
            best = place
    return best


def places_in(text: str, bare: bool = False) -> Iterator[Place]:
    """Every place that `text` names, in order, with how certain each is."""
    gazetteer = _gazetteer()
    at = 0
    for match in _CAPITAL.finditer(text):
        if match.start() < at or _fold(match.group().partition("-")[0]) not in gazetteer.heads:
            continue
        start = match.start()
        ends = [match.end()]
        while len(ends) < 4 and (following := _NEXT_WORD.match(text, ends[-1])):
            ends.append(following.end())
        for end in reversed(ends):
            name = text[start:end].rstrip(".")
            if cities := gazetteer.cities.get(_fold(name)):
                if place := _judge(text, start, start + len(name), name, cities, bare):
                    at = end
                    yield place
                break
    for match in _TOWN_STATE.finditer(text):
        town, region = match.groups()
        code = gazetteer.states.get(region) or gazetteer.states.get(_fold(region))
        if code and _fold(town) not in gazetteer.cities and _fold(town.split()[-1]) not in gazetteer.cities:
            country = gazetteer.country_names[code[0]]
            certain = 0.9 if _has_preposition(text[: match.start()]) else 0.6
            yield Place(town, country, certain=certain, start=match.start(), end=match.end())


def country_of(city: str) -> str | None:
    """The country of the city, in English, when it is clear which city of that name is meant."""
    cities = _gazetteer().cities.get(_fold(city))
    if not cities or not _is_clear(cities):
        return None
    return _gazetteer().country_names[cities[0].country]


def country_in(text: str) -> str | None:
    """The country whose name, or whose state's name, begins `text`: "France. The convention center" gives "France"."""
    code, _ = _region(text)
    return _gazetteer().country_names[code] if code else None


def is_city(name: str) -> bool:
    """Whether a city of 15,000 (in some countries 40,000) inhabitants or more has this name, in any usual spelling."""
    return _fold(name) in _gazetteer().cities


def is_large_city(name: str) -> bool:
    """Whether this is the name of a large city and no everyday word: safe to take for a city beside an event's name."""
    gazetteer = _gazetteer()
    key = _fold(name)
    cities = gazetteer.cities.get(key)
    return cities is not None and cities[0].population >= LARGE // 2 and gazetteer.needs.get(key, 0) < 2


def full_name(city: str) -> str:
    """The name of a city for a short name: "Vegas" is Las Vegas. Other names stay as they are."""
    return _gazetteer().short.get(city, city)


def is_country(name: str) -> bool:
    """Whether this is the name of a country: "Deutschland", "UK"."""
    return _fold(name) in _gazetteer().countries


def locate(city: str, country: str | None = None) -> Place | None:
    """Country and coordinates of a city; with `country`, of the city of that name there. None when it is not known."""
    gazetteer = _gazetteer()
    cities = gazetteer.cities.get(_fold(city))
    if not cities:
        return None
    code = gazetteer.countries.get(_fold(country)) if country else None
    chosen = next((c for c in cities if c.country == code), None) if code else cities[0]
    if not chosen:
        return None
    return Place(city, gazetteer.country_names[chosen.country], chosen.latitude, chosen.longitude)


def _judge(text: str, start: int, end: int, name: str, cities: list[_City], bare: bool) -> Place | None:
    """The place, if what stands around the name says that it is one."""
    gazetteer = _gazetteer()
    needs = gazetteer.needs.get(_fold(name), 0)
    behind = _LINK_END.match(text, end)
    after = _REGION_AFTER.match(text, behind.end() if behind else end)
    code, state = _region(after.group(1)) if after else ("", "")
    before = _has_preposition(text[max(0, start - 40) : start])
    city: _City | None = cities[0]
    country: str | None = None
    if code:
        city = next((c for c in cities if c.country == code and (not state or c.state == state)), None)
        certain = 1.0 if before else 0.8
        country = gazetteer.country_names[code]
    elif needs == 2 or _is_part_of_name(text, start, end):
        certain = 0.0
    elif before:
        certain = 0.75 if cities[0].population >= LARGE else 0.45
    else:
        certain = 0.5 if bare and not needs and cities[0].population >= LARGE else 0.0
    if not certain or (needs and not city):
        return None
    if not country and _is_clear(cities):
        country = gazetteer.country_names[cities[0].country]
    latitude, longitude = (city.latitude, city.longitude) if city else (None, None)
    return Place(full_name(name), country, latitude, longitude, certain, start, end)


def _has_preposition(before: str) -> bool:
    """Whether the text before a name ends in a word that places follow, perhaps with praise for the place between."""
    words = before.casefold().rstrip(" [*_(“\"'").split()
    for _ in range(5):
        if words and words[-1] in _BEFORE_CITY and not (words[-1] == "of" and words[-2:-1] != ["city"]):
            words.pop()
    return bool(words) and words[-1].strip(":,([*_-") in _PREPOSITIONS


def _is_part_of_name(text: str, start: int, end: int) -> bool:
    """Whether the name goes on: "Sydney Smith", "Paris-based", "York University" is no city; "Paris Web" no place."""
    rest = text[end : end + 24]
    if re.match(r"[-‑]\w|\s+(?:University|Institute|Post|Times|based)\b|['’]s\s+[A-Z]", rest):
        return True
    return bool(re.match(r"\s[A-ZÀ-Þ][a-zà-ÿ]+\b", rest)) and not re.search(r"[.,:;]$", text[start:end])


def _is_clear(cities: list[_City]) -> bool:
    """Whether the largest city is far larger than its largest namesake in another country."""
    abroad = next((c for c in cities if c.country != cities[0].country), None)
    return abroad is None or cities[0].population >= CLEARLY_LARGER * abroad.population


def _region(text: str) -> tuple[str, str]:
    """(country code, state) of the country or state with which `text` begins; ("", "") when there is none."""
    gazetteer = _gazetteer()
    words = re.findall(r"[^\s,;:()]+", text)[:3]
    for length in range(len(words), 0, -1):
        name = " ".join(words[:length]).rstrip(".")
        if name in gazetteer.states:
            return gazetteer.states[name]
        key = _fold(name)
        if name[:1].isupper() and key in gazetteer.countries:
            return gazetteer.countries[key], ""
        if name[:1].isupper() and len(key) > 3 and key in gazetteer.states:
            return gazetteer.states[key]
    return "", ""


def _fold(name: str) -> str:
    if name.isalpha() and name.isascii():
        return name.lower()
    return latin(name).casefold().replace("’", "'").replace("-", " ").replace(".", "").strip() or name


@cache
def _gazetteer() -> _Gazetteer:
    """Read when the first place is looked for."""
    cities: dict[str, list[_City]] = {}
    countries: dict[str, str] = {}
    states: dict[str, tuple[str, str]] = {}
    names: dict[str, str] = {}
    short: dict[str, str] = {}
    for line in (FOLDER / "places.tsv").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        kind, name, code, state, population, latitude, longitude, forms, nicks = line.split("\t")
        spellings = [name, *forms.split("; ")] if forms else [name]
        if kind == "country":
            names[code] = name
            for spelling in spellings:
                countries[_fold(spelling)] = code
        elif kind == "state":
            states[_fold(name)] = states[state] = (code, state)
        else:
            city = _City(name, code, state, int(population), float(latitude), float(longitude))
            for spelling in (*spellings, *nicks.split("; ")) if nicks else spellings:
                cities.setdefault(_fold(spelling), []).append(city)
            if nicks:
                short.update((nick, "New York" if name == "New York City" else name) for nick in nicks.split("; "))
    needs: dict[str, int] = {}
    for line in (FOLDER / "place_names.tsv").read_text(encoding="utf-8").splitlines():
        kind, _, rest = line.partition("\t")
        if kind in ("word", "given"):
            for name in rest.split("; "):
                needs[_fold(name)] = 1 if kind == "given" else needs.get(_fold(name), 2)
    heads = frozenset(name.partition(" ")[0] for name in cities)
    return _Gazetteer(cities, heads, countries, states, names, short, needs)
