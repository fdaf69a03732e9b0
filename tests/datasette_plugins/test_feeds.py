"""What other programs follow: Atom feeds of talks, a calendar of events, OpenSearch and llms.txt."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from shutil import copy
from urllib.parse import urlsplit
from xml.etree import ElementTree

import httpx
import icalendar
import pytest
from knowledge import Serve

ATOM = {"atom": "http://www.w3.org/2005/Atom"}
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def feed(site: httpx.Client, address: str) -> ElementTree.Element:
    response = site.get(address)
    assert response.headers["content-type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(response.text)


def texts(element: ElementTree.Element, path: str) -> list[str]:
    return [found.text or "" for found in element.findall(path, ATOM)]


def links(element: ElementTree.Element) -> dict[str, str]:
    return {link.get("rel", ""): link.get("href", "") for link in element.findall("atom:link", ATOM)}


@pytest.mark.parametrize(
    ("address", "title", "count"),
    [
        ("/feeds/talks.atom", "Talks – Talkdex", 6),
        ("/feeds/talks.atom?limit=2", "Talks – Talkdex", 2),
        ("/feeds/talks.atom?event=streamhaus-2024", "Talks: Streamhaus 2024 – Talkdex", 2),
        ("/feeds/talks.atom?project=kafka", "Talks: Kafka – Talkdex", 3),
        ("/feeds/talks.atom?tag=streaming&year=2023", "Talks: streaming, 2023 – Talkdex", 2),
        ("/feeds/talks.atom?q=replication+slots", "Talks: “replication slots” – Talkdex", 1),
        ("/feeds/talks.atom?tag=no-such", "Talks: no-such – Talkdex", 0),
    ],
)
def test_talks_can_be_followed(site: httpx.Client, address: str, title: str, count: int) -> None:
    found = feed(site, address)
    assert texts(found, "atom:title") == [title]
    assert len(found.findall("atom:entry", ATOM)) == count
    assert links(found)["self"] == str(site.base_url.join(address))
    assert site.get(links(found)["alternate"]).status_code == 200


def test_a_feed_has_what_atom_demands(site: httpx.Client) -> None:
    """RFC 4287, 4.1.1 and 4.1.2: one id, title and updated each, an author, and one alternate link of a type."""
    root = feed(site, "/feeds/talks.atom")
    entries = root.findall("atom:entry", ATOM)
    assert len(texts(root, "atom:author/atom:name")) == 1
    for element in (root, *entries):
        assert len(texts(element, "atom:id")) == len(texts(element, "atom:title")) == 1
        [updated] = texts(element, "atom:updated")
        assert RFC_3339.fullmatch(updated)
    assert len({entry_id for entry in entries for entry_id in texts(entry, "atom:id")}) == len(entries)
    for entry in entries:
        assert site.get(links(entry)["alternate"]).status_code == 200


def test_the_newest_talks_come_first_each_with_what_it_said(site: httpx.Client) -> None:
    entries = feed(site, "/feeds/talks.atom?project=kafka").findall("atom:entry", ATOM)
    assert texts(entries[0], "atom:title") == ["Exactly once, explained twice"]
    assert texts(entries[0], "atom:updated") == ["2024-05-14T00:00:00Z"]
    assert texts(entries[0], "atom:author/atom:name") == ["Mirela Vantongeren", "Tobi Adeyemi"]
    assert {category.get("label") for category in entries[0].findall("atom:category", ATOM)} >= {"Kafka", "streaming"}
    [content] = texts(entries[0], "atom:content")
    assert content.startswith("<p>Mirela Vantongeren and Tobi Adeyemi, Streamhaus 2024, Lisbon</p><ul><li>")
    dates = [texts(entry, "atom:updated")[0] for entry in entries]
    assert dates == sorted(dates, reverse=True)


def test_any_title_gives_xml(serve: Serve, database: Path, tmp_path: Path) -> None:
    path = Path(copy(database, tmp_path / "talkdex.db"))
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("UPDATE talks SET title = ? WHERE title LIKE 'Logs%'", ["<b>Logs</b> & \x0b\x01all \ufffe"])
        conn.commit()
    titles = texts(feed(serve(path), "/feeds/talks.atom?year=2023"), "atom:entry/atom:title")
    assert "<b>Logs</b> & all " in titles


def test_a_filter_that_is_not_known_is_named(site: httpx.Client) -> None:
    problem = site.get("/feeds/talks.atom?projct=kafka")
    assert (problem.status_code, problem.json()["parameter"]) == (400, "projct")


def test_events_stand_in_a_calendar(site: httpx.Client) -> None:
    response = site.get("/feeds/events.ics")
    assert response.headers["content-type"] == "text/calendar; charset=utf-8"
    events = icalendar.Calendar.from_ical(response.text).walk("VEVENT")
    assert [str(event["summary"]) for event in events] == ["Rust am Ring 2022", "Streamhaus 2023", "Streamhaus 2024"]
    assert all(site.get(str(event["url"])).status_code == 200 for event in events)


@pytest.mark.parametrize("address", ["/feeds/talks.atom", "/feeds/events.ics", "/opensearch.xml", "/llms.txt"])
def test_who_has_it_already_gets_nothing(site: httpx.Client, address: str) -> None:
    first = site.get(address)
    assert site.get(address, headers={"if-none-match": first.headers["etag"]}).status_code == 304


def test_a_browser_can_search_here(site: httpx.Client) -> None:
    root = ElementTree.fromstring(site.get("/opensearch.xml").text)
    urls = {url.get("type"): url.get("template", "") for url in root if url.tag.endswith("Url")}
    answer = site.get(urls["text/html"].replace("{searchTerms}", "replication%20slots"))
    assert "Change data capture without tears" in answer.text
    assert feed(site, urls["application/atom+xml"].replace("{searchTerms}", "kafka")) is not None
    names = [(element.text or "") for element in root if element.tag.endswith("ShortName")]
    assert names == ["Talkdex"] and len(names[0]) <= 16


def test_every_address_in_llms_txt_is_there(site: httpx.Client) -> None:
    text = site.get("/llms.txt").text
    assert text.startswith("# Talkdex\n\n> ")
    assert "6 talks, 10 takeaways and 3 events" in text
    addresses = re.findall(r"\]\(([^)]+)\)", text)
    assert len(addresses) > 10
    [tools] = [address for address in addresses if address.endswith("/-/mcp")]
    assert site.get(tools).status_code != 404  # it answers what MCP clients post
    assert [address for address in addresses if address != tools and site.get(address).status_code != 200] == []


@pytest.mark.parametrize(
    ("page", "talks"),
    [
        ("/", "/feeds/talks.atom"),
        ("/projects", "/feeds/talks.atom"),
        ("/projects/kafka", "/feeds/talks.atom?project=kafka"),
        ("/events/streamhaus-2024", "/feeds/talks.atom?event=streamhaus-2024"),
        ("/tags/streaming", "/feeds/talks.atom?tag=streaming"),
        ("/speakers/odd-brekke", "/feeds/talks.atom?speaker=odd-brekke"),
        ("/search?q=kafka+log&year=2023&sort=date&page=1", "/feeds/talks.atom?q=kafka+log&year=2023"),
        ("/search", "/feeds/talks.atom"),
    ],
)
def test_pages_say_where_their_feed_is(site: httpx.Client, page: str, talks: str) -> None:
    html = site.get(page).text
    [found] = re.findall(r'<link rel="alternate" type="application/atom\+xml" title="[^"]+" href="([^"]+)">', html)
    assert found.replace("&amp;", "&") == talks
    assert site.get(talks).status_code == 200
    seen = re.findall(r'<a href="([^"]+)">(?:Feed|Talks as a feed)</a>', html)
    assert seen and {link.replace("&amp;", "&") for link in seen} == {talks}
    assert 'href="/feeds/events.ics"' in html and 'href="/opensearch.xml"' in html


def test_addresses_have_the_base_address(serve: Serve, database: Path) -> None:
    site = serve(database, "--setting", "base_url", "/notes/")
    found = feed(site, "/notes/feeds/talks.atom")
    assert urlsplit(links(found)["self"]).path == "/notes/feeds/talks.atom"
    assert urlsplit(links(found.find("atom:entry", ATOM))["alternate"]).path.startswith("/notes/talks/")
    assert site.get("/notes/api/v1/talks?limit=1").json()["next"].startswith("/notes/api/v1/talks?")
