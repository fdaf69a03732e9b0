"""What `talkdex export` writes, read by the tools that it is for."""

import csv
import errno
import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import zipfile
from datetime import date
from pathlib import Path

import icalendar
import pytest
from commands import error, output, run
from pyarrow import parquet, types

from talkdex.ingest.store.rows import TABLES

NOTES = {
    "nordlys.md": """---
event: Nordlys Conf
dates: 2024-05-27..2024-05-29
venue: Sentralen
city: Oslo
country: Norway
date: 2024-06-01
author: [Ida Note, Søren Sund]
tags: [C++, caching]
---

# Nordlys Conf 2024

## Caches lie, by Mira Castellane

- Measure the hit rate before you buy memory for Redis.
- [Slides](https://slides.example/caches)

## Queues, slowly, by Tomas Reed

- A queue that is never empty is a database.
""",
    "harbour.md": """---
event: Harbour Days
year: 2019
title: Boats
speaker: Lena Ort
---

# Boats

- Everything that floats needs a name.
""",
    "ideas.md": "# Ideas\n\nTODO: ask Mira for her slides\n",
}


@pytest.fixture(scope="module")
def database(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("export")
    (folder / "notes").mkdir()
    for name, text in NOTES.items():
        (folder / "notes" / name).write_text(text, encoding="utf-8")
    output("build", folder / "notes", "-o", folder / "talkdex.db", "--no-vectors")
    return folder / "talkdex.db"


# ---- records


def test_records_are_what_extract_prints_with_the_markdown_of_each_talk(database):
    exported = [json.loads(line) for line in output("export", database, "--format", "jsonl").splitlines()]
    markdown = {talk["title"]: talk.pop("notes") for note in exported for talk in note["talks"]}
    assert exported == [json.loads(line) for line in output("extract", database.parent / "notes").splitlines()]
    assert markdown["Caches lie"].splitlines()[-2:] == [
        "- Measure the hit rate before you buy memory for Redis.",
        "- [Slides](https://slides.example/caches)",
    ]


def test_records_go_into_a_file(database, tmp_path):
    done = run("export", database, "--format", "jsonl", "-o", tmp_path / "talks.jsonl")
    assert (done.stdout, done.stderr) == ("", f"3 notes in {tmp_path / 'talks.jsonl'}\n")
    assert (tmp_path / "talks.jsonl").read_text(encoding="utf-8") == output("export", database, "--format", "jsonl")


# ---- tables


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_tables_go_into_a_folder_named_like_the_database(database, tmp_path, monkeypatch, form):
    monkeypatch.chdir(tmp_path)
    assert run("export", database, "--format", form).stderr == f"15 files in talkdex-{form}\n"
    files = sorted(path.name for path in (tmp_path / f"talkdex-{form}").iterdir())
    assert files == sorted(f"{table.name}.{form}" for table in TABLES)


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_the_same_tables_give_the_same_archive(database, tmp_path, form):
    for name in ("one.zip", "two.zip"):
        output("export", database, "--format", form, "-o", tmp_path / name)
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    assert len(zipfile.ZipFile(tmp_path / "one.zip").namelist()) == len(TABLES)


def test_csv_has_the_columns_in_its_first_line(database, tmp_path):
    output("export", database, "--format", "csv", "-o", tmp_path / "tables.zip")
    with zipfile.ZipFile(tmp_path / "tables.zip") as archive:
        tags = list(csv.DictReader(io.StringIO(archive.read("tags.csv").decode())))
        speakers = list(csv.DictReader(io.StringIO(archive.read("speakers.csv").decode())))
    assert {tag["name"] for tag in tags} == {"C++", "caching"}
    assert {speaker["slug"] for speaker in speakers} == {"lena-ort", "mira-castellane", "tomas-reed"}


def test_parquet_has_every_row_of_every_table(database, tmp_path):
    output("export", database, "--format", "parquet", "-o", tmp_path)
    conn = sqlite3.connect(database)
    for table in TABLES:
        [count] = conn.execute(f"SELECT count(*) FROM {table.name}").fetchone()
        read = parquet.read_table(tmp_path / f"{table.name}.parquet")
        assert (read.column_names, read.num_rows) == (list(table.columns), count)


def test_parquet_has_dates_as_dates_and_lists_as_lists(database, tmp_path):
    output("export", database, "--format", "parquet", "-o", tmp_path)
    events = {event["name"]: event for event in parquet.read_table(tmp_path / "events.parquet").to_pylist()}
    nordlys, harbour = events["Nordlys Conf 2024"], events["Harbour Days 2019"]
    assert (nordlys["start_date"], nordlys["end_date"]) == (date(2024, 5, 27), date(2024, 5, 29))
    assert nordlys["latitude"] == pytest.approx(59.9, abs=0.1)
    assert (harbour["year"], harbour["start_date"], harbour["city"]) == (2019, None, None)
    posts = {post["path"]: post for post in parquet.read_table(tmp_path / "posts.parquet").to_pylist()}
    assert posts["nordlys.md"]["authors"] == ["Ida Note", "Søren Sund"]
    assert posts["nordlys.md"]["date"] == date(2024, 6, 1)
    assert posts["ideas.md"]["authors"] == []


def test_parquet_says_which_columns_are_always_filled(database, tmp_path):
    output("export", database, "--format", "parquet", "-o", tmp_path)
    schema = parquet.read_schema(tmp_path / "takeaways.parquet")
    assert types.is_int64(schema.field("id").type) and not schema.field("id").nullable
    assert types.is_string(schema.field("text").type) and not schema.field("text").nullable
    assert parquet.read_schema(tmp_path / "links.parquet").field("line").nullable


def test_parquet_without_pyarrow_says_what_to_install(database, tmp_path):
    without = "import sys; sys.modules['pyarrow'] = None; from talkdex.ingest.cli import main; main()"
    command = [sys.executable, "-c", without, "export", str(database), "--format", "parquet", "-o", "tables"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr == "Error: Parquet needs pyarrow. Install it with: pip install 'talkdex[parquet]'\n"
    assert list(tmp_path.iterdir()) == []


# ---- for calendars and other sites


def test_the_calendar_has_the_events_whose_days_are_known(database):
    done = run("export", database, "--format", "ics", "--url", "https://talks.example/")
    assert done.stderr == "1 event left out: the days are not known\n"
    [event] = icalendar.Calendar.from_ical(done.stdout_bytes).walk("VEVENT")
    assert event["summary"] == "Nordlys Conf 2024"
    assert event.decoded("dtstart") == date(2024, 5, 27)
    assert event.decoded("dtend") == date(2024, 5, 30)  # the first day after
    assert event["location"] == "Sentralen, Oslo, Norway"
    assert event["description"] == "Notes of 2 talks."
    assert event["url"] == "https://talks.example/events/nordlys-conf-2024"


def test_the_calendar_is_the_same_each_time(database, tmp_path):
    for name in ("one.ics", "two.ics"):
        output("export", database, "--format", "ics", "-o", tmp_path / name)
    assert (tmp_path / "one.ics").read_bytes() == (tmp_path / "two.ics").read_bytes()
    assert b"\r\nURL" not in (tmp_path / "one.ics").read_bytes()  # nobody serves the pages


def test_linked_data_is_one_document_in_which_things_refer_to_each_other(database):
    document = json.loads(output("export", database, "--format", "jsonld", "--url", "https://talks.example"))
    assert document["@context"] == "https://schema.org"
    things = {thing["@id"]: thing for thing in document["@graph"]}
    assert len(things) == 2 + 3 + 3 == len(document["@graph"])
    [talk] = [thing for thing in things.values() if thing["name"] == "Caches lie"]
    assert talk["@id"] == talk["url"] == "https://talks.example/talks/caches-lie-nordlys-conf-2024"
    assert things[talk["recordedAt"]["@id"]]["startDate"] == "2024-05-27"
    assert [things[author["@id"]]["@type"] for author in talk["author"]] == ["Person"]
    assert talk["sameAs"] == ["https://slides.example/caches"]


def test_addresses_are_relative_where_nobody_serves_the_pages(database):
    document = json.loads(output("export", database, "--format", "jsonld"))
    assert {thing["url"].split("/")[0] for thing in document["@graph"]} == {""}


# ---- what can be wrong


def test_an_address_that_is_none(database):
    done = run("export", database, "--format", "ics", "--url", "talks.example")
    assert done.exit_code == 2
    assert "it begins with https:// or http://" in done.stderr


@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet", "ics", "jsonld"])
def test_a_place_that_cannot_be_written(database, tmp_path, form):
    (tmp_path / "file").touch()
    assert "cannot be written" in error("export", database, "--format", form, "-o", tmp_path / "file" / "below")


# ---- the file that is written


@pytest.fixture
def copy(database, tmp_path) -> Path:
    return Path(shutil.copy(database, tmp_path / "talkdex.db"))


@pytest.mark.parametrize("form", ["jsonl", "ics", "jsonld"])
@pytest.mark.parametrize("name", ["talkdex.db", "./talkdex.db", "linked.db", "hard.db", "talkdex.db-wal", "logged"])
def test_a_database_is_not_exported_over_itself(copy, monkeypatch, form, name):
    monkeypatch.chdir(copy.parent)
    os.symlink("talkdex.db", "linked.db")
    os.symlink("talkdex.db-wal", "logged")
    os.link("talkdex.db", "hard.db")
    before = copy.read_bytes()
    said = error("export", "linked.db", "--format", form, "-o", name)
    assert f"{Path(name)}: this is the database that is exported. Choose another file with -o." in said
    assert copy.read_bytes() == before
    assert sorted(os.listdir()) == ["hard.db", "linked.db", "logged", "talkdex.db"]


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_database_is_not_exported_over_itself_as_tables(copy, form):
    for output_of, name in ((lambda path: path, "talkdex.zip"), (lambda path: path.parent, f"talks.{form}")):
        database = copy.rename(copy.with_name(name))
        before = database.read_bytes()
        assert "the database that is exported" in error("export", database, "--format", form, "-o", output_of(database))
        assert database.read_bytes() == before
        database.rename(copy)


@pytest.mark.parametrize(("form", "name"), [("jsonl", "out.jsonl"), ("csv", "out.zip")])
def test_an_export_that_fails_leaves_the_old_file(copy, form, name):
    target = copy.with_name(name)
    target.write_text("the last good backup")
    files = sorted(copy.parent.iterdir())
    with sqlite3.connect(copy) as conn:
        conn.execute("UPDATE _notes SET record = 'spoilt' WHERE path = 'nordlys.md'")
        conn.execute("ALTER TABLE talks RENAME TO gone")
    conn.close()
    assert run("export", copy, "--format", form, "-o", target).exit_code == 1
    assert target.read_text() == "the last good backup"
    assert sorted(copy.parent.iterdir()) == files


def test_an_export_keeps_a_link_and_the_permissions(copy):
    real, link = copy.with_name("real.jsonl"), copy.with_name("link.jsonl")
    real.write_text("old")
    real.chmod(0o640)
    link.symlink_to("real.jsonl")
    output("export", copy, "--format", "jsonl", "-o", link)
    assert link.is_symlink()
    assert real.read_text(encoding="utf-8") == output("export", copy, "--format", "jsonl")
    assert real.stat().st_mode & 0o777 == 0o640


def test_a_file_that_cannot_be_replaced_is_written_to(copy, monkeypatch):
    """As one that is bound into a container."""

    def busy(source, target):
        raise OSError(errno.EBUSY, "Device or resource busy")

    target = copy.with_name("bound.jsonl")
    target.write_text("old")
    files = sorted(copy.parent.iterdir())
    monkeypatch.setattr("talkdex.ingest.export.output.os.replace", busy)
    output("export", copy, "--format", "jsonl", "-o", target)
    assert target.read_text(encoding="utf-8") == output("export", copy, "--format", "jsonl")
    assert sorted(copy.parent.iterdir()) == files


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_what_is_no_file_is_written_to(copy):
    expected = output("export", copy, "--format", "jsonl")
    assert output("export", copy, "--format", "jsonl", "-o", "-") == expected
    pipe = copy.with_name("pipe")
    os.mkfifo(pipe)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text(encoding="utf-8")), daemon=True)
    reader.start()
    output("export", copy, "--format", "jsonl", "-o", pipe)
    reader.join(20)
    assert read == [expected]
    assert pipe.is_fifo()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")
def test_a_device_that_is_full_is_said(copy):
    said = error("export", copy, "--format", "jsonl", "-o", "/dev/full")
    assert said == "Error: /dev/full: cannot be written: No space left on device.\n"
