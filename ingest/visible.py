r"""A text from notes in, the same as a terminal may show it out: what would steer the terminal is written as an escape.

>>> visible("notes/\x1b[2J.md")
'notes/\\x1b[2J.md'
"""

_STEERING = (*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A))  # and turning of lines
_ESCAPES = {code: chr(code).encode("unicode_escape").decode() for code in _STEERING}


def visible(text: str) -> str:
    """The text on one line, with nothing in it that clears a screen, writes another title or runs backwards."""
    return text.translate(_ESCAPES)
