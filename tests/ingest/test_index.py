"""Loads in, the search index out: places, postings and facets say what the tables say, after any row of loads."""

import random
import sqlite3
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from loaded import OSLO, put, random_notes, sample_notes, talk
from pyroaring import BitMap

from talkdex.ingest.store.database import build_database, read_database
from talkdex.schema.records import Event, Note, Talk
from talkdex.schema.search_index import (
    FACET_NAMES,
    IMPACT,
    LAST,
    NEWEST,
    OFFSET,
    SEGMENT_BITS,
    TALK_ID,
    VALUE_ID,
    VALUE_PLACE,
)

SEARCH_TABLES = ("_places", "_columns", "_postings", "_terms", "_facets", "_talk_values", "_names")


def postings(conn: sqlite3.Connection) -> dict[str, dict[int, int]]:
    """For each term the impact in each talk."""
    talks = dict(conn.execute("SELECT place, talk_id FROM _places"))
    impacts: dict[str, dict[int, int]] = defaultdict(dict)
    for term, segment, offsets, numbers in conn.execute("SELECT term, segment, places, impacts FROM _postings"):
        places = np.frombuffer(offsets, OFFSET).astype(int) + (segment << SEGMENT_BITS)
        assert (np.diff(places) > 0).all()
        impacts[term] |= zip((talks[place] for place in places), np.frombuffer(numbers, IMPACT).tolist(), strict=True)
    return dict(impacts)


def facets(conn: sqlite3.Connection) -> dict[tuple[str, str, str], set[int]]:
    """For each facet, value and label the talks that have it."""
    talks = dict(conn.execute("SELECT place, talk_id FROM _places"))
    values = {}
    for facet, value, label, count, places in conn.execute("SELECT facet, value, label, talks, places FROM _facets"):
        values[facet, value, label] = {talks[place] for place in BitMap.deserialize(places)}
        assert count == len(values[facet, value, label])
    assert dict(by_talk(conn)) == {key[:2]: talks for key, talks in values.items()}
    return values


def by_talk(conn: sqlite3.Connection) -> dict[tuple[str, str], set[int]]:
    """The same, as the talks have their values."""
    talks = dict(conn.execute("SELECT place, talk_id FROM _places"))
    values = {id: (facet, value) for id, facet, value in conn.execute("SELECT id, facet, value FROM _facets")}
    found: dict[tuple[str, str], set[int]] = defaultdict(set)
    for facet, places, ids in conn.execute("SELECT facet, places, value_ids FROM _talk_values"):
        pairs = list(
            zip(np.frombuffer(places, VALUE_PLACE).tolist(), np.frombuffer(ids, VALUE_ID).tolist(), strict=True)
        )
        assert pairs == sorted(set(pairs))
        for place, id in pairs:
            assert values[id][0] == facet
            found[values[id]].add(talks[place])
    return found


def numbers(conn: sqlite3.Connection, name: str, dtype: str) -> list[int]:
    [data] = conn.execute("SELECT data FROM _columns WHERE name = ?", [name]).fetchone()
    return np.frombuffer(data, dtype).tolist()


def newest_first(conn: sqlite3.Connection) -> list[int]:
    """The talks in the order of the column 'newest'."""
    ranked = zip(numbers(conn, "newest", NEWEST), numbers(conn, "talk_id", TALK_ID), strict=True)
    return [talk for rank, talk in sorted(ranked) if rank != LAST]


def terms(conn: sqlite3.Connection) -> dict[str, int]:
    return dict(conn.execute("SELECT term, talks FROM _terms"))


def names(conn: sqlite3.Connection) -> list[tuple]:
    return conn.execute("SELECT * FROM _names ORDER BY id").fetchall()


def index(path: Path) -> tuple:
    """Everything that search reads, by talk."""
    with build_database(path) as db:
        db.execute("INSERT INTO names_fts(names_fts, rank) VALUES ('integrity-check', 1)")
    with read_database(path) as conn:
        return postings(conn), facets(conn), newest_first(conn), terms(conn), names(conn)


@pytest.fixture
def database(tmp_path):
    path = tmp_path / "talkdex.db"
    put(path, sample_notes())
    return path


def test_terms_are_those_of_the_full_text_index(database):
    with build_database(database) as db:
        db.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, talks_fts, row)")
        assert terms(db.conn) == dict(db.execute("SELECT term, doc FROM temp.words"))
    with read_database(database) as conn:
        assert {term: len(talks) for term, talks in postings(conn).items()} == terms(conn)


