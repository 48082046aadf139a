import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph_service.domain.iri import folded, iri, is_iri, ulid
from graph_service.errors import InvalidInput


@pytest.mark.parametrize("text", ["https://a.example/x", "urn:uuid:1", "did:web:a.example", "https://例え.jp/バッジ"])
def test_absolute_iris_are_read(text: str) -> None:
    assert iri(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "/x",
        "https://a b",
        "https://a\n",
        "https://a\u00a0",
        "https://a<b>",
        'https://a"',
        "https:",
        "https://a\u202eb",
        "a" * 3000 + ":b",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        iri(text)
    assert refused.value.code == "INVALID_IRI"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("URN:UUID:EAB1D3E0-0000-4000-8000-00000000000F", "urn:uuid:eab1d3e0-0000-4000-8000-00000000000f"),
        ("URN:UUID:X", "URN:UUID:X"),
        ("URN:ISBN:0-00-00000-0", "URN:ISBN:0-00-00000-0"),
        ("https://A.example/X", "https://A.example/X"),
    ],
)
def test_only_a_uuid_has_no_capitals(text: str, read: str) -> None:
    assert folded(text) == read


@given(st.text(max_size=20))
def test_nothing_that_is_accepted_holds_a_space_or_control(text: str) -> None:
    accepted = f"urn:{text}"
    assert not is_iri(accepted) or not any(c <= " " or c == "\x7f" for c in accepted)


def test_ulids_sort_by_time() -> None:
    assert ulid(1, b"\xff" * 10) < ulid(2, b"\x00" * 10)
    assert len(ulid(2**48 - 1, b"\xff" * 10)) == 26
