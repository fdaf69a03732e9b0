"""Which language notes are in."""

import pytest

from talkdex.ingest.notes.language import language_of


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The cache is not the problem, it is what you put in it and for how long.", "en"),
        ("Der Cache ist nicht das Problem, sondern was man in ihn legt und wie lange das auch ist.", "de"),
        ("Le cache n'est pas le problème, c'est ce que l'on met dans les clés et pour qui.", "fr"),
        ("De cache is niet het probleem, maar wat je er in zet en voor hoe lang het is.", "nl"),
        ("キャッシュは問題ではありません。何を入れるかが問題です。", "ja"),
        ("", "en"),
        ("kubectl apply", "en"),
    ],
)
def test_language_of(text: str, code: str) -> None:
    assert language_of(text) == code
