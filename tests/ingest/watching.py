"""A server that watches a note which changes again and again, and readers who ask it all the while."""

import json
import os
import re
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import HTTPError

from serving import PATIENCE, serving
from serving import fetch as fetch_page

TALKS = 30
READERS = 3


@dataclass
class Watched:
    """What was seen: how many answers there were, what was wrong with them, and what the server had after each build:
    kilobytes of memory, and open files."""

    answers: int = 0
    wrong: list[str] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)
    files: list[int] = field(default_factory=list)


def write_version(note: Path, version: int) -> None:
    """A note whose talks all tell which version of it they are from, put in place at once."""
    talks = "".join(
        f"## Caches lie, part {talk} by Ada Lovelace\n\n- In version {version} of Redis, part {talk} must be measured.\n\n"
        for talk in range(TALKS)
    )
    beside = note.with_suffix(".tmp")
    beside.write_text(f"# Nordlys 2016\n\nNotes from Oslo.\n\n{talks}")
    beside.replace(note)


def watch(folder: Path, rebuilds: int, *options: str) -> Watched:
    """Serve the folder's notes and change them so many times, each time when the change before is on the page."""
    note = folder / "notes" / "nordlys.md"
    note.parent.mkdir()
    write_version(note, 0)
    watched, stop = Watched(), threading.Event()
    with serving("notes", "--watch", "--no-vectors", "--port", 0, *options, cwd=folder) as (url, process):
        readers = [threading.Thread(target=_read, args=(url, watched, stop)) for _ in range(READERS)]
        for reader in readers:
            reader.start()
        time.sleep(1)  # the watch begins with the server
        try:
            for version in range(1, rebuilds + 1):
                write_version(note, version)
                _wait_for(url, version)
                watched.memory.append(_memory(process.pid))
                watched.files.append(len(os.listdir(f"/proc/{process.pid}/fd")))
        finally:
            stop.set()
            for reader in readers:
                reader.join()
    return watched


def fetch(url: str) -> str:
    """The answer, asked for again where a machine with other work took longer than a query may."""
    while True:
        try:
            return fetch_page(url)
        except HTTPError as error:
            said = error.read().decode()
            assert error.code == 503 and "took" in said, f"{error.code} {url}: {said[-1500:]}"


def _versions(url: str) -> set[int]:
    """Those in one answer with all takeaways; more than one would be of a half state."""
    items = json.loads(fetch(f"{url}api/v1/takeaways?limit=200"))["items"]
    assert len(items) == TALKS, f"{len(items)} takeaways"
    return {int(version) for item in items for version in re.findall(r"version (\d+)", item["text"])}


def _wait_for(url: str, version: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while _versions(url) != {version}:
        assert time.monotonic() < deadline, f"version {version} never came"
        time.sleep(0.05)


def _read(url: str, watched: Watched, stop: threading.Event) -> None:
    last = 0
    while not stop.is_set():
        try:
            (version,) = _versions(url)
            assert version >= last, f"version {version} after {last}"
            last = version
            found = json.loads(fetch(f"{url}api/v1/search?q=redis&limit=1"))["total"]
            assert found == TALKS, f"{found} talks found"
            assert fetch(f"{url}search?q=version").rstrip().endswith("</html>")
            rows = json.loads(fetch(f"{url}talkdex/talks.json?_shape=array&_size=max"))
            assert len(rows) == TALKS, f"{len(rows)} rows"
        except Exception as error:
            watched.wrong.append(repr(error))
        watched.answers += 4


def _memory(pid: int) -> int:
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(re.search(r"^Pss:\s+(\d+)", rollup, re.MULTILINE)[1])  # type: ignore[index]
