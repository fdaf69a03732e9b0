"""Takes pictures of every page of the sample notes at a desk and on a phone, in light and dark: `make screenshots`.

Those that the README shows lie in docs/screenshots; all of them in docs/screenshots/all, which git ignores."""

import tempfile
from pathlib import Path

from chromium import SAMPLE_NOTES, chromium, serving
from playwright.sync_api import Browser, Page

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"
DESK = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 780}
# File name, page, window, colour scheme.
README = [
    ("home", "/", {"width": 1280, "height": 1050}, "light"),
    ("search", "/search?q=postgresql", DESK, "light"),
    ("talk-phone", "/search?q=playwright", PHONE, "dark"),
]
PAGES = {
    "home": "/",
    "search": "/search?q=postgresql",
    "search-narrowed": "/search?q=postgresql&year=2023&sort=date",
    "search-nothing": "/search?q=zebra",
    "map": "/map",
    "events": "/events",
    "projects": "/projects?sort=name",
    "speakers": "/speakers",
    "tags": "/tags",
    "venues": "/venues",
    "review": "/review",
    "not-found": "/talks/no-such-talk",
}
# Reached by the first link of a list.
RECORDS = {
    "talk": "/search?q=postgresql",
    "event": "/events",
    "project": "/projects",
    "speaker": "/speakers",
    "tag": "/tags",
    "venue": "/venues",
}
FIRST = ".hit h2 a, .event-item a, .columns a"


def main() -> None:
    (FOLDER / "all").mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, serving(SAMPLE_NOTES, Path(folder)) as site, chromium() as browser:
        _opened(browser, site, "/search?q=sqlite", DESK, "light").close()  # only the first search has to load the model
        for name, address, viewport, scheme in README:
            page = _opened(browser, site, address, viewport, scheme)
            if name.startswith("talk"):
                page.locator(FIRST).first.click()
            _take(page, FOLDER / f"{name}.png")
        for width, viewport in (("desk", DESK), ("phone", PHONE)):
            for scheme in ("light", "dark"):
                for name, address in [*PAGES.items(), *RECORDS.items()]:
                    page = _opened(browser, site, address, viewport, scheme)
                    if name in RECORDS:
                        page.locator(FIRST).first.click()
                    _take(page, FOLDER / "all" / f"{name}-{width}-{scheme}.png", full_page=True)
                page = _opened(browser, site, "/", viewport, scheme)
                if width == "phone":
                    page.get_by_role("button", name="Menu").click()
                    _take(page, FOLDER / "all" / f"menu-{width}-{scheme}.png")


def _opened(browser: Browser, site: str, address: str, viewport: dict[str, int], scheme: str) -> Page:
    page = browser.new_page(base_url=site, viewport=viewport, color_scheme=scheme)
    page.goto(address)
    return page


def _take(page: Page, path: Path, full_page: bool = False) -> None:
    page.screenshot(path=path, full_page=full_page)
    page.close()
    print(path)


if __name__ == "__main__":
    main()
