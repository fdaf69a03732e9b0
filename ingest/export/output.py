"""The name of a file to export into in, a stream to write it to out: it gets the name when it is whole."""

import errno
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import gettempdir
from typing import IO

import click

from talkdex.ingest.errors import DatabaseError
from talkdex.ingest.store.database import file_of, is_part_of

STANDARD_OUTPUT = Path("-")


@contextmanager
def output_file(conn: sqlite3.Connection, path: Path) -> Iterator[IO[bytes]]:
    """What to write an export of this database to. A file that was there stays as it was until the block ends well.

    Standard output and what is no file, as a pipe, are written to at once. Raises DatabaseError where the file is the
    database itself, and OSError when it cannot be written.
    """
    if is_part_of(path, file_of(conn)):
        raise DatabaseError("this is the database that is exported. Choose another file with -o.", path)
    if path == STANDARD_OUTPUT or (path.exists() and not path.is_file()):
        with click.open_file(str(path), "wb") as out:
            yield out
        return
    try:
        with _replacing(Path(os.path.realpath(path))) as out:  # what a link leads to, and not the link
            yield out
    except OSError as error:
        error.filename = str(path)  # and not that of the file beside
        raise


@contextmanager
def _replacing(path: Path) -> Iterator[IO[bytes]]:
    folder = path.parent if os.access(path.parent, os.W_OK) else Path(gettempdir())
    beside = folder / f".talkdex-{os.getpid()}.new"
    try:
        with open(beside, "wb") as out:
            yield out
        _give_name(beside, path)
    except BaseException:
        with suppress(OSError):
            beside.unlink()
        raise


def _give_name(written: Path, path: Path) -> None:
    """Puts a file in the place of another; what cannot be replaced, as a file bound into a container, is written to."""
    if path.exists():
        shutil.copymode(path, written)
    try:
        os.replace(written, path)
    except OSError as error:
        if error.errno not in (errno.EBUSY, errno.EXDEV, errno.EACCES, errno.EPERM):
            raise
        shutil.copyfile(written, path)
        written.unlink()
