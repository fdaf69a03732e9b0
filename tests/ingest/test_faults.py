"""What goes wrong around a build: full and read-only disks, notes that change under it, databases of other versions
and damaged ones. Nothing is lost, nobody sees a half state, and one sentence says what to do."""

import random
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from builds import Poll, assert_whole, start_build, state
from commands import error, output, run
from disks import fill, read_only, small_disk
from dumped import dump
from generated_notes import write_notes
from sqlite_utils import Database

from talkdex.ingest import build as building
from talkdex.schema.tables import migrations

NOTES = 24
PATIENCE = 300  # seconds


def build(notes: Path, database: Path, *options: str) -> str:
    """What a build in a process of its own says when it fails: one sentence; nothing when it ends well."""
    process = start_build(notes, database, "--quiet", *options)
    _, said = process.communicate(timeout=PATIENCE)
    assert (process.returncode, said.count("\n")) in ((0, 0), (1, 1)), said
    assert said.startswith("Error: ") if process.returncode else not said
    return said


def assert_same_as_fresh(notes: Path, database: Path) -> None:
    """The database is what a build from nothing makes of the notes."""
    fresh = database.parent / "fresh.db"
    fresh.unlink(missing_ok=True)
    building.build([notes], fresh, vectors=False)
    assert dump(database, fingerprints=False) == dump(fresh, fingerprints=False)


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    write_notes(tmp_path / "notes", NOTES)
    return tmp_path / "notes"


@pytest.fixture
def database(notes: Path, tmp_path: Path) -> Path:
    building.build([notes], tmp_path / "talkdex.db", vectors=False)
    return tmp_path / "talkdex.db"


# ---- full disks


def test_a_first_build_on_a_full_disk_leaves_nothing(notes, tmp_path):
    with small_disk(tmp_path / "disk", 200) as disk:
        assert "talkdex.db: the disk is full. Make room and try again" in build(notes, disk / "talkdex.db")
        assert list(disk.iterdir()) == []


@pytest.mark.parametrize("room", [0, 20_000, 300_000, 1_200_000])
def test_a_later_build_on_a_full_disk_leaves_the_old_database(notes, database, tmp_path, room):
    with small_disk(tmp_path / "disk", 8_000) as disk:
        on_disk = disk / "talkdex.db"
        on_disk.write_bytes(database.read_bytes())
        old = state(on_disk)
        write_notes(notes, 6 * NOTES, seed=2)
        ballast = fill(disk, room)
        with Poll(on_disk) as poll:
            said = build(notes, on_disk)
        assert "the disk is full" in said
        assert poll.seen == {old}
        assert not poll.errors
        assert_whole(on_disk)
        ballast.unlink()
        assert build(notes, on_disk) == ""
        assert state(on_disk) != old


def test_vectors_that_find_no_room_leave_the_words(notes, database, tmp_path):
    with small_disk(tmp_path / "disk", 8_000) as disk:
        on_disk = disk / "talkdex.db"
        on_disk.write_bytes(database.read_bytes())
        ballast = fill(disk, 12_000)
        result = run("build", notes, "-o", on_disk, "-q")
        assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
        assert "the disk is full" in result.stderr
        assert "/talk-" in output("search", "redis", "--db", on_disk)
        ballast.unlink()
        assert output("build", notes, "-o", on_disk, "-q") == ""
        with closing(sqlite3.connect(on_disk)) as conn:
            assert conn.execute("SELECT count(*) FROM _passages").fetchone()[0] > 0


def test_an_export_onto_a_full_disk_is_said(database, tmp_path):
    with small_disk(tmp_path / "disk", 8) as disk:
        said = error("export", database, "--format", "jsonl", "-o", disk / "notes.jsonl")
    assert "cannot be written: No space left on device." in said


# ---- read-only disks


def test_a_read_only_folder_is_said_and_its_database_can_be_read(notes, database, tmp_path):
    folder = tmp_path / "published"
    folder.mkdir()
    database = database.rename(folder / "talkdex.db")
    before = database.read_bytes()
    write_notes(notes, NOTES + 10, seed=2)
    with read_only(folder):
        assert "talkdex.db: the database cannot be opened or written. Look at its permissions." in build(
            notes, database
        )
        assert "Read-only file system" in build(notes, folder / "new.db")
        assert "/talk-" in output("search", "redis", "--db", database)
    assert database.read_bytes() == before
    assert [file.name for file in folder.iterdir()] == ["talkdex.db"]


def test_notes_that_are_read_only_are_read(notes, tmp_path):
    with read_only(notes):
        assert build(notes, tmp_path / "talkdex.db") == ""
    assert state(tmp_path / "talkdex.db")[0] > NOTES


# ---- notes that change under a build


@pytest.mark.parametrize("change", ["vanishes", "is another"])
def test_a_note_that_changes_while_it_is_read_is_read_again(notes, database, change):
    """The build has looked at all notes when it tells how many it reads: the change comes right then."""
    note = notes / "nordlys-conf-2000" / "talk-0003.md"
    new = note.read_text() + "- One thing more: test the backups of PostgreSQL.\n"
    note.write_text(new)

    def at_first(done: int, total: int) -> None:
        if not done:
            note.unlink() if change == "vanishes" else note.write_text("# Something else\n\nby Ola Dunk\n")

    building.build([notes], database, vectors=False, on_read=at_first)
    note.write_text(new)
    building.build([notes], database, vectors=False)
    assert_same_as_fresh(notes, database)


