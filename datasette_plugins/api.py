"""The JSON API under /api/v1: the same records and the same search as the pages, for other programs."""

import json
from contextlib import suppress
from typing import Any
from urllib.parse import unquote

from datasette import hookimpl

from talkdex.datasette_plugins import access, lists
from talkdex.datasette_plugins.layout import HEADERS, layout
from talkdex.datasette_plugins.rest.examples import example_of
from talkdex.datasette_plugins.rest.openapi import document
from talkdex.datasette_plugins.rest.parameters import given, read_all
from talkdex.datasette_plugins.rest.responses import Body, Handler, View, view
from talkdex.datasette_plugins.rest.routes import KINDS, ROOT, ROUTES, Asked, NoSuchRecord, Route


@hookimpl
def register_routes() -> list[tuple[str, View]]:
    return [
        *((route.pattern, view(_answering(route))) for route in ROUTES),
        (rf"^{ROOT}/openapi\.json$", view(openapi)),
        (rf"^{ROOT}/docs/?$", view(docs)),
        (r"^/api(/.*)?$", view(nothing_here)),
    ]


async def openapi(datasette: Any, request: Any) -> Body:
    """The document of the API."""
    read_all((), given(request))
    examples = await _examples(datasette, request)
    return Body(json.dumps(document(datasette.urls.path(ROOT), examples), ensure_ascii=False))


async def docs(datasette: Any, request: Any) -> Body:
    """The same as a page for people."""
    read_all((), given(request))
    examples = await _examples(datasette, request)
    context = {
        **layout(datasette, request),
        "described": document(datasette.urls.path(ROOT), examples),
        "addresses": {name: example["address"] for name, example in examples.items()},
        "answers": {name: json.dumps(one["answer"], indent=2, ensure_ascii=False) for name, one in examples.items()},
        "canonical": f"{ROOT}/docs",
        "api": f"{ROOT}/openapi.json",
    }
    html = await datasette.render_template("talkdex/api.html", context, request, "talkdex-api")
    return Body(html, "text/html; charset=utf-8", HEADERS)


async def nothing_here(datasette: Any, request: Any) -> Body:
    await access.read(datasette, request, lists.read_stats)
    raise NoSuchRecord(f"The API is under {ROOT}/: search, suggest, stats, {', '.join(KINDS)}; openapi.json says how.")


async def _examples(datasette: Any, request: Any) -> dict[str, Any]:
    """An example of each route that answers within the time limit."""
    examples = {}
    for route in ROUTES:
        with suppress(NoSuchRecord, access.TookTooLong):
            examples[route.name] = await access.read(
                datasette, request, lambda conn, route=route: example_of(conn, route, datasette.urls.path)
            )
    return examples


def _answering(route: Route) -> Handler:
    async def answer(datasette: Any, request: Any) -> Body:
        query = given(request)
        pairs = [(name, value) for name, values in query.items() for value in values]
        key = unquote(request.url_vars.get("key") or "")
        asked = Asked(read_all(route.parameters, query), pairs, key, datasette.urls.path)
        found = await access.read(datasette, request, lambda conn: route.load(conn, asked))
        following = getattr(found, "next", None) if route.listed else None
        links = {"link": f'<{following}>; rel="next"'} if following else {}  # RFC 8288
        return Body(route.json(found, asked), headers=links)

    return answer
