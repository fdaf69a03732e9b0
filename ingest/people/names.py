"""A short string in, how much it looks like one person's name out (0 to 1)."""

import json
import math
import re
from functools import lru_cache

from talkdex.data import FOLDER, words
from talkdex.ingest.notes.latin import latin

GIVEN = words("given_names")
FAMILY = words("family_names")
AFFILIATIONS = words("affiliations")
ROLES = words("role_words")
NOT_PEOPLE = words("not_people")
MODEL = json.loads((FOLDER / "name_model.json").read_text(encoding="utf-8"))

# "Dr. Ines Falkner", "Prof. Ines Falkner", "Ines Falkner, PhD": not part of the name.
HONORIFICS = frozenset("dr prof professor mr mrs ms mx sir ir ing dipl herr frau mme m".split())
HONORIFIC = re.compile(rf"^(?:(?:{'|'.join(sorted(HONORIFICS, key=len, reverse=True))})\.?\s+)+(?=\S{{2}})", re.I)
SUFFIX = re.compile(r",?\s+(?:ph\.?\s?d\.?|m\.?d\.?|msc|mba|esq\.?)$", re.I)
# Without "a", "of", "op", "und" and "na", which are too common as words.
PARTICLES = frozenset(
    "af al am ap av ben bin bint da dal dall das de dei del della den der des di do dos du e el ibn la las le lo los "
    "mac mc san santa 't te ten ter tot van vander vom von y zu zum zur".split()
)
GENERATION = frozenset({"jr", "jr.", "sr.", "ii", "iii", "iv"})
_SMALL_PREFIX = re.compile(r"(?:al|el|ar|as|ben|bin)-|[dl]['’]")  # "al-Hassan", "d'Arcy"
INNER_CAPITAL = re.compile(r"[a-z][A-Z]")
NAME_CAPITAL = re.compile(r"^(?:Mc|Mac|De|Di|Du|La|Le|Van|Von|Fitz|O|D|Da|Des|Lo|Del|St|Ter)[A-Z]")
NICKNAME = re.compile(r"\s+(?:[\"“”„(][^\"“”„()]{1,20}[\"“”)]|'[^']{2,15}'(?=\s))")
DIGIT = re.compile(r"\d")
PUNCTUATION = re.compile(r"[,\"“”]\s|['\"]$|^['\"]|\w{3}\.\s")  # of a sentence or quotation
ODD = re.compile(r"[!?:;/+#=<>@*\\|%$_~…()\[\]{}]")
HAN = re.compile(
    r"^[\u4e00-\u9fff\u3005\u30a0-\u30ff\u3040-\u309f]{1,5}[\s・]?[\u4e00-\u9fff\u3005\u30a0-\u30ff\u3040-\u309f]{0,6}$"
)
HANGUL = re.compile(r"^[\uac00-\ud7a3]{2,4}$")
HAN_FAMILY = frozenset(
    "王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何高林罗羅郑鄭梁谢謝宋唐许許韩韓冯馮邓鄧曹彭曾肖田董袁潘于蒋蔡余杜叶葉程苏蘇魏吕呂丁任沈姚卢盧姜崔钟"
    "佐鈴高渡伊山中小加吉松井木斎清池橋阿石前藤後近村上岡長青坂福太西三原和竹金増柴柳大森内今安菅関成島磯土水早川"
)
HANGUL_FAMILY = frozenset("김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구민진나엄")


@lru_cache(maxsize=8192)
def fold(word: str) -> str:
    """A word without case and accents, in Latin letters: "Müller" → "muller", "Ольга" → "olga"."""
    return word.lower() if word.isascii() else latin(word.replace("’", "'")).lower()


@lru_cache(maxsize=8192)
def letter_odds(word: str) -> float:
    """How much the letters of a folded word look like a name's (> 0) or a title's (< 0): the mean over its trigrams."""
    padded = f"^{word}$"
    odds: dict[str, int] = MODEL["trigrams"]
    return sum([odds.get(padded[i : i + 3], 0) for i in range(len(padded) - 2)]) / max(1, len(padded) - 2) / 10


def title_odds(word: str) -> float:
    """How much more often a folded word stands in titles than in names, as a logarithm; 0 when unknown."""
    return float(MODEL["words"].get(word, 0)) / 10


def without_title(text: str) -> str:
    """A name without "Dr.", "Prof." in front, "PhD" behind, and spaces put right."""
    tokens = text.split()
    if tokens and tokens[0].rstrip(".").lower() in HONORIFICS:
        tokens = HONORIFIC.sub("", " ".join(tokens)).split()
    text = " ".join(tokens)
    return SUFFIX.sub("", text) if text[-1:] in "dDaAcC." else text


