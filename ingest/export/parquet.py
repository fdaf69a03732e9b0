"""The rows of a table in, a Parquet file of them out, with types: dates as dates, JSON arrays as lists.

Needs pyarrow, which the extra `parquet` installs.
"""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import date
from io import BytesIO
from itertools import islice

import pyarrow
from pyarrow import parquet

from talkdex.ingest.store.database import parsing
from talkdex.ingest.store.rows import Row, Table, Value

ROW_GROUP = 100_000  # rows; a million takeaways are never in memory as Python's objects all at once
TYPES = {"INTEGER": pyarrow.int64(), "REAL": pyarrow.float64(), "TEXT": pyarrow.string()}
DATES = {("events", "start_date"), ("events", "end_date"), ("posts", "date")}
LISTS = {("posts", "authors")}


def parquet_file(conn: sqlite3.Connection, table: Table, rows: Iterable[Row]) -> bytes:
    """The Parquet file of a table, whose `rows` have its columns in order."""
    schema = pyarrow.schema(_fields(conn, table))
    out = BytesIO()
    left = iter(rows)
    with parquet.ParquetWriter(out, schema) as writer:
        while group := list(islice(left, ROW_GROUP)):
            columns = zip(schema, zip(*group, strict=True), strict=True)
            arrays = [pyarrow.array(_typed(values, field.type), field.type) for field, values in columns]
            writer.write_table(pyarrow.table(arrays, schema))
    return out.getvalue()


def _fields(conn: sqlite3.Connection, table: Table) -> list[pyarrow.Field]:
    """The columns as the tables declare them. A key is never empty, though SQLite need not say so."""
    declared = {
        name: (type_of, bool(not_null or key))
        for _, name, type_of, not_null, _, key in conn.execute(f"PRAGMA table_info({table.name})")
    }
    fields = []
    for column in table.columns:
        type_of, is_filled = declared[column]
        fields.append(pyarrow.field(column, _type(table.name, column, type_of), nullable=not is_filled))
    return fields


def _type(table: str, column: str, declared: str) -> pyarrow.DataType:
    if (table, column) in DATES:
        return pyarrow.date32()
    return pyarrow.list_(pyarrow.string()) if (table, column) in LISTS else TYPES[declared]


def _typed(values: Sequence[Value], type_of: pyarrow.DataType) -> Sequence[object]:
    with parsing():
        if pyarrow.types.is_date(type_of):
            return [value and date.fromisoformat(str(value)) for value in values]
        if pyarrow.types.is_list(type_of):
            return [json.loads(str(value)) for value in values]
    return values
