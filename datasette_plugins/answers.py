"""The questions of a language model in, short answers with the lines of their sources out: the tools of `/-/mcp` and of
`talkdex mcp`, which read as the pages and the API do."""

import html
import inspect
import json
import re
import sqlite3
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from talkdex.datasette_plugins.browse import Wanted, browse
from talkdex.datasette_plugins.details import project_detail, talk_detail
from talkdex.datasette_plugins.records import ids_of, rows
from talkdex.datasette_plugins.search import SearchQuery, TypedFilter, search
from talkdex.datasette_plugins.suggest import suggest
from talkdex.ingest.projects import catalogue
from talkdex.ingest.store.slugs import slugify
from talkdex.schema.api import Answer, Event, Hit, SearchResults, Takeaway, TakeawayOfTalk, Talk, TalkDetail
from talkdex.schema.tools import (
    EventAnswer,
    EventsAnswer,
    ProjectDigest,
    SearchAnswer,
    ShortTalk,
    Statement,
    StatementOnProject,
    TalkAnswer,
    TalkFound,
    TalkLink,
)

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer

NOT_INSTALLED = (
    "The tools for language models need the extra mcp: install Talkdex as talkdex[mcp], "
    "or add what that has to its environment: pip install datasette-mcp"
)
TALKS_OF_PROJECT = 10
TAKEAWAYS_OF_A_TALK = 3
SOURCES_OF_EVENT = 3
NAMES_SAID = 5  # of those that a filter or a slip may mean
LONGEST_NOTES = 20_000  # characters

MARK = re.compile(r"</?mark>")
PROJECT = "SELECT id FROM projects WHERE slug = :slug"
# Files with talks of an event, and where those begin; then files that tell of it without a talk.
NOTES_ON_EVENTS = """
    WITH wanted AS (SELECT events.id, slug FROM json_each(:slugs) JOIN events ON slug = value)
    SELECT wanted.slug, path, min(first_line) AS line
    FROM wanted JOIN talks ON talks.event_id = wanted.id JOIN posts ON posts.id = post_id
    GROUP BY wanted.id, posts.id
    UNION ALL
    SELECT wanted.slug, path, 1
    FROM wanted JOIN posts ON posts.event_id = wanted.id
    WHERE NOT EXISTS (SELECT 1 FROM talks WHERE post_id = posts.id AND talks.event_id = wanted.id)
    ORDER BY path
"""

# Takes the call's context, as the SDK gives it, and what reads the database. Raises the SDK's ToolError.
Read = Callable[[Any, Callable[[sqlite3.Connection], Answer]], Awaitable[Answer]]
Limit = Annotated[int, Field(ge=1, le=50)]


class NoSuchRecord(Exception):
    """What was asked for by its name is not there; says what may have been meant."""


def search_takeaways(
    conn: sqlite3.Connection,
    question: Annotated[str, Field(description='Words, "a phrase", -unwanted words, or a question in plain English')],
    project: Annotated[str | None, Field(description="Only talks on this software, e.g. PostgreSQL")] = None,
    speaker: Annotated[str | None, Field(description="Only talks of this speaker; a part of the name will do")] = None,
    event: Annotated[str | None, Field(description="Only talks at this event, e.g. PyCon, or PyCon 2019")] = None,
    tag: Annotated[str | None, Field(description="Only talks with this tag")] = None,
    year: Annotated[int | None, Field(description="Only talks of this year")] = None,
    limit: Annotated[Limit, Field(description="How many talks are wanted")] = 10,
) -> SearchAnswer:
    """Find what was said at conferences: talks that answer a question by their words and by what they mean, each with
    the takeaways that say most about it, and the lines of the notes where they stand."""
    software = project and _project_slug(conn, project)
    facets = {"project": software, "speaker": speaker, "event": event, "tag": tag, "year": year}
    filters = [TypedFilter(name, str(value)) for name, value in facets.items() if value]
    found = search(conn, SearchQuery(question, filters=filters, limit=limit, count=()))
    return SearchAnswer(total=found.total, remarks=_remarks(found), talks=[_found(hit) for hit in found.hits])


