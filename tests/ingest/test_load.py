"""Records in, rows of the database out: the same however they come, with ids that stay and indexes in step."""

import random
from pathlib import Path

import pytest
from loaded import OSLO, put, random_notes, sample_notes, talk

from talkdex.ingest.store.database import build_database, read_database
from talkdex.ingest.store.records import LostNotes
from talkdex.ingest.store.rows import TABLES
from talkdex.schema.records import Note


def dump(path: Path) -> dict[str, list[tuple]]:
    """All rows of all tables, after looking whether indexes and references are whole."""
    with build_database(path) as db:
        for index in ("talks_fts", "takeaways_fts"):
            db.execute(f"INSERT INTO {index}({index}, rank) VALUES ('integrity-check', 1)")
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    with read_database(path) as conn:
        return {
            table: sorted(conn.execute(f"SELECT * FROM {table}"), key=repr)
            for table in (*(table.name for table in TABLES), "_notes")
        }


def found(path: Path, words: str, index: str = "talks_fts") -> list[int]:
    with read_database(path) as conn:
        return [row[0] for row in conn.execute(f"SELECT rowid FROM {index} WHERE {index} MATCH ? ORDER BY 1", [words])]


def column(path: Path, sql: str) -> list:
    with read_database(path) as conn:
        return [row[0] for row in conn.execute(sql)]


@pytest.fixture
def database(tmp_path):
    path = tmp_path / "talkdex.db"
    put(path, sample_notes())
    return path


def test_every_table_is_filled(database):
    tables = dump(database)
    assert {name: len(rows) for name, rows in tables.items()} == {
        **{"venues": 1, "events": 1, "posts": 3, "talks": 3, "speakers": 2, "projects": 1, "tags": 3, "takeaways": 4},
        **{"links": 1, "notices": 2, "talk_speakers": 3, "talk_projects": 1, "talk_tags": 3, "post_tags": 3},
        **{"takeaway_projects": 2, "_notes": 4},
    }


def test_columns_mean_what_they_say(database):
    with read_database(database) as conn:
        shown = "talk, event, year, date, city, speakers, tags, projects, path, slug"
        assert conn.execute(f"SELECT {shown} FROM talk_list").fetchone() == (
            *("Caches lie", "Nordlys Conf 2024", 2024, "2024-05-27", "Oslo", '["Mira Castellane"]'),
            *('["C++","Caching","performance"]', '["Redis"]', "nordlys-2024/caches.md", "caches-lie-nordlys-conf-2024"),
        )
        assert conn.execute("SELECT kind, homepage FROM projects").fetchone() == ("database", "https://redis.io")
        venue = conn.execute("SELECT slug, round(latitude), round(longitude) FROM venues").fetchone()
        assert venue == ("sentralen-oslo", 60, 11)
        notes = conn.execute("SELECT notes FROM talks WHERE title = 'Caches lie'").fetchone()
        assert notes == ("Notes on Caches lie in *nordlys-2024/caches.md*",)
        posts = dict(conn.execute("SELECT path, post_id FROM notices"))
    assert posts["scan.md"] is None
    assert posts["nordlys-2024/lightning.md"] is not None


def test_loading_the_same_again_writes_nothing(database):
    before = dump(database)
    assert put(database, sample_notes()) == 0
    assert dump(database) == before


def test_the_order_of_the_notes_does_not_matter(tmp_path, database):
    notes = sample_notes()
    random.Random(7).shuffle(notes)
    put(tmp_path / "other.db", notes)
    assert dump(tmp_path / "other.db") == dump(database)


def test_a_talk_added_on_top_changes_no_other_id_or_slug(database):
    talks = set(column(database, "SELECT id || slug FROM talks"))
    takeaways = set(column(database, "SELECT id FROM takeaways"))
    notes = sample_notes()
    more = [talk("Welcome", "There will be waffles."), *notes[1].talks]
    notes[1] = notes[1].model_copy(update={"talks": more})
    put(database, notes)
    assert talks < set(column(database, "SELECT id || slug FROM talks"))
    assert takeaways < set(column(database, "SELECT id FROM takeaways"))
    titles = "SELECT talk FROM talk_list JOIN talks USING (id) WHERE path LIKE '%lightning%' ORDER BY position"
    assert column(database, titles) == ["Welcome", "Lightning", "Lightning"]


def test_talks_of_the_same_title_have_slugs_of_their_own(database):
    slugs = column(database, "SELECT talks.slug FROM talks WHERE title = 'Lightning' ORDER BY position")
    assert slugs[0] == "lightning-nordlys-conf-2024"
    assert slugs[1].startswith("lightning-nordlys-conf-2024-")


def test_a_talk_of_which_an_overview_has_a_line_has_the_plain_slug(tmp_path):
    notes = [Note(path=path, kind="report", event=OSLO, talks=[talk("Caches lie")]) for path in ("README.md", "a.md")]
    put(tmp_path / "talkdex.db", notes)
    slugs = "SELECT slug FROM talk_list WHERE path = 'a.md'"
    assert column(tmp_path / "talkdex.db", slugs) == ["caches-lie-nordlys-conf-2024"]


