"""What the lists of the JSON API hold: a page of records of each kind, and the pages of a search."""

from typing import Generic, TypeVar

from talkdex.schema.api import (
    Answer,
    Event,
    Post,
    Project,
    SearchResults,
    Speaker,
    Tag,
    TakeawayOfTalk,
    Talk,
    Venue,
)

Item = TypeVar("Item", bound=Answer)


class Page(Answer, Generic[Item]):
    """A part of a list. `next` is the address of the following part, None on the last."""

    items: list[Item]
    next: str | None


class TalkPage(Page[Talk]):
    pass


class TakeawayPage(Page[TakeawayOfTalk]):
    pass


class EventPage(Page[Event]):
    pass


class VenuePage(Page[Venue]):
    pass


class SpeakerPage(Page[Speaker]):
    pass


class ProjectPage(Page[Project]):
    pass


class TagPage(Page[Tag]):
    pass


class PostPage(Page[Post]):
    pass


class SearchPage(SearchResults):
    """A part of the talks found. `next` is the address of the following part, None on the last."""

    next: str | None
