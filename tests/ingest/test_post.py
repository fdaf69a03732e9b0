"""Notes files with front matter as the wild has it, and what is read of it."""

import json
from itertools import pairwise
from pathlib import Path
from textwrap import dedent
from typing import Any

import frontmatter
import pytest
from hypothesis import given
from hypothesis import strategies as st

from talkdex.ingest.notes.blocks import Post
from talkdex.ingest.notes.post import is_draft, parse_post, path_day, post_date
from talkdex.schema.front_matter import Stated, stated

CORPUS = Path(__file__).parents[2].parent / "shared" / "corpus"


def parse(text: str) -> Post:
    return parse_post(dedent(text).removeprefix("\n"), "notes.md")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            """
            ---
            Title: Two days at DevNord
            date: 2024-03-25 10:30:00 +0100
            tags: [databases, conference]
            draft: false
            ---

            # Keynote
            """,
            id="YAML",
        ),
        pytest.param(
            """
            +++
            title = "Two days at DevNord"
            date = "2024-03-25 10:30:00 +0100"
            tags = ["databases", "conference"]
            draft = false
            +++

            # Keynote
            """,
            id="TOML",
        ),
        pytest.param(
            """
            {
              "title": "Two days at DevNord",
              "date": "2024-03-25 10:30:00 +0100",
              "tags": ["databases", "conference"], "draft": false
            }

            # Keynote
            """,
            id="JSON",
        ),
        pytest.param(
            """
            ;;;
            "title": "Two days at DevNord",
            "date": "2024-03-25 10:30:00 +0100",
            "tags": ["databases", "conference"], "draft": false
            ;;;

            # Keynote
            """,
            id="JSON of Middleman",
        ),
        pytest.param(
            """
            ---json
            {"title": "Two days at DevNord",
             "date": "2024-03-25 10:30:00 +0100",
             "tags": ["databases", "conference"], "draft": false}
            ---

            # Keynote
            """,
            id="JSON of Eleventy",
        ),
        pytest.param(
            """
            title: Two days at DevNord
            date: 2024-03-25 10:30:00 +0100
            tags:
            - databases
            - conference
            draft: false
            ---

            # Keynote
            """,
            id="Hexo",
        ),
    ],
)
def test_front_matter_is_read_in_every_format(text: str) -> None:
    post = parse(text)
    assert post.front_matter == {
        "title": "Two days at DevNord",
        "date": "2024-03-25 10:30:00 +0100",
        "tags": ["databases", "conference"],
        "draft": False,
    }
    assert post.body == "\n# Keynote\n"
    assert post.notices == ()
    lines = dedent(text).removeprefix("\n").split("\n")
    assert lines[post.body_line] == "# Keynote"
    for key, line in post.keys.items():
        assert key in lines[line - 1].lower()


def test_the_header_of_pelican_is_plain_text() -> None:
    post = parse(
        """
        Title: Rust: the good parts
        Date: 2024-03-25
        Tags: rust, conference
        Summary: What I heard
          in two days
        Slug:

        First paragraph: with a colon
        """
    )
    assert post.front_matter == {
        "title": "Rust: the good parts",
        "date": "2024-03-25",
        "tags": "rust, conference",
        "summary": "What I heard in two days",
        "slug": None,
    }
    assert post.keys == {"title": 1, "date": 2, "tags": 3, "summary": 4, "slug": 6}
    assert (post.body, post.body_line) == ("\nFirst paragraph: with a colon\n", 7)


