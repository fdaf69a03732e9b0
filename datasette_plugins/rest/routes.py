"""All routes of the API, each declared once: its address, parameters and answer, and how that is read."""

import re
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from pydantic import BaseModel

from talkdex.datasette_plugins import details, lists
from talkdex.datasette_plugins.facets import FACETS
from talkdex.datasette_plugins.rest.parameters import Choice, Number, Parameter, Text, Values
from talkdex.datasette_plugins.search import SearchQuery, search
from talkdex.datasette_plugins.suggest import suggest
from talkdex.schema import api, api_pages

ROOT = "/api/v1"
DEFAULT_LIMIT = 50
MOST = 200
DEEPEST = 10_000

LIMIT = Number("limit", "How many records there are in one answer at most.", DEFAULT_LIMIT, 1, MOST)
AFTER = Number("after", "Where this part of the list begins: take it from `next`.", 0, 0, 2**63 - 1)
# What a filter compares; filters with the same name compare the same in all lists.
FILTERS = {
    "project": "Talks that mention one of these projects (slug).",
    "tag": "Talks with one of these tags (slug).",
    "event": "Talks or notes files of one of these events (slug).",
    "year": "Of one of these years.",
    "speaker": "Talks of one of these speakers (slug).",
    "format": "Talks of one of these formats: talk, keynote, panel, …",
    "city": "In one of these cities (name).",
    "country": "In one of these countries (name).",
    "venue": "At one of these venues (slug).",
    "talk": "Of one of these talks (slug).",
    "name": "With one of these names; the case of letters does not matter.",
    "kind": "Of one of these kinds.",
    "language": "In one of these languages (ISO 639-1).",
}


class NoSuchRecord(Exception):
    """The address of a record that does not exist."""


@dataclass(frozen=True)
class Asked:
    """A request to a route: the checked values of its parameters, its query as it was given, and the name in its path.
    `href` turns a path of this site into one that leads there from outside."""

    values: Mapping[str, Any]
    query: Sequence[tuple[str, str]]
    key: str
    href: Callable[[str], str]

    def address(self, path: str, name: str, value: object) -> str:
        """The same query at the path with another value of one parameter."""
        rest = [(other, text) for other, text in self.query if other != name]
        return self.href(f"{path}?{urlencode([*rest, (name, value)])}")


@dataclass(frozen=True)
class Route:
    """`path` is below ROOT and ends in `{key}` where the route gives one record. `load` raises NoSuchRecord."""

    name: str
    path: str
    summary: str
    model: type[BaseModel]
    load: Callable[[sqlite3.Connection, Asked], BaseModel]
    parameters: tuple[Parameter, ...] = ()
    kind: str | None = None  # of the records, a key of KINDS

    @property
    def gives_one(self) -> bool:
        return "{" in self.path

    @property
    def pattern(self) -> str:
        """The regular expression of its addresses. The key of a notes file has slashes, as they are or as %2F."""
        fixed, _, key = f"{ROOT}{self.path}".partition("{")
        return f"^{re.escape(fixed)}{'(?P<key>.+)' if key else ''}$"


@dataclass(frozen=True)
class Kind:
    """What the two routes of a kind of record need: `key` names the part of a record that is in its address."""

    one: str
    key: str
    page: type[BaseModel]
    detail: type[BaseModel]
    read: Callable[[sqlite3.Connection, str], BaseModel | None]


KINDS: Mapping[str, Kind] = {
    "talks": Kind("talk", "slug", api_pages.TalkPage, api.TalkDetail, details.talk_detail),
    "takeaways": Kind("takeaway", "id", api_pages.TakeawayPage, api.TakeawayOfTalk, details.takeaway_detail),
    "events": Kind("event", "slug", api_pages.EventPage, api.EventDetail, details.event_detail),
    "venues": Kind("venue", "slug", api_pages.VenuePage, api.VenueDetail, details.venue_detail),
    "speakers": Kind("speaker", "slug", api_pages.SpeakerPage, api.SpeakerDetail, details.speaker_detail),
    "projects": Kind("project", "slug", api_pages.ProjectPage, api.ProjectDetail, details.project_detail),
    "tags": Kind("tag", "slug", api_pages.TagPage, api.TagDetail, details.tag_detail),
    "posts": Kind("post", "path", api_pages.PostPage, api.PostDetail, details.post_detail),
}


def search_results(conn: sqlite3.Connection, asked: Asked) -> api_pages.SearchPage:
    limit, offset = asked.values["limit"], asked.values["offset"]
    query = SearchQuery(
        text=asked.values["q"],
        chosen={name: asked.values[name] for name in FACETS if asked.values[name]},
        sort=asked.values["sort"],
        limit=limit,
        offset=offset,
    )
    found = search(conn, query)
    last = offset + limit
    following = asked.address(f"{ROOT}/search", "offset", last) if last < min(found.total, DEEPEST + 1) else None
    return api_pages.SearchPage(**dict(found), next=following)


def suggestions(conn: sqlite3.Connection, asked: Asked) -> api.Suggestions:
    found = suggest(conn, asked.values["q"], asked.values["limit"])
    return api.Suggestions(items=[item.model_copy(update={"href": asked.href(item.href)}) for item in found])


def stats(conn: sqlite3.Connection, asked: Asked) -> api.Stats:
    return lists.read_stats(conn)


def _list_of(kind: str) -> Route:
    def load(conn: sqlite3.Connection, asked: Asked) -> BaseModel:
        limit, after = asked.values["limit"], asked.values["after"]
        items, last = lists.list_page(conn, kind, asked.values, after, limit)
        following = asked.address(f"{ROOT}/{kind}", "after", last) if last is not None else None
        return KINDS[kind].page(items=items, next=following)

    filters = tuple(Values(name, FILTERS[name]) for name in lists.LISTINGS[kind].filters)
    return Route(
        f"list_{kind}", f"/{kind}", f"A list of {kind}", KINDS[kind].page, load, (*filters, LIMIT, AFTER), kind
    )


def _one_of(kind: str) -> Route:
    one = KINDS[kind]

    def load(conn: sqlite3.Connection, asked: Asked) -> BaseModel:
        found = one.read(conn, asked.key)
        if found is None:
            raise NoSuchRecord(f"There is no {one.one} {asked.key!r}.")
        return found

    return Route(f"get_{one.one}", f"/{kind}/{{{one.key}}}", f"One {one.one} in full", one.detail, load, kind=kind)


ROUTES = (
    Route(
        "search",
        "/search",
        "The talks that answer a question, with facets, as the search page finds them",
        api_pages.SearchPage,
        search_results,
        (
            Text("q", "What is searched: words, phrases in quotes, and filters such as `speaker:hightower`."),
            *(Values(name, FILTERS[name]) for name in FACETS),
            Choice("sort", "The best first, or the newest.", ("relevance", "date")),
            Number("limit", "How many talks there are in one answer at most.", 20, 1, MOST),
            Number("offset", "How many of the talks found are skipped.", 0, 0, DEEPEST),
        ),
    ),
    Route(
        "suggest",
        "/suggest",
        "What begins like a text, for a box in which somebody types",
        api.Suggestions,
        suggestions,
        (Text("q", "The text so far."), Number("limit", "How many there are of each kind at most.", 4, 1, 20)),
    ),
    Route("stats", "/stats", "How many records there are of each kind", api.Stats, stats),
    *(route(kind) for kind in KINDS for route in (_list_of, _one_of)),
)
