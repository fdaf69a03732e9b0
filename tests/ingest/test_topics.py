"""A sentence that announces talks in, what they were about and who gave them out."""

import pytest

from talkdex.ingest.people.presenters import presenters
from talkdex.ingest.talks.topics import topics_of


@pytest.mark.parametrize(
    ("sentence", "topics"),
    [
        (
            "Next I saw Anna Holtz, the developer behind Teapot, talk about the future of tea caches.",
            [("future of tea caches", ["Anna Holtz"])],
        ),
        (
            "The day was kicked off with Anna Holtz delivering a great overview of Btrfs, a file system.",
            [("Btrfs", ["Anna Holtz"])],
        ),
        ("The second day opened with a keynote by Anna Holtz.", [("keynote", ["Anna Holtz"])]),
        ("I popped into the Tea Caches talk by Robert Holtz.", [("Tea Caches", ["Robert Holtz"])]),
        ("After that came the Replication Panel, which was lively.", [("Replication Panel", [])]),
        (
            "Anna Holtz talked about tea and Robert Holtz about coffee.",
            [("tea", ["Anna Holtz"]), ("coffee", ["Robert Holtz"])],
        ),
        (
            "Anna Holtz gave a talk on how tea changed her, followed by another on tea caches.",
            [("how tea changed her", ["Anna Holtz"]), ("tea caches", ["Anna Holtz"])],
        ),
        (
            "Last week there was a talk on how to talk to journalists from Robert Holtz at TeaPress.",
            [("how to talk to journalists", ["Robert Holtz"])],
        ),
        (
            "Danach kam ein Vortrag von Anna Holtz über freie Daten, der mir gefiel.",
            [("freie Daten", ["Anna Holtz"])],
        ),
        ("The last talk I attended was about LDAP and how to use it.", [("LDAP", [])]),
        ("Robert Holtz’s opening keynote was on the state of tea, and more.", [("state of tea", ["Robert Holtz"])]),
        ("Peter Holtz then demonstrated the tea debugger, which is new.", [("tea debugger", ["Peter Holtz"])]),
        ("The talk on Monday was full, and so was the next one about it.", []),
    ],
)
def test_sentences_tell_what_talks_were_about(sentence: str, topics: list[tuple[str, list[str]]]) -> None:
    people, presents = presenters(sentence)
    assert [(t.text, list(t.speakers)) for t in topics_of(sentence, people, presents)] == topics
