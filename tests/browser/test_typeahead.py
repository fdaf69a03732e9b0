"""The search box offers records while one types: by keyboard, by mouse, and in words for a screen reader."""

import re
from collections.abc import Iterator

import pytest
from axe import violations
from conftest import watched
from playwright.sync_api import Browser, Page, Route, expect


@pytest.fixture
def box(page: Page) -> Iterator[Page]:
    """The first page with "post" in its search box, and what begins like that below it."""
    page.goto("/")
    expect(page.get_by_role("combobox")).to_be_focused()
    page.keyboard.insert_text("post")  # at once: on a busy machine "po" gets an answer of its own
    expect(page.get_by_role("listbox")).to_be_visible()
    yield page


def active(page: Page) -> str | None:
    """What a screen reader says is chosen; exactly that looks chosen, too."""
    id = page.get_by_role("combobox").get_attribute("aria-activedescendant")
    looks_chosen = page.locator("[role=option][aria-selected=true]")
    expect(looks_chosen).to_have_count(1 if id else 0)
    assert not id or looks_chosen.get_attribute("id") == id
    return looks_chosen.locator("span").first.inner_text() if id else None


def labels(page: Page) -> list[str]:
    return page.locator("[role=option] > span:first-child").all_inner_texts()


def test_what_begins_like_the_text_stands_in_groups(box: Page) -> None:
    projects = box.get_by_role("group", name="Projects")
    expect(projects.get_by_role("option").first).to_have_text(re.compile(r"^PostgreSQL \d+ talks?$"))
    assert all(re.search(r"\bpost", label, re.IGNORECASE) for label in labels(box))
    combobox = box.get_by_role("combobox")
    expect(combobox).to_have_attribute("aria-expanded", "true")
    expect(combobox).to_have_attribute("aria-controls", box.get_by_role("listbox").get_attribute("id") or "")
    expect(box.get_by_role("status")).to_have_text(re.compile(rf"^{len(labels(box))} suggestions?;"))


def test_the_arrow_keys_go_around_through_the_text(box: Page) -> None:
    expected = [None, *labels(box), None]
    down = [active(box)]
    for _ in expected[1:]:
        box.keyboard.press("ArrowDown")
        down.append(active(box))
    assert down == expected
    box.keyboard.press("ArrowUp")
    assert active(box) == expected[-2]
    expect(box.get_by_role("combobox")).to_be_focused()
    expect(box.get_by_role("combobox")).to_have_value("post")


def test_home_and_end_go_to_the_first_and_the_last(box: Page) -> None:
    box.keyboard.press("ArrowDown")
    box.keyboard.press("End")
    assert active(box) == labels(box)[-1]
    box.keyboard.press("Home")
    assert active(box) == labels(box)[0]


def test_enter_goes_to_the_chosen_page_and_back_returns(box: Page) -> None:
    box.keyboard.press("ArrowDown")
    box.keyboard.press("Enter")
    box.wait_for_url("/projects/postgresql")
    expect(box.get_by_role("heading", level=1)).to_have_text("PostgreSQL")
    box.go_back()
    expect(box.get_by_role("listbox")).to_be_hidden()


def test_enter_without_a_choice_searches(box: Page) -> None:
    box.keyboard.press("Enter")
    box.wait_for_url("/search?q=post")


def test_escape_closes_and_the_arrow_opens_again(box: Page) -> None:
    box.keyboard.press("ArrowDown")
    box.keyboard.press("Escape")
    expect(box.get_by_role("listbox")).to_be_hidden()
    combobox = box.get_by_role("combobox")
    expect(combobox).to_have_attribute("aria-expanded", "false")
    expect(combobox).to_have_value("post")
    assert active(box) is None
    box.keyboard.press("ArrowDown")
    expect(box.get_by_role("listbox")).to_be_visible()


def test_leaving_the_box_closes_and_a_click_goes_there(box: Page) -> None:
    box.keyboard.press("Tab")
    expect(box.get_by_role("listbox")).to_be_hidden()
    box.get_by_role("combobox").focus()
    box.keyboard.press("ArrowDown")
    box.get_by_role("option", name="PostgreSQL").first.click()
    box.wait_for_url(re.compile(r"/\w+/postgresql$"))


def test_nothing_that_begins_like_it(box: Page) -> None:
    box.keyboard.type("zebra")
    expect(box.get_by_role("listbox")).to_be_hidden()
    expect(box.get_by_role("status")).to_have_text("No suggestions")


@pytest.mark.parametrize("address", ["/search?q=rust", "/projects"])
def test_every_search_box_has_it(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("combobox").fill("nordlys")
    page.get_by_role("option", name="Nordlys Conf 2023").first.click()
    page.wait_for_url("/events/nordlys-conf-2023")


def test_on_a_phone_it_fits(phone: Page) -> None:
    phone.goto("/")
    phone.get_by_role("combobox").press_sequentially("post")
    expect(phone.get_by_role("listbox")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") == 390


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_can_be_read_by_everybody(box: Page, scheme: str) -> None:
    box.emulate_media(color_scheme=scheme)
    box.keyboard.press("ArrowDown")
    assert [fault for fault in violations(box) if "suggestions" in fault or "combobox" in fault] == []


def test_a_late_answer_never_replaces_that_to_a_later_question(page: Page) -> None:
    held: list[Route] = []
    page.route("**/suggest?q=post&*", lambda route: held.append(route))
    page.goto("/")
    expect(page.get_by_role("combobox")).to_be_focused()
    with page.expect_request("**/suggest?q=post&*"):
        page.keyboard.type("post")
    page.get_by_role("combobox").fill("rust")
    expect(page.get_by_role("option", name="Rust").first).to_be_visible()
    held[0].continue_()
    page.wait_for_timeout(200)
    assert all("rust" in label.lower() for label in labels(page))


def test_the_list_stays_while_one_chooses_in_it(box: Page) -> None:
    held: list[Route] = []
    box.route("**/suggest?q=postg&*", lambda route: held.append(route))
    before = labels(box)
    with box.expect_request("**/suggest?q=postg&*"):
        box.keyboard.type("g")
    box.keyboard.press("ArrowDown")
    held[0].continue_()
    box.wait_for_timeout(200)
    assert (labels(box), active(box)) == (before, before[0])
    box.unroute("**/suggest?q=postg&*")
    with box.expect_response("**/suggest?q=postg&*"):
        box.keyboard.press("ArrowUp")


def test_one_question_for_words_typed_at_once(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "suggest" in request.url else None)
    page.clock.install(time=0)
    page.goto("/")
    page.clock.pause_at(60_000)
    page.keyboard.type("postgres")
    assert asked == []
    page.clock.run_for(100)
    expect(page.get_by_role("listbox")).to_be_visible()
    assert len(asked) == 1


def test_without_an_answer_the_box_still_searches(browser: Browser, site: str) -> None:
    question = "/api/v1/suggest?q=rust&limit=3"
    with watched(browser.new_context(base_url=site), site, failing={question}) as page:
        page.route(f"**{question}", lambda route: route.fulfill(status=503, json={"status": 503}))
        page.goto("/")
        expect(page.get_by_role("combobox")).to_be_focused()
        with page.expect_response(f"**{question}"):
            page.keyboard.type("rust")
        page.keyboard.press("Enter")
        page.wait_for_url("/search?q=rust")
