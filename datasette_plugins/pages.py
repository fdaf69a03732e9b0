"""The pages that readers see: `/`, `/search`, `/map`, `/review`, lists, and one for each talk, event, venue, …"""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import suppress
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from datasette import Response, hookimpl
from datasette.views.index import IndexView
from jinja2 import ChoiceLoader, FileSystemLoader

from talkdex.datasette_plugins import access, details, lists, wording
from talkdex.datasette_plugins.browse import browse
from talkdex.datasette_plugins.layout import HEADERS, breakable, layout, marked_code, record_path, web_address
from talkdex.datasette_plugins.linked_data import data_of, description_of, script_text, site_data
from talkdex.datasette_plugins.list_address import ListAddress
from talkdex.datasette_plugins.notes_html import render_notes
from talkdex.datasette_plugins.places import map_of_one, read_places_page
from talkdex.datasette_plugins.review import NOTICES_SHOWN, read_review
from talkdex.datasette_plugins.search import meaning, search
from talkdex.datasette_plugins.search_address import PAGE_SIZE, SearchAddress, page_number
from talkdex.datasette_plugins.sitemap import read_sitemap, sitemap_xml
from talkdex.datasette_plugins.world_map import Box
from talkdex.schema.api import (
    Counted,
    EventDetail,
    ProjectDetail,
    SearchResults,
    TakeawayOfTalk,
    Talk,
    TalkDetail,
    VenueDetail,
)

FOLDER = Path(__file__).parent
EXAMPLES = 6  # of what else to search where nothing was found
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
        (r"^/map/?$", _page(map_page)),
        (r"^/review/?$", _page(review_page)),
        (r"^/sitemap(-(?P<number>[1-9][0-9]{0,5}))?\.xml$", _page(sitemap)),
        (r"^/-/$", datasette_index),
        (r"^/-/talkdex/(?P<name>[a-z-]{1,40}\.(css|js|svg))$", static_file),
    ]


@hookimpl
def prepare_jinja2_environment(env: Any) -> None:
    env.loader = ChoiceLoader([env.loader, FileSystemLoader(FOLDER / "templates")])
    env.filters["talkdex_path"] = breakable
    env.filters["talkdex_web_address"] = web_address
    env.filters["talkdex_json"] = script_text
    env.filters["talkdex_code"] = marked_code
    env.globals["wording"] = wording


@hookimpl
def startup(datasette: Any) -> Callable[[], Awaitable[None]]:
    async def load_model() -> None:
        """Before the first question is asked, whose time limit it would use up: it takes a fifth of a second."""
        with suppress(access.NoDatabase, sqlite3.OperationalError):
            database = datasette.get_database(await access.database_name(datasette))
            if await database.execute_fn(meaning.is_known):
                meaning.vector_of("")

    return load_model


@hookimpl
def menu_links(datasette: Any) -> list[dict[str, str]]:
    return [
        {"href": datasette.urls.path("/search"), "label": "Search talks"},
        {"href": datasette.urls.path("/map"), "label": "Map of events"},
        {"href": datasette.urls.path("/review"), "label": "Notes to review"},
    ]


async def home_page(datasette: Any, request: Any) -> Response:
    overview = await access.read(datasette, request, lists.read_overview)
    context = {"overview": overview, "canonical": "/", "api": "/api/v1/stats"}
    absolute = layout(datasette, request)["absolute_url"]
    context["data"] = site_data(absolute("/"), absolute("/search"))
    context["description"] = f"{wording.count(overview.stats.talks, 'talk')} and what to remember of each."
    return await _respond(datasette, request, "home", context)


async def search_page(datasette: Any, request: Any) -> Response:
    address = SearchAddress.read(request.args)

    def found(conn: sqlite3.Connection) -> tuple[SearchResults, list[Counted]]:
        results = search(conn, address.query())
        return results, [] if results.total else lists.top_values(conn, "project", EXAMPLES)

    results, examples = await access.read(datasette, request, found)
    context = {"address": address, "results": results, "examples": examples, "canonical": str(address)}
    context |= {"pages": _pages(results.total, PAGE_SIZE), "api": address.json()}
    context["noindex"] = address != SearchAddress()
    return await _respond(datasette, request, "search", context)


async def all_talks(datasette: Any, request: Any) -> Response:
    await access.read(datasette, request, lists.read_stats)
    return Response.redirect(datasette.urls.path("/search"))


async def list_page(datasette: Any, request: Any) -> Response:
    address = ListAddress.read(request.url_vars["kind"], request.args)
    kind, wanted, page = address.kind, address.wanted, address.page
    shown = await access.read(datasette, request, lambda conn: browse(conn, kind, wanted, page))
    context = {"kind": kind, "shown": shown, "wanted": wanted, "page": page}
    context |= {"list_address": address, "api": address.json()}
    context |= {"canonical": f"/{kind}", "noindex": address != ListAddress(kind)}
    return await _respond(datasette, request, "list", context)


