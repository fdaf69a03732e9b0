"""The addresses of all pages as sitemaps.org has them: a connection in, addresses out; addresses in, XML out."""

import sqlite3
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape

MOST = 50_000  # addresses that one file may hold
LISTS = ("/", "/events", "/venues", "/speakers", "/projects", "/tags", "/map")
XMLNS = "http://www.sitemaps.org/schemas/sitemap/0.9"

COUNT = """
    SELECT (SELECT count(*) FROM talks) + (SELECT count(*) FROM events) + (SELECT count(*) FROM venues)
        + (SELECT count(*) FROM speakers) + (SELECT count(*) FROM projects) + (SELECT count(*) FROM tags)
"""
RECORDS = """
    SELECT 'events', slug FROM events
    UNION ALL SELECT 'venues', slug FROM venues
    UNION ALL SELECT 'projects', slug FROM projects
    UNION ALL SELECT 'tags', slug FROM tags
    UNION ALL SELECT 'speakers', slug FROM speakers
    UNION ALL SELECT 'talks', slug FROM talks
    LIMIT :limit OFFSET :offset
"""


def read_sitemap(conn: sqlite3.Connection, number: int | None) -> Sequence[str]:
    """The pages of one file, or of the only one. Without a number, and with more pages than one file may hold, the
    files themselves. Empty where there is no such file."""
    files = -(-(conn.execute(COUNT).fetchone()[0] + len(LISTS)) // MOST)
    if number is None and files > 1:
        return [f"/sitemap-{file}.xml" for file in range(1, files + 1)]
    return _pages(conn, number or 1)


def sitemap_xml(pages: Sequence[str], root: str) -> str:
    """A sitemap of these pages, or an index where they are sitemaps themselves. `root` is the first page."""
    index = pages[0].startswith("/sitemap-")
    outer, inner = ("sitemapindex", "sitemap") if index else ("urlset", "url")
    site = escape(root.rstrip("/"))
    entries = "".join(f"<{inner}><loc>{site}{escape(page)}</loc></{inner}>\n" for page in pages)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{outer} xmlns="{XMLNS}">\n{entries}</{outer}>\n'


def _pages(conn: sqlite3.Connection, number: int) -> list[str]:
    """The lists come first, then the records."""
    lists = list(LISTS) if number == 1 else []
    bounds: dict[str, Any] = {"limit": MOST - len(lists), "offset": max(0, (number - 1) * MOST - len(LISTS))}
    return lists + [f"/{kind}/{quote(slug, safe='')}" for kind, slug in conn.execute(RECORDS, bounds)]
