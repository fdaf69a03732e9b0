"""The path of a database in, a connection in which one build happens out: all of it at once, or nothing.

A first build writes a file beside and then gives it the name, so no reader meets a half-made one. A later build is one
transaction in place, in write-ahead mode: readers, which may hold the file open for weeks, see the old state until the
moment of the commit. Afterwards the file goes back to the plain mode, in which it is one file that can be copied or
served from a read-only disk; unless a reader holds it at that moment. No rollback journal is ever
written, as one left behind by a killed build would shut out readers that may not write.
"""

import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from sqlite_utils import Database

from talkdex.ingest.errors import BusyError, DatabaseError, NewerVersionError, NotTalkdexError, TalkdexError
from talkdex.schema.tables import migrations

try:
    import fcntl
except ImportError:  # Windows: there, two first builds of one database at the same moment are not kept apart
    fcntl = None  # type: ignore[assignment]

WAIT = 60.0  # seconds that a build waits for another one to end
STEPS_BETWEEN_LOOKS = 50_000  # of SQLite's machine, some milliseconds
READ_WAIT = 5.0  # seconds that a reader waits while the file changes its mode
SUFFIXES = (".db", ".sqlite", ".sqlite3")
HEADER = b"SQLite format 3\0"
FILE = "SELECT file FROM pragma_database_list WHERE name = 'main'"
ENDS = ("", "-wal", "-shm", "-journal")  # of the names of all files that SQLite has for a database
ROOM = 1_000_000  # bytes on the disk: readers of a database in write-ahead mode need some for an index of the log


@contextmanager
def build_database(path: Path, wait: float = WAIT) -> Iterator[Database]:
    """A database open for one build, with all tables; what is done to it counts when the block ends well.

    Raises NotTalkdexError, NewerVersionError, BusyError after `wait` seconds, DatabaseError when it cannot be written.
    """
    with _explaining(path, sqlite3.Error, OSError):
        if path.is_dir():
            raise DatabaseError("this is a folder; name a file for the database.", path)
        if not path.parent.is_dir():
            raise DatabaseError("there is no such folder to put the database into.", path.parent)
        until = time.monotonic() + wait
        while _is_missing(path):
            with _locked(_file_beside(path), until, path) as is_ours:
                if is_ours and _is_missing(path):
                    with _new_file(path) as db:
                        yield db
                    return
        with _existing_file(path, max(until - time.monotonic(), 0.1)) as db:
            yield db


@contextmanager
def read_database(path: Path) -> Iterator[sqlite3.Connection]:
    """A read-only connection to a database that Talkdex built. Raises the same errors as `build_database`."""
    if not is_there(path):
        raise DatabaseError("there is no such database. Build it with: talkdex build NOTES", path)
    with _explaining(path, sqlite3.Error):  # no OSError: a pipe is closed, or what is read cannot be written elsewhere
        uri = f"{path.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True, timeout=READ_WAIT)) as conn:
            _check(Database(conn, execute_plugins=False), path)
            yield conn


def is_current(conn: sqlite3.Connection) -> bool:
    """Whether a database has all tables and indexes of this version."""
    return not migrations.pending(Database(conn, execute_plugins=False))


@contextmanager
def parsing() -> Iterator[None]:
    """Around the parsing of stored values: one that is not as it was written is damage that SQLite does not see."""
    try:
        yield
    except ValueError as error:  # those of json and pydantic are its subclasses
        raise sqlite3.DatabaseError("malformed value") from error


def is_there(path: Path) -> bool:
    """Whether there is a file of this name. Raises DatabaseError where one may not look, as in a folder of others."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise _explained(error, path) from error
    return True


def is_database(path: str | Path) -> bool:
    """Whether a file is meant as a database: by its name, there or not, or as it begins like one of SQLite."""
    if str(path).lower().endswith(SUFFIXES) and not os.path.isdir(path):
        return True
    with suppress(OSError):
        if os.path.isfile(path):  # and no pipe, of which nothing may be read here
            with open(path, "rb") as file:
                return file.read(len(HEADER)) == HEADER
    return False


def file_of(conn: sqlite3.Connection) -> Path:
    """The file that a connection reads."""
    return Path(conn.execute(FILE).fetchone()[0])


def is_part_of(path: Path, database: Path) -> bool:
    """Whether who writes this file spoils the database: it is the same by some name, or has the name of its log."""
    real = os.path.realpath(database)
    return any(os.path.realpath(path) == part or _is_same(path, part) for part in (f"{real}{end}" for end in ENDS))


def _is_same(one: Path, other: str) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


def _is_missing(path: Path) -> bool:
    """Whether there is nothing yet; an empty file, as `touch` or a temporary file's maker leaves it, is nothing."""
    return not path.exists() or path.stat().st_size == 0


def _file_beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.new")


# ---- a first build


@contextmanager
def _locked(path: Path, until: float, database: Path) -> Iterator[bool]:
    """Keep other first builds away from the file. False when it has got its name meanwhile, and is no longer ours.

    The lock ends with the process, however that ends, so a killed build shuts out nobody.
    """
    with open(path, "ab") as file:
        while not _try_to_lock(file):
            if time.monotonic() > until:
                raise BusyError("another build is writing this database. Wait for it to end, or stop it.", database)
            time.sleep(0.05)
        yield path.exists() and os.path.samestat(os.fstat(file.fileno()), path.stat())


