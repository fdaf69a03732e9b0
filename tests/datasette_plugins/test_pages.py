import re
import shutil
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from knowledge import NOTES, Serve, write_database
from page_text import links, text

from talkdex.schema.records import Note, Talk

TALK = "/talks/change-data-capture-without-tears-streamhaus-2023"
PAGES = [
    "/",
    "/search",
    "/search?q=kafka",
    "/search?q=nothing+at+all+zebra",
    "/search?project=kafka&year=2023&sort=date",
    "/events",
    "/venues",
    "/projects?name=ka&sort=name",
    "/speakers",
    "/tags",
    TALK,
    "/events/streamhaus-2024",
    "/venues/cais-hall-lisbon",
    "/speakers/mirela-vantongeren",
    "/projects/kafka",
    "/tags/streaming",
    "/events?city=Lisbon&country=Portugal",
    "/map",
    "/map?box=-10,30,20,60",
    "/review",
    "/review?kind=todo",
]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_safe_and_complete(site: httpx.Client, path: str) -> None:
    response = site.get(path)
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in response.headers["content-security-policy"]
    assert response.headers["x-content-type-options"] == "nosniff"
    html = response.text
    assert re.sub(r"<script (type=\"module\" src|type=\"application/ld\+json\")", "", html).count("<script") == 0
    assert " style=" not in html and "onclick" not in html
    assert html.count("<h1") == 1 and html.count("<main") == 1 and 'class="skip"' in html
    assert "<title>" in html and 'lang="en"' in html


@pytest.mark.parametrize("path", PAGES)
def test_every_link_of_ours_leads_somewhere(site: httpx.Client, path: str) -> None:
    for address in links(site.get(path)):
        if address.startswith("/") and not address.startswith("/talkdex/posts"):
            assert site.get(address, follow_redirects=True).status_code == 200, address


def test_first_page_shows_what_is_here(site: httpx.Client) -> None:
    page = site.get("/")
    assert "6 talks 10 takeaways 3 events 4 speakers 4 projects" in text(page)
    assert links(page)["/events/streamhaus-2024"] == "Streamhaus 2024"
    assert links(page)["/projects/kafka"] == "Kafka 3"
    assert links(page)["/search?year=2023"] == "2 talks in 20 23"  # the century is hidden on a phone


def test_search_shows_takeaways_by_talk(site: httpx.Client) -> None:
    page = site.get("/search", params={"q": "kafka transactions"})
    assert "<mark>Kafka</mark> <mark>transactions</mark> cost two round trips" in page.text
    assert "Mirela Vantongeren, Tobi Adeyemi" in text(page)
    assert " ms" in text(page)


def test_choosing_a_facet_value_is_a_link_and_so_is_taking_it_back(site: httpx.Client) -> None:
    page = site.get("/search?q=kafka")
    assert links(page)["/search?q=kafka&year=2023"] == "2023 2"
    narrowed = site.get("/search?q=kafka&year=2023")
    assert "2 talks for kafka" in text(narrowed)
    assert "/search?q=kafka" in links(narrowed)
    assert 'name="year" value="2023"' in narrowed.text  # a new search keeps the filter


def test_every_page_leads_to_its_json(site: httpx.Client) -> None:
    for path in ("/", "/search?q=kafka&year=2023", "/speakers", TALK, "/projects/kafka"):
        [address] = [address for address, said in links(site.get(path)).items() if said == "This page as JSON"]
        assert site.get(address).headers["content-type"] == "application/json; charset=utf-8"
    assert site.get("/api/v1/search?q=kafka&year=2023").json()["total"] == 2


def test_an_empty_result_helps_further(site: httpx.Client) -> None:
    assert "Try fewer or other words" in text(site.get("/search?q=zebra"))
    filtered = site.get("/search?q=kafka&city=Vienna")
    assert "Without the filters there are 3 talks" in links(filtered)["/search?q=kafka"]
    assert "Back to the first page" in text(site.get("/search?page=7"))


def test_a_search_says_what_it_understood(site: httpx.Client) -> None:
    narrowed = text(site.get("/search", params={"q": "kafka project:flink -year:2023"}))
    assert "1 talk for" in narrowed
    assert "Only with the project Flink" in narrowed and "Without the year 2023" in narrowed
    assert "No talk has the speaker “nobody”" in text(site.get("/search?q=speaker:nobody"))


def test_a_search_says_what_it_corrected(site: httpx.Client) -> None:
    page = text(site.get("/search?q=idmepotent"))
    assert "No talk has the word “idmepotent”: searched for" in page
    assert "Idempotent consumers beat transactions" in page


def test_an_empty_result_offers_examples(site: httpx.Client) -> None:
    page = site.get("/search?q=zzzzzzzz")
    assert "Most talks are about Kafka" in text(page) and "project:kafka" in text(page)
    assert links(page)["/search?q=Kafka"] == "Kafka"


