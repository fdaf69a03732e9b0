"""What the search box offers while one types."""

import sqlite3
from pathlib import Path

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from knowledge import Serve, write_database

from talkdex.datasette_plugins.suggest import suggest
from talkdex.schema.api import Suggestions
from talkdex.schema.records import Note, Talk


def offered(conn: sqlite3.Connection, text: str, limit: int = 4) -> list[tuple[str, str]]:
    return [(suggestion.kind, suggestion.label) for suggestion in suggest(conn, text, limit)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kaf", [("project", "Kafka")]),
        ("KAFKA", [("project", "Kafka")]),
        (" kafka ", [("project", "Kafka")]),
        # the beginning of any word, by kind
        ("bre", [("speaker", "Odd Brekke")]),
        ("vant mir", [("speaker", "Mirela Vantongeren")]),
        ("stream", [("event", "Streamhaus 2023"), ("event", "Streamhaus 2024"), ("tag", "streaming")]),
        ("streamhaus 2024", [("event", "Streamhaus 2024")]),
        ("exactly onc", [("talk", "Exactly once, explained twice")]),
        # of talks the newest
        ("t", [("speaker", "Tobi Adeyemi"), ("talk", "Who owns the schema?"), ("talk", "Exactly once, explained twice"),
               ("talk", "Change data capture without tears"), ("talk", "Logs all the way down")]),
        # not its middle
        ("afka", []),
        # no operators
        ("%", []),
        ("k_fka", []),
        ('"kafka"', [("project", "Kafka")]),
        ("kafka OR flink", []),
        ("", []),
        (" - ", []),
    ],
)  # fmt: skip
def test_the_beginnings_of_words_are_enough(
    conn: sqlite3.Connection, text: str, expected: list[tuple[str, str]]
) -> None:
    found = offered(conn, text)
    assert sorted(found) == sorted(expected)
    kinds = [kind for kind, _ in found]
    assert kinds == sorted(kinds, key=["project", "speaker", "event", "tag", "talk"].index)


def test_the_name_itself_comes_first_and_then_what_has_most_talks(tmp_path: Path) -> None:
    speakers = ["Ada", "Ada Sol", "Adam Ost", "Adam Ost", "Adam Ost", "Ada Sol", "Ada Zug"]
    talks = [Talk(title=f"Talk {n}", speakers=[name], lines=(n, n)) for n, name in enumerate(speakers, 1)]
    database = write_database(
        tmp_path / "talkdex.db", [Note(path="a.md", kind="report", talks=talks)], {"a.md": [""] * len(talks)}
    )
    with sqlite3.connect(database) as conn:
        assert [(found.label, found.talks) for found in suggest(conn, "ada", 3)] == [
            ("Ada", 1),
            ("Adam Ost", 3),
            ("Ada Sol", 2),
        ]


def test_talks_of_the_same_title_are_told_apart_by_their_event(conn: sqlite3.Connection) -> None:
    assert [found.event for found in suggest(conn, "logs all", 4)] == ["Streamhaus 2023"]


def test_there_are_few_of_each_kind(conn: sqlite3.Connection) -> None:
    assert len([kind for kind, _ in offered(conn, "t", 2) if kind == "talk"]) == 2


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_text_gets_an_answer(database: Path, text: str) -> None:
    with sqlite3.connect(database) as conn:
        assert len(suggest(conn, text, 3)) <= 15


def test_over_http(site: httpx.Client) -> None:
    answer = site.get("/api/v1/suggest", params={"q": "stream", "limit": 1})
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    found = Suggestions.model_validate(answer.json()).items
    assert [suggestion.kind for suggestion in found] == ["event", "tag"]
    for suggestion in found:
        assert suggestion.label in site.get(suggestion.href).text
    assert site.head("/api/v1/suggest?q=kafka").status_code == 200


def test_links_stay_under_another_base_address(serve: Serve, database: Path) -> None:
    site = serve(database, "--setting", "base_url", "/notes/")
    [kafka] = site.get("/notes/api/v1/suggest?q=kafka").json()["items"]
    assert kafka == {
        "kind": "project",
        "slug": "kafka",
        "label": "Kafka",
        "talks": 3,
        "event": None,
        "href": "/notes/projects/kafka",
    }
