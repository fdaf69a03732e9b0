"""A database open for one build: all of it at once or nothing, and what cannot be used is said."""

import sqlite3
import threading
from contextlib import closing

import pytest
from pydantic import ValidationError

from talkdex.ingest.errors import BusyError, DatabaseError, NewerVersionError, NotTalkdexError
from talkdex.ingest.store import records
from talkdex.ingest.store.database import build_database, read_database
from talkdex.schema.records import Event
from talkdex.schema.tables import migrations


def put(path, tag: str, **options) -> None:
    with build_database(path, **options) as db:
        db.execute("INSERT INTO tags VALUES (?, ?, ?)", [len(tag), tag, tag])


def tags(path) -> list[str]:
    with read_database(path) as conn:
        return [name for (name,) in conn.execute("SELECT name FROM tags ORDER BY id")]


@pytest.fixture
def database(tmp_path):
    path = tmp_path / "talkdex.db"
    put(path, "a")
    return path


def files_beside(path) -> list[str]:
    return sorted(file.name for file in path.parent.iterdir())


def test_builds_add_up_and_leave_one_plain_file(database):
    put(database, "bb")
    assert tags(database) == ["a", "bb"]
    assert files_beside(database) == ["talkdex.db"]
    assert database.read_bytes()[18:20] == b"\x01\x01"  # not in write-ahead mode


def test_an_empty_file_is_no_database_yet(tmp_path):
    (tmp_path / "talkdex.db").touch()
    put(tmp_path / "talkdex.db", "a")
    assert tags(tmp_path / "talkdex.db") == ["a"]


def test_there_is_no_database_before_the_first_build_ends(tmp_path):
    path = tmp_path / "talkdex.db"
    with build_database(path) as db:
        db.execute("INSERT INTO tags VALUES (1, 'a', 'a')")
        assert not path.exists()
    assert tags(path) == ["a"]


def test_a_first_build_that_fails_leaves_nothing(tmp_path):
    path = tmp_path / "talkdex.db"
    with pytest.raises(ValueError, match="no luck"), build_database(path) as db:
        db.execute("INSERT INTO tags VALUES (1, 'a', 'a')")
        raise ValueError("no luck")
    assert files_beside(path) == []


def test_a_later_build_that_fails_changes_nothing(database):
    before = database.read_bytes()
    with pytest.raises(ValueError, match="no luck"), build_database(database) as db:
        db.execute("INSERT INTO tags VALUES (2, 'bb', 'bb')")
        raise ValueError("no luck")
    assert tags(database) == ["a"]
    put(database, "ccc")
    assert tags(database) == ["a", "ccc"]
    assert len(database.read_bytes()) == len(before)


def test_broken_references_end_a_build(database):
    with pytest.raises(DatabaseError), build_database(database) as db:
        db.execute("PRAGMA defer_foreign_keys = ON")
        db.execute("INSERT INTO talk_tags VALUES (1, 2)")
    with read_database(database) as conn:
        assert conn.execute("SELECT count(*) FROM talk_tags").fetchone() == (0,)


def test_a_reader_sees_the_old_state_until_the_end(database):
    with read_database(database) as reader:
        with build_database(database) as db:
            db.execute("INSERT INTO tags VALUES (2, 'bb', 'bb')")
            assert reader.execute("SELECT count(*) FROM tags").fetchone() == (1,)
            assert tags(database) == ["a"]
        assert reader.execute("SELECT count(*) FROM tags").fetchone() == (2,)


def test_a_reader_in_the_middle_of_reading_keeps_what_it_reads(database):
    put(database, "bb")
    with read_database(database) as reader:
        with build_database(database) as db:  # the reader's transaction begins when the log is in use
            reader.execute("BEGIN")
            assert reader.execute("SELECT count(*) FROM tags").fetchone() == (2,)
            db.execute("INSERT INTO tags VALUES (3, 'ccc', 'ccc')")
        assert reader.execute("SELECT count(*) FROM tags").fetchone() == (2,)
        reader.execute("COMMIT")
        assert reader.execute("SELECT count(*) FROM tags").fetchone() == (3,)
    put(database, "dddd")
    assert files_beside(database) == ["talkdex.db"]
    assert tags(database) == ["a", "bb", "ccc", "dddd"]


