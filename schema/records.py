"""The record of one notes file, as `talkdex extract` prints it: what a careful reader takes from the file."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Kind = Literal["report", "talk", "index", "other"]
Format = Literal["keynote", "talk", "lightning", "workshop", "panel", "demo", "unknown"]
LinkKind = Literal["slides", "video", "code", "other"]
NoticeKind = Literal[
    "todo",  # a TODO, TBD or FIXME that the author left in the text
    "front-matter",  # front matter that could not be read or used
    "encoding",  # the file is not UTF-8
    "unreadable",  # the file was left out: binary, too large, vanished
    "no-speaker",  # a talk without a speaker
    "no-year",  # an event without a year
    "no-event",  # talks without an event
    "doubtful",  # an inference that the reader is not sure of
]


def _day(text: str) -> str:
    """The date as it is. Raises ValueError when it is none, or not written as `YYYY-MM-DD`."""
    try:
        written = date.fromisoformat(text).isoformat()
    except ValueError:
        written = ""
    if written != text:
        raise ValueError(f"{text!r} is not a date like 2024-05-27")
    return text


Line = Annotated[int, Field(ge=1, lt=2**31)]  # from 1
Year = Annotated[int, Field(ge=1, le=9999)]
Day = Annotated[str, AfterValidator(_day)]  # ISO, as 2024-05-27


class Record(BaseModel):
    """Base of all records: immutable, and strict about unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Notice(Record):
    """Something the reader noticed and a person may want to mend. `line` is 1-based, None for the whole file."""

    kind: NoticeKind
    message: str
    line: Line | None = None


class Link(Record):
    """A link of a talk or post. `title` is the link's text."""

    url: str
    title: str = ""
    kind: LinkKind = "other"
    line: Line | None = None


class Takeaway(Record):
    """One statement worth finding a year later: verbatim without markup, with the line on which it begins (1-based)."""

    line: Line
    text: str
    projects: list[str] = []


class Event(Record):
    """The gathering that notes are from. `name` is without year; dates are ISO `YYYY-MM-DD`; unknown parts are None."""

    name: str
    also: list[str] = []
    year: Year | None = None
    start: Day | None = None
    end: Day | None = None
    venue: str | None = None
    city: str | None = None
    country: str | None = None
    confidence: float = Field(default=1.0, ge=0, le=1)


class Talk(Record):
    """One session that the notes say something about. `lines`: its first and last line, 1-based, heading included."""

    title: str
    speakers: list[str] = []
    speakers_stated: bool = False  # by the front matter, which may also say that there are none
    speakers_confidence: float = Field(default=1.0, ge=0, le=1)
    format: Format = "talk"
    lines: tuple[Line, Line]
    projects: list[str] = []
    takeaways: list[Takeaway] = []  # best first
    links: list[Link] = []
    tags: list[str] = []  # of this talk alone; the post's tags are the note's
    confidence: float = Field(default=1.0, ge=0, le=1)


class Note(Record):
    """Everything read from one notes file. `path` is relative to the notes folder, with forward slashes."""

    path: str
    kind: Kind
    language: str = "en"
    title: str = ""
    date: Day | None = None  # of the post, ISO; never taken for the event's
    authors: list[str] = []
    event: Event | None = None
    talks: list[Talk] = []
    projects: list[str] = []
    tags: list[str] = []
    links: list[Link] = []
    notices: list[Notice] = []
    confidence: float = Field(default=1.0, ge=0, le=1)  # of the kind
