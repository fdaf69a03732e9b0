"""The commands as people type them: what they print, and one readable sentence when something is wrong."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from commands import error, output, run
from generated_notes import write_notes

from talkdex.ingest import build as building
from talkdex.ingest.find import search_talks
from talkdex.ingest.store.database import read_database

LABELLED = ("path", "kind", "language", "event", "talks", "projects", "tags")  # the keys of LABELLING.md


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A folder with notes, their database, and nothing else."""
    folder = tmp_path_factory.mktemp("cli")
    write_notes(folder / "notes", 12)
    (folder / "notes" / "ideas.md").write_text(
        "# Ideas\n\nTODO: ask Mira for her slides\n\nSome text of no event at all.\n"
    )
    (folder / "notes" / "stated.md").write_text(STATED)
    output("build", folder / "notes", "-o", folder / "talkdex.db")
    return folder


STATED = """---
event: Nordlys Conf
year: 2024
city: Oslo
country: Norway
tags: [C++, caching]
talks:
  - title: Caches lie
    speakers: [Mira Castellane]
    projects: [Redis]
    takeaways: [Measure the hit rate before you buy memory.]
---

## Caches lie

- Measure the hit rate before you buy memory.
"""


# ---- build


def test_build_ends_with_what_was_found_and_what_needs_a_look(folder, tmp_path):
    printed = output("build", folder / "notes", "-o", tmp_path / "talks.db")
    for words in ("talks", "takeaways", "speakers", "16 of 16 files read", "Needs a look", "Left to do by the author"):
        assert words in printed
    assert "Traceback" not in printed


def test_build_tells_json(folder, tmp_path):
    told = json.loads(output("build", folder / "notes", "-o", tmp_path / "talks.db", "--json"))
    assert (told["files"], told["read"], told["unchanged"], told["removed"]) == (16, 16, 0, 0)
    assert told["counts"]["posts"] == 16
    assert told["notices"]["todo"] == 1
    assert told["database"] == str(tmp_path / "talks.db")


def test_build_can_be_quiet(folder, tmp_path):
    assert output("build", folder / "notes", "-o", tmp_path / "talks.db", "--quiet") == ""


def test_build_leaves_out_what_is_excluded(folder, tmp_path):
    options = ("--exclude", "nordlys-*", "--exclude", "stated.md", "--json")
    told = json.loads(output("build", folder / "notes", "-o", tmp_path / "talks.db", *options))
    assert told["files"] == 4


