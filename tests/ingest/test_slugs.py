"""Names in, slugs and ids out."""

import itertools

import pytest

from talkdex.ingest.notes.latin import latin
from talkdex.ingest.store.slugs import LONGEST, distinct_slugs, slugify, stable_id, stable_ids


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Kubernetes", "kubernetes"),
        ("KubeCon + CloudNativeCon EU 2024", "kubecon-cloudnativecon-eu-2024"),
        ("Strata+Hadoop World", "strata-hadoop-world"),
        ("What's new, really?", "whats-new-really"),
        ("It’s dangerous to go alone", "its-dangerous-to-go-alone"),
        ("Dev & Ops", "dev-and-ops"),
        ("front_end", "front-end"),
        ("Øredev", "oredev"),
        ("Müller", "muller"),
        ("Straße", "strasse"),
        ("Łódź", "lodz"),
        ("Ærø", "aero"),
        ("İstanbul", "istanbul"),
        ("ﬁne ligature", "fine-ligature"),
        ("Московский клуб", "moskovskiy-klub"),
        ("Αθήνα", "athina"),
        ("Щука", "shchuka"),
        ("C", "c"),
        ("C++", "c-plus-plus"),
        ("C++17", "c-plus-plus-17"),
        ("C++Now", "c-plus-plus-now"),
        ("Google+", "google-plus"),
        ("C#", "c-sharp"),
        ("F# and C#", "f-sharp-and-c-sharp"),
        (".NET", "dot-net"),
        ("ASP.NET Core", "asp-net-core"),
        ("Node.js", "node-js"),
        ("#hashtag", "hashtag"),
        ("issue #5", "issue-5"),
        ("  --  spaces  --  ", "spaces"),
        ("I/O", "i-o"),
    ],
)
def test_slug(name, slug):
    assert slugify(name) == slug


@pytest.mark.parametrize("name", ["", "!!!", "東京", "🚀", "   "])
def test_slug_of_a_name_without_letters_is_never_empty(name):
    assert slugify(name).startswith("x-")
    assert slugify(name) == slugify(name)


def test_names_without_letters_stay_apart():
    assert slugify("東京") != slugify("京都")


def test_long_names_are_cut_between_words():
    slug = slugify("wonderful " * 30)
    assert slug == "-".join(["wonderful"] * 8)
    assert len(slugify("w" * 500)) == LONGEST


def test_ascii_letters_keeps_case_and_spaces():
    assert latin("Øredev in Malmö, ŁÓDŹ") == "Oredev in Malmo, LODZ"


def test_ids_depend_on_the_key_alone_and_are_exact_in_javascript():
    keys = [f"notes/{n}.md" for n in range(500)]
    ids = stable_ids(keys)
    assert ids == {key: stable_id(key) for key in keys}
    assert all(0 < number < 2**53 for number in ids.values())
    assert ids["notes/7.md"] == stable_ids(["notes/7.md"])["notes/7.md"]


def test_colliding_ids_do_not_depend_on_the_order_of_the_keys():
    keys = list("abcdef")
    ids = stable_ids(keys, bits=3)  # seven values: some of the six collide
    assert len(set(ids.values())) == len(keys)
    assert ids != {key: stable_id(key, bits=3) for key in keys}
    for order in itertools.islice(itertools.permutations(keys), 50):
        assert stable_ids(order, bits=3) == ids


def test_slugs_that_several_want():
    wanted = {"a.md": "keynote-craft-2016", "b.md": "keynote-craft-2016", "c.md": "lunch"}
    slugs = distinct_slugs(wanted)
    assert slugs["a.md"] == "keynote-craft-2016"
    assert slugs["b.md"].startswith("keynote-craft-2016-")
    assert slugs["c.md"] == "lunch"
    assert distinct_slugs(dict(reversed(wanted.items()))) == slugs


def test_a_slug_with_a_hash_behind_stays_when_others_come():
    two = distinct_slugs({"a.md": "keynote", "c.md": "keynote"})
    three = distinct_slugs({"a.md": "keynote", "b.md": "keynote", "c.md": "keynote"})
    assert three["c.md"] == two["c.md"]
    assert three["a.md"] == two["a.md"]


def test_a_long_slug_with_a_hash_behind_is_not_too_long():
    slugs = distinct_slugs({"a": "w" * LONGEST, "b": "w" * LONGEST})
    assert len(set(slugs.values())) == 2
    assert all(len(slug) <= LONGEST for slug in slugs.values())
