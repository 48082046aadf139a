"""Canonical N-Quads (RDFC-1.0, appendix A): terms as finished tokens, statements as tuples of four."""

from __future__ import annotations

import re

Quad = tuple[str, str, str, str]
"""Subject, predicate, object and graph name as N-Quads tokens; the default graph is the empty string."""

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"

_STRING = XSD + "string"
_SPECIAL = re.compile(r'[\x00-\x1f"\\\x7f]')
_ESCAPES = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


def _escape(match: re.Match[str]) -> str:
    character = match.group()
    return _ESCAPES.get(character) or f"\\u{ord(character):04X}"


def iri(value: str) -> str:
    """Write an IRI; it must already be one, the canonical form escapes nothing in it."""
    return f"<{value}>"


def literal(value: str, *, datatype: str = "", language: str = "") -> str:
    """Write a literal; `xsd:string` is never written."""
    quoted = f'"{_SPECIAL.sub(_escape, value)}"'
    if language:
        return f"{quoted}@{language}"
    return f"{quoted}^^<{datatype}>" if datatype and datatype != _STRING else quoted


def is_blank(term: str) -> bool:
    """Tell a blank node from the other terms."""
    return term.startswith("_:")


def line(quad: Quad) -> str:
    """Write one statement with its line end."""
    subject, predicate, object_, graph = quad
    return f"{subject} {predicate} {object_} {graph} .\n" if graph else f"{subject} {predicate} {object_} .\n"
