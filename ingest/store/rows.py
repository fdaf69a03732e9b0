"""The records of all notes and what links them in, the rows of every table out, with ids and slugs that stay the same.

An id depends on what a row is, not on where it stands: a talk's on its note's path and its title, so that a talk added
above it changes nothing.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from talkdex.ingest.check import Noticed, is_unreadable
from talkdex.ingest.events.places import locate
from talkdex.ingest.projects.catalogue import project as catalogued
from talkdex.ingest.store.editions import Edition
from talkdex.ingest.store.link import Links, Venue
from talkdex.ingest.store.slugs import LONGEST, distinct_slugs, shorten, slugify, stable_ids
from talkdex.schema.records import Link, Note, Takeaway, Talk

OVERVIEW = re.compile(r"(?:^|/)(?:readme|_?index)\.\w+$", re.IGNORECASE)
SHORTEST_TITLE = 30  # characters of a talk's title that its slug keeps, however long the event's name is

Value = str | int | float | None
Row = tuple[Value, ...]
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
BUILD_STATE = Table("_notes", ("path", "fingerprint", "record"))
NOTES_COLUMN = TABLES[3].columns.index("notes")


def rows_of(
    notes: Sequence[Note], links: Links, notices: Iterable[Noticed], excerpts: Mapping[str, Sequence[str]]
) -> dict[str, dict[Row, Row]]:
    """The rows of every table by their primary keys.

    `excerpts` gives the Markdown of each talk of the notes that were read anew; the `notes` of other talks are None, to
    stay what they are in the database.
    """
    ordered = sorted(notes, key=lambda note: note.path)
    return _Rows([note for note in ordered if not is_unreadable(note)], links, excerpts).all(list(notices))


@dataclass(frozen=True, slots=True)
class _TalkAt:
    """A talk with its note, its place in it, from 1, and the key that its id depends on."""

    key: str
    note: Note
    talk: Talk
    position: int


class _Rows:
    def __init__(self, notes: Sequence[Note], links: Links, excerpts: Mapping[str, Sequence[str]]):
        self._notes = notes
        self._links = links
        self._excerpts = excerpts
        self._talks = list(_talks_at(notes))
        self._post_ids = stable_ids(note.path for note in notes)
        self._talk_ids = stable_ids(at.key for at in self._talks)
        self._venues = _Entities(links.venues.values(), lambda venue: venue.key, _venue_slug)
        self._editions = _Entities(links.editions.values(), _edition_key, lambda edition: slugify(edition.name))
        self._persons = _Entities(links.persons.values(), lambda person: person.key, lambda person: slugify(person.key))
        self._projects = _Entities(links.projects.values(), lambda topic: topic.key, lambda topic: slugify(topic.name))
        self._tags = _Entities(links.tags.values(), lambda topic: topic.key, lambda topic: slugify(topic.name))
        self._talk_slugs = distinct_slugs({_slug_key(at): self._talk_slug(at) for at in self._talks})

    def all(self, notices: Sequence[Noticed]) -> dict[str, dict[Row, Row]]:
        makers: dict[str, Iterable[Row]] = {
            "venues": self._venue_rows(),
            "events": self._event_rows(),
            "posts": self._post_rows(),
            "talks": self._talk_rows(),
            "speakers": ((number, slug, person.name) for number, slug, person in self._persons),
            "projects": self._project_rows(),
            "tags": ((number, slug, topic.name) for number, slug, topic in self._tags),
            "links": self._link_rows(),
            "notices": self._notices(notices),
            "talk_speakers": self._talk_speakers(),
            "talk_projects": self._talk_projects(),
            "talk_tags": self._talk_tags(),
            "post_tags": self._post_tags(),
        }
        makers["takeaways"], makers["takeaway_projects"] = self._takeaways()
        return {table.name: {row[: table.key]: row for row in makers[table.name]} for table in TABLES}

    # ---- what notes have in common

    def _venue_rows(self) -> Iterator[Row]:
        for number, slug, venue in self._venues:
            yield number, slug, venue.name, venue.city, venue.country, *_where(venue.city, venue.country)

    def _event_rows(self) -> Iterator[Row]:
        for number, slug, edition in self._editions:
            venue = self._links.venues.get(edition)
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

    # ---- what is in a note

    def _post_rows(self) -> Iterator[Row]:
        for note in self._notes:
            authors = json.dumps(note.authors, ensure_ascii=False)
            yield (
                *(self._post_ids[note.path], note.path, note.title, note.kind, note.language, note.date, authors),
                *(self._event_id(note), note.confidence),
            )

    def _talk_rows(self) -> Iterator[Row]:
        for at in self._talks:
            talk, path = at.talk, at.note.path
            slug = self._talk_slugs[_slug_key(at)]
            notes = self._excerpts[path][at.position - 1] if path in self._excerpts else None
            yield (
                *(self._talk_ids[at.key], slug, talk.title, talk.format, self._event_id(at.note)),
                *(self._post_ids[path], at.position, *talk.lines, notes, talk.confidence),
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
        ids = stable_ids(key for key, *_ in keyed)
        rows: list[Row] = [(ids[key], talk, rank, one.line, one.text) for key, talk, rank, one in keyed]
        return rows, [(ids[key], project) for key, *_, one in keyed for project in self._topic_ids(one.projects)]

    def _link_rows(self) -> Iterator[Row]:
        keyed: list[tuple[str, int, Link]] = []
        for at in self._talks:
            urls: Counter[str] = Counter()
            for link in at.talk.links:
                urls[link.url] += 1
                keyed.append((f"{at.key}\t{link.url}\t{urls[link.url]}", self._talk_ids[at.key], link))
        ids = stable_ids(key for key, *_ in keyed)
        return ((ids[key], talk, link.kind, link.title, link.url, link.line) for key, talk, link in keyed)

    def _notices(self, notices: Sequence[Noticed]) -> Iterator[Row]:
        keyed: list[tuple[str, Noticed]] = []
        alike: Counter[str] = Counter()
        for noticed in sorted(notices, key=lambda n: (n.path, n.notice.line or 0, n.notice.kind, n.notice.message)):
            key = f"{noticed.path}\t{noticed.notice.kind}\t{noticed.notice.message}"
            alike[key] += 1
            keyed.append((f"{key}\t{alike[key]}", noticed))
        ids = stable_ids(key for key, _ in keyed)
        return (
            (ids[key], at.path, at.notice.line, at.notice.kind, at.notice.message, self._post_ids.get(at.path))
            for key, at in keyed
        )

    def _talk_speakers(self) -> Iterator[Row]:
        for at in self._talks:
            for position, person in enumerate(self._links.speakers(at.note, at.talk.speakers), 1):
                yield self._talk_ids[at.key], self._persons.id(person), position

    def _talk_projects(self) -> Iterator[Row]:
        for at in self._talks:
            for project in self._topic_ids(at.talk.projects):
                yield self._talk_ids[at.key], project

    def _talk_tags(self) -> Iterator[Row]:
        for at in self._talks:
            for tag in self._tag_ids([*at.talk.tags, *at.note.tags]):
                yield self._talk_ids[at.key], tag

    def _post_tags(self) -> Iterator[Row]:
        for note in self._notes:
            for tag in self._tag_ids(note.tags):
                yield self._post_ids[note.path], tag

    # ---- ids

    def _event_id(self, note: Note) -> int | None:
        edition = self._links.editions.get(note.path)
        return self._editions.id(edition) if edition else None

    def _topic_ids(self, projects: Iterable[str]) -> list[int]:
        return [self._projects.id(self._links.projects[name]) for name in projects if name.strip()]

    def _tag_ids(self, tags: Iterable[str]) -> list[int]:
        return [self._tags.id(self._links.tags[name]) for name in tags if name.strip()]

    def _talk_slug(self, at: _TalkAt) -> str:
        edition = self._links.editions.get(at.note.path)
        if not edition:
            return slugify(at.talk.title)
        event = self._editions.slug(edition)
        title = shorten(slugify(at.talk.title), max(SHORTEST_TITLE, LONGEST - 1 - len(event)))
        return title if title.endswith(event) else f"{title}-{event}"


class _Entities(Generic[Thing]):
    """Editions, speakers or the like, each once, with their slugs and ids."""

    def __init__(self, things: Iterable[Thing], key: Callable[[Thing], str], slug: Callable[[Thing], str]):
        self._key = key
        self._things = {key(thing): thing for thing in things}
        self._slugs = distinct_slugs({key: slug(thing) for key, thing in self._things.items()})
        self._ids = stable_ids(self._slugs.values())

    def __iter__(self) -> Iterator[tuple[int, str, Thing]]:
        """Id, slug and thing."""
        for key, slug in self._slugs.items():
            yield self._ids[slug], slug, self._things[key]

    def slug(self, thing: Thing) -> str:
        return self._slugs[self._key(thing)]

    def id(self, thing: Thing) -> int:
        return self._ids[self.slug(thing)]


def _talks_at(notes: Iterable[Note]) -> Iterator[_TalkAt]:
    for note in notes:
        titles: Counter[str] = Counter()
        for position, talk in enumerate(note.talks, 1):
            title = slugify(talk.title)
            titles[title] += 1
            yield _TalkAt(f"{note.path}\t{title}\t{titles[title]}", note, talk, position)


def _slug_key(at: _TalkAt) -> str:
    """Of notes on one talk, those in an overview of the event are the last to get the slug without a hash."""
    return f"{OVERVIEW.search(at.note.path) is not None:d}{at.key}"


def _edition_key(edition: Edition) -> str:
    return f"{slugify(edition.name)}\t{edition.first_path}"


def _venue_slug(venue: Venue) -> str:
    name, city = slugify(venue.name), slugify(venue.city) if venue.city else ""
    return name if city in name else shorten(f"{name}-{city}", LONGEST)


def _where(city: str | None, country: str | None) -> tuple[float | None, float | None]:
    """Latitude and longitude of the city."""
    place = (locate(city, country) or (locate(city) if not country else None)) if city else None
    return (place.latitude, place.longitude) if place else (None, None)
