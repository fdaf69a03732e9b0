"""The parts of a search: each goes on behind the last talk of the one before, whatever a build has changed."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from knowledge import EXCERPTS, LISBON_2024, NOTES, Serve, write_database

from talkdex.schema.records import Note, Talk

SEARCHES = ["q=kafka", "q=kafka&sort=date", "q=how+do+logs+stay+small", "sort=date&year=2023&year=2024", "q=", "q=none"]


def hits(site: httpx.Client, address: str | None) -> list[str]:
    """The slugs of all talks found, following the Link header."""
    found: list[str] = []
    while address:
        response = site.get(address)
        found += slugs(response.json())
        address = response.json()["next"]
        assert address == response.links.get("next", {}).get("url")
    return found


def slugs(answer: dict[str, Any]) -> list[str]:
    return [hit["talk"]["slug"] for hit in answer["hits"]]


@pytest.mark.parametrize("search", SEARCHES)
def test_parts_of_a_search_are_the_search(site: httpx.Client, search: str) -> None:
    whole = slugs(site.get(f"/api/v1/search?{search}").json())
    assert len(whole) == len(set(whole)) == site.get(f"/api/v1/search?{search}&limit=1").json()["total"]
    for limit in (1, 2):
        assert hits(site, f"/api/v1/search?{search}&limit={limit}") == whole


def test_talks_can_be_skipped(site: httpx.Client) -> None:
    whole = slugs(site.get("/api/v1/search?q=kafka").json())
    second = site.get("/api/v1/search?q=kafka&limit=1&offset=1").json()
    assert slugs(second) == whole[1:2] and second["total"] == 3
    assert "offset" not in second["next"]
    assert hits(site, second["next"]) == whole[2:]


def test_only_some_keys_of_what_is_found(site: httpx.Client) -> None:
    whole = site.get("/api/v1/search?q=kafka").json()
    some = site.get("/api/v1/search?q=kafka&fields=score,snippet").json()
    assert some.keys() == whole.keys()
    assert some["hits"] == [{name: hit[name] for name in ("score", "snippet")} for hit in whole["hits"]]


@pytest.mark.parametrize("order", ["relevance", "date"])
def test_a_build_in_between_repeats_nothing(site: httpx.Client, serve: Serve, tmp_path: Path, order: str) -> None:
    """Talks that are added move all ranks, and those before the last one move the number of talks before it."""
    added = [
        Note(path=f"2024/new-{number}.md", kind="talk", event=LISBON_2024, talks=[talk])
        for number, talk in enumerate(
            [Talk(title="Kafka, Kafka and Kafka", lines=(1, 2)), Talk(title="Tea", lines=(1, 2))]
        )
    ]
    excerpts = EXCERPTS | {note.path: ["Kafka"] for note in added}
    rebuilt = serve(write_database(tmp_path / "talkdex.db", [*NOTES, *added], excerpts))
    whole = hits(site, f"/api/v1/search?q=kafka&sort={order}")
    for limit in range(1, len(whole)):
        first = site.get(f"/api/v1/search?q=kafka&sort={order}&limit={limit}").json()
        rest = hits(rebuilt, first["next"])
        old = [slug for slug in rest if slug in whole]
        assert [*slugs(first), *old] == whole


def test_a_search_goes_on_where_its_last_talk_stood(site: httpx.Client, serve: Serve, tmp_path: Path) -> None:
    whole = hits(site, "/api/v1/search?q=kafka&sort=date")
    first = site.get("/api/v1/search?q=kafka&sort=date&limit=1").json()
    [newest] = [note for note in NOTES if note.title == first["hits"][0]["talk"]["title"]]
    rebuilt = serve(write_database(tmp_path / "talkdex.db", [note for note in NOTES if note != newest], EXCERPTS))
    assert hits(rebuilt, first["next"]) == whole[1:]


@pytest.mark.parametrize(
    "after", ["AA", "AAAAAAAAAAAx", "f_________8", "AAAAAAAAAAAxIDI", "AAAAAAAAAABuYW4gMQ", "a" * 4000]
)
def test_any_position_has_something_or_nothing_after_it(site: httpx.Client, after: str) -> None:
    assert site.get(f"/api/v1/search?q=kafka&after={after}").status_code == 200
