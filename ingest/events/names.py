"""A piece of text in, the events that it names out: known series by a list, others by what events' names look like."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from talkdex.ingest.events.known import Form, Known, known_events, same_length_ascii, series_forms, squash
from talkdex.ingest.events.places import is_city, is_country, is_large_city
from talkdex.ingest.events.words import ENDINGS, REGION_WORDS, REGIONS, WORDS, YEAR_WORD, year_in

# series: a known name. word: a known name that is an everyday word too. pattern: "Tidewater Software Summit".
# maybe: "Gridworks Days". year: "Quillworks 2019". cue: "I attended Quillworks".
Certainty = Literal["series", "word", "pattern", "maybe", "year", "cue"]

_DOUBTFULENDINGS = frozenset({"con", "kon", "jam", "expo"})  # of many words and surnames: "Wikicon", "Bacon"
_LISTED_AFTER = frozenset(
    {"conference", "symposium", "workshop", "congress", "summit"}
)  # "Conference on Retro Compilers"

# A capitalised word, or one like "devopsdays" and "normConf" that begins small.
_CAPITAL = (
    r"[A-ZÀ-ÞŁŠŽČ0-9{][\w.'’!{}[\]-]*[\w!}\]]|[A-Z0-9]|[a-z]+[A-Z]\w+"
    r"|[a-z]{3,20}(?:conf|days|camp|fest|kaigi|con)\d{0,4}(?!\w)"
)
_RUN = re.compile(
    rf"(?<![\w@/.#-])#?(?:{_CAPITAL})"
    rf"(?:(?: [+&x] |[ +&/-]| (?:of|on|for|the|and|in|de|des|für|e|et|y)(?: the)? )(?:{_CAPITAL}))*"
)
_DAY_NUMBERS = frozenset(
    [*"12345", "one", "two", "three", "four", "five", "first", "second", "third", "i", "ii", "iii"]
)
_BRACKETS = str.maketrans("[]", "||")  # "[RiverConf 2019] Ines Falkner": nothing goes on behind them
_RUN_WORD = re.compile(r"[^\s+&|]+")
_YEAR_AFTER = re.compile(r"[\s,:(–—-]{1,3}((?:19|20)\d\d|['’]\d\d)\b")
# "the Quillworks conference", "a Rust Hack meetup"
_EVENT_AFTER = re.compile(
    r"['’\"”)]?\s(?:(?:developers?|tech|technology|software|web|security|data)\s)?"
    r"(?:(conference|summit|meetup|meet-up|symposium|unconference|user group|hackathon|barcamp|conf|convention|festival"
    r"|webinar|konferenz|conférence|conferencia)|(?:workshop|meeting|event))\b"
)
# "Quillworks, a small conference on ink"
_APPOSED_EVENT = re.compile(
    r"['’\"”)\]]?,? (?:is |was |ist )?(?:an?|the|eine|une|un|una) (?:[\w-]+ ){0,5}(?:conf|conference|summit|meetup"
    r"|symposium|unconference|convention|festival|barcamp|konferenz|conférence|conferencia)\b"
)
_STATED = re.compile(
    r"(?:^|[\s*_(])(?:event|conference|conf|meetup|konferenz|veranstaltung|événement|evento)\W{0,3}:\W{0,5}$",
    re.IGNORECASE,
)
_CUE = re.compile(
    r"(?:\battend(?:ed|ing)?|\bedition of|went to|been to|visit(?:ed|ing| to)?"
    r"|days? (?:one |two |three |\d )?(?:of|at|@)"
    r"|(?:notes|recap|summary|review|report|highlights|back|live) (?:from|on|of|for|:)"
    r"|(?:here|was|were|am|i'm|talk|spoke|speaking|live|presented) at|welcome to|organi[sz]ed|besuchte?|auf der|beim)\s"
    r"(?:the |this year['’]s |an? |der |die )?"
    r"(?:first |second |third |\d+(?:st|nd|rd|th) |annual |inaugural |very |local )?"
    r"[\[*_\"“‘']{0,3}$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class EventName:
    """A mention of an event: `name` as spelled, without the year; `key` is what all spellings of one event share."""

    name: str
    key: str
    certainty: Certainty
    series: str | None = None  # the usual name of a known series
    year: int | None = None
    city: str | None = None  # that follows the name: "JSConf Budapest"
    start: int = 0
    end: int = 0
    form: Form | None = None

    @property
    def usual(self) -> str:
        """The name in its usual spelling, where only a path gives it: "lead-dev-london" is LeadDev London."""
        return _usual(self.name, self.form) if self.form else self.name


class _Word(NamedTuple):
    text: str
    folded: str
    start: int
    end: int


def _word(text: str, start: int, end: int) -> _Word:
    text = text.strip("-/")
    return _Word(text, same_length_ascii(text).lower().strip(".:!'’#"), start, end)


def event_names(text: str, path: bool = False) -> list[EventName]:
    """Every event that `text` names, in order. With `path`, the text is a file's or folder's name: case tells nothing.

    >>> [(name.name, name.year) for name in event_names("My notes from RubyConf AU 2023 in Melbourne")]
    [('RubyConf AU', 2023)]
    """
    known = series_names(text, path)
    sure = [name for name in known if name.certainty == "series"]
    looks = [name for name in _by_looks(text, path) if all(name.end <= s.start or name.start >= s.end for s in sure)]
    # "Craft Beer Summit" is not Craft.
    longer = [name for name in looks if name.certainty == "pattern"]
    known = [
        name
        for name in known
        if name.certainty == "series" or not any(o.start <= name.start and name.end < o.end for o in longer)
    ]
    return sorted(known + looks, key=lambda name: name.start)


def series_names(text: str, path: bool = False) -> list[EventName]:
    """Every known series that `text` names, in order."""
    return [_of_series(text, found) for found in known_events(text, path)]


def event_key(name: str) -> str:
    """What spellings of one event's name share: the key of its series, or its letters and digits."""
    squashed = squash(name)
    if form := series_forms().get(squashed):
        return form.key
    return squashed.removeprefix("the").replace("conference", "conf") or squashed


