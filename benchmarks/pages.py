"""What a reader waits for: a database in, the time to the first picture, layout shifts and weight of its pages out.

    python benchmarks/pages.py talkdex.db

Each page is opened in a fresh Chromium, without cache, at a desk and on a phone. The phone is throttled as Lighthouse
does: a processor four times as slow, 150 ms to the server, 1.6 Mbit/s. Exits with 1 when a page shifts by more than
0.05 or its styles and scripts weigh more than 60 KB."""

import argparse
import sqlite3
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote_plus, urlsplit

from playwright.sync_api import Browser, Response, Route
from rich.console import Console
from rich.table import Table

sys.path.append(str(Path(__file__).parents[1] / "tests" / "browser"))
from chromium import chromium, serving_database

MOST_SHIFT = 0.05
MOST_BYTES = 60_000
TIMES = ("answered", "painted", "largest")
VIEWPORTS = {"desk": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="800" height="600"/>'  # instead of those from the web
SLOW_NETWORK = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 93_750}

TOP_PROJECT = """
    SELECT slug, name FROM projects
    WHERE id = (SELECT project_id FROM talk_projects GROUP BY project_id ORDER BY count(*) DESC LIMIT 1)
"""
LONGEST_TALK = "SELECT slug FROM talks ORDER BY length(notes) DESC LIMIT 1"
# Nothing is known of a picture's size before it has come: the fewer takeaways above it, the sooner it is seen.
TALK_WITH_PICTURE = """
    SELECT talks.slug FROM talks LEFT JOIN takeaways ON talk_id = talks.id
    WHERE notes LIKE '%![%](https://%' AND notes NOT LIKE '%](http://%'
    GROUP BY talks.id ORDER BY count(takeaways.id), instr(notes, '![') LIMIT 1
"""
BUSIEST_EVENT = """
    SELECT slug FROM events
    WHERE id = (SELECT event_id FROM talks WHERE event_id IS NOT NULL GROUP BY event_id ORDER BY count(*) DESC LIMIT 1)
"""
# Times in ms since the navigation began; the shift as Lighthouse adds it up, without what follows a key or a tap.
FIGURES = """() => {
    const seen = type => {
        const observer = new PerformanceObserver(() => {});
        observer.observe({ type, buffered: true });
        return observer.takeRecords();
    };
    const shifts = seen("layout-shift").filter(shift => !shift.hadRecentInput);
    return {
        answered: seen("navigation")[0].responseStart,
        painted: performance.getEntriesByName("first-contentful-paint")[0].startTime,
        largest: seen("largest-contentful-paint").at(-1).startTime,
        shift: shifts.reduce((sum, shift) => sum + shift.value, 0),
    };
}"""


@dataclass
class Visit:
    """One page opened once. Times in ms, weights in bytes before compression."""

    answered: float
    painted: float
    largest: float
    shift: float
    html: int = 0
    assets: int = 0  # styles and scripts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("database", type=Path)
    parser.add_argument("--runs", type=int, default=5, help="visits to each page, of which the median counts")
    options = parser.parse_args()

    table = Table("page", "on", "answer", "first paint", "largest paint", "shift", "HTML", "CSS + JS", box=None)
    for column in table.columns[2:]:
        column.justify = "right"
    failed = False
    with serving_database(options.database) as site, chromium() as browser:
        for address in addresses(options.database):
            for name in VIEWPORTS:
                visits = [visit(browser, site + address, name) for _ in range(options.runs)]
                shift, assets = max(v.shift for v in visits), visits[0].assets
                failed |= shift > MOST_SHIFT or assets > MOST_BYTES
                times = [f"{statistics.median(getattr(v, figure) for v in visits):,.0f} ms" for figure in TIMES]
                weights = [f"{weight / 1000:,.1f} KB" for weight in (visits[0].html, assets)]
                table.add_row(address, name, *times, f"{shift:.3f}", *weights)
    Console(width=140).print(table)
    sys.exit(failed)


def addresses(database: Path) -> list[str]:
    """The first page, searches with much to count, the heaviest pages of a talk, an event and a project, and lists."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as conn:
        project, word = conn.execute(TOP_PROJECT).fetchone()
        [talk] = conn.execute(LONGEST_TALK).fetchone()
        [event] = conn.execute(BUSIEST_EVENT).fetchone()
        with_picture = [f"/talks/{slug}" for (slug,) in conn.execute(TALK_WITH_PICTURE)]
    found = [f"/talks/{talk}", *with_picture, f"/events/{event}", f"/projects/{project}"]
    return ["/", "/search", f"/search?q={quote_plus(word)}", *found, "/speakers", "/map"]


def visit(browser: Browser, url: str, viewport: str) -> Visit:
    context = browser.new_context(viewport=VIEWPORTS[viewport])
    context.route(lambda asked: urlsplit(asked).netloc != urlsplit(url).netloc, show_picture)
    page = context.new_page()
    if viewport == "phone":
        chrome = context.new_cdp_session(page)
        chrome.send("Emulation.setCPUThrottlingRate", {"rate": 4})
        chrome.send("Network.emulateNetworkConditions", SLOW_NETWORK)
    responses: list[Response] = []
    page.on("response", lambda response: responses.append(response))
    page.goto(url, wait_until="networkidle")
    found = Visit(**page.evaluate(FIGURES))
    for response in responses:
        kind = response.request.resource_type
        if kind == "document":
            found.html += len(response.body())
        elif kind in ("stylesheet", "script"):
            found.assets += len(response.body())
    context.close()
    return found


def show_picture(route: Route) -> None:
    """What a note shows from the web comes late, and its size is not known before."""
    time.sleep(0.3)
    route.fulfill(content_type="image/svg+xml", body=PICTURE)


if __name__ == "__main__":
    main()
