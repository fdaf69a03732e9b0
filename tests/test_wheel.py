"""The wheel in, a working installation out: built here, installed in an empty environment elsewhere, served there."""

import json
import re
import shutil
import socket
import subprocess
import sys
import time
import tomllib
import urllib.error
import urllib.request
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

REPO = Path(__file__).parents[1]
PROJECT = tomllib.loads((REPO / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}: exit {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """Built from a copy, so that no build/ folder of an earlier build gets into it and none is left behind."""
    source = tmp_path_factory.mktemp("source") / "talkdex"
    unwanted = shutil.ignore_patterns(".*", "*.db*", "*.egg-info", "build", "dist", "__pycache__", "tests")
    shutil.copytree(REPO, source, ignore=unwanted)
    run(sys.executable, "-m", "build", "--wheel", "--outdir", "dist", cwd=source)
    return next((source / "dist").glob("*.whl"))


@pytest.fixture(scope="module")
def elsewhere(wheel, tmp_path_factory) -> Path:
    """A folder with an environment in `venv` in which only the wheel and what it asks for is installed."""
    folder = tmp_path_factory.mktemp("elsewhere")
    venv.create(folder / "venv", with_pip=True)
    run(folder / "venv/bin/pip", "install", "--quiet", "--disable-pip-version-check", wheel, cwd=folder)
    return folder


@pytest.fixture(scope="module")
def address(elsewhere) -> Iterator[str]:
    """Of `talkdex serve` with the sample notes, on a free port, in a folder that is not the repository."""
    run(elsewhere / "venv/bin/talkdex", "build", REPO / "data/notes", "-o", "notes.db", cwd=elsewhere)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [elsewhere / "venv/bin/talkdex", "serve", "notes.db", "--port", str(port)]
    log = elsewhere / "serve.log"
    with log.open("w") as output:
        server = subprocess.Popen(command, cwd=elsewhere, stdout=output, stderr=subprocess.STDOUT)
    try:
        wait_for(server, port, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=20)


def wait_for(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    for _ in range(300):
        assert server.poll() is None, log.read_text()
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError(f"nobody answers on port {port}\n{log.read_text()}")


def fetch(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=20) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_what_is_no_python_is_in_the_wheel(wheel):
    inside = set(zipfile.ZipFile(wheel).namelist())
    ours = [
        *(REPO / "datasette_plugins" / "templates").rglob("*.*"),
        *(REPO / "datasette_plugins" / "static").rglob("*.*"),
        *(path for path in (REPO / "data").rglob("*.*") if "notes" not in path.parts and path.suffix != ".pyc"),
    ]
    missing = [str(path.relative_to(REPO)) for path in ours if f"talkdex/{path.relative_to(REPO)}" not in inside]
    assert missing == []
    assert f"talkdex-{PROJECT['version']}.dist-info/licenses/LICENSE" in inside


def test_the_plugins_are_registered(elsewhere):
    plugins = json.loads(run(elsewhere / "venv/bin/datasette", "plugins", cwd=elsewhere))
    ours = [plugin for plugin in plugins if plugin["name"] == "talkdex"]  # Datasette names them by their distribution
    assert len(ours) == len(PROJECT["entry-points"]["datasette"])
    assert all(plugin["hooks"] for plugin in ours)


def test_the_front_page_lists_the_events(address):
    status, page = fetch(f"{address}/")
    assert status == 200
    assert "Data Kiln" in page


def test_a_talk_has_a_page(address):
    rows = json.loads(fetch(f"{address}/talkdex/talks.json?_shape=array&title=Faster+wheels")[1])
    assert len(rows) == 1
    status, page = fetch(f"{address}/talks/{rows[0]['slug']}")
    assert status == 200
    assert "Marek Dvořák" in page


def test_every_style_and_script_of_the_front_page_is_served(address):
    page = fetch(f"{address}/")[1]
    addresses = set(re.findall(r'(?:href|src)="(/-/talkdex/[^"]+)"', page))
    assert any(".css" in path for path in addresses)
    assert {path: fetch(address + path)[0] for path in addresses} == dict.fromkeys(addresses, 200)


def test_without_the_extra_the_tools_say_what_to_install(elsewhere, address):
    status, text = fetch(f"{address}/-/mcp")
    command = [elsewhere / "venv/bin/talkdex", "mcp", "notes.db"]
    done = subprocess.run(command, cwd=elsewhere, capture_output=True, text=True, check=False)
    assert (status, done.returncode) == (404, 1)
    assert "pip install datasette-mcp" in text
    assert text in done.stderr