def _of_series(text: str, found: Known) -> EventName:
    form, start, end, year, city = found
    name = _tidy(text[start:end])
    certainty: Certainty = "word" if form.everyday else "series"
    return EventName(name, form.key, certainty, form.series, year, city, start, end, form)


def _usual(name: str, form: Form) -> str:
    """The series in its usual spelling, with the region or city that follows it."""
    is_short = len(form.spelled) < 7 and form.spelled.isupper()
    base = form.series if is_short else form.spelled
    letters = len(squash(form.spelled))
    cut = next((i + 1 for i in range(len(name)) if len(squash(name[: i + 1])) >= letters), len(name))
    words = re.findall(r"[^\W_]+", name[cut:])
    return " ".join(
        [base, *(word.upper() if word.lower() in REGIONS and len(word) < 4 else word.capitalize() for word in words)]
    )


def _by_looks(text: str, path: bool) -> Iterator[EventName]:
    if path:  # "riverconf-2019": every word may be one of a name
        text = " ".join(word[:1].upper() + word[1:] for word in text.replace("-", " ").split(" "))
    for run in _RUN.finditer(text.translate(_BRACKETS)):
        at = run.start()
        words = [_word(m.group(), at + m.start(), at + m.end()) for m in _RUN_WORD.finditer(run.group())]
        # "Scaling Queues At RiverConf" is a title: the event comes after the "At".
        cut = next((i for i in range(len(words) - 1, 0, -1) if words[i].folded in ("at", "from", "@")), -1)
        if cut + 1 < len(words) and (name := _name_in(text, words[cut + 1 :], cut >= 0, path)):
            yield name


