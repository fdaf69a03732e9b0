"""The events of all notes in, the edition that each note is from out: one edition for all ways to write its name.

Names alike in series, area and year are one edition. An event in a region is the one known city in it ("KubeCon
Europe", "KubeCon Paris"); a name without an area or without a year joins what is known from the same folder, where only
one fits.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from pathlib import PurePosixPath
from typing import NamedTuple

from talkdex.ingest.events.places import country_in
from talkdex.ingest.store.areas import CITY, COUNTRY, REGION, Area, area_of_place
from talkdex.ingest.store.series import EditionName, read_edition_name, series_key
from talkdex.schema.records import Event, Note

LONGEST_EVENT = 14  # days; days of one edition that are further apart are of a series of meetings


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of an event. `series` is its name without the year, in the spelling that the notes use most."""

    series: str
    year: int | None
    start: str | None
    end: str | None
    venue: str | None
    city: str | None
    country: str | None
    first_path: str  # of its notes; tells editions apart that are alike in all else

    @property
    def name(self) -> str:
        return f"{self.series} {self.year}" if self.year else self.series


class Said(NamedTuple):
    """The parts of an event's record that tell editions apart."""

    name: str
    also: tuple[str, ...]
    year: int | None
    start: str | None
    end: str | None
    venue: str | None
    city: str | None
    country: str | None


@dataclass(frozen=True, slots=True)
class Mention:
    """What one note says of its event."""

    path: str
    event: Said
    name: EditionName
    also: frozenset[str]  # series keys of the other forms that it gives

    @property
    def folder(self) -> str:
        return self.path.partition("/")[0] if "/" in self.path else ""


class _Cluster:
    """Mentions of what is one edition."""

    def __init__(self, mentions: Iterable[Mention], area: Area | None):
        self.area = area
        self.mentions: list[Mention] = []
        self.folders: set[str] = set()
        self.listed: set[str] = set()
        self.is_named_without_area = False
        self.take(mentions)

    @property
    def kind(self) -> str:
        return self.mentions[0].name.kind

    def take(self, mentions: Iterable[Mention]) -> None:
        for mention in mentions:
            self.mentions.append(mention)
            self.folders.add(mention.folder)
            if mention.name.listed:
                self.listed.add(mention.name.listed)
            if not mention.name.area:
                self.is_named_without_area = True

    def may_hold(self, other: "_Cluster") -> bool:
        """Whether no list says that the two are different events ("JSConf EU", "JSConf Budapest")."""
        return len(self.listed | other.listed) < 2


def link_events(notes: Iterable[Note]) -> dict[str, Edition]:
    """The edition that each note is from, by the note's path. Notes without an event are left out."""
    return editions_of(mention_of(note.path, note.event) for note in notes if note.event)


def editions_of(mentions: Iterable[Mention]) -> dict[str, Edition]:
    """The edition that each mention is of, by the path of its note."""
    editions: dict[str, Edition] = {}
    for cluster in _clusters(sorted(mentions, key=lambda mention: mention.path)):
        edition = _merge(cluster)
        for mention in cluster.mentions:
            editions[mention.path] = edition
    return editions


def mention_of(path: str, event: Event) -> Mention:
    """What the note says, in as little memory as there is: notes on the same event mostly say the same."""
    days, place = (event.start, event.end), (event.venue, event.city, event.country)
    return Mention(path, *_read(Said(event.name, tuple(event.also), event.year, *days, *place)))


@lru_cache(100_000)
def _read(said: Said) -> tuple[Said, EditionName, frozenset[str]]:
    name = read_edition_name(said.name, said.year)
    also = frozenset(read_edition_name(form, said.year).series for form in said.also)
    return said, name, also - {name.series}


def _clusters(mentions: Sequence[Mention]) -> list[_Cluster]:
    dated: dict[int, list[Mention]] = defaultdict(list)
    undated: list[Mention] = []
    for mention in mentions:
        if mention.name.year:
            dated[mention.name.year].append(mention)
        else:
            undated.append(mention)
    clusters: list[_Cluster] = []
    for year in sorted(dated):
        for same_series in _by_series(dated[year]):
            clusters += _by_area(same_series)
    return clusters + _join_undated(clusters, undated)


