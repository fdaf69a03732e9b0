"""Builds as a person starts them, on a terminal or piped, and stops them: what is told, and what is left."""

import json
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from dumped import dump
from generated_notes import write_notes
from rich.console import Console
from test_kill import children, is_running, start_build

from talkdex.ingest.report import progress

NOTES = 360  # enough for several processes
BUILD = [sys.executable, "-m", "talkdex.ingest.cli", "build", "--no-vectors"]


@pytest.fixture(scope="module")
def notes(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("progress") / "notes"
    write_notes(folder, NOTES)
    return folder


def on_a_terminal(command: list[str]) -> str:
    """What the command writes to a terminal."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, env={**os.environ, "COLUMNS": "100"}
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            read = os.read(ours, 65536)
        except OSError:  # nobody writes any more
            break
        shown += read
    os.close(ours)
    assert process.wait() == 0
    return shown.decode()


def test_a_terminal_shows_a_bar_with_rate_and_time_left(notes, tmp_path):
    shown = on_a_terminal([*BUILD, str(notes), "-o", str(tmp_path / "talkdex.db")])
    assert "Reading notes" in shown
    assert "━" in shown
    assert f"/{NOTES + NOTES // 10}" in shown
    assert "/s" in shown
    assert "0:00:" in shown
    assert "396 of 396 files read" in shown


def test_a_pipe_gets_lines_without_a_bar():
    console = Console(force_terminal=False, record=True, width=60)
    with progress(console, "Reading notes", every=0) as [on_read]:
        for done in range(4):
            on_read(done, 3)
    lines = console.export_text().splitlines()
    assert [line.partition(",")[0] for line in lines] == [f"Reading notes: {done} of 3" for done in (2, 3)]
    assert all(line.endswith(" left") for line in lines)


def test_quiet_says_nothing_and_json_nothing_else(tmp_path):
    write_notes(tmp_path / "few", 4)
    command = [*BUILD, str(tmp_path / "few"), "-o", str(tmp_path / "talkdex.db")]
    quiet = subprocess.run([*command, "--quiet"], capture_output=True, text=True)
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, "", "")
    summary = json.loads(subprocess.run([*command, "--json"], capture_output=True, text=True).stdout)
    assert (summary["files"], summary["read"], summary["unchanged"]) == (5, 0, 5)


@pytest.mark.parametrize("moment", ["starting", "reading", "writing"])
def test_an_interrupted_build_leaves_the_old_database(notes, tmp_path, moment):
    """Ctrl+C reaches all processes of the terminal; the build ends with one word, the others without any."""
    database, few = tmp_path / "talkdex.db", tmp_path / "few"
    write_notes(few, 4)
    assert start_build(few, database).wait(120) == 0
    before = dump(database)
    build = start_build(notes, database, "--quiet", "--jobs", "2")
    readers = wait_for(lambda: {child for child in children(build.pid) if is_reader(child)})
    if moment == "reading":
        time.sleep(1)
        readers |= children(build.pid)
    elif moment == "writing":  # which begins when those who read have ended
        wait_for(lambda: not any(map(is_reader, children(build.pid))))
    os.killpg(build.pid, signal.SIGINT)
    out, error = build.communicate(timeout=60)
    assert (build.returncode, out, error.strip()) == (1, "", "Aborted!")
    assert not [reader for reader in readers if is_reader(reader)]
    assert dump(database) == before
    assert start_build(notes, database).wait(120) == 0


def is_reader(pid: int) -> bool:
    """Whether it reads notes, and has not ended."""
    try:
        return is_running(pid) and b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def wait_for(condition):
    """What the condition gives, as soon as that is something."""
    deadline = time.monotonic() + 120
    while not (given := condition()) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert given
    return given