def test_the_comment_of_nikola() -> None:
    post = parse("<!--\n.. title: Two days at DevNord\n.. tags: rust, go\n-->\n\nBody\n")
    assert post.front_matter == {"title": "Two days at DevNord", "tags": "rust, go"}
    assert (post.keys, post.body, post.body_line) == ({"title": 2, "tags": 3}, "\nBody\n", 5)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("# Notes\n\nNothing else\n", id="plain notes"),
        pytest.param("", id="empty"),
        pytest.param("---\n\nNotes from the first day\n\n---\n\nThe second day\n", id="thematic breaks"),
        pytest.param("---\n# Caching\n\nSpeaker: Jane Doe\n\n---\nText\n", id="a talk between breaks"),
        pytest.param("---\n\nSpeaker: Jane Doe\n\n---\nText\n", id="a by-line between breaks"),
        pytest.param("---\n- one\n- two\n---\n", id="a list between breaks"),
        pytest.param("---\nJust one break\n", id="one break"),
        pytest.param("---\nSpeaker: Jane Doe\nof Acme\nand friends\n---\n", id="prose between breaks"),
        pytest.param("Talk: Rust in anger\n---\n\nNotes\n", id="a Setext heading with a colon"),
        pytest.param("Title: Rust in anger\nSpeaker: Jane Doe\nDate: 2024-03-19\n\nNotes\n", id="a talk's by-lines"),
        pytest.param("Title: Rust in anger\n\nNotes\n", id="one header line"),
        pytest.param("Title: Rust in anger\nDate: 2024\nTags: a\nand then prose\n\n", id="a header that is prose"),
        pytest.param("{% include toc.html %}\n\nNotes\n", id="Liquid"),
        pytest.param("{: .lead}\nNotes\n", id="kramdown"),
        pytest.param("{{< youtube id >}}\n\nNotes\n", id="Hugo's shortcode"),
        pytest.param('{"a": 1} is JSON\n', id="JSON in a sentence"),
        pytest.param("{}\n\nNotes\n", id="an empty object"),
        pytest.param("<!-- a comment -->\n# Notes\n", id="a comment"),
        pytest.param("<!--\nnot Nikola\n-->\n# Notes\n", id="a comment of three lines"),
        pytest.param("    ---\n    title: x\n    ---\n", id="code"),
        pytest.param("+++\nnot TOML and never closed\n", id="plus signs"),
    ],
)
def test_what_only_looks_like_front_matter_stays_in_the_body(text: str) -> None:
    assert parse_post(text, "notes.md") == Post("notes.md", text)


@pytest.mark.parametrize(
    "text, front_matter, body_line",
    [
        pytest.param("---\n---\nBody\n", {}, 3, id="empty"),
        pytest.param("---\ntitle: x\n...\nBody\n", {"title": "x"}, 4, id="closed by dots"),
        pytest.param("---  \ntitle: x\n---\t\nBody\n", {"title": "x"}, 4, id="spaces behind the fences"),
        pytest.param("-----\ntitle: x\n-----\nBody\n", {"title": "x"}, 4, id="long fences"),
        pytest.param("\n\n---\ntitle: x\n---\nBody\n", {"title": "x"}, 6, id="blank lines above"),
        pytest.param("\ufeff---\ntitle: x\n---\nBody\n", {"title": "x"}, 4, id="byte order mark"),
        pytest.param("---\ntitle: x\n---", {"title": "x"}, 4, id="nothing below"),
        pytest.param(
            "---\n# Documentation: https://docs.example\n\ntitle: x\ndate: 2024-03-25\n---\n",
            {"title": "x", "date": "2024-03-25"},
            7,
            id="a comment like a heading",
        ),
        pytest.param(
            "---\nspeaker: '[[Jane Doe]]'\nevent: DevNord\ndate created: 2024-03-25\n---\n",
            {"speaker": "[[Jane Doe]]", "event": "DevNord", "date created": "2024-03-25"},
            6,
            id="Obsidian properties",
        ),
        pytest.param(
            "---\ntext: |\n  one\n  ---\n  two\n---\n",
            {"text": "one\n---\ntwo\n"},
            7,
            id="a break in a text",
        ),
        pytest.param('{"title": "x"}\nBody\n', {"title": "x"}, 2, id="JSON on one line"),
        pytest.param("---toml\ntitle = 'x'\n---\nBody\n", {"title": "x"}, 4, id="TOML of Eleventy"),
    ],
)
def test_where_front_matter_ends(text: str, front_matter: dict[str, Any], body_line: int) -> None:
    post = parse_post(text, "notes.md")
    assert (post.front_matter, post.body_line, post.notices) == (front_matter, body_line, ())
    assert post.body == "\n".join(text.split("\n")[body_line - 1 :])


