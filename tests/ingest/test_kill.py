"""Real builds in real processes, killed at any moment or two at a time: readers only ever see whole databases."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from builds import Poll, assert_whole, start_build, state
from dumped import dump
from generated_notes import write_notes
from loading import put_state

from talkdex.ingest.store.database import build_database

NOTES = 60
SERIES, IN_A_ROW = 4, 10  # moments at which a whole build is killed
MOMENTS = 8  # at which a process is killed that does nothing but write
LOADING = str(Path(__file__).with_name("loading.py"))


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


@pytest.mark.parametrize("seed", range(SERIES))
def test_killed_at_random_moments_the_old_database_or_the_new_one_is_there(built, tmp_path, seed):
    """Ten builds are killed one after the other, of the notes or of half of them, while somebody looks all the time."""
    notes, half, seconds = built
    database, few, chance = tmp_path / "talkdex.db", tmp_path / "few", random.Random(seed)
    write_notes(few, NOTES // 2)
    database.write_bytes(half)
    old, new = state(database), None
    with Poll(database) as poll:
        for _ in range(IN_A_ROW):
            build = start_build(notes if state(database) == old else few, database)
            time.sleep(chance.uniform(0.3, 1.05) * seconds)
            os.killpg(build.pid, signal.SIGKILL)
            build.communicate()
            assert_whole(database)
            if (now := state(database)) != old:
                new = new or now
                assert now == new
        assert start_build(notes, database).wait(120) == 0
        new = new or state(database)
        assert state(database) == new
        time.sleep(0.05)
    assert not poll.errors
    assert poll.seen == {old, new}
    assert_whole(database)
    assert start_build(notes, tmp_path / "fresh.db").wait(120) == 0
    assert dump(database, fingerprints=False) == dump(tmp_path / "fresh.db", fingerprints=False)


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
