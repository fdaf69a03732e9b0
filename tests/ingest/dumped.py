"""A database in, all rows that a build wrote into it out."""

from pathlib import Path

from talkdex.ingest.store.database import read_database
from talkdex.ingest.store.rows import TABLES


def dump(path: Path, fingerprints: bool = True) -> dict[str, list[tuple]]:
    """The rows of each table. Without `fingerprints` those of two ways to the same notes are the same."""
    with read_database(path) as conn:
        rows = {table.name: sorted(conn.execute(f"SELECT * FROM {table.name}"), key=repr) for table in TABLES}
        columns = "path, fingerprint, record, links" if fingerprints else "path, record, links"
        return rows | {"records": sorted(conn.execute(f"SELECT {columns} FROM _notes"))}
