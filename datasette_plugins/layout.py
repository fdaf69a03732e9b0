"""What every page needs beside its records: addresses of pages, of our files and of source lines; safe headers."""

import hashlib
import re
from functools import lru_cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from markupsafe import Markup, escape

from talkdex.datasette_plugins.access import DATABASE

STATIC = Path(__file__).parent / "static"
HEADERS = {
    # Our own files, our own API, and images that a note shows from the web or holds itself. Nothing inline.
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https: data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
}


def layout(datasette: Any, request: Any) -> dict[str, Any]:
    """What templates call: `page_url(path)`, `record_url(kind, slug)`, `asset_url(name)`, `source_url(path, line)`, and
    with the host that was asked, for other sites, `absolute_url(path)` and `absolute_record_url(kind, slug)`."""
    database = getattr(datasette, "_talkdex_database", DATABASE)

    def page(path: str) -> str:
        return datasette.urls.path(path)

    def absolute(path: str) -> str:
        return datasette.absolute_url(request, page(path))

    return {
        "page_url": page,
        "absolute_url": absolute,
        "absolute_record_url": lambda kind, slug: absolute(record_path(kind, slug)),
        "record_url": partial(record_url, datasette),
        "asset_url": lambda name: page(asset_path(name)),
        "source_url": partial(source_url, datasette),
        "database_url": datasette.urls.database(database) if database in datasette.databases else None,
    }


def asset_path(name: str) -> str:
    """The address of one of our files, without the base address. It changes with the content: browsers may keep it."""
    return f"/-/talkdex/{name}?{_content_hash(name)}"


def record_url(datasette: Any, kind: str, slug: str) -> str:
    """The page of a talk, event, venue, speaker, project or tag; `kind` is the plural."""
    return datasette.urls.path(record_path(kind, slug))


def record_path(kind: str, slug: str) -> str:
    """The same without the base address."""
    return f"/{kind}/{quote(slug, safe='')}"


def source_url(datasette: Any, path: str, line: int | None) -> str:
    """Where a line of the notes can be read: on the site that is configured as the plugin's `source_url`, as in
    "https://github.com/ada/notes/blob/main/{path}#L{line}", or else the file's row in Datasette."""
    template = (datasette.plugin_config("talkdex") or {}).get("source_url")
    if web_address(template):
        return template.replace("{path}", quote(path)).replace("{line}", str(line or 1))
    database = getattr(datasette, "_talkdex_database", DATABASE)
    return f"{datasette.urls.table(database, 'posts')}?path={quote(path, safe='')}"


def web_address(url: str | None) -> str | None:
    """The address where it leads to the web: what notes link to may be a relative path, or `javascript:`."""
    return url if url and url.lower().startswith(("https://", "http://")) else None


def breakable(path: str) -> Markup:
    """A path that may go on in the next line after each slash."""
    return Markup("/<wbr>").join(path.split("/"))


def marked_code(text: str) -> Markup:
    """A text in which `what is typed` stands between backticks."""
    return Markup(re.sub("`([^`]+)`", r"<code>\1</code>", str(escape(text))))


@lru_cache
def _content_hash(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]
