"""A question to the graph as it was asked, without its values: its own cache key.

Values stand beside it in `Asked.values`; where one belongs, the selection has its place (`slot`) there. Every
`key` is the name under which a value stands in the answer.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from typing import Any, cast

from graph_service.domain.time import Instant

PAGE_SIZE = 20
MAX_PAGE_SIZE = 100
SORTED = 500
"""Nodes as which it counts that a list by a text reads all that has the text, and sorts it."""
PAGING = frozenset({"first", "after", "last", "before"})


class Audience(StrEnum):
    """Kinds of viewers; lines of fragments are kept for some of them only."""

    PUBLIC = "public"
    MEMBER = "member"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks: `ids` are those of the profiles and the learner for which a member reads."""

    audience: Audience = Audience.PUBLIC
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What one request adds to a selection."""

    values: tuple[object, ...]
    viewer: Viewer
    at: Instant


class Arity(Enum):
    """How many nodes a field finds, and how they are answered."""

    ONE = auto()  # a node or null
    MANY = auto()  # a list
    EACH = auto()  # for every id of the argument `ids`, in its order, a node or null
    PAGE = auto()  # a connection


class Reading(Enum):
    """How a value of the answer is made of a property."""

    PLAIN = auto()
    ENUM = auto()  # the name of a stored value (`pairs`: stored value, name)
    OPEN = auto()  # an instant; the open end is null
    TEXT = auto()  # the text in the language at `slot`, from `<name>Map`
    TEXTS = auto()  # texts in all languages, from the JSON of the property (`pairs`: key, `language` or `text`)
    RECORDS = auto()  # objects of values, from the JSON list of the property (`pairs`: key, member; `type`: theirs)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A value of the node itself, by the name of its property."""

    key: str
    name: str
    required: bool = True
    reading: Reading = Reading.PLAIN
    slot: int = -1
    pairs: tuple[tuple[str, str], ...] = ()
    type: str = ""

    @property
    def property(self) -> str:
        """The property of the node."""
        return f"{self.name}Map" if self.reading is Reading.TEXT else self.name


@dataclass(frozen=True, slots=True)
class Constant:
    """A value that the question itself knows: `__typename`."""

    key: str
    value: str


@dataclass(frozen=True, slots=True)
class Part:
    """Nodes beside the node, found by a fragment of their own."""

    key: str
    required: bool
    selection: Selection


@dataclass(frozen=True, slots=True)
class Branch:
    """What is asked of nodes of one type (the node's property `type`)."""

    type: str
    entries: tuple[Leaf | Constant | Part, ...]


@dataclass(frozen=True, slots=True)
class Nodes:
    """`node` of an edge."""

    key: str
    branches: tuple[Branch, ...]


@dataclass(frozen=True, slots=True)
class Cursor:
    """`cursor` of an edge."""

    key: str


@dataclass(frozen=True, slots=True)
class Edges:
    """`edges` of a connection."""

    key: str
    entries: tuple[Nodes | Cursor | Constant, ...]


@dataclass(frozen=True, slots=True)
class PageInfo:
    """`pageInfo` of a connection; pairs of key and name."""

    key: str
    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Total:
    """`totalCount` of a connection."""

    key: str


