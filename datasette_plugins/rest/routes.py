"""All routes of the API, each declared once: its address, parameters and answer, and how that is read."""

import re
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import Any
from urllib.parse import urlencode

from pydantic import BaseModel

from talkdex.datasette_plugins import details, lists
from talkdex.datasette_plugins.facets import FACETS
from talkdex.datasette_plugins.records import ids_of
from talkdex.datasette_plugins.related import related_talks
from talkdex.datasette_plugins.rest.included import INCLUDED
from talkdex.datasette_plugins.rest.included import MOST as MOST_INCLUDED
from talkdex.datasette_plugins.rest.parameters import (
    Choice,
    Cursor,
    Names,
    Number,
    Parameter,
    Text,
    Values,
    cursor,
)
from talkdex.datasette_plugins.rest.sorting import ORDERS, Position
from talkdex.datasette_plugins.search import SearchQuery, Standing, search_part
from talkdex.datasette_plugins.suggest import suggest
from talkdex.schema import api, api_pages

ROOT = "/api/v1"
DEFAULT_LIMIT = 50
MOST = 200
DEEPEST = 10_000

LIMIT = Number("limit", "How many records there are in one answer at most.", DEFAULT_LIMIT, 1, MOST)
AFTER = Cursor("after", "Where this part of the list begins: take it from `next`.")
UNSORTED = "id"  # the order of a list without `sort`
ORDERS_SAY = {
    UNSORTED: "`id` is always the same",
    "date": "`date` has the newest first",
    "title": "`title` is alphabetical",
    "name": "`name` is alphabetical",
    "talks": "`talks` has first what most talks have",
    "path": "`path` is alphabetical",
}
FIELDS = "Only these keys of each record, with commas between them."
INCLUDE = f"What else each record shall have, with commas between the names; at most {MOST_INCLUDED} records each."
FACET_COUNTS = "For which facets the talks are counted, with commas between them."
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

TALK_NAMED = "SELECT id FROM talks WHERE slug = :slug"


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

    def without(self, name: str) -> "Asked":
        """The same query without one parameter."""
        return replace(self, query=[pair for pair in self.query if pair[0] != name])

    def address(self, path: str, name: str, value: object) -> str:
        """The same query at the path with another value of one parameter."""
        query = [*self.without(name).query, (name, value)]
        return str(self.href(f"{path}?{urlencode(query)}"))


@dataclass(frozen=True)
class Route:
    """`path` is below ROOT and has `{key}` where the route gives one record, or what belongs to one. `load` raises
    NoSuchRecord."""

    name: str
    path: str
    summary: str
    model: type[BaseModel]
    load: Callable[[sqlite3.Connection, Asked], BaseModel]
    parameters: tuple[Parameter, ...] = ()
    kind: str | None = None  # of the records, a key of KINDS

    @property
    def key(self) -> str:
        """The name of the key in its path, empty where there is none."""
        return self.path.partition("{")[2].partition("}")[0]

    @property
    def listed(self) -> str | None:
        """The key of the answer that has the records, None where the answer is a record."""
        return next((name for name in ("items", "hits") if name in self.model.model_fields), None)

    def json(self, answer: BaseModel, asked: Asked) -> str:
        """The answer with the fields that were asked for, and of what has a default only what was asked for."""
        fields = asked.values.get("fields")
        shown: Any = None
        if fields is not None:
            shown = {*fields, *asked.values.get("include", ())}
            if self.listed:
                shown = {**dict.fromkeys(self.model.model_fields, True), self.listed: {"__all__": shown}}
        return answer.model_dump_json(include=shown, exclude_unset=True)

    @property
    def pattern(self) -> str:
        """The regular expression of its addresses. The path of a notes file has slashes, as they are or as %2F."""
        key = f"(?P<key>{'.+' if self.key == 'path' else '[^/]+'})"
        return "^" + re.escape(ROOT + self.path).replace(re.escape(f"{{{self.key}}}"), key) + "$"


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
    query = SearchQuery(
        text=asked.values["q"],
        chosen={name: asked.values[name] for name in FACETS if asked.values[name]},
        sort=asked.values["sort"],
        limit=asked.values["limit"],
        offset=asked.values["offset"],
        after=_standing(asked.values["after"]),
        count=asked.values["facets"],
    )
    found, last = search_part(conn, query)
    following = asked.without("offset").address(f"{ROOT}/search", "after", cursor(_position(last))) if last else None
    return api_pages.SearchPage(**dict(found), next=following)


