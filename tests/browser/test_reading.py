"""What a reader does with the pages, at a desk and on a phone."""

import re

from axe import violations
from conftest import DESK
from playwright.sync_api import Browser, Page, expect


def total(page: Page) -> int:
    """The number of talks that the search page says it found."""
    text = page.locator(".results-count strong").inner_text()
    return int(text.split()[0].replace(",", ""))


def test_from_the_first_page_to_a_takeaway_in_its_place(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_label("Search talks and takeaways")).to_be_focused()
    page.keyboard.type("postgres indexes")
    page.keyboard.press("Enter")
    page.wait_for_url("/search?q=postgres+indexes")
    assert total(page) >= 1
    link = page.locator(".hit .takeaway-link").first
    words = link.inner_text()
    link.click()
    page.wait_for_url(re.compile(r"/talks/[^#]+#t-\d+$"))
    target = page.locator("li:target")
    expect(target).to_contain_text(words)
    expect(target).to_be_in_viewport()


def test_facets_narrow_and_the_back_button_widens(page: Page) -> None:
    page.goto("/search?q=postgresql")
    everything = total(page)
    value = page.locator(".facet", has_text="Year").locator("a").first
    count = int(value.locator(".number").inner_text())
    value.click()
    page.wait_for_url(re.compile(r"year="))
    assert total(page) == count < everything
    chosen = page.locator(".facet a[aria-current]")
    expect(chosen).to_have_count(1)
    page.go_back()
    assert total(page) == everything
    page.go_forward()
    page.locator(".chip-chosen").click()
    page.wait_for_url("/search?q=postgresql")
    assert total(page) == everything


def test_a_new_search_keeps_the_filters(page: Page) -> None:
    page.goto("/search?q=rust&format=lightning")
    page.get_by_label("Search talks and takeaways").fill("python")
    page.get_by_label("Search talks and takeaways").press("Enter")
    page.wait_for_url(re.compile(r"q=python.*format=lightning"))


def test_browsing_from_event_to_talk_to_speaker(page: Page) -> None:
    page.goto("/events")
    page.get_by_role("link", name="Nordlys Conf 2023").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nordlys Conf 2023")
    talk = page.locator(".talk-item h3 a").first
    title = talk.inner_text()
    talk.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text(title)
    speaker = page.locator(".by a").first
    name = speaker.inner_text()
    speaker.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_on_a_phone_the_filters_are_a_sheet(phone: Page) -> None:
    phone.goto("/search?q=python")
    sheet = phone.locator("#filters")
    expect(sheet).to_be_hidden()
    phone.get_by_role("link", name="Filters").click()
    expect(sheet).to_be_visible()
    assert violations(phone) == []
    phone.go_back()
    expect(sheet).to_be_hidden()
    phone.get_by_role("link", name="Filters").click()
    sheet.locator(".facet a").first.click()
    phone.wait_for_url(re.compile(r"q=python&project="))
    expect(sheet).to_be_hidden()
    expect(phone.get_by_role("link", name="Filters (1)")).to_be_visible()


def test_without_javascript_search_works_the_same(browser: Browser, site: str) -> None:
    context = browser.new_context(viewport=DESK, base_url=site, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.get_by_label("Search talks and takeaways").fill("kubernetes")
    page.get_by_role("button", name="Search").click()
    page.locator(".facet a").first.click()
    expect(page.locator(".hit").first).to_be_visible()
    context.close()