def test_taxonomies_of_hugo_and_zola_are_tags_and_categories() -> None:
    post = parse(
        """
        +++
        title = "Two days at DevNord"
        date = 2024-03-25T10:30:00Z

        [taxonomies]
        tags = ["databases"]
        categories = ["conference"]

        [extra]
        starts = 09:30:00
        +++
        """
    )
    assert (post.front_matter["tags"], post.front_matter["categories"]) == (["databases"], ["conference"])
    assert post.front_matter["date"] == "2024-03-25T10:30:00+00:00"
    assert post.front_matter["extra"] == {"starts": "09:30:00"}
    assert (post.keys["title"], post.keys["tags"]) == (2, 5)


@pytest.mark.parametrize(
    "yaml, value",
    [
        ("2024-03-19", "2024-03-19"),
        ("2024-13-45", "2024-13-45"),
        ("10:30", "10:30"),  # 630 in YAML 1.1
        ("3.10", "3.10"),
        ("1.5", 1.5),
        ("007", "007"),
        ("0x1F", "0x1F"),
        ("2024", 2024),
        ("1_000", "1_000"),
        (".inf", ".inf"),
        ("9" * 5000, "9" * 5000),
        ("NO", "NO"),  # Norway
        ("yes", "yes"),
        ("True", True),
        ("~", None),
        ("", None),
        ("'2024'", "2024"),
        ("!!binary aGk=", "aGk="),
        ("[a, [b, {c: d}], 3]", ["a", ["b", {"c": "d"}], 3]),
        ("{a: 1, ? [b] : 2}", {"a": 1}),
        ("[[DevNord 2024]]", [["DevNord 2024"]]),
    ],
)
def test_values_are_what_json_holds(yaml: str, value: Any) -> None:
    post = parse_post(f"---\nkey: {yaml}\n---\n", "notes.md")
    assert (post.front_matter, post.notices) == ({"key": value}, ())


@pytest.mark.parametrize(
    "front_matter, values, line, reason",
    [
        (
            "date: 2024-03-25\ntitle: Rust: the good parts\ntags: [rust]",
            {"date": "2024-03-25", "title": "Rust: the good parts", "tags": ["rust"]},
            3,
            'a value with ": " in it needs quotes',
        ),
        (
            "title: x\nauthor: @jane\ntags:\n  - rust",
            {"title": "x", "author": "@jane", "tags": ["rust"]},
            3,
            "needs quotes",
        ),
        ("title: 'x\ntags:\n- a\n- b", {"title": "x", "tags": ["a", "b"]}, 2, "a quote is not closed"),
        (
            "title: x\ntags: [a, b\ndate: 2024-03-25",
            {"title": "x", "tags": "a, b", "date": "2024-03-25"},
            3,
            "a list in [brackets] is not closed",
        ),
        ("title: x\ntags:\n\t- a\n\t- b", {"title": "x", "tags": ["a", "b"]}, 4, "spaces, not with tabs"),
        ("title: x\nno key here\ndate: 2024-03-25", {"title": "x", "date": "2024-03-25"}, 3, "no key before a colon"),
        ("title: x\ntags: *rust", {"title": "x", "tags": "*rust"}, 3, "a value that begins with *"),
        ("title: x\nbell: a\x07b", {"title": "x", "bell": "a\x07b"}, 3, "characters that YAML does not allow"),
        ("title: x\ntags:\n- a: b: c\n- d", {"title": "x", "tags": ["a: b: c", "d"]}, 4, 'a value with ": "'),
    ],
)
def test_broken_yaml_is_reported_and_read_key_by_key(
    front_matter: str, values: dict[str, Any], line: int, reason: str
) -> None:
    post = parse_post(f"---\n{front_matter}\n---\nBody\n", "notes.md")
    assert (post.front_matter, post.body) == (values, "Body\n")
    (notice,) = post.notices
    assert (notice.kind, notice.line) == ("front-matter", line)
    assert reason in notice.message


