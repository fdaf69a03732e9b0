"""Bytes as they lie on disks, and the text that is read from them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talkdex.ingest.notes.decoding import decode, tidy_lines

NOTES = "# Café talk — naïve caching\n\n- Ünïcode “quotes”\n"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(NOTES.encode(), id="UTF-8"),
        pytest.param(NOTES.encode("utf-8-sig"), id="UTF-8 with BOM"),
        pytest.param(b"\xff\xfe" + NOTES.encode("utf-16-le"), id="UTF-16 little-endian"),
        pytest.param(b"\xfe\xff" + NOTES.encode("utf-16-be"), id="UTF-16 big-endian"),
        pytest.param(b"\xff\xfe\0\0" + NOTES.encode("utf-32-le"), id="UTF-32"),
        pytest.param(NOTES.replace("\n", "\r\n").encode(), id="CRLF"),
        pytest.param(NOTES.replace("\n", "\r").encode(), id="CR of old Macs"),
        pytest.param(NOTES.replace("\n", "\r\r\n").encode(), id="CRLF converted twice"),
    ],
)
def test_text_is_read_in_the_usual_encodings_and_line_ends(data: bytes) -> None:
    assert decode(data) == (NOTES, ())


@pytest.mark.parametrize("text", [NOTES, "# Доклад о кэше\n\n- Не кэшируйте ошибки\n- Меряйте\n", "ab"])
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_byte_order_mark_is_guessed_with_a_notice(text: str, encoding: str) -> None:
    read, notices = decode(text.encode(encoding))
    assert read == text
    assert [notice.kind for notice in notices] == ["encoding"]


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_an_empty_file_is_an_empty_text(data: bytes) -> None:
    assert decode(data) == ("", ())


def test_latin_1_is_read_with_a_notice_at_its_first_line() -> None:
    text, notices = decode("# Talks\n\n- Café\n- Zoë – “yes” €\n".encode("cp1252"))
    assert text == "# Talks\n\n- Café\n- Zoë – “yes” €\n"
    assert [(notice.kind, notice.line) for notice in notices] == [("encoding", 3)]


def test_a_pasted_latin_1_line_leaves_the_utf_8_around_it_alone() -> None:
    text, notices = decode("- naïve – one\n".encode() + "- café\n".encode("latin-1") + "- Ünal, 東京\n".encode())
    assert text == "- naïve – one\n- café\n- Ünal, 東京\n"
    assert [notice.line for notice in notices] == [2]


def test_bytes_without_meaning_in_windows_1252_are_read_too() -> None:
    assert decode(b"a\x81\xe9")[0] == "a\x81é"


def test_damaged_utf_16_is_read_with_a_notice() -> None:
    text, notices = decode(b"\xff\xfe" + "notes".encode("utf-16-le") + b"\x21")
    assert text == "notes\ufffd"
    assert [notice.kind for notice in notices] == ["encoding"]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, id="image"),
        pytest.param(b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n", id="PDF, all printable at the start"),
        pytest.param(b"PK\x03\x04" + b"word/document.xml" * 9, id="zip"),
        pytest.param(bytes(range(256)) * 40, id="no signature"),
        pytest.param(b"\xef\xbb\xbf" + bytes(range(256)) * 40, id="no text behind a BOM"),
        pytest.param(bytes(4000), id="NUL alone"),
    ],
)
def test_a_binary_file_gives_a_notice(data: bytes) -> None:
    text, notices = decode(data)
    assert text is None
    assert [notice.kind for notice in notices] == ["unreadable"]


def test_a_stray_nul_is_replaced() -> None:
    assert decode(b"# Talk\0\n\nA note\n") == ("# Talk\ufffd\n\nA note\n", ())


@pytest.mark.parametrize(
    "text, tidy",
    [
        ("one\r\ntwo\nthree\r\n", "one\ntwo\nthree\n"),
        ("one\rtwo\rthree", "one\ntwo\nthree"),
        ('{"a": 1,\r "b": 2}\nnext\nlast\n', '{"a": 1,  "b": 2}\nnext\nlast\n'),  # a pasted CR ends no line
        ("slide\vtext\u2028more\x85\fend\n", "slide text more  end\n"),
        ("no newline at the end", "no newline at the end"),
    ],
)
def test_lines_keep_their_numbers(text: str, tidy: str) -> None:
    assert tidy_lines(text) == tidy


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_reported(data: bytes) -> None:
    text, notices = decode(data)
    if text is None:
        assert [notice.kind for notice in notices] == ["unreadable"]
    else:
        assert text.removesuffix("\n").split("\n") == (text.splitlines() or [""])
        assert "\0" not in text


@given(st.text(st.characters(exclude_characters="\0"), max_size=300))
def test_utf_8_loses_nothing_but_line_ends(text: str) -> None:
    data = text.encode("utf-8", "replace")
    read, _ = decode(data)
    assert read is None or read == tidy_lines(data.decode("utf-8-sig"))
