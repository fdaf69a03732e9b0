"""A notes file's bytes in, its text out, with a notice where the encoding was guessed or where it is no text at all.

Lines are counted as an editor counts them: whatever ends a line in the file ends it in the text, and nothing else does.
"""

import codecs
import re

from talkdex.schema.records import Notice

# A byte order mark says it all; UTF-32 first, because its little-endian mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SIGNATURES = (  # how files begin that are no text, though some of them are nearly all printable
    b"%PDF-",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ",
    b"7z\xbc\xaf",
    b"\x7fELF",
    b"MZ\x90",
    b"SQLite format 3\x00",
    b"\xd0\xcf\x11\xe0",
    b"ID3",
    b"OggS",
    b"wOFF",
    b"wOF2",
)
_SAMPLE = 65_536  # bytes looked at to tell text from binary
_CONTROL_LIMIT = 0.02  # a stray control character is a slip; compressed data has one in ten bytes
_CONTROL = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1b")) + b"\x7f"
_CONTROL_CHARACTER = re.compile("[\x00-\x08\x0e-\x1a\x7f]")

_CARRIAGE_RETURNS_BEFORE_LINE_FEED = re.compile(r"(?<!\r)\r++\n")
_REPLACED = {
    "\0": "\ufffd",  # as CommonMark has it
    **dict.fromkeys("\v\f\x1c\x1d\x1e\x85\u2028\u2029", " "),  # end a line for str.splitlines, but in no editor
}


def decode(data: bytes) -> tuple[str | None, tuple[Notice, ...]]:
    """The text of a file with these bytes, lines ended by LF alone; None with a notice when they are no text.

    UTF-8, UTF-16 and UTF-32 are told by their byte order mark, UTF-16 without one by its NUL bytes, all else is UTF-8.
    A line that is not valid UTF-8 is read as Windows-1252, of which Latin-1 is a part, with a notice; line by line,
    because pasted lines often come from elsewhere.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decode_marked(data[len(mark) :], encoding)
    if data.startswith(_SIGNATURES):
        return None, (_not_text(),)
    if guessed := _utf16_without_mark(data):
        message = "This file looks like UTF-16 without a byte order mark and is read so. Save it as UTF-8."
        return tidy_lines(data.decode(guessed, "replace")), (Notice(kind="encoding", message=message),)
    if _is_binary(data[:_SAMPLE]):
        return None, (_not_text(),)
    return _decode_bytes(data)


def tidy_lines(text: str) -> str:
    """The text with LF as its only line end and without NUL; the lines keep their numbers.

    In a file whose lines end in LF, a single CR is a slip inside a line and becomes a space, so that the lines stay
    those of `grep -n`. Other characters that Python takes for line ends become spaces, too: slides pasted into notes
    are full of them.
    """
    if "\r" in text:
        text = _CARRIAGE_RETURNS_BEFORE_LINE_FEED.sub("\n", text)
        text = text.replace("\r", "\n" if text.count("\r") > text.count("\n") else " ")
    for character, replacement in _REPLACED.items():
        text = text.replace(character, replacement)
    return text


def _decode_marked(data: bytes, encoding: str) -> tuple[str | None, tuple[Notice, ...]]:
    if encoding == "utf-8":
        return (None, (_not_text(),)) if _is_binary(data[:_SAMPLE]) else _decode_bytes(data)
    try:
        return tidy_lines(data.decode(encoding)), ()
    except UnicodeDecodeError:
        name = encoding[:6].upper()
        message = f"Some characters of this {name} file cannot be read and are shown as \ufffd. Save it as UTF-8."
        return tidy_lines(data.decode(encoding, "replace")), (Notice(kind="encoding", message=message),)


def _decode_bytes(data: bytes) -> tuple[str, tuple[Notice, ...]]:
    try:
        return tidy_lines(data.decode()), ()
    except UnicodeDecodeError as error:
        before = tidy_lines(data[: error.start].decode())
    text = "\n".join(_decode_line(line) for line in data.split(b"\n"))
    message = "This line is not UTF-8 and is read as Windows-1252 (Latin-1). Save the file as UTF-8."
    return tidy_lines(text), (Notice(kind="encoding", message=message, line=before.count("\n") + 1),)


def _decode_line(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        pass
    try:
        return line.decode("cp1252")
    except UnicodeDecodeError:  # five bytes mean nothing in Windows-1252
        return line.decode("latin-1")


def _utf16_without_mark(data: bytes) -> str | None:
    """The UTF-16 in which every other byte is NUL as in Western text, if it reads as text."""
    sample = data[: _SAMPLE - _SAMPLE % 2]
    if len(data) % 2 or sample.count(0) < 2:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    few, many, encoding = (even, odd, "utf-16-le") if odd > even else (odd, even, "utf-16-be")
    if few > many / 20 or many < len(sample) / 20:  # even Cyrillic notes have ASCII spaces and line ends
        return None
    if many < len(sample) / 4 and not _is_binary(sample):  # a stray NUL
        return None
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(sample)
    except UnicodeDecodeError:
        return None
    return None if len(_CONTROL_CHARACTER.findall(text)) > len(text) * _CONTROL_LIMIT else encoding


def _is_binary(sample: bytes) -> bool:
    """Whether there are more control characters than a text has by mistake."""
    return len(sample) - len(sample.translate(None, _CONTROL)) > max(2, len(sample) * _CONTROL_LIMIT)


def _not_text() -> Notice:
    return Notice(
        kind="unreadable", message="This file is not text and was left out. Is it an image or archive by another name?"
    )