def get_talk(
    conn: sqlite3.Connection,
    slug: Annotated[str, Field(description="As search_takeaways and project_digest give it")],
    with_notes: Annotated[bool, Field(description="Whether the notes themselves are wanted, too")] = False,
) -> TalkAnswer:
    """One talk: speakers, event, all takeaways with the lines of the notes where they stand, links to slides and
    videos, and related talks."""
    talk = talk_detail(conn, slug)
    if talk is None:
        raise NoSuchRecord(_no_such(conn, "talk", slug))
    return TalkAnswer(
        **dict(_short(talk)),
        format=talk.format,
        city=talk.city,
        projects=[project.name for project in talk.projects],
        tags=[tag.name for tag in talk.tags],
        takeaways=[_statement(talk, takeaway) for takeaway in talk.takeaways],
        links=[TalkLink(kind=link.kind, title=link.title, url=link.url) for link in talk.links],
        related=[_short(other) for other in talk.related],
        notes=_notes(talk) if with_notes else None,
    )


def list_events(
    conn: sqlite3.Connection,
    name: Annotated[str, Field(description="A part of the name, city or country")] = "",
    year: Annotated[int | None, Field(description="Only events of this year")] = None,
    limit: Annotated[Limit, Field(description="How many events are wanted")] = 20,
) -> EventsAnswer:
    """The conferences and meetups of which there are notes, the newest first, with dates and place."""
    chosen = () if year is None else (("year", str(year)),)
    page = browse(conn, "events", Wanted(name.strip(), chosen=chosen), 1)
    events = [event for _, group in page.groups for event in group if isinstance(event, Event)][:limit]
    sources = _notes_on(conn, events)
    return EventsAnswer(total=page.total, events=[_event(event, sources[event.slug]) for event in events])


def project_digest(
    conn: sqlite3.Connection,
    project: Annotated[str, Field(description="Its name or slug, e.g. PostgreSQL")],
    limit: Annotated[Limit, Field(description="How many takeaways are wanted")] = 15,
) -> ProjectDigest:
    """All that is known of a piece of software: what talks said about it, the newest first, with the lines of the notes
    where it stands, how many talks a year mention it, and what is mentioned beside it."""
    found = project_detail(conn, _project_slug(conn, project))
    if found is None:
        raise NoSuchRecord(_no_such(conn, "project", project))
    return ProjectDigest(
        slug=found.slug,
        name=found.name,
        kind=found.kind,
        homepage=found.homepage,
        talk_count=found.talk_count,
        takeaway_count=found.takeaway_count,
        years=found.years,
        beside=[other.name for other in found.beside[:TALKS_OF_PROJECT]],
        takeaways=[_statement_on_project(takeaway) for takeaway in _some_of_each_talk(found.takeaways)[:limit]],
        talks=[_short(talk) for talk in found.talks[:TALKS_OF_PROJECT]],
    )


TOOLS: Sequence[Callable[..., Answer]] = (search_takeaways, get_talk, list_events, project_digest)


def add_tools(server: "MCPServer[Any]", read: Read) -> None:
    """Offer the tools by this server of the SDK, each with a connection that `read` gives."""
    from mcp.types import ToolAnnotations

    for answer in TOOLS:
        server.add_tool(_tool(answer, read), annotations=ToolAnnotations(read_only_hint=True, open_world_hint=False))


def _tool(answer: Callable[..., Answer], read: Read) -> Callable[..., Awaitable[Answer]]:
    """The function as the SDK wants it: it takes the call's context in place of a connection."""
    from mcp.server.mcpserver import Context
    from mcp.server.mcpserver.exceptions import ToolError

    async def tool(context: Context[Any, Any], **asked: Any) -> Answer:
        try:
            return await read(context, lambda conn: answer(conn, **asked))
        except NoSuchRecord as error:
            raise ToolError(str(error)) from error

    _, *parameters = inspect.signature(answer).parameters.values()
    context = inspect.Parameter("context", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Context)
    tool.__signature__ = inspect.signature(answer).replace(parameters=[context, *parameters])  # type: ignore[attr-defined]
    tool.__name__, tool.__doc__ = answer.__name__, inspect.getdoc(answer)
    return tool


# ---- what is meant


def _project_slug(conn: sqlite3.Connection, asked: str) -> str:
    """Of the project of this name here, or of the one that the catalogue knows by it: "k8s" is Kubernetes."""
    slug, known = slugify(asked), catalogue.project(asked)
    return slug if known is None or ids_of(conn, PROJECT, {"slug": slug}) else slugify(known.name)


