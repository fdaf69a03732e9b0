"""The records that the pages and the JSON API show: read from the database, handed to templates and clients alike."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from talkdex.schema.records import Format, Kind, LinkKind, NoticeKind


class Answer(BaseModel):
    """Base of all that is shown: immutable, and strict about unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Named(Answer):
    """A speaker, project, tag or venue that another record mentions."""

    slug: str
    name: str


class Counted(Named):
    """The same with the number of talks it has in the record that mentions it."""

    talk_count: int


class EventName(Named):
    """An event that another record mentions. `name` includes the year."""

    year: int | None


class YearCount(Answer):
    """How many talks of a year there are."""

    year: int
    talk_count: int


class TalkName(Answer):
    """A talk that another record mentions."""

    slug: str
    title: str


class Talk(Answer):
    """One session with everything about it that fits a list. Lines are 1-based lines of the notes file `path`."""

    slug: str
    title: str
    format: Format
    event: EventName | None
    date: str | None  # the day on which the event began, ISO
    city: str | None
    speakers: list[Named]
    projects: list[Named]
    tags: list[Named]
    language: str
    path: str
    first_line: int
    last_line: int
    takeaway_count: int
    best_takeaway: str | None


class Takeaway(Answer):
    """One statement of a talk, with the line of the notes on which it begins. `rank` is its place among the talk's
    takeaways, from 1, best first."""

    id: int
    rank: int
    line: int
    text: str
    projects: list[Named]


class TakeawayOfTalk(Takeaway):
    """A takeaway in a list of several talks'."""

    talk: Talk


class Link(Answer):
    """A link of a talk: to its slides, video, code or something else."""

    kind: LinkKind
    title: str
    url: str
    line: int | None


class Shared(Named):
    """A project, tag or speaker that two talks have, unless so many talks have it that it says nothing of two."""

    kind: Literal["project", "speaker", "tag"]


class RelatedTalk(Talk):
    """Another talk on the subjects of a talk, and why it is one. `score` is nearly 1 where they share one project that
    no other talk has; `nearness` in meaning is the cosine of what their notes say, null where that is not near."""

    score: float
    shared: list[Shared]
    nearness: float | None


class RelatedTalks(Answer):
    """Talks on the same subjects, the nearest first."""

    items: list[RelatedTalk]


class TalkDetail(Talk):
    """One session in full. `notes` is the Markdown of its lines; the neighbours are those of the same event. `related`
    are other talks on its subjects, the nearest first; the API has them only where `fields` asks for them."""

    takeaways: list[Takeaway]
    links: list[Link]
    notes: str
    related: list[Talk] = []
    previous: TalkName | None
    next: TalkName | None


class Post(Answer):
    """One notes file."""

    path: str
    title: str
    kind: Kind
    language: str
    date: str | None
    authors: list[str]
    event: EventName | None
    talk_count: int


class PostDetail(Post):
    tags: list[Named]
    talks: list[Talk]


class Event(EventName):
    """One edition of a gathering. `series` is its name without the year; dates are ISO; coordinates are the city's."""

    series: str
    start_date: str | None
    end_date: str | None
    venue: Named | None
    city: str | None
    country: str | None
    latitude: float | None
    longitude: float | None
    talk_count: int


class EventDetail(Event):
    """An event with its talks in the order of the notes, at most 1,000, and the other editions of its series."""

    talks: list[Talk]
    projects: list[Counted]
    posts: list[Post]
    editions: list[EventName]


class Venue(Named):
    city: str | None
    country: str | None
    latitude: float | None
    longitude: float | None
    event_count: int


class VenueDetail(Venue):
    events: list[Event]


class Speaker(Counted):
    pass


class SpeakerDetail(Speaker):
    """A speaker with the newest talks, at most 200; `/api/v1/talks?speaker=` has all."""

    projects: list[Counted]
    years: list[YearCount]
    talks: list[Talk]


class Project(Counted):
    """A piece of named software. `kind` is language, database, library, service, …"""

    kind: str | None
    homepage: str | None
    takeaway_count: int


class ProjectDetail(Project):
    """A project with its newest takeaways and talks, at most 200 of each; `/api/v1/takeaways?project=` and
    `/api/v1/talks?project=` have all. `beside` are the projects that most of its talks mention, too."""

    takeaways: list[TakeawayOfTalk]
    beside: list[Counted]
    years: list[YearCount]
    talks: list[Talk]


class Tag(Counted):
    pass


class TagDetail(Tag):
    """A tag with its newest talks, at most 200; `/api/v1/talks?tag=` has all. `beside` are the tags that most of its
    talks have, too."""

    projects: list[Counted]
    beside: list[Counted]
    years: list[YearCount]
    talks: list[Talk]


class Notice(Answer):
    """Something that the reader noticed in a notes file and a person may want to mend."""

    path: str
    line: int | None
    kind: NoticeKind
    message: str


class Stats(Answer):
    """How many there are of each."""

    talks: int
    takeaways: int
    events: int
    venues: int
    speakers: int
    projects: int
    tags: int
    posts: int


class FacetValue(Answer):
    """One value that talks can be narrowed to. `count` is the number of talks that choosing it leaves."""

    value: str
    label: str
    count: int
    selected: bool


class Facet(Answer):
    """The values of one facet among the talks found, most talks first. `more` is true when there are others."""

    name: str
    title: str
    values: list[FacetValue]
    more: bool


class FoundTakeaway(Answer):
    """A takeaway in a search result. `html` is its text, escaped, with `<mark>` around the words found."""

    id: int
    line: int
    text: str
    html: str


class Hit(Answer):
    """A talk that was found, with its best takeaways. `html` is the title and `snippet` a passage of the notes, escaped
    and marked; `snippet` is empty where takeaways say it already. `by_meaning` is true where not the words of the
    question were found, but what it means."""

    talk: Talk
    score: float
    by_meaning: bool
    html: str
    snippet: str
    takeaways: list[FoundTakeaway]
    more_takeaways: int


class Correction(Answer):
    """A word that no talk has, and those nearest to it that were searched instead."""

    typed: str
    used: list[str]


class UnderstoodFilter(Answer):
    """A filter typed among the words, as `speaker:hightower`. `labels` are the values meant, none where there are none;
    talks that have one are wanted, or unwanted."""

    facet: str
    typed: str
    labels: list[str]
    unwanted: bool


class SearchResults(Answer):
    """One page of a search. `total` counts talks. `match` is "any" where few talks have all the words, so that those
    with any of them, or near to them in meaning, are here too, and "everything" without words."""

    total: int
    match: Literal["all", "any", "everything"]
    hits: list[Hit]
    facets: list[Facet]
    total_unfiltered: int  # talks with the words, whatever the facets say
    corrections: list[Correction]
    understood: list[UnderstoodFilter]
    milliseconds: float


class Suggestion(Answer):
    """A record that the search box offers while somebody types. `href` leads to its page; `event` is that of a talk."""

    kind: Literal["project", "speaker", "event", "tag", "talk"]
    slug: str
    label: str
    talks: int
    event: str | None
    href: str


class Suggestions(Answer):
    """What begins like the text so far, by kind, most talks first."""

    items: list[Suggestion]


class Problem(BaseModel):
    """An error as RFC 9457 has it. `parameter` names the query parameter that is at fault."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    parameter: str | None = None
