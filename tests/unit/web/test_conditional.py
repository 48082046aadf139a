"""What the asker has already is not sent again."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from graph_service.web.conditional import conditional


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ('"abc"', 304),
        ('W/"abc"', 304),
        ('"x", "abc"', 304),
        ('"x"\n"abc"', 304),
        ("*", 304),
        (None, 200),
        ("", 200),
        ("abc", 200),
        ('"abcd"', 200),
        ('"x"abc"y"', 200),
    ],
)
def test_only_who_has_it_is_not_sent_it(given: str | None, status: int) -> None:
    headers = [] if given is None else [(b"if-none-match", line.encode()) for line in given.split("\n")]
    request = Request({"type": "http", "headers": headers})
    answer = conditional(request, "text", "text/plain", digest="abc", cache="no-cache", Vary="Accept")
    assert (answer.status_code, answer.body) == (status, b"text" if status == 200 else b"")
    assert (answer.headers["etag"], answer.headers["cache-control"], answer.headers["vary"]) == (
        '"abc"',
        "no-cache",
        "Accept",
    )
