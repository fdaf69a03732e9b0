"""The records of all notes in, what they have in common out: editions, venues, speakers, projects and tags, each once.

The only step that looks across files. It depends on the records alone, in whatever order they come.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from talkdex.ingest.notes.latin import latin
from talkdex.ingest.store.editions import Edition, link_events, most_used
from talkdex.ingest.store.persons import Named, Person, link_speakers
from talkdex.ingest.store.slugs import slugify
from talkdex.schema.records import Note


@dataclass(frozen=True, slots=True)
class Topic:
    """A project or tag. `key` is alike for all spellings, `name` is the spelling most used."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Venue:
    """A building or campus where editions took place."""

    key: str
    name: str
    city: str | None
    country: str | None


@dataclass(frozen=True, slots=True)
class Links:
    """What the notes have in common. Editions are by the note's path, the rest by what the notes call it."""

    editions: Mapping[str, Edition]
    venues: Mapping[Edition, Venue]
    persons: Mapping[Named, Person]
    projects: Mapping[str, Topic]
    tags: Mapping[str, Topic]

    def speakers(self, note: Note, names: Iterable[str]) -> list[Person]:
        """The persons that `names` mean in this note, each once, in order."""
        scope = scope_of(note, self.editions)
        return list(dict.fromkeys(self.persons[Named(scope, name)] for name in names if name.strip()))


def link(notes: Sequence[Note]) -> Links:
    """Find what the notes have in common."""
    editions = link_events(notes)
    named = [
        Named(scope_of(note, editions), name)
        for note in notes
        for talk in note.talks
        for name in talk.speakers
        if name.strip()
    ]
    return Links(
        editions=editions,
        venues=_venues(set(editions.values())),
        persons=link_speakers(named),
        projects=_topics(_projects_named(notes), project_key),
        tags=_topics(_tags_given(notes), tag_key),
    )


def scope_of(note: Note, editions: Mapping[str, Edition]) -> str:
    """Where a first name alone means one person: the note's event, or the note itself."""
    edition = editions.get(note.path)
    return edition.name if edition else note.path


def project_key(name: str) -> str:
    """Alike for names that differ in case and spaces only: the catalogue has made the rest one."""
    return " ".join(name.casefold().split())


def tag_key(name: str) -> str:
    """Alike for tags that differ in case, hyphens, spaces and `#`: "Machine Learning", "#machine-learning"."""
    return slugify(name.lstrip("#")).replace("-", "")


def _projects_named(notes: Iterable[Note]) -> Iterator[str]:
    for note in notes:
        for talk in note.talks:
            yield from talk.projects
            for takeaway in talk.takeaways:
                yield from takeaway.projects


def _tags_given(notes: Iterable[Note]) -> Iterator[str]:
    for note in notes:
        yield from note.tags
        for talk in note.talks:
            yield from talk.tags


def _topics(names: Iterable[str], key_of: Callable[[str], str]) -> dict[str, Topic]:
    counts = Counter(name for name in names if name.strip())
    spellings: dict[str, list[str]] = defaultdict(list)
    for name in counts:
        spellings[key_of(name)].append(name)
    topics: dict[str, Topic] = {}
    for key, alike in spellings.items():
        shown = min(alike, key=lambda name: (-counts[name], name))
        for name in alike:
            topics[name] = Topic(key, " ".join(shown.lstrip("#").split()) or shown)
    return topics


def _venues(editions: Iterable[Edition]) -> dict[Edition, Venue]:
    """One venue for all editions in it; an edition without a city took place in the only one of that name."""
    by_name: dict[str, list[Edition]] = defaultdict(list)
    for edition in sorted(editions, key=lambda edition: edition.first_path):
        if edition.venue:
            by_name[_venue_key(edition.venue)].append(edition)
    venues: dict[Edition, Venue] = {}
    for name_key, here in by_name.items():
        cities = sorted({latin(edition.city).casefold() for edition in here if edition.city})
        only = cities[0] if len(cities) == 1 else ""
        groups: dict[str, list[Edition]] = defaultdict(list)
        for edition in here:
            groups[latin(edition.city).casefold() if edition.city else only].append(edition)
        for city, group in groups.items():
            venue = Venue(
                key=f"{name_key}\t{city}",
                name=most_used(edition.venue for edition in group) or "",
                city=most_used(edition.city for edition in group),
                country=most_used(edition.country for edition in group),
            )
            venues.update(dict.fromkeys(group, venue))
    return venues


def _venue_key(name: str) -> str:
    return slugify(name).removeprefix("the-")
