"""How numbers, dates and kinds of things read on a page: values in, English out."""

from collections.abc import Iterable
from datetime import date

FORMATS = {
    "keynote": "Keynote",
    "talk": "Talk",
    "lightning": "Lightning talk",
    "workshop": "Workshop",
    "panel": "Panel",
    "demo": "Demo",
    "unknown": "Session",
}
LINK_KINDS = {"slides": "Slides", "video": "Video", "code": "Code", "other": "Link"}
NOTICE_KINDS = {
    "todo": "To do",
    "front-matter": "Front matter",
    "encoding": "Encoding",
    "unreadable": "Left out",
    "no-speaker": "No speaker",
    "no-year": "No year",
    "no-event": "No event",
    "doubtful": "Doubtful",
}


def count(number: int, one: str) -> str:
    """`1 talk`, `1,204 talks`."""
    return f"{number:,} {one}{'' if number == 1 else 's'}"


def day(iso: str | None) -> str:
    """`2024-03-19` as `19 March 2024`; what is no whole date stays as it is."""
    parsed = _parse(iso)
    return f"{parsed.day} {parsed:%B %Y}" if parsed else iso or ""


def days(start: str | None, end: str | None) -> str:
    """`19–22 March 2024`, `30 September – 1 October 2010`, `29 December 2023 – 2 January 2024`."""
    first, last = _parse(start), _parse(end)
    if not first or not last or last <= first:
        return day(start)
    if first.year != last.year:
        return f"{day(start)} – {day(end)}"
    if first.month != last.month:
        return f"{first.day} {first:%B} – {day(end)}"
    return f"{first.day}–{day(end)}"


def listed(names: Iterable[str]) -> str:
    """`Ada`, `Ada and Bob`, `Ada, Bob and Cleo`."""
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def place(*parts: str | None) -> str:
    """What is known of `City, Country`."""
    return ", ".join(part for part in parts if part)


def address(text: str) -> str:
    """`https://www.example.org/notes/` as `www.example.org/notes`; any other text stays as it is."""
    return text.split("://", 1)[1].rstrip("/") if text.startswith(("https://", "http://")) else text


def _parse(iso: str | None) -> date | None:
    try:
        return date.fromisoformat(iso or "")
    except ValueError:
        return None
