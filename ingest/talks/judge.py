"""The blocks of a post in, its candidates for talks out, each with the probability that it is one.

The models of `data/reader.json` judge each candidate; what the others of a file are raises or lowers some of them.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from math import log, log1p

from talkdex.ingest.model import Model
from talkdex.ingest.notes.blocks import Block
from talkdex.ingest.talks.candidates import Candidate, Features, Form
from talkdex.ingest.talks.classify import is_collection
from talkdex.ingest.talks.headings import heading_candidates
from talkdex.ingest.talks.items import item_candidates
from talkdex.ingest.talks.lines import line_candidates
from talkdex.ingest.talks.prose import prose_candidates

EVIDENT = 0.75  # the probability of a candidate that says itself that it is a talk
LIKELY = 0.5
_EVIDENT_FROM: dict[Form, int] = {"heading": 2, "line": 2, "item": 3, "prose": 99}  # how many alike make it evident
_TITLE_LIKE = 0.3
MAYBE = 0.3
_TOLD_FROM = 3
_BYLINE_ALONE = log1p(1)  # items below one with a by-line
_SOME_NOTES = log1p(4)  # of 4 words, below a title with a by-line
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
    chances = _raise_evident(found, chances)
    settled = _choose_headings(found, chances, len(blocks))
    inner = inner_candidates(blocks, settled)
    inner_chances = [models[candidate.form].probability(candidate.features) for candidate in inner]
    return [*found, *inner], [*chances, *_raise_evident(inner, inner_chances)]


def is_evident(candidate: Candidate, chance: float) -> bool:
    free = candidate.chosen if candidate.form == "heading" else candidate.form != "prose"
    return free and chance >= EVIDENT and names_title_and_speaker(candidate)


def _is_no_title(candidate: Candidate) -> bool:
    """ "Lightning talks at DevNord" heads several talks, "Hallway track" none."""
    features = candidate.features
    return bool(features["section"]) or (is_collection(candidate.title) and not features["speakers_in_heading"])


def _is_collected(candidate: Candidate) -> bool:
    """A heading under "Noteworthy talks" that has notes and is no section."""
    features = candidate.features
    return bool(features["in_collection"]) and not (features["section"] or features["empty"] or features["links_only"])


def _raise_evident(found: Sequence[Candidate], chances: Sequence[float]) -> list[float]:
    """The chances, with those raised that speak for themselves: several "Title - Name" of one form with notes below;
    and those of their kind that are almost as clear.
    """
    members: dict[tuple[Form, int, int], list[int]] = {}
    for i, candidate in enumerate(found):
        if not candidate.features.get("section"):
            members.setdefault((candidate.form, candidate.level, candidate.depth), []).append(i)
    raised = dict(enumerate(chances))
    for (form, _, _), indexes in members.items():
        evident = {i for i in indexes if names_title_and_speaker(found[i])}
        likely = {i for i in indexes if i not in evident and _is_session(found[i])}
        if len(evident) >= _EVIDENT_FROM[form] and len(evident) + len(likely) >= len(indexes) / 2:
            raised |= {i: max(raised[i], EVIDENT) for i in evident} | {i: max(raised[i], LIKELY) for i in likely}
    told = {i for i, chance in raised.items() if chance >= MAYBE and _tells_of_speaker(found[i])}
    if len({found[i].speakers for i in told}) >= _TOLD_FROM:
        raised |= {i: max(raised[i], LIKELY) for i in told}
    return list(raised.values())


def _tells_of_speaker(candidate: Candidate) -> bool:
    return candidate.form == "prose" and bool(candidate.speakers) and candidate.features["title_score"] >= _TITLE_LIKE


def _is_session(candidate: Candidate) -> bool:
    """ "Opening keynote", "Panel: women in tech", "Security - Ada Sol", with notes: talks, where their like are."""
    features = candidate.features
    says_so = features.get("format_word") or features.get("speakers_in_heading")
    return bool(says_so) and features.get("note_words", 0.0) > _SOME_NOTES and not is_collection(candidate.title)


def names_title_and_speaker(candidate: Candidate) -> bool:
    features = candidate.features
    below = features.get("speakers_in_byline") or features.get("speakers_in_label")
    named = features.get("speakers_in_heading") or (below and _has_notes(candidate))
    if not named or features.get("section") or features["title_score"] < _TITLE_LIKE:
        return False
    if candidate.title in candidate.speakers:
        return False
    if candidate.form == "item":
        return bool(features["lead"] or features["subitems"] or features["text_below"])
    return not (features.get("empty") or features.get("links_only"))


def _has_notes(candidate: Candidate) -> bool:
    """Whether there are notes below a title with a by-line, maybe under headings of their own: "Problem", "Summary"."""
    features = candidate.features
    if candidate.form == "item":  # the first one below it is the by-line
        return features["subitems"] > _BYLINE_ALONE
    if candidate.form == "line":
        return candidate.end > candidate.start + 1
    in_sections = features.get("child_speakers") == 0 and features.get("children", 0) > 0
    return features.get("all_words" if in_sections else "note_words", 0.0) > _SOME_NOTES


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
