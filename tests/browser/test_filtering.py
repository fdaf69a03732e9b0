"""The list pages narrow while one types, and their form asks for the whole list."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

ITEMS = "main .columns > li, main .event-item"


@pytest.mark.parametrize(
    ("address", "typed", "expected"),
    [
        ("/projects", "POSTG", "PostgreSQL"),
        ("/events", "nordlys 2023", "Nordlys Conf 2023"),
        ("/speakers", "ingrid", "Ingrid"),
        ("/tags", "sqlite", "sqlite"),
    ],
)
def test_typing_narrows_what_is_on_the_page(page: Page, address: str, typed: str, expected: str) -> None:
    page.goto(address)
    everything = page.locator(ITEMS).count()
    said = page.locator("main [role=status]").inner_text()
    box = page.locator("form.filter input[type=search]")
    box.press_sequentially(typed)
    shown = page.locator(ITEMS).locator("visible=true")
    expect(shown.first).to_contain_text(expected)
    assert 0 < shown.count() < everything
    expect(page.locator("main [role=status]")).to_have_text(f"{shown.count()} of {everything}")
    box.fill("")
    expect(shown).to_have_count(everything)
    expect(page.locator("main [role=status]")).to_have_text(said)


def test_accents_need_not_be_typed(page: Page) -> None:
    page.goto("/speakers")
    accented = page.locator(ITEMS).filter(has_text=re.compile("[áéíóúäöüåø]")).first
    name = accented.locator("a").inner_text()
    plain = name.translate(str.maketrans("áéíóúäöüå", "aeiouaoua"))
    page.locator("form.filter input[type=search]").fill(plain)
    expect(page.locator(ITEMS).locator("visible=true")).to_have_count(1)


def test_enter_asks_the_server_and_the_address_is_shareable(page: Page) -> None:
    page.goto("/projects")
    page.locator("form.filter input[type=search]").fill("postg")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/projects\?name=postg"))
    expect(page.locator("main [role=status]")).to_contain_text("with “postg”")
    assert page.locator(ITEMS).count() >= 1


def test_a_heading_without_items_below_it_goes_with_them(page: Page) -> None:
    page.goto("/projects?sort=name")
    page.locator("form.filter input[type=search]").fill("no project has this name")
    expect(page.locator(ITEMS).locator("visible=true")).to_have_count(0)
    assert page.locator("main section:visible").count() == 0


def test_without_javascript_the_form_filters(browser: Browser, site: str) -> None:
    context = browser.new_context(base_url=site, java_script_enabled=False)
    page = context.new_page()
    page.goto("/projects")
    page.locator("form.filter input[type=search]").fill("postg")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"name=postg"))
    expect(page.locator(ITEMS).first).to_contain_text("Postg")
    context.close()
