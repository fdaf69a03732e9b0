"""`talkdex serve` as a process of its own, and what one asks it."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

PATIENCE = 60  # seconds


@contextmanager
def serving(*arguments: object, cwd: Path) -> Iterator[tuple[str, subprocess.Popen]]:
    """The address that the server prints, and its process; which then ends as with Ctrl+C."""
    command = [sys.executable, "-m", "talkdex.ingest.cli", "serve", *map(str, arguments)]
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True, "cwd": cwd}
    process = subprocess.Popen(command, env=os.environ | {"PYTHONUNBUFFERED": "1"}, **options)
    try:
        printed = []
        for line in process.stdout:
            printed.append(line)
            if found := re.search(r"http://\S+", line):
                yield found[0], process
                break
        else:
            raise AssertionError("".join(printed))
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        finally:
            process.stdout.close()


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert is_so()


def fetch(url: str) -> str:
    with urlopen(url, timeout=PATIENCE) as answer:
        return answer.read().decode()
