"""Moving around: the menu on a phone, and the map of events."""

import re

from axe import violations
from conftest import PHONE
from playwright.sync_api import Browser, Page, expect


def test_on_a_phone_the_menu_opens_and_closes(phone: Page) -> None:
    phone.goto("/search?q=python")
    events = phone.get_by_role("navigation", name="Main").get_by_role("link", name="Events")
    expect(events).to_be_hidden()
    menu = phone.get_by_role("button", name="Menu")
    menu.focus()
    phone.keyboard.press("Enter")
    expect(events).to_be_visible()
    assert violations(phone) == []
    phone.keyboard.press("Escape")
    expect(events).to_be_hidden()
    expect(menu).to_be_focused()
    menu.click()
    events.click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Events")


def test_the_menu_needs_no_script(browser: Browser, site: str) -> None:
    context = browser.new_context(viewport=PHONE, base_url=site, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("link", name="Map", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Map of events")
    context.close()


def test_at_a_desk_the_menu_is_a_row_of_links(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_role("button", name="Menu")).to_be_hidden()
    page.get_by_role("link", name="Map", exact=True).click()
    page.wait_for_url("/map")


def test_a_dot_leads_to_the_events_of_its_place(page: Page) -> None:
    page.goto("/map")
    page.get_by_role("link", name="Trondheim, Norway: 2 events").click()
    page.wait_for_url(re.compile(r"/events\?city=Trondheim"))
    expect(page.locator(".event-item")).to_have_count(2)
    page.go_back()
    dot = page.get_by_role("link", name="Bristol, United Kingdom: 2 events")
    dot.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/events\?city=Bristol"))


def test_a_dot_of_several_places_leads_nearer(phone: Page) -> None:
    phone.goto("/map")
    several = phone.get_by_role("link", name=re.compile(r" and \d+ places? near it"))
    several.first.click()
    phone.wait_for_url(re.compile(r"/map\?box="))
    expect(phone.get_by_role("link", name="the whole map")).to_be_visible()
    assert phone.get_by_role("group", name="Map of events").get_by_role("link").count() > 1


def test_a_jump_leads_to_its_year(page: Page) -> None:
    page.goto("/events")
    page.get_by_role("navigation", name="Years").get_by_role("link", name="2022").click()
    expect(page.get_by_role("heading", name="2022", exact=True)).to_be_in_viewport()
