"""The safe lane: a JSON-LD document becomes RDF, or is refused with the places of what would not be signed.

pyld processes JSON-LD but has no safe mode: it drops undefined properties, resolves relative names against an
invented base, and signs the rest. So the document must be plain JSON (`plain.py`), its expansion may not drop
anything, every name in it must be an absolute IRI, and its RDF is written here, not by pyld. Nothing is
accepted that the safe mode of jsonld.js refuses. Where both accept, the canonical form is the same, but for
one thing: lines stand in the order of code points, as the standard says; those of jsonld.js in UTF-16 order.

pyld is pinned to a minor version, since private methods are used; `check()` tells whether they still do the
same.
"""

from __future__ import annotations

import copy
import hashlib
import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from pyld.context_resolver import ContextResolver
from pyld.jsonld import JsonLdError, JsonLdProcessor

from graph_service.endorse import contexts, rdfc10
from graph_service.endorse.jsontext import Document
from graph_service.endorse.nquads import RDF, XSD, Quad, iri, literal
from graph_service.endorse.once import Once
from graph_service.endorse.plain import MAX_PROBLEMS, Purpose, Reading, places
from graph_service.errors import CredentialError, Problem

T = TypeVar("T")

_BUDGET = {Purpose.SIGN: rdfc10.SIGNER, Purpose.VERIFY: rdfc10.VERIFIER}


class Lane:
    """A JSON-LD processor that knows the pinned contexts and nothing else; several threads may use it."""

    def __init__(self, extra: Mapping[str, Document] | None = None) -> None:
        """Know these contexts too, by address; for documents outside the vocabulary of this service."""
        self._extra = dict(extra or {})
        self._processor = _Processor(self._load)
        self._lock = threading.Lock()  # pyld's caches are not made for threads
        self.contexts = frozenset(contexts.PINNED) | self._extra.keys()
        self.lasting = self  # what outlives a judgement may be kept by this one
        self._once: Once | None = None

    def remembering(self) -> Lane:
        """Return this lane, for one judgement: it works out the RDF of a document once, or once that it has none."""
        lane = copy.copy(self)
        lane._once = Once()
        return lane

    def canonical(self, document: Document, purpose: Purpose, algorithm: str = "sha256") -> str:
        """Return the canonical N-Quads of a document; its blank nodes are named with the help of a hash algorithm.

        Raises CredentialError with the problems found and their paths; LimitExceeded if the blank nodes would
        cost too much.
        """
        return "".join(rdfc10.lines(*self.labelled(document, purpose, algorithm)))

    def labelled(
        self, document: Document, purpose: Purpose, algorithm: str = "sha256"
    ) -> tuple[list[Quad], dict[str, str]]:
        """Return the statements of a document and the canonical names of its blank nodes. Raises as above."""

        def label() -> tuple[list[Quad], dict[str, str]]:
            quads = list(dict.fromkeys(self._quads(document, purpose)))
            return quads, rdfc10.label(quads, _BUDGET[purpose], algorithm)

        return self._known(label, document, purpose, algorithm)

    def quads(self, document: Document, purpose: Purpose) -> list[Quad]:
        """Return the RDF of a document, blank nodes named as they come. Raises CredentialError."""
        return self._known(lambda: self._quads(document, purpose), document, purpose)

    def _known(self, answer: Callable[[], T], document: Document, *rest: object) -> T:
        return answer() if self._once is None else self._once.ask((json.dumps(document), *rest), answer)

    def _quads(self, document: Document, purpose: Purpose) -> list[Quad]:
        reading = Reading(document, self.contexts, purpose)
        if reading.problems:
            raise CredentialError(*reading.problems)
        with self._lock:
            expanded, problems = self._processor.run(document)
        rdf = _Rdf(reading, problems)
        rdf.document(expanded)
        if rdf.problems:
            raise CredentialError(*rdf.problems)
        return list(rdf.quads)

    def _load(self, address: str, _options: object) -> Document:
        document = self._extra[address] if address in self._extra else contexts.load(address)
        # Without the tag pyld would process the context anew for every document.
        return {"contextUrl": None, "documentUrl": address, "document": document, "tag": "static"}


_MEMO_SIZE = 512  # processed contexts; usual documents need some dozens


