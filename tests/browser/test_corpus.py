"""The same with the notes of many authors, where they lie beside the checkout: what only real notes hold."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe import violations
from chromium import serving
from conftest import DESK, PHONE, watched
from playwright.sync_api import Browser, Page, expect

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus does not lie beside the checkout")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(CORPUS, tmp_path_factory.mktemp("corpus"), "--no-vectors") as address:
        yield address


def total(page: Page) -> int:
    return int(page.locator(".results-count strong").inner_text().split()[0].replace(",", ""))


def test_from_a_few_letters_to_a_project_and_to_what_was_said_of_it(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_role("combobox")).to_be_focused()
    page.keyboard.type("kuber")
    expect(page.get_by_role("option").first).to_contain_text("Kubernetes")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("/projects/kubernetes")
    page.locator(".takeaway-link").first.click()
    page.wait_for_url(re.compile(r"/talks/[^#]+#t-\d+$"))
    expect(page.locator("li:target")).to_be_in_viewport()


def test_facets_count_what_they_leave_and_back_returns(page: Page) -> None:
    page.goto("/search?q=kubernetes")
    everything = total(page)
    for name in ("Year", "Project", "Event"):
        value = page.locator(".facet").filter(has=page.get_by_role("heading", name=name)).locator("a").nth(1)
        count = int(value.locator(".number").inner_text().replace(",", ""))
        value.click()
        page.wait_for_url(re.compile(f"{name.lower()}="))
        assert total(page) == count <= everything
        page.go_back()
        assert total(page) == everything


def test_a_link_into_a_search_shows_its_state(page: Page) -> None:
    page.goto("/search?q=kubernetes&year=2017&sort=date&page=2")
    expect(page.get_by_role("combobox")).to_have_value("kubernetes")
    expect(page.locator(".facet a[aria-current]")).to_contain_text("2017")
    expect(page.locator(".sorts a[aria-current]")).to_have_text("date")
    expect(page.locator(".pager")).to_contain_text("Page 2")


@pytest.mark.parametrize(("viewport", "scheme"), [(DESK, "light"), (PHONE, "dark")], ids=["desk", "phone"])
def test_pages_with_much_on_them_can_be_read_by_everybody(
    browser: Browser, site: str, viewport: dict[str, int], scheme: str
) -> None:
    context = browser.new_context(viewport=viewport, base_url=site, color_scheme=scheme)
    faults = {}
    with watched(context, site) as page:
        for address in ("/", "/search", "/search?q=kubernetes", "/projects/kubernetes", "/speakers?sort=name", "/map"):
            page.goto(address)
            faults[address] = violations(page)
            assert page.evaluate("document.documentElement.scrollWidth") == viewport["width"], address
    assert {address: found for address, found in faults.items() if found} == {}


def test_without_javascript(browser: Browser, site: str) -> None:
    context = browser.new_context(base_url=site, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.get_by_label("Search talks and takeaways").fill("kubernetes")
    page.get_by_role("button", name="Search").click()
    everything = total(page)
    page.locator(".facet a").nth(1).click()
    assert 0 < total(page) < everything
    page.locator(".hit h2 a").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    context.close()
