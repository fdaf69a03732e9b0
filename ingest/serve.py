"""A database in, Datasette with our pages out, on a free port and in as many processes as wanted."""

import asyncio
import errno
import logging
import multiprocessing
import os
import signal
import socket
import sys
import threading
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from talkdex.ingest.errors import ServeError
from talkdex.ingest.fair_loop import FairLoop
from talkdex.ingest.request_size import LARGEST_HEAD, of_usual_size

PORT = 8001
LAST_ANSWERS = 3  # seconds in which a server that is ended finishes what it has begun
NAME = "talkdex"  # of the database, whatever its file is called: our pages are at /talks, and a database has that too


def listen(host: str, port: int | None) -> socket.socket:
    """A socket that listens on `port`; without one on 8001, or on any free port when that is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    _check_host(host, family)
    for candidate in (PORT, 0) if port is None else (port,):
        try:
            listening = socket.create_server((host, candidate), family=family)
            # asyncio does it only where the socket says that its protocol is TCP. Else an answer waits 40 ms for the
            # client to acknowledge its headers.
            listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return listening
        except OSError as error:
            code = error.errno or 0
            reason = os.strerror(code)  # as that of the error tells Python's address, too
    if code in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
        raise _no_address(host, reason)
    raise ServeError(f"cannot listen on {host} port {port or PORT}: {reason}. Choose another one with --port.")


def _check_host(host: str, family: socket.AddressFamily) -> None:
    try:
        socket.getaddrinfo(host or None, PORT, family)
    except (socket.gaierror, UnicodeError) as error:  # the latter of a name with an empty part, as "a..b"
        raise _no_address(host, getattr(error, "strerror", "this is no name of a host")) from error


def _no_address(host: str, reason: str) -> ServeError:
    return ServeError(f"cannot listen on {host}: {reason}. Choose another address with --host.")


def address(listening: socket.socket) -> str:
    """The address to open in a browser."""
    host, port = listening.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{host}:{port}/"


def serve(
    database: Path, listening: socket.socket, open_browser: bool = False, workers: int = 1, source_url: str = ""
) -> None:
    """Serve the database until the process is interrupted. More workers than one are processes of their own, which
    answer from one socket; one that dies is replaced. Exits with STARTUP_FAILURE where Datasette does not start."""
    if open_browser:
        threading.Timer(0.5, webbrowser.open, [address(listening)]).start()
    config = uvicorn.Config(
        partial(application, database, source_url),
        factory=True,
        workers=workers,
        log_level="warning",
        lifespan="on",
        http="h11",  # httptools, where it is installed, reads headers of any size
        h11_max_incomplete_event_size=LARGEST_HEAD,
        timeout_graceful_shutdown=LAST_ANSWERS,
    )
    if workers == 1:
        uvicorn.Server(config).run([listening])
        return
    config.loop = f"{FairLoop.__module__}:{FairLoop.__name__}"
    supervisor = Multiprocess(config, [listening])
    supervisor.run()
    if any(worker.exitcode == STARTUP_FAILURE for worker in supervisor.processes):
        sys.exit(STARTUP_FAILURE)


def application(database: Path, source_url: str = "") -> Any:
    """What answers requests in this process, for any ASGI server."""
    if supervisor := multiprocessing.parent_process():
        threading.Thread(target=_end_with, args=[supervisor], daemon=True).start()
    with _ended_at_once():
        from datasette.app import Datasette

        from talkdex.ingest.served_file import ServedFile
    _keep_errors_short()
    logging.getLogger("uvicorn.error").addFilter(lambda record: not _tells_of_cancelling(record))
    logging.basicConfig(format="%(message)s")  # warnings alone, before the SDK of mcp asks for all that is logged
    datasette = Datasette([], metadata={"plugins": {"talkdex": {"source_url": source_url}}})
    datasette.add_database(ServedFile(datasette, str(database)), name=NAME)
    return of_usual_size(datasette.app())


def _tells_of_cancelling(record: logging.LogRecord) -> bool:
    """Whether it is the screenful on an answer that was not ready in time when the server was ended."""
    return bool(record.exc_info and isinstance(record.exc_info[1], asyncio.CancelledError))


@contextmanager
def _ended_at_once() -> Iterator[None]:
    """So that who ends a server that has only begun need not wait until all is imported."""
    handlers = {number: signal.signal(number, signal.SIG_DFL) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)


def _end_with(supervisor: BaseProcess) -> None:
    """A worker whose supervisor was killed would keep the port."""
    supervisor.join()
    os.kill(os.getpid(), signal.SIGTERM)


def _keep_errors_short() -> None:
    """Where rich is installed, as it is with us, Datasette prints a screenful of variables for every page not found."""
    from datasette import handle_exception  # here, as before datasette.app it would be registered without its hook

    if hasattr(handle_exception, "rich"):
        handle_exception.rich = None  # as Datasette itself has it where rich is missing
