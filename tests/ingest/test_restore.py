"""JSON Lines that were exported make the same database; lines that cannot be used leave everything as it was."""

import json
import sqlite3
from pathlib import Path

import pytest
from commands import error, output
from generated_notes import write_notes

from talkdex.ingest.store.rows import TABLES

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
SAMPLES = Path(__file__).parents[2] / "data" / "notes"

RECORD = {
    "path": "caches.md",
    "kind": "talk",
    "talks": [{"title": "Caches lie", "lines": [1, 9], "notes": "- Measure."}],
}


def built(notes: Path, database: Path) -> Path:
    output("build", notes, "-o", database, "--no-vectors", "-q")
    return database


def exported(database: Path) -> Path:
    output("export", database, "--format", "jsonl", "-o", database.with_suffix(".jsonl"))
    return database.with_suffix(".jsonl")


def imported(lines: Path, database: Path) -> Path:
    output("import", lines, "-o", database, "--no-vectors")
    return database


def tables(database: Path) -> dict[str, list[tuple]]:
    """The rows of every public table."""
    conn = sqlite3.connect(database)
    return {table.name: conn.execute(f"SELECT * FROM {table.name} ORDER BY 1, 2").fetchall() for table in TABLES}


def index(database: Path) -> dict[str, list[tuple]]:
    """What the search knows: its words, the values of facets with their counts, the names offered."""
    conn = sqlite3.connect(database)
    columns = {"_terms": "term, talks", "_facets": "facet, value, label, talks", "_names": "kind, slug, label, talks"}
    return {name: sorted(conn.execute(f"SELECT {columns[name]} FROM {name}")) for name in columns}


@pytest.fixture(scope="module")
def samples(tmp_path_factory) -> Path:
    return built(SAMPLES, tmp_path_factory.mktemp("samples") / "talks.db")


# ---- the way there and back


def test_markdown_alone_that_changed_is_changed(tmp_path):
    lines, database = tmp_path / "talks.jsonl", tmp_path / "back.db"
    for notes in ("- Measure.", "- Measure twice."):
        lines.write_text(json.dumps(RECORD | {"talks": [RECORD["talks"][0] | {"notes": notes}]}))
        imported(lines, database)
        assert sqlite3.connect(database).execute("SELECT notes FROM talks").fetchall() == [(notes,)]


def test_the_same_tables_come_back(samples, tmp_path):
    back = imported(exported(samples), tmp_path / "back.db")
    assert tables(back) == tables(samples)
    assert index(back) == index(samples)
    assert len(tables(back)["talks"]) > 50


@pytest.mark.skipif(not CORPUS.exists(), reason="the real notes are not beside this checkout")
def test_the_same_tables_come_back_of_real_notes(tmp_path):
    database = built(CORPUS, tmp_path / "talks.db")
    back = imported(exported(database), tmp_path / "back.db")
    assert tables(back) == tables(database)
    assert exported(back).read_bytes() == exported(database).read_bytes()


def test_what_was_imported_can_be_exported_again(samples, tmp_path):
    back = imported(exported(samples), tmp_path / "back.db")
    assert exported(back).read_bytes() == exported(samples).read_bytes()


def test_talks_of_a_file_that_could_not_be_read_are_kept_as_they_came(tmp_path):
    unreadable = RECORD | {"notices": [{"kind": "unreadable", "message": "This file vanished."}]}
    (tmp_path / "talks.jsonl").write_text(json.dumps(unreadable))
    [note] = [json.loads(line) for line in exported(imported(tmp_path / "talks.jsonl", tmp_path / "one.db")).open()]
    assert [talk["title"] for talk in note["talks"]] == ["Caches lie"]
    assert tables(tmp_path / "one.db")["talks"] == []


def test_a_database_and_its_lines_hold_the_same_number_of_notes(tmp_path):
    write_notes(tmp_path / "notes", 3)
    (tmp_path / "notes" / "scan.md").write_bytes(b"\x00\x01" * 50)
    (tmp_path / "notes" / "draft.md").write_text("---\ndraft: true\n---\n\n# Caches lie\n")
    database = built(tmp_path / "notes", tmp_path / "talks.db")
    told = [
        output("import", file, "-o", tmp_path / "back.db", "--no-vectors") for file in (database, exported(database))
    ]
    notes, talks = len(exported(database).read_text().splitlines()), len(tables(database)["talks"])
    assert told == [f"{tmp_path / 'back.db'}: {notes} notes, {talks} talks\n"] * 2
    assert notes == len(tables(database)["posts"]) + 1


def test_an_import_replaces_what_was_there(samples, tmp_path):
    write_notes(tmp_path / "notes", 3)
    database = built(tmp_path / "notes", tmp_path / "talks.db")
    assert tables(imported(exported(samples), database)) == tables(samples)


