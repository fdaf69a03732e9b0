"""Notes in, the database out: find, read what changed, link, load, in one transaction; vectors after it."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlite_utils import Database

from talkdex.ingest.check import notices_of
from talkdex.ingest.extract import Extract, Known, OnRead, extract
from talkdex.ingest.notes.sources import Source, find_sources
from talkdex.ingest.store.database import WAIT, build_database
from talkdex.ingest.store.link import link
from talkdex.ingest.store.load import LostNotes, load
from talkdex.ingest.store.rows import Row, rows_of
from talkdex.ingest.vectors.embed import OnEmbedded, embed, remove

COUNTED = ("posts", "events", "venues", "talks", "speakers", "projects", "takeaways", "tags", "links")


@dataclass(frozen=True, slots=True)
class Summary:
    """What a build did. `counts` are the rows of each table, `notices` what needs a look, by kind."""

    database: str
    files: int
    read: int
    unchanged: int
    removed: int
    drafts: int
    rows_written: int
    embedded: int  # talks whose sentence vectors were computed
    seconds: float
    counts: dict[str, int]
    notices: dict[str, int]

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


def build(
    notes: Sequence[str | Path],
    database: str | Path,
    exclude: Sequence[str] = (),
    drafts: bool = False,
    jobs: int | None = None,
    wait: float = WAIT,
    on_read: OnRead = lambda done, total: None,
    vectors: bool = True,
    on_embedded: OnEmbedded = lambda done, total: None,
) -> Summary:
    """Make `database` hold what the notes say: new and changed files are read, the records of others kept or removed.

    The sentence vectors of new texts are written afterwards, while the rest can be read already; without `vectors`
    there are none, and search goes by words alone.

    Raises NotesError when there are no notes, DatabaseError when the database cannot be used; it is then as it was.
    """
    started = time.perf_counter()
    sources = find_sources(notes, exclude)
    with build_database(Path(database), wait) as db:
        known = {path: Known(fingerprint, record) for path, fingerprint, record in db.execute("SELECT * FROM _notes")}
        try:
            extracts, written = _update(db, sources, known, drafts, jobs, on_read)
        except LostNotes:
            extracts, written = _update(db, sources, {}, drafts, jobs, on_read)
        counts = {table: int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]) for table in COUNTED}
        notices = dict(db.execute("SELECT kind, count(*) FROM notices GROUP BY kind ORDER BY 2 DESC, 1").fetchall())
    if vectors:
        embedded = embed(Path(database), wait, on_embedded)
    else:
        embedded = 0
        remove(Path(database), wait)
    read = sum(one.excerpts is not None for one in extracts)
    return Summary(
        database=str(database),
        files=len(extracts),
        read=read,
        unchanged=len(extracts) - read,
        removed=len(known.keys() - {one.path for one in extracts}),
        drafts=sum(one.note is None for one in extracts),
        rows_written=written,
        embedded=embedded,
        seconds=round(time.perf_counter() - started, 3),
        counts=counts,
        notices=notices,
    )


def _update(
    db: Database,
    sources: Sequence[Source],
    known: Mapping[str, Known],
    drafts: bool,
    jobs: int | None,
    on_read: OnRead,
) -> tuple[list[Extract], int]:
    """The records of all files, and how many rows of the database were written for them."""
    extracts = extract(sources, known, drafts, jobs, on_read)
    notes = [one.note for one in extracts if one.note]
    links = link(notes)
    excerpts = {one.path: one.excerpts for one in extracts if one.excerpts is not None}
    rows = rows_of(notes, links, notices_of(notes, links.editions), excerpts)
    return extracts, load(db, rows | {"_notes": _state(extracts, known)})


def _state(extracts: Sequence[Extract], known: Mapping[str, Known]) -> dict[Row, Row]:
    """The rows of `_notes`, from which the next build knows what it need not read."""
    rows: dict[Row, Row] = {}
    for one in extracts:
        if one.excerpts is None:
            record = known[one.path].record
        else:
            record = one.note.model_dump_json() if one.note else None
        rows[(one.path,)] = (one.path, one.fingerprint, record)
    return rows
