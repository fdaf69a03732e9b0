"""A sentence of notes in, the talks out of which it tells the topic or the kind: "Ada Sol spoke about tea".

Such a talk has no title in quotes, bold or a link; what the sentence says it was about stands for one.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from talkdex.ingest.people.presenters import Person

TopicForm = Literal["session", "survey", "verb", "shown", "named", "keynote", "item"]

_SESSION = (
    r"(?:talks?|presentations?|sessions?|key\s?notes?(?:\sspeech)?|speech|workshops?|lectures?|tutorials?|demos?|panels?"
    r"(?:\sdiscussion)?|discussions?|bofs?|announcement|another(?:\sone)?|(?:a|the|this|last|next|first|second|best)\sone"
    r"|vortr[aä]ge?|präsentation(?:en)?|diskussionsrunde|charla|ponencia|conférence|présentation|atelier|exposé|praatje"
    r"|presentatie|lezing|sessie)"
)
_SURVEY = (
    r"(?:introductions?|intro|overviews?|updates?|demonstrations?|demo|presentation|walkthrough|deep dive|tour|report"
    r"|story|insights?|einführung)"
)
_GIVEN_BY = (
    r"(?:(?:\si\s(?:attended|saw|visited|went to)[^,.;:]{0,20}?)?(?:\s(?:was|is|came|were))?[\s,(]{1,2}"
    r"(?:(?:given|held|presented|delivered|led)\s)?(?:by|from|of|with|von|par|por|door)\s[^.;:!?]{3,90}?)"
)
_ABOUT = r"(?:on|about|regarding|covering|concerning|called|titled|entitled|named|über|zum\sthema|sur|sobre)"
_TEXT = r"(?P<topic>\S[^\n]{2,160})"
_WAS = r"(?:(?:i\s(?:attended|saw)(?:\s\w+)?|was|were|is|that|all|mainly|mostly|focus(?:ed|ing)?|war|went)\s){0,3}"
_TOPICS: tuple[tuple[TopicForm, re.Pattern[str]], ...] = (
    ("session", re.compile(rf"\b{_SESSION}\b{_GIVEN_BY}?[\s,)]{{1,2}}{_WAS}{_ABOUT}\s{_TEXT}", re.I)),
    ("survey", re.compile(rf"\b{_SURVEY}\b{_GIVEN_BY}?\s(?:to|of|on|about|into|in)\s{_TEXT}", re.I)),
    (
        "verb",
        re.compile(
            r"\b(?:spoke|speaks?|speaking|talk(?:s|ed|ing)?|presented|presenting|sprach|erzählte|berichtete|habló|parlé)"
            rf"(?:\s(?:to\sus|briefly|a\s(?:bit|little)|more|[a-z]+ly))?\s(?:on|about|über|von|de|sobre)\s{_TEXT}",
            re.I,
        ),
    ),
    ("verb", re.compile(rf"['’]s?\s(?:on|about)\s{_TEXT}", re.I)),
)
_ANY_ABOUT = re.compile(rf"\b{_ABOUT}\s", re.I)  # a quick look, as most sentences tell no topic
_ANY_SURVEY = re.compile(rf"\b{_SURVEY}\b", re.I)
# Right after a presenter: "Ada Sol from Acme then demonstrated ..."
_SHOWN = re.compile(
    r"^(?:\s*\([^()]{0,80}\))?(?:,?\s(?:from|of|at|@|von)\s[\w.&’'-]+(?:\s[A-Z&][\w.&’'-]*){0,4})?(?:\s*,[^,.;:]{2,90},)?"
    r"\s(?:(?:then|also|first|next|who|and|has|had|[a-z]+ly)\s){0,2}"
    r"(?:presented|presenting|presents|demonstrated|demonstrating|demonstrates|demoed|demo'd|showed|showing|shows|showcased"
    r"|explained|explaining|explains|discussed|discussing|discusses|covered|covering|introduced|introducing|introduces"
    r"|described|describing|describes|announced|outlined|shared|sharing|walked\sus\sthrough|went\sthrough|zeigte|stellte"
    r"|erklärte|präsentierte)\s(?:us\s|off\s)?" + _TEXT
)
# "the Tea Caches talk by ..., the panel on the second day": what stands before the word
_NAMED = re.compile(
    r"\b(?:[Tt]he|[Aa]n?|[Tt]heir|[Hh]is|[Hh]er|[Oo]ur|yesterday['’]s|[A-Z]\w+['’]s)\s(?P<topic>(?:(?:[A-Z][\w.+#/&’'-]*|core|[a-z]+\.js)\s){1,5})"
    r"(?P<session>[Tt]alk|[Ss]ession|[Pp]resentation|[Kk]eynote|[Ww]orkshop|[Tt]utorial|[Pp]anel(?:\s[Dd]iscussion)?|BOF|BoF"
    r"|[Bb]irds of a [Ff]eather(?:\ssession)?|[Mm]eeting)\b"
)
_SESSION_WORD = re.compile(r"talk|session|presentation|key\s?note|workshop|tutorial|panel|bof|birds|meeting", re.I)
_WITH_SESSION = ("panel", "bof", "birds", "meeting")  # "Tea Panel" is a title, "Tea talk" is "Tea"
_KEYNOTE = re.compile(
    r"\b(?:(?:opening|closing|first|second|final|welcome|morning|evening)\s)?(?:keynote|key\snote)(?:\saddress)?\b",
    re.I,
)
_ON = re.compile(rf"^\s*(?:\([^()]{{0,80}}\)|,[^,]{{2,60}},)?\s*(?:on|about|über)\s{_TEXT}", re.I)
_AND = re.compile(r"(?:\b(?:and|und|while|then)|[,;])\s*$")

# Where a topic ends: "tea, which is", "tea and he showed", "tea (slides)"
_END = re.compile(
    r",\s|;|:\s(?![A-Z])|[.!?](?=\s|$)|\s?[()\[\]]|\s[-–—]{1,3}\s|—"
    r"|\s(?:which|where|while|but|because|whereas|so that|in which|at which|during|followed by|was great|was very"
    r"|and (?:then|also|he|she|they|i|we|it|how|why|what|his|her|its|showed|explained|talked|spoke|gave|was|had)"
    r"|und (?:er|sie|wie))\b",
    re.I,
)
_BY = re.compile(r"\s(?:by|from|given by|presented by|von|with|par)\s(?:the\s)?$", re.I)
_OPENING = re.compile(r"(?:some of|some|the|an?|his|her|their|our|its|der|die|das|les?|la|el)\s(?=\S)")
_LEAST, _MOST = 3, 110  # characters
_FARTHEST = 200  # characters from the start of a topic in which its end is looked for
_LONGEST = 2000  # characters of a sentence that are read
_VAGUE = re.compile(
    r"(?:it|that|this|them|me|us|him|her|you|what|how|stage|twitter|youtube|github|\w+ (?:topic|subject|thing)s?"
    r"|\w*\s?experiences?|things?|stuff|wide range.*|lot.*|lightning(?: talk)?|opening|closing|first|second|last|next"
    r"|morning|afternoon|keynote)$"
    r"|(?:day|mon|tues|wednes|thurs|fri|satur|sun|first|second|third|last|same|next|other)\s?(?:day|hand|\d)\b"
    r"|(?:everyone|everybody|attendees|the audience|us|me|people)\b"
    r"|(?:january|february|march|april|may|june|july|august|september|october|november|december)\s\d",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Topic:
    """What a talk was about, where in the sentence it is said, and who gave it according to the sentence."""

    text: str
    form: TopicForm
    begins: int  # where the words that announce it begin
    start: int
    end: int
    speakers: tuple[str, ...] = ()


def name_opens(sentence: str, people: Sequence[Person]) -> bool:
    """Whether a sentence has the form "Ada Sol on tea caches"."""
    return bool(people) and not people[0].start and " " in people[0].name and bool(_ON.match(sentence[people[0].end :]))


def topics_of(sentence: str, people: Sequence[Person], presents: Sequence[bool]) -> list[Topic]:
    """The talks of which a sentence says the topic, in order, without overlap."""
    sentence = sentence[:_LONGEST]
    found: list[Topic] = []
    for topic in _found(sentence, people, presents):
        if all(topic.end <= other.begins or topic.begins >= other.end for other in found):
            found.append(topic)
    found.sort(key=lambda topic: topic.begins)
    told: list[Topic] = []
    for topic in found:
        before = told[-1].end if told else 0
        speakers = speakers_near(sentence, people, presents, before, topic.begins, topic.end)
        if not speakers and told and sentence[topic.begins :].lower().startswith("another"):
            speakers = told[-1].speakers  # "Ada Sol spoke on tea, followed by another talk on cups"
        told.append(replace(topic, speakers=speakers))
    return told


def speakers_near(
    sentence: str, people: Sequence[Person], presents: Sequence[bool], after: int, begins: int, end: int
) -> tuple[str, ...]:
    """Who gave the talk that is announced in sentence[begins:end], the talk before it being told up to `after`."""
    pairs = list(zip(people, presents, strict=True))
    behind = [p for p, _ in pairs if end <= p.start <= end + 20 and _BY.search(sentence[end - 1 : p.start])]
    if behind:
        joined = [p for p, yes in pairs if p.start >= end and (yes or p == behind[0]) and p.start < behind[0].end + 60]
        return _names(joined)
    return _names([p for p, yes in pairs if yes and after <= p.start < end]) or _names(
        [p for p, yes in pairs if yes and p.start >= end]
    )


# --- private ----------------------------------------------------------------------------------------------------------


def _names(people: Sequence[Person]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(person.name for person in people))


def _found(sentence: str, people: Sequence[Person], presents: Sequence[bool]) -> Iterator[Topic]:
    """All readings of a sentence, the surest first."""
    tells = {"survey": bool(_ANY_SURVEY.search(sentence)), "session": bool(_ANY_ABOUT.search(sentence))}
    for form, pattern in _TOPICS:
        if not tells.get(form, tells["session"]):
            continue
        at = 0
        while match := pattern.search(sentence, at):
            yield from _cut(sentence, form, match.start(), match.start("topic"), people)
            at = match.start("topic")
    for person, yes in zip(people, presents, strict=True):
        joins = not person.start or _AND.search(sentence[max(0, person.start - 8) : person.start])
        if yes and joins and (on := _ON.match(sentence[person.end :])):
            kind: TopicForm = "verb" if person.start else "item"
            yield from _cut(sentence, kind, person.start, person.end + on.start("topic"), people)
        if yes and (shown := _SHOWN.match(sentence[person.end : person.end + 400])):
            yield from _cut(sentence, "shown", person.start, person.end + shown.start("topic"), people)
    if not _SESSION_WORD.search(sentence):
        return
    for match in _NAMED.finditer(sentence):
        kept = match["session"].lower().startswith(_WITH_SESSION)
        end = match.end("session") if kept else match.end("topic") - 1
        text = sentence[match.start("topic") : end]
        if not _VAGUE.match(text):
            yield Topic(text, "named", match.start(), match.start("topic"), end)
    if keynote := _KEYNOTE.search(sentence):
        yield Topic(keynote[0], "keynote", keynote.start(), keynote.start(), keynote.end())


def _cut(sentence: str, form: TopicForm, begins: int, start: int, people: Sequence[Person]) -> Iterator[Topic]:
    """The topic that starts here, up to the end of its clause or to the name of who gave it."""
    stop = _END.search(sentence, start + 2, start + _FARTHEST)
    end = stop.start() if stop else min(len(sentence), start + _FARTHEST)
    for person in people:
        if start < person.start < end:
            before = sentence[start : person.start]
            if by := (_BY.search(before) or re.search(r"\s(?:and|while|und)\s$", before)):
                end = start + by.start()
    text = sentence[start:end]
    while opening := _OPENING.match(text):
        start += opening.end()
        text = text[opening.end() :]
    text = text.strip(" \"'“”‘’*_.,")
    if _LEAST <= len(text) <= _MOST and not _VAGUE.match(text):
        yield Topic(text, form, begins, start, end)
