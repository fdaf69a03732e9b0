"""The speakers that all notes name in, persons out: one for all ways to write a name.

Case, accents, dots and middle initials make no difference anywhere; a misspelled letter, a middle name or a first name
alone is the same person only within one event.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from rapidfuzz.distance import OSA

from talkdex.ingest.notes.latin import latin

_ASIDE = re.compile(r"\([^)]*\)|\"[^\"]*\"|“[^”]*”")  # Ada "Countess" Lovelace (she/her)
_NOT_LETTERS = re.compile(r"[\W_]+")
_FEW = 12  # names
_LONGEST_WORD = 40  # letters of a name in which slips are looked for


@dataclass(frozen=True, slots=True)
class Named:
    """A speaker's name where it stands: `scope` is the event, or the note where it has none."""

    scope: str
    name: str


@dataclass(frozen=True, slots=True)
class Person:
    """One speaker. `key` is what tells persons apart: the plain name, with the scope behind a first name alone."""

    key: str
    name: str


def link_speakers(named: Iterable[Named]) -> dict[Named, Person]:
    """The person that each name means."""
    counts = Counter(named)
    keys = {mention: person_key(mention.name) for mention in counts}
    uses: Counter[str] = Counter()
    in_scope: dict[str, set[str]] = defaultdict(set)
    for mention, key in keys.items():
        uses[key] += counts[mention]
        in_scope[mention.scope].add(key)

    same = _Same(uses)
    for scope in sorted(in_scope):
        full = sorted(key for key in in_scope[scope] if " " in key)
        for one, other in _near_pairs(full):
            same.join(one, other)
    person_keys = {mention: _in_scope(mention, key, in_scope[mention.scope], same) for mention, key in keys.items()}
    names = _names_shown(counts, person_keys)
    return {mention: Person(key, names[key]) for mention, key in person_keys.items()}


def person_key(name: str) -> str:
    """The name in plain lower-case letters, without initials in the middle: "José F. Núñez" gives "jose nunez"."""
    plain = latin(_ASIDE.sub(" ", name) if _ASIDE.sub("", name).strip() else name).casefold()
    words = _NOT_LETTERS.sub(" ", plain.replace("'", "").replace("’", "")).split()
    longer = [word for place, word in enumerate(words) if len(word) > 1 or place in (0, len(words) - 1)]
    return " ".join(longer if len(longer) > 1 else words) or name.casefold()


def are_near(one: str, other: str) -> bool:
    """Whether two keys are, within one event, the same person: a slip of the keyboard apart, or one has a middle name.

    A first name with another letter in it is another name ("Anna", "Anne"); one with a letter more is a slip ("Jon").
    """
    a, b = one.split(), other.split()
    if any(letter.isdigit() for letter in one + other):
        return False
    if (a[0], a[-1]) == (b[0], b[-1]):
        return _is_part(a, b) or _is_part(b, a)
    if len(a) != len(b) or a[1:-1] != b[1:-1]:
        return False
    first, last = OSA.distance(a[0], b[0], score_cutoff=1), OSA.distance(a[-1], b[-1], score_cutoff=1)
    if first:
        swapped = sorted(a[0]) == sorted(b[0])
        return not last and first == 1 and min(len(a[0]), len(b[0])) >= 3 and (len(a[0]) != len(b[0]) or swapped)
    return last == 1 and min(len(a[-1]), len(b[-1])) >= 5


class _Same:
    """Which keys are one person. The key used most stands for all, then the longest, then the first by letters."""

    def __init__(self, uses: Mapping[str, int]):
        self._uses = uses
        self._parent: dict[str, str] = {}

    def key(self, key: str) -> str:
        while (parent := self._parent.get(key)) is not None:
            key = parent
        return key

    def join(self, one: str, other: str) -> None:
        best, worse = sorted((self.key(one), self.key(other)), key=self._order)
        if best != worse:
            self._parent[worse] = best

    def _order(self, key: str) -> tuple[int, int, str]:
        return -self._uses[key], -len(key), key


def _near_pairs(keys: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The pairs of keys that are near. Of many, only those with a trait in common are compared, not all with all."""
    for group in [keys] if len(keys) <= _FEW else _groups(keys):
        yield from (pair for pair in combinations(group, 2) if pair[0][0] == pair[1][0] and are_near(*pair))


def _groups(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    """Keys that have a trait in common, and each with what it is without its middle names, where that is there."""
    alike: dict[tuple[str, ...], list[str]] = defaultdict(list)
    known = set(keys)
    for key in keys:
        for trait in _traits(key):
            alike[trait].append(key)
        first, *middle, last = key.split()
        if middle and (short := f"{first} {last}") in known:
            yield short, key
    yield from alike.values()


def _traits(key: str) -> Iterator[tuple[str, ...]]:
    """What keys have in common that may be near: first and last name with one in the middle, or all but one letter."""
    first, *middle, last = key.split()
    rest = " ".join(middle)
    yield from ((first, last, word) for word in set(middle))
    yield from (("", rest, last, letters) for letters in _with_a_letter_less(first))
    yield from ((first, rest, "", letters) for letters in _with_a_letter_less(last))


def _with_a_letter_less(word: str) -> set[str]:
    """The word, and what is left of it without one letter: two that are a slip apart share one of these."""
    short = word[:_LONGEST_WORD]
    return {word, *(short[:place] + short[place + 1 :] for place in range(len(short)))}


def _is_part(short: Sequence[str], long: Sequence[str]) -> bool:
    """Whether `long` is `short` with more words in the middle."""
    rest = iter(long)
    return all(word in rest for word in short)


def _in_scope(mention: Named, key: str, beside: Iterable[str], same: _Same) -> str:
    """The person's key: for a first (or last) name alone that of the only full name that has it, in the same event."""
    if not _is_one_plain_word(mention.name):
        return same.key(key)
    full = {same.key(other) for other in beside if " " in other and key in (other.split()[0], other.split()[-1])}
    return full.pop() if len(full) == 1 else f"{key} {mention.scope}"


def _is_one_plain_word(name: str) -> bool:
    """No handle ("@ada", "ada_l", "ada42"), which is the same everywhere; nor a name in letters without spaces."""
    plain = latin(name.strip())
    return plain.isalpha() and plain.isascii()


def _names_shown(counts: Mapping[Named, int], keys: Mapping[Named, str]) -> dict[str, str]:
    """The spelling of each person that is used most, then one in usual case, the longest, the first by letters."""
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    for mention, key in keys.items():
        spellings[key][" ".join(mention.name.split())] += counts[mention]

    def order(key: str, name: str) -> tuple[bool, int, bool, int, str]:
        is_part = " " not in name and " " in key  # "Ada" of "ada lovelace"
        return is_part, -spellings[key][name], not _is_usual_case(name), -len(name), name

    return {key: min(names, key=lambda name: order(key, name)) for key, names in spellings.items()}


def _is_usual_case(name: str) -> bool:
    words = name.split() or [""]
    return not name.isupper() and words[0][:1].isupper() and words[-1][:1].isupper()
