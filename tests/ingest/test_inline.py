"""Markdown as people write it, and the words, links and bold runs that are read from it."""

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talkdex.ingest.notes.blocks import Hyperlink
from talkdex.ingest.notes.inline import bold, links, plain


@pytest.mark.parametrize(
    "raw, text",
    [
        ("Measure first, then cache.", "Measure first, then cache."),
        ("**Measure** *first*, then __cache__ _well_.", "Measure first, then cache well."),
        ("***both*** ~~gone~~ ==marked==", "both gone marked"),
        ("**a *nested* run**", "a nested run"),
        ("5 * 3 * 2 and a*b*c", "5 * 3 * 2 and a*b*c"),
        ("snake_case_name and _private", "snake_case_name and private"),
        ("C++ == C", "C++ == C"),
        ("`*args` and ``a`b`` stay code", "*args and a`b stay code"),
        ("`docker\nrun` is wrapped", "docker\nrun is wrapped"),
        ("a ` tick and ```` four", "a ` tick and ```` four"),
        ("`max_connections_per_host`", "max_connections_per_host"),
        (r"\*no\* \_markup\_ \# here", "*no* _markup_ # here"),
        ("one line\\\nand the next", "one line\nand the next"),
        ("[Kafka](https://kafka.example) now", "Kafka now"),
        ('[Kafka](https://kafka.example "The site")', "Kafka"),
        ("[a *b* `c`](x)", "a b c"),
        ("[Kafka][1] and [Kafka][]", "Kafka and Kafka"),
        ("[Go (lang)](https://x.example/Go_(lang)) rocks", "Go (lang) rocks"),
        ("[spaces](<a file.md>)", "spaces"),
        ("[over\ntwo lines](https://x.example)", "over\ntwo lines"),
        ("![a photo](photo.png) Text", " Text"),
        ("[![badge](b.png)](https://x.example)Text", "Text"),
        ("<https://x.example/a>", "https://x.example/a"),
        ("https://x.example/a_b_c", "https://x.example/a_b_c"),
        ("[[Jane Doe]] and [[people/joe|Joe Roe]]", "Jane Doe and Joe Roe"),
        ("[[talks/Caching#Notes]]", "Caching"),
        ("![[photo.png]]see", "see"),
        ("A claim[^1].", "A claim."),
        ("[^1]: The source.", " The source."),
        ("[ ] open", "open"),
        ("[x] done", "done"),
        ("[!tip] Look", "Look"),
        ("H<sub>2</sub>O <b>is</b> <span style='x'>wet</span>", "H2O is wet"),
        ("one<br>two<br/>three", "one two three"),
        ("a <!-- hidden --> b", "a b"),
        ("2 < 3 and a <- b", "2 < 3 and a <- b"),
        ("List<String> names", "List names"),
        ("AT&amp;T &lt;3 &eacute; R&D", "AT&T <3 é R&D"),
        ('[docs](x){:target="_blank"} here', "docs here"),
        ("{{ site.title }} and {% include x %}", " and "),
        ("[TODO] and [sic]", "[TODO] and [sic]"),
        ("arr[0] and f(x)", "arr[0] and f(x)"),
        ("“smart” quotes — and 🎉", "“smart” quotes — and 🎉"),
        ("two  *spaces*\xa0\xa0here", "two spaces here"),
        ("", ""),
    ],
)
def test_markup_is_cleaned_off(raw: str, text: str) -> None:
    assert plain(raw) == text


def test_labels_with_an_address_in_the_file_lose_their_brackets() -> None:
    assert plain("see [Kafka] and [sic]", {"kafka"}) == "see Kafka and [sic]"


REFERENCES = {"1": "https://one.example", "kafka": "https://kafka.example"}


@pytest.mark.parametrize(
    "raw, found",
    [
        ("No link.", []),
        ("[Kafka](https://kafka.example/a_b)", [("Kafka", "https://kafka.example/a_b", 7)]),
        ('[Kafka](https://kafka.example "Kafka")', [("Kafka", "https://kafka.example", 7)]),
        ("[*Big* `data`](x.md)", [("Big data", "x.md", 7)]),
        ("text\n[a](x) text\n[b](y)", [("a", "x", 8), ("b", "y", 9)]),
        ("[over\ntwo](\n  x)", [("over two", "x", 7)]),
        ("[Go](https://x.example/Go_(lang))", [("Go", "https://x.example/Go_(lang)", 7)]),
        ("[a](<my file.md>)", [("a", "my file.md", 7)]),
        ("[a](caf%C3%A9.md) [b](a%20b.md)", [("a", "café.md", 7), ("b", "a%20b.md", 7)]),
        ("[x][1], [Kafka][] and [Kafka]", [("x", REFERENCES["1"], 7)] + [("Kafka", REFERENCES["kafka"], 7)] * 2),
        ("[none][2] and [sic]", []),
        ("<https://x.example>", [("https://x.example", "https://x.example", 7)]),
        ("see https://x.example/a, or (http://y.example).", [("https://x.example/a",) * 2, ("http://y.example",) * 2]),
        ("[https://x.example](https://x.example)", [("https://x.example", "https://x.example", 7)]),
        ("<a class='b' href=\"https://x.example/?a=1&amp;b\">here</a>", [("here", "https://x.example/?a=1&b", 7)]),
        ("`[a](x)` is code", []),
    ],
)
def test_links_with_their_line(raw: str, found: list[tuple[Any, ...]]) -> None:
    expected = [Hyperlink(text, url, line[0] if line else 7) for text, url, *line in found]
    assert links(raw, 7, REFERENCES) == expected


def test_images_are_told_from_links() -> None:
    assert links("![slide](s.png) [deck](d.pdf)") == [
        Hyperlink("slide", "s.png", 1, image=True),
        Hyperlink("deck", "d.pdf", 1),
    ]
    assert [(link.url, link.image) for link in links("[![video](v.png)](https://v.example)")] == [
        ("https://v.example", False)
    ]


@pytest.mark.parametrize(
    "raw, runs",
    [
        ("**Caching** with Jane", ["Caching"]),
        ("**Caching**: and __queues__", ["Caching", "queues"]),
        ("**[Caching](x)**", ["Caching"]),
        ("<b>Caching</b> <strong>Queues</strong>", ["Caching", "Queues"]),
        ("2 ** 3 ** 4", []),
        ("*emphasis* is not enough", []),
        ("snake__case__name", []),
    ],
)
def test_bold_runs(raw: str, runs: list[str]) -> None:
    assert bold(raw) == runs


@given(st.text("ab *_`[]()!<>\\\n|{}&;:/.h", max_size=80) | st.text(max_size=60))
def test_cleaning_keeps_the_lines_and_adds_no_words(raw: str) -> None:
    text = plain(raw)
    assert text.count("\n") == raw.count("\n")
    assert plain("no markup here") in plain(f"no markup here\n{raw}")
    links(raw)
    bold(raw)


@pytest.mark.parametrize(
    "raw",
    [
        *("[" * 20_000, "[a](" * 9_000, "**a " * 9_000, "`" * 20_000, "<a " * 9_000, "<!-- " * 9_000, "[[a|" * 9_000),
        *("[a] " * 9_000, "https://a(" * 4_000, "_" * 20_000, "{{ " * 9_000, "![" * 9_000, "&amp" * 9_000),
    ],
    ids=lambda raw: raw[:8],
)
def test_no_text_takes_long(raw: str) -> None:
    begin = time.process_time()
    plain(raw)
    links(raw, 1, {"a": "https://a.example"})
    bold(raw)
    assert time.process_time() - begin < 2  # quadratic time would be minutes
