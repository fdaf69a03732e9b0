"""Names in, slugs and ids out: the one place that makes the words in addresses and the numbers in the database.

Both depend on nothing but the name or key itself, so links from outside keep working from build to build.
"""

import re
from collections.abc import Container, Iterable, Mapping
from hashlib import blake2b

from talkdex.ingest.notes.latin import latin

LONGEST = 80  # characters of a slug: what mail programs and chats still show whole in an address
ID_BITS = 52  # every integer up to 2**53 is exact in JavaScript, which reads our JSON

# "C++", "Google+", "C#": signs that tell names apart are spoken. The plus of "Strata+Hadoop" only joins, and is not.
PLUSES = re.compile(r"\+\+|(?<=[A-Za-z0-9])\+(?![A-Za-z0-9])")
SHARP = re.compile(r"(?<=[A-Za-z])#")
LEADING_DOT = re.compile(r"(?<![\w.])\.(?=[A-Za-z])")  # ".NET"
APOSTROPHE = re.compile(r"(?<=\w)['’ʼ`](?=\w)")  # "What's new" is whats-new
OTHER = re.compile(r"[^a-z0-9]+")


def slugify(text: str, longest: int = LONGEST) -> str:
    """The slug of a name: lower-case ASCII words joined by hyphens, at most `longest` characters, never empty.

    "C++" is "c-plus-plus", "C#" "c-sharp", ".NET" "dot-net", so that they stay apart from "C" and "net". A name
    without a letter that we can spell ("東京") becomes "x-" and a hash of it.
    """
    plain = LEADING_DOT.sub("dot ", APOSTROPHE.sub("", latin(text).replace("&", " and ")))
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


def stable_ids(keys: Iterable[str], bits: int = ID_BITS, others: Container[int] = ()) -> dict[str, int]:
    """An id for every key, no two the same, whatever the order of `keys`; none of those that `others` have."""
    ids: dict[str, int] = {}
    taken: set[int] = set()
    for key in sorted(set(keys)):
        attempt = 0
        while (number := stable_id(key, attempt, bits)) in taken or number in others:
            attempt += 1
        taken.add(number)
        ids[key] = number
    return ids


def distinct_slugs(wanted: Mapping[str, str], others: Container[str] = ()) -> dict[str, str]:
    """A slug for every key, no two the same: `wanted` gives for each natural key the slug that it would like.

    What several want goes to the first key in alphabetical order, and to the others with a hash of their key behind,
    so that it is none that `others` have.
    """
    slugs: dict[str, str] = {}
    taken = set(wanted.values())  # nobody's own slug is given to another
    owned: set[str] = set()
    for key in sorted(wanted):
        slug, attempt = wanted[key], 0
        if slug in owned:
            while slug in taken or slug in others:
                mark = blake2b(f"{key}\x00{attempt}".encode(), digest_size=3).hexdigest()
                slug = f"{shorten(wanted[key], LONGEST - 7)}-{mark}"
                attempt += 1
        taken.add(slug)
        owned.add(slug)
        slugs[key] = slug
    return slugs
