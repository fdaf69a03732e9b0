"""A database that is loaded in, the vectors of its new texts in it out. Its words can be searched all the while."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from talkdex.ingest.store.database import WAIT, build_database, read_database
from talkdex.ingest.vectors import store
from talkdex.ingest.vectors.passages import passages_of
from talkdex.ingest.vectors.sentence_model import SentenceModel

TALKS_AT_ONCE = 1_000  # written together: a build that is stopped loses no more than these

OnEmbedded = Callable[[int, int], None]  # talks done so far, and in all


def embed(database: Path, wait: float = WAIT, on_embedded: OnEmbedded = lambda done, total: None) -> int:
    """Write the vectors of all talks that have none, and give the number of these.

    Raises the errors of `build_database`; what was written until then stays, and the next build goes on from there.
    """
    with read_database(database) as conn:
        total = store.count_without_vectors(conn)
        talks = store.talks_without_vectors(conn, TALKS_AT_ONCE)
    model = SentenceModel() if talks else None
    done = 0
    while model and talks:
        passages = [(talk, passage) for talk in talks for passage in passages_of(talk.title, talk.notes)]
        step = partial(_tell, on_embedded, done, len(talks) / len(passages), total)
        vectors = model.encode([passage.text for _, passage in passages], step)
        with build_database(database, wait) as db:
            store.add(db.conn, passages, vectors)
            done += len(talks)
            talks = store.talks_without_vectors(db.conn, TALKS_AT_ONCE)
    return total


def _tell(on_embedded: OnEmbedded, done: int, talks_a_passage: float, total: int, encoded: int) -> None:
    on_embedded(min(done + round(encoded * talks_a_passage), total), total)


def remove(database: Path, wait: float = WAIT) -> None:
    """Take all vectors out of the database, where it has any. Raises the errors of `build_database`."""
    with read_database(database) as conn:
        if not store.are_there(conn):
            return
    with build_database(database, wait) as db:
        store.forget_all(db.conn)
