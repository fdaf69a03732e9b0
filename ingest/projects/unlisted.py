"""What a file says in, names that may be software's though the catalogue lacks them out, with signs for and against.

Such names stand in links to code hosts, in code spans, in camel case, in "X, a tool for", in lists of known software.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from math import log

from talkdex.ingest.notes.blocks import Block, Hyperlink
from talkdex.ingest.people.names import FAMILY, GIVEN
from talkdex.ingest.projects.catalogue import project
from talkdex.ingest.projects.mentions import (
    AFTER,
    BEFORE,
    CODE_SPAN,
    COMPANY,
    SOCIAL,
    WORDS,
    Candidate,
    Reading,
    Signs,
)

KINDS = frozenset(WORDS["kinds"].split())
VENDORS = frozenset(WORDS["vendors"].split())
PAPERS = frozenset(("PEP", "RFC", "JEP", "PSR", "KEP"))
EXTENSIONS = frozenset(("js", "rb", "py", "io", "jl", "vim", "NET", "ai", "rs", "css"))
NAMING = frozenset(("called", "named", "dubbed"))
TELLING = VENDORS | PAPERS | EXTENSIONS | NAMING
PRODUCT = re.compile(r"(?:Google Cloud|Red Hat|\w+)(?: [A-Z][\w+-]+){1,3}")
NUMBER = re.compile(r"[ -]?(\d+)\b")
NAME = r"[A-Za-z@][\w.+@/-]*[\w+]"
PLAIN = re.compile(rf"{NAME}(?: {NAME})?$")
CALLED = re.compile(rf" [\"“'‘]?({NAME})")
HEAD = re.compile(rf"({NAME}(?: [A-Z][\w.+-]+)?) ?(?::|=|-|–|—) ")
PART = re.compile(r"(?:(?! and | or | \+ |: )[^,;()])+")
LONGEST_LIST = 2000  # characters
LEADING = re.compile(r"^(?: ?(?:and|or|\+|:|the|with|like|using|uses?) )?")
TAIL = re.compile(rf" (?:{'|'.join(sorted(KINDS))}|guide|slide|doc|repo|project|talk|website|site)s?$", re.I)
HOST = re.compile(
    r"(?:github|gitlab|bitbucket|codeberg)\.(?:com|org)/[\w.-]+/([\w.-]+)"
    r"|(?:npmjs\.(?:com|org)/package|pypi\.(?:org|python\.org)/(?:project|pypi)|crates\.io/crates|rubygems\.org/gems"
    r"|hex\.pm/packages|wordpress\.org/plugins|hub\.docker\.com/r/[\w-]+)/([\w.-]+)"
)
DEMO = re.compile(
    r"demo|workshop|example|sample|slides|talk|present|sandbox|kata|course|tutorial|notes|training|template|starter|conf\b|\d{4}|"
    r"awesome|playground|dotfiles|blog|guide|proposal|test-?app|hands-?on|lab\b|code$|website|docs$|my-|hello|meetup|github\.io",
    re.I,
)
AFFIX = re.compile(
    r"^(?:py|django|rails|ruby|node|react|vue|go|k8s|kube|docker|jupyter|git|vscode|pytest|rspec|eslint|babel|spring|java|js|open|"
    r"rust|php|wp|ng|ember|type|graph)|(?:js|py|rb|db|sql|ql|os|kit|hub|ci|ml|api|lang|vim|rails|cli|ui|css|fs|mq|lib|sdk|test|"
    r"spec|doc|server|operator|plugin|lint)$"
)


def unlisted_candidates(
    blocks: Sequence[Block], reading: Reading, sure: int, known: Callable[[str], object] = project
) -> dict[str, Candidate]:
    """Candidates by `key_of(name)`. `sure` counts the catalogue's software in the file; `known` names are left out."""
    found: dict[str, Candidate] = {}
    company = _company_of(blocks, reading)
    for i, block in enumerate(blocks):
        for name, sign, line in _in_markup(block):
            _note(found, block, name, sign, line, known)
        if block.kind in ("item", "table"):
            if len(block.text) < 30 and PLAIN.match(block.text):
                _note(found, block, block.text, "only_among" if company[i] else "only", block.line, known)
            elif head := HEAD.match(block.text):
                _note(found, block, head[1], "head", block.line, known)
    for name, sign, place in _in_text(reading):
        _note(found, reading.blocks[place], name, sign, reading.spans[place].line, known)
    for candidate in found.values():
        _sum_up(candidate, sure, len(found))
    return found


def key_of(name: str) -> str:
    return "".join(filter(str.isalnum, name)).lower()


NEVER = frozenset(map(key_of, re.split(r"[|\s]", WORDS["never"] + WORDS["gatherings"])))


def _note(
    found: dict[str, Candidate], block: Block, name: str, sign: str, line: int, known: Callable[[str], object]
) -> None:
    name = TAIL.sub("", name.strip(".,:;-/ "))
    if name.count("/") == 1 and name[0] != "@":  # owner/repository
        name = name.partition("/")[2]
    key = key_of(name)
    if not 2 < len(key) < 40 or key in NEVER or name[0].isdigit() or known(name):
        return
    candidate = found.get(key)
    if candidate is None:
        candidate = found[key] = Candidate(name, None)
    candidate.sightings.append(line)
    candidate.signs[sign] = 1.0
    if block.kind in ("heading", "item"):
        candidate.signs[block.kind] = 1.0


