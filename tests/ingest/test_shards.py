"""A database for each edition year, and all of them joined again: the answers are those of the single file."""

import json
import shutil
import sqlite3
from pathlib import Path

import pytest
from commands import error, output, run
from dumped import dump
from generated_notes import write_notes
from serving import fetch, serving

SAMPLES = Path(__file__).parents[2] / "data" / "notes"
CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
YEARS = "SELECT DISTINCT coalesce(year, 'undated') FROM posts LEFT JOIN events ON events.id = event_id"
PASSAGES = """
    SELECT slug, _passages.first_line, _passages.last_line, vector, place
    FROM _passages JOIN talks ON talks.id = talk_id JOIN _places USING (talk_id) ORDER BY 1, 2, 3
"""
QUESTIONS = (
    "search?q=postgres&facets=project,tag,event,year,speaker,format,city",
    "search?q=what+to+do+before+a+cache+is+added&limit=50",
    "search?q=rust&year=2023",
    "talks?sort=date&limit=200",
    "events?limit=200",
    "speakers?limit=200",
    "takeaways?project=postgresql",
    "suggest?q=no",
    "stats",
)


def split(notes: Path, database: Path, *options: str) -> list[Path]:
    """The databases of single years that a build writes."""
    summary = json.loads(output("build", notes, "-o", database, "--shards", "year", "--json", *options))
    return [Path(shard) for shard in summary["shards"]]


def join(shards: list[Path], database: Path, *options: str) -> Path:
    output("import", *shards, "-o", database, "-q", *options)
    return database


def query(database: Path, sql: str) -> list[tuple]:
    with sqlite3.connect(database) as conn:
        return conn.execute(sql).fetchall()


@pytest.fixture
def notes(tmp_path) -> Path:
    write_notes(tmp_path / "notes", 60)
    (tmp_path / "notes" / "someday.md").write_text("# Caches lie\n\nby Ada Lovelace\n\n- Measure first.\n")
    return tmp_path / "notes"


@pytest.fixture
def database(tmp_path) -> Path:
    return tmp_path / "all.db"


def test_each_year_has_its_notes(notes, database):
    shards = split(notes, database, "--no-vectors")
    years = sorted(str(year) for (year,) in query(database, YEARS))
    assert [shard.name for shard in shards] == [f"all-{year}.db" for year in years]
    assert years[-1] == "undated" and len(years) > 2
    assert [query(shard, YEARS) for shard in shards[:-1]] == [[(int(year),)] for year in years[:-1]]
    assert query(shards[-1], "SELECT path FROM posts") == [("someday.md",)]


def test_joined_they_are_the_single_database(notes, database, tmp_path):
    shards = split(notes, database, "--no-vectors")
    assert dump(join(shards[::-1], tmp_path / "joined.db", "--no-vectors")) == dump(database)


@pytest.mark.skipif(not CORPUS.exists(), reason="needs ../shared/corpus")
def test_so_it_is_with_real_notes(database, tmp_path):
    shards = split(CORPUS / "okize", database, "--no-vectors")
    assert len(shards) > 3
    assert dump(join(shards, tmp_path / "joined.db", "--no-vectors")) == dump(database)


def test_vectors_are_those_of_the_single_database(database, tmp_path, monkeypatch):
    shards = split(SAMPLES, database)
    monkeypatch.setattr("talkdex.ingest.vectors.embed.SentenceModel", None)  # none is computed again
    joined = join(shards, tmp_path / "joined.db")
    assert query(joined, PASSAGES) == query(database, PASSAGES) != []
    assert sum(query(shard, "SELECT count(*) FROM _passages")[0][0] for shard in shards) == len(query(joined, PASSAGES))


def test_answers_are_those_of_the_single_database(database, tmp_path):
    shards = split(SAMPLES, database)
    with (
        serving(database, cwd=tmp_path) as (single, _),
        serving(*shards, "--port", "0", cwd=tmp_path) as (joined, _),
    ):
        for question in QUESTIONS:
            said, expected = (fetch(f"{site}api/v1/{question}").replace(site, "/") for site in (joined, single))
            said, expected = (without_time(json.loads(text)) for text in (said, expected))
            assert said == expected, question


def without_time(answer: dict) -> dict:
    return {key: value for key, value in answer.items() if key != "milliseconds"}


def test_only_the_year_that_changed_is_written(notes, database, tmp_path):
    shards = split(notes, database)
    joined = join(shards, tmp_path / "joined.db")
    before = {shard: shard.read_bytes() for shard in shards}
    assert split(notes, database) == shards
    assert {shard: shard.read_bytes() for shard in shards} == before
    talk = sorted(notes.glob("*-2000/talk-*.md"))[0]
    talk.write_text(talk.read_text() + "- Write down what you changed.\n")
    assert split(notes, database) == shards
    assert [shard.name for shard in shards if shard.read_bytes() != before[shard]] == ["all-2000.db"]
    assert dump(join(shards, joined)) == dump(database)
    assert query(joined, PASSAGES) == query(database, PASSAGES)


def test_a_year_without_notes_has_no_database(notes, database):
    split(notes, database, "--no-vectors")
    (notes / "someday.md").unlink()
    shards = split(notes, database, "--no-vectors")
    assert not database.with_name("all-undated.db").exists()
    assert sorted(database.parent.glob("all-*.db")) == shards


