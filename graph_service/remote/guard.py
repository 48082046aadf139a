"""Which addresses may be asked at all. They stand in documents of strangers, so nothing about them is taken on trust.

Only what is public may be asked: whoever writes a document must not be able to send this service to its own machine,
to its neighbours, or to the keys that clouds hand out inside. Networks are listed here, whatever the Python at hand
holds to be global.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urljoin, urlsplit

from graph_service.domain.iri import has_steps
from graph_service.errors import Problem, Unreachable

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_LENGTH = 2048
_PRINTED = re.compile(r"[!-\[\]-~]+\Z")  # ASCII without blanks, control characters and the backslash
_NAME = re.compile(r"(?=.{1,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\Z")
_NUMBER = re.compile(r"(?:\d+|0x[0-9a-f]*)\Z")  # what ends in one is an IPv4 address to some (URL Standard, §3.5)

_NOWHERE = ("example", "example.com", "example.net", "example.org", "invalid", "onion", "alt")
"""Names that lead nowhere on the Internet (RFC 2606, 6761, 7686, 9476); the demo's are among them."""
_INSIDE = ("localhost", "local", "internal", "home.arpa", "test")
"""Names that mean something inside only (RFC 6761, 6762, 8375), like those of a single word."""

# IANA's special-purpose registries (RFC 6890): all that is not globally reachable, multicast, and ways into IPv4.
_NOT_PUBLIC_4 = [
    *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24"),
    *("192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"),
    *("224.0.0.0/4", "240.0.0.0/4"),
    "168.63.129.16/32",  # by which machines in Azure reach what they run on
]
_PUBLIC_6 = IPv6Network("2000::/3")  # leaves out loopback, mapped and compatible IPv4, NAT64, unique and link local
_NOT_PUBLIC_6 = [
    *("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"),  # Teredo and others, examples, 6to4, examples
    "3ffe::/16",  # 6bone, given back (RFC 3701)
]
_NOT_PUBLIC: tuple[Network, ...] = tuple(map(ip_network, [*_NOT_PUBLIC_4, *_NOT_PUBLIC_6]))


@dataclass(frozen=True, slots=True)
class Place:
    """A web address that may be asked, if all that its host resolves to may be."""

    host: str  # a name in lower case, or a literal IP address without brackets
    port: int
    target: str  # path and query

    @property
    def authority(self) -> str:
        """Host and port as the `Host` header has them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == 443 else f"{host}:{self.port}"

    @property
    def address(self) -> str:
        """The address, without the fragment, which is nobody's business but the asker's."""
        return f"https://{self.authority}{self.target}"


def place(address: str, *, inside: bool = False) -> Place:
    """Read a web address; names that mean something inside only are taken if `inside`.

    It is https, without user and password, at port 443 or above 1023: below are services that never were for the web.
    A host has one spelling here: what other programs might read as an IP address in disguise is refused. So has a path:
    one with steps (`..`) would be asked for as another than it was written.

    Raises Unreachable (FETCH_REFUSED).
    """
    if len(address) > _LENGTH or not _PRINTED.match(address) or has_steps(address):
        raise _refused(address)
    try:
        parts = urlsplit(address)
        host, port = (parts.hostname or "").lower(), 443 if parts.port is None else parts.port
    except ValueError:
        raise _refused(address) from None
    found = Place(host, port, (parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
    spellings = {found.authority, f"{found.authority}:443"} if port == 443 else {found.authority}
    if parts.scheme != "https" or parts.netloc.lower() not in spellings or not (port == 443 or port >= 1024):
        raise _refused(address)
    if not (_is_literal(host) or _is_name(host, inside=inside)):
        raise _refused(address)
    return found


def redirected(before: Place, location: str, *, inside: bool = False) -> Place:
    """Return where a redirect leads, if it stays at the same host and port. Raises Unreachable (FETCH_REDIRECTED)."""
    with suppress(ValueError, Unreachable):
        after = place(urljoin(before.address, location), inside=inside)
        if (after.host, after.port) == (before.host, before.port):
            return after
    raise Unreachable(Problem("FETCH_REDIRECTED", {"address": before.address[:200]}))


def check(where: Place, addresses: Iterable[str], permitted: Iterable[Network] = ()) -> list[str]:
    """Return what a host resolves to, if every one of it is public or in a permitted network.

    Raises Unreachable (FETCH_REFUSED).
    """
    found = [ip_address(each) for each in addresses]
    if not all(is_public(each) or any(each in network for network in permitted) for each in found):
        raise _refused(where.address)
    return list(map(str, found))


def is_public(address: Address) -> bool:
    """Tell whether an address is one of the Internet's, and of nobody's own network."""
    if isinstance(address, IPv6Address) and address not in _PUBLIC_6:
        return False
    return not any(address in network for network in _NOT_PUBLIC)


def _is_literal(host: str) -> bool:
    """Tell whether a host is an IP address, in the one spelling that it has."""
    try:
        return "%" not in host and str(ip_address(host)) == host
    except ValueError:
        return False


def _is_name(host: str, *, inside: bool) -> bool:
    if not _NAME.match(host) or _NUMBER.match(host.rpartition(".")[2]) or _ends(host, _NOWHERE):
        return False
    return inside or ("." in host and not _ends(host, _INSIDE))


def _ends(host: str, names: Iterable[str]) -> bool:
    return any(f".{host}".endswith(f".{name}") for name in names)


def _refused(address: str) -> Unreachable:
    return Unreachable(Problem("FETCH_REFUSED", {"address": address[:200]}))