def _position(last: Standing) -> Position:
    """The talk that a part of a search ended with, and where it stood, for when it is gone."""
    return Position(f"{last.rank} {last.newest}", last.talk_id)


def _standing(after: Position | None) -> Standing | None:
    if after is None:
        return None
    try:
        rank, newest = map(float, after.sorted_by.split())
    except ValueError:
        rank = newest = inf  # not a position in a search: nothing comes after it
    return Standing(after.id, rank, newest)


def suggestions(conn: sqlite3.Connection, asked: Asked) -> api.Suggestions:
    found = suggest(conn, asked.values["q"], asked.values["limit"])
    return api.Suggestions(items=[item.model_copy(update={"href": asked.href(item.href)}) for item in found])


def related(conn: sqlite3.Connection, asked: Asked) -> api.RelatedTalks:
    for talk_id in ids_of(conn, TALK_NAMED, {"slug": asked.key}):
        return api.RelatedTalks(items=related_talks(conn, talk_id, asked.values["limit"]))
    raise NoSuchRecord(f"There is no talk {asked.key!r}.")


def stats(conn: sqlite3.Connection, asked: Asked) -> api.Stats:
    return lists.read_stats(conn)


def _list_of(kind: str) -> Route:
    page, related = KINDS[kind].page, INCLUDED.get(kind, {})
    item = page.model_fields["items"].annotation.__args__[0]  # type: ignore[union-attr]
    filters = lists.LISTINGS[kind].filters
    parameters: list[Parameter] = [Values(name, FILTERS[name]) for name in filters]
    if kind in ORDERS:
        orders = (UNSORTED, *ORDERS[kind])
        parameters.append(Choice("sort", f"{'; '.join(ORDERS_SAY[order] for order in orders)}.", orders))
    parameters += [LIMIT, AFTER, Names("fields", FIELDS, tuple(item.model_fields))]
    if related:
        parameters.append(Names("include", INCLUDE, tuple(related), ()))
    if "facets" in page.model_fields:
        parameters.append(Names("facets", FACET_COUNTS, tuple(FACETS), ()))

    def load(conn: sqlite3.Connection, asked: Asked) -> BaseModel:
        values = asked.values
        sort = values.get("sort", UNSORTED)
        order = None if sort == UNSORTED else sort
        part = lists.list_part(conn, kind, values, order, values["after"], values["limit"])
        wanted = {*values.get("include", ()), *(related.keys() & set(values["fields"] or ()))}
        found = {name: related[name](conn, part.ids) for name in sorted(wanted)}
        items = [
            item(**dict(record), **{name: of[owner] for name, of in found.items()})
            for owner, record in zip(part.ids, part.items, strict=True)
        ]
        following = asked.address(f"{ROOT}/{kind}", "after", cursor(part.last)) if part.last else None
        counted = {"facets": lists.list_facets(conn, values, values["facets"])} if values.get("facets") else {}
        return page(items=items, next=following, **counted)

    return Route(f"list_{kind}", f"/{kind}", f"A list of {kind}", page, load, tuple(parameters), kind)


def _one_of(kind: str) -> Route:
    one = KINDS[kind]

    def load(conn: sqlite3.Connection, asked: Asked) -> BaseModel:
        if kind == "talks":
            with_related = "related" in (asked.values["fields"] or ())
            found: BaseModel | None = details.talk_detail(conn, asked.key, with_related)
        else:
            found = one.read(conn, asked.key)
        if found is None:
            raise NoSuchRecord(f"There is no {one.one} {asked.key!r}.")
        return found

    fields = Names("fields", FIELDS, tuple(one.detail.model_fields))
    return Route(
        f"get_{one.one}", f"/{kind}/{{{one.key}}}", f"One {one.one} in full", one.detail, load, (fields,), kind
    )


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
            Names("facets", FACET_COUNTS, tuple(FACETS), tuple(FACETS)),
            AFTER,
            Number("offset", "How many of the talks found are skipped.", 0, 0, DEEPEST),
            Names(
                "fields", "Only these keys of each talk found, with commas between them.", tuple(api.Hit.model_fields)
            ),
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
    Route(
        "list_related_talks",
        "/talks/{slug}/related",
        "Talks on the same subjects as one, and what they share",
        api.RelatedTalks,
        related,
        (
            Number("limit", "How many talks there are in the answer at most, the nearest.", 20, 1, MOST),
            Names("fields", FIELDS, tuple(api.RelatedTalk.model_fields)),
        ),
        "talks",
    ),
)
