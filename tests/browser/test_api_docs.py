"""Every example of docs/api.md, run against a server of the sample notes; and the server's own page of its API."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

GUIDE = (Path(__file__).parents[2] / "docs/api.md").read_text(encoding="utf-8")
SERVED = "http://127.0.0.1:8001"


def examples(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)


COMMANDS = [line for block in examples("sh") for line in block.splitlines()]


def run(command: list[str], site: str) -> str:
    command = [part.replace(SERVED, site) for part in command]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_curl(site: str, command: str) -> None:
    answer = json.loads(run(["curl", "--silent", *shlex.split(command, comments=True)[1:]], site))
    if "projct" in command:
        assert [answer] == [json.loads(example) for example in examples("json")]
    else:
        assert answer.get("items") or answer.get("hits")


def test_python(site: str) -> None:
    [program] = examples("python")
    lines = run([sys.executable, "-c", program], site).splitlines()
    assert len(lines) > 5
    assert all(re.match(r"[^:]+:\d+: ", line) for line in lines)


def test_javascript(browser: Browser, site: str) -> None:
    [program] = examples("js")
    page = browser.new_page()
    page.goto(site)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.evaluate(f"async () => {{ {program.replace(SERVED, site)} }}")
    page.close()
    [line] = said
    assert re.match(r"\d+ \[Array", line), "the number found, and pairs of a title and a takeaway"


def test_the_routes_of_the_guide_are_those_of_the_server(site: str) -> None:
    paths = json.loads(run(["curl", "--silent", f"{site}/api/v1/openapi.json"], site))["paths"]
    for path in paths:
        assert f"`{path.strip('/').partition('/')[0]}`" in GUIDE


def test_the_page_of_the_api_shows_what_may_be_asked_and_what_is_answered(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="JSON API").click()
    operation = page.locator(".operation").filter(
        has=page.get_by_role("heading", name="GET /api/v1/takeaways", exact=True)
    )
    expect(operation.locator("summary").first).to_contain_text("project")
    operation.get_by_text("Parameters").click()
    expect(operation.get_by_text("Talks that mention one of these projects (slug).")).to_be_visible()
    operation.get_by_text("Example").click()
    shown = json.loads(operation.locator("pre").inner_text())
    operation.get_by_role("link", name="The whole answer").click()
    answer = json.loads(page.locator("pre").inner_text())
    assert shown["items"][0]["text"] == answer["items"][0]["text"]


def test_the_page_of_the_api_leads_to_the_records(page: Page) -> None:
    page.goto("/api/v1/docs")
    page.get_by_role("link", name="RelatedTalks").click()
    records = page.locator(".record")
    records.filter(has_text="RelatedTalks").get_by_role("link", name="RelatedTalk").click()
    expect(page.locator("#RelatedTalk")).to_be_in_viewport()
    expect(page.locator("#RelatedTalk").get_by_text("nearness", exact=True).first).to_be_visible()
