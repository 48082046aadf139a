"""Forms as browsers send them: small ones urlencoded, those with a file as multipart (RFC 7578)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from email.parser import BytesParser
from email.policy import HTTP
from urllib.parse import parse_qs, urlsplit

from starlette.requests import Request

from graph_service.errors import InvalidInput, LimitExceeded, Problem

_MULTIPART = "multipart/form-data"
_SMALL = 4_096


async def read_form(request: Request) -> dict[str, str]:
    """Read a small form; what was left empty is not there."""
    fields = await read(request, _SMALL)
    return {name: value.decode(errors="replace") for name, value in fields.items() if value}


async def read(request: Request, longest: int) -> Mapping[str, bytes]:
    """Read a form of at most `longest` bytes; of several fields of one name the last that says something counts."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > longest:
            raise LimitExceeded("form", longest)
    kind = request.headers.get("content-type", "")
    fields = _parts(kind, body) if kind.lower().startswith(_MULTIPART) else _pairs(body)
    found: dict[str, bytes] = {}
    for name, value in fields:
        if value or name not in found:
            found[name] = value
    return found


def check_own(request: Request) -> None:
    """Raise InvalidInput (FORM_FOREIGN) if a browser says that another site sent this form.

    For forms that prove by what they hold who sends them. `Origin` is `null` where pages have no referrer.
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin", "null")
    own = site in ("same-origin", "none") if site else origin == "null" or urlsplit(origin).netloc == request.url.netloc
    if not own:
        raise InvalidInput(Problem("FORM_FOREIGN"))


def _pairs(body: bytes) -> Iterator[tuple[str, bytes]]:
    for name, values in parse_qs(body.decode(errors="replace"), keep_blank_values=True).items():
        for value in values:
            yield name, value.encode()


def _parts(kind: str, body: bytes) -> Iterator[tuple[str, bytes]]:
    message = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body)
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(content, bytes):
            yield name, content
