"""The SQLite tables, as sqlite-utils migrations: one migration a version, never edited once released."""

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

migrations = Migrations("talkdex")

TABLES = """
CREATE TABLE venues (
    id INTEGER PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    city TEXT,
    country TEXT,
    latitude REAL,             -- of the city: the gazetteer knows no buildings
    longitude REAL
) STRICT;

CREATE TABLE events (
    id INTEGER PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,        -- with the year: "KubeCon + CloudNativeCon EU 2024"
    series TEXT NOT NULL,      -- without: "KubeCon + CloudNativeCon EU"
    year INTEGER,
    start_date TEXT,
    end_date TEXT,
    venue_id INTEGER REFERENCES venues(id),
    city TEXT,
    country TEXT,
    latitude REAL,             -- of the city
    longitude REAL
) STRICT;

CREATE TABLE posts (
    id INTEGER PRIMARY KEY,
    path TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    kind TEXT NOT NULL,
    language TEXT NOT NULL,
    date TEXT,
    authors TEXT NOT NULL,     -- JSON array
    event_id INTEGER REFERENCES events(id),
    confidence REAL NOT NULL
) STRICT;

CREATE TABLE talks (
    id INTEGER PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    format TEXT NOT NULL,
    event_id INTEGER REFERENCES events(id),
    post_id INTEGER NOT NULL REFERENCES posts(id),
    position INTEGER NOT NULL, -- place among the talks of its post, from 1
    first_line INTEGER NOT NULL,
    last_line INTEGER NOT NULL,
    notes TEXT NOT NULL,       -- the Markdown of these lines
    confidence REAL NOT NULL
) STRICT;

CREATE TABLE speakers (
    id INTEGER PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL
) STRICT;

CREATE TABLE projects (
    id INTEGER PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    kind TEXT,                 -- language, database, library, service, ...
    homepage TEXT
) STRICT;

CREATE TABLE tags (
    id INTEGER PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL         -- the spelling most used
) STRICT;

CREATE TABLE takeaways (
    id INTEGER PRIMARY KEY,
    talk_id INTEGER NOT NULL REFERENCES talks(id),
    rank INTEGER NOT NULL,     -- place among the talk's takeaways, from 1, best first
    line INTEGER NOT NULL,
    text TEXT NOT NULL
) STRICT;

CREATE TABLE links (
    id INTEGER PRIMARY KEY,
    talk_id INTEGER NOT NULL REFERENCES talks(id),
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    url TEXT NOT NULL,
    line INTEGER
) STRICT;

CREATE TABLE notices (
    id INTEGER PRIMARY KEY,
    path TEXT NOT NULL,        -- a file that could not be read has no post
    line INTEGER,
    kind TEXT NOT NULL,
    message TEXT NOT NULL,
    post_id INTEGER REFERENCES posts(id)
) STRICT;

CREATE TABLE talk_speakers (
    talk_id INTEGER NOT NULL REFERENCES talks(id),
    speaker_id INTEGER NOT NULL REFERENCES speakers(id),
    position INTEGER NOT NULL,
    PRIMARY KEY (talk_id, speaker_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE talk_projects (
    talk_id INTEGER NOT NULL REFERENCES talks(id),
    project_id INTEGER NOT NULL REFERENCES projects(id),
    PRIMARY KEY (talk_id, project_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE talk_tags (       -- the talk's own tags and those of its post
    talk_id INTEGER NOT NULL REFERENCES talks(id),
    tag_id INTEGER NOT NULL REFERENCES tags(id),
    PRIMARY KEY (talk_id, tag_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE post_tags (
    post_id INTEGER NOT NULL REFERENCES posts(id),
    tag_id INTEGER NOT NULL REFERENCES tags(id),
    PRIMARY KEY (post_id, tag_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE takeaway_projects (
    takeaway_id INTEGER NOT NULL REFERENCES takeaways(id),
    project_id INTEGER NOT NULL REFERENCES projects(id),
    PRIMARY KEY (takeaway_id, project_id)
) STRICT, WITHOUT ROWID;
"""

# Every foreign key and every column that is browsed as a facet.
INDEXES = """
CREATE INDEX idx_events_year ON events(year);
CREATE INDEX idx_events_venue ON events(venue_id);
CREATE INDEX idx_events_city ON events(city);
CREATE INDEX idx_events_country ON events(country);
CREATE INDEX idx_posts_event ON posts(event_id);
CREATE INDEX idx_posts_kind ON posts(kind);
CREATE INDEX idx_talks_event ON talks(event_id);
CREATE INDEX idx_talks_post ON talks(post_id);
CREATE INDEX idx_talks_format ON talks(format);
CREATE INDEX idx_takeaways_talk ON takeaways(talk_id);
CREATE INDEX idx_links_talk ON links(talk_id);
CREATE INDEX idx_notices_post ON notices(post_id);
CREATE INDEX idx_notices_kind ON notices(kind);
CREATE INDEX idx_talk_speakers_speaker ON talk_speakers(speaker_id);
CREATE INDEX idx_talk_projects_project ON talk_projects(project_id);
CREATE INDEX idx_talk_tags_tag ON talk_tags(tag_id);
CREATE INDEX idx_post_tags_tag ON post_tags(tag_id);
CREATE INDEX idx_takeaway_projects_project ON takeaway_projects(project_id);
"""