def test_builds_amid_changes_end_well_and_the_last_one_has_it_all(notes, tmp_path):
    """Somebody writes, renames and deletes notes and folders all the time, as git and editors do."""
    stop = threading.Event()
    texts = [path.read_text() for path in write_notes(tmp_path / "others", NOTES, seed=3)]

    def change() -> None:
        chance = random.Random(1)
        while not stop.wait(0.01):
            path = notes / f"pyharbour-{chance.randint(1999, 2003)}" / f"talk-{chance.randint(0, 30):04}.md"
            path.parent.mkdir(exist_ok=True)
            match chance.randint(0, 3):
                case 0:
                    path.unlink(missing_ok=True)
                case 1:
                    path.write_text(chance.choice(texts))
                case 2:
                    path.with_suffix(".tmp").write_text(chance.choice(texts))
                    path.with_suffix(".tmp").replace(path)
                case 3:
                    path.parent.rename(notes / f"moved-{chance.randint(0, 5)}-{chance.random()}")

    database = tmp_path / "talkdex.db"
    changing = threading.Thread(target=change)
    changing.start()
    try:
        for jobs in ("1", "2", "1"):
            assert build(notes, database, "--jobs", jobs) == ""
            assert_whole(database)
    finally:
        stop.set()
        changing.join()
    assert build(notes, database) == ""
    assert_same_as_fresh(notes, database)


# ---- other databases

VERSIONS = [migration.name for migration in migrations.pending(Database(memory=True))]


@pytest.mark.parametrize("version", VERSIONS[1:])
def test_a_database_from_before_a_version_is_brought_up_to_date(notes, database, tmp_path, version):
    old = tmp_path / "old.db"
    as_before(version, database, old)
    (notes / "nordlys-conf-2000" / "talk-0003.md").unlink()
    assert build(notes, old) == ""
    assert_same_as_fresh(notes, old)
    assert_whole(old)
    found = output("search", "redis", "--limit", "99", "--json", "--db", old)
    assert found == output("search", "redis", "--limit", "99", "--json", "--db", tmp_path / "fresh.db") != ""


def as_before(version: str, database: Path, old: Path) -> None:
    """Write the rows of a database into one that has not got this version's tables and columns, nor any later ones."""
    db = Database(old)
    migrations.apply(db, stop_before=version)
    db.attach("new", database)
    indexes = [name for name, sql in db.execute("SELECT name, sql FROM sqlite_master") if "USING fts5" in (sql or "")]
    of_indexes = tuple(f"{index}_" for index in indexes)
    for table in db.table_names():
        if table not in indexes and not table.startswith((*of_indexes, "sqlite_", "_sqlite")):
            columns = ", ".join(db[table].columns_dict)
            db.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM new.{table}")
    for index in indexes:
        db.execute(f"INSERT INTO {index}({index}) VALUES ('rebuild')")
    db.conn.commit()
    db.close()


def test_a_damaged_database_is_said_by_every_command_and_building_anew_helps(notes, database, tmp_path):
    """Pages of zeros or noise, swapped pages, single bytes, a file cut short: none may end in a traceback."""
    whole = database.read_bytes()
    write_notes(notes, NOTES + 2, seed=2)
    said: set[str] = set()
    for seed in (*range(21), 60):  # the last spoils the format in the header
        for command in (
            ("build", notes, "-o", database, "--no-vectors", "-q"),
            ("search", "redis", "--db", database),
            ("export", database, "--format", "jsonl", "-o", tmp_path / "notes.jsonl"),
        ):
            database.write_bytes(damaged(whole, seed))
            result = run(*command)
            assert result.exception is None or isinstance(result.exception, SystemExit), (seed, result.exception)
            if result.exit_code:
                assert result.stderr.count("\n") == 1
                said.add(result.stderr.partition("talkdex.db: ")[2].strip())
    assert said == {
        "the database is damaged. Remove it and build it anew.",
        "this file is no SQLite database. Name another one.",
    }
    database.unlink()
    output("build", notes, "-o", database, "--no-vectors", "-q")
    assert_same_as_fresh(notes, database)


def damaged(data: bytes, seed: int) -> bytes:
    chance, page = random.Random(seed), 4096
    made, pages = bytearray(data), len(data) // page
    at, other = chance.randrange(pages) * page, chance.randrange(pages) * page
    match seed % 7:
        case 0:
            del made[chance.randrange(len(made)) :]
        case 1:
            made[at : at + page] = bytes(page)
        case 2:
            made[at : at + page] = chance.randbytes(page)
        case 3:
            for _ in range(chance.randrange(1, 400)):
                made[chance.randrange(len(made))] = chance.randrange(256)
        case 4:
            made[at % 100 : at % 100 + 8] = chance.randbytes(8)
        case 5:
            made[at : at + page], made[other : other + page] = made[other : other + page], made[at : at + page]
        case 6:
            made[at % page : at % page + 40] = chance.randbytes(40)
    return bytes(made)


@pytest.mark.parametrize(
    "command",
    [
        ["build", "NOTES", "-o", "DB"],
        ["search", "redis", "--db", "DB"],
        ["serve", "DB"],
        ["export", "DB", "--format", "jsonl"],
    ],
)
def test_a_database_of_a_newer_version_is_refused_and_left_alone(notes, database, command):
    with closing(sqlite3.connect(database)) as conn, conn:
        conn.execute(
            "INSERT INTO _sqlite_migrations(migration_set, name, applied_at) VALUES ('talkdex', 'thoughts', '2031')"
        )
    before = database.read_bytes()
    said = error(*({"NOTES": notes, "DB": database}.get(word, word) for word in command))
    assert "talkdex.db: a newer version of Talkdex built this database (it has 'thoughts')." in said
    assert database.read_bytes() == before
