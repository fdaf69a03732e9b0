"""Names in, slugs and ids out: the one place that makes the words in addresses and the numbers in the database.

Both depend on nothing but the name or key itself, so links from outside keep working from build to build.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from hashlib import blake2b

LONGEST = 80  # characters of a slug: what mail programs and chats still show whole in an address
ID_BITS = 52  # every integer up to 2**53 is exact in JavaScript, which reads our JSON

# Letters that Unicode does not decompose into a plain one and its accent, and alphabets with a usual spelling in ours.
SPELLED = """
ß=ss ø=o æ=ae œ=oe ł=l đ=d ð=d þ=th ı=i ħ=h
а=a б=b в=v г=g д=d е=e з=z и=i й=y к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f ы=y э=e і=i
ж=zh х=kh ц=ts ч=ch ш=sh щ=shch ю=yu я=ya є=ye ъ= ь=
α=a β=v γ=g δ=d ε=e ζ=z η=i ι=i κ=k λ=l μ=m ν=n ο=o π=p ρ=r σ=s ς=s τ=t υ=y φ=f ω=o θ=th ξ=x χ=ch ψ=ps
"""
LETTERS = {letter: spelled for letter, _, spelled in (pair.partition("=") for pair in SPELLED.split())}
LETTERS |= {letter.upper(): spelled.title() for letter, spelled in LETTERS.items() if letter not in "ßς"}
SPELL = str.maketrans(LETTERS)

# "C++", "Google+", "C#": signs that tell names apart are spoken. The plus of "Strata+Hadoop" only joins, and is not.
PLUSES = re.compile(r"\+\+|(?<=[A-Za-z0-9])\+(?![A-Za-z0-9])")
SHARP = re.compile(r"(?<=[A-Za-z])#")
LEADING_DOT = re.compile(r"(?<![\w.])\.(?=[A-Za-z])")  # ".NET"
APOSTROPHE = re.compile(r"(?<=\w)['’ʼ`](?=\w)")  # "What's new" is whats-new
OTHER = re.compile(r"[^a-z0-9]+")


def ascii_letters(text: str) -> str:
    """`text` with accents off and other letters spelled in ours where there is a usual way: "Øredev" gives "Oredev"."""
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFC", text).translate(SPELL))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).translate(SPELL)


def slugify(text: str, longest: int = LONGEST) -> str:
    """The slug of a name: lower-case ASCII words joined by hyphens, at most `longest` characters, never empty.

    "C++" is "c-plus-plus", "C#" "c-sharp", ".NET" "dot-net", so that they stay apart from "C" and "net". A name
    without a letter that we can spell ("東京") becomes "x-" and a hash of it.
    """
    plain = LEADING_DOT.sub("dot ", APOSTROPHE.sub("", ascii_letters(text).replace("&", " and ")))
    plain = PLUSES.sub(lambda signs: " plus" * len(signs[0]) + " ", SHARP.sub(" sharp ", plain))
    slug = OTHER.sub("-", plain.lower()).strip("-")
    if not slug:
        return "x-" + blake2b(text.encode(), digest_size=4).hexdigest()
    return shorten(slug, longest)


def shorten(slug: str, longest: int) -> str:
    """`slug` cut between two words where possible, to at most `longest` characters."""
    if len(slug) <= longest:
        return slug
    cut = slug[: longest + 1].rpartition("-")[0]
    return (cut if len(cut) >= longest // 2 else slug[:longest]).strip("-")


def stable_id(key: str, attempt: int = 0, bits: int = ID_BITS) -> int:
    """A positive integer below 2**`bits` that depends on `key` alone. `attempt` gives another one after a collision."""
    digest = blake2b(f"{key}\x00{attempt}".encode() if attempt else key.encode(), digest_size=8).digest()
    return (int.from_bytes(digest, "big") >> (64 - bits)) or 1


def stable_ids(keys: Iterable[str], bits: int = ID_BITS) -> dict[str, int]:
    """An id for every key, no two the same, whatever the order of `keys`."""
    ids: dict[str, int] = {}
    taken: set[int] = set()
    for key in sorted(set(keys)):
        attempt = 0
        while (number := stable_id(key, attempt, bits)) in taken:
            attempt += 1
        taken.add(number)
        ids[key] = number
    return ids


def distinct_slugs(wanted: Mapping[str, str]) -> dict[str, str]:
    """A slug for every key, no two the same: `wanted` gives for each natural key the slug that it would like.

    What several want goes to the first key in alphabetical order, and to the others with a hash of their key behind.
    """
    slugs: dict[str, str] = {}
    taken = set(wanted.values())  # nobody's own slug is given to another
    owned: set[str] = set()
    for key in sorted(wanted):
        slug, attempt = wanted[key], 0
        if slug in owned:
            while slug in taken:
                mark = blake2b(f"{key}\x00{attempt}".encode(), digest_size=3).hexdigest()
                slug = f"{shorten(wanted[key], LONGEST - 7)}-{mark}"
                attempt += 1
        taken.add(slug)
        owned.add(slug)
        slugs[key] = slug
    return slugs
