"""A route in, an example of it out: a record of the database at hand, and the answer that the route gives for it."""

import sqlite3
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

from talkdex.datasette_plugins.lists import top_values
from talkdex.datasette_plugins.rest.parameters import read_all
from talkdex.datasette_plugins.rest.routes import KINDS, ROUTES, Asked, NoSuchRecord, Route

LOOKED_AT = 20  # the first records, for one that has something to show


def example_of(conn: sqlite3.Connection, route: Route, href: Callable[[str], str]) -> dict[str, Any]:
    """What `openapi.document` wants to know: "key" where the route has one, "query" and the "answer" to both; and their
    "address" below ROOT. Raises NoSuchRecord where there is no record of the kind."""
    given: dict[str, list[str]] = {"limit": ["1"]} if _takes(route, "limit") else {}
    if _takes(route, "q"):
        given["q"] = [project.name for project in top_values(conn, "project", 1)]
    query = [(name, value) for name, values in given.items() for value in values]
    values = read_all(route.parameters, given)
    for key in _first_keys(conn, route.kind, href) if route.kind and route.key else [""]:
        answer = route.load(conn, Asked(values, query, key, href))
        if getattr(answer, "items", True):
            break
    else:
        raise NoSuchRecord(f"There are no {route.kind}.")
    return {
        "key": key,
        "query": dict(query),
        "address": route.path.replace(f"{{{route.key}}}", quote(key, safe=""))
        + (f"?{urlencode(query)}" if query else ""),
        "answer": first_of_each(answer.model_dump(mode="json", exclude_unset=True)),
    }


def first_of_each(value: Any) -> Any:
    """An answer with only the first record of each list in it: short enough for an example, and as valid."""
    if isinstance(value, dict):
        return {key: first_of_each(part) for key, part in value.items()}
    return [first_of_each(part) for part in value[:1]] if isinstance(value, list) else value


def _takes(route: Route, name: str) -> bool:
    return any(parameter.name == name for parameter in route.parameters)


def _first_keys(conn: sqlite3.Connection, kind: str, href: Callable[[str], str]) -> list[str]:
    [listing] = [route for route in ROUTES if route.kind == kind and not route.key]
    values = read_all(listing.parameters, {"limit": [str(LOOKED_AT)]})
    page = listing.load(conn, Asked(values, (), "", href)).model_dump()
    return [str(record[KINDS[kind].key]) for record in page["items"]]
