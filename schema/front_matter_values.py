"""One value of front matter, as YAML, TOML or JSON give it, in; the value that a record holds out.

A value of no use raises PydanticCustomError, whose message is the reason in words for the author of the notes.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, get_args

from pydantic_core import PydanticCustomError

from talkdex.schema.records import Format, Kind

_ISO_DAY = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?!\d)")
_BETWEEN_DAYS = re.compile(r"\.\.+| to | [-–—] |[–—]|/(?!\d\d?[-/]\d\d?$)")
_SHORT_LAST_DAY = re.compile(r"(?:(?:(\d{4})-)?(\d{1,2})-)?(\d{1,2})$")
_WRITTEN_DAYS = ("%B %d, %Y", "%b %d, %Y", "%B %d %Y", "%b %d %Y", "%d %B %Y", "%d %b %Y", "%d.%m.%Y")
_WIKI_LINK = re.compile(r"\[\[([^\[\]|]*)(?:\|([^\[\]]*))?\]\]")
_BETWEEN_NAMES = re.compile(r"[,;&]| (?:and|und|et) ")
_REMARK = re.compile(r"\([^()]*\)")
_LINES = re.compile(r"(\d+) ?(?:-|–|\.\.) ?(\d+)")
_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_]\w+)*")
_URL = re.compile(r"https?://\S+")

_OTHER_FORMATS: dict[str, Format] = {
    "lightning talk": "lightning",
    "ignite": "lightning",
    "tutorial": "workshop",
    "training": "workshop",
    "panel discussion": "panel",
    "presentation": "talk",
    "session": "talk",
}


def is_blank(value: Any) -> bool:
    """Whether a key is there without a value: `tags:` or `event: ""`."""
    return value is None or (isinstance(value, str) and not value.strip())


def items(value: Any) -> list[Any]:
    """A value as a list, flat: `[[Jane Doe]]` without quotes is a list in a list to YAML, a wiki link to its author."""
    if isinstance(value, list | tuple):
        return [flat for item in value for flat in items(item)]
    return [] if is_blank(value) else [value]


def shown(value: Any) -> str:
    """A value as a notice quotes it, shortened."""
    text = str(value)
    return f'"{text[:57]}..."' if len(text) > 60 else f'"{text}"'


def as_text(value: Any) -> str:
    """A line of text; of a wiki link, `[[DevNord 2024]]` or `[[people/Jane Doe|Jane Doe]]`, its words."""
    parts = items(value)
    if len(parts) != 1 or isinstance(parts[0], Mapping | bool | date):
        raise _unusable(f"{shown(value)} is not a text")
    return " ".join(_WIKI_LINK.sub(_words_of_link, str(parts[0])).split())


def as_name(value: Any) -> str:
    """The name of a person, event or place: a text with a letter in it."""
    name = as_text(value)
    if not any(character.isalpha() for character in name):
        raise _unusable(f"{shown(value)} is not a name")
    return name


def as_names(value: Any) -> list[str]:
    """People from a name, names with commas or "and", a list, or a list of {name: Jane Doe, company: Acme}."""
    found: list[str] = []
    for item in items(value):
        name = _REMARK.sub("", as_name(item.get("name") if isinstance(item, Mapping) else item))
        # In a list the author has said already where a name ends: "Dana Okafor, Jr."
        found += [name] if isinstance(value, list) else _BETWEEN_NAMES.split(name)
    return list(dict.fromkeys(" ".join(name.split()) for name in found if name.strip()))


def as_words(value: Any) -> list[str]:
    """Texts from a list or a string with commas, without the # of Obsidian's tags."""
    parts = items(value.split(",") if isinstance(value, str) and "[[" not in value else value)
    if any(isinstance(part, Mapping | bool) for part in parts):
        raise _unusable(f"{shown(value)} is not a list of words")
    return [word for part in parts if (word := as_text(str(part)).removeprefix("#"))]


def as_tags(value: Any) -> list[str]:
    """Jekyll and Obsidian also write `tags: python django`; "Machine Learning", with a capital, stays one tag."""
    if isinstance(value, str) and "," not in value and value == value.lower():
        return as_words([word for word in value.split() if word != "-"])  # "- python - django": a list read as text
    return as_words(value)


