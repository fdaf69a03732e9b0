"""Lists of the API: their order and parts, and what else may be asked of them in one call."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from knowledge import Serve, write_database

from talkdex.datasette_plugins.rest.included import INCLUDED
from talkdex.datasette_plugins.rest.sorting import ORDERS
from talkdex.schema.records import Note

SORTS = [f"/api/v1/{kind}?sort={order}" for kind, orders in ORDERS.items() for order in orders]


def items(site: httpx.Client, address: str) -> list[dict[str, Any]]:
    """All items of a list, following the Link header."""
    found: list[dict[str, Any]] = []
    while True:
        response = site.get(address)
        found += response.json()["items"]
        following = response.links.get("next")
        assert response.json()["next"] == (following and following["url"])
        if following is None:
            return found
        address = following["url"]


@pytest.mark.parametrize(
    ("address", "key", "values"),
    [
        ("/api/v1/events?sort=date", "name", ["Streamhaus 2024", "Streamhaus 2023", "Rust am Ring 2022"]),
        ("/api/v1/events?sort=name", "name", ["Rust am Ring 2022", "Streamhaus 2023", "Streamhaus 2024"]),
        ("/api/v1/projects?sort=talks&limit=1", "talk_count", [3, 1, 1, 1]),
        ("/api/v1/tags?sort=name", "name", ["correctness", "Rust", "streaming"]),
        ("/api/v1/talks?sort=date&project=kafka", "date", ["2024-05-14", "2023-05-09", "2023-05-09"]),
        ("/api/v1/posts?sort=path&kind=report", "path", ["2023/streamhaus.md"]),
    ],
)
def test_lists_are_sorted(site: httpx.Client, address: str, key: str, values: list[Any]) -> None:
    assert [item[key] for item in items(site, address)] == values


def test_takeaways_of_the_newest_talks_come_first(site: httpx.Client) -> None:
    talks = {item["slug"]: item["date"] or "" for item in items(site, "/api/v1/talks")}
    found = items(site, "/api/v1/takeaways?sort=date")
    assert len(found) == len(items(site, "/api/v1/takeaways"))
    days = [talks[takeaway["talk"]["slug"]] for takeaway in found]
    assert days == sorted(days, reverse=True)
    assert len(set(days)) > 2
    of_kafka = [takeaway["id"] for takeaway in found if "Kafka" in str(takeaway["projects"])]
    assert [takeaway["id"] for takeaway in items(site, "/api/v1/takeaways?sort=date&project=kafka")] == of_kafka


@pytest.mark.parametrize("address", SORTS)
def test_parts_of_a_sorted_list_are_the_list(site: httpx.Client, address: str) -> None:
    whole = items(site, address)
    assert len(whole) > 0
    assert items(site, f"{address}&limit=1") == whole
    assert items(site, f"{address}&limit=2") == whole


@pytest.mark.parametrize("order", ["id", "name", "talks"])
def test_what_is_added_meanwhile_moves_nothing(serve: Serve, database: Path, tmp_path: Path, order: str) -> None:
    path = Path(shutil.copy(database, tmp_path / "talkdex.db"))
    site = serve(path)
    before = [item["slug"] for item in items(site, f"/api/v1/speakers?sort={order}")]
    first = site.get(f"/api/v1/speakers?sort={order}&limit=2")
    with closing(sqlite3.connect(path)) as conn:
        conn.executescript("""
            INSERT INTO speakers VALUES (1, 'aa', 'Aa Aaberg'), (9000000000000000000, 'zz', 'Zz Zwick');
            DELETE FROM talk_speakers WHERE speaker_id = (SELECT id FROM speakers WHERE slug = 'odd-brekke');
            DELETE FROM speakers WHERE slug = 'odd-brekke';
        """)
    rest = items(site, first.json()["next"])
    found = [item["slug"] for item in [*first.json()["items"], *rest]]
    assert [slug for slug in found if slug not in ("aa", "zz", "odd-brekke")] == [
        slug for slug in before if slug != "odd-brekke"
    ]


def test_notes_without_talks_give_empty_lists(serve: Serve, tmp_path: Path) -> None:
    site = serve(write_database(tmp_path / "talkdex.db", [Note(path="about.md", kind="other")], {}))
    for sort in SORTS:
        if "/posts" not in sort:
            assert items(site, sort) == []


def test_only_some_fields(site: httpx.Client) -> None:
    answer = site.get("/api/v1/talks?fields=slug,event&limit=1").json()
    assert answer.keys() == {"items", "next"}
    assert answer["items"][0].keys() == {"slug", "event"}
    assert site.get("/api/v1/projects/kafka?fields=name,talk_count").json() == {"name": "Kafka", "talk_count": 3}


def test_related_records_in_one_call(site: httpx.Client) -> None:
    for talk in items(site, "/api/v1/talks?include=takeaways,links,notes&limit=2"):
        detail = site.get(f"/api/v1/talks/{talk['slug']}").json()
        assert {name: talk[name] for name in ("takeaways", "links", "notes")} == {
            name: detail[name] for name in ("takeaways", "links", "notes")
        }


@pytest.mark.parametrize("kind", ["events", "venues", "speakers", "projects", "tags", "posts"])
def test_included_records_are_those_of_the_record(site: httpx.Client, kind: str) -> None:
    names = list(INCLUDED[kind])
    for record in items(site, f"/api/v1/{kind}?include={','.join(names)}"):
        detail = site.get(f"/api/v1/{kind}/{record.get('slug') or record['path']}").json()
        for name in names:
            assert sorted(map(str, record[name])) == sorted(map(str, detail[name]))
    assert not items(site, f"/api/v1/{kind}")[0].keys() & set(names)


def test_a_field_that_is_included_needs_no_include(site: httpx.Client) -> None:
    assert (
        site.get("/api/v1/venues?fields=slug,events").json()
        == site.get("/api/v1/venues?fields=slug&include=events").json()
    )


def test_facets_are_those_of_the_search(site: httpx.Client) -> None:
    query = "project=kafka&year=2023&facets=project,year"
    searched = site.get(f"/api/v1/search?{query}").json()["facets"]
    assert [facet["name"] for facet in searched] == ["project", "year"]
    assert site.get(f"/api/v1/talks?{query}").json()["facets"] == searched
    assert site.get(f"/api/v1/takeaways?{query}").json()["facets"] == searched
    assert "facets" not in site.get("/api/v1/talks").json()


def test_facets_of_the_takeaways_of_a_talk(site: httpx.Client) -> None:
    [facet] = site.get("/api/v1/takeaways?talk=who-owns-the-schema-streamhaus-2024&facets=format").json()["facets"]
    assert [(value["value"], value["count"]) for value in facet["values"]] == [("panel", 1)]


@pytest.mark.parametrize("after", ["AA", "________", "gAAAAAAAAAA", "f_________8", "AAAAAAAAAAD_", "a" * 4000])
@pytest.mark.parametrize("address", ["/api/v1/takeaways?limit=2", *SORTS])
def test_any_position_has_something_or_nothing_after_it(site: httpx.Client, address: str, after: str) -> None:
    assert site.get(f"{address}&after={after}").status_code == 200


def test_an_empty_position_is_the_beginning(site: httpx.Client) -> None:
    assert site.get("/api/v1/talks?after=").json() == site.get("/api/v1/talks").json()
