import pytest

from graph_service.domain.language import LanguageMap
from graph_service.errors import InvalidInput


@pytest.mark.parametrize(
    ("asked", "chosen"),
    [("en", "en"), ("EN", "en"), ("en-GB", "en"), ("ja", "ja"), ("fr", "ja"), (None, "ja")],
)
def test_a_reader_gets_the_asked_language_or_the_base_one(asked: str | None, chosen: str) -> None:
    assert LanguageMap({"ja": "みなと市", "en": "Minato"}).choose(asked)[0] == chosen


def test_all_problems_are_listed_with_their_places() -> None:
    with pytest.raises(InvalidInput) as refused:
        LanguageMap({"not a tag": "x", "en": "a\x07b", "ja": "  "}, ("name",))
    assert [(p.code, p.path) for p in refused.value.problems] == [
        ("INVALID_LANGUAGE_TAG", ("name", "not a tag")),
        ("TEXT_CONTROL_CHARACTER", ("name", "en")),
        ("TEXT_EMPTY", ("name", "ja")),
    ]


def test_a_text_is_never_missing() -> None:
    with pytest.raises(InvalidInput) as refused:
        LanguageMap({}, ("name",))
    assert refused.value.code == "TEXT_EMPTY"


def test_json_keeps_order_and_characters() -> None:
    texts = LanguageMap({"ja": "𠮷野家 🎓", "en": 'a "b"'})
    assert list(LanguageMap.from_json(texts.to_json()).items()) == list(texts.items())
