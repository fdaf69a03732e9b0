"""The pages that readers see: `/`, `/search` and one for each talk, event, venue, speaker, project and tag."""

import sqlite3
from collections.abc import Awaitable, Callable
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from datasette import Response
from datasette.views.index import IndexView
from jinja2 import ChoiceLoader, FileSystemLoader

from talkdex.datasette_plugins import access, details, lists, wording
from talkdex.datasette_plugins.layout import HEADERS, breakable, layout, web_address
from talkdex.datasette_plugins.notes_html import render_notes
from talkdex.datasette_plugins.once import hookimpl
from talkdex.datasette_plugins.query import search
from talkdex.datasette_plugins.search_address import PAGE_SIZE, SearchAddress, page_number
from talkdex.schema.api import ProjectDetail, TakeawayOfTalk, Talk

FOLDER = Path(__file__).parent
BROWSE_SIZE = 300
STATIC_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
}
DETAILS: dict[str, Callable[[sqlite3.Connection, str], Any]] = {
    "talks": details.talk_detail,
    "events": details.event_detail,
    "venues": details.venue_detail,
    "speakers": details.speaker_detail,
    "projects": details.project_detail,
    "tags": details.tag_detail,
}

Handler = Callable[[Any, Any], Awaitable[Response]]


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Awaitable[Response]]]]:
    return [
        (r"^/$", _page(home_page)),
        (r"^/search/?$", _page(search_page)),
        (r"^/talks/?$", _page(all_talks)),
        (r"^/(?P<kind>events|venues|speakers|projects|tags)/?$", _page(list_page)),
        (r"^/(?P<kind>talks|events|venues|speakers|projects|tags)/(?P<slug>[^/]+)/?$", _page(detail_page)),
        (r"^/takeaways/(?P<id>[0-9]+)$", _page(takeaway_page)),
        (r"^/review/?$", _page(review_page)),
        (r"^/-/$", datasette_index),
        (r"^/-/talkdex/(?P<name>[a-z-]{1,40}\.(css|js|svg))$", static_file),
    ]


@hookimpl
def prepare_jinja2_environment(env: Any) -> None:
    env.loader = ChoiceLoader([env.loader, FileSystemLoader(FOLDER / "templates")])
    env.filters["talkdex_notes"] = render_notes
    env.filters["talkdex_path"] = breakable
    env.filters["talkdex_web_address"] = web_address
    env.globals["wording"] = wording


@hookimpl
def menu_links(datasette: Any) -> list[dict[str, str]]:
    return [
        {"href": datasette.urls.path("/search"), "label": "Search talks"},
        {"href": datasette.urls.path("/review"), "label": "Notes to review"},
    ]


async def home_page(datasette: Any, request: Any) -> Response:
    overview = await access.read(datasette, request, lists.read_overview)
    return await _respond(datasette, request, "home", {"overview": overview, "api": "/api/v1/stats"})


async def search_page(datasette: Any, request: Any) -> Response:
    address = SearchAddress.read(request.args)
    results = await access.read(datasette, request, lambda conn: search(conn, address.query()))
    context = {"address": address, "results": results, "pages": _pages(results.total, PAGE_SIZE)}
    context["api"] = f"/api/v1{address.on_page(1)}"
    return await _respond(datasette, request, "search", context)


async def all_talks(datasette: Any, request: Any) -> Response:
    await access.read(datasette, request, lists.read_stats)
    return Response.redirect(datasette.urls.path("/search"))


async def list_page(datasette: Any, request: Any) -> Response:
    kind = request.url_vars["kind"]
    part = (request.args.get("name") or "").replace("\0", "").strip()[:100]
    by_name = request.args.get("sort") == "name"
    page = page_number(request.args.get("page"))
    records, total = await access.read(
        datasette,
        request,
        lambda conn: lists.browse(conn, kind, part, by_name, (page - 1) * BROWSE_SIZE, BROWSE_SIZE),
    )
    context = {"kind": kind, "records": records, "total": total, "part": part, "by_name": by_name, "page": page}
    context |= {"pages": _pages(total, BROWSE_SIZE), "api": f"/api/v1/{kind}"}
    return await _respond(datasette, request, "list", context)


