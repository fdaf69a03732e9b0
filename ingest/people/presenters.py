"""A sentence of notes in, the names of who presented out: "Next up was Ines Falkner from Acme, who showed …".

People who are only quoted, thanked or named as makers of something are left out.
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from talkdex.data import FOLDER
from talkdex.ingest.people.names import (
    AFFILIATIONS,
    GIVEN,
    NOT_PEOPLE,
    PARTICLES,
    ROLES,
    fold,
    name_score,
    title_odds,
    without_title,
)

_LONGEST_NAME = 4  # words
_LONGEST_TEXT = 2000

_DATA: dict[str, list[str]] = tomllib.loads((FOLDER / "presenting.toml").read_text(encoding="utf-8"))


def _any(*lists: str) -> str:
    """A pattern for any of the phrases in these lists of data/presenting.toml, the longer first."""
    phrases = sorted({p for name in lists for p in _DATA[name]}, key=lambda p: (-len(p), p))
    return f"(?:{'|'.join(re.escape(p) for p in phrases)})"


_SESSION = _any("sessions")
# "the amazing", "our very own", "Acme's", "Haskell expert"
_WHO = (
    r"(?:(?:the|our|an?|my|his|her|their|own|very|colleagues?|former|fellow|great|amazing|awesome|wonderful|famous"
    r"|expert|creator|author|mr\.?|ms\.?|dr\.?|prof\.?|speakers?|presenters?|developers?|founders?"
    r"|[\w-]+['’]s(?: own)?)\s+){0,4}"
)
# What stands right before a presenter.
_BEFORE = re.compile(
    rf"(?:\b{_SESSION}\s+(?:\w+\s+){{0,2}}?(?:by|from|with|of|von|van|door|de|par)"
    rf"|\b{_any('given')}(?: over)? (?:\w+ ){{0,2}}?by"
    r"|[\"”»]\s*(?:\([^()]{0,60}\))?,?\s*(?:by|from|with|von|par|por|door)"
    rf"|\b{_any('before')}:?,?"
    rf"|\b(?:in|during|at|for) (?:his|her|their|this|the|a|another|one) (?:\w+ ){{0,2}}{_SESSION}\b[^,]{{0,80}},"
    rf"|\b(?:vortrag von|gehalten von|présenté par|presentado por|gegeven door))\s*{_WHO}$",
    re.I,
)
_BY = re.compile(rf"\bby\s+{_WHO}$", re.I)
_MADE_BY = re.compile(rf"\b{_any('made')}\s+(?:\w+\s+){{0,2}}by\s+\S*$", re.I)
_ADVERBS = (
    r"(?:(?:then|also|first|next|really|just|again|even|who|and|have|has|had|both|will|himself|herself|themselves|did|is|was"
    r"|[a-z]+ly)\s+){0,3}"
)
# "(Acme)", "from Acme Labs", ", an engineer at Acme,", "- Founder of Acme,"
_FROM = (
    r"(?:\s*\([^()]{0,80}\))?"
    r"(?:,?\s+(?:from|of|at|@|von|de|van|chez|bei)\s+(?:the\s+)?[\w.&’'-]+(?:\s+[A-Z&][\w.&’'-]*){0,4})?"
    r"(?:\s*,[^,.;:]{2,90},|\s+[-–—]\s+[^-–—.;]{2,90}(?:\s[-–—]\s|,\s?))?"
)
# What stands right after a presenter: a verb of presenting, or "'s talk".
_AFTER = re.compile(
    rf"^{_FROM}\s*,?\s*{_ADVERBS}{_any('verbs')}\b"
    rf"|^['’]s?\s+(?:[\w-]+\s+){{0,4}}{_SESSION}\b|^['’]s (?:on|about)\b|^{_FROM} (?:on (?:how|why)|about)\b",
    re.I,
)
_MENTIONED_BEFORE = re.compile(rf"(?:\b{_any('mentions')}|@)\s+(?:the )?$", re.I)
_MENTIONED_AFTER = re.compile(
    rf"^['’]s?\s+(?:\w+\s+)?{_any('possessions')}\b"
    rf"|^[^.]{{0,90}}\bin (?:his|her|their) (?:book|paper|article|blog|post)\b",
    re.I,
)
# Between two presenters: "Ines Falkner and Bo Lindqvist", "Ines Falkner - CTO of Acme, and Bo Lindqvist"
_AND = re.compile(
    r"^(?:\s+[-–—]\s+[^.;:!?]{2,70}?|,\s[^.;:!?,]{2,70}?)?\s*"
    rf"(?:,\s*(?:and\s+|&\s*)?|and\s+|&\s*|und\s+|et\s+|en\s+|y\s+|(?:together |along )?with\s+){_WHO}$",
    re.I,
)
# A text without any of these words names no presenter.
_CUES = frozenset(
    word
    for name in ("sessions", "verbs", "before", "given")
    for phrase in _DATA[name]
    for word in (phrase.split()[0], phrase.split()[-1])
) | {"by", "from", "with", "von", "par", "por", "door", "about"}
_AUTHOR = re.compile(
    r"\b(?:I|we)(?: also|'ve| have| then| even)? (?:gave|presented|ran|held|spoke about|spoke on|talked about|led"
    r"|hosted|delivered|facilitated|did) (?:a|an|my|the|this|our|two)\b(?: [\w-]+){0,4}?"
    r" (?:talk|session|workshop|presentation|tutorial|keynote|lightning talk|introduction|dojo|demo)\b"
    r"|\bmy (?:own )?(?:talk|session|presentation|workshop|lightning talk)\b(?! (?:notes|proposal|to|with))"
    r"|\bI (?:gave|presented)\b",
    re.I,
)
_TOKEN = re.compile(r"[^\W\d_][\w'’.-]*")
_WORD = r"(?=[^\W\d_])[^\Wa-zß-ÿ][\w'’-]*\.?"
# Words with capitals in a row, with "van", "de", "bin" between them.
_RUN = re.compile(rf"{_WORD}(?: (?:(?:{'|'.join(sorted(PARTICLES - {'a'}))}) ){{0,2}}{_WORD}){{0,8}}")
_NO_NAMES = frozenset(_DATA["no_names"])
_FIRST_NAMES = GIVEN - AFFILIATIONS - NOT_PEOPLE


@dataclass(frozen=True, slots=True)
class Person:
    """A name in a text, and where it stands."""

    name: str
    start: int
    end: int
    score: float


def speakers_in_prose(text: str) -> list[str]:
    """Who presented, according to a sentence or paragraph without markup, in order.

    >>> speakers_in_prose("Next up was Ines Falkner from Acme, who walked us through the book by Bo Lindqvist.")
    ['Ines Falkner']
    """
    people, presents = presenters(text)
    return list(dict.fromkeys(p.name for p, yes in zip(people, presents, strict=True) if yes))


def presenters(text: str) -> tuple[Sequence[Person], Sequence[bool]]:
    """The people named in a text that says of somebody that they presented, and of each whether they did."""
    text = text[:_LONGEST_TEXT]
    if _CUES.isdisjoint(text.lower().replace(",", " ").replace(".", " ").replace(":", " ").split()):
        return (), ()
    people = find_people(text)
    presents = [_presents(text, person) for person in people]
    # "Ines Falkner and Bo Lindqvist presented": what holds for one holds for the other
    for here in (*range(1, len(people)), *range(len(people) - 1, 0, -1)):
        if presents[here - 1] != presents[here] and _AND.match(text[people[here - 1].end : people[here].start]):
            other = here if presents[here - 1] else here - 1
            presents[other] = people[other].score > 0.6
    return people, presents


def author_speaks(text: str) -> bool:
    """Whether the author of the notes says that the talk was their own: "I gave a talk", "my session"."""
    return bool(_AUTHOR.search(text))


@lru_cache(maxsize=1024)
def find_people(text: str) -> tuple[Person, ...]:
    """The names of people in running text, without overlap."""
    found: list[Person] = []
    for run in _RUN.finditer(text):
        words = list(_TOKEN.finditer(text, run.start(), run.end()))
        if len(words) > 1 or fold(_bare(words[0][0])) in GIVEN:
            found += _in_run(text, words)
    return tuple(found)


# --- private ----------------------------------------------------------------------------------------------------------


def _in_run(text: str, run: list[re.Match[str]]) -> list[Person]:
    """The best names in a run of words with capitals: "In Berlin Ines Falkner" holds one."""
    found: list[Person] = []
    at = 0
    while at < len(run):
        best = _best_at(text, run, at)
        if best:
            found.append(best)
        at += len(text[best.start : best.end].split()) if best else 1
    return found


def _best_at(text: str, run: list[re.Match[str]], at: int) -> Person | None:
    """The best name that begins with the word `at` of a run."""
    first = fold(run[at][0])
    if first in _NO_NAMES or first in PARTICLES or _only_opens(text, run, at):
        return None
    best: Person | None = None
    for size in range(min(_LONGEST_NAME, len(run) - at), 0, -1):
        last = run[at + size - 1]
        if last[0][0].islower() or (size == 1 and fold(_bare(last[0])) not in GIVEN):
            continue
        start, end = run[at].start(), last.start() + len(_bare(last[0]))
        name = without_title(text[start:end])
        score = _score(name)
        if score > 0.5 and (best is None or score > best.score + 0.1):
            best = Person(name, start, end, score)
    return best


def _bare(word: str) -> str:
    """A word without the "'s" or full stop behind it."""
    return re.sub(r"['’]s?$|[.-]+$", "", word)


def _only_opens(text: str, run: list[re.Match[str]], at: int) -> bool:
    """Whether a word has its capital only because it begins the sentence: "Afterwards Ines Falkner gave"."""
    start = run[0].start()
    begins = at == 0 and (start == 0 or text[start - 2 : start] in (". ", "! ", "? "))
    if not begins or len(run) < 2 or fold(run[0][0]) in GIVEN or fold(run[1][0]) not in GIVEN:
        return False
    return len(run) > 2 or title_odds(fold(run[0][0])) > 0


def _score(name: str) -> float:
    words = name.split()
    folded = [fold(w) for w in words]
    if any(w in ROLES or w in _NO_NAMES for w in folded) or (name.isupper() and len(name) < 5):
        return 0.0
    if len(words) > 1:
        return name_score(name)
    if folded[0] in _FIRST_NAMES and title_odds(folded[0]) <= 0:
        return max(0.55, name_score(name))
    return 0.0


def _presents(text: str, person: Person) -> bool:
    before, after = text[max(0, person.start - 100) : person.start], text[person.end : person.end + 180]
    if _MENTIONED_BEFORE.search(before[-30:]) or _MENTIONED_AFTER.match(after):
        return False
    if _AFTER.match(after):
        return True
    if _BEFORE.search(before):
        return not _MADE_BY.search(before)
    return person.score > 0.8 and " " in person.name and bool(_BY.search(before)) and not _MADE_BY.search(before)
