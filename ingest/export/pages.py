"""A database in, its records as pages tell them to other sites out: events as iCalendar, all as schema.org JSON-LD."""

import json
import sqlite3
from collections.abc import Iterator
from typing import IO, Any

from talkdex.datasette_plugins.event_calendar import calendar_of
from talkdex.datasette_plugins.layout import record_path
from talkdex.datasette_plugins.linked_data import CONTEXT, event_data, speaker_data, talk_data
from talkdex.datasette_plugins.records import ids_of, read_events, read_speakers, rows, talks_by_id
from talkdex.schema.api import Link

TALKS_AT_ONCE = 500  # so many are in memory, however many there are

EVENTS = "SELECT id FROM events ORDER BY start_date, year, slug"
SPEAKERS = "SELECT id FROM speakers ORDER BY slug"
TALKS = "SELECT id FROM talks ORDER BY slug"
LINKS = "SELECT kind, title, url, line FROM links WHERE talk_id = :talk ORDER BY line, id"


def export_calendar(conn: sqlite3.Connection, out: IO[bytes], site: str) -> tuple[int, int]:
    """Write the events as iCalendar, those without a date left out. How many are in it, and how many are not.

    `site` is where the pages are served, for the address of each event; "" where nobody serves them.
    """
    events = read_events(conn, ids_of(conn, EVENTS))
    dated = [event for event in events if event.start_date]
    out.write(calendar_of(dated, lambda event: f"{site}{record_path('events', event.slug)}" if site else None))
    return len(dated), len(events) - len(dated)


def export_linked_data(conn: sqlite3.Connection, out: IO[bytes], site: str) -> int:
    """Write one JSON-LD document with the events, speakers and talks, a line for each. Their number.

    Addresses begin with `site`; with "" they are relative to where the document will be.
    """
    count = 0
    out.write(f'{{"@context":{json.dumps(CONTEXT)},"@graph":['.encode())
    for data in _graph(conn, site):
        line = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        out.write(f"{',' if count else ''}\n{line}".encode())
        count += 1
    out.write(b"\n]}\n")
    return count


def _graph(conn: sqlite3.Connection, site: str) -> Iterator[dict[str, Any]]:
    def address(kind: str, slug: str) -> str:
        return f"{site}{record_path(kind, slug)}"

    for event in read_events(conn, ids_of(conn, EVENTS)):
        yield event_data(event, (), address)  # each talk tells its event
    for speaker in read_speakers(conn, ids_of(conn, SPEAKERS)):
        yield speaker_data(speaker, address)
    talks = ids_of(conn, TALKS)
    for first in range(0, len(talks), TALKS_AT_ONCE):
        for number, talk in talks_by_id(conn, talks[first : first + TALKS_AT_ONCE]).items():
            yield talk_data(talk, [Link(**dict(link)) for link in rows(conn, LINKS, {"talk": number})], address)
