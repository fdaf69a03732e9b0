"""Questions in other words than the notes' find what they mean, and do not spoil what words find."""

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from talkdex.datasette_plugins.search import SearchQuery, search
from talkdex.ingest.store.database import read_database
from talkdex.ingest.vectors.embed import embed
from talkdex.schema.api import SearchResults

EXACTLY_ONCE = "Exactly once, explained twice"
QUESTION = "sending something only a single time"


@pytest.fixture(scope="module")
def with_vectors(database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("vectors") / "talkdex.db"
    shutil.copy(database, path)
    embed(path)
    return path


@pytest.fixture
def meant(with_vectors: Path) -> Iterator[sqlite3.Connection]:
    with read_database(with_vectors) as connection:
        yield connection


def found(conn: sqlite3.Connection, text: str, **options: object) -> SearchResults:
    return search(conn, SearchQuery(text, **options))


def titles(results: SearchResults) -> list[str]:
    return [hit.talk.title for hit in results.hits]


def test_a_question_in_other_words_finds_its_answer(conn: sqlite3.Connection, meant: sqlite3.Connection) -> None:
    assert titles(found(conn, QUESTION)) == []
    results = found(meant, QUESTION)
    assert titles(results)[0] == EXACTLY_ONCE
    assert results.hits[0].by_meaning
    assert results.match == "any"


def test_a_hit_by_meaning_shows_the_takeaway_that_answers(meant: sqlite3.Connection) -> None:
    [hit] = [hit for hit in found(meant, QUESTION).hits if hit.talk.title == EXACTLY_ONCE]
    assert hit.snippet or hit.takeaways
    assert "Exactly once" in hit.snippet + "".join(takeaway.text for takeaway in hit.takeaways)


def test_talks_with_the_words_come_before_those_that_only_mean_the_like(meant: sqlite3.Connection) -> None:
    results = found(meant, "world")
    assert titles(results)[0] == EXACTLY_ONCE
    assert not results.hits[0].by_meaning
    assert all(hit.by_meaning for hit in results.hits[1:])


def test_what_means_nothing_here_finds_nothing(meant: sqlite3.Connection) -> None:
    assert titles(found(meant, "zxqv")) == []


def test_phrases_unwanted_words_and_filters_hold_for_what_is_found_by_meaning(meant: sqlite3.Connection) -> None:
    assert EXACTLY_ONCE not in titles(found(meant, f"{QUESTION} -broker"))
    assert EXACTLY_ONCE not in titles(found(meant, f"{QUESTION} year:2023"))
    assert EXACTLY_ONCE not in titles(found(meant, QUESTION, chosen={"project": ["rust"]}))
    assert EXACTLY_ONCE not in titles(found(meant, f'{QUESTION} "fill the disk"'))
    assert EXACTLY_ONCE in titles(found(meant, f"{QUESTION} project:flink"))


def test_counts_are_of_all_that_is_found(meant: sqlite3.Connection) -> None:
    results = found(meant, QUESTION, limit=1)
    [years] = [facet for facet in results.facets if facet.name == "year"]
    without_year = sum(hit.talk.event is None for hit in found(meant, QUESTION).hits)
    assert sum(value.count for value in years.values) == results.total - without_year


def test_a_build_that_changes_texts_is_seen_at_once(with_vectors: Path, tmp_path: Path) -> None:
    path = tmp_path / "talkdex.db"
    shutil.copy(with_vectors, path)
    with read_database(path) as conn:
        assert titles(found(conn, QUESTION))[0] == EXACTLY_ONCE
        writing = sqlite3.connect(path)
        writing.execute("DELETE FROM _passages")
        writing.execute("DELETE FROM _passage_chunks")
        writing.commit()
        writing.close()
        assert titles(found(conn, QUESTION)) == []