def test_the_database_is_talkdex_db_by_default(folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    output("build", folder / "notes")
    assert (tmp_path / "talkdex.db").exists()


# ---- extract


def test_extract_prints_the_labelled_keys_a_line_for_each_file(folder):
    records = [json.loads(line) for line in output("extract", folder / "notes").splitlines()]
    assert len(records) == 16
    assert [record["path"] for record in records] == sorted(record["path"] for record in records)
    for record in records:
        assert set(LABELLED) <= record.keys()
    stated = next(record for record in records if record["path"] == "stated.md")
    assert stated["event"] | {"also": []} == {
        **{"name": "Nordlys Conf", "also": [], "year": 2024, "start": None, "end": None, "venue": None},
        **{"city": "Oslo", "country": "Norway", "confidence": 1.0},
    }
    talk = stated["talks"][0]
    assert (talk["title"], talk["speakers"], talk["format"]) == ("Caches lie", ["Mira Castellane"], "talk")
    assert talk["takeaways"][0]["text"] == "Measure the hit rate before you buy memory."
    assert stated["tags"] == ["C++", "caching"]


def test_extract_writes_no_database(folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    output("extract", folder / "notes")
    assert list(tmp_path.iterdir()) == []


# ---- check


def test_check_tells_path_line_and_kind(folder):
    printed = output("check", folder / "notes")
    assert "Left to do by the author (1)" in printed
    assert f"{folder / 'notes' / 'ideas.md'}:3: todo: " in printed


def test_check_is_strict_when_told(folder, tmp_path):
    assert run("check", folder / "notes", "--strict").exit_code == 1
    clean = tmp_path / "bread.md"
    clean.write_text(
        "# Sourdough\n\nMix 500 g of flour with 350 g of water.\n\n- Add the salt.\n- Fold it four times.\n"
    )
    assert output("check", clean, "--strict") == "Nothing needs a look.\n"


# ---- search


def test_search_prints_talks_with_their_place(folder):
    printed = output("search", "hit rate", "--db", folder / "talkdex.db")
    assert printed.startswith("Caches lie")
    assert "Mira Castellane · Nordlys Conf 2024 · stated.md:" in printed
    assert "Measure the hit rate before you buy memory." in printed


def test_search_prints_json(folder):
    lines = output("search", "hit", "rate", "--db", folder / "talkdex.db", "--json", "--limit", "3").splitlines()
    best = json.loads(lines[0])
    assert len(lines) <= 3
    assert (best["path"], best["title"], best["talk"]) == ("stated.md", "Caches lie", "caches-lie-nordlys-conf-2024")
    assert best["lines"][0] <= best["takeaways"][0]["line"] <= best["lines"][1]
    assert best["score"] > 0


@pytest.mark.parametrize(
    ("options", "finds"),
    [
        (("--tag", "c++"), True),
        (("--tag", "c"), True),  # a word of "C++", as in tag:c
        (("--tag", "d"), False),
        (("--tag", "c-plus-plus", "--year", "2024"), True),
        (("--event", "Nordlys Conf 2024"), True),
        (("--project", "Redis", "--city", "Oslo", "--format", "talk", "--speaker", "Mira Castellane"), True),
        (("--event", "nordlys", "--city", "oslo", "--format", "Talk", "--speaker", "castellane"), True),
        (("--city", "Bergen", "--city", "OSLO", "--year", "2024"), True),
        (("--year", "1999"), False),
    ],
)
def test_search_is_narrowed(folder, options, finds):
    lines = output("search", "hit rate", "--db", folder / "talkdex.db", "--json", *options).splitlines()
    assert [json.loads(line)["path"] for line in lines] == (["stated.md"] if finds else [])


@pytest.mark.parametrize(
    ("words", "finds"),
    [
        (["-kafka hit rate"], True),
        (["-kafka", "hit", "rate"], True),
        (["hit", "rate", "-hadoop", "--limit", "1", "-1999"], True),
        (["hit", "rate", "-redis"], False),
        (["-redis", "--", "hit", "rate"], False),
        (["hit", "rate", "--", "-redis"], False),
        (["hit", "rate", "-tag:c++"], False),
        (["hit", "rate", "--tag", "-nothing"], False),
    ],
)
def test_search_leaves_out_words_with_a_minus(folder, words, finds):
    printed = output("search", "--json", "--db", folder / "talkdex.db", *words)
    assert ("stated.md" in printed) is finds


def test_search_still_knows_its_options(folder):
    assert "--limit" in output("search", "-h")
    done = run("search", "--yaer", "2024", "-redis", "hit", "--db", folder / "talkdex.db")
    assert done.exit_code == 2
    assert re.search(r"No such option.*--yaer.*Did you mean.*--year", done.stderr)
    assert "-5 is not in the range" in run("search", "--limit", "-5", "hit").stderr


def test_search_answers_queries_from_stdin(folder):
    printed = output("search", "--stdin", "--db", folder / "talkdex.db", stdin="hit rate\n\nxyzzyplugh\n")
    answers = [json.loads(line) for line in printed.splitlines()]
    assert [len(answer) > 0 for answer in answers] == [True, True, False]
    assert answers[0][0]["path"] == "stated.md"


def test_search_says_what_there_is_none_of(folder):
    said = "No talk has the year “abc”.\nNothing found.\n"
    assert output("search", "hit", "--year", "abc", "--db", folder / "talkdex.db") == said
    assert output("search", "hit year:abc", "--db", folder / "talkdex.db") == said
    assert "Nothing found." in output("search", "hit", "--city", "\udcff", "--db", folder / "talkdex.db")


def test_search_says_when_nothing_is_found(folder):
    assert output("search", "xyzzyplugh", "--db", folder / "talkdex.db") == "Nothing found.\n"


@pytest.mark.parametrize("words", ["'", '"', "a AND", "NEAR(", "*", "c++", "-", "😀", "(" * 50])
def test_search_takes_any_words(folder, words):
    output("search", "--db", folder / "talkdex.db", "--", words)


def test_a_search_is_of_one_state_whatever_is_built_meanwhile(folder, tmp_path):
    database = Path(shutil.copy(folder / "talkdex.db", tmp_path))
    (tmp_path / "bread.md").write_text("# Sourdough\n\nMix flour with water.\n")
    with closing(sqlite3.connect(database)) as conn:
        conn.execute("PRAGMA journal_mode = WAL")  # as it is while somebody reads it

    def build_meanwhile(statement: str) -> None:
        if "best_takeaway" in statement:  # the talks are found, and to be read now
            conn.set_trace_callback(None)
            building.build([tmp_path / "bread.md"], database, vectors=False)

    with read_database(database) as conn:
        conn.set_trace_callback(build_meanwhile)
        assert [hit.talk.title for hit in search_talks(conn, "hit rate", {}, 1).hits] == ["Caches lie"]
        assert search_talks(conn, "hit rate", {}, 1).hits == []


# ---- what can be wrong


def test_notes_that_are_not_there(tmp_path):
    for command in ("build", "extract", "check", "serve"):
        assert "nowhere: there is no such file or folder." in error(command, tmp_path / "nowhere")


def test_a_folder_without_notes(tmp_path):
    (tmp_path / "photo.jpg").touch()
    assert "there are no notes in this folder" in error("build", tmp_path)


def test_a_database_that_is_none(folder, tmp_path):
    (tmp_path / "talks.db").write_text("This is a letter to my aunt.\n" * 40)
    for arguments in (
        ("build", folder / "notes", "-o"),
        ("search", "words", "--db"),
        ("serve",),
        ("export", "--format", "csv"),
        ("import", "-o", tmp_path / "copy.db"),
        ("mcp",),
    ):
        said = error(*arguments, tmp_path / "talks.db")
        assert said.endswith("talks.db: this file is no SQLite database. Name another one.\n")
    assert (tmp_path / "talks.db").read_text().startswith("This is a letter")


def test_a_database_of_somebody_else(folder, tmp_path):
    sqlite3.connect(tmp_path / "music.db").execute("CREATE TABLE songs (title)").connection.close()
    for arguments in (("build", folder / "notes", "-o"), ("search", "words", "--db"), ("serve",)):
        said = error(*arguments, tmp_path / "music.db")
        assert said.endswith("music.db: this database was not built by Talkdex. Name another file.\n")


def test_a_database_that_is_not_there(tmp_path):
    assert "there is no such database. Build it with: talkdex build NOTES" in error(
        "search", "words", "--db", tmp_path / "talks.db"
    )


def test_a_place_that_cannot_be_written(folder, tmp_path):
    assert "no such folder to put the database into" in error(
        "build", folder / "notes", "-o", tmp_path / "no" / "talks.db"
    )
    assert "this is a folder" in error("build", folder / "notes", "-o", tmp_path)
    (tmp_path / "file").touch()
    assert "cannot be written" in error("export", folder / "talkdex.db", "--format", "csv", "-o", tmp_path / "file")


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("build locked", "this folder cannot be opened"),
        ("check locked", "this folder cannot be opened"),
        ("build notes -o locked/talks.db", "the database cannot be opened or written"),
        ("search words --db locked/talks.db", "the database cannot be opened or written"),
        ("export locked/talks.db --format csv", "the database cannot be opened or written"),
        ("serve locked/talks.db", "the database cannot be opened or written"),
        ("serve -o locked/talks.db", "the database cannot be opened or written"),
    ],
)
def test_a_folder_that_one_may_not_enter(folder, tmp_path, command, said):
    (tmp_path / "notes").symlink_to(folder / "notes")
    (tmp_path / "locked").mkdir(mode=0)
    program = [*as_anybody(), sys.executable, "-m", "talkdex.ingest.cli", *command.split()]
    done = subprocess.run(program, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Error: locked")
    assert done.stderr.endswith(f": {said}: Permission denied.\n")
    assert done.stderr.count("\n") == 1


def as_anybody() -> list[str]:
    """What to run a command with so that permissions count for it, which root may pass over."""
    if not hasattr(os, "geteuid"):
        pytest.skip("this system has no permissions to enter a folder")
    if os.geteuid():
        return []
    without = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"]
    if not shutil.which("setpriv") or subprocess.run([*without, "true"], capture_output=True).returncode:
        pytest.skip("root may enter every folder, and setpriv, which takes that from it, is missing or not allowed")
    return without


def test_serve_without_database_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "talkdex serve NOTES" in error("serve")


@pytest.mark.parametrize("options", ["--watch", "--exclude drafts", "--drafts", "--no-vectors", "--output other.db"])
def test_what_is_for_notes_needs_notes(folder, tmp_path, options):
    database = Path(shutil.copy(folder / "talkdex.db", tmp_path))
    option, *value = options.split()
    result = run("serve", database, option, *value)
    assert result.exit_code == 2
    assert f"{option} needs the notes, not the database: talkdex serve NOTES {option}" in result.stderr


@pytest.mark.parametrize("option", ["--watch", "--drafts", "--no-vectors"])
def test_what_is_for_notes_needs_notes_where_a_database_lies(folder, option):
    result = run("serve", "-o", folder / "talkdex.db", option)
    assert (result.exit_code, f"{option} needs the notes" in result.stderr) == (2, True)


def test_joined_databases_may_be_named_and_have_no_vectors_but_are_not_watched(folder, tmp_path):
    both = [Path(shutil.copy(folder / "talkdex.db", tmp_path / name)) for name in ("one.db", "two.db")]
    assert "--drafts needs the notes" in run("serve", *both, "--drafts").stderr
    assert "is in" in error("serve", *both, "-o", tmp_path / "joined.db", "--no-vectors")


@pytest.mark.parametrize("command", ["build", "serve", "extract", "check", "search", "export", "import"])
def test_every_command_explains_itself(command):
    assert "Usage: " in output(command, "--help")
