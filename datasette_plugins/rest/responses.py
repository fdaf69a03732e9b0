"""A handler in, a Datasette view out: problems as RFC 9457 has them, HEAD and OPTIONS, caching, CORS and gzip."""

import gzip
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from datasette import Forbidden, Response
from datasette.utils import add_cors_headers

from talkdex.datasette_plugins import access
from talkdex.datasette_plugins.build_state import build_state
from talkdex.datasette_plugins.rest.parameters import BadParameter
from talkdex.datasette_plugins.rest.routes import NoSuchRecord
from talkdex.schema.api import Problem

METHODS = "GET, HEAD, OPTIONS"
JSON = "application/json; charset=utf-8"
PROBLEM = "application/problem+json"
WORTH_COMPRESSING = 1000  # bytes
TAKES_GZIP = re.compile(r"\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))", re.IGNORECASE)


@dataclass(frozen=True)
class Body:
    """What a handler answers."""

    text: str
    content_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)


Handler = Callable[[Any, Any], Awaitable[Body]]
View = Callable[..., Awaitable[Response]]


def view(handler: Handler) -> View:
    """What the handler answers, 304 where the client has it already, or the problem where there is no answer."""

    async def answer(datasette: Any, request: Any) -> Response:
        if request.method == "OPTIONS":
            return _respond(datasette, request, Body("", "text/plain", {"allow": METHODS}), 204)
        if request.method not in ("GET", "HEAD"):
            return _problem(datasette, request, 405, f"Only {METHODS} are answered here.")
        try:
            return await _answer(handler, datasette, request)
        except BadParameter as error:
            return _problem(datasette, request, 400, str(error), error.name)
        except Forbidden:
            return _problem(datasette, request, 403, "You may not see this database.")
        except NoSuchRecord as error:
            return _problem(datasette, request, 404, str(error))
        except access.OtherVersion as error:
            return _problem(datasette, request, 503, str(error))
        except access.NoDatabase:
            return _problem(datasette, request, 404, "No database that Talkdex has built is served here.")
        except access.TookTooLong as error:
            return _problem(datasette, request, 503, str(error))

    return answer


async def _answer(handler: Handler, datasette: Any, request: Any) -> Response:
    # Of the time before reading: where a build ends meanwhile, the next request reads again.
    state = await build_state(datasette, request)
    if state and state.is_named_by(request):
        name = await access.database_name(datasette)
        await access.ensure_visible(datasette, request.actor, name, access.CONTENT)
        return _respond(datasette, request, Body("", JSON, state.headers), 304)
    body = await handler(datasette, request)
    if state and state.is_known_to(request):
        return _respond(datasette, request, Body("", body.content_type, state.headers), 304)
    kept = state.headers if state else {"cache-control": "no-store"}
    return _respond(datasette, request, Body(body.text, body.content_type, {**body.headers, **kept}), 200)


def _problem(datasette: Any, request: Any, status: int, detail: str, parameter: str | None = None) -> Response:
    problem = Problem(title=HTTPStatus(status).phrase, status=status, detail=detail, parameter=parameter)
    headers = {"cache-control": "no-store"} | ({"allow": METHODS} if status == 405 else {})
    return _respond(datasette, request, Body(problem.model_dump_json(exclude_none=True), PROBLEM, headers), status)


def _respond(datasette: Any, request: Any, body: Body, status: int) -> Response:
    headers = {**body.headers, "x-content-type-options": "nosniff", "vary": "Accept-Encoding"}
    if datasette.cors:
        add_cors_headers(headers)
    content = body.text.encode("utf-8")
    if len(content) >= WORTH_COMPRESSING and TAKES_GZIP.search(request.headers.get("accept-encoding", "")):
        content = gzip.compress(content, compresslevel=5, mtime=0)
        headers["content-encoding"] = "gzip"
    return Response(content, status=status, headers=headers, content_type=body.content_type)