@pytest.mark.parametrize(
    "text, values, line",
    [
        ('+++\ntitle = "x"\ndate = 2024-99-99\ntags = [\n  "a",\n]\n+++\nBody\n', {"title": "x", "tags": ["a"]}, 3),
        ('+++\ntitle = "x\ndraft = true\n+++\nBody\n', {"title": "x", "draft": True}, 2),
        ('{\n"title": "x",\n"tags": ["a"\n"draft": true\n}\nBody\n', {"title": "x", "tags": "a", "draft": True}, 4),
        (';;;\n"title": "x",\n"draft": yes\n;;;\nBody\n', {"title": "x", "draft": "yes"}, 3),
    ],
)
def test_broken_toml_and_json_are_reported_and_read_key_by_key(text: str, values: dict[str, Any], line: int) -> None:
    post = parse_post(text, "notes.md")
    assert {key: post.front_matter.get(key) for key in values} == values
    assert (post.body, [(notice.kind, notice.line) for notice in post.notices]) == ("Body\n", [("front-matter", line)])


@pytest.mark.parametrize(
    "text, body",
    [
        ("---\ntitle: x\ntags: [a]\n\n# Notes\n\nText\n", "\n# Notes\n\nText\n"),
        ("---\ntitle: x\ntags: [a]\n\n# Notes\n\nText\nand more\n\n---\n", "\n# Notes\n\nText\nand more\n\n---\n"),
        ("+++\ntitle = 'x'\ntags = ['a']\n\n# Notes\n", "\n# Notes\n"),
    ],
)
def test_a_missing_fence_is_reported(text: str, body: str) -> None:
    post = parse_post(text, "notes.md")
    assert (post.front_matter, post.body) == ({"title": "x", "tags": ["a"]}, body)
    assert [(notice.kind, notice.line) for notice in post.notices] == [("front-matter", 1)]


def test_a_key_given_twice_is_reported_where_it_counts() -> None:
    post = parse_post("---\ntitle: x\ntags: [a]\nTags: [b]\n---\n", "notes.md")
    assert (post.front_matter["tags"], post.keys["tags"]) == (["b"], 4)
    assert [(notice.line, notice.message[:4]) for notice in post.notices] == [(4, "tags")]


NINE_LEVELS = "\n".join(f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]" for a, b in pairwise("abcdefghij"))


@pytest.mark.parametrize(
    "front_matter",
    [
        pytest.param(f"a: &a [x, x, x, x, x, x, x, x, x]\n{NINE_LEVELS}", id="a billion values by alias"),
        pytest.param("title: x\na: &a [*a]", id="a list that holds itself"),
        pytest.param("title: x\na: " + "[" * 50_000, id="brackets"),
        pytest.param("title: x\na:\n  " + "- " * 20_000, id="dashes"),
        pytest.param("\n".join(" " * depth + "a:" for depth in range(2000)), id="stairs"),
    ],
)
def test_what_is_meant_to_blow_up_stays_small(front_matter: str) -> None:
    post = parse_post(f"---\n{front_matter}\n---\nBody\n", "notes.md")
    assert post.body == "Body\n"
    assert [notice.kind for notice in post.notices] == ["front-matter"]
    assert len(json.dumps(dict(post.front_matter))) < 1_000_000


@pytest.mark.parametrize(
    "path, day",
    [
        ("_posts/2016-05-09-devnord.md", "2016-05-09"),
        ("2025-2-7-devnord.md", "2025-02-07"),
        ("20160509 devnord.txt", "2016-05-09"),
        ("2016-05-09-1030-devnord-keynote.md", "2016-05-09"),
        ("2016-05-09/keynote.md", "2016-05-09"),
        ("2016/05/09/keynote.md", "2016-05-09"),
        ("2016-02-30-devnord.md", None),
        ("2013/06/devnord-day-one.md", None),
        ("NOTES_DevNord_Oslo_2024.md", None),
        ("posts/20000-leagues.md", None),
        ("notes.md", None),
    ],
)
def test_what_a_path_tells_of_the_day(path: str, day: str | None) -> None:
    assert path_day(path) == day


