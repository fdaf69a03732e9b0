"""A heading in; how much it looks like a talk's title out, rather than a section ("Conclusion", "Day 1", "Lunch")."""

import re
from functools import lru_cache

from talkdex.data import words
from talkdex.ingest.people.names import fold, title_odds
from talkdex.ingest.talks.formats import label_format

SECTIONS = words("section_headings")
SECTION_WORDS = words("section_words")
_NUMBERING = re.compile(r"^(?:#?\d{1,3}(?:\.\d+)*[.):]?\s+|[a-z][.)]\s+)")
_FRAME = re.compile(
    r"^(?:the|my|our|some|a few|more|general|quick|personal|few|key|main|other|additional|die|das|der|les|la|le|de|het"
    r"|los|las)\s+"
)
_LEADING_MARKS = re.compile(r"^[^\w\"“'‘«(\[]+")
_KEPT_AT_END = frozenset("_)]\"”’'?!»")
_LETTERS = re.compile(r"[^\W\d_]+")
_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w{0,7}"
# "Day 2", "Day 1: Monday, June 3rd", "Tag 2", "Session 3", "Track A", "Step 2", "Part 3"
_COUNTED = re.compile(
    r"^(?:(?:workshop|conference|training|sprint|tutorial) )?(?:day|tag|jour|journée|día|dag|giorno|session|track|block"
    r"|slot|room|step|part|chapter|section|figure|table|week|module|phase|level|stage|round)s?\s*[-#]?"
    rf"(?:\d{{1,3}}|[a-h]|one|two|three|four|five)\b\W*(?:$|{_WEEKDAY}.*$|\d.*$)"
)
# "Wednesday, June 3rd", "Thursday morning", "2024-05-03", "May 5"
_DATE = re.compile(
    rf"^(?:{_WEEKDAY}|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|lundi|mardi|mercredi|jeudi|vendredi)\b\W*"
    rf"(?:(?:the )?\d.*|morning|afternoon|evening|{_MONTH}\b.*|sessions?|talks?|keynotes?|vormittag|nachmittag)?$"
    r"|^\d{4}-\d{2}-\d{2}$|^\d{1,2}[./]\d{1,2}[./]\d{2,4}$"
    r"|^(?:january|february|march|april|may|june|july|august|september|october|november|december)\s+\d.*$"
)
# "Pre-party at Acme", "DevNord's expo hall"
_SOCIAL = re.compile(
    r"\b(?:(?:pre|after|opening|closing|welcome|speakers?)[- ]?part(?:y|ies)|welcome reception|appreciation event"
    r"|(?:exhibit(?:ion|ors?)?|e?xpo|sponsors?) (?:hall|floor|area))\b"
)
_WORDS = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*[+#]*")
_SUBTITLE = re.compile(r"\w:\s+\w")
_QUESTION = re.compile(r"^(?:what|why|how|when|where|who) (?:is|are|does|do|was|can|it)\b")


def is_section_heading(text: str) -> bool:
    """Whether a heading is a section of notes or of an event's day and no talk: "Key takeaways", "3. Lunch"."""
    return _is_section(_normal(text))


@lru_cache(maxsize=4096)
def title_score(text: str) -> float:
    """How much a heading, cleaned of its speaker, looks like a talk's title: 0 (a section) to 1."""
    plain = _normal(text)
    if not plain:
        return 0.0
    if _is_section(plain):
        return 0.03
    if label_format(plain):
        return 0.5  # "Opening keynote" is a title when there is no other
    tokens = _WORDS.findall(text)
    lower = list(map(fold, tokens))
    n = len(tokens)
    if not n:
        return 0.0
    section_share = sum(map(SECTION_WORDS.__contains__, lower)) / n
    capitals = sum([t[0].isupper() for t in tokens[1:]]) / max(1, n - 1)
    score = 0.35 + 0.09 * min(n, 6) - 0.03 * max(0, n - 14) - 0.45 * section_share
    score += 0.12 * capitals * (n > 2)
    score += 0.1 if _SUBTITLE.search(text) else 0.0
    score += 0.05 * (sum([title_odds(w) > 0 for w in lower]) / n)
    score -= 0.3 if n < 6 and _QUESTION.search(plain) else 0.0
    score -= 0.15 if text.rstrip().endswith((":", ".", ",")) else 0.0
    score -= 0.15 if text[:1].islower() else 0.0
    return max(0.02, min(0.98, float(score)))


@lru_cache(maxsize=4096)
def _normal(text: str) -> str:
    """In lower case, without numbering, marks and article: "3. The Key Takeaways:" gives "key takeaways"."""
    plain = _without_marks(" ".join(text.lower().split()))
    if match := _NUMBERING.match(plain):
        plain = _without_marks(plain[match.end() :])
    return plain.replace("’", "'")


def _without_marks(text: str) -> str:
    if not text[:1].isalnum():
        text = _LEADING_MARKS.sub("", text, count=1)
    end = len(text)
    while end and not text[end - 1].isalnum() and text[end - 1] not in _KEPT_AT_END:
        end -= 1
    return text[:end]


@lru_cache(maxsize=4096)
def _is_section(plain: str) -> bool:
    if not plain:
        return True
    if plain in SECTIONS or _FRAME.sub("", plain) in SECTIONS or _COUNTED.match(plain) or _DATE.match(plain):
        return True
    if _SOCIAL.search(plain):
        return True
    if plain.startswith(("http://", "https://", "www.")):
        return True
    tokens = _LETTERS.findall(plain)
    return len(tokens) > 1 and SECTION_WORDS.issuperset(tokens) and not label_format(plain)
