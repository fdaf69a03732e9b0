"""Talks that were found in, an Atom feed (RFC 4287) of them out."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from xml.etree import ElementTree

from talkdex.datasette_plugins import wording
from talkdex.schema.api import Hit, Talk

ATOM = "http://www.w3.org/2005/Atom"
LONG_AGO = "1970-01-01"  # a talk of which not even the year is known: an entry needs a time
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Feed:
    """What the feed is called, where it is and the page that shows the same; absolute addresses."""

    title: str
    address: str
    page: str


def atom(feed: Feed, hits: Sequence[Hit], address: Callable[[Talk], str]) -> str:
    """The feed, the same for the same talks. `address` gives the absolute address of a talk's page."""
    root = ElementTree.Element("feed", xmlns=ATOM)
    _add(root, "id", feed.address)
    _add(root, "title", feed.title)
    _add(root, "link", rel="self", type="application/atom+xml", href=feed.address)
    _add(root, "link", rel="alternate", type="text/html", href=feed.page)
    _add(root, "updated", max((_time(hit.talk) for hit in hits), default=f"{LONG_AGO}T00:00:00Z"))
    _add(_add(root, "author"), "name", "Talkdex")
    root.extend(_entry(hit, address(hit.talk)) for hit in hits)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(root, encoding="unicode")


def _entry(hit: Hit, page: str) -> ElementTree.Element:
    talk = hit.talk
    entry = ElementTree.Element("entry", {"xml:lang": talk.language})
    _add(entry, "id", page)
    _add(entry, "title", talk.title)
    _add(entry, "link", rel="alternate", type="text/html", href=page)
    _add(entry, "published", _time(talk))
    _add(entry, "updated", _time(talk))
    for speaker in talk.speakers:
        _add(_add(entry, "author"), "name", speaker.name)
    for subject in (*talk.projects, *talk.tags):
        _add(entry, "category", term=subject.slug, label=subject.name)
    _add(entry, "content", _content(hit), type="html")
    return entry


def _content(hit: Hit) -> str:
    talk = hit.talk
    speakers = talk.speakers and wording.listed([speaker.name for speaker in talk.speakers])
    held = ", ".join(part for part in (speakers, talk.event and talk.event.name, talk.city) if part)
    takeaways = "".join(f"<li>{escape(takeaway.text)}</li>" for takeaway in hit.takeaways)
    listed = f"<ul>{takeaways}</ul>" if takeaways else f"<p>{hit.snippet}</p>"
    return (f"<p>{escape(held)}</p>" if held else "") + (listed if takeaways or hit.snippet else "")


def _time(talk: Talk) -> str:
    year = talk.event and talk.event.year
    return f"{talk.date or (f'{year:04}-01-01' if year else LONG_AGO)}T00:00:00Z"


def _add(parent: ElementTree.Element, name: str, text: str = "", **attributes: str) -> ElementTree.Element:
    clean = {key: NOT_IN_XML.sub("", value) for key, value in attributes.items()}
    child = ElementTree.SubElement(parent, name, clean)
    child.text = NOT_IN_XML.sub("", text) or None
    return child
