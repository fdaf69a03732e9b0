"""Records of notes files in, the database with exactly these out, rows and indexes. Only what differs is written.

The records are on disk, and some of them in memory at a time, so that a folder of any size can be built in little.
"""

import json
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator

from sqlite_utils import Database

from talkdex.ingest.index import in_step, places
from talkdex.ingest.index.in_step import OnIndexed, Touched
from talkdex.ingest.store import records
from talkdex.ingest.store.change import Change, all_rows, change, delete, ids_of_others, insert, rows_of_notes
from talkdex.ingest.store.link import link
from talkdex.ingest.store.records import Extract
from talkdex.ingest.store.rows import SHARED, TABLES, NoteRows, SharedRows, Value
from talkdex.ingest.store.talk_slugs import TalkSlugs, Wanted
from talkdex.schema.records import Note

NOTES_AT_ONCE = 500
MOST_NOTES, MOST_TALKS = 2_000, 4_000  # that change; when there are more, the indexes are sooner made anew
CACHE = 64  # MB of the database that are kept in memory while it is written

Batch = list[tuple[Note, list[str]]]  # notes with the Markdown of their talks
OnWritten = Callable[[int, int], None]  # notes whose rows are written so far, and in all

OF_A_TALK = ("talks", "talk_speakers", "talk_projects", "talk_tags")  # their first column is the talk's id
# The talks of which the indexes know something else when a row of another table changes.
TALKS_OF = {
    "posts": "SELECT id FROM talks WHERE post_id IN ids",
    "venues": "SELECT talks.id FROM talks JOIN events ON events.id = event_id WHERE venue_id IN ids",
    "events": "SELECT id FROM talks WHERE event_id IN ids",
    "speakers": "SELECT talk_id FROM talk_speakers WHERE speaker_id IN ids",
    "projects": "SELECT talk_id FROM talk_projects WHERE project_id IN ids",
    "tags": "SELECT talk_id FROM talk_tags WHERE tag_id IN ids",
}
# Notes of which there are rows, but no record any more.
GONE = """
    SELECT path FROM (SELECT path FROM posts UNION SELECT path FROM notices)
    WHERE path NOT IN (SELECT path FROM _notes WHERE record IS NOT NULL)
"""


def load(
    db: Database,
    extracts: Iterable[Extract],
    paths: Collection[str],
    on_written: OnWritten = lambda done, total: None,
    on_indexed: OnIndexed = lambda done, total: None,
) -> int:
    """Make the database hold these records, and of those that it has the ones with these `paths`; nothing else.

    Gives the number of rows written or deleted. Runs in the transaction that is open. Raises records.LostNotes when the
    Markdown of talks is neither in the extracts nor in the database.
    """
    conn = db.conn
    conn.execute(f"PRAGMA cache_size = {-1024 * CACHE}")
    changed = records.write(conn, extracts) + records.keep(conn, paths)
    if not changed and records.is_whole(conn) and places.are_there(conn):
        return 0
    rows = _Rows(conn, not changed, on_written)
    if not places.are_there(conn):  # a new database, or one of a version without these indexes
        changed += rows.write()
        del rows  # with all that links the notes, which is much
        in_step.fill(conn, on_indexed=on_indexed)
    elif touched := rows.touched():
        before = in_step.indexed(conn, touched)
        changed += rows.write()
        in_step.update(conn, before, touched)
    else:
        said = in_step.said(conn)
        changed += rows.write()
        del rows
        in_step.fill(conn, said, on_indexed)
    return changed