def may_begin_with_name(text: str) -> bool:
    """Whether `text` may begin with a person's name: a quick look at its first words, for one rare in titles."""
    for word in text.split(None, 3)[:3]:
        folded = fold(word).strip("\"'“”‘’.,:;()[]@*")
        if MODEL["words"].get(folded, 0) <= 8 and len(folded) > 1:
            return True
    return False


@lru_cache(maxsize=8192)
def name_score(text: str) -> float:
    """How much `text` looks like the name of one person: 0 to 1."""
    text = without_title(text)
    if not text.isascii() or '"' in text or "(" in text or "'" in text:
        text = NICKNAME.sub("", text)
    text = text.strip(" ,.")
    if not text or len(text) > 60 or DIGIT.search(text):
        return 0.0
    folded = fold(text)
    if folded in AFFILIATIONS:
        return 0.0
    if not text.isascii() and (HAN.match(text) or HANGUL.match(text)):
        return _cjk_score(text)
    if not _TITLE_WORDS.isdisjoint(folded.split()):
        return _SCARCELY
    found = features(text)
    if not found:
        return 0.0
    if folded in NOT_PEOPLE:
        return 0.15
    weights = MODEL["weights"]
    total = MODEL["bias"] + sum([weights[name] * value for name, value in found.items()])
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


# Words that stand in titles all the time and in no name: "Ines Falkner Keynote" is more than a name.
_TITLE_WORDS = frozenset(word for word, odds in MODEL["words"].items() if odds >= 30) - GIVEN - FAMILY - PARTICLES
_SCARCELY = 0.1


def features(text: str) -> dict[str, float]:
    """What `name_score` weighs: number of words, whether they are known names, letters, case. Empty: no name."""
    tokens = text.split()
    if len(tokens) > 6 or not any(c.isalpha() for c in text):
        return {}
    end = len(tokens) - 1
    core = [
        t for i, t in enumerate(tokens) if t.lower() not in GENERATION and not (0 < i < end and t.lower() in PARTICLES)
    ]
    if not core:
        return {}
    full = [t for t in core if len(t.strip(".")) > 1] or core
    folded = [fold(t).strip(".,'\"“”‘’") for t in full]
    letters = [letter_odds(w) for w in folded]
    titles = [title_odds(w) for w in folded]
    first, last = folded[0], folded[-1]
    n = len(core)
    lower = sum([t[0].islower() and not _SMALL_PREFIX.match(t) for t in core])
    known = [_is(w, GIVEN) or _is(w, FAMILY) for w in folded]
    given = _is(first, GIVEN)
    shouted = [t for t in full if t.isupper()]
    found = {
        f"words {min(n, 5)}": 1.0,
        "given first": float(given),
        "given first, odd in titles": float(given and titles[0] < -1),
        "letters first": letters[0],
        "letters least": min(letters),
        "title most": max(titles),
        "title mean": sum(titles) / len(titles),
        "unknown": titles.count(0) / len(titles),
        "lower": lower / n,
        "mixed case": float(0 < lower < n),
        "capitals": float(n > 1 and len(shouted) == len(full)),
        "capitals in short word": float(any(1 < len(t) < 5 for t in shouted)),
        "particle": float(len(tokens) > len(core)),
        "initial": float(any(len(t.strip(".")) == 1 and t[0].isupper() for t in core[1:])),
    }
    if not text.replace(" ", "").isalpha():
        found |= {
            "odd": float(min(2, len(ODD.findall(text)))),
            "punctuation": float(bool(PUNCTUATION.search(text))),
            "hyphen": float(any("-" in t[1:-1] for t in core)),
        }
    found |= {
        "company": float(
            fold(text) in AFFILIATIONS or first in AFFILIATIONS or (last in AFFILIATIONS and not known[0])
        ),
        "role": float(not ROLES.isdisjoint(folded)),
        "inner capital": float(any(INNER_CAPITAL.search(t) and not NAME_CAPITAL.match(t) for t in core)),
    }
    if n > 1:
        found |= {
            "family last": float(_is(last, FAMILY)),
            "given last": float(_is(last, GIVEN)),
            "known": sum(known) / len(known),
            "letters last": letters[-1],
            "title last": titles[-1],
        }
    return {name: value for name, value in found.items() if value}


def _is(word: str, names: frozenset[str]) -> bool:
    """Whether a folded word, or each part of a word with hyphens, is among `names`."""
    return word in names or ("-" in word and all(part in names for part in word.split("-")))


def _cjk_score(text: str) -> float:
    """松本 花子, 김민준: two to five characters that begin with a family name; katakana alone is a foreign word."""
    if HANGUL.match(text):
        return 0.85 if text[0] in HANGUL_FAMILY and len(text) == 3 else 0.3
    plain = text.replace(" ", "").replace("・", "")
    has_han = any("\u4e00" <= c <= "\u9fff" for c in plain)
    if not has_han or len(plain) > 6:
        return 0.2
    return 0.85 if plain[0] in HAN_FAMILY and 2 <= len(plain) <= 5 else 0.35
