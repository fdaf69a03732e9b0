"""Notes in, the software that they name out."""

import pytest

from talkdex.ingest.notes.markdown import blocks
from talkdex.ingest.notes.post import parse_post
from talkdex.ingest.projects.catalogue import Words, occurrences
from talkdex.ingest.projects.find import Mention, find_projects, project, projects_in


def found(text: str) -> list[Mention]:
    post = parse_post(text, "notes.md")
    return find_projects(blocks(post), post)


def names(text: str) -> set[str]:
    return {mention.name for mention in found(text)}


# ---- the catalogue


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("k8s", "Kubernetes"),
        ("postgres", "PostgreSQL"),
        ("POSTGRESQL", "PostgreSQL"),
        ("golang", "Go"),
        ("go", "Go"),
        ("Node", "Node.js"),
        ("nodejs", "Node.js"),
        ("rails", "Ruby on Rails"),
        ("CNPG", "CloudNativePG"),
        ("EC2", "Amazon EC2"),
        ("s3", "Amazon S3"),
        ("GKE", "Google Kubernetes Engine"),
        ("OSX", "Mac OS X"),
        ("VSCode", "Visual Studio Code"),
        ("IE11", "Internet Explorer"),
        ("sklearn", "scikit-learn"),
        ("C++", "C++"),
        ("c#", "C#"),
        (".NET", ".NET"),
        ("ASP.NET Core", "ASP.NET Core"),
        ("LightTable", "Light Table"),
        ("Web Page Test", "WebPageTest"),
        ("let’s encrypt", "Let's Encrypt"),
    ],
)
def test_any_usual_way_to_write_a_name_finds_the_project(written: str, name: str) -> None:
    known = project(written)
    assert known is not None
    assert known.name == name


def test_a_project_has_kind_homepage_and_area() -> None:
    known = project("redis")
    assert known is not None
    assert (known.kind, known.homepage, known.area) == ("database", "https://redis.io", "data")


@pytest.mark.parametrize("text", ["Zorblax", "", "…", "the quarterly meeting"])
def test_other_words_are_no_project(text: str) -> None:
    assert project(text) is None


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("Spring Boot on Docker", ["Spring Boot", "Docker"]),  # the longest form only
        ("Node.js, not Node. JS files", ["Node.js", "Node", "JS"]),  # a sentence ends between
        ("Apache Kafka and Kafka Streams", ["Apache Kafka", "Kafka Streams"]),
        ("C# and C++ and C", ["C#", "C++", "C"]),
        ("we rest", []),
        ("ASP.NET, and .net too", ["ASP.NET", "NET"]),
    ],
)
def test_the_longest_form_is_found(text: str, forms: list[str]) -> None:
    assert [hit.form.text for hit in occurrences(Words(text))] == forms


def test_an_occurrence_knows_where_it_is() -> None:
    text = "Kanban on GitHub Actions."
    (hit,) = occurrences(Words(text))
    assert text[hit.start : hit.end] == "GitHub Actions"
    assert (hit.first, hit.last) == (2, 3)


# ---- one short text


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Move sessions from memcached to Redis.", ["Memcached", "Redis"]),
        ("Upgrade to Rails 7 and PostgreSQL 16", ["Ruby on Rails", "PostgreSQL"]),
        ("Go home and express yourself", []),  # words that mean other things too need more around them
        ("Kubernetes, Kubernetes, k8s", ["Kubernetes"]),
    ],
)
def test_a_short_text_names_what_is_sure(text: str, named: list[str]) -> None:
    assert projects_in(text) == named


# ---- a file


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("We run k8s on our own machines.", ["Kubernetes"]),
        ("The page is x10 faster.", []),
        ("The name server ns1 was slow.", []),
        ("Rows c11 to c19 of the sheet are wrong.", []),
    ],
)
def test_short_forms_in_small_letters(text: str, named: list[str]) -> None:
    assert [hit.form.project.name for hit in occurrences(Words(text))] == named


