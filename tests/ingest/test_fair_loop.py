"""Loops that listen on one socket share the connections that come together, as the workers of a server do."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from serving import wait_until

from talkdex.ingest.fair_loop import FairLoop
from talkdex.ingest.serve import listen


class Worker:
    """A loop in a thread of its own, with the number of connections that it has got."""

    def __init__(self, listening: socket.socket):
        self.accepted = 0
        self._loop = FairLoop()
        self._listening = listening.dup()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self._server = self.do(self._loop.create_server(self._connected, sock=self._listening, backlog=64))

    def do(self, coroutine) -> object:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(10)

    def stop_listening(self) -> None:
        self._loop.call_soon_threadsafe(self._server.close)
        self.do(self._server.wait_closed())

    def end(self) -> None:
        self.stop_listening()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._listening.close()

    def _connected(self) -> asyncio.Protocol:
        self.accepted += 1
        return Greeting()


class Greeting(asyncio.Protocol):
    def connection_made(self, transport: asyncio.Transport) -> None:
        transport.write(b"hello")


@contextmanager
def workers(count: int) -> Iterator[tuple[list[Worker], tuple[str, int]]]:
    with listen("127.0.0.1", 0) as listening:
        working = [Worker(listening) for _ in range(count)]
        try:
            yield working, listening.getsockname()
        finally:
            for worker in working:
                worker.end()


def test_connections_that_come_together_are_shared():
    with workers(2) as (both, address), ExitStack() as stack:
        clients = [stack.enter_context(socket.create_connection(address)) for _ in range(16)]
        assert [client.recv(5) for client in clients] == [b"hello"] * 16
        assert sum(worker.accepted for worker in both) == 16
        assert min(worker.accepted for worker in both) >= 3


def test_one_that_has_stopped_leaves_them_to_the_other():
    with workers(2) as ([stopped, working], address), ExitStack() as stack:
        stopped.stop_listening()
        for _ in range(4):
            stack.enter_context(socket.create_connection(address))
        wait_until(lambda: working.accepted == 4)
        assert stopped.accepted == 0


def test_a_client_that_is_gone_stops_nobody():
    with workers(1) as (_, address):
        for _ in range(20):
            socket.create_connection(address).close()
        with socket.create_connection(address) as client:
            assert client.recv(5) == b"hello"