# Kept in step by ingest/index, not by triggers: the load knows which rows it changes.
SEARCH = """
CREATE VIRTUAL TABLE takeaways_fts USING fts5(
    text, content='takeaways', content_rowid='id', tokenize="porter unicode61 remove_diacritics 2");
CREATE VIEW talk_texts AS      -- what search reads of a talk, so that "paris" or a speaker's name finds its talks
SELECT
    talks.id,
    talks.title,
    (SELECT group_concat(name, ', ') FROM (
        SELECT speakers.name FROM talk_speakers JOIN speakers ON speakers.id = speaker_id
        WHERE talk_id = talks.id ORDER BY talk_speakers.position)) AS speakers,
    (SELECT events.name || ifnull(', ' || venues.name, '') || ifnull(', ' || events.city, '')
        || ifnull(', ' || events.country, '')
     FROM events LEFT JOIN venues ON venues.id = events.venue_id WHERE events.id = talks.event_id) AS event,
    (SELECT group_concat(name, ', ') FROM (
        SELECT projects.name FROM talk_projects JOIN projects ON projects.id = project_id WHERE talk_id = talks.id
        UNION
        SELECT tags.name FROM talk_tags JOIN tags ON tags.id = tag_id WHERE talk_id = talks.id ORDER BY 1)) AS topics,
    talks.notes
FROM talks;
CREATE VIRTUAL TABLE talks_fts USING fts5(
    title, speakers, event, topics, notes, content='talk_texts', content_rowid='id',
    tokenize="porter unicode61 remove_diacritics 2");
"""

# For people who browse and query in Datasette. Names are JSON arrays, which Datasette can facet by.
VIEWS = """
CREATE VIEW talk_list AS
SELECT
    talks.title AS talk,
    events.name AS event,
    events.year,
    events.start_date AS date,
    events.city,
    talks.format,
    (SELECT json_group_array(name) FROM (
        SELECT speakers.name FROM talk_speakers JOIN speakers ON speakers.id = speaker_id
        WHERE talk_id = talks.id ORDER BY talk_speakers.position)) AS speakers,
    (SELECT json_group_array(name) FROM (
        SELECT tags.name FROM talk_tags JOIN tags ON tags.id = tag_id
        WHERE talk_id = talks.id ORDER BY tags.name)) AS tags,
    (SELECT json_group_array(name) FROM (
        SELECT projects.name FROM talk_projects JOIN projects ON projects.id = project_id
        WHERE talk_id = talks.id ORDER BY projects.name)) AS projects,
    (SELECT count(*) FROM takeaways WHERE talk_id = talks.id) AS takeaways,
    posts.path,
    talks.first_line AS line,
    talks.slug,
    talks.id
FROM talks
JOIN posts ON posts.id = talks.post_id
LEFT JOIN events ON events.id = talks.event_id;

CREATE VIEW takeaway_list AS
SELECT
    takeaways.text AS takeaway,
    talks.title AS talk,
    events.name AS event,
    events.year,
    events.city,
    talks.format,
    (SELECT json_group_array(name) FROM (
        SELECT speakers.name FROM talk_speakers JOIN speakers ON speakers.id = speaker_id
        WHERE talk_id = talks.id ORDER BY talk_speakers.position)) AS speakers,
    (SELECT json_group_array(name) FROM (
        SELECT tags.name FROM talk_tags JOIN tags ON tags.id = tag_id
        WHERE talk_id = talks.id ORDER BY tags.name)) AS tags,
    (SELECT json_group_array(name) FROM (
        SELECT projects.name FROM takeaway_projects JOIN projects ON projects.id = project_id
        WHERE takeaway_id = takeaways.id ORDER BY projects.name)) AS projects,
    posts.path,
    takeaways.line,
    talks.slug AS talk_slug,
    takeaways.id
FROM takeaways
JOIN talks ON talks.id = takeaways.talk_id
JOIN posts ON posts.id = talks.post_id
LEFT JOIN events ON events.id = talks.event_id;
"""

# What the next build needs to know of this one; of no interest to readers.
BUILD_STATE = """
CREATE TABLE _notes (
    path TEXT PRIMARY KEY,
    fingerprint TEXT NOT NULL,  -- of the file's bytes, its event overview and the reader's version
    record TEXT                 -- the note's record as JSON; NULL for a draft that was left out
) STRICT;
"""


@migrations()
def first_version(db: Database) -> None:
    for script in (TABLES, INDEXES, SEARCH, VIEWS, BUILD_STATE):
        db.executescript(script)