def test_what_stands_in_the_title_has_more_impact_than_what_stands_in_the_notes(tmp_path):
    path = tmp_path / "talkdex.db"
    put(path, [Note(path="a.md", kind="report", talks=[talk("Caches lie"), talk("Panel", speakers=["Ada Cache"])])])
    with read_database(path) as conn:
        titles = dict(conn.execute("SELECT title, id FROM talks"))
        found = postings(conn)
    # the title stands in the notes, too: see `put`
    assert found["panel"][titles["Panel"]] > found["note"][titles["Panel"]]
    assert found["ada"][titles["Panel"]] > found["note"][titles["Panel"]]


def test_impacts_grow_with_the_number_of_occurrences_but_not_without_end(tmp_path):
    path = tmp_path / "talkdex.db"
    titles = ["cache", "cache cache", "cache " * 500]
    put(path, [Note(path="a.md", kind="report", talks=[talk(title) for title in titles])])
    with read_database(path) as conn:
        lengths = dict(conn.execute("SELECT id, length(title) FROM talks"))
        impacts = [impact for _, impact in sorted((lengths[id], i) for id, i in postings(conn)["cach"].items())]
    assert impacts[0] < impacts[1] <= 255
    assert 1 <= impacts[2] <= 255


def test_every_facet_has_its_values(database):
    with read_database(database) as conn:
        found = {(facet, value): (label, len(talks)) for (facet, value, label), talks in facets(conn).items()}
    assert found == {
        ("project", "redis"): ("Redis", 1),
        ("tag", "c-plus-plus"): ("C++", 1),
        ("tag", "caching"): ("Caching", 1),
        ("tag", "performance"): ("performance", 1),
        ("event", "nordlys-conf-2024"): ("Nordlys Conf 2024", 3),
        ("year", "2024"): ("2024", 3),
        ("speaker", "mira-castellane"): ("Mira Castellane", 2),
        ("speaker", "tomas-reed"): ("Tomas Reed", 1),
        ("format", "talk"): ("Talk", 1),
        ("format", "lightning"): ("Lightning", 2),
        ("city", "Oslo"): ("Oslo", 3),
    }
    assert {facet for facet, _ in found} == set(FACET_NAMES)


def test_newest_talks_come_first(tmp_path):
    path = tmp_path / "talkdex.db"
    events = {"a.md": Event(name="Nordlys", year=2022), "b.md": OSLO, "c.md": None}
    put(
        path,
        [
            Note(path=name, kind="report", event=event, talks=[Talk(title=name + part, lines=(1, 1)) for part in "12"])
            for name, event in events.items()
        ],
    )
    with read_database(path) as conn:
        titles = dict(conn.execute("SELECT id, title FROM talks"))
        assert [titles[talk] for talk in newest_first(conn)] == ["b.md1", "b.md2", "a.md1", "a.md2", "c.md1", "c.md2"]


def test_names_are_in_the_order_in_which_they_are_offered(tmp_path):
    path = tmp_path / "talkdex.db"
    events = [Event(name="Nordlys", year=year) for year in (2021, 2023, 2022)]
    put(
        path,
        [
            Note(path=f"{event.year}.md", kind="talk", event=event, talks=[talk(f"Of {event.year}", speakers=speakers)])
            for event, speakers in zip(events, (["Ada Sol"], ["Ada Sol", "Tomas Reed"], ["Mira Ost"]), strict=True)
        ],
    )
    with read_database(path) as conn:
        offered = [(kind, label, talks) for _, kind, _, label, talks in names(conn)]
    assert offered[0] == ("speaker", "Ada Sol", 2)
    assert [label for kind, label, _ in offered if kind == "talk"] == ["Of 2023", "Of 2022", "Of 2021"]
    assert [kind for kind, *_ in offered] == ["speaker"] * 3 + ["event"] * 3 + ["talk"] * 3


def test_a_talk_keeps_its_place_and_a_new_one_takes_a_free_one(tmp_path):
    path = tmp_path / "talkdex.db"
    notes = [Note(path=f"{n}.md", kind="talk", talks=[talk(f"Talk {n}")]) for n in range(6)]

    def places() -> dict[str, int]:
        with read_database(path) as conn:
            assert numbers(conn, "talk_id", TALK_ID) == [
                row[0] for row in conn.execute(
                    "WITH RECURSIVE at(place) AS (SELECT 0 UNION ALL SELECT place + 1 FROM at WHERE place < 4)"
                    "SELECT ifnull(talk_id, -1) FROM at LEFT JOIN _places USING (place)"
                )
            ]  # fmt: skip
            return dict(conn.execute("SELECT title, place FROM _places JOIN talks ON talks.id = talk_id"))

    put(path, notes[:5])
    assert places() == {"Talk 0": 0, "Talk 1": 1, "Talk 2": 2, "Talk 3": 3, "Talk 4": 4}
    put(path, [notes[0], notes[2], notes[4]])
    assert places() == {"Talk 0": 0, "Talk 2": 2, "Talk 4": 4}
    put(path, [notes[0], notes[2], notes[4], notes[5]])
    assert places() == {"Talk 0": 0, "Talk 5": 1, "Talk 2": 2, "Talk 4": 4}


