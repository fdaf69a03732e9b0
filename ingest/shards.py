"""A database in, one for each edition year out; and these in, the database that holds what all of them do out.

Each is a whole database, to which the rules of a build apply: it can be served, and only what differs is written. The
files of years to which nothing was added stay the same, byte for byte, wherever they were copied to.
"""

import re
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

from talkdex.ingest.errors import DatabaseError, NotTalkdexError, RecordsError
from talkdex.ingest.restore import Restored
from talkdex.ingest.store import records
from talkdex.ingest.store.database import WAIT, build_database, read_database
from talkdex.ingest.store.load import OnWritten, load
from talkdex.ingest.store.records import LostNotes
from talkdex.ingest.vectors import store
from talkdex.ingest.vectors.embed import TALKS_AT_ONCE, OnEmbedded, embed, remove

UNDATED = "undated"  # notes of no event or one whose year is not known, drafts, and files that could not be read
YEARS = """
    SELECT _notes.path, coalesce(year, ?) FROM _notes LEFT JOIN posts USING (path)
    LEFT JOIN events ON events.id = event_id ORDER BY 1
"""
PATHS = "SELECT path FROM _notes ORDER BY path"
HELD = "SELECT (SELECT count(*) FROM posts), (SELECT count(*) FROM talks)"

Sources = Mapping[str, sqlite3.Connection]  # where the record of each file is, by path


def split(database: Path, vectors: bool = True, wait: float = WAIT) -> list[Path]:
    """Write the notes of each edition year to a database beside this one: `talkdex-2019.db` beside `talkdex.db`.

    Gives these files, by name. That of a year of which there are no notes any more is removed. Raises DatabaseError.
    """
    shards: dict[Path, dict[str, sqlite3.Connection]] = {}
    with read_database(database) as conn:
        conn.execute("BEGIN")  # all of it as it is now, whatever is built meanwhile
        for path, year in conn.execute(YEARS, [UNDATED]):
            shards.setdefault(database.with_name(f"{database.stem}-{year}{database.suffix}"), {})[path] = conn
        for shard, sources in shards.items():
            _hold(shard, sources, vectors, wait)
    for shard in _shards_of(database):
        if shard not in shards:
            shard.unlink()
    return sorted(shards)


def join(
    databases: Sequence[Path],
    output: Path,
    vectors: bool = True,
    wait: float = WAIT,
    on_written: OnWritten = lambda done, total: None,
    on_embedded: OnEmbedded = lambda done, total: None,
) -> Restored:
    """Make `output` hold the notes of these databases, and nothing else: what one build of all of them would hold.

    Raises RecordsError when a note is in two of them, DatabaseError when one cannot be used; `output` then stays.
    """
    with ExitStack() as stack:
        sources: dict[str, sqlite3.Connection] = {}
        names: dict[sqlite3.Connection, Path] = {}
        for database in databases:
            conn = stack.enter_context(read_database(database))
            if output.exists() and output.samefile(database):
                raise RecordsError("this is the database that is to be written. Choose another one with -o.", database)
            conn.execute("BEGIN")
            paths = [path for (path,) in conn.execute(PATHS)]
            if twice := next((path for path in paths if path in sources), None):
                message = f"{twice} is in {names[sources[twice]]}, too. Build the databases again."
                raise RecordsError(message, database)
            names[conn] = database
            sources |= dict.fromkeys(paths, conn)
        _hold(output, sources, vectors, wait, on_written)
    if vectors:
        embed(output, wait, on_embedded)
    with read_database(output) as conn:
        notes, talks = conn.execute(HELD).fetchone()
    return Restored(notes, talks, without_notes=0)


def _hold(
    database: Path, sources: Sources, vectors: bool, wait: float, on_written: OnWritten = lambda done, total: None
) -> None:
    """Make the database hold these files as the other databases do, with the vectors that they have."""
    if not _holds(database, sources):
        with build_database(database, wait) as db:
            for _ in range(2):
                with suppress(LostNotes):
                    load(db, records.differing(db.conn, sources), sources, on_written)
                    break
                records.forget(db.conn)
    if not vectors:
        remove(database, wait)
        return
    for source in set(sources.values()):
        _copy_vectors(database, source, wait)


def _holds(database: Path, sources: Sources) -> bool:
    """Whether the database is one that need not be written: even a build that changes nothing changes its bytes."""
    with suppress(DatabaseError), read_database(database) as conn:
        same_paths = [path for (path,) in conn.execute(PATHS)] == sorted(sources)
        return same_paths and records.is_whole(conn) and next(records.differing(conn, sources), None) is None
    return False


def _copy_vectors(database: Path, source: sqlite3.Connection, wait: float) -> None:
    with read_database(database) as conn:
        missing = store.missing(conn, source)
    for start in range(0, len(missing), TALKS_AT_ONCE):
        with build_database(database, wait) as db:
            store.copy(db.conn, source, missing[start : start + TALKS_AT_ONCE])


def _shards_of(database: Path) -> list[Path]:
    """The databases of years that are there, and of no other origin."""
    name = re.compile(rf"{re.escape(database.stem)}-(?:\d+|{UNDATED}){re.escape(database.suffix)}")
    found = [file for file in database.parent.iterdir() if name.fullmatch(file.name)]
    ours: list[Path] = []
    for file in found:
        with suppress(NotTalkdexError), read_database(file):
            ours.append(file)
    return ours
