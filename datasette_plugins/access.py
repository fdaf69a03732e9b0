"""Which database is ours, who may read it, and reading it within Datasette's time limit."""

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from datasette import Forbidden
from datasette.utils import await_me_maybe, sqlite_timelimit

try:
    from datasette.resources import TableResource  # Datasette 1.0
except ImportError:
    TableResource = None

DATABASE = "talkdex"
# What the pages and the API read. Who may not see one of these tables sees none of our pages: a talk's page would tell.
CONTENT = (
    "events",
    "links",
    "posts",
    "post_tags",
    "projects",
    "speakers",
    "tags",
    "takeaway_projects",
    "takeaways",
    "talk_projects",
    "talk_speakers",
    "talk_tags",
    "talks",
    "venues",
)
NOTICES = (*CONTENT, "notices")
HAS_CONTENT = """
    SELECT count(*) = 3 FROM sqlite_master WHERE type = 'table' AND name IN ('talks', 'takeaways', 'talks_fts')
"""

Result = TypeVar("Result")


class NoDatabase(Exception):
    """Datasette serves no database that Talkdex has built."""


class OtherVersion(NoDatabase):
    """The database was built by a version of Talkdex that had other tables."""


class TookTooLong(Exception):
    """The time limit ended a query."""


async def read(
    datasette: Any,
    request: Any,
    load: Callable[[sqlite3.Connection], Result],
    tables: Sequence[str] = CONTENT,
) -> Result:
    """What `load` gives for a connection to our database. Raises Forbidden unless the request's actor may see all the
    tables, NoDatabase, OtherVersion, and TookTooLong after Datasette's sql_time_limit_ms."""
    name = await database_name(datasette)
    await ensure_visible(datasette, request.actor, name, tables)
    limit = datasette.setting("sql_time_limit_ms")

    def load_in_time(conn: sqlite3.Connection) -> Result:
        started = time.perf_counter()
        try:
            with _one_state(conn), sqlite_timelimit(conn, limit):
                return load(conn)
        except sqlite3.OperationalError as error:
            # "interrupted", or "vtable constructor failed" where that was interrupted
            if (time.perf_counter() - started) * 1000 >= limit:
                raise TookTooLong(f"The database took longer than {limit:,} ms.") from error
            if str(error).startswith("no such "):
                raise OtherVersion(
                    "Another version of Talkdex built this database. Build it again: talkdex build"
                ) from error
            raise

    return await datasette.get_database(name).execute_fn(load_in_time)


@contextmanager
def _one_state(conn: sqlite3.Connection) -> Iterator[None]:
    """All that is read is of the same state, even when a build commits a new one meanwhile."""
    conn.execute("BEGIN")
    try:
        yield
    finally:
        conn.rollback()


async def database_name(datasette: Any) -> str:
    """The database named `talkdex`, or else the first that Talkdex has built."""
    known = getattr(datasette, "_talkdex_database", None)
    if known in datasette.databases:
        return known
    names = sorted(datasette.databases, key=lambda name: name != DATABASE)
    for name in names:
        if (await datasette.get_database(name).execute(HAS_CONTENT)).single_value():
            datasette._talkdex_database = name
            return name
    raise NoDatabase


async def ensure_visible(datasette: Any, actor: Any, database: str, tables: Sequence[str]) -> None:
    """Raises Forbidden unless the actor may see these tables, by whichever rules this Datasette has."""
    if TableResource is None:
        await _ensure_visible_before_1_0(datasette, actor, database, tables)
        return
    visible = await datasette.allowed_resources("view-table", actor, parent=database, limit=1000)
    if not {resource.child for resource in visible.resources}.issuperset(tables):
        raise Forbidden("view-table")


async def _ensure_visible_before_1_0(datasette: Any, actor: Any, database: str, tables: Sequence[str]) -> None:
    """What a table's rules leave open, those of the database and then those of the instance decide."""
    verdicts = [await _verdict(datasette, actor, (database, table)) for table in tables]
    if False in verdicts:
        raise Forbidden("view-table")
    if None in verdicts:
        await datasette.ensure_permissions(actor, [("view-database", database), "view-instance"])


async def _verdict(datasette: Any, actor: Any, table: tuple[str, str]) -> bool | None:
    """What Datasette's permission_allowed says of a table. That asks the database first how the table's name is
    written, in a query for each: the names of ours are known."""
    from datasette.plugins import pm  # here, as it imports all plugins, ours too; `talkdex export` needs none of them

    verdict = None
    for check in pm.hook.permission_allowed(datasette=datasette, actor=actor, action="view-table", resource=table):
        said = await await_me_maybe(check)
        verdict = verdict if said is None else said
    return verdict