def _in_markup(block: Block) -> Iterator[tuple[str, str, int]]:
    if block.kind == "code":
        return
    for link in block.links:
        yield from _linked(link)
    if "`" in block.raw:
        for code in CODE_SPAN.findall(block.raw):
            if PLAIN.match(code) and "(" not in code:
                yield code, "code", block.line
    if ".com/" in block.raw or ".org/" in block.raw:
        linked = {host[0] for link in block.links if link.text != link.url for host in HOST.finditer(link.url)}
        for host in HOST.finditer(block.raw):
            if host[1] and host[0] not in linked:
                yield host[1].removesuffix(".git"), "address", block.line


def _linked(link: Hyperlink) -> Iterator[tuple[str, str, int]]:
    if link.image or len(link.text) > 40 or SOCIAL.search(link.url):
        return
    name = link.text.strip()
    if host := HOST.search(link.url):
        repository = (host[1] or host[2]).removesuffix(".git")
        same = key_of(repository) in key_of(name)
        if PLAIN.match(name) or not same:
            yield name if same else repository, "hosted_same" if same else "hosted", link.line
    elif PLAIN.match(name):
        yield name, "linked_domain" if key_of(name) in link.url.partition("?")[0].lower() else "linked", link.line


def _in_text(reading: Reading) -> Iterator[tuple[str, str, int]]:
    """Names with the sign that speaks for them and the index of their sentence."""
    words, text = reading.words, reading.words.text
    written = words.written
    telling = {w for w in set(written) if w in TELLING or not (w.islower() or w.istitle() or w.isupper())}
    for i in [i for i, w in enumerate(written) if w in telling] if telling else ():
        word, place = written[i], reading.place(words.start(i))
        if word in VENDORS:
            if product := PRODUCT.match(text, words.start(i)):
                yield product[0], "vendor", place
        elif word in PAPERS:
            if number := NUMBER.match(text, words.end(i)):
                yield f"{word} {number[1]}", "paper", place
        elif word in EXTENSIONS:
            if i and words.gaps[i] == ".":
                yield f"{written[i - 1]}.{word}", "dotted", place
        elif word in NAMING:
            if reading.word_before(i) in KINDS and (called := CALLED.match(text, words.end(i))):
                yield called[1], "called", place
        else:
            yield word, "shape", place
            before = reading.word_before(i)
            if before in BEFORE:
                yield word, "before", place
            if before in COMPANY:
                yield word, "company", place
            if reading.word_after(i).lower() in AFTER:
                yield word, "after", place
    yield from _neighbours(reading)


def _neighbours(reading: Reading) -> Iterator[tuple[str, str, int]]:
    """The other items of a list in which software is named: Iglu in "Snowplow, Iglu and Kafka"."""
    naming: dict[int, list[tuple[int, int]]] = {}
    for hit in reading.hits:
        if hit.form.mark in ("", "="):
            place = reading.place(hit.start)
            first = reading.offsets[place]
            naming.setdefault(place, []).append((hit.start - first, hit.end - first))
    for place, hits in naming.items():
        sentence = reading.sentence(place)
        if len(sentence) > LONGEST_LIST or ("," not in sentence and " + " not in sentence):
            continue
        parts = [part.span() for part in PART.finditer(sentence)]
        naming_part = [end - start < 40 and any(start <= a and b <= end for a, b in hits) for start, end in parts]
        for i, (start, end) in enumerate(parts):
            item = LEADING.sub("", sentence[start:end]).strip()
            if 1 < len(item) < 30 and any(naming_part[max(0, i - 1) : i + 2]) and PLAIN.match(item):
                yield item, "neighbour", place


def _company_of(blocks: Sequence[Block], reading: Reading) -> list[int]:
    """How many of the four items around each block are short and name software of the catalogue."""
    naming = {id(reading.blocks[reading.place(hit.start)]) for hit in reading.hits}
    short = [block.kind == "item" and len(block.text) < 40 and id(block) in naming for block in blocks]
    return [sum(short[max(0, i - 2) : i] + short[i + 1 : i + 3]) for i in range(len(blocks))]


def _sum_up(candidate: Candidate, sure: int, others: int) -> None:
    name, signs = candidate.name, candidate.signs
    first, *_, last = re.split(r"[ -]", name.lower()) * 2
    made: Signs = dict(signs)
    made |= {
        "times": log(len(candidate.sightings)),
        "signs": float(len(signs)),
        "sure": log(1 + sure),
        "others": log(others),
    }
    looks = {
        "capital": name[0].isupper(),
        "inner_capital": any(c.isupper() for c in name[1:]) and not name.isupper(),
        "upper": name.isupper(),
        "hyphen": "-" in name,
        "underscore": "_" in name,
        "dot": "." in name,
        "space": " " in name,
        "digit": any(c.isdigit() for c in name),
        "short": len(name) < 5,
        "long": len(name) > 15,
        "given": first in GIVEN and name[0].isupper(),
        "family": last in FAMILY and name[0].isupper(),
        "lower_camel": bool(re.match(r"[a-z]+[A-Z][a-z]", name)),
        "plain_lower": name.isalpha() and name.islower(),
        "plain_capital": name.isalpha() and name.istitle(),
        "address_only": signs.keys() <= {"address", "item", "heading"},
        "affix": bool(AFFIX.search(name.lower())),
        "demo": bool(DEMO.search(name)),
    }
    made |= {look: 1.0 for look, has in looks.items() if has}
    candidate.signs = made
