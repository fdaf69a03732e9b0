"""What other sites show of a page: a record and the addresses of pages in, schema.org JSON-LD and a description out."""

import json
from collections.abc import Callable, Iterable
from typing import Any

from markupsafe import Markup

from talkdex.datasette_plugins import wording
from talkdex.datasette_plugins.layout import web_address
from talkdex.schema.api import (
    Answer,
    Event,
    EventDetail,
    Link,
    Named,
    ProjectDetail,
    SpeakerDetail,
    TagDetail,
    Talk,
    TalkDetail,
)

CONTEXT = "https://schema.org"
LONGEST_DESCRIPTION = 300
TALKS_LISTED = 100

Data = dict[str, Any]
Address = Callable[[str, str], str]  # the absolute address of a record, by its kind and slug


def data_of(record: Answer, address: Address) -> Data | None:
    """A talk, an event or a speaker as a schema.org document; None for anything else."""
    match record:
        case TalkDetail():
            data = talk_data(record, record.links, address)
        case EventDetail():
            data = event_data(record, record.talks[:TALKS_LISTED], address)
        case SpeakerDetail():
            data = speaker_data(record, address)
        case _:
            return None
    return {"@context": CONTEXT, **data}


def talk_data(talk: Talk, links: Iterable[Link], address: Address) -> Data:
    """A talk as https://schema.org/PresentationDigitalDocument."""
    return _known(
        {
            **_thing("PresentationDigitalDocument", talk.title, address("talks", talk.slug)),
            "inLanguage": talk.language,
            "dateCreated": talk.date or (talk.event and talk.event.year and str(talk.event.year)),
            "author": [speaker_data(speaker, address) for speaker in talk.speakers],
            "about": [_named("SoftwareApplication", "projects", project, address) for project in talk.projects],
            "keywords": ", ".join(tag.name for tag in talk.tags),
            "abstract": talk.best_takeaway,
            "recordedAt": talk.event and _named("Event", "events", talk.event, address),
            "sameAs": [link.url for link in links if link.kind != "other" and web_address(link.url)],
        }
    )


def event_data(event: Event, talks: Iterable[Talk], address: Address) -> Data:
    """An event as https://schema.org/Event, with `talks` as what was recorded in it."""
    return _known(
        {
            **_thing("Event", event.name, address("events", event.slug)),
            "startDate": event.start_date or (event.year and str(event.year)),
            "endDate": event.end_date,
            "location": _location(event),
            "recordedIn": [
                _thing("PresentationDigitalDocument", talk.title, address("talks", talk.slug)) for talk in talks
            ],
        }
    )


def speaker_data(speaker: Named, address: Address) -> Data:
    """A speaker as https://schema.org/Person."""
    return _named("Person", "speakers", speaker, address)


def site_data(home: str, search: str) -> Data:
    """The first page as https://schema.org/WebSite, with where to search it. The addresses are absolute."""
    target = {"@type": "EntryPoint", "urlTemplate": search + "?q={q}"}
    return {
        "@context": CONTEXT,
        "@type": "WebSite",
        "name": "Talkdex",
        "url": home,
        "potentialAction": {"@type": "SearchAction", "target": target, "query-input": "required name=q"},
    }


def description_of(record: Answer) -> str:
    """One or two sentences on a record, for those who see its address somewhere else."""
    match record:
        case TalkDetail():
            by = f" by {wording.listed(speaker.name for speaker in record.speakers)}" if record.speakers else ""
            event = f" at {record.event.name}" if record.event else ""
            text = f"{wording.FORMATS[record.format]}{by}{event}. {record.best_takeaway or ''}"
        case EventDetail():
            when = wording.days(record.start_date, record.end_date) or str(record.year or "")
            known = wording.place(wording.count(record.talk_count, "talk"), when, record.city, record.country)
            text = f"Notes of {record.name}: {known}."
        case ProjectDetail():
            takeaways = wording.count(record.takeaway_count, "takeaway")
            text = f"{takeaways} about {record.name} from {wording.count(record.talk_count, 'talk')}."
        case SpeakerDetail():
            text = f"Notes of {wording.count(record.talk_count, 'talk')} by {record.name}."
        case TagDetail():
            text = f"Notes of {wording.count(record.talk_count, 'talk')} about {record.name}."
        case _:
            text = getattr(record, "name", "")
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_DESCRIPTION else text[: LONGEST_DESCRIPTION - 1].rstrip() + "…"


def script_text(data: Data) -> Markup:
    """JSON that no title can end: it holds neither `<` nor `&`."""
    text = json.dumps(data, ensure_ascii=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)


def _location(event: Event) -> Data | None:
    if not (event.venue or event.city or event.country):
        return None
    place = {"addressLocality": event.city, "addressCountry": event.country}
    geo = {"latitude": event.latitude, "longitude": event.longitude}
    return _known(
        {
            "@type": "Place",
            "name": event.venue.name if event.venue else wording.place(event.city, event.country),
            "address": _known({"@type": "PostalAddress", **place}),
            "geo": None if event.latitude is None else {"@type": "GeoCoordinates", **geo},
        }
    )


def _named(type_of: str, kind: str, record: Named, address: Address) -> Data:
    return _thing(type_of, record.name, address(kind, record.slug))


def _thing(type_of: str, name: str, page: str) -> Data:
    """Known by its page, so that all that is said of it in several places is of the same thing."""
    return {"@type": type_of, "@id": page, "name": name, "url": page}


def _known(data: Data) -> Data:
    """Without what is not known."""
    return {key: value for key, value in data.items() if value not in (None, "", [])}
