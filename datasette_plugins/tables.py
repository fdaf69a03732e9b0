"""Datasette's own pages of our tables: texts, facets and sort orders set beforehand, cells that link to our pages."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from datasette import hookimpl
from markupsafe import Markup

from talkdex.datasette_plugins import access, api, feeds, pages, tools
from talkdex.datasette_plugins.layout import asset_path, record_url, source_url
from talkdex.datasette_plugins.names_facet import NamesFacet
from talkdex.datasette_plugins.table_texts import DATABASE, HIDDEN_TABLES, TABLES

# What Datasette 1.0 keeps in its configuration; before, it was metadata like the texts.
CONFIGURED = ("facets", "fts_pk", "fts_table", "hidden", "label_column", "sort", "sort_desc")
Settings = dict[str, Any]


@hookimpl
async def startup(datasette: Any) -> None:
    try:
        database = await access.database_name(datasette)
    except access.NoDatabase:
        return
    if _is_ours(f"/{database}") or _is_ours(f"/{database}/talks"):
        datasette.get_database(database).route = access.DATABASE
    if hasattr(datasette, "metadata"):
        others = (datasette.metadata("databases") or {}).get(database) or {}
        ours = {**DATABASE, "tables": _beside(others.get("tables") or {})}
        datasette._talkdex_metadata = json.dumps({"databases": {database: ours}})
    else:
        await _configure(datasette, database)


def _is_ours(address: str) -> bool:
    """Whether a page of ours has this address already: a database of such a name gets another one."""
    routes = [route for plugin in (pages, api, feeds, tools) for route in plugin.register_routes()]
    return any(re.match(pattern, address) for pattern, _ in routes)


@hookimpl(optionalhook=True)
def get_metadata(datasette: Any, key: str | None) -> Settings:
    """Metadata for Datasette before 1.0. It asks dozens of times for a page and changes what it is given: hence a fresh
    copy, and nothing for the keys that we don't set."""
    metadata = getattr(datasette, "_talkdex_metadata", None)
    return json.loads(metadata) if metadata and key in (None, "databases") else {}


@hookimpl
def extra_css_urls(datasette: Any, database: str | None, table: str | None) -> list[str]:
    ours = table is not None and database == getattr(datasette, "_talkdex_database", None)
    return [asset_path("tables.css")] if ours else []


@hookimpl
def register_facet_classes() -> list[type[NamesFacet]]:
    return [NamesFacet]


@hookimpl
def render_cell(datasette: Any, row: Any, value: Any, column: str, table: str | None, database: str) -> Markup | None:
    render = CELLS.get((table or "", column))
    if render is None or value in (None, "") or database != getattr(datasette, "_talkdex_database", None):
        return None
    return render(datasette, f"{datasette.urls.table(database, table)}", row, column)


def _beside(others: Mapping[str, Settings]) -> dict[str, Settings]:
    """Our settings of each table, where others (the user's) have said nothing. One sort order replaces any other."""
    tables = {name: dict(settings) for name, settings in TABLES.items()}
    tables |= {name: {"hidden": True} for name in HIDDEN_TABLES}
    for name, settings in tables.items():
        theirs = others.get(name) or {}
        taken = {*theirs, "sort", "sort_desc"} if {"sort", "sort_desc"} & set(theirs) else set(theirs)
        for key in taken - {"columns"}:
            settings.pop(key, None)
    return tables


async def _configure(datasette: Any, database: str) -> None:
    """The same for Datasette 1.0: texts are in its internal database, the rest is configuration."""
    configured = datasette.config.setdefault("databases", {}).setdefault(database, {}).setdefault("tables", {})
    for name, settings in _beside(configured).items():
        configured.setdefault(name, {}).update({key: settings[key] for key in CONFIGURED if key in settings})
    known = await datasette.get_database_metadata(database)
    for key in DATABASE.keys() - known.keys():
        await datasette.set_database_metadata(database, key, DATABASE[key])
    for name, settings in TABLES.items():
        known = await datasette.get_resource_metadata(database, name)
        for key in {"title", "description"} - known.keys():
            await datasette.set_resource_metadata(database, name, key, settings[key])
        for column, description in settings["columns"].items():
            if "description" not in await datasette.get_column_metadata(database, name, column):
                await datasette.set_column_metadata(database, name, column, "description", description)


