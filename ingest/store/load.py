"""Records of notes files in, the database with exactly these out, rows and indexes. Only what differs is written.

The records are on disk, and some of them in memory at a time, so that a folder of any size can be built in little.
"""

import json
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from sqlite_utils import Database

from talkdex.ingest.index import in_step, places
from talkdex.ingest.index.in_step import OnIndexed, Touched
from talkdex.ingest.store import records
from talkdex.ingest.store.change import Change, all_rows, change, delete, ids_of_others, insert, rows_of_notes
from talkdex.ingest.store.link import link
from talkdex.ingest.store.records import Extract
from talkdex.ingest.store.rows import SHARED, TABLES, NoteRows, SharedRows, Value
from talkdex.ingest.store.talk_slugs import TalkSlugs, Wanted

NOTES_AT_ONCE = 500
MOST_NOTES, MOST_TALKS = 2_000, 4_000  # that change; when there are more, the indexes are sooner made anew
CACHE = 64  # MB of the database that are kept in memory while it is written

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
    return changed + _Load(conn, not changed, on_written, on_indexed).run()


class _Load:
    """The rows that the records want, and the writing of them; `anew` for all notes, whatever is known of them."""

    def __init__(self, conn: sqlite3.Connection, anew: bool, on_written: OnWritten, on_indexed: OnIndexed):
        self._conn = conn
        self._on_written, self._on_indexed = on_written, on_indexed
        self._shared = SharedRows(link(note for note, _ in records.all_naming(conn)))
        self._slugs = TalkSlugs(conn)
        self._links: dict[str, str] = {}  # of the notes whose rows are to be written, by path
        self._slugs.want(self._wanted_slugs(anew))
        gone = (path for (path,) in conn.execute(GONE))
        self._paths = sorted({*self._links, *self._slugs.settle(), *gone})
        records.keep_excerpts(conn, self._paths)

    def _wanted_slugs(self, anew: bool) -> Iterator[Wanted]:
        """The slugs that all talks would like, while it is noted which notes are linked to other rows than before."""
        for note, there in records.all_naming(self._conn):
            links = self._shared.linked(note)
            if anew or links != there:
                self._links[note.path] = links
            yield from self._shared.wanted_slugs(note)

    def run(self) -> int:
        """Write what differs. The number of rows written or deleted."""
        wanted = self._shared.all()
        shared = [
            change(table, all_rows(self._conn, table), wanted[table.name]) for table in TABLES if table.name in SHARED
        ]
        if not places.are_there(self._conn):  # a new database, or one of a version without these indexes
            written = self._write(shared)
            in_step.fill(self._conn, on_indexed=self._on_indexed)
            return written
        touched = self._touched(shared) if len(self._paths) <= MOST_NOTES else None
        if touched is None or len(touched.talks) > MOST_TALKS:
            said = in_step.said(self._conn)
            written = self._write(shared)
            in_step.fill(self._conn, said, self._on_indexed)
        else:
            before = in_step.indexed(self._conn, touched)
            written = self._write(shared)
            in_step.update(self._conn, before, touched)
        return written

    def _write(self, shared: Sequence[Change]) -> int:
        """All that goes is deleted before anything is inserted, as a slug may go from one talk to another."""
        self._conn.execute("PRAGMA defer_foreign_keys = ON")  # a row that changes is gone for a moment
        is_empty = self._conn.execute("SELECT 1 FROM posts UNION ALL SELECT 1 FROM notices").fetchone() is None
        written = 0 if is_empty else sum(delete(self._conn, changes) for changes in self._changes())
        written += delete(self._conn, shared) + insert(self._conn, shared)
        self._on_written(0, len(self._paths))
        for number, changes in enumerate(self._changes(), 1):
            written += delete(self._conn, changes) + insert(self._conn, changes)
            self._on_written(min(number * NOTES_AT_ONCE, len(self._paths)), len(self._paths))
        records.write_links(self._conn, self._links)
        return written

    def _changes(self) -> Iterator[list[Change]]:
        """The changes that there are left to make in the tables of single notes, of some notes at a time."""
        for start in range(0, len(self._paths), NOTES_AT_ONCE):
            paths = self._paths[start : start + NOTES_AT_ONCE]
            notes = records.with_excerpts(self._conn, paths)
            wanted = NoteRows(notes, self._shared, self._slugs.of(paths), self._taken).all()
            there = rows_of_notes(self._conn, paths, wanted)
            yield [change(table, there[table.name], wanted[table.name]) for table in TABLES if table.name not in SHARED]

    def _taken(self, table: str, ids: list[int], owners: list[Value]) -> set[int]:
        return ids_of_others(self._conn, table, ids, owners)

    def _touched(self, shared: Iterable[Change]) -> Touched:
        """What the indexes may have to know something else of."""
        touched = Touched()
        for one in shared:
            touched.talks |= self._talks_of(one.table.name, one.ids)
            touched.records[one.table.name] = one.ids
        for one in (one for changes in self._changes() for one in changes):
            if one.table.name == "posts":
                touched.talks |= self._talks_of("posts", one.ids)
            elif one.table.name in OF_A_TALK:
                touched.talks |= one.ids
            elif one.table.name == "takeaways":
                touched.takeaways |= one.ids
                touched.talks |= {int(row[1] or 0) for row in (*one.gone.values(), *one.new.values())}
        return touched

    def _talks_of(self, table: str, ids: Collection[int]) -> set[int]:
        sql = f"WITH ids AS (SELECT value FROM json_each(?)) {TALKS_OF[table]}"
        return {talk for (talk,) in self._conn.execute(sql, [json.dumps(list(ids))])}
