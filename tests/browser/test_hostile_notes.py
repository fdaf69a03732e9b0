"""Markup that wants to run shows as text, or not at all, wherever it stands: notes, names, suggestions, addresses."""

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from chromium import serving
from conftest import DESK
from payloads import ADDRESSES, MARKUP
from playwright.sync_api import Browser, Page, expect

PICTURE = "https://evil.example/pixel.png"
LISTS = ["/events", "/speakers", "/projects", "/tags", "/venues"]
DATASETTE = ["/talkdex/talk_list", "/talkdex/takeaway_list", "/talkdex/talks", "/talkdex/posts", "/talkdex/notices"]
# Elements that no page of ours has in its main part, unless markup got through.
INTRUDERS = (
    "main :is(script:not([type='application/ld+json']), style, iframe, object, embed, base, meta, link, template, "
    "[onerror], [onload], [onfocus], [style], [srcdoc], [formaction])"
)


def hostile_notes(folder: Path) -> Path:
    """A file for each payload, which stands in its title, front matter, headings, text, lists, tables and code."""
    folder.mkdir()
    for number, markup in enumerate(MARKUP):
        name = f"attack{number} {markup}"
        stated = json.dumps(name)
        (folder / f"attack-{number}.md").write_text(
            f"""---
title: {stated}
event: {{"name": {stated}, "start": "2024-03-{number % 28 + 1:02}"}}
venue: {stated}
city: {stated}
country: {stated}
authors: [{stated}]
tags: [{stated}]
language: {stated}
talks:
  - title: {stated}
    speakers: [{stated}]
    projects: [{stated}]
    tags: [{stated}]
    format: {stated}
    slides: {stated}
    takeaways: [{stated}]
    links: [{{"url": "https://example.org/", "title": {stated}}}]
---

## {name}

Kafka and {markup} should always be used together in production.

{markup}

- You should never trust {markup}
- [a link]( <{markup}> "{markup}") and ![a picture]({PICTURE} "{markup}")

| {markup} | x |
| --- | --- |
| {markup} | x |

> {markup}

    {markup}

`{markup}` and **{markup}** and <{markup}>

TODO {markup}
""",
            encoding="utf-8",
        )
    items = "\n".join(
        f"- You should read [link {number}]({address}) and ![image {number}]({address}) <{address}> [{number}]\n\n"
        f"[{number}]: {address}\n"
        for number, address in enumerate(ADDRESSES)
    )
    links = json.dumps([{"url": address, "title": f"Link {number}"} for number, address in enumerate(ADDRESSES)])
    (folder / "links.md").write_text(
        f"""---
event: Hostile Conf 2024
talks:
  - title: Links of a talk
    links: {links}
    slides: {json.dumps(ADDRESSES)}
    video: {json.dumps(ADDRESSES)}
---

## Links of a talk

{items}
""",
        encoding="utf-8",
    )
    return folder


@pytest.fixture(scope="module")
def hostile_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("hostile")
    with serving(hostile_notes(folder / "notes"), folder) as address:
        yield address


@pytest.fixture
def hostile(browser: Browser, hostile_site: str) -> Iterator[Page]:
    """A page of that site. The test fails when anything ran, wanted to and was stopped, or went elsewhere."""
    context = browser.new_context(viewport=DESK, base_url=hostile_site)
    page = context.new_page()
    troubles: list[str] = []

    def asked(url: str) -> None:
        if not url.startswith(hostile_site) and url != PICTURE:
            troubles.append(f"request {url}")

    page.on("dialog", lambda dialog: (troubles.append(f"dialog at {page.url}"), dialog.dismiss()))
    # The Content-Security-Policy would report what it blocks: nothing may even need to be blocked.
    page.on("console", lambda message: troubles.append(f"{message.text} at {page.url}"))
    page.on("pageerror", lambda error: troubles.append(f"{error} at {page.url}"))
    page.on("request", lambda request: asked(request.url))
    page.route(PICTURE, lambda route: route.fulfill(content_type="image/svg+xml", body="<svg/>"))
    yield page
    context.close()
    assert troubles == []


def visit(page: Page, address: str) -> list[str]:
    """Opens a page, touches what is on it, and gives the addresses of its links."""
    page.goto(address)
    page.mouse.move(640, 450)
    assert page.evaluate("typeof ran") == "undefined"
    assert page.locator(INTRUDERS).count() == 0
    links: list[str] = page.evaluate("[...document.links].map(link => link.getAttribute('href'))")
    schemes = {link.strip().lower().partition(":")[0] for link in links if ":" in link.partition("/")[0]}
    assert schemes <= {"https", "http", "mailto"}
    return links


def test_there_are_enough() -> None:
    assert len({*MARKUP, *ADDRESSES}) == len(MARKUP) + len(ADDRESSES) >= 60


def test_in_notes_and_names(hostile: Page) -> None:
    listed = {address: visit(hostile, address) for address in LISTS}
    for address in ["/", "/review", "/map", "/search?q=kafka", "/search?sort=date", *DATASETTE]:
        if address != "/map" or hostile.request.get("/map").ok:
            visit(hostile, address) if address not in DATASETTE else hostile.goto(address + "?_size=max")
    talks = [visit(hostile, f"/search?page={page}") for page in range(1, 6)]
    talk_pages = {link for links in talks for link in links if link.startswith("/talks/") and "#" not in link}
    assert len(talk_pages) > len(MARKUP)
    for address in sorted(talk_pages):
        visit(hostile, address)
    # All payloads stand in the lists; of their own pages every fourth is enough.
    for address, links in listed.items():
        own = sorted({link for link in links if link.startswith(f"{address}/")})
        assert len(own) >= len(MARKUP)
        for link in own[::4]:
            visit(hostile, link)


def test_in_suggestions(hostile: Page) -> None:
    hostile.goto("/projects")
    for number in range(len(MARKUP)):
        hostile.get_by_role("combobox").fill(f"attack{number}")
        expect(hostile.get_by_role("option", name=f"attack{number} ").first).to_be_visible()
        assert hostile.evaluate("document.querySelector('.suggestions').querySelector(':not(div, a, span)')") is None
    assert hostile.evaluate("typeof ran") == "undefined"


def test_in_addresses(hostile: Page) -> None:
    payloads = [*MARKUP, *ADDRESSES]
    names = ["q", "tag", "project", "event", "city", "speaker", "sort"]
    for number in range(0, len(payloads), 2):  # so that each is in several places
        chosen = [payloads[(number + step) % len(payloads)] for step in range(len(names))]
        visit(hostile, f"/search?{urlencode(list(zip(names, chosen, strict=True)))}")
    for number, payload in enumerate(payloads[::5]):
        visit(hostile, f"{LISTS[number % len(LISTS)]}?{urlencode({'name': payload, 'sort': payload, 'page': payload})}")


def test_in_answers_of_the_api(hostile: Page) -> None:
    """A browser that is sent there shows JSON as text."""
    for payload in MARKUP[::5]:
        for address in ("/api/v1/suggest?q=", "/api/v1/search?q=", "/api/v1/search?nonsense=", "/api/v1/talks/"):
            answer = hostile.request.get(address + quote(payload, safe=""))
            assert answer.headers["content-type"].startswith(("application/json", "application/problem+json"))
            assert answer.headers["x-content-type-options"] == "nosniff"
