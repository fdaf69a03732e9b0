"""What the lists of the JSON API hold: a page of records of each kind, and the pages of a search.

What a list has only where `include` or `facets` asks for it has a default here, and is left out of answers otherwise.
"""

from typing import Generic, TypeVar

from talkdex.schema.api import (
    Answer,
    Event,
    Facet,
    Link,
    Post,
    Project,
    SearchResults,
    Speaker,
    Tag,
    Takeaway,
    TakeawayOfTalk,
    Talk,
    Venue,
)

Item = TypeVar("Item", bound=Answer)


class TalkItem(Talk):
    takeaways: list[Takeaway] = []
    links: list[Link] = []
    notes: str = ""


class EventItem(Event):
    talks: list[Talk] = []
    posts: list[Post] = []


class VenueItem(Venue):
    events: list[Event] = []


class SpeakerItem(Speaker):
    talks: list[Talk] = []


class ProjectItem(Project):
    talks: list[Talk] = []


class TagItem(Tag):
    talks: list[Talk] = []


class PostItem(Post):
    talks: list[Talk] = []


class Page(Answer, Generic[Item]):
    """A part of a list. `next` is the address of the following part, None on the last."""

    items: list[Item]
    next: str | None


class TalkPage(Page[TalkItem]):
    facets: list[Facet] = []


class TakeawayPage(Page[TakeawayOfTalk]):
    """Facets count talks."""

    facets: list[Facet] = []


class EventPage(Page[EventItem]):
    pass


class VenuePage(Page[VenueItem]):
    pass


class SpeakerPage(Page[SpeakerItem]):
    pass


class ProjectPage(Page[ProjectItem]):
    pass


class TagPage(Page[TagItem]):
    pass


class PostPage(Page[PostItem]):
    pass


class SearchPage(SearchResults):
    """A part of the talks found. `next` is the address of the following part, None on the last."""

    next: str | None