def test_a_build_after_an_import_reads_the_notes_again(samples, tmp_path):
    back = imported(exported(samples), tmp_path / "back.db")
    told = json.loads(output("build", SAMPLES, "-o", back, "--no-vectors", "--json"))
    assert (told["unchanged"], told["read"]) == (0, told["files"])
    assert tables(back) == tables(samples)


def test_lines_may_come_from_a_pipe(samples, tmp_path):
    lines = exported(samples).read_text(encoding="utf-8")
    output("import", "-", "-o", tmp_path / "back.db", "--no-vectors", stdin=lines)
    assert tables(tmp_path / "back.db") == tables(samples)


def test_what_was_imported_is_found(samples, tmp_path):
    back = imported(exported(samples), tmp_path / "back.db")
    assert output("search", "restore backup", "--db", back, "--json") != ""
    assert output("search", "restore backup", "--db", back, "--json") == output(
        "search", "restore backup", "--db", samples, "--json"
    )


def test_records_without_markdown_are_taken_and_said(tmp_path):
    (tmp_path / "records.jsonl").write_text(output("extract", SAMPLES), encoding="utf-8")
    told = output("import", tmp_path / "records.jsonl", "-o", tmp_path / "talks.db", "--no-vectors")
    assert "talks came without Markdown" in told


def test_an_import_can_be_quiet(samples, tmp_path):
    assert output("import", exported(samples), "-o", tmp_path / "back.db", "--no-vectors", "-q") == ""


# ---- what can be wrong


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("not JSON", "Invalid JSON: expected ident at column 2"),
        ('{"path": "a.md"', "Invalid JSON: EOF while parsing an object at column 15"),
        ("[]", "Input should be an object"),
        ('{"path": "a.md"}', "kind: Field required"),
        ('{"path": "a.md", "kind": "talk", "talks": [{"lines": [1, 2]}]}', "talks.0.title: Field required"),
        ('{"path": "a.md", "kind": "poem"}', "kind: Input should be 'report', 'talk', 'index' or 'other'"),
        ('{"path": "a.md", "kind": "talk", "mood": "good"}', "mood: Extra inputs are not permitted"),
        ('{"path": "a.md", "kind": "talk", "date": "in May"}', "date: 'in May' is not a date like 2024-05-27"),
        (
            '{"path": "a.md", "kind": "talk", "event": {"name": "N", "start": "2024-02-31"}}',
            "event.start: '2024-02-31'",
        ),
        (
            '{"path": "a.md", "kind": "talk", "event": {"name": "N", "year": 12345678901234567890123}}',
            "event.year: Input",
        ),
        ('{"path": "a.md", "kind": "talk", "talks": [{"title": "T", "lines": [0, 2]}]}', "talks.0.lines.0: Input"),
        ('{"path": "caches.md", "kind": "other"}', "caches.md has a record already, on line 1"),
    ],
)
def test_a_bad_line_is_said_with_its_number_and_changes_nothing(samples, tmp_path, line, said):
    database = imported(exported(samples), tmp_path / "talks.db")
    before = database.read_bytes()
    lines = tmp_path / "talks.jsonl"
    lines.write_text(f"{json.dumps(RECORD)}\n\n{line}\n", encoding="utf-8")
    told = error("import", lines, "-o", database, "--no-vectors")
    assert told.startswith(f"Error: {lines}:3: ")
    assert said in told
    assert database.read_bytes() == before


def test_a_line_that_is_not_utf_8(tmp_path):
    (tmp_path / "talks.jsonl").write_bytes(b'{"path": "caf\xe9.md", "kind": "talk"}\n')
    assert "talks.jsonl:1: this is no record of a note: Invalid JSON" in error("import", tmp_path / "talks.jsonl")


def test_no_database_comes_of_a_bad_file(tmp_path):
    (tmp_path / "talks.jsonl").write_text("{}\n")
    error("import", tmp_path / "talks.jsonl", "-o", tmp_path / "talks.db")
    assert [path.name for path in tmp_path.iterdir()] == ["talks.jsonl"]


@pytest.mark.parametrize("text", ["", "\n\n"])
def test_a_file_without_records_empties_no_database(samples, tmp_path, text):
    (tmp_path / "talks.jsonl").write_text(text)
    before = samples.read_bytes()
    assert "there are no records in this file" in error("import", tmp_path / "talks.jsonl", "-o", samples)
    assert samples.read_bytes() == before


def test_a_file_that_is_not_there(tmp_path):
    assert "nothing.jsonl: cannot be read: No such file" in error("import", tmp_path / "nothing.jsonl")
    assert "cannot be read: Is a directory" in error("import", tmp_path)


def test_a_database_of_somebody_else(samples, tmp_path):
    sqlite3.connect(tmp_path / "music.db").execute("CREATE TABLE songs (title)").connection.close()
    assert "was not built by Talkdex" in error("import", exported(samples), "-o", tmp_path / "music.db")
