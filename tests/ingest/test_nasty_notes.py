"""Files that a notes folder should not have: each takes bounded time and memory, gives its notice, and harms no other."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from builds import assert_whole, start_build
from commands import output, run
from generated_notes import write_notes
from nasty_notes import NOTICES, PWNED, SECRET, write_nasty_notes

from talkdex.ingest.notes.sources import find_sources
from talkdex.ingest.store.database import read_database

READING = str(Path(__file__).with_name("reading.py"))
PATIENCE = 900  # seconds


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("nasty")
    try:
        write_nasty_notes(folder / "notes")
    except OSError as error:
        pytest.skip(f"this file system takes not all of these files: {error}")
    return folder / "notes"


@pytest.mark.skipif(sys.platform != "linux", reason="limits memory as Linux does")
def test_each_takes_bounded_time_and_memory_and_gives_its_notice(notes: Path) -> None:
    process = subprocess.run([sys.executable, READING, notes], capture_output=True, text=True, timeout=PATIENCE)
    assert process.returncode == 0, process.stderr
    answers = {answer["path"]: answer for answer in map(json.loads, process.stdout.splitlines())}
    assert [answer for answer in answers.values() if "failed" in answer] == []
    paths = {os.path.basename(source.file): source.path for source in find_sources([notes])}
    given = {name: answers[paths[name]]["notices"] for name in NOTICES if name in paths}
    assert given == {name: [kind] if kind else [] for name, kind in NOTICES.items() if name in paths}
    assert NOTICES.keys() - paths.keys() == {"folder.md"}


@pytest.fixture(scope="module")
def database(notes: Path) -> Path:
    """Of the nasty notes and some good ones, built by a process that starts in the folder above."""
    write_notes(notes / "good", 20)
    database = notes.parent / "talkdex.db"
    process = start_build(notes, database)
    _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, said
    return database


def test_the_rest_of_the_build_is_unharmed(notes: Path, database: Path, tmp_path: Path) -> None:
    output("build", notes / "good", "-o", tmp_path / "good.db", "--no-vectors", "-q")
    talks = (
        "SELECT talks.title, notes FROM talks JOIN posts ON posts.id = post_id WHERE path LIKE 'good/%' ORDER BY path"
    )
    with read_database(database) as conn, read_database(tmp_path / "good.db") as good:
        assert conn.execute(talks).fetchall() == good.execute(talks.replace("good/%", "%")).fetchall() != []
    assert_whole(database)


def test_files_that_are_left_out_are_told_of(notes: Path, database: Path) -> None:
    with read_database(database) as conn:
        told = {path for (path,) in conn.execute("SELECT path FROM notices WHERE kind = 'unreadable'")}
    assert told == {name for name, kind in NOTICES.items() if kind == "unreadable"}


def test_nothing_is_run_and_nothing_outside_of_the_folder_is_read(notes: Path, database: Path) -> None:
    assert not list(notes.parent.rglob(PWNED))
    with read_database(database) as conn:
        dumped = "\n".join(conn.iterdump())
    assert SECRET not in dumped
    assert "root:x:0:0" not in dumped


def test_names_and_texts_of_notes_do_not_steer_a_terminal(notes: Path, database: Path) -> None:
    said = [
        run("check", notes / "good", *[path for path in notes.iterdir() if "\x1b" in path.name or "\n" in path.name])
    ]
    said += [
        run("search", "measure", "--limit", "99", "--db", database),
        run("build", notes / "\x1b[2J", "-o", database),
    ]
    for result in said:
        assert "\\x1b" in result.output
        assert not set("\x1b\x07\u202e\r") & set(result.output)
