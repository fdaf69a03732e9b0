"""Real builds in real processes, killed at any moment or two at a time: readers only ever see whole databases."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from generated_notes import write_notes
from loading import put_state

from talkdex.ingest.store.database import build_database

NOTES = 60
MOMENTS = 8  # at which a process is killed that does nothing but write
LOADING = str(Path(__file__).with_name("loading.py"))
TABLES = ("posts", "talks", "takeaways", "speakers", "talk_speakers", "notices", "_notes")


def start_build(notes: Path, database: Path, *options: str) -> subprocess.Popen:
    """A build as the command line starts it, with its reading processes in a group of their own."""
    command = [sys.executable, "-m", "talkdex.ingest.cli", "build", str(notes), "-o", str(database), "--json"]
    command += ["--no-vectors", *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)


def state(database: Path) -> tuple[int, ...]:
    """What a reader that may not write sees: how many rows there are in each table, in one moment."""
    conn = sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=10)
    try:
        return conn.execute("SELECT " + ", ".join(f"(SELECT count(*) FROM {table})" for table in TABLES)).fetchone()
    finally:
        conn.close()


def assert_whole(database: Path) -> None:
    conn = sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=10)
    try:
        assert conn.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert conn.execute("PRAGMA foreign_key_check").fetchall() == []
    finally:
        conn.close()


class Poll:
    """A reader that looks all the time: with a connection anew, and with one that it keeps, as Datasette does."""

    def __init__(self, database: Path):
        self.seen: set[tuple[int, ...]] = set()
        self.errors: list[Exception] = []
        self._database = database
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=run) for run in (self._anew, self._kept)]

    def __enter__(self) -> "Poll":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _anew(self) -> None:
        while not self._stop.wait(0.01):
            try:
                self.seen.add(state(self._database))
            except Exception as error:
                self.errors.append(error)

    def _kept(self) -> None:
        conn = sqlite3.connect(f"file:{self._database}?mode=ro", uri=True, timeout=10)
        sql = "SELECT " + ", ".join(f"(SELECT count(*) FROM {table})" for table in TABLES)
        while not self._stop.wait(0.01):
            try:
                self.seen.add(conn.execute(sql).fetchone())
            except Exception as error:
                self.errors.append(error)
        conn.close()


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> tuple[Path, bytes, float]:
    """Notes, the database of the first half of them, and how long the build of the other half takes."""
    folder = tmp_path_factory.mktemp("kill")
    notes, database = folder / "notes", folder / "talkdex.db"
    write_notes(notes, NOTES // 2)
    build = start_build(notes, database)
    assert build.wait(120) == 0, build.communicate()
    half = database.read_bytes()
    write_notes(notes, NOTES)
    started = time.monotonic()
    assert start_build(notes, database).wait(120) == 0
    return notes, half, time.monotonic() - started


@pytest.mark.parametrize("moment", [0.6, 0.9, 0.97, 1.0])
def test_killed_at_any_moment_the_old_database_or_the_new_one_is_there(built, tmp_path, moment):
    notes, half, seconds = built
    database = tmp_path / "talkdex.db"
    database.write_bytes(half)
    old = state(database)
    with Poll(database) as poll:
        build = start_build(notes, database)
        time.sleep(moment * seconds)
        os.killpg(build.pid, signal.SIGKILL)
        build.wait()
        time.sleep(0.05)
    assert not poll.errors
    assert_whole(database)
    after = state(database)
    assert old in poll.seen
    assert poll.seen <= {old, after}

    again = start_build(notes, database)
    assert again.wait(120) == 0, again.communicate()
    new = state(database)
    assert new[0] > old[0]
    assert after in (old, new)
    assert_whole(database)


@pytest.mark.parametrize("seed", range(MOMENTS))
def test_killed_while_writing(tmp_path, seed):
    """What is written is known here, so all of it is compared: the years in every table are those of one state."""
    database = tmp_path / "talkdex.db"
    put_state(database, 2024, 500)
    states = {(500, 500, 2500, 50, 500, 0, 500), (400, 400, 2000, 50, 400, 0, 400)}
    with Poll(database) as poll:
        process = subprocess.Popen([sys.executable, LOADING, str(database)], stdout=subprocess.PIPE)
        assert process.stdout and process.stdout.readline() == b"ready\n"
        time.sleep(random.Random(seed).uniform(0.0, 0.6))
        process.kill()
        process.wait()
        process.stdout.close()
        time.sleep(0.05)
    assert not poll.errors
    assert poll.seen <= states
    assert_whole(database)
    assert state(database) in states
    with build_database(database, wait=1) as db:
        for index in ("talks_fts", "takeaways_fts"):
            db.execute(f"INSERT INTO {index}({index}, rank) VALUES ('integrity-check', 1)")
    put_state(database, 2023, 400, wait=1)
    assert state(database) == (400, 400, 2000, 50, 400, 0, 400)


def test_a_first_build_that_is_killed_leaves_no_database_and_is_no_hindrance(built, tmp_path):
    notes, _, seconds = built
    database = tmp_path / "talkdex.db"
    for moment in (0.5, 0.95):
        build = start_build(notes, database)
        time.sleep(moment * seconds)
        os.killpg(build.pid, signal.SIGKILL)
        build.wait()
        assert not database.exists() or state(database)[0] > NOTES
    assert start_build(notes, database).wait(120) == 0
    assert state(database)[0] > NOTES
    assert [path.name for path in tmp_path.iterdir()] == ["talkdex.db"]


def test_readers_see_the_old_state_then_the_new(built, tmp_path):
    notes, half, _ = built
    database = tmp_path / "talkdex.db"
    database.write_bytes(half)
    old = state(database)
    with Poll(database) as poll:
        assert start_build(notes, database).wait(120) == 0
        time.sleep(0.1)
    assert not poll.errors
    assert poll.seen == {old, state(database)}


@pytest.mark.parametrize("is_first", [True, False])
def test_two_builds_at_once_give_one_whole_database(built, tmp_path, is_first):
    notes, half, _ = built
    database = tmp_path / "talkdex.db"
    if not is_first:
        database.write_bytes(half)
    builds = [start_build(notes, database) for _ in range(2)]
    assert [build.wait(120) for build in builds] == [0, 0]
    assert_whole(database)
    assert state(database)[0] > NOTES


def test_reading_processes_end_with_a_build_that_is_killed(built, tmp_path):
    notes, _, _ = built
    build = start_build(notes, tmp_path / "talkdex.db", "--jobs", "2")
    deadline = time.monotonic() + 60
    while not (readers := children(build.pid)) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert readers
    time.sleep(0.5)
    readers |= children(build.pid)
    os.kill(build.pid, signal.SIGKILL)
    build.wait()
    while any(is_running(reader) for reader in readers) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not [reader for reader in readers if is_running(reader)]


def children(pid: int) -> set[int]:
    """The processes that `pid` has started, as Linux tells."""
    tasks = Path(f"/proc/{pid}/task")
    if not tasks.exists():
        pytest.skip("only Linux tells which processes another one has started")
    return {int(child) for task in tasks.glob("*/children") for child in task.read_text().split()}


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
