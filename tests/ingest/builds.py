"""Builds as processes of their own, and readers that look into the database all the time."""

import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

TABLES = ("posts", "talks", "takeaways", "speakers", "talk_speakers", "notices", "_notes")


def start_build(notes: Path, database: Path, *options: str) -> subprocess.Popen:
    """A build as the command line starts it, with its reading processes in a group of their own."""
    command = [sys.executable, "-m", "talkdex.ingest.cli", "build", str(notes), "-o", str(database), "--json"]
    command += ["--no-vectors", *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)


def state(database: Path) -> tuple[int, ...]:
    """What a reader that may not write sees: how many rows there are in each table, in one moment."""
    conn = sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=10)
    try:
        return conn.execute("SELECT " + ", ".join(f"(SELECT count(*) FROM {table})" for table in TABLES)).fetchone()
    finally:
        conn.close()


def assert_whole(database: Path) -> None:
    conn = sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=10)
    try:
        assert conn.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert conn.execute("PRAGMA foreign_key_check").fetchall() == []
    finally:
        conn.close()


class Poll:
    """A reader that looks all the time: with a connection anew, and with one that it keeps, as Datasette does."""

    def __init__(self, database: Path):
        self.seen: set[tuple[int, ...]] = set()
        self.errors: list[Exception] = []
        self._database = database
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=run) for run in (self._anew, self._kept)]

    def __enter__(self) -> "Poll":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _anew(self) -> None:
        while not self._stop.wait(0.01):
            try:
                self.seen.add(state(self._database))
            except Exception as error:
                self.errors.append(error)

    def _kept(self) -> None:
        conn = sqlite3.connect(f"file:{self._database}?mode=ro", uri=True, timeout=10)
        sql = "SELECT " + ", ".join(f"(SELECT count(*) FROM {table})" for table in TABLES)
        while not self._stop.wait(0.01):
            try:
                self.seen.add(conn.execute(sql).fetchone())
            except Exception as error:
                self.errors.append(error)
        conn.close()
