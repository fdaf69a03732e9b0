"""A listening socket that several workers have in, its connections, shared by them, out.

Asyncio's own loop accepts as many connections at a time as may wait. So the worker that wakes up first would get all
that come together, as a browser's or a proxy's do, keep them for as long as they are open, and leave the others idle.
"""

import asyncio
import socket
from collections.abc import Callable
from typing import Any

PAUSE = 0.001  # seconds in which others may accept the next one
UNTIL_ROOM = 1.0  # seconds until there may be room again for a connection, where the system has none

Factory = Callable[[], asyncio.BaseProtocol]


class FairLoop(asyncio.SelectorEventLoop):
    """The event loop of a worker, for `uvicorn.Config(loop=…)`."""

    async def create_server(  # type: ignore[override]  # as uvicorn calls it: with a socket, and without TLS
        self, factory: Factory, *, sock: socket.socket, backlog: int, **_: Any
    ) -> "_Server":
        sock.setblocking(False)
        sock.listen(backlog)
        return _Server(self.create_task(self._accept(factory, sock)))

    async def _accept(self, factory: Factory, listening: socket.socket) -> None:
        while True:
            try:
                accepted, _ = await self.sock_accept(listening)
            except ConnectionAbortedError:  # the client is gone already
                continue
            except OSError:
                await asyncio.sleep(UNTIL_ROOM)
                continue
            try:
                await self.connect_accepted_socket(factory, accepted)
            except Exception as error:
                accepted.close()
                self.call_exception_handler({"message": "a connection could not be taken", "exception": error})
            await asyncio.sleep(PAUSE)


class _Server:
    """What uvicorn asks of a server."""

    def __init__(self, accepting: asyncio.Task[None]):
        self._accepting = accepting

    def close(self) -> None:
        self._accepting.cancel()

    async def wait_closed(self) -> None:
        await asyncio.wait([self._accepting])