def changed_notes() -> dict[str, list[Note]]:
    notes = sample_notes()
    caches, lightning, ideas, scan = notes
    other_city = caches.model_copy(update={"event": OSLO.model_copy(update={"city": "Bergen", "venue": "USF"})})
    other_speaker = caches.model_copy(update={"talks": [caches.talks[0].model_copy(update={"speakers": ["Ola Dunk"]})]})
    other_tag = ideas.model_copy(update={"tags": ["caching", "CACHING", "caching "]})
    swapped = lightning.model_copy(update={"talks": lightning.talks[::-1]})
    return {
        "a note less": [lightning, ideas, scan],
        "a note renamed": [caches.model_copy(update={"path": "2024/caches.md"}), lightning, ideas, scan],
        "a note more": [*notes, lightning.model_copy(update={"path": "nordlys-2024/more.md"})],
        "other city and venue": [other_city, lightning, ideas, scan],
        "other speaker": [other_speaker, lightning, ideas, scan],
        "tag spelled in another way": [caches, lightning, other_tag, scan],
        "talks in another order": [caches, swapped, ideas, scan],
        "no event": [caches.model_copy(update={"event": None}), lightning, ideas, scan],
        "no talks": [caches.model_copy(update={"talks": []}), lightning, ideas, scan],
        "nothing": [],
    }


@pytest.mark.parametrize("change", changed_notes())
def test_an_update_gives_what_a_fresh_build_gives(tmp_path, database, change):
    notes = changed_notes()[change]
    fresh = tmp_path / "fresh.db"
    put(fresh, notes)
    put(database, notes)
    assert dump(database) == dump(fresh)
    for words in ("caches", "oslo", "bergen", "castellane", "redis", "lightning"):
        assert found(database, words) == found(fresh, words)
    put(database, sample_notes())
    put(fresh, sample_notes())
    assert dump(database) == dump(fresh)


def test_only_rows_that_differ_are_written(database):
    notes = sample_notes()
    notes[0] = notes[0].model_copy(update={"title": "Caches lie!"})
    assert put(database, notes) == 2  # the post, and the state of the note


def test_search_follows_the_names_of_events_and_speakers(database):
    assert len(found(database, "oslo")) == 3
    notes = sample_notes()
    notes[0] = notes[0].model_copy(update={"event": OSLO.model_copy(update={"city": "Bergen"})})
    put(database, notes, unread=("nordlys-2024/lightning.md",))
    assert (len(found(database, "oslo")), len(found(database, "bergen"))) == (0, 3)
    assert len(found(database, "evicts", "takeaways_fts")) == 1
    assert len(found(database, '"caches md"')) == 1


def test_accents_do_not_matter_in_a_search(tmp_path):
    path = tmp_path / "talkdex.db"
    put(path, [Note(path="a.md", kind="talk", talks=[talk("Café Müller", "Größe zählt.")])])
    assert len(found(path, "cafe muller")) == 1
    assert len(found(path, "zahlt", "takeaways_fts")) == 1


def test_notes_of_talks_that_were_not_read_again_stay(database):
    before = dump(database)
    put(database, sample_notes(), unread=tuple(note.path for note in sample_notes()))
    assert dump(database) == before
    notes = sample_notes()
    notes[0] = notes[0].model_copy(update={"event": None})
    put(database, notes, unread=tuple(note.path for note in notes))
    assert column(database, "SELECT count(*) FROM talks WHERE notes LIKE 'Notes on%'") == [3]


def test_notes_that_are_lost_are_told(tmp_path):
    with pytest.raises(LostNotes):
        put(tmp_path / "talkdex.db", sample_notes(), unread=("nordlys-2024/caches.md",))
    assert not (tmp_path / "talkdex.db").exists()


def test_slugs_that_change_places(database):
    """The slugs of two rows are exchanged, which would be against their being unique while only one is written."""
    notes = sample_notes()
    lightning = notes[1]
    put(database, notes)
    notes[1] = lightning.model_copy(update={"path": "a.md"})
    notes.append(lightning.model_copy(update={"path": "b.md"}))
    put(database, notes)
    notes[1], notes[-1] = lightning.model_copy(update={"path": "c.md"}), lightning.model_copy(update={"path": "b.md"})
    put(database, notes)
    assert len(dump(database)["talks"]) == 5


@pytest.mark.parametrize("seed", range(4))
def test_any_row_of_updates_gives_what_a_fresh_build_gives(tmp_path, seed):
    chance = random.Random(seed)
    updated, before = tmp_path / "updated.db", {}
    for number in range(6):
        notes = random_notes(chance)
        unread = tuple(note.path for note in notes if before.get(note.path) == note)
        put(updated, notes, unread)
        fresh = tmp_path / f"fresh-{number}.db"
        put(fresh, notes)
        assert dump(updated) == dump(fresh)
        before = {note.path: note for note in notes}
