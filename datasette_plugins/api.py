"""The JSON API under /api/v1: the same records and the same search as the pages, for other programs."""

import difflib
from collections.abc import Awaitable, Callable, Iterable
from typing import Any
from urllib.parse import unquote, urlencode

from datasette import Forbidden, Response
from pydantic import BaseModel

from talkdex.datasette_plugins import access, details, lists
from talkdex.datasette_plugins.facets import FACETS
from talkdex.datasette_plugins.once import hookimpl
from talkdex.datasette_plugins.search import SearchQuery, search
from talkdex.datasette_plugins.suggest import suggest
from talkdex.schema.api import Page, Problem, Suggestions

DEFAULT_LIMIT = 50
MOST = 200
DEEPEST = 10_000
DETAILS: dict[str, Callable[[Any, str], Any]] = {
    "talks": details.talk_detail,
    "takeaways": details.takeaway_detail,
    "events": details.event_detail,
    "venues": details.venue_detail,
    "speakers": details.speaker_detail,
    "projects": details.project_detail,
    "tags": details.tag_detail,
    "posts": details.post_detail,
}

Handler = Callable[[Any, Any], Awaitable[BaseModel]]


class BadParameter(Exception):
    """A query parameter that the request may not have, or not with this value."""

    def __init__(self, name: str, detail: str) -> None:
        super().__init__(detail)
        self.name = name


class NoSuchRecord(Exception):
    """The address of a record that does not exist."""


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Awaitable[Response]]]]:
    kinds = "|".join(DETAILS)
    return [
        (r"^/api/v1/search$", _json(search_results)),
        (r"^/api/v1/suggest$", _json(suggestions)),
        (r"^/api/v1/stats$", _json(stats)),
        (rf"^/api/v1/(?P<kind>{kinds})$", _json(record_list)),
        (rf"^/api/v1/(?P<kind>{kinds})/(?P<slug>.+)$", _json(record)),
        (r"^/api(/.*)?$", _json(nothing_here)),
    ]


async def search_results(datasette: Any, request: Any) -> BaseModel:
    _allow_only(request.args, {"q", "sort", "limit", "offset", *FACETS})
    sort = request.args.get("sort") or "relevance"
    if sort not in ("relevance", "date"):
        raise BadParameter("sort", "sort is relevance or date.")
    query = SearchQuery(
        text=request.args.get("q") or "",
        chosen={name: request.args.getlist(name) for name in FACETS if request.args.getlist(name)},
        sort=sort,
        limit=_number(request.args, "limit", 20, 1, MOST),
        offset=_number(request.args, "offset", 0, 0, DEEPEST),
    )
    return await access.read(datasette, request, lambda conn: search(conn, query))


async def suggestions(datasette: Any, request: Any) -> BaseModel:
    _allow_only(request.args, {"q", "limit"})
    text, limit = request.args.get("q") or "", _number(request.args, "limit", 4, 1, 20)
    found = await access.read(datasette, request, lambda conn: suggest(conn, text, limit))
    return Suggestions(items=[item.model_copy(update={"href": datasette.urls.path(item.href)}) for item in found])


async def stats(datasette: Any, request: Any) -> BaseModel:
    _allow_only(request.args, set())
    return await access.read(datasette, request, lists.read_stats)


async def record_list(datasette: Any, request: Any) -> BaseModel:
    kind = request.url_vars["kind"]
    filters = lists.LISTINGS[kind].filters
    _allow_only(request.args, {"limit", "after", *filters})
    limit = _number(request.args, "limit", DEFAULT_LIMIT, 1, MOST)
    after = _number(request.args, "after", 0, 0, 2**63 - 1)
    chosen = {name: request.args.getlist(name) for name in filters}
    items, last = await access.read(datasette, request, lambda conn: lists.list_page(conn, kind, chosen, after, limit))
    following = None
    if last is not None:
        pairs = [(name, value) for name, values in chosen.items() for value in values]
        query = urlencode([*pairs, ("limit", limit), ("after", last)])
        following = str(datasette.urls.path(f"/api/v1/{kind}?{query}"))
    return Page(items=items, next=following)


async def record(datasette: Any, request: Any) -> BaseModel:
    _allow_only(request.args, set())
    kind, slug = request.url_vars["kind"], unquote(request.url_vars["slug"])
    found = await access.read(datasette, request, lambda conn: DETAILS[kind](conn, slug))
    if found is None:
        raise NoSuchRecord(f"There is no {kind.removesuffix('s')} {slug!r}.")
    return found


async def nothing_here(datasette: Any, request: Any) -> BaseModel:
    await access.read(datasette, request, lists.read_stats)
    raise NoSuchRecord("The API is under /api/v1/: search, suggest, stats, " + ", ".join(DETAILS) + ".")


def _json(handler: Handler) -> Callable[..., Awaitable[Response]]:
    """The handler's record as JSON, or a problem (RFC 9457) where there is none."""

    async def answer(datasette: Any, request: Any) -> Response:
        if request.method not in ("GET", "HEAD"):
            return _problem(datasette, 405, "Method not allowed", "Only GET and HEAD are answered here.")
        try:
            found = await handler(datasette, request)
        except BadParameter as error:
            return _problem(datasette, 400, "Bad parameter", str(error), error.name)
        except Forbidden:
            return _problem(datasette, 403, "Forbidden", "You may not see this database.")
        except NoSuchRecord as error:
            return _problem(datasette, 404, "Not found", str(error))
        except access.NoDatabase:
            return _problem(datasette, 404, "Not found", "No database that Talkdex has built is served here.")
        except access.TookTooLong as error:
            return _problem(datasette, 503, "Took too long", str(error))
        return _respond(datasette, found.model_dump_json(), 200, "application/json; charset=utf-8")

    return answer


def _problem(datasette: Any, status: int, title: str, detail: str, parameter: str | None = None) -> Response:
    problem = Problem(title=title, status=status, detail=detail, parameter=parameter)
    return _respond(datasette, problem.model_dump_json(exclude_none=True), status, "application/problem+json")


def _respond(datasette: Any, body: str, status: int, content_type: str) -> Response:
    headers = {"x-content-type-options": "nosniff"}
    if datasette.cors:
        headers["access-control-allow-origin"] = "*"
    return Response(body, status=status, headers=headers, content_type=content_type)


def _allow_only(args: Any, known: Iterable[str]) -> None:
    """Raises BadParameter for the first parameter that is not known, naming the nearest one that is."""
    for name in args:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else f" Known are: {', '.join(sorted(known)) or 'none'}."
            raise BadParameter(name, f"There is no parameter {name!r} here.{hint}")


def _number(args: Any, name: str, default: int, least: int, most: int) -> int:
    text = args.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdecimal() and len(text) < 20 and least <= int(text) <= most):
        raise BadParameter(name, f"{name} is a number from {least} to {most}.")
    return int(text)
