"""Front matter in: `stated(front_matter, keys)` gives what its author states, which wins over inference, and notices.

Every key is read by itself: a value that cannot be used becomes a notice, the other keys still count. Keys that are
not listed here belong to the blog's theme and are left alone. docs/front-matter.md explains the keys to authors.
"""

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, TypeAdapter, ValidationError

from talkdex.schema.front_matter_values import (
    as_dates,
    as_day,
    as_format,
    as_kind,
    as_language,
    as_lines,
    as_name,
    as_names,
    as_tags,
    as_takeaways,
    as_text,
    as_url,
    as_words,
    as_year,
    is_blank,
    items,
    shown,
)
from talkdex.schema.records import Format, Kind, Link, LinkKind, Notice, Record


class StatedTakeaway(Record):
    """A takeaway in the author's words; `line` is where the notes say it, when the author gives that."""

    text: str
    line: int | None = None


class StatedTalk(Record):
    """What is stated of one talk. None: not stated, to be inferred; an empty list: stated that there are none."""

    title: str | None = None
    speakers: list[str] | None = None
    format: Format | None = None
    lines: tuple[int, int] | None = None
    projects: list[str] | None = None
    tags: list[str] | None = None
    takeaways: list[StatedTakeaway] | None = None
    links: list[Link] = []  # added to those that the notes have


class StatedEvent(Record):
    """What is stated of the event; every part may be missing. `location` is free text, to be read as a place."""

    name: str | None = None  # without the year
    year: int | None = None
    start: str | None = None
    end: str | None = None
    venue: str | None = None
    city: str | None = None
    country: str | None = None
    location: str | None = None  # "Kulturhuset, Stockholm": venue, city and country win over what is read from it


class Stated(Record):
    """What front matter states.

    `talk` holds what is said of the one talk that the post is about (`speaker: Jane Doe`). `talks` is the whole list
    of the post's talks and replaces the inferred list; the parts of a talk that are None are still inferred.
    """

    title: str | None = None
    date: str | None = None  # of the post, never of the event
    authors: list[str] = []
    language: str | None = None
    kind: Kind | None = None
    draft: bool = False
    tags: list[str] = []  # tags, categories and keywords, verbatim, each once
    aliases: list[str] = []
    event: StatedEvent | None = None
    talk: StatedTalk | None = None
    talks: list[StatedTalk] | None = None


def _value(kind: Any, reader: Callable[[Any], Any]) -> TypeAdapter[Any]:
    return TypeAdapter(Annotated[kind, BeforeValidator(reader)])


TEXT, NAME, NAMES = _value(str, as_text), _value(str, as_name), _value(list[str], as_names)
DAY, DATES, YEAR = _value(str, as_day), _value(tuple[str, str], as_dates), _value(int, as_year)
WORDS, TAGS, URL = _value(list[str], as_words), _value(list[str], as_tags), _value(str, as_url)
LANGUAGE = _value(str, as_language)

# Key in front matter → field of the model and how its value is read; of several keys for a field the first one counts.
Rules = dict[str, tuple[str, TypeAdapter[Any]]]

POST_KEYS: Rules = {
    "title": ("title", TEXT),
    "date": ("date", DAY),
    "pubdate": ("date", DAY),
    "publishdate": ("date", DAY),
    "created": ("date", DAY),
    "authors": ("authors", NAMES),
    "author": ("authors", NAMES),
    "language": ("language", LANGUAGE),
    "lang": ("language", LANGUAGE),
    "kind": ("kind", _value(Kind, as_kind)),
    "aliases": ("aliases", WORDS),
}

EVENT_NAMES = ("event", "conference", "conf", "meetup")

EVENT_KEYS: Rules = {
    "year": ("year", YEAR),
    "dates": ("dates", DATES),
    "venue": ("venue", NAME),
    "city": ("city", NAME),
    "country": ("country", NAME),
    "location": ("location", NAME),
}

# Beside the event they are too common in blogs to mean its days, so these count within `event:` only.
KEYS_WITHIN_EVENT: Rules = EVENT_KEYS | {
    "name": ("name", NAME),
    "date": ("dates", DATES),
    "start": ("start", DAY),
    "end": ("end", DAY),
}