def test_mentions_come_with_lines_in_order() -> None:
    text = "# Storage\n\nWe moved from MySQL to PostgreSQL.\n\n- Redis for sessions\n- PostgreSQL for the rest\n"
    assert found(text) == [
        Mention("MySQL", 3),
        Mention("PostgreSQL", 3),
        Mention("Redis", 5),
        Mention("PostgreSQL", 6),
    ]


def test_front_matter_names_software_too() -> None:
    text = "---\ntitle: Faster queries in ClickHouse\ntags: [Kafka, holidays]\n---\n\nNotes follow.\n"
    assert found(text) == [Mention("ClickHouse", 2), Mention("Kafka", 3)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("The backend is written in Go 1.21, the frontend in TypeScript with React.", "Go"),
        (
            "The importer uses Spring with Hibernate and Spring Boot, the frontend uses React and TypeScript.",
            "Spring Framework",
        ),
        ("They rewrote the parser in Rust because the Ruby code with Rails was slow.", "Rust"),
        (
            "Secrets are in Vault, services are found with Consul, and Terraform makes the rest on AWS.",
            "HashiCorp Vault",
        ),
    ],
)
def test_an_ambiguous_name_counts_beside_related_software(text: str, name: str) -> None:
    assert name in names(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("# Going slow\n\nGo home early. Next, ask the team what they want.\n", "Go"),
        ("# Going slow\n\nGo home early. Next, ask the team what they want.\n", "Next.js"),
        ("React to change, said the coach, and express your needs.", "Express"),
        ("In spring we plant a pine, in the fall we rest and swing.", "Spring Framework"),
        ("The pricing page lost half of the visitors; a shorter form won them back.", "Form"),
        ("Follow [Zoe Quill](https://twitter.com/zoequill) on [Twitter](https://twitter.com/zoequill).", "Twitter"),
        ("Just ask: what is the basic assembly of a good team?", "Assembly"),
    ],
)
def test_words_that_mean_something_else_are_left_alone(text: str, name: str) -> None:
    assert name not in names(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("The code is at [heron-cache](https://github.com/quillworks/heron-cache).", "heron-cache"),
        ("What [quill-lint](https://www.npmjs.com/package/quill-lint) finds, ESLint does not.", "quill-lint"),
        ("Structural matching came with PEP 634 in Python.", "PEP 634"),
    ],
)
def test_names_outside_the_catalogue_are_found_by_where_they_stand(text: str, name: str) -> None:
    assert name in names(text)


@pytest.mark.parametrize(
    "text",
    [
        "The slides are [here](https://github.com/quillworks/talks-2019).",
        "RESTful design with KPIs, SDKs and DevOps on the JVMs of RubyKaigi.",
        "[Zoe Quill](https://zoequill.example) opened the day with a story about trust.",
        "",
    ],
)
def test_nothing_is_made_up(text: str) -> None:
    assert names(text) == set()


def test_each_line_is_given_once_and_only_where_the_name_is_written_as_usual() -> None:
    text = "Helm charts hold it. Helm again, with Kubernetes.\n\nWho is at the helm of Kubernetes?\n"
    assert [m for m in found(text) if m.name == "Helm"] == [Mention("Helm", 1)]


def test_the_same_notes_give_the_same_answer() -> None:
    text = "Docker, Kafka, Go and Rust on Kubernetes; `zebra-cli` and ZebraDB beside Redis.\n" * 5
    assert found(text) == found(text)


# ---- the file of the catalogue


def test_the_catalogue_is_large_and_each_name_is_there_once() -> None:
    from talkdex.data import FOLDER

    rows = [line.split("\t") for line in (FOLDER / "projects.tsv").read_text(encoding="utf-8").splitlines()[1:]]
    listed = [row[0].casefold() for row in rows]
    assert len(rows) >= 3000
    assert len(set(listed)) == len(listed)
    assert all(len(row) == 5 and row[1] and row[3] and row[4] for row in rows)
    assert all(row[2] == "" or row[2].startswith("https://") for row in rows)
