"""Everything of a kind, under letters or years that one can jump to."""

import sqlite3
from pathlib import Path

import httpx
import pytest
from knowledge import NOTES, Serve, write_database
from page_text import links, text

from talkdex.datasette_plugins.browse import PAGE_SIZE, Wanted, browse
from talkdex.datasette_plugins.names_in_order import OTHERS, alphabetical, letter
from talkdex.ingest.store.database import read_database
from talkdex.schema.records import Note, Talk


def test_names_are_sorted_without_accents_and_punctuation() -> None:
    names = ["Zoë", "élan", "@angular/core", "7zip", "日本", "Šimon"]
    assert sorted(names, key=alphabetical) == ["@angular/core", "élan", "Šimon", "Zoë", "7zip", "日本"]


@pytest.mark.parametrize(
    ("name", "heading"), [("élan", "E"), ("@angular/core", "A"), ("7zip", "0–9"), ("日本", OTHERS), ("---", OTHERS)]
)
def test_the_heading_of_a_name(name: str, heading: str) -> None:
    assert letter(alphabetical(name)) == heading


def test_speakers_by_number_of_talks_or_by_letter(conn: sqlite3.Connection) -> None:
    most = browse(conn, "speakers", Wanted(), 1)
    assert [label for label, _ in most.groups] == [""] and not most.jumps
    assert most.groups[0][1][0].name == "Mirela Vantongeren"  # type: ignore[attr-defined]
    by_name = browse(conn, "speakers", Wanted(by_name=True), 1)
    assert [jump.label for jump in by_name.jumps] == ["J", "M", "O", "T"]


def test_events_stand_under_their_years(site: httpx.Client) -> None:
    page = site.get("/events")
    assert "2024 2023 2022 2024 Streamhaus 2024" in text(page)
    assert links(page)["#at-2023"] == "2023"
    assert 'id="at-2023"' in page.text


@pytest.mark.parametrize("part", ["kálmán", "KALMAN", "kalman jordis", "jördis"])
def test_a_name_is_found_by_its_words_in_any_order_and_without_accents(conn: sqlite3.Connection, part: str) -> None:
    page = browse(conn, "speakers", Wanted(part), 1)
    assert [speaker.name for _, group in page.groups for speaker in group] == ["Jördis Kálmán"]


def test_events_of_a_city(site: httpx.Client) -> None:
    page = site.get("/events?city=Lisbon&country=Portugal")
    assert "2 events" in text(page) and "Rust am Ring" not in text(page)
    assert '<a class="chip chip-chosen" href="/events?country=Portugal">' in page.text  # takes the city back
    assert 'name="city" value="Lisbon"' in page.text  # the filter by name keeps the city
    assert "None. All events" in text(site.get("/events?city=Atlantis"))


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("/events?year=2023", ["Streamhaus 2023"]),
        ("/events?year=2022&year=2023&sort=name", ["Rust am Ring 2022", "Streamhaus 2023"]),
        ("/events?venue=cais-hall-lisbon", ["Streamhaus 2024"]),
        ("/venues?city=Vienna", []),
        ("/venues?city=Lisbon", ["Cais Hall"]),
        ("/projects?kind=no-such-kind", []),
        ("/speakers?year=1999&sort=name", ["Jördis Kálmán", "Mirela Vantongeren", "Odd Brekke", "Tobi Adeyemi"]),
    ],
)
def test_lists_are_narrowed_by_what_the_api_narrows_them_by(site: httpx.Client, path: str, names: list[str]) -> None:
    page = site.get(path)
    kind = path.partition("?")[0]
    shown = {address: said for address, said in links(page).items() if address.startswith(f"{kind}/")}
    assert list(shown.values()) == names
    answer = site.get(json_of(page)).json()
    assert [f"{kind}/{item['slug']}" for item in answer["items"]] == list(shown) and answer["next"] is None


def json_of(page: httpx.Response) -> str:
    [address] = [address for address, said in links(page).items() if said == "This page as JSON"]
    return address


