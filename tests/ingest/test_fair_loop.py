"""Loops that listen on one socket share the connections that come together, as the workers of a server do."""

import asyncio
import socket
import struct
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
        self._fails = False
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

    def fail_once(self) -> list[dict]:
        """Let the next connection fail. What the loop is told of it comes into the list."""
        said: list[dict] = []
        self._loop.set_exception_handler(lambda _, context: said.append(context))
        self._fails = True
        return said

    def _connected(self) -> asyncio.Protocol:
        if self._fails:
            self._fails = False
            raise RuntimeError("no room")
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


def test_a_connection_that_cannot_be_taken_stops_nobody():
    with workers(1) as ([worker], address):
        said = worker.fail_once()
        with socket.create_connection(address) as client:
            assert client.recv(5) == b""
        with socket.create_connection(address) as client:
            assert client.recv(5) == b"hello"
        assert [str(one["exception"]) for one in said] == ["no room"]


def test_clients_that_are_gone_stop_nobody():
    with workers(1) as (_, address):
        for _ in range(20):
            client = socket.create_connection(address)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # closed by a reset
            client.close()
        with socket.create_connection(address) as client:
            assert client.recv(5) == b"hello"