@pytest.mark.parametrize(
    "front_matter, path, date, draft",
    [
        ("date: 2024-03-25 10:30", "2024-01-01-devnord.md", "2024-03-25", False),
        ("date: March 25, 2024", "notes.md", "2024-03-25", False),
        ("date: soon", "_posts/2024-01-01-devnord.md", "2024-01-01", False),
        ("title: x", "notes.md", None, False),
        ("published: false", "notes.md", None, True),
        ("draft: true", "notes.md", None, True),
        ("title: x", "_drafts/devnord.md", None, True),
        ("title: x", "notes/drafts.md", None, False),
    ],
)
def test_the_post_s_date_and_whether_it_is_a_draft(front_matter: str, path: str, date: str | None, draft: bool) -> None:
    post = parse_post(f"---\n{front_matter}\n---\n", path)
    states: Stated = stated(post.front_matter, post.keys)[0]
    assert (post_date(states, path), is_draft(states, path)) == (date, draft)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**12), 10**12) | st.text("abc: #'\"-[]{}&*!|>%@`é…東\n", max_size=12),
    lambda values: st.lists(values, max_size=3) | st.dictionaries(st.text("abcé", min_size=1), values, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text("abcdé", min_size=1, max_size=8), JSON, min_size=1), st.sampled_from(["yaml", "json"]))
def test_what_python_frontmatter_writes_is_read_back(values: dict[str, Any], form: str) -> None:
    handler = frontmatter.YAMLHandler() if form == "yaml" else frontmatter.JSONHandler()
    text = frontmatter.dumps(frontmatter.Post("Body", handler, **values), handler=handler)
    post = parse_post(text, "notes.md")
    assert (post.front_matter, post.body.strip(), post.notices) == (values, "Body", ())


FENCES = st.sampled_from(["---", "+++", ";;;", "{", "}", "...", "<!--", "-->", "", "# Talk"])
KEYS = st.sampled_from(
    ["title: x", "tags: [a", "Speaker: Jane", "key: &a [*a]", "é: 'x", "- b", "\t- d", ".. title: x"]
)
OTHER_KEYS = st.sampled_from(["date = 2024-03-25", "[taxonomies]", '"title": "x",', ".. title: x"])


def check_body(text: str) -> None:
    post = parse_post(text, "notes.md")
    lines = text.removeprefix("\ufeff").split("\n")
    assert post.body_line <= len(lines) + 1
    assert post.body == "\n".join(lines[post.body_line - 1 :])
    json.dumps([dict(post.front_matter), dict(post.keys)])
    assert all(1 <= line < max(post.body_line, 2) for line in post.keys.values())
    assert all(notice.line is not None and 1 <= notice.line <= len(lines) for notice in post.notices)


@given(st.lists(FENCES | KEYS | OTHER_KEYS | st.text(max_size=8), max_size=12))
def test_any_front_matter_is_read_or_left_and_the_body_is_the_rest(lines: list[str]) -> None:
    check_body("\n".join(lines))


@given(st.text(max_size=200))
def test_any_text_is_a_post(text: str) -> None:
    check_body(text)


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of real notes is not here")
def test_the_front_matter_of_real_notes_is_read_without_complaint() -> None:
    files = sorted(CORPUS.rglob("*.m*"))
    posts = [parse_post(file.read_text("utf-8-sig"), file.name) for file in files]
    assert [post.notices for post in posts if post.notices] == []
    fenced = [file for file in files if file.read_text("utf-8-sig").startswith("---\n")]
    assert {post.path for post in posts if post.front_matter} >= {file.name for file in fenced}
    assert all("title" in post.front_matter for post in posts if post.front_matter)
