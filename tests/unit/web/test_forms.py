"""Forms as browsers send them, and who sends them."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from starlette.requests import Request

from graph_service.errors import GraphServiceError
from graph_service.web import forms

BINARY = bytes(range(256)) + b"\r\n--x\r\r\n\n\xff"


def request(body: bytes = b"", **headers: str) -> Request:
    """Return a POST as a server has it."""

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    raw = [
        (name.replace("_", "-").encode(), value.encode()) for name, value in {"host": "a.example", **headers}.items()
    ]
    scope = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "scheme": "https", "headers": raw}
    return Request(scope, receive)


def sent(**fields: Any) -> Request:
    """Return what a client of HTTP sends."""
    made = httpx.Request("POST", "https://a.example", **fields)
    return request(made.read(), content_type=made.headers["content-type"])


async def test_a_file_arrives_byte_for_byte() -> None:
    files = {"file": ("偽\r\n.json", BINARY, "application/json")}
    found = await forms.read(sent(data={"address": "校長 & <b>", "empty": ""}, files=files), 10_000)
    assert found == {"address": "校長 & <b>".encode(), "empty": b"", "file": BINARY}


async def test_files_keep_their_names_and_their_order() -> None:
    names = ["賞状 1.json", 'a"b\\c.png', "", "x;name=y.svg"]
    made = sent(files=[("file", (name, BINARY)) for name in names])
    found = list(forms.fields(made, await made.body()))
    assert [(each.name, each.content) for each in found] == [("file", BINARY)] * 4
    assert [each.file.replace("%22", '"').replace("\\\\", "\\") for each in found] == names


async def test_a_form_of_too_many_fields_is_refused() -> None:
    made = sent(files=[("file", ("a", b""))] * 1_001)
    with pytest.raises(GraphServiceError) as refused:
        list(forms.fields(made, await made.body()))
    assert refused.value.code == "LIMIT_EXCEEDED"


async def test_fields_of_a_small_form() -> None:
    found = await forms.read(sent(data={"name": "山田 花子+&=", "empty": ""}), 10_000)
    assert found == {"name": "山田 花子+&=".encode(), "empty": b""}


async def test_the_last_that_says_something_counts() -> None:
    found = await forms.read(sent(content=b"a=1&a=2&a=", headers={"content-type": "text/plain"}), 10_000)
    assert found == {"a": b"2"}


@pytest.mark.parametrize(
    "kind", ["multipart/form-data", "multipart/form-data; boundary=x", "multipart/form-data; boundary="]
)
@pytest.mark.parametrize("body", [b"", b"--x", b"--x\r\nContent-Type: message/rfc822\r\n\r\n\r\n--x--", BINARY])
async def test_what_is_no_form_has_no_fields(kind: str, body: bytes) -> None:
    assert await forms.read(request(body, content_type=kind), 10_000) == {}


async def test_a_long_form_is_not_read() -> None:
    with pytest.raises(GraphServiceError) as refused:
        await forms.read(sent(data={"a": "x" * 100}), 100)
    assert refused.value.code == "LIMIT_EXCEEDED"


@pytest.mark.parametrize(
    ("headers", "own"),
    [
        ({}, True),  # no browser
        ({"origin": "null", "sec_fetch_site": "same-origin"}, True),
        ({"origin": "https://a.example"}, True),
        ({"sec_fetch_site": "none"}, True),
        ({"origin": "https://a.example", "sec_fetch_site": "cross-site"}, False),
        ({"sec_fetch_site": "same-site"}, False),
        ({"origin": "https://b.example"}, False),
        ({"origin": "https://a.example.b.example"}, False),
        ({"origin": "https://a.example:8443"}, False),
    ],
)
def test_another_site_sends_no_form_of_ours(headers: dict[str, str], *, own: bool) -> None:
    if own:
        forms.check_own(request(**headers))
        return
    with pytest.raises(GraphServiceError) as refused:
        forms.check_own(request(**headers))
    assert refused.value.code == "FORM_FOREIGN"
