"""Lines of a paragraph in, sentences with the line on which each begins out."""

import time

import pytest

from talkdex.ingest.notes.blocks import Span
from talkdex.ingest.notes.sentences import split_sentences


def sentences(text: str) -> list[str]:
    return [span.text for span in split_sentences([(1, text)])]


@pytest.mark.parametrize(
    "expected",
    [
        pytest.param(["Caches lie.", "Measure first!", "Then what?"], id="stops"),
        pytest.param(["Really?!", "Yes."], id="several marks"),
        pytest.param(["Use Valkey.", "it is faster."], id="small letter after a full stop"),
        pytest.param(["Pick a queue, e.g. NATS, or a log, i.e. Kafka, w.r.t. cost."], id="dotted abbreviations"),
        pytest.param(["Threads vs. processes, approx. equal, cf. the slides."], id="plain abbreviations"),
        pytest.param(["Dr. Lindqvist and Mrs. Okoye joined."], id="titles"),
        pytest.param(["It took 3 ms.", "Before, it took 9 ms."], id="the unit ms is no title"),
        pytest.param(["Tabs, spaces, etc. are all fine."], id="etc. within"),
        pytest.param(["Tabs, spaces, etc.", "The linter decides."], id="etc. at the end"),
        pytest.param(["Written by J. Q. Lindqvist at home."], id="initials"),
        pytest.param(["The core is written in C.", "It shows."], id="a language is no initial"),
        pytest.param(["Node.js and v1.2 cut it by 3.5 percent.", "Good."], id="stops within words and numbers"),
        pytest.param(["See https://example.org/a.b?c=d.", "It helps."], id="URL"),
        pytest.param(["Well... it depends.", "Maybe...", "Then again, no."], id="ellipsis"),
        pytest.param(["So… it depends.", "Maybe…", "No."], id="ellipsis character"),
        pytest.param(['He said "ship it."', "We did."], id="quote closes after the stop"),
        pytest.param(["She said “ship it.”", "We did."], id="smart quotes"),
        pytest.param(['"Why now?" she asked.', "Nobody knew."], id="question inside a sentence"),
        pytest.param(['"Less is more." - an architect.', "True."], id="who is quoted"),
        pytest.param(["(Nobody uses it.)", "Still, know it."], id="bracketed sentence"),
        pytest.param(["The store (see the docs. They are good.) is slow.", "Skip it."], id="sentence in an aside"),
        pytest.param(["The old one :-( was slow.", "It broke."], id="a smiley opens no bracket"),
        pytest.param(["It scales.[2]", "It does not heal."], id="footnote mark after the stop"),
        pytest.param(["That worked.", "The next one did not."], id="space forgotten"),
        pytest.param(["Print with System.Out or ASP.NET."], id="no space forgotten"),
        pytest.param(["1. Measure before you cut."], id="number of a list"),
        pytest.param(["They froze version 5.", "It held."], id="number at the end"),
        pytest.param(["Am 3. Mai war z.B. das Backend dran.", "Am 19. ging es weiter."], id="German"),
        pytest.param(["C'est lent !", "Pourquoi ?", "Voir p. 12."], id="French"),
        pytest.param(["A fine idea"], id="no stop at all"),
    ],
)
def test_splits_into(expected: list[str]) -> None:
    assert sentences(" ".join(expected)) == expected


def test_cjk_stops_need_no_space() -> None:
    assert sentences("計測する。推測しない！終わり") == ["計測する。", "推測しない！", "終わり"]


def test_sentence_has_the_line_on_which_it_begins() -> None:
    lines = [(7, "Caches lie. Measure, e.g. with"), (8, "perf, before"), (9, "you add one. Always."), (10, "Always!")]
    assert split_sentences(lines) == [
        Span(7, "Caches lie."),
        Span(7, "Measure, e.g. with perf, before you add one."),
        Span(9, "Always."),
        Span(10, "Always!"),
    ]


def test_hard_line_break_and_blank_lines_end_no_sentence() -> None:
    lines = [(3, "Caches lie  "), (4, ""), (5, "   about\tage. "), (6, "Yes.")]
    assert split_sentences(lines) == [Span(3, "Caches lie about age."), Span(6, "Yes.")]


@pytest.mark.parametrize("lines", [[], [(1, "")], [(1, "  "), (2, "\t")]])
def test_nothing_gives_nothing(lines: list[tuple[int, str]]) -> None:
    assert split_sentences(lines) == []


@pytest.mark.parametrize("unit", ["a. ", "(a. ", "e.g. ", ".", "(", ") ", "x", "。", "No.The ", '."'])
def test_time_grows_with_length_only(unit: str) -> None:
    def seconds(copies: int) -> float:
        """CPU time, the least of three: other work on the machine does not count."""
        spent = []
        for _ in range(3):
            begun = time.process_time()
            sentences(unit * copies)
            spent.append(time.process_time() - begun)
        return min(spent)

    assert seconds(20_000) < 50 * max(seconds(2_000), 0.002)


def test_no_text_is_lost() -> None:
    text = 'One (two. Three!) four?! "Five." six... Seven etc. Eight.Nine.The ten. 11. Mai 。Zwölf。'
    assert "".join(sentences(text)).replace(" ", "") == text.replace(" ", "")
