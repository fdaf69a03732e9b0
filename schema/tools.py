"""What the tools for language models answer: short records with names in place of links, and where each is noted."""

from pydantic import Field

from talkdex.schema.api import Answer, YearCount
from talkdex.schema.records import Format, LinkKind

SOURCE = "The notes file and its line or lines: path:12, path:12-30"


class Statement(Answer):
    """A takeaway of a talk."""

    text: str
    source: str = Field(description=SOURCE)


class ShortTalk(Answer):
    """A talk in a list; get_talk takes its slug."""

    slug: str
    title: str
    event: str | None
    date: str | None = Field(description="The day on which the event began, ISO")
    speakers: list[str]
    source: str = Field(description=SOURCE)


class TalkFound(ShortTalk):
    """A talk that answers a question."""

    takeaways: list[Statement] = Field(description="Those that say most of what was asked, at most three")
    passage: str | None = Field(description="Of the notes, where it answers better than any takeaway")


class SearchAnswer(Answer):
    """The talks that answer a question, the best first."""

    total: int = Field(description="How many talks there are, of which only the best are here")
    remarks: list[str] = Field(description="How the question was understood, where that is not obvious")
    talks: list[TalkFound]


class TalkLink(Answer):
    """Where slides, a video or code of a talk are."""

    kind: LinkKind
    title: str
    url: str


class TalkAnswer(ShortTalk):
    """A talk in full, its best takeaways first."""

    format: Format
    city: str | None
    projects: list[str]
    tags: list[str]
    takeaways: list[Statement]
    links: list[TalkLink]
    related: list[ShortTalk]
    notes: str | None = Field(description="The notes in Markdown, where they were asked for")


class EventAnswer(Answer):
    """One edition of a conference or meetup. Dates are ISO."""

    slug: str
    name: str
    start_date: str | None
    end_date: str | None
    venue: str | None
    city: str | None
    country: str | None
    talk_count: int
    sources: list[str] = Field(description="Where notes on it begin, at most three files: path:12")


class EventsAnswer(Answer):
    """Events, the newest first."""

    total: int = Field(description="How many there are, of which only the newest are here")
    events: list[EventAnswer]


class StatementOnProject(Statement):
    """A takeaway that mentions a project, with the talk in which it was said."""

    talk: str = Field(description="The slug of the talk")
    event: str | None


class ProjectDigest(Answer):
    """What was ever said about a piece of software, the newest first."""

    slug: str
    name: str
    kind: str | None
    homepage: str | None
    talk_count: int
    takeaway_count: int
    years: list[YearCount]
    beside: list[str] = Field(description="Projects that most of its talks mention, too")
    takeaways: list[StatementOnProject] = Field(description="At most three of a talk")
    talks: list[ShortTalk]