def test_talk_page(site: httpx.Client) -> None:
    page = site.get(TALK)
    said = text(page)
    assert "Odd Brekke" in said and "9 May 2023" in said and "Lisbon" in said
    assert "Replication slots fill the disk when nobody reads them" in said
    assert "SELECT * FROM pg_replication_slots;" in said
    assert "add the link to the video" not in said
    assert links(page)["https://slides.example/cdc.pdf"] == "Slides"
    assert "A trap" in said and not any(address.startswith("javascript") for address in links(page))
    assert links(page)["/talkdex/posts?path=2023%2Fstreamhaus.md"].startswith("2023/streamhaus.md:20")
    assert links(page)["/talks/logs-all-the-way-down-streamhaus-2023"].endswith("← Previous Logs all the way down")


def test_a_takeaway_has_an_address_of_its_own(site: httpx.Client) -> None:
    [takeaway] = site.get("/api/v1" + TALK).json()["takeaways"]
    assert f'id="t-{takeaway["id"]}"' in site.get(TALK).text
    redirect = site.get(f"/takeaways/{takeaway['id']}")
    assert redirect.headers["location"] == f"{TALK}#t-{takeaway['id']}"
    assert site.get("/takeaways/99999999999999999999999").status_code == 404


def test_a_talk_in_another_language_says_so(site: httpx.Client) -> None:
    assert (
        '<h1 lang="de">Fehlerbehandlung ohne Panik</h1>'
        in site.get("/talks/fehlerbehandlung-ohne-panik-rust-am-ring-2022").text
    )


def test_event_page(site: httpx.Client) -> None:
    said = text(site.get("/events/streamhaus-2024"))
    assert "14–16 May 2024 Cais Hall Lisbon, Portugal 2 talks" in said
    assert said.index("Exactly once, explained twice") < said.index("Who owns the schema?")
    assert "Other editions Streamhaus 2023" in said
    assert "2024/streamhaus/panel.md" in said


def test_speaker_page_names_those_beside_the_speaker(site: httpx.Client) -> None:
    said = text(site.get("/speakers/mirela-vantongeren"))
    assert "Exactly once, explained twice with Tobi Adeyemi Streamhaus 2024" in said
    assert "Logs all the way down Streamhaus 2023 Keynote" in said
    assert said.index("Exactly once") < said.index("Logs all the way down")  # the newest first


def test_project_page_has_its_takeaways_by_year(site: httpx.Client) -> None:
    said = text(site.get("/projects/kafka"))
    assert "4 takeaways" in said and "3 talks" in said
    assert said.index("2024 Exactly once ends at the edge") < said.index("2023 Kafka keeps a log")


def test_speaker_tag_and_venue_pages(site: httpx.Client) -> None:
    assert "2 talks" in text(site.get("/speakers/mirela-vantongeren"))
    assert "3 talks" in text(site.get("/tags/streaming"))
    assert "Streamhaus 2024" in text(site.get("/venues/cais-hall-lisbon"))


def test_lists_can_be_filtered_by_name(site: httpx.Client) -> None:
    page = site.get("/speakers?name=MIR")
    assert "1 speaker with “MIR”" in text(page)
    assert "/speakers/mirela-vantongeren" in links(page) and "/speakers/odd-brekke" not in links(page)


def test_review_lists_notices_by_file(site: httpx.Client) -> None:
    said = text(site.get("/review"))
    assert "2023/streamhaus.md" in said and "line 28 To do TODO: add the link to the video" in said


@pytest.mark.parametrize("kind", ["talks", "events", "venues", "speakers", "projects", "tags"])
def test_an_unknown_record_is_not_found(site: httpx.Client, kind: str) -> None:
    for slug in ("no-such", "%00", "%F0%9F%98%80", "'", "..%2F..", "a" * 3000):
        response = site.get(f"/{kind}/{slug}")
        assert response.status_code == 404
        assert "There is no" in text(response)


def test_only_get_is_answered(site: httpx.Client) -> None:
    assert site.head("/search").status_code == 200
    assert site.post("/search").status_code in (403, 405)  # Datasette before 1.0 wants a token first
    assert site.request("OPTIONS", "/search").status_code == 405


QUERIES = [
    '"',
    '""',
    '"unclosed',
    "'",
    "';DROP TABLE talks;--",
    "AND OR NOT NEAR(a b)",
    "title:kafka",
    "kafka*",
    "^kafka",
    "(((",
    "{}[]",
    "-",
    "--",
    "-kafka",
    "😀",
    "\x00",
    "kafka\x00lag",
    "\ud7ff\ue000\ufffe",
    "%",
    "<script>alert(1)</script>",
    "a" * 10_000,
    "a " * 5_000,
    '"' * 10_000,
    "日本語",
    "é́́́",
    "\u202eevil",
]