def test_databases_of_ones_own_stay(notes, database, tmp_path):
    shards = split(notes, database, "--no-vectors")
    own = [database.with_name(name) for name in ("all-1999.db", "all-1998.db", "all-20240501.db")]
    own[0].write_bytes(b"not ours")
    output("build", notes, "-o", own[1], "--no-vectors", "-q")
    shutil.copy(shards[0], own[2])
    database.with_name("all-1997.db").mkdir()
    before = [file.read_bytes() for file in own]
    assert split(notes, database, "--no-vectors") == shards
    assert [file.read_bytes() for file in own] == before
    shutil.copy(own[1], shards[0])
    said = error("build", notes, "-o", database, "--shards", "year", "--no-vectors", "-q")
    assert f"{shards[0]}: this is no database of a year that we have written" in said
    assert shards[0].read_bytes() == before[1]


def test_a_year_that_is_read_stays_without_notes(notes, database):
    split(notes, database, "--no-vectors")
    undated = database.with_name("all-undated.db")
    with sqlite3.connect(undated) as reader:
        reader.execute("PRAGMA journal_mode = WAL")
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM posts").fetchone() == (1,)
        (notes / "someday.md").unlink()
        split(notes, database, "--no-vectors")
        assert query(undated, "SELECT count(*) FROM posts") == [(0,)]
        reader.rollback()
    reader.close()
    split(notes, database, "--no-vectors")
    assert not undated.exists()


def test_a_note_that_gets_another_year_goes_to_it(notes, database, tmp_path):
    split(notes, database, "--no-vectors")
    shutil.move(notes / "someday.md", next(notes.glob("*-2001")))
    shards = split(notes, database, "--no-vectors")
    assert "someday.md" in str(query(database.with_name("all-2001.db"), "SELECT path FROM posts"))
    assert dump(join(shards, tmp_path / "joined.db", "--no-vectors")) == dump(database)


def test_a_note_in_two_of_them_is_said(notes, database, tmp_path):
    shards = split(notes, database, "--no-vectors")
    joined = join(shards, tmp_path / "joined.db", "--no-vectors")
    before = joined.read_bytes()
    assert f"all.db: data-kiln-2000/README.md is in {shards[0]}, too." in error(
        "import", *shards, database, "-o", joined
    )
    assert joined.read_bytes() == before
    assert "this is the database that is to be written" in error("import", joined, *shards, "-o", joined)
    assert "there is no such database" in error("import", *shards, tmp_path / "none.db", "-o", joined)
    assert dump(join([*shards, shards[0]], joined, "--no-vectors")) == dump(database)


def test_markdown_alone_that_was_imported_is_joined(notes, database, tmp_path):
    lines = tmp_path / "talks.jsonl"
    output("build", notes, "-o", database, "--no-vectors", "-q")
    output("export", database, "--format", "jsonl", "-o", lines)
    imported = tmp_path / "imported.db"
    for text in (lines.read_text(), lines.read_text().replace("Measure first.", "Measure twice.")):
        lines.write_text(text)
        output("import", lines, "-o", imported, "--no-vectors", "-q")
        joined = join([imported], tmp_path / "joined.db", "--no-vectors")
        assert dump(joined) == dump(imported)
    assert "twice" in str(query(joined, "SELECT notes FROM talks"))


def test_a_database_is_known_by_what_is_in_it(notes, database, tmp_path):
    output("build", notes, "-o", database, "--no-vectors", "-q")
    backup = Path(shutil.copy(database, tmp_path / "bk"))
    assert dump(join([backup], tmp_path / "joined.db", "--no-vectors")) == dump(database)
    with serving("bk", cwd=tmp_path) as (url, _):
        assert json.loads(fetch(f"{url}api/v1/stats"))["talks"] == query(database, "SELECT count(*) FROM talks")[0][0]
    assert not (tmp_path / "talkdex.db").exists()


def test_what_is_damaged_is_named(notes, database, tmp_path):
    shards = split(notes, database, "--no-vectors")
    joined = join(shards, tmp_path / "joined.db", "--no-vectors")
    before = dump(joined)
    shutil.copy(shards[0], tmp_path / "lost.db")
    shutil.copy(shards[0], tmp_path / "record.db")
    with sqlite3.connect(tmp_path / "lost.db") as conn:
        conn.execute("DELETE FROM talks WHERE id IN (SELECT id FROM talks LIMIT 1)")
    with sqlite3.connect(tmp_path / "record.db") as conn:
        conn.execute("UPDATE _notes SET fingerprint = 'other', record = replace(record, '\"kind\"', '\"kinds\"')")
    assert "lost.db: another version built this database" in error("import", tmp_path / "lost.db", "-o", joined)
    assert "record.db: this database cannot be read" in error("import", tmp_path / "record.db", "-o", joined)
    assert dump(joined) == before


def test_what_holds_no_notes_is_said(notes, database, tmp_path):
    joined = join(split(notes, database, "--no-vectors"), tmp_path / "joined.db", "--no-vectors")
    (tmp_path / "drafts").mkdir()
    (tmp_path / "drafts" / "talk.md").write_text("---\ndraft: true\n---\n\n# Caches lie\n")
    output("build", tmp_path / "drafts", "-o", tmp_path / "drafts.db", "--no-vectors", "-q")
    before = dump(joined)
    assert "there are no notes in these databases" in error("import", tmp_path / "drafts.db", "-o", joined)
    assert dump(joined) == before


def test_records_and_databases_are_not_mixed(notes, database):
    shards = split(notes, database, "--no-vectors")
    result = run("import", shards[0], "talks.jsonl")
    assert result.exit_code == 2 and "name one file of JSON Lines, or databases" in result.stderr
