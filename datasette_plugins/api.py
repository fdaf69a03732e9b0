"""The JSON API under /api/v1: the same records and the same search as the pages, for other programs."""

import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from datasette import Forbidden, Response

from talkdex.datasette_plugins import access, lists
from talkdex.datasette_plugins.once import hookimpl
from talkdex.datasette_plugins.rest.examples import example_of
from talkdex.datasette_plugins.rest.openapi import document
from talkdex.datasette_plugins.rest.parameters import BadParameter, read_all
from talkdex.datasette_plugins.rest.routes import KINDS, ROOT, ROUTES, Asked, NoSuchRecord, Route
from talkdex.schema.api import Problem

Handler = Callable[[Any, Any], Awaitable[str]]  # gives JSON


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Awaitable[Response]]]]:
    return [
        *((route.pattern, _json(_answering(route))) for route in ROUTES),
        (rf"^{ROOT}/openapi\.json$", _json(openapi)),
        (r"^/api(/.*)?$", _json(nothing_here)),
    ]


async def openapi(datasette: Any, request: Any) -> str:
    """The document, with an example of each route that answers within the time limit."""
    read_all((), _given(request))
    examples = {}
    for route in ROUTES:
        with suppress(NoSuchRecord, access.TookTooLong):
            examples[route.name] = await access.read(
                datasette, request, lambda conn, route=route: example_of(conn, route, datasette.urls.path)
            )
    return json.dumps(document(datasette.urls.path(ROOT), examples), ensure_ascii=False)


async def nothing_here(datasette: Any, request: Any) -> str:
    await access.read(datasette, request, lists.read_stats)
    raise NoSuchRecord(f"The API is under {ROOT}/: search, suggest, stats, {', '.join(KINDS)}; openapi.json says how.")


def _answering(route: Route) -> Handler:
    async def answer(datasette: Any, request: Any) -> str:
        given = _given(request)
        query = [(name, value) for name, values in given.items() for value in values]
        key = unquote(request.url_vars.get("key") or "")
        asked = Asked(read_all(route.parameters, given), query, key, datasette.urls.path)
        found = await access.read(datasette, request, lambda conn: route.load(conn, asked))
        return found.model_dump_json()

    return answer


def _json(handler: Handler) -> Callable[..., Awaitable[Response]]:
    """What the handler gives, or a problem (RFC 9457) where it gives nothing."""

    async def answer(datasette: Any, request: Any) -> Response:
        if request.method not in ("GET", "HEAD"):
            return _problem(datasette, 405, "Only GET and HEAD are answered here.")
        try:
            body = await handler(datasette, request)
        except BadParameter as error:
            return _problem(datasette, 400, str(error), error.name)
        except Forbidden:
            return _problem(datasette, 403, "You may not see this database.")
        except NoSuchRecord as error:
            return _problem(datasette, 404, str(error))
        except access.OtherVersion as error:
            return _problem(datasette, 503, str(error))
        except access.NoDatabase:
            return _problem(datasette, 404, "No database that Talkdex has built is served here.")
        except access.TookTooLong as error:
            return _problem(datasette, 503, str(error))
        return _respond(datasette, body, 200, "application/json; charset=utf-8")

    return answer


def _problem(datasette: Any, status: int, detail: str, parameter: str | None = None) -> Response:
    problem = Problem(title=HTTPStatus(status).phrase, status=status, detail=detail, parameter=parameter)
    return _respond(datasette, problem.model_dump_json(exclude_none=True), status, "application/problem+json")


def _respond(datasette: Any, body: str, status: int, content_type: str) -> Response:
    headers = {"x-content-type-options": "nosniff"}
    if datasette.cors:
        headers["access-control-allow-origin"] = "*"
    return Response(body, status=status, headers=headers, content_type=content_type)


def _given(request: Any) -> dict[str, list[str]]:
    """The query of a request: all values of each name."""
    return {name: request.args.getlist(name) for name in request.args}
