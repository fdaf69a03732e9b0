"""A process that loads one of two states into a database, then the other, and so on until it is killed.

python loading.py DATABASE
"""

import sys
from pathlib import Path

from talkdex.ingest.check import notices_of
from talkdex.ingest.store.database import build_database
from talkdex.ingest.store.link import link
from talkdex.ingest.store.load import load
from talkdex.ingest.store.rows import Row, rows_of
from talkdex.schema.records import Event, Note, Takeaway, Talk


def state_rows(year: int, count: int) -> dict[str, dict[Row, Row]]:
    """The rows for `count` notes, all of which differ from those of another year."""
    notes = [_note(number, year) for number in range(count)]
    links = link(notes)
    excerpts = {note.path: [f"Notes of {year} on {talk.title}" for talk in note.talks] for note in notes}
    state: dict[Row, Row] = {(note.path,): (note.path, str(year), None) for note in notes}
    return rows_of(notes, links, notices_of(notes, links.editions), excerpts) | {"_notes": state}


def _note(number: int, year: int) -> Note:
    takeaways = [Takeaway(line=3 + n, text=f"Of {year}, remember {number}-{n}.", projects=["Redis"]) for n in range(5)]
    speaker = f"Ada {'AEIOU'[number % 5]}{'bcdfghklmn'[number % 50 // 5] * 3}{'aeiou'[number % 5]}ski"
    talk = Talk(title=f"Talk {number}", speakers=[speaker], lines=(1, 9), takeaways=takeaways)
    return Note(path=f"{number:04}.md", kind="talk", event=Event(name="Nordlys", year=year), talks=[talk])


if __name__ == "__main__":
    states = [state_rows(2023, 400), state_rows(2024, 500)]
    print("ready", flush=True)
    while True:
        for rows in states:
            with build_database(Path(sys.argv[1])) as db:
                load(db, rows)
