"""What other programs follow or find this site by: Atom feeds, a calendar of events, OpenSearch and llms.txt."""

import sqlite3
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlencode
from xml.sax.saxutils import escape, quoteattr

from datasette import hookimpl

from talkdex.datasette_plugins import access, lists, wording
from talkdex.datasette_plugins.atom import Feed, atom
from talkdex.datasette_plugins.event_calendar import calendar_of
from talkdex.datasette_plugins.facets import FACETS
from talkdex.datasette_plugins.layout import asset_path, layout
from talkdex.datasette_plugins.records import ids_of, read_events
from talkdex.datasette_plugins.rest.parameters import Number, Text, Values, given, read_all
from talkdex.datasette_plugins.rest.responses import Body, View, view
from talkdex.datasette_plugins.rest.routes import FILTERS, ROOT
from talkdex.datasette_plugins.search import SearchQuery, search
from talkdex.schema.api import Event, SearchResults, Stats

TALKS = (
    Text("q", "What is searched, as on the search page."),
    *(Values(name, FILTERS[name]) for name in FACETS),
    Number("limit", "How many talks there are at most, the newest.", 50, 1, 200),
)
EVENTS = "SELECT id FROM events WHERE start_date IS NOT NULL ORDER BY start_date, slug"
OPENSEARCH = """<?xml version="1.0" encoding="utf-8"?>
<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">
<ShortName>Talkdex</ShortName>
<Description>{description}</Description>
<InputEncoding>UTF-8</InputEncoding>
<Image type="image/svg+xml">{icon}</Image>
<Url type="text/html" template={search}/>
<Url type="application/atom+xml" template={feed}/>
<Url type="application/opensearchdescription+xml" rel="self" template={self}/>
</OpenSearchDescription>
"""
LLMS = """# Talkdex

> Notes of conference talks, searchable: {counts}. Every statement has the file and the line of
> the notes from which it comes.

To answer a question, ask the search; it understands whole sentences, and `project:kafka year:2019` among the words.

## JSON

- [Search]({api}/search?q=backup): talks that answer a question, with their takeaways
- [OpenAPI 3.1]({api}/openapi.json): all routes, parameters and answers, and [the same for people]({api}/docs)
- [Talks]({api}/talks), with `?project=`, `?year=` and other filters, and [takeaways]({api}/takeaways) with the same
- [Events]({api}/events), [speakers]({api}/speakers), [projects]({api}/projects) and [tags]({api}/tags)

{tools}## Pages

- [Search]({home}search)
- [Events]({home}events), [projects]({home}projects), [speakers]({home}speakers), [tags]({home}tags)

## Optional

- [Newest talks]({home}feeds/talks.atom): Atom; takes `?q=`, `?project=`, `?event=` and `?tag=`
- [Events]({home}feeds/events.ics): iCalendar
"""

TOOLS = """## Tools

- [Model Context Protocol]({home}-/mcp): `search_takeaways`, `get_talk`, `list_events` and `project_digest`, by HTTP

"""


@hookimpl
def register_routes() -> list[tuple[str, View]]:
    return [
        (r"^/feeds/talks\.atom$", view(talks_feed)),
        (r"^/feeds/events\.ics$", view(events_calendar)),
        (r"^/opensearch\.xml$", view(opensearch)),
        (r"^/llms\.txt$", view(llms)),
    ]


async def talks_feed(datasette: Any, request: Any) -> Body:
    """The newest talks: all, or those that a search with these words and facets finds."""
    query = given(request)
    values = read_all(TALKS, query)
    chosen = {name: values[name] for name in FACETS if values[name]}
    wanted = SearchQuery(values["q"], chosen, "date", values["limit"], count=tuple(chosen))
    results = await access.read(datasette, request, lambda conn: search(conn, wanted))
    absolute = layout(datasette, request)["absolute_url"]
    pairs = [(name, value) for name, of in query.items() for value in of if name != "limit"]
    feed = Feed(
        title=_title(values["q"], results),
        address=absolute("/feeds/talks.atom" + (f"?{request.query_string}" if request.query_string else "")),
        page=absolute("/search" + (f"?{urlencode(pairs)}" if pairs else "")),
    )
    page = layout(datasette, request)["absolute_record_url"]
    return Body(atom(feed, results.hits, lambda talk: page("talks", talk.slug)), "application/atom+xml; charset=utf-8")


async def events_calendar(datasette: Any, request: Any) -> Body:
    """All events of which the days are known."""
    read_all((), given(request))

    def read(conn: sqlite3.Connection) -> list[Event]:
        return read_events(conn, ids_of(conn, EVENTS))

    events = await access.read(datasette, request, read)
    page = layout(datasette, request)["absolute_record_url"]
    calendar = calendar_of(events, lambda event: page("events", event.slug))
    return Body(calendar.decode("utf-8"), "text/calendar; charset=utf-8")


async def opensearch(datasette: Any, request: Any) -> Body:
    """By this a browser adds the site to its search engines."""
    stats = await access.read(datasette, request, lists.read_stats)
    absolute = layout(datasette, request)["absolute_url"]
    xml = OPENSEARCH.format(
        description=escape(f"Search {_counts(stats)}"),
        icon=escape(absolute(asset_path("icon.svg"))),
        search=quoteattr(absolute("/search") + "?q={searchTerms}"),
        feed=quoteattr(absolute("/feeds/talks.atom") + "?q={searchTerms}"),
        self=quoteattr(absolute("/opensearch.xml")),
    )
    return Body(xml, "application/opensearchdescription+xml; charset=utf-8")


async def llms(datasette: Any, request: Any) -> Body:
    """What a language model has to know to use this site (https://llmstxt.org)."""
    stats = await access.read(datasette, request, lists.read_stats)
    absolute = layout(datasette, request)["absolute_url"]
    tools = TOOLS.format(home=absolute("/")) if find_spec("datasette_mcp") else ""
    text = LLMS.format(counts=_counts(stats), api=absolute(ROOT), home=absolute("/"), tools=tools)
    return Body(text, "text/plain; charset=utf-8")


def _title(words: str, results: SearchResults) -> str:
    """As "Talks: Kafka, 2023, “exactly once” – Talkdex"."""
    chosen = [value.label for facet in results.facets for value in facet.values if value.selected]
    said = ", ".join([*chosen, *([f"“{words}”"] if words else [])])
    return f"Talks: {said} – Talkdex" if said else "Talks – Talkdex"


def _counts(stats: Stats) -> str:
    numbers = {"talk": stats.talks, "takeaway": stats.takeaways, "event": stats.events}
    return wording.listed([wording.count(number, one) for one, number in numbers.items()])