def _no_such(conn: sqlite3.Connection, kind: str, asked: str) -> str:
    """A sentence that names the nearest there are: those that have the first words, as many as possible."""
    words = asked.replace("-", " ").split()
    near = next((found for count in range(len(words), 0, -1) if (found := _named(conn, kind, words[:count]))), [])
    return f"There is no {kind} {asked!r}. " + (f"Near to it: {', '.join(near)}" if near else "Search for it.")


def _named(conn: sqlite3.Connection, kind: str, words: Sequence[str]) -> list[str]:
    return [one.slug for one in suggest(conn, " ".join(words), NAMES_SAID) if one.kind == kind]


# ---- parts of answers


def _short(talk: Talk) -> ShortTalk:
    return ShortTalk(
        slug=talk.slug,
        title=talk.title,
        event=talk.event.name if talk.event else None,
        date=talk.date,
        speakers=[speaker.name for speaker in talk.speakers],
        source=_source_of(talk),
    )


def _source_of(talk: Talk) -> str:
    lines = f"{talk.first_line}-{talk.last_line}" if talk.last_line > talk.first_line else f"{talk.first_line}"
    return f"{talk.path}:{lines}"


def _notes(talk: TalkDetail) -> str:
    """The notes, or as much of them as a model can be expected to read."""
    if len(talk.notes) <= LONGEST_NOTES:
        return talk.notes
    return f"{talk.notes[:LONGEST_NOTES]}…\n\n(The notes are longer than this: {_source_of(talk)})"


def _found(hit: Hit) -> TalkFound:
    return TalkFound(
        **dict(_short(hit.talk)),
        takeaways=[Statement(text=one.text, source=f"{hit.talk.path}:{one.line}") for one in hit.takeaways],
        passage=html.unescape(MARK.sub("", hit.snippet)) or None,
    )


def _statement(talk: Talk, takeaway: Takeaway) -> Statement:
    return Statement(text=takeaway.text, source=f"{talk.path}:{takeaway.line}")


def _statement_on_project(takeaway: TakeawayOfTalk) -> StatementOnProject:
    talk = takeaway.talk
    event = talk.event.name if talk.event else None
    return StatementOnProject(**dict(_statement(talk, takeaway)), talk=talk.slug, event=event)


def _some_of_each_talk(takeaways: Iterable[TakeawayOfTalk]) -> list[TakeawayOfTalk]:
    """So that one talk that is all about the project does not hide the others."""
    seen: Counter[str] = Counter()
    some = []
    for takeaway in takeaways:
        seen[takeaway.talk.slug] += 1
        if seen[takeaway.talk.slug] <= TAKEAWAYS_OF_A_TALK:
            some.append(takeaway)
    return some


def _event(event: Event, sources: list[str]) -> EventAnswer:
    return EventAnswer(
        slug=event.slug,
        name=event.name,
        start_date=event.start_date,
        end_date=event.end_date,
        venue=event.venue.name if event.venue else None,
        city=event.city,
        country=event.country,
        talk_count=event.talk_count,
        sources=sources[:SOURCES_OF_EVENT],
    )


def _notes_on(conn: sqlite3.Connection, events: Iterable[Event]) -> dict[str, list[str]]:
    """Where the notes on each event are, by its slug."""
    sources: dict[str, list[str]] = {event.slug: [] for event in events}
    for row in rows(conn, NOTES_ON_EVENTS, {"slugs": json.dumps(list(sources))}):
        sources[row["slug"]].append(f"{row['path']}:{row['line']}")
    return sources


def _remarks(found: SearchResults) -> list[str]:
    """What a reader of the search page is told beside the results."""
    remarks = []
    for one in found.understood:
        meant = ", ".join(one.labels[:NAMES_SAID]) or "there is none of this name"
        remarks.append(f"{one.facet} {one.typed!r}: {meant}{', …' if len(one.labels) > NAMES_SAID else ''}")
    for slip in found.corrections:
        remarks.append(f"No talk has {slip.typed!r}; searched instead: {', '.join(slip.used[:NAMES_SAID])}")
    if found.match == "any" and found.hits:
        remarks.append("Few talks have all of the words: some of these have only some, or are near in meaning")
    return remarks
