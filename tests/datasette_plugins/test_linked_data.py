"""What pages tell other sites: JSON-LD, Open Graph, canonical addresses and the sitemap."""

import json
import re
import sqlite3
from html import unescape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest
from knowledge import Serve, write_database

from talkdex.datasette_plugins.sitemap import MOST, XMLNS
from talkdex.schema.records import Event, Note, Takeaway, Talk

TALK = "/talks/exactly-once-explained-twice-streamhaus-2024"
HOSTILE = "</script><script>alert(1)</script> \"'&<!-- ]]>"


def data(page: httpx.Response) -> dict[str, Any]:
    [script] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page.text, re.DOTALL)
    found: dict[str, Any] = json.loads(script)
    assert found["@context"] == "https://schema.org"
    return found


def meta(page: httpx.Response) -> dict[str, str]:
    pairs = re.findall(r'<meta (?:name|property)="([^"]*)" content="([^"]*)">', page.text)
    return {name: unescape(content) for name, content in pairs}


def canonical(page: httpx.Response) -> str:
    [address] = re.findall(r'<link rel="canonical" href="([^"]*)">', page.text)
    return unescape(address)


def addresses(sitemap: httpx.Response) -> list[str]:
    assert sitemap.headers["content-type"] == "application/xml; charset=utf-8"
    return [place.text or "" for place in ElementTree.fromstring(sitemap.text).iter(f"{{{XMLNS}}}loc")]


def test_a_talk_is_a_presentation(site: httpx.Client) -> None:
    talk = data(site.get(TALK))
    assert talk["@type"] == "PresentationDigitalDocument"
    assert talk["name"] == "Exactly once, explained twice"
    assert [author["name"] for author in talk["author"]] == ["Mirela Vantongeren", "Tobi Adeyemi"]
    assert talk["recordedAt"]["url"] == f"{site.base_url}/events/streamhaus-2024"
    assert talk["dateCreated"] == "2024-05-14"
    assert talk["url"] == f"{site.base_url}{TALK}"


def test_slides_are_the_same_thing_and_a_trap_is_not(site: httpx.Client) -> None:
    talk = data(site.get("/talks/change-data-capture-without-tears-streamhaus-2023"))
    assert talk["sameAs"] == ["https://slides.example/cdc.pdf"]


def test_an_event_has_dates_and_a_place(site: httpx.Client) -> None:
    event = data(site.get("/events/streamhaus-2024"))
    assert event["@type"] == "Event"
    assert (event["startDate"], event["endDate"]) == ("2024-05-14", "2024-05-16")
    assert event["location"]["name"] == "Cais Hall"
    assert event["location"]["address"]["addressLocality"] == "Lisbon"
    assert event["location"]["geo"]["latitude"] == pytest.approx(38.7, abs=0.1)
    assert len(event["recordedIn"]) == 2


def test_the_first_page_says_how_to_search(site: httpx.Client) -> None:
    action = data(site.get("/"))["potentialAction"]
    assert action["target"]["urlTemplate"] == f"{site.base_url}/search?q={{q}}"


def test_other_sites_can_show_a_page(site: httpx.Client) -> None:
    tags = meta(site.get(TALK))
    assert tags["og:title"] == "Exactly once, explained twice"
    assert tags["og:type"] == "article"
    assert tags["og:url"] == f"{site.base_url}{TALK}"
    assert tags["description"].startswith("Talk by Mirela Vantongeren and Tobi Adeyemi at Streamhaus 2024.")
    assert tags["og:description"] == tags["description"]


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("/", "/"),
        (TALK + "/", TALK),
        ("/events?sort=name&page=3", "/events"),
        ("/map?box=-10,30,20,60", "/map"),
        ("/search?x=1&q=kafka&page=1", "/search?q=kafka"),
    ],
)
def test_a_page_has_one_address(site: httpx.Client, path: str, address: str) -> None:
    assert canonical(site.get(path)) == f"{site.base_url}{address}"