class _Processor(JsonLdProcessor):  # type: ignore[misc]  # pyld has no types
    """pyld with its context processing remembered, and with the place of what it drops."""

    def __init__(self, load: Callable[[str, object], Document]) -> None:
        super().__init__(on_property_dropped=self._on_dropped)
        # A resolver of its own: pyld's cache is one for the process and knows contexts by address alone.
        self._options = {
            "base": None,
            "contextResolver": ContextResolver({}, load),
            "isFrame": False,
            "keepFreeFloatingNodes": False,
            "processingMode": "json-ld-1.1",
        }
        self._memo: dict[tuple[object, ...], tuple[Any, ...]] = {}
        self._element: Any = None
        self._dropped: list[Any] = []

    def run(self, document: Document) -> tuple[Any, list[Problem]]:
        """Return the expanded document and what went wrong on the way."""
        self._dropped = []
        try:
            expanded = self._expand(self._get_initial_context(self._options), None, document, self._options)
        except JsonLdError as error:
            return None, [Problem("INVALID_JSON_LD", {"reason": error.code or error.type})]
        except Exception as error:  # what pyld raises for input that it does not expect
            return None, [Problem("INVALID_JSON_LD", {"reason": type(error).__name__})]
        return expanded, list(self._undefined(document))

    def _undefined(self, document: Document) -> Iterator[Problem]:
        for element, term in self._dropped[:MAX_PROBLEMS]:
            for place in places(document, element):
                yield Problem("DATA_LOSS_DETECTION_ERROR", {"what": term}, (*place, term))

    def _on_dropped(self, term: str | None) -> None:
        self._dropped.append((self._element, term))

    def _expand(self, active_ctx: Any, active_property: Any, element: Any, options: Any, **rest: Any) -> Any:
        outer, self._element = self._element, element
        try:
            return super()._expand(active_ctx, active_property, element, options, **rest)
        finally:
            self._element = outer

    def _expand_iri(self, active_ctx: Any, value: Any, base: Any = None, **rest: Any) -> Any:
        """Look terms up at once; pyld first asks two regular expressions whether they are keywords."""
        known = active_ctx["mappings"] if rest.get("vocab") and "local_ctx" not in rest else {}
        if isinstance(value, str) and (mapping := known.get(value)):
            return mapping["@id"]
        return super()._expand_iri(active_ctx, value, base, **rest)

    def _process_context(self, active_ctx: Any, local_ctx: Any, options: Any, **rest: Any) -> Any:
        """Remember each step from one active context to the next; pyld would take most of them again."""
        if rest.get("cycles") is not None:  # in the middle of another step
            return super()._process_context(active_ctx, local_ctx, options, **rest)
        local = tuple(local_ctx) if isinstance(local_ctx, list) else id(local_ctx)
        key = (id(active_ctx), local, *rest.items())
        if key not in self._memo:
            if len(self._memo) >= _MEMO_SIZE:
                self._memo.clear()
            after = super()._process_context(active_ctx, local_ctx, options, **rest)
            self._memo[key] = (after, active_ctx, local_ctx)  # kept alive, because their ids are in the key
        return self._memo[key][0]


# Absolute IRIs without what readers take differently: any white space, controls, marks of direction.
_IRI = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20\x7f-\xa0<>\"{}|\\^`\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f"
    r"\u3000\ufeff\ufff0-\uffff\ud800-\udfff]+\Z"
)
_I18N = "https://www.w3.org/ns/i18n#"
# The one property of the pinned contexts whose values are themselves terms (`@type: @vocab`).
_PROOF_PURPOSE = "https://w3id.org/security#proofPurpose"