TALK_PARTS: Rules = {
    "speakers": ("speakers", NAMES),
    "speaker": ("speakers", NAMES),
    "presenters": ("speakers", NAMES),
    "presenter": ("speakers", NAMES),
    "format": ("format", _value(Format, as_format)),
    "projects": ("projects", WORDS),
    "takeaways": ("takeaways", _value(list[StatedTakeaway], as_takeaways)),
}

# Of the one talk that a post is about: its `title` and `tags` are the post's.
KEYS_OF_ONLY_TALK: Rules = TALK_PARTS | {"talk": ("title", TEXT)}

KEYS_WITHIN_TALKS: Rules = TALK_PARTS | {
    "title": ("title", TEXT),
    "tags": ("tags", WORDS),
    "lines": ("lines", _value(tuple[int, int], as_lines)),
}

LINK_KEYS: dict[str, LinkKind] = {
    "slides": "slides",
    "video": "video",
    "recording": "video",
    "code": "code",
    "links": "other",
}

TAG_KEYS = {"tags": TAGS, "tag": WORDS, "categories": TAGS, "category": WORDS, "keywords": WORDS}

_YEAR_IN_NAME = re.compile(r"\(?(?<![\w-])((?:19[5-9]|20)\d\d)(?![\w-])\)?")


def stated(front_matter: Mapping[str, Any], keys: Mapping[str, int]) -> tuple[Stated, list[Notice]]:
    """What `front_matter` (keys in lower case) states; `keys` gives the line of each key. Never raises."""
    reading = _Reading(keys)
    event = _event(reading, front_matter)
    talk = _talk(reading, KEYS_OF_ONLY_TALK, front_matter)
    note = Stated(
        **reading.fields(POST_KEYS, front_matter),
        draft=_is_draft(front_matter),
        tags=_tags(reading, front_matter),
        event=event if event != StatedEvent() else None,
        talk=talk if talk != StatedTalk() else None,
        talks=_talks(reading, front_matter.get("talks")),
    )
    return note, sorted(reading.notices, key=lambda notice: notice.line or 0)


def split_year(name: str) -> tuple[str, int | None]:
    """An event's name without its year, and the year: "DevNord 2024" gives ("DevNord", 2024)."""
    year = _YEAR_IN_NAME.search(name)
    rest = f"{name[: year.start()]} {name[year.end() :]}".strip(" -–,:") if year else ""
    return (" ".join(rest.split()), int(year[1])) if year and rest else (name, None)


class _Reading:
    """The notices of one front matter, and the way to read its keys one by one."""

    def __init__(self, keys: Mapping[str, int]) -> None:
        self.keys = keys
        self.notices: list[Notice] = []

    def notice(self, key: str, message: str) -> None:
        self.notices.append(Notice(kind="front-matter", message=message, line=self.keys.get(key)))

    def value(self, adapter: TypeAdapter[Any], value: Any, key: str, name: str) -> Any:
        """`value` as the adapter reads it, or None and a notice on the line of `key` that calls it `name`."""
        try:
            return adapter.validate_python(value)
        except ValidationError as error:
            self.notice(key, f"{name}: {error.errors()[0]['msg']}")
            return None

    def fields(self, rules: Rules, mapping: Mapping[str, Any], key: str = "", prefix: str = "") -> dict[str, Any]:
        """The fields that `mapping` states: of the top-level key `key`, or of the front matter itself without one."""
        found: dict[str, Any] = {}
        for name, (field, adapter) in rules.items():
            if field not in found and not is_blank(mapping.get(name)):
                value = self.value(adapter, mapping[name], key or name, prefix + name)
                found |= {} if value is None else {field: value}
        return found

    def report_unknown(self, mapping: Mapping[str, Any], known: set[str], key: str, name: str) -> None:
        for unknown in sorted(mapping.keys() - known):
            self.notice(key, f"{name}: there is no key {shown(unknown)}")