def test_a_load_writes_only_what_has_changed(database):
    def rows() -> dict[str, set[tuple]]:
        with read_database(database) as conn:
            return {table: set(conn.execute(f"SELECT * FROM {table}")) for table in SEARCH_TABLES}

    before = rows()
    with build_database(database) as db:
        for table in SEARCH_TABLES:
            db.execute(
                f"CREATE TRIGGER no_{table} BEFORE UPDATE ON {table} BEGIN SELECT RAISE(FAIL, 'nothing changed'); END"
            )
    put(database, sample_notes())
    assert rows() == before
    with build_database(database) as db:
        for table in SEARCH_TABLES:
            db.execute(f"DROP TRIGGER no_{table}")

    notes = sample_notes()
    notes[0] = notes[0].model_copy(update={"talks": [notes[0].talks[0].model_copy(update={"tags": ["speed"]})]})
    put(database, notes)
    after = rows()
    assert {row[0] for row in before["_terms"] ^ after["_terms"]} == {"perform", "speed"}
    assert {row[1:3] for row in before["_facets"] ^ after["_facets"]} == {("tag", "performance"), ("tag", "speed")}
    assert {row[1:] for row in before["_names"] ^ after["_names"]} == {
        ("tag", "performance", "performance", 1),
        ("tag", "speed", "speed", 1),
    }
    assert {row[0] for row in before["_talk_values"] ^ after["_talk_values"]} == {"tag"}
    assert before["_places"] == after["_places"]


@pytest.mark.parametrize("seed", range(6))
def test_any_row_of_loads_gives_the_index_of_a_fresh_one(tmp_path, seed):
    chance = random.Random(seed)
    for number in range(6):
        notes = random_notes(chance)
        put(tmp_path / "updated.db", notes)
        put(tmp_path / f"fresh-{number}.db", notes)
        assert index(tmp_path / "updated.db") == index(tmp_path / f"fresh-{number}.db")


@pytest.mark.parametrize("seed", range(2))
def test_the_same_with_places_over_many_segments(tmp_path, seed, monkeypatch):
    monkeypatch.setattr("talkdex.ingest.index.in_step.SEGMENT_BITS", 1)
    monkeypatch.setattr("talkdex.ingest.index.postings.SEGMENT_SIZE", 2)
    monkeypatch.setitem(globals(), "SEGMENT_BITS", 1)
    test_any_row_of_loads_gives_the_index_of_a_fresh_one(tmp_path, seed)


@pytest.mark.parametrize("seed", range(2))
def test_the_same_when_so_much_changes_that_all_is_indexed_anew(tmp_path, seed, monkeypatch):
    monkeypatch.setattr("talkdex.ingest.store.load.MOST_NOTES", 0)
    test_any_row_of_loads_gives_the_index_of_a_fresh_one(tmp_path, seed)


def test_the_same_when_few_texts_are_read_at_a_time(tmp_path, database, monkeypatch):
    monkeypatch.setattr("talkdex.ingest.index.in_step.TEXTS_AT_ONCE", 3)
    put(tmp_path / "few.db", sample_notes())
    assert index(tmp_path / "few.db") == index(database)


def test_a_database_of_the_version_before_gets_its_index(tmp_path, database):
    whole = index(database)
    with build_database(database) as db:
        for table in db.table_names():
            if (table.startswith("_") and table not in ("_notes", "_sqlite_migrations")) or table == "names_fts":
                db.execute(f"DROP TABLE {table}")
        db.execute("DELETE FROM _sqlite_migrations WHERE name = 'search_index'")
    put(database, sample_notes(), unread=tuple(note.path for note in sample_notes()))
    assert index(database) == whole


def test_without_talks_the_index_is_empty(database):
    put(database, [])
    assert index(database) == ({}, {}, [], {}, [])
    put(database, sample_notes())
    put(database.with_name("fresh.db"), sample_notes())
    assert index(database) == index(database.with_name("fresh.db"))
