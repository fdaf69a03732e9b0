"""The records of all notes in, what they have in common out: editions, venues, speakers, projects and tags, each once.

The only step that looks across files. It depends on the records alone, in whatever order they come.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from sys import intern

from talkdex.ingest.notes.latin import latin
from talkdex.ingest.store.editions import Edition, Mention, editions_of, mention_of, most_used
from talkdex.ingest.store.persons import Named, Person, link_speakers
from talkdex.ingest.store.records import Naming
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

    def speakers(self, path: str, names: Iterable[str]) -> list[Person]:
        """The persons that `names` mean in the note of this path, each once, in order."""
        scope = _scope(path, self.editions)
        return list(dict.fromkeys(self.persons[Named(scope, name)] for name in names if name.strip()))


def link(notes: Iterable[Note | Naming]) -> Links:
    """Find what the notes have in common. Of each note only this stays in memory."""
    mentions: list[Mention] = []
    spoken: dict[str, list[str]] = {}
    projects, tags = Counter[str](), Counter[str]()
    for note in notes:
        if note.event:
            mentions.append(mention_of(note.path, note.event))
        names = [intern(name) for talk in note.talks for name in talk.speakers if name.strip()]
        if names:
            spoken[note.path] = names
        projects.update(_projects_named(note))
        tags.update(_tags_given(note))
    editions = editions_of(mentions)
    named = (Named(_scope(path, editions), name) for path, names in spoken.items() for name in names)
    return Links(
        editions=editions,
        venues=_venues(set(editions.values())),
        persons=link_speakers(named),
        projects=_topics(projects, project_key),
        tags=_topics(tags, tag_key),
    )


def _scope(path: str, editions: Mapping[str, Edition]) -> str:
    """Where a first name alone means one person: the note's event, or the note itself."""
    edition = editions.get(path)
    return intern(edition.name) if edition else path


def project_key(name: str) -> str:
    """Alike for names that differ in case and spaces only: the catalogue has made the rest one."""
    return " ".join(name.casefold().split())


def tag_key(name: str) -> str:
    """Alike for tags that differ in case, hyphens, spaces and `#`: "Machine Learning", "#machine-learning"."""
    return slugify(name.lstrip("#")).replace("-", "")


def _projects_named(note: Note | Naming) -> Iterator[str]:
    for talk in note.talks:
        yield from talk.projects
        for takeaway in talk.takeaways:
            yield from takeaway.projects


def _tags_given(note: Note | Naming) -> Iterator[str]:
    yield from note.tags
    for talk in note.talks:
        yield from talk.tags


def _topics(counts: Counter[str], key_of: Callable[[str], str]) -> dict[str, Topic]:
    spellings: dict[str, list[str]] = defaultdict(list)
    for name in filter(str.strip, counts):
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
