"""The records of all notes and their editions in, what a person may want to look at out: with path, line and kind."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from talkdex.ingest.store.editions import Edition
from talkdex.ingest.store.records import Naming
from talkdex.schema.records import Kind, Note, Notice, NoticeKind

DOUBTFUL = 0.5  # confidence below which an inference is rather a guess

_WHAT: dict[Kind, str] = {
    "report": "notes on several talks",
    "talk": "notes on one talk",
    "index": "an overview without notes",
    "other": "no notes of talks",
}

# What `talkdex check` prints above the notices of a kind, in this order.
HEADINGS: dict[NoticeKind, str] = {
    "unreadable": "Files that were left out",
    "encoding": "Files that are not UTF-8",
    "front-matter": "Front matter that could not be used",
    "no-event": "Talks without an event",
    "no-year": "Events without a year",
    "no-speaker": "Talks without a speaker",
    "doubtful": "Guesses",
    "todo": "Left to do by the author",
}


@dataclass(frozen=True, slots=True)
class Noticed:
    """A notice and the path of its note."""

    path: str
    notice: Notice

    def __str__(self) -> str:
        """As compilers print it, so that editors can jump there."""
        place = self.path if self.notice.line is None else f"{self.path}:{self.notice.line}"
        return f"{place}: {self.notice.kind}: {self.notice.message}"


def notices_of(notes: Iterable[Note], editions: Mapping[str, Edition]) -> list[Noticed]:
    """What the reader noticed in each note, and what the records lack. Sorted by kind, path and line."""
    ordered = sorted(notes, key=lambda note: note.path)
    noticed = [Noticed(note.path, notice) for note in ordered for notice in note.notices]
    noticed += missing_years(ordered, editions)
    for note in ordered:
        noticed += [Noticed(note.path, notice) for notice in (*_missing(note), *_doubts(note))]
    kinds = list(HEADINGS)
    return sorted(noticed, key=lambda n: (kinds.index(n.notice.kind), n.path, n.notice.line or 0, n.notice.message))


def is_unreadable(note: Note | Naming) -> bool:
    """Whether the file could not be read: it has notices, but is no post."""
    return any(notice.kind == "unreadable" for notice in note.notices)


def _missing(note: Note) -> Iterator[Notice]:
    if note.talks and not note.event:
        yield Notice(kind="no-event", message="It is not clear which event these talks are from.")
    if note.kind == "report" and not note.talks:
        yield Notice(kind="doubtful", message="This looks like notes on several talks, but none was told apart.")
    for talk in note.talks:
        if not talk.speakers and not talk.speakers_stated:
            yield Notice(kind="no-speaker", message=f"“{talk.title}” has no speaker.", line=talk.lines[0])


def missing_years(notes: Sequence[Note | Naming], editions: Mapping[str, Edition]) -> Iterator[Noticed]:
    """Each event without a year once, at the first of its notes, where it is one of these."""
    for note in notes:
        edition = editions.get(note.path)
        if edition and not edition.year and edition.first_path == note.path:
            yield Noticed(note.path, Notice(kind="no-year", message=f"The year of {edition.name} is not known."))


def _doubts(note: Note) -> Iterator[Notice]:
    if note.confidence < DOUBTFUL and not is_unreadable(note):
        yield Notice(kind="doubtful", message=f"This file was taken for: {_WHAT[note.kind]}.")
    if note.event and note.event.confidence < DOUBTFUL:
        yield Notice(kind="doubtful", message=f"“{note.event.name}” was taken for the event.")
    for talk in note.talks:
        if talk.confidence < DOUBTFUL:
            yield Notice(kind="doubtful", message=f"“{talk.title}” was taken for a talk.", line=talk.lines[0])
        elif talk.speakers and talk.speakers_confidence < DOUBTFUL:
            named = f"{' and '.join(talk.speakers)} {'were' if len(talk.speakers) > 1 else 'was'}"
            yield Notice(kind="doubtful", message=f"{named} taken for the speaker.", line=talk.lines[0])
