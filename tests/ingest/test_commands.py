"""What a terminal, a pipe or a disk can take of what commands print, in processes of their own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from commands import output
from generated_notes import write_notes


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A folder with notes and their database."""
    folder = tmp_path_factory.mktemp("printed")
    write_notes(folder / "notes", 6)
    (folder / "notes" / "ideas.md").write_text("# Ideas\n\nTODO: ask Mira for her slides\n")
    output("build", folder / "notes", "-o", folder / "talkdex.db", "--no-vectors")
    return folder


def test_a_closed_pipe_is_quiet(folder):
    command = f"{sys.executable} -m talkdex.ingest.cli extract {folder / 'notes'} | head -c 10"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True)
    assert (len(done.stdout), done.stderr) == (10, "")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")
@pytest.mark.parametrize(
    "command",
    [
        "extract notes",
        "search deadlines --db talkdex.db",
        "search deadlines --db talkdex.db --json",
        "check notes",
        "build notes -o full.db --no-vectors",
        "build --help",
        "export talkdex.db --format jsonl",
    ],
)
def test_an_output_without_room_is_said(folder, command):
    with open("/dev/full", "w") as full:
        done = piped(command, folder, full)
    assert done.returncode == 1
    assert done.stderr.endswith("cannot be written: No space left on device.\n")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "ascii:surrogateescape"])
def test_what_the_encoding_of_a_terminal_has_not_is_a_question_mark(folder, tmp_path, encoding):
    (tmp_path / "notes.md").write_text("# Søren at Nordlys 2024\n\nTODO: “ask” him → soon\n", encoding="utf-8")
    done = piped("check notes.md", tmp_path, subprocess.PIPE, PYTHONIOENCODING=encoding)
    assert (done.returncode, done.stderr) == (0, "")
    assert "notes.md:3: todo: TODO: ?ask? him ? soon" in done.stdout


@pytest.mark.parametrize("command", ["extract notes.md", "build notes.md -o Søren.db --no-vectors --json"])
def test_json_is_utf_8_in_any_terminal(tmp_path, command):
    (tmp_path / "notes.md").write_text("# Søren at Nordlys 2024\n\nTODO: “ask” him → soon\n", encoding="utf-8")
    done = piped(command, tmp_path, subprocess.PIPE, PYTHONIOENCODING="latin-1")
    assert (done.returncode, "Søren" in done.stdout) == (0, True)
    json.loads(done.stdout)


def piped(command: str, folder: Path, stdout: object, **variables: str) -> subprocess.CompletedProcess:
    """A command in a process of its own, run in this folder."""
    words = [sys.executable, "-m", "talkdex.ingest.cli", *command.split()]
    options = {"cwd": folder, "env": os.environ | variables, "encoding": "utf-8", "timeout": 60}
    return subprocess.run(words, stdout=stdout, stderr=subprocess.PIPE, **options)
