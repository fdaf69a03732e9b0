"""A request in, the state of the database out, by which a client tells whether what it has kept is still true."""

import hashlib
import os
from dataclasses import dataclass
from email.utils import formatdate, parsedate_to_datetime
from importlib.metadata import version
from typing import Any

from talkdex.datasette_plugins import access

VERSION = version("talkdex")  # read from a file each time that it is asked for


@dataclass(frozen=True)
class BuildState:
    """What the last build left. `modified` is in whole seconds since 1970."""

    etag: str
    modified: int

    @property
    def headers(self) -> dict[str, str]:
        """Clients may keep an answer, and ask each time whether it is still the one."""
        dated = formatdate(self.modified, usegmt=True)
        return {"etag": self.etag, "last-modified": dated, "cache-control": "no-cache"}

    def is_named_by(self, request: Any) -> bool:
        """Whether the client has the answer to this very address already: nobody else knows its tag."""
        known = request.headers.get("if-none-match", "").split(",")
        return self.etag.removeprefix("W/") in {tag.strip().removeprefix("W/") for tag in known}

    def is_known_to(self, request: Any) -> bool:
        """Whether the state is that of what the client says it has, for an answer that there is."""
        if "if-none-match" in request.headers:
            return request.headers["if-none-match"].strip() == "*"
        try:
            # Equal, as an older copy may have been put in the place of a newer one.
            return parsedate_to_datetime(request.headers["if-modified-since"]).timestamp() == self.modified
        except (KeyError, ValueError):
            return False


def _told_of(path: str) -> os.stat_result | None:
    """None where there is no such file at the moment."""
    try:
        return os.stat(path)
    except FileNotFoundError:
        return None


async def build_state(datasette: Any, request: Any) -> BuildState | None:
    """The state by which the address of this request is answered, None where the database is no file. The tag is weak:
    a search says how long it took. Raises NoDatabase."""
    path = datasette.get_database(await access.database_name(datasette)).path
    if not path:
        return None
    # What a build has committed is in the log first, which is empty or missing otherwise.
    files = [file for file in map(_told_of, (path, f"{path}-wal")) if file and file.st_size]
    if not files:
        return None
    told = [VERSION, datasette.setting("base_url"), request.scope["path"], request.query_string]
    told += [f"{file.st_mtime_ns} {file.st_size}" for file in files]
    digest = hashlib.blake2b("\n".join(told).encode("utf-8", "replace"), digest_size=12).hexdigest()
    return BuildState(f'W/"{digest}"', max(int(file.st_mtime) for file in files))
