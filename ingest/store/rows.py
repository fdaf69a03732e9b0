"""The records of notes and what links them in, the rows of every table out, with ids and slugs that stay the same.

An id depends on what a row is, not on where it stands: a talk's on its note's path and its title, so that a talk added
above it changes nothing.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Generic, NamedTuple, TypeVar

from talkdex.ingest.check import Noticed, is_unreadable, missing_years, notices_of
from talkdex.ingest.events.places import locate
from talkdex.ingest.projects.catalogue import project as catalogued
from talkdex.ingest.store.editions import Edition
from talkdex.ingest.store.link import Links, Venue
from talkdex.ingest.store.records import Naming
from talkdex.ingest.store.slugs import LONGEST, distinct_slugs, shorten, slugify, stable_id, stable_ids
from talkdex.ingest.store.talk_slugs import Wanted
from talkdex.schema.records import Link, Note, Takeaway, Talk

OVERVIEW = re.compile(r"(?:^|/)(?:readme|_?index)\.\w+$", re.IGNORECASE)
SHORTEST_TITLE = 30  # characters of a talk's title that its slug keeps, however long the event's name is

Value = str | int | float | None
Row = tuple[Value, ...]
Rows = dict[str, dict[Row, Row]]  # of each table, by their primary keys
Taken = Callable[[str, list[int], list[Value]], Container[int]]  # table, ids and owners in, ids of other owners out
Thing = TypeVar("Thing")


class Table(NamedTuple):
    """A table that the load fills. The first `key` columns are its primary key."""

    name: str
    columns: tuple[str, ...]
    key: int = 1


# Parents before their children.
TABLES = (
    Table("venues", ("id", "slug", "name", "city", "country", "latitude", "longitude")),
    Table(
        "events",
        (
            *("id", "slug", "name", "series", "year", "start_date", "end_date", "venue_id"),
            *("city", "country", "latitude", "longitude"),
        ),
    ),
    Table("posts", ("id", "path", "title", "kind", "language", "date", "authors", "event_id", "confidence")),
    Table(
        "talks",
        (
            *("id", "slug", "title", "format", "event_id", "post_id", "position", "first_line", "last_line"),
            *("notes", "confidence"),
        ),
    ),
    Table("speakers", ("id", "slug", "name")),
    Table("projects", ("id", "slug", "name", "kind", "homepage")),
    Table("tags", ("id", "slug", "name")),
    Table("takeaways", ("id", "talk_id", "rank", "line", "text")),
    Table("links", ("id", "talk_id", "kind", "title", "url", "line")),
    Table("notices", ("id", "path", "line", "kind", "message", "post_id")),
    Table("talk_speakers", ("talk_id", "speaker_id", "position"), key=2),
    Table("talk_projects", ("talk_id", "project_id"), key=2),
    Table("talk_tags", ("talk_id", "tag_id"), key=2),
    Table("post_tags", ("post_id", "tag_id"), key=2),
    Table("takeaway_projects", ("takeaway_id", "project_id"), key=2),
)
SHARED = ("venues", "events", "speakers", "projects", "tags")  # tables of what is in no single note


@dataclass(frozen=True, slots=True)
class _TalkAt:
    """A talk with its note, its place in it, from 1, and the key that its id depends on."""

    key: str
    note: Note
    talk: Talk
    position: int


class SharedRows:
    """What notes have in common as rows of the tables, and the ids of these."""

    def __init__(self, links: Links):
        self.links = links
        self._venues = _Entities(links.venues.values(), lambda venue: venue.key, _venue_slug)
        self._editions = _Entities(links.editions.values(), _edition_key, lambda edition: slugify(edition.name))
        self._persons = _Entities(links.persons.values(), lambda person: person.key, lambda person: slugify(person.key))
        self._projects = _Entities(links.projects.values(), lambda topic: topic.key, lambda topic: slugify(topic.name))
        self._tags = _Entities(links.tags.values(), lambda topic: topic.key, lambda topic: slugify(topic.name))

    def all(self) -> Rows:
        """The rows of all tables that are about no single note."""
        return {
            "venues": _by_key(self._venue_rows()),
            "events": _by_key(self._event_rows()),
            "speakers": _by_key((number, slug, person.name) for number, slug, person in self._persons),
            "projects": _by_key(self._project_rows()),
            "tags": _by_key((number, slug, topic.name) for number, slug, topic in self._tags),
        }

    def event_id(self, path: str) -> int | None:
        """That of the event that the note is from."""
        edition = self.links.editions.get(path)
        return self._editions.id(edition) if edition else None

    def event_slug(self, path: str) -> str:
        """That of the event that the note is from; empty where there is none."""
        edition = self.links.editions.get(path)
        return self._editions.slug(edition) if edition else ""

    def speaker_ids(self, path: str, names: Iterable[str]) -> list[int]:
        """Those of the persons that the note means by these names."""
        return [self._persons.id(person) for person in self.links.speakers(path, names)]

    def project_ids(self, names: Iterable[str]) -> list[int]:
        return [self._projects.id(self.links.projects[name]) for name in names if name.strip()]

    def tag_ids(self, names: Iterable[str]) -> list[int]:
        return [self._tags.id(self.links.tags[name]) for name in names if name.strip()]

    def linked(self, note: Note | Naming) -> str:
        """Changes when the rows of the note do though its record stays. Slugs of talks are another matter."""
        edition = self.links.editions.get(note.path)
        ids = [
            (
                self.speaker_ids(note.path, talk.speakers),
                self.project_ids(talk.projects),
                [self.project_ids(takeaway.projects) if takeaway.projects else [] for takeaway in talk.takeaways],
                self.tag_ids(talk.tags),
            )
            for talk in note.talks
        ]
        notices = [str(noticed.notice) for noticed in missing_years([note], self.links.editions)]
        linked = (self.event_id(note.path), edition and edition.name, ids, self.tag_ids(note.tags), notices)
        return blake2b(repr(linked).encode(errors="surrogatepass"), digest_size=8).hexdigest()

    def wanted_slugs(self, note: Note | Naming) -> Iterator[Wanted]:
        """The slugs that the talks of the note would like to have."""
        event = self.event_slug(note.path)
        # Of notes on one talk, those in an overview of the event are the last to get the slug without a hash.
        rank = f"{OVERVIEW.search(note.path) is not None:d}"
        for position, (key, title) in enumerate(_talk_keys(note), 1):
            yield Wanted(note.path, position, rank + key, _talk_slug(title, event))

    def _venue_rows(self) -> Iterator[Row]:
        for number, slug, venue in self._venues:
            yield number, slug, venue.name, venue.city, venue.country, *_where(venue.city, venue.country)

    def _event_rows(self) -> Iterator[Row]:
        for number, slug, edition in self._editions:
            venue = self.links.venues.get(edition)
            yield (
                *(number, slug, edition.name, edition.series, edition.year, edition.start, edition.end),
                *(self._venues.id(venue) if venue else None, edition.city, edition.country),
                *_where(edition.city, edition.country),
            )

    def _project_rows(self) -> Iterator[Row]:
        for number, slug, topic in self._projects:
            known = catalogued(topic.name)
            kind, homepage = (known.kind or None, known.homepage or None) if known else (None, None)
            yield number, slug, topic.name, kind, homepage


class NoteRows:
    """The rows of some notes. `taken` gives those of some ids that rows of other notes have in a table."""

    def __init__(
        self,
        notes: Sequence[tuple[Note, Sequence[str]]],
        shared: SharedRows,
        slugs: Mapping[tuple[str, int], str],
        taken: Taken,
    ):
        self._files = [note for note, _ in notes]
        self._notes = [note for note in self._files if not is_unreadable(note)]
        self._excerpts = {note.path: texts for note, texts in notes}
        self._shared = shared
        self._slugs = slugs
        self._taken = taken
        self._talks = [at for note in self._notes for at in _talks_of(note)]
        self._post_ids = self._ids("posts", [note.path for note in self._notes], self._excerpts)
        self._talk_ids = self._ids("talks", [at.key for at in self._talks], self._post_ids.values())

    def all(self) -> Rows:
        """The rows of all tables that are about single notes."""
        takeaways, takeaway_projects = self._takeaways()
        return {
            "posts": _by_key(self._post_rows()),
            "talks": _by_key(self._talk_rows()),
            "takeaways": _by_key(takeaways),
            "links": _by_key(self._link_rows()),
            "notices": _by_key(self._notices()),
            "talk_speakers": _by_key(self._talk_speakers(), 2),
            "talk_projects": _by_key(self._talk_projects(), 2),
            "talk_tags": _by_key(self._talk_tags(), 2),
            "post_tags": _by_key(self._post_tags(), 2),
            "takeaway_projects": _by_key(takeaway_projects, 2),
        }

    def _ids(self, table: str, keys: Collection[str], owners: Iterable[Value]) -> dict[str, int]:
        """Ids for the keys of rows, of which the notes, posts or talks that they belong to are the `owners`."""
        return stable_ids(keys, others=self._taken(table, [stable_id(key) for key in keys], list(owners)))

    def _post_rows(self) -> Iterator[Row]:
        for note in self._notes:
            authors = json.dumps(note.authors, ensure_ascii=False)
            yield (
                *(self._post_ids[note.path], note.path, note.title, note.kind, note.language, note.date, authors),
                *(self._shared.event_id(note.path), note.confidence),
            )

    def _talk_rows(self) -> Iterator[Row]:
        for at in self._talks:
            talk, path = at.talk, at.note.path
            yield (
                *(self._talk_ids[at.key], self._slugs[path, at.position], talk.title, talk.format),
                *(self._shared.event_id(path), self._post_ids[path], at.position, *talk.lines),
                *(self._excerpts[path][at.position - 1], talk.confidence),
            )

    def _takeaways(self) -> tuple[list[Row], list[Row]]:
        """The rows of `takeaways` and of `takeaway_projects`."""
        keyed: list[tuple[str, int, int, Takeaway]] = []
        for at in self._talks:
            texts: Counter[str] = Counter()
            for rank, takeaway in enumerate(at.talk.takeaways, 1):
                texts[takeaway.text] += 1
                key = f"{at.key}\t{takeaway.text}\t{texts[takeaway.text]}"
                keyed.append((key, self._talk_ids[at.key], rank, takeaway))
        ids = self._ids("takeaways", [key for key, *_ in keyed], self._talk_ids.values())
        rows: list[Row] = [(ids[key], talk, rank, one.line, one.text) for key, talk, rank, one in keyed]
        named: list[Row] = [(ids[key], id) for key, *_, one in keyed for id in self._shared.project_ids(one.projects)]
        return rows, named

    def _link_rows(self) -> Iterator[Row]:
        keyed: list[tuple[str, int, Link]] = []
        for at in self._talks:
            urls: Counter[str] = Counter()
            for link in at.talk.links:
                urls[link.url] += 1
                keyed.append((f"{at.key}\t{link.url}\t{urls[link.url]}", self._talk_ids[at.key], link))
        ids = self._ids("links", [key for key, *_ in keyed], self._talk_ids.values())
        return ((ids[key], talk, link.kind, link.title, link.url, link.line) for key, talk, link in keyed)

    def _notices(self) -> Iterator[Row]:
        keyed: list[tuple[str, Noticed]] = []
        alike: Counter[str] = Counter()
        noticed = notices_of(self._files, self._shared.links.editions)
        for one in sorted(noticed, key=lambda n: (n.path, n.notice.line or 0, n.notice.kind, n.notice.message)):
            key = f"{one.path}\t{one.notice.kind}\t{one.notice.message}"
            alike[key] += 1
            keyed.append((f"{key}\t{alike[key]}", one))
        ids = self._ids("notices", [key for key, _ in keyed], self._excerpts)
        return (
            (ids[key], at.path, at.notice.line, at.notice.kind, at.notice.message, self._post_ids.get(at.path))
            for key, at in keyed
        )

    def _talk_speakers(self) -> Iterator[Row]:
        for at in self._talks:
            for position, speaker in enumerate(self._shared.speaker_ids(at.note.path, at.talk.speakers), 1):
                yield self._talk_ids[at.key], speaker, position

    def _talk_projects(self) -> Iterator[Row]:
        for at in self._talks:
            for project in self._shared.project_ids(at.talk.projects):
                yield self._talk_ids[at.key], project

    def _talk_tags(self) -> Iterator[Row]:
        for at in self._talks:
            for tag in self._shared.tag_ids([*at.talk.tags, *at.note.tags]):
                yield self._talk_ids[at.key], tag

    def _post_tags(self) -> Iterator[Row]:
        for note in self._notes:
            for tag in self._shared.tag_ids(note.tags):
                yield self._post_ids[note.path], tag


class _Entities(Generic[Thing]):
    """Editions, speakers or the like, each once, with their slugs and ids."""

    def __init__(self, things: Iterable[Thing], key: Callable[[Thing], str], slug: Callable[[Thing], str]):
        self._things = {key(thing): thing for thing in set(things)}
        slugs = distinct_slugs({key: slug(thing) for key, thing in self._things.items()})
        ids = stable_ids(slugs.values())
        self._of = {thing: (ids[slugs[key]], slugs[key]) for key, thing in self._things.items()}

    def __iter__(self) -> Iterator[tuple[int, str, Thing]]:
        """Id, slug and thing."""
        return ((*of, thing) for thing, of in self._of.items())

    def slug(self, thing: Thing) -> str:
        return self._of[thing][1]

    def id(self, thing: Thing) -> int:
        return self._of[thing][0]


def _talks_of(note: Note) -> Iterator[_TalkAt]:
    for position, ((key, _), talk) in enumerate(zip(_talk_keys(note), note.talks, strict=False), 1):
        yield _TalkAt(key, note, talk, position)


def _talk_keys(note: Note | Naming) -> Iterator[tuple[str, str]]:
    """What the ids of a note's talks depend on, and the slugs of their titles. A file that could not be read has none
    that are rows.
    """
    titles: dict[str, int] = {}
    for talk in [] if is_unreadable(note) else note.talks:
        title = slugify(talk.title)
        titles[title] = titles.get(title, 0) + 1
        yield f"{note.path}\t{title}\t{titles[title]}", title


def _by_key(rows: Iterable[Row], key: int = 1) -> dict[Row, Row]:
    return {row[:key]: row for row in rows}


def _talk_slug(title: str, event: str) -> str:
    """That of a talk, of those of its title and its event."""
    if not event:
        return title
    title = shorten(title, max(SHORTEST_TITLE, LONGEST - 1 - len(event)))
    return title if title.endswith(event) else f"{title}-{event}"


def _edition_key(edition: Edition) -> str:
    return f"{slugify(edition.name)}\t{edition.first_path}"


def _venue_slug(venue: Venue) -> str:
    name, city = slugify(venue.name), slugify(venue.city) if venue.city else ""
    return name if city in name else shorten(f"{name}-{city}", LONGEST)


def _where(city: str | None, country: str | None) -> tuple[float | None, float | None]:
    """Latitude and longitude of the city."""
    place = (locate(city, country) or (locate(city) if not country else None)) if city else None
    return (place.latitude, place.longitude) if place else (None, None)
