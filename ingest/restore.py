"""JSON Lines that an export wrote in, the database that they were written from out: all of it, or what was there."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from talkdex.ingest.errors import RecordsError
from talkdex.ingest.store import records
from talkdex.ingest.store.database import WAIT, build_database, read_database
from talkdex.ingest.store.load import OnWritten, load
from talkdex.ingest.store.records import Extract
from talkdex.ingest.vectors.embed import OnEmbedded, embed, remove
from talkdex.schema.exported import ExportedNote

FINGERPRINT = "imported"  # that of no file: a build reads the notes anew, wherever they are by then
IN_JSON = re.compile(r" at line 1 column (\d+)$")  # each line is JSON of its own, so "line 1" would mislead

# A note that could not be read counts, as it has a line in an export, though it is on no page.
HELD = "SELECT (SELECT count(*) FROM _notes WHERE record IS NOT NULL), (SELECT count(*) FROM talks)"


@dataclass(frozen=True, slots=True)
class Restored:
    """What an import put into the database. `without_notes` are the talks that came without their Markdown."""

    notes: int
    talks: int
    without_notes: int


def read_records(lines: Iterable[bytes], source: Path) -> list[ExportedNote]:
    """The records in the lines of a file, of which some may be blank; `source` is what errors call the file.

    Raises RecordsError with the line that cannot be used.
    """
    notes: list[ExportedNote] = []
    line_of: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        if not (record := line.strip()):
            continue
        try:
            note = ExportedNote.model_validate_json(record)
        except ValidationError as error:
            raise RecordsError(f"this is no record of a note: {_what_is_wrong(error)}.", source, number) from error
        if note.path in line_of:
            message = f"{note.path} has a record already, on line {line_of[note.path]}."
            raise RecordsError(message, source, number)
        line_of[note.path] = number
        notes.append(note)
    if not notes:
        raise RecordsError("there are no records in this file.", source)
    return notes


def restore(
    notes: Sequence[ExportedNote],
    database: Path,
    vectors: bool = True,
    wait: float = WAIT,
    on_written: OnWritten = lambda done, total: None,
    on_embedded: OnEmbedded = lambda done, total: None,
) -> Restored:
    """Make `database` hold these notes, and nothing else. Raises DatabaseError when it cannot; it is then as it was."""
    extracts = (
        Extract(note.path, FINGERPRINT, note.as_read(), [talk.notes or "" for talk in note.talks]) for note in notes
    )
    with build_database(database, wait) as db:
        records.forget(db.conn)  # which have not the Markdown, by which alone two exports may differ
        load(db, extracts, {note.path for note in notes}, on_written)
    if vectors:
        embed(database, wait, on_embedded)
    else:
        remove(database, wait)
    return what_it_holds(database, without_notes=sum(talk.notes is None for note in notes for talk in note.talks))


def what_it_holds(database: Path, without_notes: int = 0) -> Restored:
    """What is in a database after an import into it."""
    with read_database(database) as conn:
        notes, talks = conn.execute(HELD).fetchone()
    return Restored(notes, talks, without_notes)


def _what_is_wrong(error: ValidationError) -> str:
    """The first mistake, with where it is: "talks.0.title: Field required"."""
    first = error.errors(include_url=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    message = IN_JSON.sub(r" at column \1", first["msg"].removeprefix("Value error, "))
    return f"{place}: {message}" if place else message
