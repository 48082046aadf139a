"""JSON of strangers: what parsers read differently is refused."""

from __future__ import annotations

import pytest

from graph_service.endorse import jsontext
from graph_service.errors import GraphServiceError


def nested(levels: int) -> bytes:
    return b"[" * levels + b"]" * levels


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\xff", "NOT_UTF8"),
        (b'"\xed\xa0\x80"', "NOT_UTF8"),
        (b"", "INVALID_JSON"),
        (b"{'a': 1}", "INVALID_JSON"),
        (b'{"a": 1,}', "INVALID_JSON"),
        (b"1 2", "INVALID_JSON"),
        (b'\xef\xbb\xbf"a"', "INVALID_JSON"),
        (b'"a\nb"', "INVALID_JSON"),
        (b'{"a": 1, "a": 1}', "DUPLICATE_KEY"),
        (b'[{"b": {"a": 1, "\\u0061": 2}}]', "DUPLICATE_KEY"),
        (b"NaN", "NUMBER_OUT_OF_RANGE"),
        (b"[-Infinity]", "NUMBER_OUT_OF_RANGE"),
        (b"1e400", "NUMBER_OUT_OF_RANGE"),
        (b"1" * 5000, "NUMBER_OUT_OF_RANGE"),
        (b'"\\ud800"', "LONE_SURROGATE"),
        (b'{"\\udc00": 1}', "LONE_SURROGATE"),
        (nested(jsontext.MAX_DEPTH + 1), "LIMIT_EXCEEDED"),
        (nested(100_000), "LIMIT_EXCEEDED"),
        (b'"' + b"a" * jsontext.MAX_BYTES + b'"', "LIMIT_EXCEEDED"),
    ],
)
def test_refused(data: bytes, code: str) -> None:
    with pytest.raises(GraphServiceError) as refused:
        jsontext.read(data)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b'{"a": [1, 2.5, true, null]}', {"a": [1, 2.5, True, None]}),
        (b'"\\ud842\\udfb7"', "𠮷"),
        ("「学び」".encode().join([b'"', b'"']), "「学び」"),
        (nested(3), [[[]]]),
        (b"1e300", 1e300),
    ],
)
def test_read(data: bytes, value: object) -> None:
    assert jsontext.read(data) == value


def test_the_deepest_that_is_read() -> None:
    assert jsontext.write(jsontext.read(nested(jsontext.MAX_DEPTH))) == nested(jsontext.MAX_DEPTH)


def test_every_repeated_key_is_named() -> None:
    with pytest.raises(GraphServiceError) as refused:
        jsontext.read(b'{"a": 1, "b": 2, "a": 3, "b": 4}')
    assert [problem.values["key"] for problem in refused.value.problems] == ["a", "b"]


def test_written_as_one_compact_line() -> None:
    assert jsontext.write({"b": "学\n", "a": [1, 2.5, True]}) == '{"b":"学\\n","a":[1,2.5,true]}'.encode()


def test_what_no_json_can_say_is_not_written() -> None:
    with pytest.raises(ValueError, match="JSON"):
        jsontext.write(float("nan"))
