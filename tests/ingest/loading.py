"""A process that loads one of two states into a database, then the other, and so on until it is killed.

python loading.py DATABASE
"""

import sys
from pathlib import Path

from talkdex.ingest.store.database import build_database
from talkdex.ingest.store.load import load
from talkdex.ingest.store.records import Extract
from talkdex.schema.records import Event, Note, Takeaway, Talk


def put_state(database: Path, year: int, count: int, wait: float = 60) -> None:
    """Load `count` notes, all of which differ from those of another year."""
    notes = [_note(number, year) for number in range(count)]
    extracts = [Extract(note.path, str(year), note, [f"Notes of {year} on {note.talks[0].title}"]) for note in notes]
    with build_database(database, wait) as db:
        load(db, extracts, {note.path for note in notes})


def _note(number: int, year: int) -> Note:
    takeaways = [Takeaway(line=3 + n, text=f"Of {year}, remember {number}-{n}.", projects=["Redis"]) for n in range(5)]
    speaker = f"Ada {'AEIOU'[number % 5]}{'bcdfghklmn'[number % 50 // 5] * 3}{'aeiou'[number % 5]}ski"
    talk = Talk(title=f"Talk {number}", speakers=[speaker], lines=(1, 9), takeaways=takeaways)
    return Note(path=f"{number:04}.md", kind="talk", event=Event(name="Nordlys", year=year), talks=[talk])


if __name__ == "__main__":
    print("ready", flush=True)
    while True:
        for year, count in ((2023, 400), (2024, 500)):
            put_state(Path(sys.argv[1]), year, count)
