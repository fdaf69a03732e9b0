"""Pages of a real browser on a real server of the sample notes. Without Chromium these tests are skipped."""

from collections.abc import Collection, Iterator
from urllib.parse import urlsplit

import pytest
from chromium import PROGRAM, SAMPLE_NOTES, chromium, serving
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if PROGRAM is None:
        pytest.skip("Chromium is not installed (apt-get install chromium)")
    with chromium() as started:
        yield started


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(SAMPLE_NOTES, tmp_path_factory.mktemp("sample")) as address:
        yield address


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    """A page on a desk; the test fails when it asked anything of another site or anything went wrong in it."""
    context = browser.new_context(viewport=DESK, base_url=site)
    with watched(context, site) as opened:
        yield opened


@pytest.fixture
def phone(browser: Browser, site: str) -> Iterator[Page]:
    context = browser.new_context(viewport=PHONE, base_url=site, has_touch=True, is_mobile=True)
    with watched(context, site) as opened:
        yield opened


class watched:
    """A page of the context that notes down what it should not do. The addresses in `failing` may give no 200."""

    def __init__(self, context: BrowserContext, site: str, failing: Collection[str] = ()) -> None:
        self.context, self.site, self.troubles = context, site, []
        self.failing = {site + address for address in failing}

    def __enter__(self) -> Page:
        page = self.context.new_page()
        page.on("dialog", lambda dialog: (self.troubles.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.on("pageerror", lambda error: self.troubles.append(f"error {error}"))
        page.on("console", self._message)
        page.on("request", lambda request: self._request(request.url))
        return page

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self.context.close()
        if kind is None:
            assert self.troubles == []

    def _message(self, message: ConsoleMessage) -> None:
        if message.location["url"] not in self.failing:
            self.troubles.append(f"console {message.text}")

    def _request(self, url: str) -> None:
        if urlsplit(url).netloc != urlsplit(self.site).netloc:
            self.troubles.append(f"request {url}")
