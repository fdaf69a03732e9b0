import re
import sqlite3
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest
from knowledge import Serve

from talkdex.datasette_plugins.table_texts import TABLES


def rows(site: httpx.Client, table: str, **params: str) -> list[dict[str, Any]]:
    return site.get(f"/talkdex/{table}.json", params={"_shape": "array", "_labels": "on", **params}).json()


def facets(site: httpx.Client, table: str, **params: str) -> dict[str, dict[str, int]]:
    """The facets of a table that are set beforehand: labels with their counts."""
    found = site.get(f"/talkdex/{table}.json", params={"_extra": "facet_results", **params}).json()["facet_results"]
    found = found.get("results", found)  # Datasette 1.0 has them one level deeper
    return {
        facet["name"]: {str(value["label"]): value["count"] for value in facet["results"]} for facet in found.values()
    }


@pytest.mark.parametrize("table", TABLES)
def test_every_table_and_column_is_described(site: httpx.Client, table: str) -> None:
    page = site.get(f"/talkdex/{table}")
    assert page.status_code == 200
    text = unescape(page.text)
    for description in (TABLES[table]["title"], TABLES[table]["description"], *TABLES[table]["columns"].values()):
        assert description in text
    columns = site.get(f"/talkdex/{table}.json", params={"_extra": "columns"}).json()["columns"]
    assert set(columns) == set(TABLES[table]["columns"])


def test_every_table_and_view_of_the_database_is_described(conn: sqlite3.Connection) -> None:
    names = {name for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")}
    assert {name for name in names if not name.startswith(("_", "sqlite_")) and "_fts" not in name} == set(TABLES)


def test_tables_of_no_interest_are_hidden(site: httpx.Client) -> None:
    tables = site.get("/talkdex.json").json()["tables"]
    hidden = {table["name"] for table in tables if table["hidden"]}
    shown = {table["name"] for table in tables if not table["hidden"]}
    assert {"_notes", "_sqlite_migrations", "talks_fts"} <= hidden
    assert shown == set(TABLES) - {"talk_list", "takeaway_list", "talk_texts"}


def test_foreign_keys_show_names(site: httpx.Client) -> None:
    [talk] = rows(site, "talks", title="Change data capture without tears")
    assert talk["event_id"]["label"] == "Streamhaus 2023"
    assert talk["post_id"]["label"] == "2023/streamhaus.md"
    assert "Odd Brekke" in {row["speaker_id"]["label"] for row in rows(site, "talk_speakers")}
    assert "Kafka keeps a log, not a queue" in {row["takeaway_id"]["label"] for row in rows(site, "takeaway_projects")}


def test_talks_have_their_facets(site: httpx.Client) -> None:
    assert facets(site, "talk_list") == {
        "event": {"Streamhaus 2023": 2, "Streamhaus 2024": 2, "Rust am Ring 2022": 1},
        "year": {"2023": 2, "2024": 2, "2022": 1},
        "format": {"talk": 4, "keynote": 1, "panel": 1},
        "city": {"Lisbon": 4, "Vienna": 1},
        "tags": {"streaming": 3, "Rust": 1, "correctness": 1},
        "projects": {"Kafka": 3, "Flink": 1, "PostgreSQL": 1, "Rust": 1},
        "speakers": {"Mirela Vantongeren": 2, "Jördis Kálmán": 1, "Odd Brekke": 1, "Tobi Adeyemi": 1},
    }


def test_choosing_a_name_facet_filters(site: httpx.Client) -> None:
    chosen = {"projects__arraycontains": "Kafka", "year": "2023"}
    assert {row["talk"] for row in rows(site, "talk_list", **chosen)} == {
        "Logs all the way down",
        "Change data capture without tears",
    }
    assert facets(site, "talk_list", **chosen)["speakers"] == {"Mirela Vantongeren": 1, "Odd Brekke": 1}
    page = site.get("/talkdex/talk_list", params=chosen)
    assert "/talkdex/talk_list?projects__arraycontains=Kafka&amp;year=2023&amp;speakers__arraycontains=Odd" in page.text


def test_takeaways_have_their_facets(site: httpx.Client) -> None:
    found = facets(site, "takeaway_list")
    assert set(found) == {"event", "year", "format", "city", "tags", "projects", "speakers"}
    assert found["projects"] == {"Kafka": 4, "Flink": 1, "PostgreSQL": 1}


@pytest.mark.parametrize(("table", "words", "count"), [("talk_list", "kafka", 3), ("takeaways", "slots", 1)])
def test_table_pages_can_be_searched(site: httpx.Client, table: str, words: str, count: int) -> None:
    assert len(rows(site, table, _search=words)) == count


def test_talks_are_newest_first(site: httpx.Client) -> None:
    assert [row["year"] for row in rows(site, "talk_list")] == [2024, 2024, 2023, 2023, 2022, None]


def test_cells_lead_to_our_pages(site: httpx.Client) -> None:
    slug = "change-data-capture-without-tears-streamhaus-2023"
    talks = site.get("/talkdex/talk_list").text
    assert f'<a href="/talks/{slug}">Change data capture without tears</a>' in talks
    assert '<a href="/talkdex/talk_list?projects__arraycontains=PostgreSQL">PostgreSQL</a>' in talks
    assert '<a href="/talkdex/posts?path=2023%2Fstreamhaus.md">2023/streamhaus.md:20</a>' in talks
    assert f'<a href="/talks/{slug}">{slug}</a>' in site.get("/talkdex/talks").text
    [takeaway] = rows(site, "takeaways", _search="slots")
    assert f'<a href="/takeaways/{takeaway["id"]}">Replication slots' in site.get("/talkdex/takeaways").text
    assert '<a href="/events/streamhaus-2024">' in site.get("/talkdex/events").text


def test_coordinates_have_their_unit(site: httpx.Client) -> None:
    page = site.get("/talkdex/venues").text
    assert "38.7" in page and "°&nbsp;N" in page and "°&nbsp;W" in page


def test_table_pages_have_our_style(site: httpx.Client) -> None:
    [address] = re.findall(r'href="(/-/talkdex/tables\.css\?\w+)"', site.get("/talkdex/talk_list").text)
    assert ".column-descriptions" in site.get(address).text


def test_the_users_own_metadata_wins(serve: Serve, database: Path) -> None:
    tables = {
        "talk_list": {
            "title": "My talks",
            "facets": ["city"],
            "sort": "talk",
            "columns": {"talk": "What it was called"},
        }
    }
    site = serve(database, metadata={"databases": {"talkdex": {"title": "My notes", "tables": tables}}})
    page = site.get("/talkdex/talk_list")
    assert "My talks" in page.text and "What it was called" in page.text
    assert TABLES["talk_list"]["description"] in page.text
    assert set(facets(site, "talk_list")) == {"city"}
    assert rows(site, "talk_list")[0]["talk"] == "A talk from nowhere"
    assert "My notes" in site.get("/talkdex").text


def test_cells_of_other_databases_are_left_alone(serve: Serve, database: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as conn:
        conn.execute("CREATE TABLE talks (slug TEXT, title TEXT)")
        conn.execute("INSERT INTO talks VALUES ('a', 'b')")
    site = serve(database, str(other))
    assert 'href="/talks/a"' not in site.get("/other/talks").text
    assert site.get("/api/v1/stats").json()["talks"] == 6
