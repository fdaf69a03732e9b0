"""A database in, Datasette with our pages out, on a free port; and a watch that builds again when notes change."""

import asyncio
import json
import logging
import socket
import subprocess
import sys
import threading
import webbrowser
from collections.abc import Callable, Sequence
from pathlib import Path

import uvicorn
import watchfiles
from datasette.app import Datasette
from datasette.database import Database

from talkdex.ingest.errors import ServeError
from talkdex.ingest.notes.sources import SUFFIXES, find_sources

PORT = 8001
NAME = "talkdex"  # of the database, whatever its file is called: our pages are at /talks, and a database has that too


def listen(host: str, port: int | None) -> socket.socket:
    """A socket that listens on `port`; without one on 8001, or on any free port when that is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for candidate in (PORT, 0) if port is None else (port,):
        try:
            return socket.create_server((host, candidate), family=family)
        except OSError as error:
            reason = error.strerror or str(error)
    raise ServeError(f"cannot listen on {host} port {port or PORT}: {reason}. Choose another one with --port.")


def address(listening: socket.socket) -> str:
    """The address to open in a browser."""
    host, port = listening.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{host}:{port}/"


def serve(database: Path, listening: socket.socket, open_browser: bool = False) -> None:
    """Serve the database until the process is interrupted."""
    _keep_errors_short()
    logging.getLogger("mcp").setLevel(logging.WARNING)  # which else tells of every start and end
    datasette = Datasette([])
    datasette.add_database(Database(datasette, path=str(database), is_mutable=True), name=NAME)
    asyncio.run(datasette.invoke_startup())
    if open_browser:
        threading.Timer(0.5, webbrowser.open, [address(listening)]).start()
    config = uvicorn.Config(datasette.app(), log_level="warning", lifespan="on")
    uvicorn.Server(config).run(sockets=[listening])


def _keep_errors_short() -> None:
    """Where rich is installed, as it is with us, Datasette prints a screenful of variables for every page not found."""
    from datasette import handle_exception  # here, as before datasette.app it would be registered without its hook

    if hasattr(handle_exception, "rich"):
        handle_exception.rich = None  # as Datasette itself has it where rich is missing


class Watch:
    """Builds the database again when notes change, in a process of its own, so that pages stay quick meanwhile."""

    def __init__(self, notes: Sequence[str], build_arguments: Sequence[str], say: Callable[[str], None]):
        self._roots = sorted({str(source.root) for source in find_sources(notes)})
        self._command = [sys.executable, "-m", "talkdex.ingest.cli", "build", *build_arguments, "--json"]
        self._say = say
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stop.set()
        self._thread.join(5)

    def _run(self) -> None:
        for _ in watchfiles.watch(*self._roots, watch_filter=_is_note, stop_event=self._stop, raise_interrupt=False):
            self._build()

    def _build(self) -> None:
        done = subprocess.run(self._command, capture_output=True, text=True)
        if done.returncode:
            self._say(f"{done.stderr.strip()} The database is left as it was.")
            return
        summary = json.loads(done.stdout)
        changes = {"read again": summary["read"], "removed": summary["removed"]}
        if said := [f"{count} {'note' if count == 1 else 'notes'} {what}" for what, count in changes.items() if count]:
            self._say(", ".join(said) + ".")


def _is_note(change: watchfiles.Change, path: str) -> bool:
    """Whether it is a notes file, or a folder, which some systems report alone when it is moved away."""
    return path.lower().endswith(SUFFIXES) or "." not in Path(path).name
