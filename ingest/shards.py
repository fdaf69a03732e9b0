"""A database in, one for each edition year out; and these in, the database that holds what all of them do out.

Each is a whole database, to which the rules of a build apply: it can be served, and only what differs is written. The
files of years to which nothing was added stay the same, byte for byte, wherever they were copied to.
"""

import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from talkdex.ingest.errors import DatabaseError, RecordsError
from talkdex.ingest.index import places
from talkdex.ingest.restore import Restored, what_it_holds
from talkdex.ingest.store import records
from talkdex.ingest.store.database import WAIT, build_database, file_of, is_current, is_part_of, read_database
from talkdex.ingest.store.load import OnWritten, load
from talkdex.ingest.store.records import Extract, LostNotes
from talkdex.ingest.vectors import store
from talkdex.ingest.vectors.embed import TALKS_AT_ONCE, OnEmbedded, embed, remove
from talkdex.schema.records import Note

UNDATED = "undated"  # notes of no event or one whose year is not known, drafts, and files that could not be read
MARK = 0x54444B59  # application_id of the databases that we may write over or remove, "TDKY"
YEARS = """
    SELECT _notes.path, coalesce(year, ?) FROM _notes LEFT JOIN posts USING (path)
    LEFT JOIN events ON events.id = event_id ORDER BY 1
"""
PATHS = "SELECT path FROM _notes ORDER BY path"

Sources = Mapping[str, sqlite3.Connection]  # where the record of each file is, by path


def split(database: Path, vectors: bool = True, wait: float = WAIT) -> list[Path]:
    """Write the notes of each edition year to a database beside this one: `talkdex-2019.db` beside `talkdex.db`.

    Gives these files, by name. That of a year of which there are no notes any more is removed. Raises DatabaseError,
    also where a database that is not one of these has the name of one.
    """
    shards: dict[Path, dict[str, sqlite3.Connection]] = {}
    with build_database(database, wait) as db:  # so that no other build changes it, and splits it, meanwhile
        for path, year in db.conn.execute(YEARS, [UNDATED]):
            shards.setdefault(database.with_name(f"{database.stem}-{year}{database.suffix}"), {})[path] = db.conn
        for shard in shards:
            if shard.exists() and not _is_ours(shard):
                raise DatabaseError("this is no database of a year that we have written. Move it, or use -o.", shard)
        for shard in sorted({*shards, *_shards_of(database)}):
            _hold(shard, shards.get(shard, {}), vectors, wait, mark=MARK)
            if shard not in shards:
                _remove(shard, wait)
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

    Raises RecordsError when a note is in two of them or there is none, DatabaseError when one cannot be used; `output`
    then stays.
    """
    with ExitStack() as stack:
        sources: dict[str, sqlite3.Connection] = {}
        for database in {database.resolve(): database for database in databases}.values():
            conn = stack.enter_context(read_database(database))
            conn.execute("BEGIN")
            if is_part_of(output, database):
                raise RecordsError("this is the database that is to be written. Choose another one with -o.", database)
            if not (is_current(conn) and records.is_whole(conn)):
                message = "another version built this database, or its build was not ended. Build it again."
                raise DatabaseError(message, database)
            paths = [path for (path,) in conn.execute(PATHS)]
            if twice := next((path for path in paths if path in sources), None):
                message = f"{twice} is in {file_of(sources[twice])}, too. Build the databases again."
                raise RecordsError(message, database)
            sources |= dict.fromkeys(paths, conn)
        if not any(conn.execute("SELECT 1 FROM posts").fetchone() for conn in set(sources.values())):
            raise RecordsError("there are no notes in these databases.", databases[0])
        _hold(output, sources, vectors, wait, on_written)
    if vectors:
        embed(output, wait, on_embedded)
    return what_it_holds(output)


def _hold(
    database: Path,
    sources: Sources,
    vectors: bool,
    wait: float,
    on_written: OnWritten = lambda done, total: None,
    mark: int = 0,
) -> None:
    """Make the database hold these files as the other databases do, with the vectors that they have."""
    if not _holds(database, sources):
        with build_database(database, wait) as db:
            db.execute(f"PRAGMA application_id = {mark}")
            try:
                load(db, _taken_for_new(db.conn, sources), sources, on_written)
            except LostNotes:
                records.forget(db.conn)
                load(db, _taken_for_new(db.conn, sources), sources, on_written)
    if not vectors:
        remove(database, wait)
        return
    for source in set(sources.values()):
        _copy_vectors(database, source, wait)


def _holds(database: Path, sources: Sources) -> bool:
    """Whether the database is one that need not be written: even a build that changes nothing changes its bytes."""
    with suppress(DatabaseError), read_database(database) as conn:
        same_paths = [path for (path,) in conn.execute(PATHS)] == sorted(sources)
        is_whole = is_current(conn) and records.is_whole(conn) and places.are_there(conn)
        return same_paths and is_whole and next(_differing(conn, sources), None) is None
    return False


def _taken_for_new(conn: sqlite3.Connection, sources: Sources) -> Iterator[Extract]:
    """The files that differ, of which the database forgets the records: the Markdown of the same may be another."""
    for one in _differing(conn, sources):
        records.forget_file(conn, one.path)
        yield one


def _differing(conn: sqlite3.Connection, sources: Sources) -> Iterator[Extract]:
    """All that other databases have of the files of which this one has not the same."""
    for path, source in sources.items():
        with _telling_of(source):
            fingerprint, record = records.stored(source, path) or ("", None)
            excerpts = records.excerpts(source, path)
        if records.stored(conn, path) != (fingerprint, record) or records.excerpts(conn, path) != excerpts:
            with _telling_of(source):
                note = Note.model_validate_json(record) if record else None
            yield Extract(path, fingerprint, note, excerpts)


def _copy_vectors(database: Path, source: sqlite3.Connection, wait: float) -> None:
    with read_database(database) as conn:
        missing = store.missing(conn, source)
    for start in range(0, len(missing), TALKS_AT_ONCE):
        with build_database(database, wait) as db:
            store.copy(db.conn, source, missing[start : start + TALKS_AT_ONCE])


@contextmanager
def _telling_of(source: sqlite3.Connection) -> Iterator[None]:
    """Errors of this database, which those of the one that is written would hide."""
    try:
        yield
    except (sqlite3.Error, ValueError) as error:
        raise DatabaseError(f"this database cannot be read: {str(error).splitlines()[0]}.", file_of(source)) from error


def _remove(shard: Path, wait: float) -> None:
    """Remove a database without notes; where others read it, and so keep its log, it stays until the next time."""
    with build_database(shard, wait):
        pass  # which ends the log
    if not shard.with_name(f"{shard.name}-wal").exists():
        shard.unlink()


def _shards_of(database: Path) -> list[Path]:
    """The databases of years that are there."""
    name = re.compile(rf"{re.escape(database.stem)}-(?:\d{{1,4}}|{UNDATED}){re.escape(database.suffix)}")
    return [file for file in database.parent.iterdir() if name.fullmatch(file.name) and _is_ours(file)]


def _is_ours(file: Path) -> bool:
    """Whether it is a database of a year that we have written."""
    with suppress(DatabaseError), read_database(file) as conn:
        return bool(conn.execute("PRAGMA application_id").fetchone()[0] == MARK)
    return False
