"""The candidates of a post with their probabilities in, those that speak for themselves raised out.

A title with its speaker and notes below, several times in one form, is a report on talks, whatever a model thinks.
"""

from collections.abc import Sequence
from math import log1p

from talkdex.ingest.talks.candidates import Candidate, Form
from talkdex.ingest.talks.classify import is_collection

EVIDENT = 0.75  # the probability of a candidate that says itself that it is a talk
_EVIDENT_FROM: dict[Form, int] = {"heading": 2, "line": 2, "item": 3, "prose": 99}  # how many alike make it evident
_LIKELY = 0.5  # of one that says almost as much, beside evident ones
_MAYBE = 0.3  # of a sentence that is likely when there are others like it
_ANNOUNCED_FROM = 2  # how many items have to say that they are on a talk, to be likely
_SPEAKERS_FROM = 3  # how many speakers sentences tell of, to be likely
_TITLE_LIKE = 0.3
_BYLINE_ALONE = log1p(1)  # items below one with a by-line
_SOME_NOTES = log1p(4)  # of 4 words, below a title with a by-line


def raise_evident(found: Sequence[Candidate], chances: Sequence[float], at_event: bool) -> list[float]:
    """The chances, with those raised of several "Title - Name" of one form with notes below, of those beside them that
    are almost as clear, and of sentences on several speakers.

    Lists and sentences, and what is almost as clear, only `at_event`: books have authors, and colleagues have roles.
    """
    raised = list(chances)
    for form, indexes in _alike(found).items():
        evident = {i for i in indexes if names_title_and_speaker(found[i]) and (at_event or form[0] != "item")}
        likely = {i for i in indexes if at_event and i not in evident and _is_session(found[i])}
        if len(evident) >= _EVIDENT_FROM[form[0]] and len(evident) + len(likely) >= len(indexes) / 2:
            _raise(raised, evident, EVIDENT)
            _raise(raised, likely, _LIKELY)
    announced = {i for i, chance in enumerate(raised) if chance >= _MAYBE and found[i].features.get("of_talk")}
    if at_event and len(announced) >= _ANNOUNCED_FROM:  # "Caches lie: this talk measures first"
        _raise(raised, announced, _LIKELY)
    told = {i for i, chance in enumerate(raised) if chance >= _MAYBE and _tells_of_speaker(found[i])}
    if at_event and len({found[i].speakers for i in told}) >= _SPEAKERS_FROM:
        _raise(raised, told, _LIKELY)
    return raised


def is_evident(candidate: Candidate, chance: float) -> bool:
    """Whether a candidate that may be taken says itself that it is a talk."""
    free = candidate.chosen if candidate.form == "heading" else candidate.form != "prose"
    return free and chance >= EVIDENT and names_title_and_speaker(candidate)


def names_title_and_speaker(candidate: Candidate) -> bool:
    """Whether it has a title, a speaker, and notes."""
    features = candidate.features
    below = features.get("speakers_in_byline") or features.get("speakers_in_label")
    named = features.get("speakers_in_heading") or (below and _has_notes(candidate))
    if not named or features.get("section") or features["title_score"] < _TITLE_LIKE:
        return False
    if candidate.title in candidate.speakers or (candidate.heading and candidate.heading.by_handle):
        return False
    if candidate.form == "item":
        return bool(features["lead"] or features["subitems"] or features["text_below"])
    return not (features.get("empty") or features.get("links_only"))


def _alike(found: Sequence[Candidate]) -> dict[tuple[Form, int, int], list[int]]:
    """The indexes of the candidates of each form, level and depth, sections left out."""
    alike: dict[tuple[Form, int, int], list[int]] = {}
    for i, candidate in enumerate(found):
        if not candidate.features.get("section"):
            alike.setdefault((candidate.form, candidate.level, candidate.depth), []).append(i)
    return alike


def _raise(chances: list[float], indexes: set[int], least: float) -> None:
    for i in indexes:
        chances[i] = max(chances[i], least)


def _has_notes(candidate: Candidate) -> bool:
    """Whether there are notes below a title with a by-line, maybe under headings of their own: "Problem", "Summary"."""
    features = candidate.features
    if candidate.form == "item":  # the first one below it is the by-line
        return features["subitems"] > _BYLINE_ALONE
    if candidate.form == "line":
        return candidate.end > candidate.start + 1
    in_sections = features.get("child_speakers") == 0 and features.get("children", 0) > 0
    return features.get("all_words" if in_sections else "note_words", 0.0) > _SOME_NOTES


def _is_session(candidate: Candidate) -> bool:
    """ "Opening keynote", "Panel: women in tech", "Security - Ada Sol", with notes: talks, where their like are."""
    features = candidate.features
    says_so = features.get("format_word") or features.get("speakers_in_heading")
    return bool(says_so) and features.get("note_words", 0.0) > _SOME_NOTES and not is_collection(candidate.title)


def _tells_of_speaker(candidate: Candidate) -> bool:
    return candidate.form == "prose" and bool(candidate.speakers) and candidate.features["title_score"] >= _TITLE_LIKE
