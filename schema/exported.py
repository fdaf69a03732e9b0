"""A line of what `talkdex export` writes and `talkdex import` reads: the record of a note, with its Markdown."""

from talkdex.schema.records import Note, Talk


class ExportedTalk(Talk):
    """A talk with the Markdown of its lines; None where only the record is known, as `talkdex extract` prints it."""

    notes: str | None = None


class ExportedNote(Note):
    """All that a database holds of one notes file."""

    talks: list[ExportedTalk] = []  # type: ignore[assignment]  # records are frozen: nobody adds a plain talk

    def as_read(self) -> Note:
        """The record as `talkdex extract` prints it, without the Markdown."""
        return Note.model_validate(self.model_dump(exclude={"talks": {"__all__": {"notes"}}}))
