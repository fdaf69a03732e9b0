"""Debian's Chromium under Playwright, and a `talkdex serve` for it to visit: for browser tests and screenshots."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

SAMPLE_NOTES = Path(__file__).parents[2] / "data" / "notes"
TALKDEX = [sys.executable, "-m", "talkdex.ingest.cli"]
PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=PROGRAM, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def serving(notes: Path, folder: Path, *options: str) -> Iterator[str]:
    """The address at which `talkdex serve` shows a knowledge base of these notes, built in `folder` with options."""
    database = folder / "talkdex.db"
    subprocess.run([*TALKDEX, "build", str(notes), "-o", str(database), "--quiet", *options], check=True)
    with serving_database(database) as address:
        yield address


@contextmanager
def serving_database(database: Path) -> Iterator[str]:
    """The address at which `talkdex serve` shows a database that is there already."""
    server = subprocess.Popen([*TALKDEX, "serve", str(database), "--port", "0"], stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout
        [address] = [word for word in server.stdout.readline().split() if word.startswith("http")]
        yield address.rstrip("/")
    finally:
        server.terminate()
        server.communicate(timeout=10)