def test_the_order_by_name_is_that_of_the_api(serve: Serve, tmp_path: Path) -> None:
    names = ["Zed Olin", "Élodie Aubry", "Ödön Kis", "élodie Zorn", "Élodie Aubry-Kis", "Ada Łoś", "李雷"]
    talks = [Talk(title=f"Talk {n}", speakers=[name], lines=(n + 1, n + 1)) for n, name in enumerate(names)]
    note = Note(path="many.md", kind="report", talks=talks)
    site = serve(write_database(tmp_path / "talkdex.db", [note], {"many.md": [""] * len(talks)}))
    shown = [address for address in links(site.get("/speakers?sort=name")) if address.startswith("/speakers/")]
    found = []
    address = "/api/v1/speakers?sort=name&limit=2"
    while address:
        answer = site.get(address).json()
        found += [f"/speakers/{speaker['slug']}" for speaker in answer["items"]]
        address = answer["next"]
    assert found == shown and len(found) == len(names)
    assert found[:2] == ["/speakers/ada-los", "/speakers/elodie-aubry"]


@pytest.mark.parametrize("path", ["/speakers?name=odd", "/speakers?page=2", "/map?box=-10,30,20,60"])
def test_a_page_that_the_api_does_not_have_leads_to_no_other(site: httpx.Client, path: str) -> None:
    assert "This page as JSON" not in text(site.get(path))


def test_a_part_of_a_search_leads_to_the_same_part(serve: Serve, tmp_path: Path) -> None:
    talks = [Talk(title=f"Kafka {n}", lines=(n + 1, n + 1)) for n in range(30)]
    note = Note(path="many.md", kind="report", talks=talks)
    site = serve(write_database(tmp_path / "talkdex.db", [note], {"many.md": [""] * len(talks)}))
    for path in ("/search?q=kafka", "/search?q=kafka&page=2&sort=date", "/search?page=2"):
        page = site.get(path)
        shown = [address for address in links(page) if address.startswith("/talks/")]
        hits = site.get(json_of(page)).json()["hits"]
        assert [f"/talks/{hit['talk']['slug']}" for hit in hits] == shown and len(shown) >= 10


def test_a_letter_may_begin_on_another_page(serve: Serve, tmp_path: Path) -> None:
    speakers = [f"Anna {number:03}" for number in range(PAGE_SIZE)] + ["Bela Last"]
    talks = [Talk(title=f"Talk {n}", speakers=[name], lines=(n + 1, n + 1)) for n, name in enumerate(speakers)]
    note = Note(path="many.md", kind="report", talks=talks)
    database = write_database(tmp_path / "talkdex.db", [note], {"many.md": [""] * len(talks)})
    with read_database(database) as conn:
        assert [jump.page for jump in browse(conn, "speakers", Wanted(by_name=True), 1).jumps] == [1, 2]
    site = serve(database)
    [address] = [address for address, said in links(site.get("/speakers?sort=name")).items() if said == "B"]
    second = site.get(address)
    assert "Bela Last" in text(second) and "Page 2 of 2" in text(second)
    assert 'id="at-b"' in second.text and address.endswith("#at-b")


def test_review_can_be_narrowed_to_a_kind(site: httpx.Client) -> None:
    page = site.get("/review")
    assert links(page)["/review?kind=todo&page="].startswith("To do")
    narrowed = site.get("/review?kind=todo")
    assert "add the link to the video" in text(narrowed) and "has no speaker" not in text(narrowed)
    assert "has no speaker" in text(site.get("/review?kind=no-speaker"))
    assert site.get("/review?kind=no-such-kind").status_code == 200


def test_notes_without_anything(serve: Serve, tmp_path: Path) -> None:
    site = serve(write_database(tmp_path / "talkdex.db", [NOTES[-1]], {"about.md": []}))
    assert "The notes name no place of an event" in text(site.get("/map"))
    assert "None." in text(site.get("/events?sort=name"))
