"""Every example of docs/api.md, run against a server of the sample notes."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser

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
