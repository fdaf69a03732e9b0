"""The texts of takeaways and talks in, the full-text indexes over them brought in step."""

import json
import sqlite3
from collections.abc import Iterable
from typing import NamedTuple


class Index(NamedTuple):
    """A full-text index and where its texts are from: a table or view with an `id`."""

    name: str
    content: str
    columns: tuple[str, ...]


TAKEAWAYS = Index("takeaways_fts", "takeaways", ("text",))
TALKS = Index("talks_fts", "talk_texts", ("title", "speakers", "event", "topics", "notes"))
INDEXES = (TAKEAWAYS, TALKS)

Text = tuple[str | None, ...]  # a value for each column
Texts = dict[int, Text]


def texts(conn: sqlite3.Connection, index: Index, ids: Iterable[int]) -> Texts:
    """What the index has, or is to have, of the rows `ids`."""
    columns = ", ".join(("id", *index.columns))
    sql = f"SELECT {columns} FROM {index.content} WHERE id IN (SELECT value FROM json_each(?))"
    return {row[0]: tuple(row[1:]) for row in conn.execute(sql, [json.dumps(list(ids))])}


def update(conn: sqlite3.Connection, index: Index, before: Texts, after: Texts) -> None:
    """Take the texts `before` out of the index and put those `after` in. Equal ones are left alone."""
    columns = ", ".join(index.columns)
    marks = ", ".join("?" * len(index.columns))
    gone = [("delete", number, *text) for number, text in sorted(before.items()) if after.get(number) != text]
    new = [(number, *text) for number, text in sorted(after.items()) if before.get(number) != text]
    conn.executemany(f"INSERT INTO {index.name}({index.name}, rowid, {columns}) VALUES (?, ?, {marks})", gone)
    conn.executemany(f"INSERT INTO {index.name}(rowid, {columns}) VALUES (?, {marks})", new)


def rebuild(conn: sqlite3.Connection) -> None:
    """Fill all full-text indexes anew, as compactly as they can be."""
    for index in INDEXES:
        conn.execute(f"INSERT INTO {index.name}({index.name}) VALUES ('rebuild')")
        conn.execute(f"INSERT INTO {index.name}({index.name}) VALUES ('optimize')")
