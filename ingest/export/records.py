"""A database in, JSON Lines out: the record of each notes file, as `talkdex extract` prints it, with its Markdown."""

import json
import sqlite3
from collections.abc import Iterator
from typing import IO

from talkdex.ingest.store.database import parsing
from talkdex.ingest.store.records import excerpts

RECORDS = "SELECT path, record FROM _notes WHERE record IS NOT NULL ORDER BY path"


def export_records(conn: sqlite3.Connection, out: IO[bytes]) -> int:
    """Write a line for each notes file, from which `restore` makes the same database. The number of lines."""
    count = 0
    for line in _lines(conn):
        out.write(f"{line}\n".encode())
        count += 1
    return count


def _lines(conn: sqlite3.Connection) -> Iterator[str]:
    with parsing():
        for path, record in conn.execute(RECORDS):
            note = json.loads(record)
            # Not strict: what a line says of a file that could not be read was imported, but makes no rows.
            for talk, markdown in zip(note["talks"], excerpts(conn, path), strict=False):
                talk["notes"] = markdown
            yield json.dumps(note, ensure_ascii=False, separators=(",", ":"))