@pytest.mark.parametrize("is_first", [True, False])
def test_the_second_of_two_builds_waits(tmp_path, is_first):
    path = tmp_path / "talkdex.db"
    if not is_first:
        put(path, "a")
    with build_database(path) as db:
        second = threading.Thread(target=put, args=(path, "second"), kwargs={"wait": 20})
        second.start()
        second.join(0.3)
        assert second.is_alive()
        db.execute("INSERT INTO tags VALUES (5, 'first', 'first')")
    second.join(20)
    assert tags(path)[-2:] == ["first", "second"]


@pytest.mark.parametrize("is_first", [True, False])
def test_a_build_that_has_waited_long_enough_says_so(tmp_path, is_first):
    path = tmp_path / "talkdex.db"
    if not is_first:
        put(path, "a")
    with build_database(path), pytest.raises(BusyError, match=r"talkdex\.db: another build is writing"):
        put(path, "b", wait=0.2)
    put(path, "cc")
    assert "cc" in tags(path)


def test_what_is_no_database_is_left_alone(tmp_path):
    path = tmp_path / "notes.db"
    path.write_text("# My notes\n\n" + "no database at all\n" * 100)
    before = path.read_bytes()
    with pytest.raises(NotTalkdexError, match="no SQLite database"):
        put(path, "a")
    with pytest.raises(NotTalkdexError, match="no SQLite database"):
        tags(path)
    assert path.read_bytes() == before
    assert files_beside(path) == ["notes.db"]


def test_a_database_of_somebody_else_is_left_alone(tmp_path):
    path = tmp_path / "music.db"
    conn = sqlite3.connect(path)
    conn.execute("CREATE TABLE songs (title TEXT)")
    conn.close()
    before = path.read_bytes()
    with pytest.raises(NotTalkdexError, match="was not built by Talkdex"):
        put(path, "a")
    assert path.read_bytes() == before


def test_a_database_of_a_newer_version_is_left_alone(database):
    conn = sqlite3.connect(database)
    conn.execute(
        "INSERT INTO _sqlite_migrations(migration_set, name, applied_at) VALUES ('talkdex', 'vectors_in_space', '2031')"
    )
    conn.commit()
    conn.close()
    with pytest.raises(NewerVersionError, match="newer version of Talkdex"):
        put(database, "b")
    with pytest.raises(NewerVersionError, match="newer version of Talkdex"):
        tags(database)


def test_a_folder_or_a_missing_one_is_said(tmp_path):
    with pytest.raises(DatabaseError, match="this is a folder"):
        put(tmp_path, "a")
    with pytest.raises(DatabaseError, match="no such folder"):
        put(tmp_path / "nowhere" / "talkdex.db", "a")
    with pytest.raises(DatabaseError, match="no such database"):
        tags(tmp_path / "talkdex.db")


def test_a_damaged_database_is_said(database):
    content = bytearray(database.read_bytes())
    content[4096:] = b"\x07" * (len(content) - 4096)
    database.write_bytes(content)
    with pytest.raises(DatabaseError):
        put(database, "b")


def test_all_migrations_are_applied(database):
    with build_database(database) as db:
        assert migrations.pending(db) == []


def test_a_stored_record_that_is_none_is_damage(database):
    with closing(sqlite3.connect(database)) as conn, conn:
        conn.execute("INSERT INTO _notes (path, fingerprint, record) VALUES ('a.md', '1', '{')")
    with pytest.raises(DatabaseError, match="damaged"), read_database(database) as conn:
        list(records.all_naming(conn))


def test_other_errors_in_a_build_are_not_called_damage(database):
    with pytest.raises(ValidationError), build_database(database):
        Event.model_validate({"year": "never"})
