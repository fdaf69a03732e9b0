"""Whoever has no mouse gets everywhere, and always sees where he is."""

import re

import pytest
from playwright.sync_api import Page, expect

FOCUS = """() => {
    const { activeElement: element } = document;
    if (element === document.body) return null;
    const style = getComputedStyle(element);
    const dot = element.querySelector("circle");
    const box = element.getBoundingClientRect();
    return {
        html: element.outerHTML.slice(0, 120),
        outlined: parseFloat(dot ? getComputedStyle(dot).strokeWidth : style.outlineWidth) >= 3,
        seen: box.width > 0 && box.bottom > 0 && box.top < innerHeight,
    };
}"""


def tab_to(page: Page, selector: str) -> None:
    """Presses Tab until an element is reached that the selector finds."""
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab never reaches {selector}")


def test_from_a_word_to_a_takeaway_in_its_place(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_role("combobox")).to_be_focused()
    page.keyboard.type("postgres indexes")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/search"))
    tab_to(page, ".hit .takeaway-link")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/talks/[^#]+#t-\d+$"))
    expect(page.locator("li:target")).to_be_in_viewport()


def test_a_facet_value_on_and_off(page: Page) -> None:
    page.goto("/search?q=postgresql")
    tab_to(page, ".facet a")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/search\?q=postgresql&"))
    tab_to(page, ".chip-chosen")
    page.keyboard.press("Enter")
    page.wait_for_url("/search?q=postgresql")


def test_past_the_results_to_more_values_of_a_facet(page: Page) -> None:
    page.goto("/search")
    tab_to(page, ".filters-open")
    expect(page.locator(".filters-open")).to_be_in_viewport()
    page.keyboard.press("Enter")
    tab_to(page, "summary")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("details[open] a").first).to_be_focused()


def test_the_skip_link_leads_past_the_header(page: Page) -> None:
    page.goto("/search?q=rust")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


@pytest.mark.parametrize("address", ["/", "/search?q=rust", "/events", "/events/nordlys-conf-2023", "/map", "/review"])
def test_the_focus_is_seen_on_its_way_through_the_page(page: Page, address: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto(address)
    page.evaluate("document.activeElement.blur()")
    unseen, steps = [], 0
    for steps in range(400):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        if focus is None or (steps and 'class="skip"' in focus["html"]):
            break
        if not (focus["outlined"] and focus["seen"]):
            unseen.append(focus)
    assert steps > 10
    assert unseen == []


def test_the_filters_on_a_phone(phone: Page) -> None:
    phone.goto("/search?q=python")
    tab_to(phone, ".filters-open")
    phone.keyboard.press("Enter")
    expect(phone.locator("#filters")).to_be_visible()
    tab_to(phone, "#filters .facet a")
    phone.keyboard.press("Enter")
    phone.wait_for_url(re.compile(r"/search\?q=python&"))
    expect(phone.locator("#filters")).to_be_hidden()
