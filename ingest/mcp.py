"""A database in, tools for language models out, over standard input and output."""

import asyncio
import sqlite3
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from talkdex.datasette_plugins.answers import NOT_INSTALLED, add_tools
from talkdex.ingest.errors import MissingExtraError, TalkdexError
from talkdex.ingest.store.database import read_database
from talkdex.schema.api import Answer

INSTRUCTIONS = (
    "Notes of conference talks. Begin with search_takeaways, or with project_digest for one piece of software; "
    "get_talk gives a talk that they name in full. Name the sources, which are files and lines of the notes."
)


def serve_tools(database: Path) -> None:
    """Answer a client until it hangs up. Raises MissingExtraError without the extra `mcp`, and DatabaseError."""
    try:
        from mcp.server.mcpserver import MCPServer
        from mcp.server.mcpserver.exceptions import ToolError
    except ImportError as error:
        raise MissingExtraError(NOT_INSTALLED) from error

    def in_one_state(load: Callable[[sqlite3.Connection], Answer]) -> Answer:
        with read_database(database) as conn:
            conn.execute("BEGIN")  # a build may commit meanwhile
            return load(conn)

    async def read(context: Any, load: Callable[[sqlite3.Connection], Answer]) -> Answer:
        try:
            return await asyncio.to_thread(in_one_state, load)
        except TalkdexError as error:
            raise ToolError(str(error)) from error

    with read_database(database):
        pass  # says what is wrong with it before a client waits
    server: MCPServer[Any] = MCPServer(
        "talkdex", instructions=INSTRUCTIONS, version=version("talkdex"), log_level="WARNING"
    )
    add_tools(server, read)
    server.run()
