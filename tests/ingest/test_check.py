"""Records in, what needs a look out."""

from talkdex.ingest.check import HEADINGS, Noticed, is_unreadable, notices_of
from talkdex.ingest.store.editions import link_events
from talkdex.schema.records import Event, Note, Notice, NoticeKind, Talk

NORDLYS = Event(name="Nordlys", year=2024)


def look(*notes: Note) -> list[str]:
    return [str(noticed) for noticed in notices_of(notes, link_events(notes))]


def talk(title: str = "Caches lie", line: int = 3, **parts) -> Talk:
    return Talk(title=title, lines=(line, line + 5), **({"speakers": ["Mira Castellane"]} | parts))


def test_nothing_to_look_at():
    assert look(Note(path="a.md", kind="talk", event=NORDLYS, talks=[talk()])) == []


def test_what_the_reader_noticed_comes_as_path_line_kind_and_message():
    note = Note(path="a.md", kind="other", notices=[Notice(kind="todo", message="TODO: ask Mira", line=7)])
    assert look(note) == ["a.md:7: todo: TODO: ask Mira"]


def test_a_notice_on_a_whole_file_has_no_line():
    note = Note(path="a.md", kind="other", notices=[Notice(kind="unreadable", message="This file is binary.")])
    assert look(note) == ["a.md: unreadable: This file is binary."]
    assert is_unreadable(note)


def test_a_talk_without_speaker():
    note = Note(path="a.md", kind="report", event=NORDLYS, talks=[talk(), talk("Panel", 12, speakers=[])])
    assert look(note) == ["a.md:12: no-speaker: “Panel” has no speaker."]


def test_talks_without_event_once_a_note():
    note = Note(path="a.md", kind="report", talks=[talk(), talk("Panel")])
    assert look(note) == ["a.md: no-event: It is not clear which event these talks are from."]


def test_a_note_without_talks_needs_no_event():
    assert look(Note(path="a.md", kind="other")) == []


def test_an_event_without_year_once_for_all_its_notes():
    event = Event(name="Nordlys")
    notes = [Note(path=f"{name}.md", kind="talk", event=event, talks=[talk()]) for name in "ba"]
    assert look(*notes) == ["a.md: no-year: The year of Nordlys is not known."]


def test_a_year_that_another_note_gives_is_known():
    notes = [
        Note(path="a.md", kind="talk", event=Event(name="Nordlys"), talks=[talk()]),
        Note(path="b.md", kind="talk", event=NORDLYS, talks=[talk()]),
    ]
    assert look(*notes) == []


def test_guesses():
    event = NORDLYS.model_copy(update={"confidence": 0.45})
    note = Note(path="a.md", kind="talk", event=event, talks=[talk(confidence=0.3)], confidence=0.4)
    assert look(note) == [
        "a.md: doubtful: This file was taken for: notes on one talk.",
        "a.md: doubtful: “Nordlys” was taken for the event.",
        "a.md:3: doubtful: “Caches lie” was taken for a talk.",
    ]


def test_a_guessed_speaker():
    guessed = talk(speakers=["Cache Sol"], speakers_confidence=0.2)
    assert look(Note(path="a.md", kind="talk", event=NORDLYS, talks=[guessed])) == [
        "a.md:3: doubtful: Cache Sol was taken for the speaker.",
    ]


def test_sorted_by_kind_then_path_then_line():
    notices = [Notice(kind="todo", message="later", line=9), Notice(kind="todo", message="sooner", line=2)]
    notes = [
        Note(path="b.md", kind="other", notices=notices),
        Note(path="a.md", kind="other", notices=[Notice(kind="todo", message="first", line=5)]),
        Note(path="z.md", kind="other", notices=[Notice(kind="encoding", message="Read as Latin-1.")]),
    ]
    assert [line.split(":")[0] for line in look(*notes)] == ["z.md", "a.md", "b.md", "b.md"]


def test_every_kind_has_a_heading():
    assert set(HEADINGS) == set(NoticeKind.__args__)
    assert str(Noticed("a.md", Notice(kind="todo", message="x"))) == "a.md: todo: x"


def test_a_talk_that_is_stated_to_have_no_speaker():
    assert look(Note(path="a.md", kind="talk", event=NORDLYS, talks=[talk(speakers=[], speakers_stated=True)])) == []


def test_a_report_in_which_no_talk_was_found():
    assert look(Note(path="a.md", kind="report")) == [
        "a.md: doubtful: This looks like notes on several talks, but none was told apart."
    ]