def _event(reading: _Reading, front_matter: Mapping[str, Any]) -> StatedEvent:
    """The event from `event: DevNord 2024` or from a mapping there, and from the keys beside it, which win."""
    key = next((key for key in EVENT_NAMES if not is_blank(front_matter.get(key))), EVENT_NAMES[0])
    value = front_matter.get(key)
    parts: dict[str, Any] = {}
    if isinstance(value, Mapping):
        mapping = _lower_keys(value)
        parts = reading.fields(KEYS_WITHIN_EVENT, mapping, key, f"{key}.")
        reading.report_unknown(mapping, set(KEYS_WITHIN_EVENT), key, key)
    elif not is_blank(value):
        parts = {"name": reading.value(NAME, value, key, key)}
    _take_days(parts)
    beside = reading.fields(EVENT_KEYS, front_matter)
    _take_days(beside)
    parts |= beside
    start, end = parts.pop("start", None), parts.pop("end", None)
    if start and end and start > end:
        reading.notice(key, f"{key}: ends ({end}) before it starts ({start})")
        start = end = None
    name, year_in_name = split_year(parts.pop("name", None) or "")
    year = parts.pop("year", None) or year_in_name or (int(start[:4]) if start else None)
    return StatedEvent(name=name or None, year=year, start=start, end=end, **parts)


def _take_days(parts: dict[str, Any]) -> None:
    """Puts `dates` as `start` and `end` where these are not stated themselves."""
    for key, day in zip(("start", "end"), parts.pop("dates", (None, None)), strict=True):
        if day:
            parts.setdefault(key, day)


def _talks(reading: _Reading, value: Any) -> list[StatedTalk] | None:
    if is_blank(value):
        return None
    if not isinstance(value, list):
        reading.notice("talks", f"talks: {shown(value)} is not a list with an item for each talk")
        return None
    talks = []
    for number, item in enumerate(value, start=1):
        name = f"talks, item {number}"
        mapping = _lower_keys(item) if isinstance(item, Mapping) else {"title": item}
        talk = _talk(reading, KEYS_WITHIN_TALKS, mapping, "talks", f"{name}, ")
        reading.report_unknown(mapping, {*KEYS_WITHIN_TALKS, *LINK_KEYS}, "talks", name)
        if talk.title:
            talks.append(talk)
        else:
            reading.notice("talks", f"{name}: left out, it has no title")
    return talks


def _talk(reading: _Reading, rules: Rules, mapping: Mapping[str, Any], key: str = "", prefix: str = "") -> StatedTalk:
    fields = reading.fields(rules, mapping, key, prefix)
    return StatedTalk(**fields, links=_links(reading, mapping, key, prefix))


def _links(reading: _Reading, mapping: Mapping[str, Any], key: str, prefix: str) -> list[Link]:
    """The links of a talk: addresses, or `{url: …, title: …}`, under the key that says their kind."""
    links = []
    for name, kind in LINK_KEYS.items():
        for item in items(mapping.get(name)):
            if isinstance(item, bool):  # `video: true` is a switch of the theme
                continue
            parts = item if isinstance(item, Mapping) else {"url": item}
            if url := reading.value(URL, parts.get("url"), key or name, prefix + name):
                line = reading.keys.get(key or name)
                links.append(Link(url=url, title=str(parts.get("title") or ""), kind=kind, line=line))
    return links


def _tags(reading: _Reading, front_matter: Mapping[str, Any]) -> list[str]:
    """Tags, categories and keywords as they are written, each once; also those in `taxonomies` of Hugo and Zola."""
    taxonomies = front_matter.get("taxonomies")
    tags: dict[str, None] = {}
    for mapping, key in ((front_matter, ""), (taxonomies if isinstance(taxonomies, Mapping) else {}, "taxonomies")):
        for name, adapter in TAG_KEYS.items():
            if not is_blank(mapping.get(name)):
                tags |= dict.fromkeys(reading.value(adapter, mapping[name], key or name, name) or [])
    return list(tags)


def _is_draft(front_matter: Mapping[str, Any]) -> bool:
    """Hugo says `draft: true`, Jekyll `published: false`, others `status: draft`; `published: 2024-05-01` is a date."""
    draft, published, status = (str(front_matter.get(key)).strip().lower() for key in ("draft", "published", "status"))
    return draft in ("true", "yes") or published in ("false", "no") or status == "draft"


def _lower_keys(mapping: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(key).lower(): value for key, value in mapping.items()}