async def detail_page(datasette: Any, request: Any) -> Response:
    kind, slug = request.url_vars["kind"], unquote(request.url_vars["slug"])
    name = kind.removesuffix("s")
    record = await access.read(datasette, request, lambda conn: DETAILS[kind](conn, slug))
    if record is None:
        text = f"There is no {name} at this address. It may have been renamed in the notes."
        return await _problem(datasette, request, 404, "Not found", text)
    context = {name: record, "kind": kind, "api": f"/api/v1/{kind}/{quote(slug)}"}
    if isinstance(record, ProjectDetail):
        context["years"] = _by_year(record.takeaways)
    return await _respond(datasette, request, name, context)


async def takeaway_page(datasette: Any, request: Any) -> Response:
    """A takeaway's address by its id alone leads to its place on the talk's page."""
    found = await access.read(datasette, request, lambda conn: details.takeaway_detail(conn, request.url_vars["id"]))
    if found is None:
        return await _problem(datasette, request, 404, "Not found", "There is no takeaway with this number.")
    return Response.redirect(datasette.urls.path(f"/talks/{found.talk.slug}#t-{found.id}"))


async def review_page(datasette: Any, request: Any) -> Response:
    notices = await access.read(datasette, request, lists.read_notices, access.NOTICES)
    return await _respond(datasette, request, "review", {"notices": notices})


async def datasette_index(datasette: Any, request: Any) -> Response:
    """Datasette's own first page, for all databases that it serves."""
    request.scope = {**request.scope, "url_route": {"kwargs": {"format": None}}}
    return await IndexView(datasette).get(request)


async def static_file(datasette: Any, request: Any) -> Response:
    """Our files, which Datasette finds by itself in an installed package only. Their addresses change with them."""
    path = FOLDER / "static" / request.url_vars["name"]
    if not path.is_file():
        return await _problem(datasette, request, 404, "Not found", "There is no such file.")
    headers = {"cache-control": "public, max-age=31536000, immutable", "x-content-type-options": "nosniff"}
    return Response(path.read_text("utf-8"), headers=headers, content_type=STATIC_TYPES[path.suffix])


def _page(handler: Handler) -> Handler:
    """The handler, with an answer to what may go wrong on any page."""

    async def page(datasette: Any, request: Any) -> Response:
        if request.method not in ("GET", "HEAD"):
            return Response.text("Only GET and HEAD are answered here.", status=405, headers={"allow": "GET, HEAD"})
        try:
            return await handler(datasette, request)
        except access.NoDatabase:
            if handler is home_page:
                return await datasette_index(datasette, request)
            text = "No database that Talkdex has built is served here."
            return await _problem(datasette, request, 404, "Not found", text)
        except access.TookTooLong as error:
            return await _problem(datasette, request, 503, "This took too long", str(error))

    return page


async def _problem(datasette: Any, request: Any, status: int, title: str, text: str) -> Response:
    return await _respond(datasette, request, "problem", {"title": title, "text": text}, status)


async def _respond(datasette: Any, request: Any, name: str, context: dict[str, Any], status: int = 200) -> Response:
    context = {**layout(datasette), **context}
    html = await datasette.render_template(f"talkdex/{name}.html", context, request, f"talkdex-{name}")
    return Response.html(html, status=status, headers=HEADERS)


def _by_year(takeaways: list[TakeawayOfTalk]) -> list[tuple[int | None, list[tuple[Talk, list[TakeawayOfTalk]]]]]:
    """Takeaways, which come ordered by year and talk, in groups by year and in these by talk."""
    talks = [(talk, list(group)) for talk, group in groupby(takeaways, key=lambda takeaway: takeaway.talk)]
    years = groupby(talks, key=lambda pair: pair[0].event and pair[0].event.year)
    return [(year, list(group)) for year, group in years]


def _pages(total: int, size: int) -> int:
    return max(1, -(-total // size))
