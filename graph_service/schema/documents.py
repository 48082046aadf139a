"""Documents that are known before anybody asks (GraphQL over HTTP, Appendix A: persisted documents).

An application is built with the documents that it will send; the service is started with the same ones, and may then
refuse all others. The id of a document is the digest of its text, `sha256:` and 64 digits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import orjson
from graphql import GraphQLError, GraphQLSchema, parse

from graph_service.errors import ConfigurationError, InvalidInput, Problem
from graph_service.schema.limits import TOKENS, mistakes

_PREFIX = "sha256:"


@dataclass(frozen=True, slots=True)
class Documents:
    """The trusted documents by their ids. `only`: nothing else is answered."""

    texts: Mapping[str, str] = field(default_factory=dict)
    only: bool = False

    @classmethod
    def read(cls, file: Path | None, schema: GraphQLSchema, *, only: bool) -> Documents:
        """Read a JSON object {id: text}; `sha256:` may be left out. Raises ConfigurationError with every problem."""
        given = {} if file is None else _map(file)
        texts = {name if ":" in name else _PREFIX + name: text for name, text in given.items()}
        if problems := [each for name, text in texts.items() for each in _problems(schema, name, text)]:
            raise ConfigurationError(*problems)
        return cls(texts, only)

    def text(self, document: str | None, name: str | None) -> str:
        """Return what is to be executed: a document itself or, by its name, a trusted one.

        Raises InvalidInput (DOCUMENT_UNKNOWN, DOCUMENT_NOT_TRUSTED).
        """
        if document is None:
            if (found := self.texts.get(str(name))) is None:
                raise InvalidInput(Problem("DOCUMENT_UNKNOWN", {"id": str(name)[:100]}))
            return found
        if self.only and _id(document) not in self.texts:
            raise InvalidInput(Problem("DOCUMENT_NOT_TRUSTED"))
        return document


def _id(text: str) -> str:
    return _PREFIX + sha256(text.encode()).hexdigest()


def _map(file: Path) -> Mapping[str, str]:
    try:
        given = orjson.loads(file.read_bytes())
    except OSError as cause:
        values = {"name": "GRAPH_SERVICE_DOCUMENTS", "cause": type(cause).__name__}
        raise ConfigurationError(Problem("SETTING_FILE_UNREADABLE", values)) from None
    except orjson.JSONDecodeError:
        given = None
    if not isinstance(given, dict) or not all(isinstance(text, str) for text in given.values()):
        raise ConfigurationError(Problem("DOCUMENTS_MALFORMED", {"file": str(file)}))
    return given


def _problems(schema: GraphQLSchema, name: str, text: str) -> Iterator[Problem]:
    if name != (right := _id(text)):
        yield Problem("DOCUMENT_ID_WRONG", {"id": name[:100], "right": right})
    try:
        errors = mistakes(schema, parse(text, max_tokens=TOKENS))
    except GraphQLError as broken:
        errors = [broken]
    for error in errors:
        line = error.locations[0].line if error.locations else 1
        yield Problem("DOCUMENT_INVALID", {"id": name[:100], "line": line, "reason": error.message})
