"""What holds for every page: it fits its window, can be read and understood by everybody, in light and in dark."""

import pytest
from axe import violations
from conftest import DESK, PHONE, watched
from playwright.sync_api import Browser, Page

# Those with a slug are reached from a list.
PAGES = ["/", "/search", "/search?q=postgresql", "/search?q=postgresql&year=2023&sort=date", "/search?q=zebra"]
PAGES += ["/events", "/projects", "/speakers", "/tags", "/venues", "/venues?name=zebra", "/review"]
PAGES += [
    "/events?sort=name",
    "/projects?sort=name",
    "/map",
    "/map?box=-10,40,20,60",
    "/review?kind=todo",
    "/api/v1/docs",
]
MOST_SHIFT = 0.05
FIRST_OF = ["/search", "/events", "/projects", "/speakers", "/tags", "/venues"]
NOWHERE = "/talks/no-such-talk"


@pytest.fixture(scope="module")
def addresses(browser: Browser, site: str) -> list[str]:
    """All kinds of pages, with one of each kind that has a slug."""
    page = browser.new_page(base_url=site)
    firsts = []
    for listing in FIRST_OF:
        page.goto(listing)
        firsts.append(page.locator(".hit h2 a, .event-item a, .columns a").first.get_attribute("href") or "")
    page.close()
    return [*PAGES, *firsts, NOWHERE]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_every_page(browser: Browser, site: str, addresses: list[str], viewport: dict[str, int], scheme: str) -> None:
    context = browser.new_context(viewport=viewport, base_url=site, color_scheme=scheme)
    faults = {}
    with watched(context, site, failing={NOWHERE}) as page:
        for address in addresses:
            page.goto(address)
            faults[address] = violations(page) + overflow(page) + shifts(page)
    assert {address: found for address, found in faults.items() if found} == {}


def overflow(page: Page) -> list[str]:
    """A page that is wider than its window makes its reader scroll sideways."""
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"{wider} px wider than the window"] if wider > 0 else []


def shifts(page: Page) -> list[str]:
    """What has moved while the page came, as part of the window: readers lose their place."""
    shift = page.evaluate(
        """() => {
            const observer = new PerformanceObserver(() => {});
            observer.observe({ type: "layout-shift", buffered: true });
            return observer.takeRecords().reduce((sum, shift) => sum + shift.value, 0);
        }"""
    )
    return [f"layout shift of {shift:.3f}"] if shift > MOST_SHIFT else []


def test_the_dark_page_is_dark(browser: Browser, site: str) -> None:
    def background(scheme: str) -> str:
        page = browser.new_page(base_url=site, color_scheme=scheme)
        page.goto("/")
        color = page.evaluate("getComputedStyle(document.body).backgroundColor")
        page.close()
        return color

    assert background("light") == "rgb(250, 249, 246)"
    assert background("dark") == "rgb(21, 22, 24)"


def test_a_page_weighs_little(browser: Browser, site: str) -> None:
    """Style sheet and scripts together, uncompressed."""
    weights = {}
    page = browser.new_page(base_url=site)
    page.on("response", lambda response: weights.update({response.url: len(response.body())}))
    page.goto("/search?q=postgresql", wait_until="networkidle")
    page.close()
    assets = {url: weight for url, weight in weights.items() if ".css" in url or ".js" in url}
    assert assets and sum(assets.values()) < 60_000