def _by_series(mentions: Sequence[Mention]) -> Iterator[list[Mention]]:
    """The mentions of each series in one year. A name that just one series gives as its other form is that series."""
    named = {mention.name.series for mention in mentions}
    known_as: dict[str, set[str]] = defaultdict(set)
    for mention in mentions:
        for form in mention.also & named:
            known_as[form].add(mention.name.series)
    same = {form: names.copy().pop() for form, names in known_as.items() if len(names) == 1}
    groups: dict[str, list[Mention]] = defaultdict(list)
    for mention in mentions:
        groups[_end_of_chain(mention.name.series, same)].append(mention)
    return (groups[series] for series in sorted(groups))


def _end_of_chain(series: str, same: Mapping[str, str]) -> str:
    """Where the links from `series` end; of those that go round in a circle, the first in alphabetical order."""
    seen = [series]
    while (following := same.get(seen[-1])) is not None:
        if following in seen:
            return min(seen[seen.index(following) :])
        seen.append(following)
    return seen[-1]


def _by_area(mentions: Sequence[Mention]) -> list[_Cluster]:
    """The editions of one series in one year."""
    groups: dict[tuple[str, str, str], list[Mention]] = defaultdict(list)
    for mention in mentions:
        area = mention.name.area
        own_city = _place(mention.event) if mention.name.kind == "city" and not area else None
        groups[mention.folder, area.key if area else "", own_city.key if own_city else ""].append(mention)
    units = [_Cluster(group, _area(group)) for _, group in sorted(groups.items())]

    clusters: list[_Cluster] = []
    for level in (CITY, COUNTRY, REGION):
        for unit in (unit for unit in units if unit.area and unit.area.level == level):
            _join(clusters, unit, _lying_in(clusters, unit))
    for unit in (unit for unit in units if not unit.area):
        _join(clusters, unit, _for_unplaced(clusters, unit))
    return clusters


def _join(clusters: list[_Cluster], unit: _Cluster, fitting: list[_Cluster]) -> None:
    if len(fitting) == 1:
        fitting[0].take(unit.mentions)
    else:
        clusters.append(unit)


def _lying_in(clusters: list[_Cluster], unit: _Cluster) -> list[_Cluster]:
    assert unit.area
    same = [cluster for cluster in clusters if cluster.area and cluster.area.key == unit.area.key]
    if same:
        return same
    return [c for c in clusters if c.area and c.area.lies_in(unit.area) and c.may_hold(unit)]


def _for_unplaced(clusters: list[_Cluster], unit: _Cluster) -> list[_Cluster]:
    """The clusters that an event without any area may be: "Craft Conf 2016" beside "Craft Conf 2016, Budapest"."""
    near = [cluster for cluster in clusters if cluster.folders & unit.folders]
    reach = near if unit.kind == "city" else clusters
    if alike := [cluster for cluster in reach if cluster.is_named_without_area]:
        return alike
    by_city = [c for c in near if c.area and c.area.level == CITY and not c.listed and unit.kind != "region"]
    stated = [c for c in near if any(_gives_as_other_form(mention, unit) for mention in c.mentions)]
    return by_city if len(by_city) == len(near) else stated if len(near) == 1 else []


def _gives_as_other_form(mention: Mention, unit: _Cluster) -> bool:
    """Whether a note on "DjangoCon US" says that it is also called "DjangoCon", as it is in `unit`."""
    forms = {series_key(read_edition_name(form, mention.name.year).title) for form in mention.event.also}
    return any(series_key(other.name.title) in forms for other in unit.mentions)


