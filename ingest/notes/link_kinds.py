"""The address and text of a link in, what it leads to out: slides, a video, code, or something else."""

import re

from talkdex.schema.records import LinkKind

_SLIDES = re.compile(
    r"slides?\b|speakerdeck\.com|slideshare\.net|noti\.st|docs\.google\.com/presentation|prezi\.com|slid\.es|\.(?:pptx?|key|odp)\b|\bdeck\b",
    re.I,
)
_VIDEO = re.compile(
    r"youtu\.?be|vimeo\.com|media\.ccc\.de|pyvideo\.org|confreaks|channel9\.msdn|wistia|\.(?:mp4|webm|mov)\b|peertube",
    re.I,
)
_CODE = re.compile(
    r"(?:github|gitlab|bitbucket|codeberg|sr\.ht|gist\.github)[./]|codepen\.io|codesandbox|stackblitz|jsfiddle|repl\.it",
    re.I,
)
_SLIDES_TEXT = re.compile(
    r"\b(?:slides?|slide ?deck|deck|folien|diapos?|diapositivas|presentation|präsentation)\b", re.I
)
_VIDEO_TEXT = re.compile(r"\b(?:video|recording|watch|aufzeichnung|vidéo|enregistrement|grabación|aufnahme)\b", re.I)


def link_kind(url: str, text: str = "") -> LinkKind:
    """What a link of a talk leads to. The link's words count before its address: "Slides" may well lie on GitHub."""
    if _SLIDES_TEXT.search(text) and len(text) < 60:
        return "slides"
    if _VIDEO_TEXT.search(text) and len(text) < 60:
        return "video"
    if _SLIDES.search(url):
        return "slides"
    if _VIDEO.search(url):
        return "video"
    return "code" if _CODE.search(url) else "other"
