"""Names in, their order out, and that of what is left when a build has changed them."""

import sqlite3

import pytest

from talkdex.datasette_plugins.names_in_order import names_after


@pytest.fixture
def speakers() -> sqlite3.Connection:
    conn = sqlite3.connect(":memory:")
    conn.execute("CREATE TABLE speakers (id INTEGER PRIMARY KEY, name TEXT)")
    conn.executemany("INSERT INTO speakers VALUES (?, ?)", [(1, "Zed"), (2, "Élodie"), (3, "ödön"), (4, "Elodie")])
    return conn


def in_order(conn: sqlite3.Connection, ids: list[int] | None = None, limit: int = 2) -> list[str]:
    names, after = [], None
    while part := names_after(conn, "speakers", ids, after, limit):
        names += [position.sorted_by for position in part]
        after = part[-1]
    return names


@pytest.mark.parametrize("limit", [1, 2, 3, 9])
def test_accents_and_case_make_no_difference_in_parts_of_any_length(speakers, limit):
    assert in_order(speakers, limit=limit) == ["Élodie", "Elodie", "ödön", "Zed"]
    assert in_order(speakers, [1, 3], limit) == ["ödön", "Zed"]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE speakers SET name = 'Ada' WHERE id = 1",
        "UPDATE speakers SET name = 'Alodie' WHERE id = 2",
        "DELETE FROM speakers WHERE id = 3",
        "INSERT INTO speakers VALUES (5, 'Bo')",
        "UPDATE speakers SET id = 7 WHERE id = 4",
    ],
)
def test_what_changes_is_seen(speakers, change):
    in_order(speakers)
    speakers.execute(change)
    positions = names_after(speakers, "speakers", None, None, 9)
    assert {(position.id, position.sorted_by) for position in positions} == set(
        speakers.execute("SELECT id, name FROM speakers")
    )
    assert [position.sorted_by for position in positions] == in_order(speakers, limit=1)
