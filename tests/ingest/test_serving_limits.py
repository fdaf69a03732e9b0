"""`talkdex serve` against clients that send too slowly, too much or ask for too much: others get their pages."""

import json
import signal
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import quote, urlsplit

import pytest
from generated_notes import write_notes
from serving import fetch, serving

SLOW_CLIENTS = 500
SECONDS = 6  # that they keep on
GROWTH = 100_000  # kilobytes that a hundred megabytes of requests may take
REFUSED = {0, 403, 405, 413}  # by the limit, or before by what wants no such body
FORM = "application/x-www-form-urlencoded"
UNREADABLE_FORM = "multipart/form-data; boundary=b"  # for which Datasette has a 500 as soon as it looks


class Site:
    """A server, and what only a socket of one's own can send it."""

    def __init__(self, url: str, pid: int):
        self.url, self.pid = url, pid

    def connect(self) -> socket.socket:
        address = urlsplit(self.url)
        return socket.create_connection((address.hostname, address.port), timeout=30)

    def status(self, *pieces: bytes) -> int:
        """Of the answer to these bytes; 0 where the server hangs up while they are sent."""
        with self.connect() as client:
            with suppress(ConnectionError):
                for piece in pieces:
                    client.sendall(piece)
            try:
                first = client.recv(20)
            except ConnectionError:
                return 0
        return int(first.split()[1]) if first else 0

    def peak(self) -> int:
        """The most memory that the server had, in kilobytes."""
        status = Path(f"/proc/{self.pid}/status")
        if not status.exists():
            pytest.skip("only Linux tells how much memory another process has")
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM"))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("limits")
    write_notes(folder / "notes", 6)
    with serving("notes", "--no-vectors", "--port", 0, cwd=folder) as (url, process):
        yield Site(url, process.pid)


def is_answered(site: Site) -> bool:
    return "Talkdex" in fetch(site.url) and json.loads(fetch(f"{site.url}api/v1/search?q=redis"))["total"] > 0


def test_five_hundred_slow_clients_stop_nobody(site):
    """Each sends a byte of its headers a second, for as long as it likes."""
    with ExitStack() as stack:
        clients = [stack.enter_context(site.connect()) for _ in range(SLOW_CLIENTS)]
        for client in clients:
            client.sendall(b"GET / HTTP/1.1\r\nhost: localhost\r\nx-slow: ")
        for _ in range(SECONDS):
            for client in clients:
                client.sendall(b"z")
            assert is_answered(site)
            time.sleep(1)
        clients[0].sendall(b"\r\n\r\n")
        assert clients[0].recv(15) == b"HTTP/1.1 200 OK"
    assert is_answered(site)


def test_five_hundred_clients_that_read_nothing_stop_nobody(site):
    with ExitStack() as stack:
        for _ in range(SLOW_CLIENTS):
            client = stack.enter_context(site.connect())
            client.sendall(b"GET /api/v1/openapi.json HTTP/1.1\r\nhost: localhost\r\n\r\n")  # more than a buffer holds
        assert is_answered(site)


@pytest.mark.parametrize(
    "request_head",
    [
        pytest.param(b"GET /search?q=" + b"a" * 1_000_000 + b" HTTP/1.1\r\nhost: x\r\n\r\n", id="an address of 1 MB"),
        pytest.param(b"GET / HTTP/1.1\r\nhost: x\r\nx: " + b"a" * 10_000_000 + b"\r\n\r\n", id="a header of 10 MB"),
        pytest.param(b"GET / HTTP/1.1\r\nhost: x\r\n" + b"x: a\r\n" * 1_000_000 + b"\r\n", id="a million headers"),
    ],
)
def test_huge_addresses_and_headers_are_refused(site, request_head):
    before = site.peak()
    assert site.status(request_head) in (0, 400)
    assert site.peak() < before + GROWTH
    assert is_answered(site)


@pytest.mark.parametrize("path", ["/", "/-/messages", "/talkdex/talks", "/api/v1/talks", "/-/mcp"])
@pytest.mark.parametrize("content", [FORM, "application/json", UNREADABLE_FORM])
@pytest.mark.parametrize("announced", [True, False])
def test_huge_bodies_are_refused_unread(site, path, content, announced):
    """With the cookie of a form, as its protection reads the body only then."""
    head = f"POST {path} HTTP/1.1\r\nhost: localhost\r\ncookie: ds_csrftoken=a\r\ncontent-type: {content}\r\n".encode()
    refused = REFUSED | {500} if content == UNREADABLE_FORM else REFUSED
    before = site.peak()
    if announced:
        assert site.status(head + b"content-length: 100000000\r\n\r\n", b"a" * 100_000_000) in refused
    else:
        chunk = b"100000\r\n" + b"a" * 0x100000 + b"\r\n"
        assert site.status(head + b"transfer-encoding: chunked\r\n\r\n", *[chunk] * 100) in refused
    assert site.peak() < before + GROWTH
    assert is_answered(site)


def test_a_body_of_usual_size_is_read(site):
    body = b"csrftoken=b&message=" + b"a" * 100_000
    head = f"POST /-/messages HTTP/1.1\r\nhost: x\r\ncookie: ds_csrftoken=a\r\ncontent-type: {FORM}\r\n".encode()
    assert site.status(head + f"content-length: {len(body)}\r\n\r\n".encode(), body) == 403  # the token is wrong


def test_queries_without_end_are_ended_and_stop_nobody(site):
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    said: list[int] = []

    def ask() -> None:
        with pytest.raises(HTTPError) as error:
            fetch(f"{site.url}talkdex.json?sql={quote(endless)}")
        said.append(error.value.code)

    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(ask) for _ in range(8)]
        assert is_answered(site)
        for one in asked:
            one.result()
    assert said == [400] * 8


def test_a_server_that_is_ended_waits_for_nobody(tmp_path):
    write_notes(tmp_path / "notes", 6)
    with serving("notes", "--no-vectors", "--port", 0, cwd=tmp_path) as (url, process), ExitStack() as stack:
        site = Site(url, process.pid)
        for _ in range(SLOW_CLIENTS):
            client = stack.enter_context(site.connect())
            client.sendall(b"GET /api/v1/openapi.json HTTP/1.1\r\nhost: localhost\r\n\r\n")
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        process.wait(15)
        assert process.stdout.read().count("\n") <= 1  # that it ends what it has begun, and nothing of each answer
