"""Notes in, the database out: only what changed is read, and what comes out does not depend on the way."""

import json
import shutil
from functools import partial
from pathlib import Path

import pytest
from generated_notes import write_notes

from talkdex.ingest import build as building
from talkdex.ingest.build import Summary
from talkdex.ingest.errors import DatabaseError, NotesError
from talkdex.ingest.store.database import build_database, read_database
from talkdex.ingest.store.rows import TABLES

build = partial(building.build, vectors=False)  # which have tests of their own


@pytest.fixture
def notes(tmp_path) -> Path:
    folder = tmp_path / "notes"
    write_notes(folder, 24)
    return folder


@pytest.fixture
def database(tmp_path, notes) -> Path:
    path = tmp_path / "talkdex.db"
    build([notes], path)
    return path


def dump(path: Path) -> dict[str, list[tuple]]:
    with read_database(path) as conn:
        return {
            table: sorted(conn.execute(f"SELECT * FROM {table}"), key=repr)
            for table in (*(table.name for table in TABLES), "_notes")
        }


def column(path: Path, sql: str) -> list:
    with read_database(path) as conn:
        return [row[0] for row in conn.execute(sql)]


def counts(summary: Summary) -> tuple[int, int, int]:
    return summary.read, summary.unchanged, summary.removed


def test_a_first_build_reads_all(notes, tmp_path):
    summary = build([notes], tmp_path / "talkdex.db")
    assert counts(summary) == (27, 0, 0)
    assert summary.counts["posts"] == 27
    assert summary.counts["events"] == 3
    assert summary.counts["talks"] >= 20
    assert summary.counts["takeaways"] > summary.counts["talks"]
    assert summary.counts == {
        name: len(rows) for name, rows in dump(tmp_path / "talkdex.db").items() if name in summary.counts
    }


def test_a_second_build_reads_and_writes_nothing(notes, database):
    before, content = dump(database), database.read_bytes()
    summary = build([notes], database)
    assert counts(summary) == (0, 27, 0)
    assert summary.rows_written == 0
    assert dump(database) == before
    assert len(database.read_bytes()) == len(content)


def test_two_builds_are_identical(notes, database, tmp_path):
    build([notes], tmp_path / "other.db")
    assert dump(tmp_path / "other.db") == dump(database)


def test_any_number_of_processes_gives_the_same(notes, database, tmp_path):
    build([notes], tmp_path / "other.db", jobs=3)
    assert dump(tmp_path / "other.db") == dump(database)


def test_touching_one_note_reads_one_note(notes, database, tmp_path):
    note = notes / "nordlys-conf-2000" / "talk-0003.md"
    note.write_text(note.read_text() + "- One thing more: test the backups of PostgreSQL.\n")
    summary = build([notes], database)
    assert counts(summary) == (1, 26, 0)
    assert 0 < summary.rows_written < 30
    build([notes], tmp_path / "fresh.db")
    assert dump(database) == dump(tmp_path / "fresh.db")


def test_a_note_that_is_only_saved_again_is_not_read(notes, database):
    (notes / "nordlys-conf-2000" / "talk-0003.md").touch()
    assert counts(build([notes], database)) == (0, 27, 0)


def test_a_change_of_the_overview_reads_the_notes_of_its_event(notes, database, tmp_path):
    readme = notes / "nordlys-conf-2000" / "README.md"
    readme.write_text(readme.read_text().replace("Oslo", "Bergen"))
    assert counts(build([notes], database)) == (11, 16, 0)
    build([notes], tmp_path / "fresh.db")
    assert dump(database) == dump(tmp_path / "fresh.db")


def test_a_new_note_that_makes_a_page_an_overview_has_the_others_read_again(tmp_path):
    """A page counts as the overview of the notes that it links when these are three."""
    wiki = tmp_path / "wiki"
    wiki.mkdir()
    (wiki / "DevNord 2024.md").write_text("# DevNord 2024\n\nIn Oslo, Norway.\n\n[[caches]] [[queues]] [[logs]]\n")
    for name in ("caches", "queues"):
        (wiki / f"{name}.md").write_text(f"# {name.title()} grow\n\nby Mira Castellane\n\n- Measure {name} first.\n")
    (tmp_path / "other.md").write_text("# Ideas\n\nWaffles.\n")
    assert build([tmp_path], tmp_path / "talkdex.db").read == 4
    (wiki / "logs.md").write_text("# Logs grow\n\nby Ola Dunk\n\n- Measure logs first.\n")
    assert counts(build([tmp_path], tmp_path / "talkdex.db")) == (3, 2, 0)
    build([tmp_path], tmp_path / "fresh.db")
    assert dump(tmp_path / "talkdex.db") == dump(tmp_path / "fresh.db")


def test_what_is_gone_from_the_notes_goes(notes, database, tmp_path):
    shutil.rmtree(notes / "pyharbour-2000")
    assert counts(build([notes], database)) == (0, 16, 11)
    assert not column(database, "SELECT path FROM posts WHERE path LIKE 'pyharbour%'")
    build([notes], tmp_path / "fresh.db")
    assert dump(database) == dump(tmp_path / "fresh.db")