@pytest.mark.parametrize("query", QUERIES, ids=range(len(QUERIES)))
def test_any_query_gives_a_page(site: httpx.Client, query: str) -> None:
    for name in ("q", "tag", "year", "page", "sort"):
        page = site.get("/search", params={name: query})
        assert page.status_code == 200
        assert "<script>" not in page.text
    for name in ("name", "page", "sort"):
        assert site.get("/projects", params={name: query}).status_code == 200


@pytest.mark.parametrize(
    "raw", ["q=%", "q=%zz", "q=%ff%fe", "q", "&&&", "q=a&q=b", "q=%ed%a0%80", "page=-1", "page=1e9"]
)
def test_any_query_string_gives_a_page(site: httpx.Client, raw: str) -> None:
    assert site.get(f"/search?{raw}").status_code == 200


def test_the_style_sheet_is_served_for_good(site: httpx.Client) -> None:
    [address] = [part.split('"')[0] for part in site.get("/").text.split('rel="stylesheet" href="')[1:]]
    style = site.get(address)
    assert style.headers["content-type"] == "text/css; charset=utf-8"
    assert "immutable" in style.headers["cache-control"]
    assert "url(" not in style.text and "@import" not in style.text


def test_notes_can_be_linked_to_a_site_with_their_lines(serve: Serve, database: Path) -> None:
    site = serve(
        database,
        metadata={"plugins": {"talkdex": {"source_url": "https://git.example/notes/{path}#L{line}"}}},
    )
    page = site.get(TALK)
    assert links(page)["https://git.example/notes/2023/streamhaus.md#L23"] == "line 23"


def test_datasettes_own_pages_are_one_click_away(site: httpx.Client) -> None:
    assert links(site.get("/"))["/talkdex"] == "Tables and SQL"
    assert "talkdex" in text(site.get("/-/"))


def test_a_database_without_talks_says_so(serve: Serve, tmp_path: Path) -> None:
    database = write_database(tmp_path / "talkdex.db", [NOTES[-1]], {"about.md": []})
    site = serve(database)
    assert "No talks yet" in text(site.get("/"))
    for path in ("/search", "/search?q=kafka", "/events", "/projects", "/review"):
        assert site.get(path).status_code == 200


def test_under_another_base_address_all_links_stay_there(serve: Serve, database: Path) -> None:
    site = serve(database, "--setting", "base_url", "/notes/")
    for path in ("/notes/", "/notes/search?q=kafka", f"/notes{TALK}"):
        page = site.get(path)
        assert page.status_code == 200
        assert all(address.startswith(("/notes/", "#", "https://")) for address in links(page)), links(page)


def test_what_takes_too_long_is_ended(serve: Serve, database: Path, tmp_path: Path) -> None:
    slow = tmp_path / "talkdex.db"
    shutil.copy(database, slow)
    with sqlite3.connect(slow) as conn:
        conn.execute("ALTER TABLE tags RENAME TO quick_tags")
        conn.execute(
            """CREATE VIEW tags AS WITH RECURSIVE numbers(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM numbers)
            SELECT id, 'slug' AS slug, 'name' AS name FROM numbers"""
        )
    site = serve(slow, "--setting", "sql_time_limit_ms", "200")
    response = site.get("/")
    assert response.status_code == 503
    assert "This took too long" in text(response)
    assert site.get("/api/v1/stats").json()["status"] == 503


def test_nobody_waits_while_long_notes_are_shown(serve: Serve, tmp_path: Path) -> None:
    notes = [Note(path="long.md", kind="talk", title="Long", talks=[Talk(title="Long", lines=(1, 40_000))])]
    database = write_database(tmp_path / "talkdex.db", notes, {"long.md": ["# Long\n\n" + "- a\n  - b\n" * 20_000]})
    site = serve(database)
    waited = []
    with ThreadPoolExecutor() as readers:
        begun = time.monotonic()
        long = readers.submit(lambda: (site.get("/talks/long").status_code, time.monotonic() - begun))
        while not long.done():
            asked = time.monotonic()
            site.get("/-/talkdex/icon.svg")
            waited.append(time.monotonic() - asked)
    status, took = long.result()
    assert status == 200
    assert max(waited) < took / 3


def test_a_database_of_another_version_says_what_to_do(serve: Serve, database: Path, tmp_path: Path) -> None:
    other = tmp_path / "talkdex.db"
    shutil.copy(database, other)
    with sqlite3.connect(other) as conn:
        conn.execute("DROP TABLE _facets")
    site = serve(other)
    for path in ("/", "/search?q=kafka", "/projects/kafka", TALK):
        assert site.get(path).status_code == 503
        assert "Build it again: talkdex build" in text(site.get(path))
    assert site.get("/venues/cais-hall-lisbon").status_code == 200  # needs nothing of it
