"""How the search index is written down: what the build and the search have to agree on.

The index numbers talks by a dense place, which a talk keeps as long as it is there; places without a talk are holes.
"""

TOKENIZER = "porter unicode61 remove_diacritics 2"

# ---- _columns: one number for each place

TALK_ID = "<i8"  # column 'talk_id'
HOLE = -1  # the talk_id of a place without a talk
NEWEST = "<u4"  # column 'newest': the rank among all talks, 0 for the newest
LAST = 2**32 - 1  # the rank of a hole

# ---- _postings: for each term and segment of places, the talks that have the term

SEGMENT_BITS = 14
SEGMENT_SIZE = 1 << SEGMENT_BITS
OFFSET = "<u2"  # of a place within its segment, ascending
IMPACT = "u1"  # how much the talk is about the term, from 1 to MOST_IMPACT

# BM25 without the rarity of the term. The weights are those of the columns of `talk_texts`: topics stand in the notes
# too. A talk is long or short beside a fixed length, so that its impacts depend on nothing but itself.
COLUMN_WEIGHTS = {"title": 3.0, "speakers": 4.0, "event": 1.0, "topics": 0.5, "notes": 1.0}
K1 = 1.2
B = 0.75
TYPICAL_LENGTH = 250  # tokens of a talk
MOST_IMPACT = 255
IMPACT_SCALE = MOST_IMPACT / (K1 + 1)  # impacts by saturated frequency

# ---- _facets: for each value, a serialised Roaring bitmap of the places of its talks
# ---- _talk_values: for each facet, all pairs of a place and the id of a value that its talk has

VALUE_ID = "<u4"
VALUE_PLACE = "<u4"
FACET_NAMES = ("project", "tag", "event", "year", "speaker", "format", "city")

# ---- _names: what the search box offers; ids are kind, rank (the higher, the smaller the number) and spare bits

NAME_KINDS = ("project", "speaker", "event", "tag", "talk")
NAME_RANK_BITS = 25
NAME_SPARE_BITS = 35

# ---- _passages and _passage_chunks: what is said, as sentence vectors of passages of the talks

COMPONENT = "i1"  # the numbers of a vector in `_passages`, of which the direction counts
MOST_COMPONENT = 127
CHUNK_BITS = 14  # a row of `_passage_chunks` has the places and the signs of so many passages, by their ids
CHUNK_SIZE = 1 << CHUNK_BITS
PLACE = "<u4"
NO_PLACE = 2**32 - 1  # the place of a passage that is gone
SIGN_BYTES = 48  # a bit for each of the 384 numbers of a vector, set where it is positive
