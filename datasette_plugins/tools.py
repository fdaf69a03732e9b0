"""Tools for language models at `/-/mcp`, where datasette-mcp is installed: to each caller what Datasette shows it."""

import sqlite3
from collections.abc import Awaitable, Callable
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from datasette import Forbidden, Response, hookimpl
from datasette.utils.asgi import Request

from talkdex.datasette_plugins import access
from talkdex.datasette_plugins.answers import NOT_INSTALLED, add_tools
from talkdex.schema.api import Answer

if TYPE_CHECKING:
    from mcp.server.mcpserver import Context, MCPServer


@hookimpl(optionalhook=True)
def register_mcp_tools(datasette: Any, mcp: "MCPServer[Any]") -> None:
    from mcp.server.mcpserver.exceptions import ToolError

    async def read(context: "Context[Any, Any]", load: Callable[[sqlite3.Connection], Answer]) -> Answer:
        called = context.request_context.request
        try:
            return await access.read(datasette, Request(called.scope, called.receive), load)
        except Forbidden as error:
            raise ToolError("You may not see this database.") from error
        except (access.NoDatabase, access.TookTooLong) as error:
            raise ToolError(str(error) or "No database that Talkdex has built is served here.") from error

    add_tools(mcp, read)


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Awaitable[Response]]]]:
    return [] if find_spec("datasette_mcp") else [(r"^/-/mcp$", not_installed)]


async def not_installed() -> Response:
    return Response.text(NOT_INSTALLED, status=404)
