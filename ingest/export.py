"""A database in, files for other tools out: the notes' records as JSON lines, or every table as CSV."""

import csv
import io
import sqlite3
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from talkdex.ingest.store.rows import TABLES

RECORDS = "SELECT record FROM _notes WHERE record IS NOT NULL ORDER BY path"
CHANGED = (1980, 1, 1, 0, 0, 0)  # the same database gives the same archive


def export_records(conn: sqlite3.Connection, out: TextIO) -> int:
    """Write the record of each notes file as a line of JSON, as `talkdex extract` prints it. The number of records."""
    count = 0
    for (record,) in conn.execute(RECORDS):
        out.write(record + "\n")
        count += 1
    return count


def export_tables(conn: sqlite3.Connection, target: Path) -> int:
    """Write a CSV file for each table into the folder `target`, or into one archive when that ends in `.zip`.

    The number of files.
    """
    files = {f"{table.name}.csv": _csv(conn, table.name, table.key) for table in TABLES}
    if target.suffix.lower() == ".zip":
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in files.items():
                archive.writestr(zipfile.ZipInfo(name, CHANGED), text, zipfile.ZIP_DEFLATED)
    else:
        target.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (target / name).write_text(text, encoding="utf-8", newline="")
    return len(files)


def _csv(conn: sqlite3.Connection, table: str, key: int) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    order = ", ".join(str(column) for column in range(1, key + 1))
    rows: Iterator[tuple[object, ...]] = conn.execute(f"SELECT * FROM {table} ORDER BY {order}")
    writer.writerow([column[0] for column in conn.execute(f"SELECT * FROM {table} LIMIT 0").description])
    writer.writerows(rows)
    return out.getvalue()
