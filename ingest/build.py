"""Notes in, the database out: find, read what changed, link, load, in one transaction; vectors after it."""

import time
from collections.abc import Collection, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from sqlite_utils import Database

from talkdex.ingest.extract import OnRead, extract
from talkdex.ingest.index.in_step import OnIndexed
from talkdex.ingest.notes.sources import find_sources
from talkdex.ingest.shards import split
from talkdex.ingest.store import records
from talkdex.ingest.store.database import WAIT, build_database
from talkdex.ingest.store.load import OnWritten, load
from talkdex.ingest.store.records import Extract, LostNotes
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
    shards: list[str]  # the databases of single years

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
    on_written: OnWritten = lambda done, total: None,
    on_indexed: OnIndexed = lambda done, total: None,
    vectors: bool = True,
    on_embedded: OnEmbedded = lambda done, total: None,
    cluster: str | None = None,
    shards: bool = False,
) -> Summary:
    """Make `database` hold what the notes say: new and changed files are read, the records of others kept or removed.

    The sentence vectors of new texts are written afterwards, while the rest can be read already; without `vectors`
    there are none, and search goes by words alone. With `cluster`, the address of a Dask scheduler, its workers read.
    With `shards`, the notes of each edition year are put into a database of their own, too.

    Raises NotesError when there are no notes, ClusterError when the workers cannot read, DatabaseError when the
    database cannot be used; it is then as it was.
    """
    started = time.perf_counter()
    find = partial(find_sources, notes, exclude, shared=bool(cluster))
    read_all = partial(extract, drafts=drafts, jobs=jobs, on_read=on_read, cluster=cluster)
    sources = find()
    paths = {source.path for source in sources}
    with build_database(Path(database), wait) as db:
        known = records.fingerprints(db.conn)
        extracts = read_all(sources, known)
        del sources  # when all is read, nobody has them any more, and there is room for what links the notes
        try:
            read, written = _update(db, extracts, paths, on_written, on_indexed)
        except LostNotes:
            records.forget(db.conn)
            read, written = _update(db, read_all(find(), {}), paths, on_written, on_indexed)
        counts = {table: int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]) for table in COUNTED}
        notices = dict(db.execute("SELECT kind, count(*) FROM notices GROUP BY kind ORDER BY 2 DESC, 1").fetchall())
        left_out = records.count_drafts(db.conn)
    if vectors:
        embedded = embed(Path(database), wait, on_embedded)
    else:
        embedded = 0
        remove(Path(database), wait)
    written_shards = split(Path(database), vectors, wait) if shards else []
    return Summary(
        database=str(database),
        files=len(paths),
        read=read,
        unchanged=len(paths) - read,
        removed=len(known.keys() - paths),
        drafts=left_out,
        rows_written=written,
        embedded=embedded,
        seconds=round(time.perf_counter() - started, 3),
        counts=counts,
        notices=notices,
        shards=[str(shard) for shard in written_shards],
    )


def _update(
    db: Database,
    extracts: Generator[Extract, None, None],
    paths: Collection[str],
    on_written: OnWritten,
    on_indexed: OnIndexed,
) -> tuple[int, int]:
    """How many files were read, and how many rows of the database written for them."""
    read = 0

    def counted() -> Iterator[Extract]:
        nonlocal read
        for one in extracts:
            read += 1
            yield one

    with closing(extracts):
        written = load(db, counted(), paths, on_written, on_indexed)
    return read, written
