"""A database that is loaded in, the vectors of its texts in it out: for new texts only, and none of what is gone."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from loaded import put, talk

from talkdex.ingest.build import build
from talkdex.ingest.store.database import build_database, read_database
from talkdex.ingest.vectors import store
from talkdex.ingest.vectors.embed import embed
from talkdex.ingest.vectors.passages import passages_of
from talkdex.ingest.vectors.sentence_model import SentenceModel
from talkdex.schema.records import Note
from talkdex.schema.search_index import NO_PLACE, PLACE, SIGN_BYTES


@pytest.fixture(scope="module")
def model() -> SentenceModel:
    return SentenceModel(threads=1)


def notes(*titles: str) -> list[Note]:
    return [Note(path=f"{title}.md", kind="talk", talks=[talk(title, "Measure first.")]) for title in titles]


def vectors(path: Path) -> dict[str, list[bytes]]:
    with read_database(path) as conn:
        found: dict[str, list[bytes]] = {}
        for title, vector in conn.execute("SELECT title, vector FROM _passages JOIN talks ON talks.id = talk_id"):
            found.setdefault(title, []).append(vector)
        return found


def signs_by_talk(path: Path) -> dict[int, set[bytes]]:
    """What the large rows say that the talks have, by talk."""
    found: dict[int, set[bytes]] = {}
    with read_database(path) as conn:
        talks = dict(conn.execute("SELECT place, talk_id FROM _places").fetchall())
        for places, signs in conn.execute("SELECT places, signs FROM _passage_chunks"):
            rows = np.frombuffer(signs, np.uint8).reshape(-1, SIGN_BYTES)
            for place, row in zip(np.frombuffer(places, PLACE).tolist(), rows, strict=True):
                if place != NO_PLACE:
                    found.setdefault(talks[place], set()).add(row.tobytes())
    return found


def signs_of_vectors(path: Path) -> dict[int, set[bytes]]:
    found: dict[int, set[bytes]] = {}
    with read_database(path) as conn:
        for talk_id, vector in conn.execute("SELECT talk_id, vector FROM _passages"):
            # what was rounded to 0 may have had either sign
            assert np.count_nonzero(np.frombuffer(vector, np.int8)) > 330
            found.setdefault(talk_id, set()).add(vector)
    return found


def test_texts_that_mean_the_same_are_nearer_than_others(model):
    question, answer, other = model.encode(
        ["How do I make my website quicker?", "Tips to speed up page loads", "The lions of the savanna sleep all day"]
    )
    assert question @ answer > 0.5 > question @ other
    assert np.linalg.norm(question) == pytest.approx(1, abs=1e-3)


def test_a_text_has_the_same_vector_alone_and_among_others(model):
    texts = ["Measure first.", "Small is fast, and this one is rather longer than the other. " * 3]
    together = model.encode(texts)
    alone = np.concatenate([model.encode([text]) for text in texts])
    assert np.sum(together * alone, axis=1) == pytest.approx([1, 1], abs=0.02)


def test_what_is_longer_than_the_model_reads_is_cut(model):
    assert model.encode(["measure first " * 5000]).shape == (1, 384)


def test_every_talk_gets_vectors_and_is_told_of(tmp_path):
    put(tmp_path / "talks.db", notes("Caches lie", "Small is fast"))
    told: list[tuple[int, int]] = []
    assert embed(tmp_path / "talks.db", on_embedded=lambda done, total: told.append((done, total))) == 2
    assert set(vectors(tmp_path / "talks.db")) == {"Caches lie", "Small is fast"}
    assert told[-1] == (2, 2)
    assert signs_by_talk(tmp_path / "talks.db").keys() == signs_of_vectors(tmp_path / "talks.db").keys()


@pytest.mark.parametrize("most", [2_000, 0], ids=["few notes changed", "many notes changed"])
def test_only_new_texts_are_embedded(tmp_path, monkeypatch, most):
    monkeypatch.setattr("talkdex.ingest.store.load.MOST_NOTES", most)
    path = tmp_path / "talks.db"
    put(path, notes("Caches lie", "Small is fast"))
    embed(path)
    before = vectors(path)
    put(path, notes("Caches lie", "Ship it", "Measure twice"))
    assert set(vectors(path)) == {"Caches lie"}
    assert embed(path) == 2
    assert vectors(path)["Caches lie"] == before["Caches lie"]
    assert set(vectors(path)) == {"Caches lie", "Ship it", "Measure twice"}
    assert len(signs_by_talk(path)) == 3
    assert embed(path) == 0


def test_a_talk_that_moves_in_its_file_keeps_its_vectors(tmp_path):
    path = tmp_path / "talks.db"
    put(path, [Note(path="a.md", kind="report", talks=[talk("Caches lie", lines=(10, 20))])])
    embed(path)
    put(path, [Note(path="a.md", kind="report", talks=[talk("Caches lie", lines=(30, 40))])])
    assert embed(path) == 0


def test_a_takeaway_that_front_matter_states_is_part_of_the_text(tmp_path):
    path = tmp_path / "talks.db"
    stated = talk("Caches lie", "Evict what is read least.", lines=(20, 30))
    put(path, [Note(path="a.md", kind="talk", talks=[stated])])
    with read_database(path) as conn:
        [text] = store.talks_without_vectors(conn, 10)
    assert "Evict what is read least." in passages_of(text.title, text.notes)[0].text
    embed(path)
    put(path, [Note(path="a.md", kind="talk", talks=[talk("Caches lie", "Keep what is read most.", lines=(20, 30))])])
    assert embed(path) == 1


def test_a_text_that_changes_while_its_vectors_are_computed_gets_none(tmp_path, model):
    path = tmp_path / "talks.db"
    put(path, notes("Caches lie"))
    with build_database(path) as db:
        [text] = store.talks_without_vectors(db.conn, 10)
        passages = passages_of(text.title, text.notes)
        stale = text._replace(notes="what stood there before")
        computed = model.encode([passage.text for passage in passages])
        store.add(db.conn, [(stale, passage) for passage in passages], computed)
        assert store.count_without_vectors(db.conn) == 1
        store.add(db.conn, [(text, passage) for passage in passages], computed)
        assert store.count_without_vectors(db.conn) == 0
        store.add(db.conn, [(text, passage) for passage in passages], computed)  # another build was quicker
        assert db.execute("SELECT count(*) FROM _passages").fetchone() == (len(passages),)


def test_a_build_can_leave_them_out(tmp_path):
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "caches.md").write_text("# Caches lie - Mira Castellane\n\nMeasure the hit rate first.\n")
    build([tmp_path / "notes"], tmp_path / "talks.db")
    assert set(vectors(tmp_path / "talks.db")) == {"Caches lie"}
    summary = build([tmp_path / "notes"], tmp_path / "talks.db", vectors=False)
    assert summary.embedded == 0
    assert vectors(tmp_path / "talks.db") == {}
    assert build([tmp_path / "notes"], tmp_path / "talks.db").embedded == 1


def test_words_can_be_searched_before_the_vectors_are_there(tmp_path):
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "caches.md").write_text("# Caches lie - Mira Castellane\n\nMeasure the hit rate first.\n")
    seen = []

    def look(done: int, total: int) -> None:
        conn = sqlite3.connect(tmp_path / "talks.db")
        seen.append(conn.execute("SELECT title FROM talks").fetchall())
        conn.close()

    build([tmp_path / "notes"], tmp_path / "talks.db", on_embedded=look)
    assert seen[0] == [("Caches lie",)]


def test_the_model_leaves_nothing_behind_and_tells_nobody(tmp_path):
    code = "from talkdex.ingest.vectors.sentence_model import SentenceModel; SentenceModel(1).encode(['Measure first'])"
    environment = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    environment |= {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    assert list(tmp_path.iterdir()) == []  # else a number by which this user is known, and what is to be sent