def test_a_renamed_note_is_read_under_its_new_name(notes, database):
    folder = notes / "nordlys-conf-2000"
    (folder / "talk-0003.md").rename(folder / "caches.md")
    assert counts(build([notes], database)) == (1, 26, 1)
    assert "nordlys-conf-2000/caches.md" in column(database, "SELECT path FROM posts")


def report(*titles: str) -> str:
    stated = "".join(f"  - title: {title}\n    speakers: [Mira Castellane]\n" for title in titles)
    sections = "".join(f"\n## {title}\n\n- {title}, and Redis does so too.\n" for title in titles)
    return f"---\nevent: Nordlys Conf\nyear: 2024\ntalks:\n{stated}---\n{sections}"


def test_a_report_that_gains_a_talk_at_its_top_keeps_ids_and_slugs(tmp_path):
    note, database = tmp_path / "notes" / "nordlys.md", tmp_path / "talkdex.db"
    note.parent.mkdir()
    note.write_text(report("Caches lie", "Queues grow"))
    build([note.parent], database)
    before = column(database, "SELECT id || slug || title FROM talks ORDER BY position")
    assert len(before) == 2
    note.write_text(report("Backups are promises", "Caches lie", "Queues grow"))
    build([note.parent], database)
    assert column(database, "SELECT id || slug || title FROM talks ORDER BY position")[1:] == before


def test_the_notes_of_a_talk_are_its_lines(notes, database):
    with read_database(database) as conn:
        path, first, last, text = conn.execute(
            "SELECT path, first_line, last_line, talks.notes FROM talks JOIN posts ON posts.id = post_id LIMIT 1"
        ).fetchone()
    assert text == "\n".join((notes / path).read_text().split("\n")[first - 1 : last])


def test_lines_of_windows_notes_are_the_same(notes, database, tmp_path):
    for note in notes.rglob("*.md"):
        note.write_bytes(note.read_bytes().replace(b"\n", b"\r\n"))
    build([notes], tmp_path / "other.db")
    lines = "SELECT slug || first_line || last_line || notes FROM talks ORDER BY 1"
    assert column(tmp_path / "other.db", lines) == column(database, lines)


def test_drafts_are_left_out_unless_wanted(notes, database):
    draft = notes / "nordlys-conf-2000" / "talk-0003.md"
    draft.write_text("---\ndraft: true\n---\n" + draft.read_text())
    summary = build([notes], database)
    assert (counts(summary), summary.drafts) == ((1, 26, 0), 1)
    assert counts(build([notes], database)) == (0, 27, 0)
    assert "nordlys-conf-2000/talk-0003.md" not in column(database, "SELECT path FROM posts")
    assert build([notes], database, drafts=True).drafts == 0
    assert "nordlys-conf-2000/talk-0003.md" in column(database, "SELECT path FROM posts")


def test_a_file_that_cannot_be_read_is_a_notice_and_no_post(notes, database):
    (notes / "scan.md").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20)
    summary = build([notes], database)
    assert summary.notices["unreadable"] == 1
    assert "scan.md" not in column(database, "SELECT path FROM posts")
    assert column(database, "SELECT path FROM notices WHERE kind = 'unreadable'") == ["scan.md"]


def test_excluded_notes_are_left_out(notes, database):
    assert counts(build([notes], database, exclude=["pyharbour-*"])) == (0, 16, 11)


def test_without_notes_the_database_stays(notes, database, tmp_path):
    before = dump(database)
    with pytest.raises(NotesError):
        build([tmp_path / "nowhere"], database)
    assert dump(database) == before


def test_a_build_that_fails_leaves_the_old_database(notes, database):
    """A trigger stands for what goes wrong when nearly all is written: a full disk, a mistake of ours."""
    with build_database(database) as db:
        db.execute("CREATE TRIGGER broken BEFORE INSERT ON _notes BEGIN SELECT RAISE(FAIL, 'disk on fire'); END")
    before = dump(database)
    shutil.rmtree(notes / "pyharbour-2000")
    note = notes / "nordlys-conf-2000" / "talk-0003.md"
    note.write_text(note.read_text() + "- One thing more: test the backups of PostgreSQL.\n")
    with pytest.raises(DatabaseError, match="disk on fire"):
        build([notes], database)
    assert dump(database) == before


def test_a_talk_that_got_lost_in_the_database_is_read_again(notes, database):
    before = dump(database)
    with build_database(database) as db:
        db.execute("PRAGMA foreign_keys = OFF")
        db.execute("PRAGMA defer_foreign_keys = ON")
        for table in (
            "takeaway_projects",
            "takeaways",
            "links",
            "talk_speakers",
            "talk_projects",
            "talk_tags",
            "_passages",
            "_places",
            "talks",
        ):
            db.execute(f"DELETE FROM {table}")
        db.execute("INSERT INTO talks_fts(talks_fts) VALUES ('rebuild')")
        db.execute("INSERT INTO takeaways_fts(takeaways_fts) VALUES ('rebuild')")
    assert build([notes], database).read == 27
    assert dump(database) == before


def test_the_summary_is_json(notes, tmp_path):
    summary = build([notes], tmp_path / "talkdex.db")
    assert json.loads(json.dumps(summary.as_dict()))["read"] == 27
