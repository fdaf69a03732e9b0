"""A heading in; what stands around its title taken off: numbers, times, rooms, days, labels, languages, the event."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from talkdex.ingest.notes.inline import without_emoji
from talkdex.ingest.people.bylines import read_byline
from talkdex.ingest.people.names import DIGIT, fold, name_score
from talkdex.ingest.talks.formats import label_format
from talkdex.schema.records import Format


@dataclass(slots=True)
class Affixes:
    """What was taken off a heading, and the `rest`."""

    rest: str
    number: str | None = None
    label: str | None = None
    format: Format | None = None
    event: str | None = None
    people: tuple[str, ...] = ()


_TIME = r"\d{1,2}(?:[:.h]\d{2}){1,2}\s?(?:[ap]\.?m\.?|h|uhr)?|\d{1,2}\s?[ap]m"
_WEEKDAY = (
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|montag|dienstag|mittwoch|donnerstag|freitag|samstag"
    r"|lundi|mardi|mercredi|jeudi|vendredi"
)
# "09:30 - 10:15 Title", "(10:00) Title", "9am: Title"
TIME = re.compile(
    rf"^[(\[]?(?:{_TIME})(?:\s*(?:-|–|—|to|bis|until)\s*(?:{_TIME}))?[)\]]?(?:\s*[-–—:|,]+\s*|\s)(?=\S)", re.I
)
# "Day 1: Title", "Wednesday - Title", "2024-05-03: Title"
DAY = re.compile(
    rf"^(?:(?:day|tag|jour|dag|día|giorno)[ -]?(?:\d+|one|two|three)|{_WEEKDAY}(?:,? \d{{1,2}}\S*)?"
    r"|\d{4}-\d{2}-\d{2})\s*[-–—:|/,]+\s*(?=\S)",
    re.I,
)
# "[Room 2] Title", "(Main stage) Title", "Track A: Title"
_PLACE = "room|track|hall|stage|raum|saal|salle|sala"
ROOM = re.compile(
    rf"^(?:[\[(](?:{_PLACE}|theatre|main)\b[^\])]{{0,30}}[\])]\s*|(?:{_PLACE}) [\w.]{{1,12}}\s*[-–—:|]\s*)(?=\S)", re.I
)
# "1. Title", "A. Title", "#3 Title", "2) Title", "7 - Title", "1.2 Title"
NUMBER = re.compile(
    r"^(?:(?P<n>#?\d{1,3}(?:\.\d{1,2})?[.):]|#\d{1,3}\s*[-–—:.]?|\d{1,2}\s+[-–—](?=\s)|\d\.\d{1,2}(?=\s+[A-Z])"
    r"|[A-Z][.)]|\([\da-zA-Z]\)|№\s?\d+)\s+)(?=\S)"
)
# "Talk 2 - Title", "Session #3: Title", "Lightning Talk 4 – Title"
COUNTED = re.compile(
    r"^(?P<label>(?:lightning |breakout |invited |contributed )?(?:talk|session|presentation|keynote|vortrag|conférence"
    r"|charla|demo|workshop|tutorial|panel|part|episode))\s*#?(?P<n>\d{1,3}|[a-z](?=[:.)]))\s*[-–—:.)|]+\s*(?=\S)",
    re.I,
)
TITLE_WORD = re.compile(
    r"^(?:title|talk title|topic|talk|session|presentation|subject|talk notes|watched|webinar|titel|thema|titre|sujet"
    r"|título|tema)"
    r"\s*(?::|\s[-–—])\s*(?=\S)",
    re.I,
)
# "Keynote: Title", "Fireside chat - Title", "[Workshop] Title"
LABEL = re.compile(r"^(?P<label>[^:|–—\[\]()\"“]{3,45}?)\s*(?::|\s[-–—]{1,2}|\||｜|[–—])\s*(?=\S)")
BRACKET_LABEL = re.compile(r"^[\[(](?P<label>[^\[\]()]{2,40})[\])]\s*[-–—:]?\s*(?=\S)")
# "DjangoCon 2013: …", "… | PyData 2019"
EVENT_FIRST = re.compile(r"^(?P<event>[^:|–—]{3,60}?)\s*(?::|\s[-–—]{1,2}|\||[–—])\s+(?=\S)")
EVENT_LAST = re.compile(
    r"\s*(?:\s[-–—]{1,2}\s|\||｜|@|—|,\s)\s*(?P<event>(?:(?!\s[-–—])[^:|｜—@,]){3,60})$",
)
# "… (EN)", "… [slides]", "… (Ines Falkner)"
ASIDE = re.compile(r"\s*[(\[（]([^()\[\]（）]{1,120})[)\]）]\s*$")
TRAILING_LINK = re.compile(
    r"\s*(?:[-–—|:,]\s*|(?<!\bwith)(?<!\bin)(?<!\bof)(?<!\bfor)(?<!\byour)(?<!\bthe)(?<!\busing)\s|→\s*)"
    r"(?:\(?(?:slides?|video|recording|youtube|pdf|slide deck)\)?(?:\s*[,/&|]\s*|\s+and\s+)?){1,3}$"
    r"|\s*→$|\s+\d{1,2}:\d{2}(?::\d{2})?$",
    re.I,
)
_LANGUAGE = re.compile(
    r"^(?:en|ja|jp|de|fr|es|nl|it|pt|ru|zh|ko|pl|english|german|french|dutch|spanish|japanese|deutsch|englisch"
    r"|français|anglais|in \w+|auf \w+)$",
    re.I,
)
_LINK_WORDS = re.compile(
    r"^(?:(?:the |full |talk |link to |watch |my |his |her )?(?:slides?|slide deck|deck|videos?|recording|links?|pdf"
    r"|youtube|vimeo|notes|code|repo|github|twitter|transcript|here|audio|abstract|website|web|blog|blog post|demo"
    r"|details|info|schedule|source|speakerdeck|prezi|folien|vidéo)(?:\s*(?:[,/&|+]|and|und|et)\s*|$)){1,4}$",
    re.I,
)
_LENGTH = re.compile(
    rf"^(?:~?\d{{1,3}}\s*(?:min(?:ute)?s?|m|h|hours?|′|')\.?|(?:{_TIME})(?:\s*[-–—]\s*(?:{_TIME}))?|(?:{_WEEKDAY})\b.*"
    r"|day \d.*|room .*|track .*|part \d.*|cont(?:inued|'d|\.)?|beginner|intermediate|advanced|all levels)$",
    re.I,
)
_CHAIR = re.compile(r"(?:session )?(?:chair(?:ed by|person)?|moderat(?:or|ed by)|hosted by|host(?=:))(?!\w)", re.I)
_GATHERING = re.compile(
    r"(?:conf(?:erence)?|con|camp|summit|days?|fest(?:ival)?|meetup|world|forum|congress|kaigi|symposium|devoxx|jfokus"
    r"|goto|qcon|fosdem|oscon|ndc|live|expo|week|grunn|py\w+|\w+py|strangeloop|jam|connect|ignite|build|i/o|re:invent"
    r"|wwdc|unconference|hackathon|user group|ug)$",
    re.I,
)
_YEAR = re.compile(r"\b(?:19|20)\d{2}\b|['’]\d{2}$|\b\d{2}$")
_PUNCTUATION = frozenset(":-–—|｜[](),/@.#")
_LINK_ENDINGS = ("slide", "slides", "video", "rding", "utube", "pdf", "deck", "→")
_SYMBOLS = re.compile(r"^[^\w\s\"“'‘«„(\[@#¿¡.`<+&-]+\s*")


def strip_affixes(text: str, event: Sequence[str] = ()) -> Affixes:
    """A heading of one line and without markup, taken apart. `event` are names of the event that the notes are from."""
    found = Affixes(_SYMBOLS.sub("", without_emoji(text)).strip())
    for _ in range(5):
        before = found.rest
        for step in (_times, _numbers, _labels):
            step(found)
        if found.rest == before:
            break
    _asides(found)
    _event(found, event)
    if found.event:  # "PyCon 2019: Keynote - Ines"
        for step in (_numbers, _labels):
            step(found)
    return found


def is_event(text: str, event: Sequence[str] = ()) -> bool:
    """Whether a part of a heading names an event: it is one of `event`, or has a year and a word for gatherings."""
    text = text.strip()
    folded = fold(text)
    if any(
        folded == fold(e) or (len(e) > 4 and folded.startswith(fold(e)) and len(folded) - len(e) < 8)
        for e in event
        if e
    ):
        return True
    if len(text.split()) > 6 or not _YEAR.search(text):
        return False
    names = re.sub(
        r"['’]?\b\d{2,4}\b|\b(?:us|eu|uk|europe|usa|na|replay|recap|keynote|day)\b", " ", text, flags=re.I
    ).split()
    if not names:
        return False
    full_year = re.search(r"\b(?:19|20)\d{2}\b", text)
    return any(_GATHERING.search(w) for w in names) and (bool(full_year) or len(names) < 4)


# --- private: each takes something off `found.rest` and notes what it was --------------------------------------------


def _times(found: Affixes) -> None:
    if found.rest[:1] not in "0123456789[(" and not (set(found.rest[:40]) & _PUNCTUATION):
        return
    for pattern in (TIME, DAY, ROOM):
        rest = pattern.sub("", found.rest, count=1)
        if len(rest) > 1 and not (
            pattern is DAY and label_format(rest) and found.rest.lower().startswith("day") and ":" not in found.rest
        ):
            found.rest = rest


def _numbers(found: Affixes) -> None:
    if found.rest[:1] not in "0123456789#(№" and found.rest[1:2] not in ".)" and not DIGIT.search(found.rest, 0, 24):
        return
    match = COUNTED.match(found.rest)
    if match:
        found.number = match["n"]
        kind = label_format(match["label"])
        if kind not in (None, "talk"):
            found.format = kind
            found.label = found.label or match["label"]
        found.rest = found.rest[match.end() :]
        return
    match = NUMBER.match(found.rest)
    if not match:
        return
    rest = found.rest[match.end() :]
    # "J. Example: Title" begins with an initial, not with a number
    initial = re.match(r"(?:[A-Z]\.\s+){0,2}[A-ZÀ-Þ][\w'’-]+(?=\s*(?::|\s[-–—]|,|$))", rest)
    if (
        match["n"][0].isupper()
        and initial
        and name_score(f"{match['n']} {initial[0]}") > 0.6
        and len(rest) > len(initial[0])
    ):
        return
    found.number = match["n"].strip("#.):(- –—")
    found.rest = rest


def _labels(found: Affixes) -> None:
    if not set(found.rest[:50]) & _PUNCTUATION:
        return
    match = BRACKET_LABEL.match(found.rest)
    if match and (label_format(match["label"]) or _LANGUAGE.match(match["label"]) or _LENGTH.match(match["label"])):
        _note_label(found, match["label"])
        found.rest = found.rest[match.end() :]
        return
    match = LABEL.match(found.rest)
    if match and label_format(match["label"].strip()):
        _note_label(found, match["label"].strip())
        found.rest = found.rest[match.end() :]
        return
    match = TITLE_WORD.match(found.rest)
    if match:
        found.rest = found.rest[match.end() :]


def _note_label(found: Affixes, label: str) -> None:
    kind = label_format(label)
    if kind and (kind != "talk" or not found.label):
        found.label = label
        found.format = found.format or (kind if kind != "talk" else None)


def _asides(found: Affixes) -> None:
    """Takes "(EN)", "(slides)", "(RubyConf AU 2023)", "(45 min)", "(Ines Falkner, Acme)" off the end."""
    for _ in range(4):
        if found.rest[-6:].lower().rstrip(")]").endswith(_LINK_ENDINGS) or found.rest[-1:].isdigit():
            found.rest = TRAILING_LINK.sub("", found.rest).strip()
        match = ASIDE.search(found.rest) if found.rest.endswith((")", "]", "）")) else None
        if not match or not match.start():
            return
        inside = match[1].strip()
        rest = found.rest[: match.start()].strip()
        if is_event(inside):
            found.event = found.event or inside
        elif label_format(inside):
            found.format = found.format or label_format(inside)
        elif _is_people_aside(inside, rest):
            found.people = read_byline(inside).names
        elif not (
            _LANGUAGE.match(inside)
            or _LINK_WORDS.match(inside)
            or _LENGTH.match(inside)
            or _CHAIR.match(inside)
            or inside.startswith(("http", "www."))
        ):
            return
        found.rest = rest


def _is_people_aside(inside: str, rest: str) -> bool:
    """ "Title (Ines Falkner, Acme)", but "Ines Falkner (Acme)" only says where she works."""
    people = read_byline(inside)
    if (
        not people.names
        or people.score < 0.6
        or (len(people.names[0].split()) == 1 and not people.labelled and len(people.names) == 1)
    ):
        return False
    last = re.split(r"\s[-–—|:]+\s|\bby\s|:\s|[,&]", rest)[-1].strip()
    return name_score(last) < 0.5


def _event(found: Affixes, event: Sequence[str]) -> None:
    """Takes "DjangoCon 2013:" off the front and "| PyData LA 2019" off the end."""
    if not event and not DIGIT.search(found.rest):
        return
    match = EVENT_LAST.search(found.rest)
    if match and match.start() and is_event(match["event"], event):
        found.event = found.event or match["event"].strip()
        found.rest = found.rest[: match.start()].strip()
    match = EVENT_FIRST.match(found.rest)
    if match and is_event(match["event"], event):
        found.event = found.event or match["event"].strip()
        if label := _label_in_event(match["event"]):
            found.label = found.label or label
        found.rest = found.rest[match.end() :]


def _label_in_event(text: str) -> str | None:
    """ "DjangoCon 2012 Keynote - Ines": the label that stands in the event's part."""
    words = text.split()
    for count in (3, 2, 1):
        label = " ".join(words[-count:])
        if count < len(words) and label_format(label):
            return label
    return None
