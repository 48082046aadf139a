"""Reads the N-Quads of the W3C test suite; the product itself only ever writes them."""

from __future__ import annotations

import re

from graph_service.endorse.nquads import Quad, iri, literal

_IRI = r"<([^>]*)>"
_BLANK = r"(_:[^\s<>]+)"
_LITERAL = rf'"((?:[^"\\]|\\.)*)"(?:\^\^{_IRI}|@([a-zA-Z]+(?:-[a-zA-Z0-9]+)*))?'
_LINE = re.compile(
    rf"\s*(?:{_IRI}|{_BLANK})\s*{_IRI}\s*(?:{_IRI}|{_BLANK}|{_LITERAL})\s*(?:{_IRI}|{_BLANK})?\s*\.\s*\Z"
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_SHORT = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "'": "'", "\\": "\\"}


def _plain(text: str) -> str:
    return _ESCAPE.sub(lambda m: _SHORT[m[3]] if m[3] else chr(int(m[1] or m[2], 16)), text)


def _resource(name: str | None, blank: str | None) -> str:
    return blank or (iri(_plain(name)) if name is not None else "")


def read(text: str) -> list[Quad]:
    """Read statements, one a line."""
    quads = []
    for line in filter(None, text.split("\n")):
        found = _LINE.match(line)
        assert found, line
        s, s_blank, predicate, o, o_blank, value, datatype, language, g, g_blank = found.groups()
        if value is None:
            object_ = _resource(o, o_blank)
        else:
            object_ = literal(_plain(value), datatype=_plain(datatype or ""), language=language or "")
        quads.append((_resource(s, s_blank), iri(_plain(predicate)), object_, _resource(g, g_blank)))
    return quads