# Cells. Each function takes Datasette, the address of the table, the row and the column.


def _link(address: str, text: Any) -> Markup:
    return Markup('<a href="{}">{}</a>').format(address, text)


def _record(kind: str, slug_column: str) -> Callable[[Any, str, Any, str], Markup]:
    """A cell that links to the page of the record whose slug is in another column of the row."""

    def render(datasette: Any, table: str, row: Any, column: str) -> Markup:
        return _link(record_url(datasette, kind, row[slug_column]), row[column])

    return render


def _takeaway(datasette: Any, table: str, row: Any, column: str) -> Markup:
    """The text of a takeaway, linked to its place on the page of its talk."""
    return _link(datasette.urls.path(f"/takeaways/{row['id']}"), row[column])


def _names(datasette: Any, table: str, row: Any, column: str) -> Markup | None:
    """`["Kafka", "Flink"]` as words, each linked to the rows that have it."""
    try:
        names = json.loads(row[column])
    except ValueError:
        return None
    links = [_link(f"{table}?{urlencode({f'{column}__arraycontains': name})}", name) for name in names]
    return Markup(", ").join(links) or Markup("&nbsp;")


def _path(datasette: Any, table: str, row: Any, column: str) -> Markup:
    line = row["line"] if "line" in row.keys() else None  # noqa: SIM118 - sqlite3.Row looks for values
    return _link(source_url(datasette, row[column], line), f"{row[column]}:{line}" if line else row[column])


def _first_line(datasette: Any, table: str, row: Any, column: str) -> Markup | None:
    """The line number, linked to the source; the path is the label of the post, if labels are shown."""
    post = row["post_id"]
    return _link(source_url(datasette, post["label"], row[column]), row[column]) if isinstance(post, dict) else None


def _degrees(positive: str, negative: str) -> Callable[[Any, str, Any, str], Markup]:
    def render(datasette: Any, table: str, row: Any, column: str) -> Markup:
        return Markup("{:.3f}°&nbsp;{}").format(abs(row[column]), positive if row[column] >= 0 else negative)

    return render


CELLS: Mapping[tuple[str, str], Callable[[Any, str, Any, str], Markup | None]] = {
    ("talk_list", "talk"): _record("talks", "slug"),
    ("talk_list", "speakers"): _names,
    ("talk_list", "projects"): _names,
    ("talk_list", "tags"): _names,
    ("talk_list", "path"): _path,
    ("takeaway_list", "takeaway"): _takeaway,
    ("takeaway_list", "talk"): _record("talks", "talk_slug"),
    ("takeaway_list", "speakers"): _names,
    ("takeaway_list", "projects"): _names,
    ("takeaway_list", "tags"): _names,
    ("takeaway_list", "path"): _path,
    ("takeaways", "text"): _takeaway,
    ("talks", "slug"): _record("talks", "slug"),
    ("talks", "title"): _record("talks", "slug"),
    ("talks", "first_line"): _first_line,
    ("events", "slug"): _record("events", "slug"),
    ("events", "latitude"): _degrees("N", "S"),
    ("events", "longitude"): _degrees("E", "W"),
    ("venues", "slug"): _record("venues", "slug"),
    ("venues", "latitude"): _degrees("N", "S"),
    ("venues", "longitude"): _degrees("E", "W"),
    ("speakers", "slug"): _record("speakers", "slug"),
    ("projects", "slug"): _record("projects", "slug"),
    ("tags", "slug"): _record("tags", "slug"),
    ("posts", "path"): _path,
    ("notices", "path"): _path,
}
