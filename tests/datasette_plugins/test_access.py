"""What one request reads is of one state of the database."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from datasette.app import Datasette
from datasette.utils.asgi import Request
from own_loop import run

from talkdex.datasette_plugins import access
from talkdex.ingest.store.database import build_database


def test_a_build_that_ends_meanwhile_does_not_mix_two_states(database: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(database, tmp_path / "talkdex.db"))
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("PRAGMA journal_mode = WAL")  # as a build leaves it where somebody reads

    def titles(conn: sqlite3.Connection) -> set[str]:
        return {title for (title,) in conn.execute("SELECT title FROM talks")}

    def twice(conn: sqlite3.Connection) -> tuple[set[str], set[str]]:
        before = titles(conn)
        with build_database(path) as db:
            db.execute("UPDATE talks SET title = 'Changed'")
        return before, titles(conn)

    async def read() -> None:
        datasette = Datasette([str(path)])
        await datasette.invoke_startup()
        request = Request.fake("/search")
        before, after = await access.read(datasette, request, twice)
        assert before == after
        assert "Changed" not in before
        assert await access.read(datasette, request, titles) == {"Changed"}

    run(read())
