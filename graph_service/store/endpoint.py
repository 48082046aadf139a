"""Where a graph database listens."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Address and credentials of one database, for the driver.

    `uri` is `bolt://…` (one server) or `neo4j://…` (a cluster).
    """

    uri: str
    user: str = ""
    password: str = field(default="", repr=False)
    database: str = "neo4j"
