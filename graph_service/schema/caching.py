"""Which answers caches may keep (RFC 9111), and how they ask whether theirs is still the same (RFC 9110 §13.1.2)."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256

from graphql import FieldNode, GraphQLSchema, TypeInfo, TypeInfoVisitor, Visitor, is_abstract_type, parse, visit
from starlette.datastructures import Headers

from graph_service.schema.limits import KEPT_DOCUMENTS

MAX_AGE = 60
"""Seconds for which a cache may keep an answer: so long something that is hidden, ended or revoked may still show."""
SHARED = frozenset(
    {
        "__schema",
        "__type",
        "__typename",
        "achievement",
        "achievements",
        "endorsement",
        "endorsementByCredential",
        "endorsements",
        "endorsementsOf",
        "equivalence",
        "framework",
        "frameworks",
        "key",
        "pathway",
        "pathwayVersion",
        "pathways",
        "profile",
        "profiles",
        "search",
    }
)
"""Fields of the root whose answers are the same for everybody who is not signed in, and not about one person."""
PERSONAL = frozenset({"Award", "Completion", "Consent", "Credential", "Enrolment", "Learner", "Statement", "Waiver"})
"""Types about one person (a credential may be of an award): once its consent ends, none of it may still show."""


@lru_cache(KEPT_DOCUMENTS)
def is_shared(schema: GraphQLSchema, document: str) -> bool:
    """Tell whether all that a document asks of the root is SHARED and nothing in it PERSONAL. It has been executed."""
    parsed, place = parse(document), TypeInfo(schema)
    found = _Found(schema, place)
    visit(parsed, TypeInfoVisitor(place, found))
    return found.shared


class _Found(Visitor):
    """Looks at every field of a document: of its fragments too, and of operations beside the one that is executed."""

    def __init__(self, schema: GraphQLSchema, place: TypeInfo) -> None:
        super().__init__()
        self.schema, self.place, self.shared = schema, place, True

    def enter_field(self, node: FieldNode, *_: object) -> None:
        """Look at one field and what it is a field of."""
        of = self.place.get_parent_type()
        assert of is not None  # noqa: S101 (the document has been executed)
        if of is self.schema.query_type:
            self.shared &= node.name.value in SHARED
        possible = self.schema.get_possible_types(of) if is_abstract_type(of) else (of,)
        # How many there are is about them, too.
        self.shared &= PERSONAL.isdisjoint(each.name.removesuffix("Connection") for each in possible)


def tag(*parts: bytes) -> str:
    """Return the strong entity tag of what the parts make up."""
    return f'"{sha256(b" ".join(parts)).hexdigest()}"'


def is_known(headers: Headers, etag: str) -> bool:
    """Tell whether an asker has already what the tag names; If-None-Match may come in several lines."""
    given = ",".join(headers.getlist("if-none-match"))
    return not {each.strip().removeprefix("W/") for each in given.split(",")}.isdisjoint((etag, "*"))