def test_search_engines_are_told_what_to_leave_out(site: httpx.Client) -> None:
    for path in ("/search?q=kafka", "/events?page=2", "/projects?name=k", "/map?box=0,0,9,9", "/review", "/talks/none"):
        assert meta(site.get(path))["robots"] == "noindex", path
    for path in ("/", "/search", "/events", "/map", TALK, "/projects/kafka"):
        assert "robots" not in meta(site.get(path)), path


def test_the_sitemap_has_all_pages_and_no_others(site: httpx.Client) -> None:
    found = addresses(site.get("/sitemap.xml"))
    assert len(found) == len(set(found))
    assert {
        f"{site.base_url}{path}" for path in ("/", "/map", TALK, "/speakers/tobi-adeyemi", "/tags/streaming")
    } <= set(found)
    assert all(site.get(address).status_code == 200 for address in found)
    assert addresses(site.get("/sitemap-1.xml")) == found
    assert site.get("/sitemap-2.xml").status_code == 404
    assert site.get("/sitemap-0.xml").status_code == 404


def test_a_large_sitemap_is_split(serve: Serve, database: Path, tmp_path: Path) -> None:
    large = tmp_path / "talkdex.db"
    large.write_bytes(database.read_bytes())
    with sqlite3.connect(large) as conn:
        conn.execute(
            """WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :most)
            INSERT INTO tags (slug, name) SELECT 'tag-' || n, 'Tag ' || n FROM numbers""",
            {"most": MOST},
        )
    site = serve(large)
    files = addresses(site.get("/sitemap.xml"))
    assert files == [f"{site.base_url}/sitemap-1.xml", f"{site.base_url}/sitemap-2.xml"]
    first, second = (addresses(site.get(file)) for file in files)
    assert len(first) == MOST and not set(first) & set(second)
    assert f"{site.base_url}{TALK}" in second


def test_under_another_base_address(serve: Serve, database: Path) -> None:
    site = serve(database, "--setting", "base_url", "/notes/")
    page = site.get(f"/notes{TALK}")
    assert canonical(page) == f"{site.base_url}/notes{TALK}"
    assert data(page)["author"][0]["url"] == f"{site.base_url}/notes/speakers/mirela-vantongeren"
    assert f"{site.base_url}/notes{TALK}" in addresses(site.get("/notes/sitemap.xml"))


def test_titles_stay_titles_wherever_they_stand(serve: Serve, tmp_path: Path) -> None:
    talk = Talk(
        title=f"Title {HOSTILE}",
        speakers=[f"Speaker {HOSTILE}"],
        lines=(1, 2),
        takeaways=[Takeaway(line=1, text=f"Takeaway {HOSTILE}")],
    )
    event = Event(name=f"Conf {HOSTILE}", year=2024, city=f"City {HOSTILE}", venue=f"Venue {HOSTILE}")
    note = Note(path="n.md", kind="report", title=HOSTILE, event=event, tags=[HOSTILE], talks=[talk])
    database = write_database(tmp_path / "talkdex.db", [note], {"n.md": [""]})
    with sqlite3.connect(database) as conn:
        conn.execute("UPDATE events SET latitude = 1, longitude = 2")
    site = serve(database)
    found = addresses(site.get("/sitemap.xml"))
    assert len(found) > 8
    for address in found:
        page = site.get(address)
        assert "<script>alert" not in page.text, address
    [talk_page] = [address for address in found if "/talks/" in address]
    assert data(site.get(talk_page))["name"] == talk.title
    assert meta(site.get(talk_page))["og:title"] == talk.title
    [event_page] = [address for address in found if "/events/" in address]
    assert data(site.get(event_page))["location"]["address"]["addressLocality"] == event.city
    assert unescape(site.get("/map").text).count(f"City {HOSTILE}: 1 event") >= 2