def _name_in(text: str, words: list[_Word], cued: bool, path: bool) -> EventName | None:
    """The event that a run of capitalised words names."""
    certainty, last = _judge(text, words, cued)
    if certainty is None:
        return None
    first = last if path and certainty == "pattern" and _has_ending(words[last]) else 0
    while first <= last and (_is_no_beginning(words[first]) or year_in(words[first].text)):
        first += 1
    while last + 1 < len(words) and _is_edition(words[last + 1].text, path):
        last += 1
    kept = [word for word in words[first : last + 1] if not year_in(word.text)]
    while kept and kept[-1].folded in WORDS["joining"]:
        kept.pop()
    if not kept or (len(kept) == 1 and kept[0].folded in WORDS["event"] | WORDS["maybe_event"]):
        return None
    start, end = kept[0].start, kept[-1].end
    name = _tidy(YEAR_WORD.sub("", text[start:end]))
    key = event_key(name)
    if len(key) < 3 or key.isdigit() or name.lower() in WORDS["no_names"] or is_city(name) or is_country(name):
        return None
    year = next((year for word in words if (year := year_in(word.text))), None)
    if year is None and (after := _YEAR_AFTER.match(text, words[-1].end)):
        year = year_in(after.group(1))
    return EventName(name, key, certainty, None, year, None, start, end)


def _judge(text: str, words: Sequence[_Word], cued: bool) -> tuple[Certainty | None, int]:
    """How sure it is that the run names an event, and the index of the name's last word."""
    maybe = -1
    for index, word in enumerate(words):
        folded = word.folded
        if folded in WORDS["event"] or _has_ending(word):
            goes_on = (
                folded in _LISTED_AFTER and index + 2 < len(words) and words[index + 1].text in ("on", "of", "for")
            )
            return "pattern", len(words) - 1 if goes_on else index
        if folded in ("user", "users") and index + 1 < len(words) and words[index + 1].folded.startswith("group"):
            return "pattern", index + 1
        if folded in WORDS["maybe_event"] and index:
            if folded not in ("day", "days") or not _is_number(words, index + 1):
                maybe = index
            else:  # "Quillworks Day 2"
                return "maybe", index - 1
    if _APPOSED_EVENT.match(text, words[-1].end) or _STATED.search(text, max(0, words[0].start - 24), words[0].start):
        return "pattern", len(words) - 1
    if maybe >= 0:
        return "maybe", maybe
    if event := _EVENT_AFTER.match(text, words[-1].end):
        return "pattern" if event.group(1) else "maybe", len(words) - 1
    if years := [index for index, word in enumerate(words) if year_in(word.text)]:
        place = next((i for i, word in enumerate(words) if i and word.folded in ("in", "on")), years[0])
        return "year", min(place, years[0]) - 1  # "RiverConf in Oslo on 3-4 May 2019"
    return ("cue", len(words) - 1) if cued or _is_cued(text, words[0].start) else (None, -1)


def _is_cued(text: str, start: int) -> bool:
    """Whether the words before announce an event's name: "I attended the". The last of them is looked at first."""
    before = text[max(0, start - 14) : start].rstrip(" [*_\"“‘'").rpartition(" ")[2].lower()
    return before in WORDS["cue_ends"] and bool(_CUE.search(text, max(0, start - 45), start))


def _has_ending(word: _Word) -> bool:
    """Whether a word is a name such as "GopherCon", "Fablecon" or "DevFest"."""
    folded = word.folded.rstrip("0123456789'’")
    if not folded.endswith(ENDINGS) or folded in WORDS["no_events"] or not folded[0].isalpha():
        return False
    ending = next(ending for ending in ENDINGS if folded.endswith(ending))
    head = len(folded) - len(ending)
    if ending not in _DOUBTFULENDINGS:
        return head > 1
    return head > 1 and (word.text[head : head + 1].isupper() or (ending == "con" and head > 3))


def _is_no_beginning(word: _Word) -> bool:
    folded = word.folded
    return folded in WORDS["not_first"] or folded.isdigit() or bool(re.fullmatch(r"\d+(?:st|nd|rd|th)|day\d?", folded))


def _is_edition(word: str, path: bool) -> bool:
    """Whether a word after the name tells the edition: "Summit Berlin", "Conf EU"."""
    folded = word.lower().strip(".")
    if folded in REGIONS:
        return path or word.isupper() or (folded not in REGION_WORDS and len(folded) > 2 and word[0].isupper())
    return is_large_city(word) or is_country(word)


def _is_number(words: Sequence[_Word], index: int) -> bool:
    """ "Day 2", "Day One": not a name."""
    return index < len(words) and words[index].folded in _DAY_NUMBERS


def _tidy(name: str) -> str:
    return " ".join(name.replace("_", " ").split()).strip(" -–—:,.'’\"*#/|([")
