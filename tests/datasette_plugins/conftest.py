"""Databases and real servers for the tests of the plugins."""

import json
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from knowledge import EXCERPTS, NOTES, Serve, write_database

from talkdex.ingest.store.database import read_database


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_database(tmp_path_factory.mktemp("knowledge") / "talkdex.db", NOTES, EXCERPTS)


@pytest.fixture
def conn(database: Path) -> Iterator[sqlite3.Connection]:
    with read_database(database) as connection:
        yield connection


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """Starts `datasette` with a database and options, and gives a client of it. All of them end with the tests."""
    processes = []

    def start(database: Path, *options: str, metadata: dict[str, object] | None = None) -> httpx.Client:
        port = _free_port()
        if metadata:
            file = tmp_path_factory.mktemp("metadata") / "metadata.json"
            file.write_text(json.dumps(metadata))
            options = (*options, "--metadata", str(file))
        command = [sys.executable, "-m", "datasette", "serve", str(database), "--port", str(port), *options]
        processes.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True))
        client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30)
        _wait(client, processes[-1])
        return client

    yield start
    for process in processes:
        process.terminate()
        process.communicate(timeout=10)


@pytest.fixture(scope="session")
def site(serve: Serve, database: Path) -> httpx.Client:
    """Datasette with the plugins as they are installed."""
    return serve(database)


def _free_port() -> int:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return int(unused.getsockname()[1])


def _wait(client: httpx.Client, process: subprocess.Popen[str]) -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise RuntimeError(process.communicate()[1])
        try:
            client.get("/-/versions.json")
            return
        except httpx.TransportError:
            time.sleep(0.1)
    raise RuntimeError("Datasette did not start within 30 seconds")
