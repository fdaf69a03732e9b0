"""Notes with markup that wants to run: it shows as text, or not at all, in every page that a real browser opens."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import serving
from conftest import DESK
from playwright.sync_api import Browser

PICTURE = "https://evil.example/pixel.png"
ATTACKS = [
    "<script>alert(1)</script>",
    "</script><script>alert(2)</script>",
    "<img src=x onerror=alert(3)>",
    '"><img src=x onerror=alert(4)>',
    "'><svg onload=alert(5)>",
    "<svg><script>alert(6)</script></svg>",
    "<svg><animate onbegin=alert(7) attributeName=x dur=1s>",
    "<iframe srcdoc='<script>alert(8)</script>'></iframe>",
    "<iframe src=javascript:alert(9)></iframe>",
    "<body onload=alert(10)>",
    "<details open ontoggle=alert(11)>x</details>",
    "<video><source onerror=alert(12)></video>",
    "<input autofocus onfocus=alert(13)>",
    "<a href=javascript:alert(14) autofocus>x</a>",
    "<form action=javascript:alert(15)><button>x</button></form>",
    "<math><a xlink:href=javascript:alert(16)>x</a></math>",
    "<object data=javascript:alert(17)></object>",
    "<embed src=javascript:alert(18)>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<style>@import 'https://evil.example/y.css';</style>",
    "<meta http-equiv=refresh content=0;url=https://evil.example>",
    "<base href=https://evil.example/>",
    "<template><script>alert(19)</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=alert(20)>'>",
    "<mark onmouseover=alert(21)>x</mark>",
    "{{ 7 * 7 }} {% include 'x' %}",
    "&lt;script&gt;alert(22)&lt;/script&gt;",
    "<scr<script>ipt>alert(23)</scr</script>ipt>",
    f"<img src='{PICTURE}' onload=alert(24)>",
    "\u202e<script>alert(25)</script>",
]
LINKS = [
    "javascript:alert(31)",
    "JaVaScRiPt:alert(32)",
    " javascript:alert(33)",
    "java&#10;script:alert(34)",
    "&#x6A;avascript:alert(35)",
    "data:text/html,<script>alert(36)</script>",
    "vbscript:alert(37)",
    "//evil.example/x",
    'https://evil.example/" onmouseover="alert(38)',
    "https://evil.example/' onmouseover='alert(39)",
]


def hostile_notes(folder: Path) -> Path:
    """A folder in which each attack stands in a title, a speaker, a tag, the front matter, the text and a takeaway."""
    folder.mkdir()
    for number, attack in enumerate(ATTACKS):
        quoted = attack.replace("'", "''")
        (folder / f"attack-{number}.md").write_text(
            f"""---
title: 'Attack {number} {quoted}'
event: 'Hostile Conf {quoted}'
year: 2024
city: 'City {quoted}'
tags: ['tag {quoted}']
talks:
  - title: 'Talk {number} {quoted}'
    speakers: ['Speaker {number} {quoted}']
    projects: ['Project {quoted}']
    tags: ['of the talk {quoted}']
    takeaways: ['You should never trust takeaway {number} {quoted}']
---

## Talk {number} {attack}

Kafka and {attack} should always be used together in production.

TODO {attack}
""",
            encoding="utf-8",
        )
    (folder / "links.md").write_text(
        "---\nevent: Hostile Conf\nyear: 2024\ntalks:\n  - title: Links of a talk\n---\n\n## Links of a talk\n\n"
        + "\n".join(
            f"- You should read [link {n}]({url}) and ![image {n}]({url}) <{url}>" for n, url in enumerate(LINKS)
        ),
        encoding="utf-8",
    )
    return folder


@pytest.fixture(scope="module")
def hostile_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("hostile")
    with serving(hostile_notes(folder / "notes"), folder) as address:
        yield address


def test_nothing_runs(browser: Browser, hostile_site: str) -> None:
    context = browser.new_context(viewport=DESK, base_url=hostile_site)
    page = context.new_page()
    troubles: list[str] = []
    page.on("dialog", lambda dialog: (troubles.append(f"dialog {dialog.message}"), dialog.dismiss()))
    # The Content-Security-Policy would report what it blocks: nothing may even need to be blocked.
    page.on("console", lambda message: troubles.append(message.text))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on(
        "request", lambda request: troubles.append(request.url) if not expected(request.url, hostile_site) else None
    )

    page.route(PICTURE, lambda route: route.fulfill(content_type="image/svg+xml", body="<svg/>"))

    visited, waiting = set(), ["/", "/search?q=kafka", "/search?q=%3Cscript%3Ealert(1)%3C/script%3E", "/review"]
    waiting += ["/events", "/projects", "/speakers", "/tags", "/venues"]
    while waiting:
        address = waiting.pop()
        visited.add(address)
        page.goto(address)
        page.mouse.move(640, 450)
        assert page.locator("main script, main style, main iframe, main form[action^=javascript]").count() == 0
        found = page.evaluate("[...document.links].map(link => link.getAttribute('href'))")
        assert not [href for href in found if href.strip().lower().startswith(("javascript", "data", "vbscript"))]
        pages = {href.split("#")[0] for href in found if href.startswith("/") and href.count("/") == 2}
        waiting += [href for href in pages if not href.startswith(("/talkdex", "/api", "/-")) and href not in visited]
        visited |= pages
    assert len(visited) > 60
    assert troubles == []
    context.close()


def expected(url: str, site: str) -> bool:
    """Ours, or the image that a note shows from the web, which is all that a note may load."""
    return url.startswith(site) or url == PICTURE
