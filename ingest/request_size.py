"""An ASGI application in, the same one out for requests of a size that people send; larger ones are refused unread.

Datasette and its protection of forms read a request's body as a whole, whoever sends it, before they look at the rest.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

LARGEST_BODY = 1_000_000  # bytes; what a language model asks of /-/mcp has a few hundred
LARGEST_HEAD = 65_536  # bytes of address and headers, which uvicorn refuses to read on

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]


def of_usual_size(application: Application) -> Application:
    """The application, which never sees more than LARGEST_BODY of a request: its sender gets 413."""

    async def answer(scope: Message, receive: Receive, send: Send) -> None:
        size, begun = 0, False

        async def receive_some() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            return message if size <= LARGEST_BODY else {"type": "http.disconnect"}

        async def send_unless_too_large(message: Message) -> None:
            nonlocal begun
            if begun or size <= LARGEST_BODY:
                begun = True
                await send(message)

        if scope["type"] == "http" and _announced(scope) > LARGEST_BODY:
            return await _refuse(send)
        try:
            await application(scope, receive_some, send_unless_too_large)
        except Exception:
            if size <= LARGEST_BODY:
                raise
        if size > LARGEST_BODY and not begun:
            await _refuse(send)

    return answer


def _announced(scope: Message) -> int:
    """The size of the body that the headers tell; 0 when they do not, as where it comes in chunks."""
    return next((int(value) for name, value in scope["headers"] if name == b"content-length"), 0)


async def _refuse(send: Send) -> None:
    headers = [(b"content-type", b"text/plain"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": b"This request is too large.\n"})
