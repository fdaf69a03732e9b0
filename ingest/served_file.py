"""The path of a database in, Datasette's database out, which goes on with the file that somebody has moved to the path.

A build changes the file in place, and readers see that by themselves. A copy of a database that was built elsewhere is
moved there (`mv`, `rsync`), and a connection would read the file before it, which has no name any more, for ever.
"""

import os
import sqlite3
import threading
from collections.abc import Callable
from typing import Any

from datasette.database import Database

Identity = tuple[int, int]
Read = Callable[[sqlite3.Connection], Any]


class ServedFile(Database):  # type: ignore[misc]
    """Reads the file that has the name at the time, by a connection for each thread."""

    def __init__(self, datasette: Any, path: str):
        super().__init__(datasette, path=path, is_mutable=True)
        self._of_thread = threading.local()

    def connect(self, write: bool = False) -> sqlite3.Connection:
        self._of_thread.opened = self._identity()  # first: a file that is moved here meanwhile counts as another one
        conn: sqlite3.Connection = super().connect(write)
        return conn

    async def execute_fn(self, fn: Read) -> Any:
        """By which Datasette 0.65 reads all."""
        return await super().execute_fn(lambda conn: fn(self._present(conn)))

    async def _execute_fn(self, fn: Read) -> Any:
        """By which Datasette 1.0 does."""
        return await super()._execute_fn(lambda conn: fn(self._present(conn)))

    def _present(self, first: sqlite3.Connection) -> sqlite3.Connection:
        """A connection to the present file: `first`, which Datasette has opened for this thread, until another one is
        moved to its place."""
        conn, file = getattr(self._of_thread, "kept", None) or (first, self._of_thread.opened)
        if (present := self._identity()) not in (file, None):
            other = self.connect()
            self.ds._prepare_connection(other, self.name)
            conn.close()
            conn, file = other, present
        self._of_thread.kept = conn, file
        return conn

    def _identity(self) -> Identity | None:
        try:
            file = os.stat(self.path)
        except OSError:
            return None
        return file.st_dev, file.st_ino