def as_year(value: Any) -> int:
    text = str(value).strip()
    if not (text.isascii() and text.isdigit() and 1950 <= int(text) <= 2100):
        raise _unusable(f"{shown(value)} is not a year")
    return int(text)


def as_day(value: Any) -> str:
    """An ISO day from a date, a time, "2024-03-19 10:00:00 +0100" or "March 19, 2024"."""
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()[:10]
    text = str(value).strip()
    if iso := _ISO_DAY.match(text):
        try:
            return date(*map(int, iso.groups())).isoformat()
        except ValueError:
            raise _unusable(f"{shown(value)} is not in the calendar") from None
    for pattern in _WRITTEN_DAYS:
        try:
            return datetime.strptime(text, pattern).date().isoformat()
        except ValueError:
            continue
    raise _unusable(f"{shown(value)} is not a date such as 2024-03-19")


def as_dates(value: Any) -> tuple[str, str]:
    """First and last day from one day, a list of two, {start, end}, "2024-03-19..2024-03-22" or "2024-03-19/22"."""
    if isinstance(value, Mapping):
        value = [value.get("start"), value.get("end")]
    if isinstance(value, str):
        value = [part.strip() for part in _BETWEEN_DAYS.split(value, maxsplit=1)]
    days = items(value)
    if not 1 <= len(days) <= 2:
        raise _unusable(f"{shown(value)} is neither one day nor a first and a last")
    start = as_day(days[0])
    end = _last_day(start, days[-1])
    if end < start:
        raise _unusable(f"ends ({end}) before it starts ({start})")
    return start, end


def as_takeaways(value: Any) -> list[dict[str, Any]]:
    """Texts, or texts with their line: `{text: Pin the base image, line: 42}`."""
    found = []
    for item in items(value):
        parts = item if isinstance(item, Mapping) else {"text": item}
        line = parts.get("line")
        if line is not None and not _is_line(line):
            raise _unusable(f"{shown(line)} is not the number of a line")
        found.append({"text": as_text(parts.get("text")), "line": line})
    return found


def as_lines(value: Any) -> tuple[int, int]:
    """First and last line from [12, 40] or "12-40"."""
    written = _LINES.fullmatch(str(value).strip())
    pair = list(map(int, written.groups())) if written else items(value)
    if len(pair) != 2 or not all(map(_is_line, pair)) or pair[0] > pair[1]:
        raise _unusable(f"{shown(value)} is not a first and a last line such as 12-40")
    return pair[0], pair[1]


def as_format(value: Any) -> str:
    text = " ".join(str(value).lower().split())
    return _one_of(get_args(Format), _OTHER_FORMATS.get(text, text))


def as_kind(value: Any) -> str:
    return _one_of(get_args(Kind), str(value).strip().lower())


def as_language(value: Any) -> str:
    """The language's code: "en" from "en-GB"."""
    code = _LANGUAGE.fullmatch(str(value).strip().lower())
    if not code:
        raise _unusable(f'{shown(value)} is not a language code such as "en"')
    return code[1]


def as_url(value: Any) -> str:
    text = str(value).strip()
    if not _URL.fullmatch(text):
        raise _unusable(f"{shown(value)} is not a web address")
    return text


def _unusable(reason: str) -> PydanticCustomError:
    return PydanticCustomError("unusable", "{reason}", {"reason": reason})


def _words_of_link(link: re.Match[str]) -> str:
    return link[2] or link[1].rsplit("/", 1)[-1]


def _last_day(start: str, value: Any) -> str:
    """The last day, which may leave out the year and month that it shares with the first: "22" or "03-22"."""
    if short := _SHORT_LAST_DAY.match(str(value)):
        year, month, day = short.groups()
        return as_day(f"{year or start[:4]}-{month or start[5:7]}-{day}")
    return as_day(value)


def _is_line(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _one_of(choices: tuple[str, ...], text: str) -> str:
    if text not in choices:
        raise _unusable(f"{shown(text)} is none of {', '.join(choices)}")
    return text