async def detail_page(datasette: Any, request: Any) -> Response:
    kind, slug = request.url_vars["kind"], unquote(request.url_vars["slug"])
    name = kind.removesuffix("s")
    record = await access.read(datasette, request, lambda conn: DETAILS[kind](conn, slug))
    if record is None:
        text = f"There is no {name} at this address. It may have been renamed in the notes."
        return await _problem(datasette, request, 404, "Not found", text)
    context = {name: record, "kind": kind, "api": f"/api/v1/{kind}/{quote(slug)}"}
    context |= {"canonical": record_path(kind, slug), "description": description_of(record)}
    context["data"] = data_of(record, layout(datasette, request)["absolute_record_url"])
    if isinstance(record, TalkDetail):
        context["notes"] = await asyncio.to_thread(render_notes, record.notes)  # the others do not wait for it
    if isinstance(record, ProjectDetail):
        context["years"] = _by_year(record.takeaways)
    if isinstance(record, EventDetail | VenueDetail):
        context["map"] = map_of_one(record.latitude, record.longitude)
    return await _respond(datasette, request, name, context)


async def map_page(datasette: Any, request: Any) -> Response:
    box = Box.read(request.args.get("box"))
    places = await access.read(datasette, request, lambda conn: read_places_page(conn, box))
    context = {
        "places": places,
        "kind": "map",
        "canonical": "/map",
        "noindex": box is not None,
        "api": None if box else "/api/v1/events?limit=200",
    }
    return await _respond(datasette, request, "map", context)


async def takeaway_page(datasette: Any, request: Any) -> Response:
    """A takeaway's address by its id alone leads to its place on the talk's page."""
    found = await access.read(datasette, request, lambda conn: details.takeaway_detail(conn, request.url_vars["id"]))
    if found is None:
        return await _problem(datasette, request, 404, "Not found", "There is no takeaway with this number.")
    return Response.redirect(datasette.urls.path(f"/talks/{found.talk.slug}#t-{found.id}"))


async def review_page(datasette: Any, request: Any) -> Response:
    kind = request.args.get("kind") if request.args.get("kind") in wording.NOTICE_KINDS else None
    page = page_number(request.args.get("page"))
    review = await access.read(datasette, request, lambda conn: read_review(conn, kind, page), access.NOTICES)
    context = {"review": review, "chosen": kind, "page": page, "pages": _pages(review.total, NOTICES_SHOWN)}
    return await _respond(datasette, request, "review", context | {"canonical": "/review", "noindex": True})


async def sitemap(datasette: Any, request: Any) -> Response:
    """For search engines, where the site is open to them."""
    number = request.url_vars["number"]
    pages = await access.read(datasette, request, lambda conn: read_sitemap(conn, number and int(number)))
    if not pages:
        return await _problem(datasette, request, 404, "Not found", "There is no such part of the sitemap.")
    xml = sitemap_xml(pages, layout(datasette, request)["absolute_url"]("/"))
    return Response(xml, headers={"x-content-type-options": "nosniff"}, content_type="application/xml; charset=utf-8")


async def datasette_index(datasette: Any, request: Any) -> Response:
    """Datasette's own first page, for all databases that it serves."""
    request.scope = {**request.scope, "url_route": {"kwargs": {"format": None}}}
    return await IndexView(datasette).get(request)


async def static_file(datasette: Any, request: Any) -> Response:
    """Our files, which browsers may keep for good: their addresses change with them."""
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
        except access.OtherVersion as error:
            return await _problem(datasette, request, 503, "The database needs another build", str(error))
        except access.NoDatabase:
            if handler is home_page:
                return await datasette_index(datasette, request)
            text = "No database that Talkdex has built is served here."
            return await _problem(datasette, request, 404, "Not found", text)
        except access.TookTooLong as error:
            return await _problem(datasette, request, 503, "This took too long", str(error))

    return page


async def _problem(datasette: Any, request: Any, status: int, title: str, text: str) -> Response:
    return await _respond(datasette, request, "problem", {"title": title, "text": text, "noindex": True}, status)


async def _respond(datasette: Any, request: Any, name: str, context: dict[str, Any], status: int = 200) -> Response:
    context = {**layout(datasette, request), **context}
    html = await datasette.render_template(f"talkdex/{name}.html", context, request, f"talkdex-{name}")
    return Response.html(html, status=status, headers=HEADERS)


def _by_year(takeaways: list[TakeawayOfTalk]) -> list[tuple[int | None, list[tuple[Talk, list[TakeawayOfTalk]]]]]:
    """Takeaways, which come ordered by talk, in groups by year, the newest first, and in these by talk."""
    years: dict[int | None, list[tuple[Talk, list[TakeawayOfTalk]]]] = {}
    for talk, group in groupby(takeaways, key=lambda takeaway: takeaway.talk):
        years.setdefault(talk.event and talk.event.year, []).append((talk, list(group)))
    return sorted(years.items(), key=lambda year: -(year[0] or 0))


def _pages(total: int, size: int) -> int:
    return max(1, -(-total // size))
