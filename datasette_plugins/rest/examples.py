"""A route in, an example of it out: a record of the database at hand, and the answer that the route gives for it."""

import sqlite3
from collections.abc import Callable
from typing import Any

from talkdex.datasette_plugins.lists import top_values
from talkdex.datasette_plugins.rest.parameters import read_all
from talkdex.datasette_plugins.rest.routes import KINDS, ROUTES, Asked, Route


def example_of(conn: sqlite3.Connection, route: Route, href: Callable[[str], str]) -> dict[str, Any]:
    """What `openapi.document` wants to know: "key" where the route gives one record, "answer" and the "query" to which
    it is one. Raises NoSuchRecord where there is no record of the kind."""
    given: dict[str, list[str]] = {"limit": ["1"]} if _takes(route, "limit") else {}
    if _takes(route, "q"):
        given["q"] = [project.name for project in top_values(conn, "project", 1)]
    key = _first_key(conn, route.kind, href) if route.kind and route.gives_one else ""
    query = [(name, value) for name, values in given.items() for value in values]
    answer = route.load(conn, Asked(read_all(route.parameters, given), query, key, href))
    return {
        "key": key,
        "query": dict(query),
        "answer": first_of_each(answer.model_dump(mode="json", exclude_unset=True)),
    }


def first_of_each(value: Any) -> Any:
    """An answer with only the first record of each list in it: short enough for an example, and as valid."""
    if isinstance(value, dict):
        return {key: first_of_each(part) for key, part in value.items()}
    return [first_of_each(part) for part in value[:1]] if isinstance(value, list) else value


def _takes(route: Route, name: str) -> bool:
    return any(parameter.name == name for parameter in route.parameters)


def _first_key(conn: sqlite3.Connection, kind: str, href: Callable[[str], str]) -> str:
    [listing] = [route for route in ROUTES if route.kind == kind and not route.gives_one]
    page = listing.load(conn, Asked(read_all(listing.parameters, {"limit": ["1"]}), (), "", href)).model_dump()
    return str(page["items"][0][KINDS[kind].key]) if page["items"] else ""