def _try_to_lock(file: BinaryIO) -> bool:
    if fcntl is None:
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _new_file(path: Path) -> Iterator[Database]:
    """A new database that gets its name when it is complete."""
    beside = _file_beside(path)
    os.truncate(beside, 0)  # a killed build may have left its half
    try:
        db = _connect(beside, 0)
        try:
            db.execute("PRAGMA journal_mode = OFF")
            db.execute("PRAGMA synchronous = OFF")
            with _transaction(db):
                migrations.apply(db)
                yield db
        finally:
            db.conn.close()
        with open(beside, "rb") as file:
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        with suppress(OSError):
            beside.unlink()
        raise


# ---- a later build


@contextmanager
def _existing_file(path: Path, wait: float) -> Iterator[Database]:
    """The database in place, in a transaction of its own."""
    db = _connect(path, wait)
    try:
        _check(db, path)
        if shutil.disk_usage(path.parent).free < ROOM:
            raise _full(path)
        try:
            _to_write_ahead(db)
            with _transaction(db):
                migrations.apply(db)
                yield db
        finally:
            _to_plain(db)
    finally:
        db.conn.close()


def _to_write_ahead(db: Database) -> None:
    """Journal mode MEMORY is for the change of mode itself: one write to the first sector, which needs no journal."""
    if _mode(db) != "wal":
        db.execute("PRAGMA journal_mode = MEMORY")
        if db.execute("PRAGMA journal_mode = WAL").fetchone()[0] != "wal":
            raise sqlite3.OperationalError("database is locked")
    db.execute("PRAGMA synchronous = FULL")


def _to_plain(db: Database) -> None:
    """Back to a single file, where no reader holds the log; else that is for the next build to do."""
    with suppress(sqlite3.DatabaseError):
        db.execute("PRAGMA busy_timeout = 200")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        db.execute("PRAGMA journal_mode = MEMORY").fetchone()


def _mode(db: Database) -> str:
    return str(db.execute("PRAGMA journal_mode").fetchone()[0])


# ---- both


def _connect(path: Path, wait: float) -> Database:
    db = Database(sqlite3.connect(path, timeout=wait), execute_plugins=False)
    db.execute("PRAGMA foreign_keys = ON")
    # Between two steps of Python, so that Ctrl+C is heard of in the middle of a statement, and ends it.
    db.conn.set_progress_handler(lambda: None, STEPS_BETWEEN_LOOKS)
    return db


@contextmanager
def _transaction(db: Database) -> Iterator[None]:
    """One write transaction, taken at its beginning: what is read in it cannot be changed by another build."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException as error:
        db.rollback()
        if isinstance(error, sqlite3.OperationalError) and str(error) == "interrupted":
            raise KeyboardInterrupt from error
        raise
    try:
        db.commit()
    except BaseException:
        db.rollback()
        raise


def _check(db: Database, path: Path) -> None:
    """Raise unless the database is one that this version of Talkdex can use. Never writes."""
    applied = [migration.name for migration in migrations.applied(db)]
    if not applied:
        raise NotTalkdexError("this database was not built by Talkdex. Name another file.", path)
    if newer := [name for name in applied if name not in _names()]:
        raise NewerVersionError(f"a newer version of Talkdex built this database (it has {newer[0]!r}).", path)


def _names() -> set[str]:
    """The names of all migrations that this version has."""
    return {migration.name for migration in migrations.pending(Database(memory=True))}


@contextmanager
def _explaining(path: Path, *causes: type[Exception]) -> Iterator[None]:
    """Turns these errors into ours, and any other one where the file turns out to be damaged: it may lead to all."""
    try:
        yield
    except TalkdexError:
        raise
    except causes as error:
        raise _explained(error, path) from error
    except Exception as error:
        if _is_damaged(path):
            raise _damaged(path) from error
        raise


def _explained(error: Exception, path: Path) -> DatabaseError:
    """The same error in words that tell what to do."""
    if isinstance(error, OSError):  # first, as its text has the path, which may be `locked/talkdex.db`
        return DatabaseError(
            f"the database cannot be opened or written: {error.strerror or error}.", error.filename or path
        )
    text = str(error)
    if "not a database" in text:
        return NotTalkdexError("this file is no SQLite database. Name another one.", path)
    if "locked" in text or "busy" in text:
        return BusyError("another build is writing this database. Wait for it to end, or stop it.", path)
    if "unable to open" in text or "readonly" in text:
        return DatabaseError("the database cannot be opened or written. Look at its permissions.", path)
    if "full" in text:
        return _full(path)
    if "disk I/O" in text:
        return DatabaseError("the disk cannot be written, or is full. The database is as it was.", path)
    if "malformed" in text or _is_damaged(path):
        return _damaged(path)
    return DatabaseError(f"the database cannot be used: {text}.", path)


def _full(path: Path) -> DatabaseError:
    return DatabaseError("the disk is full. Make room and try again: the database is as it was.", path)


def _damaged(path: Path) -> DatabaseError:
    return DatabaseError("the database is damaged. Remove it and build it anew.", path)


def _is_damaged(path: Path) -> bool:
    """Whether SQLite finds the file inconsistent. That reads all of it, so it is asked when something has failed."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=READ_WAIT)) as conn:
            return bool(conn.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",))
    except sqlite3.OperationalError as error:
        # The first of an index of words, the second of the header; else it is locked, or there is none.
        return any(sign in str(error) for sign in ("constructor failed", "unsupported file format"))
    except (sqlite3.DatabaseError, ValueError):  # the latter when what it says is no text
        return True