# What search reads, as schema/search_index.py says; written by ingest/index.
SEARCH_INDEX = """
CREATE TABLE _places (
    place INTEGER PRIMARY KEY,
    talk_id INTEGER NOT NULL UNIQUE REFERENCES talks(id)
) STRICT;

CREATE TABLE _columns (        -- one number for each place
    name TEXT PRIMARY KEY,
    stamp INTEGER NOT NULL,    -- a hash of the data, by which readers know what they have already
    data BLOB NOT NULL
) STRICT;

CREATE TABLE _postings (
    term TEXT NOT NULL,
    segment INTEGER NOT NULL,
    places BLOB NOT NULL,
    impacts BLOB NOT NULL,
    PRIMARY KEY (term, segment)
) STRICT;

CREATE TABLE _terms (
    term TEXT PRIMARY KEY,
    talks INTEGER NOT NULL     -- how many have it
) STRICT, WITHOUT ROWID;

CREATE TABLE _facets (
    id INTEGER PRIMARY KEY,
    facet TEXT NOT NULL,
    value TEXT NOT NULL,       -- as in addresses: a slug, a year, a city
    label TEXT NOT NULL,
    talks INTEGER NOT NULL,    -- how many are in `places`
    places BLOB NOT NULL,      -- a serialised Roaring bitmap
    UNIQUE (facet, value)
) STRICT;
CREATE INDEX idx_facets_talks ON _facets(facet, talks DESC);

CREATE TABLE _talk_values (    -- the same the other way round: a place and an id for each value that a talk has
    facet TEXT PRIMARY KEY,
    stamp INTEGER NOT NULL,    -- as above
    places BLOB NOT NULL,      -- ascending
    value_ids BLOB NOT NULL
) STRICT;

CREATE TABLE _passages (       -- sentence vectors; written after everything else, if at all
    id INTEGER PRIMARY KEY,
    talk_id INTEGER NOT NULL REFERENCES talks(id),
    first_line INTEGER NOT NULL, -- from 0, in the text of the talk
    last_line INTEGER NOT NULL,
    vector BLOB NOT NULL
) STRICT;
CREATE INDEX idx_passages_talk ON _passages(talk_id);

CREATE TABLE _passage_chunks (
    chunk INTEGER PRIMARY KEY,
    stamp INTEGER NOT NULL,    -- a hash of the rest, by which readers know what they have already
    places BLOB NOT NULL,
    signs BLOB NOT NULL
) STRICT;

DROP VIEW talk_texts;
CREATE VIEW talk_texts AS      -- as before, and in `notes` the takeaways that the front matter states as well
SELECT
    talks.id,
    talks.title,
    (SELECT group_concat(name, ', ') FROM (
        SELECT speakers.name FROM talk_speakers JOIN speakers ON speakers.id = speaker_id
        WHERE talk_id = talks.id ORDER BY talk_speakers.position)) AS speakers,
    (SELECT events.name || ifnull(', ' || venues.name, '') || ifnull(', ' || events.city, '')
        || ifnull(', ' || events.country, '')
     FROM events LEFT JOIN venues ON venues.id = events.venue_id WHERE events.id = talks.event_id) AS event,
    (SELECT group_concat(name, ', ') FROM (
        SELECT projects.name FROM talk_projects JOIN projects ON projects.id = project_id WHERE talk_id = talks.id
        UNION
        SELECT tags.name FROM talk_tags JOIN tags ON tags.id = tag_id WHERE talk_id = talks.id ORDER BY 1)) AS topics,
    talks.notes || ifnull((SELECT group_concat(char(10) || text, '') FROM (
        SELECT text FROM takeaways
        WHERE talk_id = talks.id AND line NOT BETWEEN first_line AND last_line ORDER BY rank)), '') AS notes
FROM talks;
"""

# What the search box offers while somebody types.
NAMES = """
CREATE TABLE _names (
    id INTEGER PRIMARY KEY,    -- in the order in which names are offered
    kind TEXT NOT NULL,
    slug TEXT NOT NULL,
    label TEXT NOT NULL,
    talks INTEGER NOT NULL
) STRICT;
CREATE INDEX idx_names_label ON _names(label COLLATE NOCASE);
CREATE VIRTUAL TABLE names_fts USING fts5(
    label, content='_names', content_rowid='id', tokenize="unicode61 remove_diacritics 2 tokenchars '+#'",
    prefix='1 2 3');
"""


@migrations()
def search_index(db: Database) -> None:
    for script in (SEARCH_INDEX, NAMES):
        db.executescript(script)


# So that the next build knows which notes' rows it need not look at.
LINKED_NOTES = "ALTER TABLE _notes ADD COLUMN links TEXT"  # a hash of what the note's rows refer to


@migrations()
def linked_notes(db: Database) -> None:
    db.execute(LINKED_NOTES)


# In which the titles of all talks are put in order without reading their notes.
TALKS_BY_TITLE = "CREATE INDEX idx_talks_title ON talks(title COLLATE NOCASE)"


@migrations()
def talks_by_title(db: Database) -> None:
    db.execute(TALKS_BY_TITLE)