@dataclass(frozen=True, slots=True)
class Selection:
    """A field with what is asked of the nodes that it finds.

    `args` are the given arguments with their slots. A PAGE has `page`, the others `branches`; there are several
    branches where the type is abstract.
    """

    field: str
    arity: Arity
    args: tuple[tuple[str, int], ...] = ()
    order: str = ""
    branches: tuple[Branch, ...] = ()
    page: tuple[Edges | PageInfo | Total | Constant, ...] = ()
    given: frozenset[str] = dataclasses.field(init=False, repr=False, compare=False)
    """The names of the arguments that are given."""
    _below: tuple[Selection, ...] = dataclasses.field(init=False, repr=False, compare=False)
    _hash: int = dataclasses.field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Worked out here, as every request asks for it; and a selection is the key of what is kept for it.
        entries = (entry for branch in self.found for entry in branch.entries)
        object.__setattr__(self, "given", frozenset(name for name, _ in self.args))
        object.__setattr__(self, "_below", tuple(entry.selection for entry in entries if isinstance(entry, Part)))
        object.__setattr__(self, "_hash", hash((self.field, self.args, self.order, self.branches, self.page)))

    def __hash__(self) -> int:
        return self._hash

    @property
    def backward(self) -> bool:
        """Tell whether the page is asked from the end."""
        return "last" in self.given

    @property
    def counted(self) -> bool:
        """Tell whether `totalCount` is asked for."""
        return any(isinstance(entry, Total) for entry in self.page)

    @property
    def listed(self) -> bool:
        """Tell whether nodes are read: always, unless nothing but `totalCount` is asked for."""
        return not self.counted or any(isinstance(entry, Edges | PageInfo) for entry in self.page)

    @property
    def keyed(self) -> bool:
        """Tell whether the sort keys of the nodes are needed: for cursors, or because the list ends at one."""
        edges = (each for entry in self.page if isinstance(entry, Edges) for each in entry.entries)
        told = {name for entry in self.page if isinstance(entry, PageInfo) for _, name in entry.pairs}
        both = self.given >= {"after", "before"}
        return both or not told.isdisjoint({"startCursor", "endCursor"}) or any(isinstance(e, Cursor) for e in edges)

    @property
    def peeks(self) -> bool:
        """Tell whether one node more is read than the page has: to know whether there is one."""
        return any(isinstance(entry, PageInfo) for entry in self.page)

    @property
    def found(self) -> tuple[Branch, ...]:
        """What is asked of the nodes, wherever it is answered."""
        edges = (entry for entry in self.page if isinstance(entry, Edges))
        nodes = (entry for edge in edges for entry in edge.entries if isinstance(entry, Nodes))
        return (*self.branches, *(branch for each in nodes for branch in each.branches))

    def value(self, name: str, values: Sequence[object]) -> Any:
        """Return the value of an argument; None if it is not given."""
        return next((values[slot] for given, slot in self.args if given == name), None)

    def filters(self, values: Sequence[object]) -> dict[str, object]:
        """Return the arguments that say which list it is, rather than which page of it."""
        return {name: values[slot] for name, slot in self.args if name not in PAGING}

    def size(self, values: Sequence[Any]) -> int:
        """Return how many nodes are asked for, as far as the question says."""
        if self.arity is Arity.ONE:
            return 1
        for name, slot in self.args:
            if name in ("first", "last"):
                return cast(int, values[slot])
            if name == "ids":
                return len(values[slot])
        return PAGE_SIZE

    def cost(self, values: Sequence[object]) -> int:
        """Return how many nodes the whole question may read: the size of each list times what it holds."""
        size = min(max(0, self.size(values)), MAX_PAGE_SIZE)
        sorting = SORTED if "nameContains" in self.given else 0
        return sorting + size * (1 + sum(each.cost(values) for each in self._below))


def places(branches: Sequence[Branch]) -> dict[Part, str]:
    """Return the parts of all branches with their places in a row; what is asked twice alike comes once.

    The order is that of the forms of the parts, whatever the order in which they were asked.
    """
    parts = dict.fromkeys(entry for branch in branches for entry in branch.entries if isinstance(entry, Part))
    return {part: str(place) for place, part in enumerate(sorted(parts, key=lambda part: _form(part.selection)))}


def properties(branches: Sequence[Branch]) -> list[str]:
    """Return the properties that the leaves of the branches need, sorted."""
    return sorted({leaf.property for branch in branches for leaf in branch.entries if isinstance(leaf, Leaf)})


def _form(selection: Selection) -> tuple[object, ...]:
    """Return what the text depends on, as something that can be sorted."""
    types = sorted({branch.type for branch in selection.found})
    return (
        selection.field,
        tuple(sorted(selection.given)),
        selection.order,
        selection.counted,
        selection.listed,
        selection.keyed,
        selection.peeks,
        tuple(_form_of_type([b for b in selection.found if b.type == each]) for each in types),
    )


def _form_of_type(branches: Sequence[Branch]) -> tuple[object, ...]:
    return tuple(properties(branches)), tuple(sorted(_form(part.selection) for part in places(branches)))