class _Rows:
    """The rows that the records want, and the writing of them; `anew` for all notes, whatever is known of them."""

    def __init__(self, conn: sqlite3.Connection, anew: bool, on_written: OnWritten):
        self._conn = conn
        self._on_written = on_written
        self._shared = SharedRows(link(note for note, _ in records.all_naming(conn)))
        self._slugs = TalkSlugs(conn)
        outdated: set[str] = set()
        self._slugs.want(self._wanted_slugs(anew, outdated))
        gone = (path for (path,) in conn.execute(GONE))
        self._paths = sorted({*outdated, *self._slugs.settle(), *gone})
        records.keep_excerpts(conn, self._paths)

    def _wanted_slugs(self, anew: bool, outdated: set[str]) -> Iterator[Wanted]:
        """The slugs that all talks would like. Puts the paths of notes with other links than before to the outdated."""
        for note, links in records.all_naming(self._conn):
            if anew or links != self._shared.linked(note):
                outdated.add(note.path)
            yield from self._shared.wanted_slugs(note)

    def write(self) -> int:
        """Write what differs. The number of rows written or deleted.

        All that goes is deleted before anything is inserted, as a slug may go from one talk to another.
        """
        conn = self._conn
        conn.execute("PRAGMA defer_foreign_keys = ON")  # a row that changes is gone for a moment
        is_empty = conn.execute("SELECT 1 FROM posts UNION ALL SELECT 1 FROM notices").fetchone() is None
        written = 0 if is_empty else sum(delete(conn, self._changes(notes, paths)) for notes, paths in self._batches())
        shared = self._shared_changes()
        written += delete(conn, shared) + insert(conn, shared)
        done = 0
        self._on_written(done, len(self._paths))
        for notes, paths in self._batches():
            changes = self._changes(notes, paths)
            written += delete(conn, changes) + insert(conn, changes)
            records.write_links(conn, {note.path: self._shared.linked(note) for note, _ in notes})
            done += len(paths)
            self._on_written(done, len(self._paths))
        return written

    def touched(self) -> Touched | None:
        """What the indexes may have to know something else of; None where it is so much that they are made anew."""
        touched = Touched()
        if len(self._paths) > MOST_NOTES:
            return None
        for one in self._shared_changes():
            touched.talks |= self._talks_of(one.table.name, one.ids)
            touched.records[one.table.name] = one.ids
        for one in (one for notes, paths in self._batches() for one in self._changes(notes, paths)):
            if one.table.name == "posts":
                touched.talks |= self._talks_of("posts", one.ids)
            elif one.table.name in OF_A_TALK:
                touched.talks |= one.ids
            elif one.table.name == "takeaways":
                touched.takeaways |= one.ids
                touched.talks |= {int(row[1] or 0) for row in (*one.gone.values(), *one.new.values())}
        return touched if len(touched.talks) <= MOST_TALKS else None

    def _shared_changes(self) -> list[Change]:
        """The changes that there are left to make in the tables of what notes have in common."""
        wanted = self._shared.all()
        tables = (table for table in TABLES if table.name in SHARED)
        return [change(table, all_rows(self._conn, table), wanted[table.name]) for table in tables]

    def _batches(self) -> Iterator[tuple[Batch, list[str]]]:
        """Some of the notes at a time, and the paths of these and of some that are gone."""
        for start in range(0, len(self._paths), NOTES_AT_ONCE):
            paths = self._paths[start : start + NOTES_AT_ONCE]
            yield records.with_excerpts(self._conn, paths), paths

    def _changes(self, notes: Batch, paths: list[str]) -> list[Change]:
        """The changes that there are left to make in the tables of single notes."""
        wanted = NoteRows(notes, self._shared, self._slugs.of(paths), self._taken).all()
        there = rows_of_notes(self._conn, paths, wanted)
        return [change(table, there[table.name], wanted[table.name]) for table in TABLES if table.name not in SHARED]

    def _taken(self, table: str, ids: list[int], owners: list[Value]) -> set[int]:
        return ids_of_others(self._conn, table, ids, owners)

    def _talks_of(self, table: str, ids: Collection[int]) -> set[int]:
        sql = f"WITH ids AS (SELECT value FROM json_each(?)) {TALKS_OF[table]}"
        return {talk for (talk,) in self._conn.execute(sql, [json.dumps(list(ids))])}
