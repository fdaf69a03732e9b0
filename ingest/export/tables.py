"""A database in, its tables out: a CSV or Parquet file for each, in a folder or one archive."""

import csv
import io
import sqlite3
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

from talkdex.ingest.errors import MissingExtraError
from talkdex.ingest.export.output import output_file
from talkdex.ingest.store.rows import TABLES, Row, Table

CHANGED = (1980, 1, 1, 0, 0, 0)  # the same database gives the same archive


def export_tables(conn: sqlite3.Connection, target: Path, form: Literal["csv", "parquet"]) -> int:
    """Write a file for each table into the folder `target`, or into one archive when that ends in `.zip`.

    The number of files. Raises MissingExtraError when there is no pyarrow to write Parquet with.
    """
    if form == "csv":
        content_of = _csv_file
    else:
        try:
            from talkdex.ingest.export.parquet import parquet_file as content_of
        except ImportError as error:
            raise MissingExtraError("Parquet needs pyarrow. Install it with: pip install 'talkdex[parquet]'") from error
    files = ((f"{table.name}.{form}", content_of(conn, table, _rows(conn, table))) for table in TABLES)
    if target.suffix.lower() == ".zip":
        with output_file(conn, target) as out, zipfile.ZipFile(out, "w") as archive:
            for name, content in files:
                archive.writestr(zipfile.ZipInfo(name, CHANGED), content, zipfile.ZIP_DEFLATED)
    else:
        target.mkdir(parents=True, exist_ok=True)
        for name, content in files:
            with output_file(conn, target / name) as out:
                out.write(content)
    return len(TABLES)


def _rows(conn: sqlite3.Connection, table: Table) -> Iterator[Row]:
    key = ", ".join(table.columns[: table.key])
    yield from conn.execute(f"SELECT {', '.join(table.columns)} FROM {table.name} ORDER BY {key}")


def _csv_file(conn: sqlite3.Connection, table: Table, rows: Iterable[Row]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(table.columns)
    writer.writerows(rows)
    return out.getvalue().encode()