def _join_undated(clusters: Sequence[_Cluster], undated: Sequence[Mention]) -> list[_Cluster]:
    """Put each mention without a year to the only edition of its series in the nearest folder; the rest is returned."""
    by_series: dict[str, list[_Cluster]] = defaultdict(list)
    for cluster in clusters:
        for series in {mention.name.series for mention in cluster.mentions}:
            by_series[series].append(cluster)

    @cache
    def above(cluster: _Cluster) -> set[str]:
        return {folder for one in cluster.mentions for folder in _above(one)}

    rest: dict[tuple[str, str, str], list[Mention]] = defaultdict(list)
    joining: list[tuple[_Cluster, Mention]] = []
    for mention in undated:
        names = {mention.name.series, *mention.also}
        candidates = dict.fromkeys(cluster for series in sorted(names) for cluster in by_series.get(series, ()))
        if nearest := _nearest(mention, candidates, above):
            joining.append((nearest, mention))
        else:
            area = mention.name.area
            rest[mention.folder, mention.name.series, area.key if area else ""].append(mention)
    for cluster, mention in joining:
        cluster.take([mention])
    return [_Cluster(group, _area(group)) for _, group in sorted(rest.items())]


def _above(mention: Mention) -> list[str]:
    """The folders that a note is in, the nearest first, "." last."""
    return [str(folder) for folder in PurePosixPath(mention.path).parents]


def _nearest(
    mention: Mention, clusters: Iterable[_Cluster], above: Callable[[_Cluster], Container[str]]
) -> _Cluster | None:
    """The only one of the clusters that fits, of those with notes in the nearest folder that has any.

    `above` gives the folders of a cluster's notes.
    """
    area = mention.name.area
    fitting = [cluster for cluster in clusters if not area or not cluster.area or cluster.area.lies_in(area)]
    parents = _above(mention)
    for folder in parents[:-1] or parents:  # the notes folder itself only counts for the files right in it
        if here := [cluster for cluster in fitting if folder in above(cluster)]:
            return here[0] if len(here) == 1 else None
    return None


def _area(mentions: Sequence[Mention]) -> Area | None:
    """The area in the name, or the city that most of the notes give where it lies in that area."""
    named = mentions[0].name.area
    places = Counter(place for mention in mentions if (place := _place(mention.event)))
    most = min(places, key=lambda place: (-places[place], place.level, place.key)) if places else None
    return most if most and (not named or most.lies_in(named)) else named


def _place(event: Said) -> Area | None:
    return area_of_place(event.city, event.country)


def _merge(cluster: _Cluster) -> Edition:
    """What most notes say. Of the country, the English name; it goes with the city where one is given."""
    events = [mention.event for mention in cluster.mentions]
    city = most_used(event.city for event in events)
    countries = [event.country for event in events if not city or event.city in (city, None)]
    country = most_used(country_in(country) or country for country in countries if country)
    start, end = _days(events)
    return Edition(
        series=most_used(mention.name.title for mention in cluster.mentions) or events[0].name,
        year=most_common_year(cluster.mentions),
        start=start,
        end=end,
        venue=most_used(event.venue for event in events),
        city=city,
        country=country,
        first_path=min(mention.path for mention in cluster.mentions),
    )


def most_common_year(mentions: Sequence[Mention]) -> int | None:
    return next((mention.name.year for mention in mentions if mention.name.year), None)


def most_used(names: Iterable[str | None]) -> str | None:
    """The name given most often; of several the longest, then the first in alphabetical order. None without any."""
    counts = Counter(name for name in names if name)
    return min(counts, key=lambda name: (-counts[name], -len(name), name)) if counts else None


def _days(events: Sequence[Said]) -> tuple[str | None, str | None]:
    """First and last day: as most notes give both; else of the days that notes give one by one, if near together."""
    both = Counter((event.start, event.end) for event in events if event.start and event.end)
    if both:
        return min(both, key=lambda days: (-both[days], days))
    days = sorted({day for event in events for day in (event.start, event.end) if day})
    if not days:
        return None, None
    starts = Counter(event.start for event in events if event.start)
    if (date.fromisoformat(days[-1]) - date.fromisoformat(days[0])).days > LONGEST_EVENT:
        return min(starts, key=lambda day: (-starts[day], day), default=None), None
    start = days[0] if starts else None
    return start, days[-1] if days[-1] != start else None
