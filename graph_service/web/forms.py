"""Forms as browsers send them: small ones urlencoded, those with a file as multipart (RFC 7578)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from starlette.requests import Request

from graph_service.errors import InvalidInput, LimitExceeded, Problem
from graph_service.web import bodies

MULTIPART = "multipart/form-data"
URLENCODED = "application/x-www-form-urlencoded"
_SMALL = 4_096
_MAX_PARTS = 1_000
_PARAMETER = re.compile(r';\s*(\w+)="((?:[^"\\]|\\.)*)"|;\s*(\w+)=([^\s";]+)')


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form; of a file also what it is called."""

    name: str
    content: bytes
    file: str = ""


async def read_form(request: Request) -> dict[str, str]:
    """Read a small form; what was left empty is not there."""
    fields = await read(request, _SMALL)
    return {name: value.decode(errors="replace") for name, value in fields.items() if value}


async def read(request: Request, longest: int) -> Mapping[str, bytes]:
    """Read a form of at most `longest` bytes; of several fields of one name the last that says something counts."""
    found: dict[str, bytes] = {}
    for each in fields(request, await bodies.read(request, longest, "form")):
        if each.content or each.name not in found:
            found[each.name] = each.content
    return found


def fields(request: Request, body: bytes) -> Iterator[Field]:
    """Walk the fields of a form, in their order if it is multipart. Raises LimitExceeded."""
    kind = request.headers.get("content-type", "")
    return _parts(kind, body) if kind.lower().startswith(MULTIPART) else _pairs(body)


def check_own(request: Request) -> None:
    """Raise InvalidInput (FORM_FOREIGN) if a browser says that another site sent this form.

    For forms that prove by what they hold who sends them. `Origin` is `null` where pages have no referrer.
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin", "null")
    own = site in ("same-origin", "none") if site else origin == "null" or urlsplit(origin).netloc == request.url.netloc
    if not own:
        raise InvalidInput(Problem("FORM_FOREIGN"))


def _pairs(body: bytes) -> Iterator[Field]:
    for name, values in parse_qs(body.decode(errors="replace"), keep_blank_values=True).items():
        yield from (Field(name, value.encode()) for value in values)


def _parts(kind: str, body: bytes) -> Iterator[Field]:
    """Walk the parts between the boundaries (RFC 2046, §5.1.1); what is not closed has none."""
    name = _parameters(kind).get("boundary", "").encode()
    _, *parts = (b"\r\n" + body).split(b"\r\n--" + name, _MAX_PARTS + 1)
    if len(parts) > _MAX_PARTS:
        raise LimitExceeded("fields", _MAX_PARTS)
    if not (name and parts and parts[-1].startswith(b"--")):
        return
    for part in parts[:-1]:
        head, _, content = part.partition(b"\r\n\r\n")
        said = _parameters(_disposition(head.decode(errors="replace")))
        if "name" in said:
            yield Field(said["name"], content, said.get("filename", ""))


def _disposition(head: str) -> str:
    lines = (line for line in head.split("\r\n") if line.lower().startswith("content-disposition:"))
    return next(lines, "")


def _parameters(header: str) -> dict[str, str]:
    """Return the parameters of a header. Browsers write a quotation mark in the name of a file as `%22`."""
    found = _PARAMETER.findall(header)
    return {
        (name or other).lower(): re.sub(r'\\(["\\])', r"\1", quoted) if name else plain
        for name, quoted, other, plain in found
    }
