"""The URL of a folder in, the files there with what the listing tells of them out; a file's URL in, its bytes out.

Any file system will do that fsspec knows by the name in front: `s3://bucket/notes`, `gs://…`, `sftp://…`, `memory://…`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from talkdex.ingest.errors import MissingExtraError, NotesError

NEEDS_EXTRA = "Notes behind a URL need fsspec. Install it with: pip install 'talkdex[cluster]'"
# As file systems call it; the time of creation where nothing else is told, which is then that of the content.
CHANGES_WITH_CONTENT = (
    *("ETag", "etag", "sha", "mtime", "LastModified", "last_modified", "updated"),
    *("modified", "modify", "modificationTime", "created"),
)

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_MAGIC = re.compile(r"[*?\[]")
_KEPT = 16  # file systems with their connections


@dataclass(frozen=True, slots=True)
class Listed:
    """A file below `root`. `stamp` is what else than the size is listed and changes with the content, or empty."""

    root: str
    url: str
    size: int | None
    stamp: str


def is_url(path: object) -> bool:
    """Whether it is a URL, rather than a path: it begins with a name of two letters or more (`C:` is a disk) and ://."""
    return isinstance(path, str) and _URL.match(path) is not None


def list_files(url: str) -> Iterator[Listed]:
    """The files in the folder of this URL and below it, or the one file; for a glob, those in all that matches.

    Raises MissingExtraError without the package for this kind of URL, NotesError when nothing can be listed.
    """
    fixed = _MAGIC.split(url, maxsplit=1)[0]
    is_glob = fixed != url
    root = fixed.rpartition("/")[0] if is_glob else re.sub(r"(?<![:/])/+$", "", url)
    system, top = _opened(root)
    try:
        system.invalidate_cache()
        if not is_glob:
            found = system.find(top, detail=True)
        else:
            found = system.glob(top + url[len(root) :], detail=True)
            for folder in [name for name, info in found.items() if info["type"] == "directory"]:
                found |= system.find(folder, detail=True)
    except Exception as error:  # each file system has its own
        raise NotesError(f"this cannot be listed: {_said(error)}.", url) from error
    if list(found) == [top]:  # a single file
        root, top = root.rpartition("/")[0], top.rpartition("/")[0]
    for name, info in found.items():
        if info["type"] == "file":
            yield Listed(root, root + name.removeprefix(top), info.get("size"), _stamp(info))


def read_bytes(root: str, url: str) -> bytes:
    """The content of a file that was listed below `root`.

    Raises FileNotFoundError and PermissionError, which are about this file, and NotesError for all that may be about
    the way to it: a note must not go from a database because a network is down for a moment.
    """
    system, top = _opened(root)
    try:
        return bytes(system.cat_file(top + url.removeprefix(root)))
    except (FileNotFoundError, PermissionError):
        raise
    except Exception as error:  # each file system has its own
        raise NotesError(f"this file cannot be read: {_said(error)}.", url) from error


def reads_side_by_side(root: str) -> bool:
    """Whether several threads may read here at a time, as is worth while where each file takes a request."""
    return bool(_opened(root)[0].async_impl)


@lru_cache(_KEPT)
def _opened(root: str) -> tuple[Any, str]:
    """The file system of a URL, and the URL's name there."""
    try:
        from fsspec.core import url_to_fs
    except ImportError as error:
        raise MissingExtraError(NEEDS_EXTRA) from error
    try:
        system, top = url_to_fs(root)
    except ImportError as error:  # says what to install
        raise MissingExtraError(f"{error}, here and where notes are read.", root) from error
    except Exception as error:
        raise NotesError(f"this cannot be opened: {_said(error)}.", root) from error
    return system, top.rstrip("/")


def _stamp(info: Mapping[str, Any]) -> str:
    return next((str(info[key]) for key in CHANGES_WITH_CONTENT if info.get(key)), "")


def _said(error: Exception) -> str:
    return str(error).strip().rstrip(".") or type(error).__name__
