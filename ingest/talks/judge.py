"""The blocks of a post in, its candidates for talks out, each with the probability that it is one.

The models of `data/reader.json` judge each candidate; what the others of a file are raises or lowers some of them.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from math import log

from talkdex.ingest.model import Model
from talkdex.ingest.notes.blocks import Block
from talkdex.ingest.talks.candidates import Candidate, Features
from talkdex.ingest.talks.classify import NO_EVENT, is_collection
from talkdex.ingest.talks.evident import raise_evident
from talkdex.ingest.talks.headings import heading_candidates
from talkdex.ingest.talks.items import item_candidates
from talkdex.ingest.talks.lines import line_candidates
from talkdex.ingest.talks.prose import prose_candidates

HEADING = 0.3  # the probability from which a heading is a talk of a report; judged by authors left out of the training
COLLECTED = 0.7  # the least that a heading below one over several talks has
NO_TITLE = 0.2  # the most that a heading over several talks, or of a section, has


def judge(
    blocks: Sequence[Block], context: Features, models: Mapping[str, Model]
) -> tuple[list[Candidate], list[float]]:
    """The candidates with their probabilities. Within a section that is a talk nothing else is asked for.

    `context` is what `title_features` gives.
    """
    found = heading_candidates(blocks, context)
    chances = [models["heading"].probability(candidate.features) for candidate in found]
    chances = [max(p, COLLECTED) if _is_collected(c) else p for c, p in zip(found, chances, strict=True)]
    chances = [min(p, NO_TITLE) if _is_no_title(c) else p for c, p in zip(found, chances, strict=True)]
    at_event = context["event"] >= NO_EVENT
    chances = raise_evident(found, chances, at_event)
    settled = _choose_headings(found, chances, len(blocks))
    inner = inner_candidates(blocks, settled)
    inner_chances = [models[candidate.form].probability(candidate.features) for candidate in inner]
    return [*found, *inner], [*chances, *raise_evident(inner, inner_chances, at_event)]


def _is_no_title(candidate: Candidate) -> bool:
    """ "Lightning talks at DevNord" heads several talks, "Hallway track" none."""
    features = candidate.features
    return bool(features["section"]) or (is_collection(candidate.title) and not features["speakers_in_heading"])


def _is_collected(candidate: Candidate) -> bool:
    """A heading under "Noteworthy talks" that has notes and is no section."""
    features = candidate.features
    return bool(features["in_collection"]) and not (features["section"] or features["empty"] or features["links_only"])


def inner_candidates(blocks: Sequence[Block], settled: Sequence[bool] = ()) -> list[Candidate]:
    """The items, lines and sentences that could be talks. Those in `settled` blocks, within a talk that a heading
    announces, are left out.
    """
    free = [not done for done in settled] or [True] * len(blocks)
    found = [*item_candidates(blocks, free), *line_candidates(blocks, free), *prose_candidates(blocks, free)]
    return sorted(found, key=lambda candidate: (candidate.line, candidate.start))


def _log_odds(chance: float) -> float:
    return log(max(chance, 1e-9) / max(1 - chance, 1e-9))


def _choose_headings(found: Sequence[Candidate], chances: Sequence[float], count: int) -> list[bool]:
    """Marks the headings that together are most probable: seven sections that may be talks outweigh the title above
    them.

    Gives for each block whether it belongs to one of them. A heading's candidate ends where the next of its level
    begins, so those within it follow it; from the last to the first, each is weighed against the best choice within it.
    """
    best = [0.0] * (len(found) + 1)
    following = [len(found)] * len(found)  # of each the first that is not within it
    taken = [False] * len(found)
    starts = [candidate.start for candidate in found]
    for i in range(len(found) - 1, -1, -1):
        following[i] = bisect_left(starts, found[i].end, i + 1)
        odds = _log_odds(chances[i]) - _log_odds(HEADING)
        whole = odds + best[following[i]]
        taken[i] = odds > 0 and whole >= best[i + 1]
        best[i] = whole if taken[i] else best[i + 1]
    settled = [False] * count
    i = 0
    while i < len(found):
        if taken[i]:
            found[i].chosen = True
            settled[found[i].start : found[i].end] = [True] * (found[i].end - found[i].start)
        i = following[i] if taken[i] else i + 1
    return settled