class _Rdf:
    """Deserialize JSON-LD to RDF (JSON-LD 1.1 API, §8.1), refusing what the document does not plainly say."""

    def __init__(self, reading: Reading, problems: list[Problem]) -> None:
        self.reading = reading
        self.problems = problems
        self.quads: dict[Quad, object] = {}  # statement → the JSON value that it comes from
        self.blanks = 0
        self.leaves = 0

    def document(self, expanded: Any) -> None:
        if isinstance(expanded, dict):
            self.node(expanded, "")
        self.check_directions()
        # Whatever else may get lost on the way: something must come out, and as many values as went in.
        if not self.problems and not (self.quads and self.leaves == self.reading.leaves):
            self.refuse(Problem("DATA_LOSS_DETECTION_ERROR", {"what": "?"}), "?")

    def node(self, node: Document, graph: str, *, by_term: bool = False) -> str:
        """Write a node; `by_term` if its name may stand in the document as a term."""
        subject = self.identify(node["@id"], by_term=by_term) if "@id" in node else self.blank()
        for name, values in node.items():
            if name == "@type":
                self.leaves += len(values)
                for kind in values:
                    self.add(subject, RDF + "type", self.resource(kind), graph)
            elif name != "@id" and self.resource(name):
                for value in values:
                    self.add(subject, name, self.term(value, name, graph), graph, value.get("@value"))
        return subject

    def term(self, value: Document, predicate: str, graph: str) -> str:
        if "@value" in value:
            return self.literal(value)
        if "@list" in value:
            return self.collection(value["@list"], predicate, graph)
        if value.keys() == {"@graph"}:
            name = self.blank()
            for node in value["@graph"]:
                if node.keys() == {"@id"}:  # nothing is said of it, so the graph would not hold it
                    self.refuse(Problem("DATA_LOSS_DETECTION_ERROR", {"what": node["@id"]}), node["@id"])
                self.node(node, name)
            return name
        return self.node(value, graph, by_term=predicate == _PROOF_PURPOSE)

    def collection(self, items: list[Document], predicate: str, graph: str) -> str:
        head = iri(RDF + "nil")
        for item in reversed(items):
            cell = self.blank()
            self.add(cell, RDF + "first", self.term(item, predicate, graph), graph)
            self.add(cell, RDF + "rest", head, graph)
            head = cell
        return head

    def literal(self, value: Document) -> str:
        self.leaves += 1
        content, datatype, language = value["@value"], value.get("@type", ""), value.get("@language", "")
        if datatype and not self.resource(datatype):
            return ""
        if isinstance(content, str):
            if "@direction" in value:
                datatype, language = f"{_I18N}{language}_{value['@direction']}", ""
            return literal(content, datatype=datatype, language=language)
        if isinstance(content, bool):
            return literal(str(content).lower(), datatype=datatype or XSD + "boolean")
        if content == int(content):
            return literal(str(int(content)), datatype=datatype or XSD + "integer")
        whole, fraction, exponent = re.split("[.E]", f"{content:.15E}")
        number = f"{whole}.{fraction.rstrip('0') or '0'}E{int(exponent)}"
        return literal(number, datatype=datatype or XSD + "double")

    def add(self, subject: str, predicate: str, object_: str, graph: str, source: object = None) -> None:
        """Add a statement. If it comes from `1` and again from `"1"`, jsonld.js would write it twice."""
        if self.quads.setdefault((subject, iri(predicate), object_, graph), source) != source:
            self.refuse(Problem("AMBIGUOUS_VALUE", {"value": object_[:200]}), str(source))

    def blank(self) -> str:
        self.blanks += 1
        return f"_:b{self.blanks}"

    def identify(self, name: Any, *, by_term: bool) -> str:
        self.leaves += 1
        if not by_term and isinstance(name, str) and name not in self.reading.strings:
            self.refuse(Problem("COMPACT_IRI", {"value": name[:200]}), name)
        return self.resource(name)

    def resource(self, name: Any) -> str:
        """Write an absolute IRI, or refuse it and write nothing."""
        if isinstance(name, str) and _IRI.match(name):
            return iri(name)
        if name is None:  # what expansion makes of a string that looks like a keyword
            name = next((string for string in self.reading.strings if string.startswith("@")), "?")
        if ":" in name:
            self.refuse(Problem("INVALID_IRI", {"value": name[:200]}), name)
        else:
            self.refuse(Problem("DATA_LOSS_DETECTION_ERROR", {"what": name[:200]}), name)
        return ""

    def refuse(self, problem: Problem, text: str) -> None:
        """Note a problem with the first place where `text` stands."""
        if len(self.problems) < MAX_PROBLEMS:
            self.problems += [problem.under(*place) for place in places(self.reading.document, text)[:1] or [()]]

    def check_directions(self) -> None:
        """Refuse values that differ only in direction: jsonld.js and pyld would sign just one of them."""
        if not any(_I18N in object_ for _, _, object_, _ in self.quads):
            return
        said = set()
        for subject, predicate, object_, graph in self.quads:
            text, _, tag = object_.rpartition('"')
            language = tag.removeprefix(f"^^<{_I18N}").partition("_")[0].removeprefix("@")
            if (one := (subject, predicate, text, language, graph)) in said:
                self.refuse(Problem("AMBIGUOUS_VALUE", {"value": text[1:200]}), text[1:])
            said.add(one)


SAFE = Lane()
"""The lane over the pinned contexts: for everything that this service signs and verifies."""

_KNOWN: Document = {
    "@context": [contexts.CREDENTIALS_V2, contexts.OPEN_BADGES, contexts.OPEN_BADGES_EXTENSIONS],
    "id": "urn:x:1",
    "type": ["VerifiableCredential", "EndorsementCredential"],
    "issuer": {
        "id": "urn:x:2",
        "type": ["Profile"],
        "address": {"type": ["Address"], "addressCountry": "JP"},
    },
    "credentialSubject": {"id": "urn:x:3", "type": ["EndorsementSubject"], "endorsementComment": "裏書"},
}
_KNOWN_SHA256 = "e34594d6c681fb8d290bb677aa5a8e141f66de6eeeddd5807786a57171901be3"


def check() -> list[Problem]:
    """Canonicalize a known document; return a problem if anything else comes out than always did."""
    try:
        text = Lane().canonical(_KNOWN, Purpose.SIGN)
    except CredentialError as error:
        return list(error.problems)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return [] if digest == _KNOWN_SHA256 else [Problem("CANONICAL_FORM_CHANGED", {"sha256": digest})]
