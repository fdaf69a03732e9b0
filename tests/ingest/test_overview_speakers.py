"""Where an overview names the speaker of a file's session."""

import pytest

from talkdex.ingest.talks.overview_speakers import speakers_in_overview


@pytest.mark.parametrize(
    ("overview", "speakers"),
    [
        ("# DevNord\n\n- [Caches lie](devnord/caches-lie.md) - Ines Falkner\n", ("Ines Falkner",)),
        ("- [Bo Lindqvist (Acme) - Caches lie](caches-lie.md)\n", ("Bo Lindqvist",)),
        (
            "Talk | Speaker | Notes\n---|---|---\nCaches lie | Ines Falkner | [Notes](/caches-lie.md)\n",
            ("Ines Falkner",),
        ),
        (
            "## Caches lie\n\nInes Falkner, Acme\n\n* [Slides](https://example.org)\n* [Notes](./caches-lie.md)\n",
            ("Ines Falkner",),
        ),
        ("- [Another talk](other.md) - Ines Falkner\n", ()),
        (
            "- [Kafka](kafka/caches-lie.md) - Bo Lindqvist\n- [Redis](devnord/caches-lie.md) - Ines Falkner\n",
            ("Ines Falkner",),
        ),
        ("- [Caches lie](https://example.org/caches-lie.md) - Ines Falkner\n", ()),
        ("[Caches lie](caches-lie.md) was the best talk of the day.\n", ()),
    ],
)
def test_speakers_in_overview(overview: str, speakers: tuple[str, ...]) -> None:
    assert speakers_in_overview(overview, "devnord/caches-lie.md") == speakers
