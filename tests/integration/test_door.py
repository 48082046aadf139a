"""The door against real servers on loopback: what it refuses, what it bounds, what it keeps."""

from __future__ import annotations

import asyncio
import gzip
import socket
import ssl
import threading
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path

import pytest

from graph_service import __version__
from graph_service.errors import Unreachable
from graph_service.remote import guard
from graph_service.remote.door import MAX_BYTES, Door
from graph_service.remote.names import Names
from tests.loopback import HOST, Answering, Authority, Site, answer, moved, serving

LOOPBACK = tuple(map(ip_network, ("127.0.0.1/32", "::1/128")))
SECONDS = 1.0  # that a test waits for what does not come


@dataclass
class Hosts:
    """What names resolve to; of several answers one after the other, the last of them ever after."""

    of: dict[str, list[Sequence[str]]] = field(default_factory=lambda: {HOST: [["127.0.0.1"]]})
    asked: list[str] = field(default_factory=list)

    async def addresses(self, host: str, _port: int) -> Sequence[str]:
        self.asked.append(host)
        answers = self.of.get(host, [[host]])
        return answers.pop(0) if len(answers) > 1 else answers[0]


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.new(tmp_path_factory.mktemp("authority"))


@pytest.fixture
async def site(authority: Authority) -> AsyncIterator[Site]:
    """A good site: its certificate is for its name."""
    async with serving(Site({"/": answer(b"{}")}), authority.context(HOST, "127.0.0.1", "::1")) as site:
        yield site


@pytest.fixture
def hosts() -> Hosts:
    return Hosts()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def door(authority: Authority, hosts: Hosts, clock: Clock) -> Door:
    """A door to loopback."""
    return Door(authority.trusted, clock, permitted=LOOPBACK, resolver=hosts.addresses, seconds=SECONDS)


@pytest.fixture
def public_door(authority: Authority, hosts: Hosts, clock: Clock) -> Door:
    """A door as installations have it: to what is public."""
    return Door(authority.trusted, clock, resolver=hosts.addresses, seconds=SECONDS)


async def refusal(door: Door, address: str) -> str:
    """Return the code with which an address is refused."""
    with pytest.raises(Unreachable) as refused:
        await door.fetch(address)
    return refused.value.code


# What is asked, and how.


async def test_what_lies_at_an_address_is_fetched_as_bytes(door: Door, site: Site) -> None:
    site.pages["/profiles/1?v=%41"] = answer(b'{"a":1}')
    assert await door.fetch(site.url("/profiles/1?v=%41#key")) == b'{"a":1}'
    assert site.asked == ["/profiles/1?v=%41"]  # without the fragment


@pytest.mark.parametrize("path", ["//other.test/a", "/a//.b/...?c=/../d", "/a%2Fb/%E3%81%82;p?q=%26&r=https://b@c/#"])
async def test_a_path_is_asked_for_as_it_is_written(door: Door, site: Site, path: str) -> None:
    await refusal(door, site.url(path))
    assert site.asked == [path.rstrip("#")]


async def test_the_question_names_the_host_and_the_product_and_carries_nothing_else(
    door: Door, site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".netrc").write_text(f"machine {HOST} login me password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    for name in ("HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    site.pages["/a"] = answer(b"{}", Set_Cookie="a=b")
    await door.fetch(site.url("/a"))
    await door.fetch(site.url("/"))
    names = {line.partition(":")[0].lower() for head in site.heads for line in head.splitlines()[1:] if line}
    assert names == {"host", "accept", "accept-encoding", "connection", "user-agent"}
    assert f"Host: {HOST}:{site.port}\r\n" in site.heads[0]
    assert f"User-Agent: graph-service/{__version__}\r\n" in site.heads[0]
    assert "Accept-Encoding: identity\r\n" in site.heads[0]


@pytest.mark.parametrize(("address", "host"), [("127.0.0.1", "127.0.0.1"), ("::1", "[::1]")])
async def test_a_literal_address_is_asked_for_itself(authority: Authority, door: Door, address: str, host: str) -> None:
    async with serving(Site({"/": answer(b"1")}), authority.context(address), [address]) as site:
        assert await door.fetch(site.url("/", host)) == b"1"
        assert f"Host: {host}:{site.port}\r\n" in site.heads[0]


async def test_the_next_address_is_tried_if_one_does_not_answer(door: Door, site: Site, hosts: Hosts) -> None:
    hosts.of[HOST] = [["::1", "127.0.0.1"]]  # nobody listens at the first
    assert await door.fetch(site.url("/")) == b"{}"


# What is refused before anybody is asked.

NOT_WEB = [
    "http://issuer.test/",
    "file:///etc/passwd",
    "ftp://issuer.test/",
    "gopher://issuer.test/",
    "data:application/json,{}",
    "javascript:1",
    "//issuer.test/",
    "issuer.test",
    "/etc/passwd",
    "",
    "https:",
    "https:///",
    "https://",
    "https:issuer.test",
    "did:web:issuer.test",
    "urn:uuid:8a2f0b3e-8d9c-4c3b-9f5e-0d5a4b1c2d3e",
]
ODD = [
    "https://user@issuer.test/",
    "https://user:password@issuer.test/",
    "https://@issuer.test/",
    "https://issuer.test:password@127.0.0.1/",
    "https://issuer.test:22/",
    "https://issuer.test:80/",
    "https://issuer.test:0/",
    "https://issuer.test:65536/",
    "https://issuer.test:-1/",
    "https://issuer.test:443:443/",
    "https://issuer.test./",
    "https://issuer..test/",
    "https://.issuer.test/",
    "https://-issuer.test/",
    "https://issuer_.test/",
    "https://%69ssuer.test/",
    "https://issuer.test%00.example.jp/",
    "https://イシュア.jp/",
    "https://issuer.test\\@127.0.0.1/",
    "https://issuer.test\\.example.jp/",
    "https://issuer.test /",
    " https://issuer.test/",
    "https://issuer.test/\r\nX-Injected: 1",
    "https://issuer.test/\tx",
    "https://issuer.test/a/../b",
    "https://issuer.test/a/%2e%2E/b",
    "https://issuer.test/a/..%2Fb",
    "https://issuer.test/./b",
    "https://issuer.test/a/.",
    "https://issuer.test/a/..;x/b",
    "https://" + "a" * 64 + ".test/",
    "https://" + "a." * 127 + "test/",
    "https://issuer.test/" + "a" * 2048,
]
NUMBERS = [
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.0x0.0x0.0x1/",
    "https://017700000001/",
    "https://0177.0.0.1/",
    "https://127.1/",
    "https://127.0.1/",
    "https://127.0.0.01/",
    "https://127.0.0.1./",
    "https://127.0.0.256/",
    "https://1.2.3.4.5/",
    "https://issuer.0x7f/",
    "https://①②⑦.0.0.1/",
    "https://[::1/",
    "https://::1/",
    "https://[::1%25lo]/",
    "https://[::1%lo]/",
    "https://[0:0:0:0:0:0:0:1]/",
    "https://[::0001]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[v1.abc]/",
]
NOWHERE = [
    "https://graph-service.example/profiles/1",
    "https://example.com/",
    "https://www.example.org/",
    "https://badges.invalid/",
    "https://expyuzz4wqqyqhjn.onion/",
]


@pytest.mark.parametrize("address", [*NOT_WEB, *ODD, *NUMBERS, *NOWHERE])
async def test_an_odd_address_is_refused_without_a_lookup(door: Door, hosts: Hosts, address: str) -> None:
    assert await refusal(door, address) == "FETCH_REFUSED"
    assert not hosts.asked


@pytest.mark.parametrize(
    "host", ["localhost", "a.localhost", "intranet", "printer.local", "vault.internal", "nas.home.arpa", HOST]
)
async def test_names_of_the_inside_are_refused_without_a_lookup(public_door: Door, hosts: Hosts, host: str) -> None:
    assert await refusal(public_door, f"https://{host}/") == "FETCH_REFUSED"
    assert not hosts.asked


# Where a name leads.

INSIDE = [
    *("0.0.0.0", "0.1.2.3", "10.1.2.3", "100.64.0.1", "100.127.255.254", "127.0.0.1", "127.1.2.3", "169.254.169.254"),
    *(
        "172.16.0.1",
        "172.31.255.255",
        "168.63.129.16",
        "192.0.0.1",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
    ),
    *("198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255"),
    *("::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:0:127.0.0.1", "64:ff9b::7f00:1"),
    *("64:ff9b:1::1", "100::1", "2001::1", "2001:2::1", "2001:10::1", "2001:20::1", "2001:db8::1", "2002:7f00:1::1"),
    *("3ffe::1", "3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%lo", "fec0::1", "ff02::1"),
]


@pytest.mark.parametrize("address", INSIDE)
async def test_a_name_that_leads_inside_is_refused(public_door: Door, hosts: Hosts, address: str) -> None:
    hosts.of["badges.city.jp"] = [[address]]
    assert await refusal(public_door, "https://badges.city.jp/") == "FETCH_REFUSED"
    assert hosts.asked == ["badges.city.jp"]


@pytest.mark.parametrize("address", INSIDE)
async def test_and_so_is_the_address_itself(public_door: Door, address: str) -> None:
    literal = f"[{address}]" if ":" in address else address
    assert await refusal(public_door, f"https://{literal}/") == "FETCH_REFUSED"


@pytest.mark.parametrize(
    "address",
    [
        *("1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.1", "100.63.255.255", "100.128.0.1", "126.255.255.255"),
        *("128.0.0.1", "169.253.255.255", "172.15.255.255", "172.32.0.1", "192.167.255.255", "223.255.255.255"),
        *("2001:200::1", "2001:4860:4860::8888", "2400:4000::1", "2606:4700:4700::1111", "3ffd::1"),
    ],
)
def test_the_rest_of_the_internet_is_public(address: str) -> None:
    literal = f"[{address}]" if ":" in address else address
    assert guard.check(guard.place(f"https://{literal}/"), [address]) == [address]


async def test_every_address_of_a_name_must_be_public(public_door: Door, hosts: Hosts, site: Site) -> None:
    hosts.of["badges.city.jp"] = [["8.8.8.8", "127.0.0.1"]]
    assert await refusal(public_door, site.url("/", "badges.city.jp")) == "FETCH_REFUSED"
    assert not site.connections


async def test_every_address_of_a_name_must_be_permitted(door: Door, hosts: Hosts, site: Site) -> None:
    hosts.of[HOST] = [["127.0.0.1", "127.0.0.2"]]
    assert await refusal(door, site.url("/")) == "FETCH_REFUSED"
    assert not site.connections


async def test_the_connection_goes_to_the_address_that_was_checked(
    authority: Authority, door: Door, hosts: Hosts, site: Site
) -> None:
    """DNS rebinding: the name leads to one address first, to another when it is looked up again."""
    hosts.of[HOST] = [["127.0.0.1"], ["127.0.0.2"]]
    async with serving(Site({"/": answer(b"inside")}), authority.context(HOST), ["127.0.0.2"], site.port) as inside:
        assert await door.fetch(site.url("/")) == b"{}"
        assert not inside.connections
    assert hosts.asked == [HOST]


async def test_a_name_without_addresses_fails(door: Door, hosts: Hosts) -> None:
    hosts.of[HOST] = [[]]
    with pytest.raises(Unreachable) as refused:
        await door.fetch(f"https://{HOST}/")
    assert (refused.value.code, refused.value.problems[0].values["cause"]) == ("FETCH_FAILED", "DNS")


async def test_the_machines_own_lookup_is_the_default(authority: Authority, site: Site, clock: Clock) -> None:
    everything = [*LOOPBACK, ip_network("127.0.0.0/8")]
    door = Door(authority.trusted, clock, permitted=everything, seconds=SECONDS)
    assert await door.fetch(site.url("/", "127.0.0.1")) == b"{}"
    assert await refusal(door, site.url("/", "localhost")) == "FETCH_FAILED"  # the certificate is for another name


# Redirects.


async def test_a_redirect_within_the_host_is_followed(door: Door, site: Site, hosts: Hosts) -> None:
    site.pages |= {"/a": moved("/b"), "/b": moved(site.url("/c"), 301), "/c": moved("d", 307), "/d": answer(b"there")}
    assert await door.fetch(site.url("/a")) == b"there"
    assert site.asked == ["/a", "/b", "/c", "/d"]
    assert len(hosts.asked) == 4  # each was guarded


async def test_a_fourth_redirect_is_not(door: Door, site: Site) -> None:
    site.pages |= {f"/{step}": moved(f"/{step + 1}", 308) for step in range(9)}
    assert await refusal(door, site.url("/0")) == "FETCH_REDIRECTED"
    assert site.asked == ["/0", "/1", "/2", "/3"]


async def test_a_circle_ends(door: Door, site: Site) -> None:
    site.pages["/a"] = moved("/a")
    assert await refusal(door, site.url("/a")) == "FETCH_REDIRECTED"
    assert len(site.asked) == 4


@pytest.mark.parametrize(
    "location",
    [
        "http://issuer.test:{port}/",
        "https://issuer.test/",
        "https://other.test:{port}/",
        "https://127.0.0.1:{port}/",
        "https://[::1]:{port}/",
        "https://169.254.169.254/latest/meta-data/",
        "//other.test/",
        "https://issuer.test:{port}@other.test/",
        "https://me@issuer.test:{port}/",
        "file:///etc/passwd",
        "gopher://issuer.test:{port}/",
        "data:application/json,1",
        "https://[/",
        "",
    ],
)
async def test_a_redirect_elsewhere_is_not_followed(door: Door, hosts: Hosts, site: Site, location: str) -> None:
    site.pages["/a"] = moved(location.format(port=site.port))
    assert await refusal(door, site.url("/a")) == "FETCH_REDIRECTED"
    assert set(site.asked) == {"/a"}
    assert set(hosts.asked) == {HOST}


async def test_a_redirect_is_looked_up_and_checked_anew(door: Door, hosts: Hosts, site: Site) -> None:
    hosts.of[HOST] = [["127.0.0.1"], ["10.0.0.1"]]
    site.pages["/a"] = moved("/b")
    assert await refusal(door, site.url("/a")) == "FETCH_REFUSED"
    assert site.asked == ["/a"]


# Size and time.


def dripping(head: bytes, drop: bytes, pause: float) -> Answering:
    """Answer without end."""

    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        while True:
            writer.write(drop)
            await writer.drain()
            await asyncio.sleep(pause)

    return write


OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
CHUNK = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"


@pytest.mark.parametrize(
    ("page", "code"),
    [
        (answer(b"x" * (MAX_BYTES + 1)), "FETCH_TOO_LARGE"),
        (dripping(CHUNKED, CHUNK, 0), "FETCH_TOO_LARGE"),
        (dripping(OK + b"\r\n", b"x" * 0x10000, 0), "FETCH_TOO_LARGE"),
        (dripping(OK + b"Content-Length: 9999999999\r\n\r\n", b"x" * 0x10000, 0), "FETCH_TOO_LARGE"),
        (dripping(OK + b"Content-Length: 1000\r\n\r\n", b"x", 0.05), "FETCH_TIMED_OUT"),
        (dripping(CHUNKED, b"1\r\nx\r\n", 0.05), "FETCH_TIMED_OUT"),
        (dripping(OK + b"X: ", b"x", 0.05), "FETCH_TIMED_OUT"),
        (dripping(OK, b"X: x\r\n", 0.05), "FETCH_TIMED_OUT"),
        (dripping(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n", 0.05), "FETCH_TIMED_OUT"),
        (dripping(OK, b"X: " + b"x" * 10000 + b"\r\n", 0), "FETCH_FAILED"),
        (dripping(b"", b"", 0.05), "FETCH_TIMED_OUT"),
        (answer(b"{}", Content_Length="3"), "FETCH_FAILED"),
        (answer(b"{}", Content_Length="-1"), "FETCH_FAILED"),
        (answer(gzip.compress(b"0" * 100_000_000, 9), Content_Encoding="gzip"), "FETCH_FAILED"),
        (answer(gzip.compress(b"{}"), Content_Encoding="x-gzip"), "FETCH_FAILED"),
        (b"", "FETCH_FAILED"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "FETCH_FAILED"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_what_has_no_end_has_one(door: Door, site: Site, page: bytes | Answering, code: str) -> None:
    site.pages["/"] = page
    async with asyncio.timeout(SECONDS * 3):
        assert await refusal(door, site.url("/")) == code


async def test_as_much_as_is_allowed_is_read(door: Door, site: Site) -> None:
    site.pages |= {"/a": answer(b"x" * MAX_BYTES), "/b": answer(b"12345", Content_Length="2")}
    assert len(await door.fetch(site.url("/a"))) == MAX_BYTES
    assert await door.fetch(site.url("/b")) == b"12"
    with pytest.raises(Unreachable) as refused:
        await door.fetch(site.url("/a"), limit=10)
    assert refused.value.code == "FETCH_TOO_LARGE"


async def test_a_lookup_without_end_has_one(authority: Authority, clock: Clock) -> None:
    async def never(_host: str, _port: int) -> Sequence[str]:
        await asyncio.sleep(60)
        return []

    door = Door(authority.trusted, clock, resolver=never, seconds=0.2)
    assert await refusal(door, "https://badges.city.jp/") == "FETCH_TIMED_OUT"


@pytest.mark.parametrize("status", [100, 201, 204, 206, 300, 304, 401, 404, 410, 429, 500, 503])
async def test_only_200_is_an_answer(door: Door, site: Site, status: int) -> None:
    site.pages["/"] = answer(b"", status)
    with pytest.raises(Unreachable) as refused:
        await door.fetch(site.url("/"))
    (problem,) = refused.value.problems
    expected = ("FETCH_FAILED", status) if status != 100 else ("FETCH_FAILED", None)  # nothing came after it
    assert (problem.code, problem.values["status"]) == expected


# TLS.


async def _tls_refusal(door: Door, context: ssl.SSLContext) -> tuple[str, object]:
    async with serving(Site({"/": answer(b"{}")}), context) as site:
        with pytest.raises(Unreachable) as refused:
            await door.fetch(site.url("/"))
        assert not site.asked
    return refused.value.code, refused.value.problems[0].values["cause"]


async def test_a_certificate_must_be_for_the_name(door: Door, authority: Authority) -> None:
    assert await _tls_refusal(door, authority.context("other.test", "127.0.0.1")) == ("FETCH_FAILED", "TLS")


async def test_a_certificate_must_be_in_date(door: Door, authority: Authority) -> None:
    assert await _tls_refusal(door, authority.context(HOST, days=-1)) == ("FETCH_FAILED", "TLS")


async def test_a_certificate_must_come_from_who_is_trusted(door: Door, tmp_path: Path) -> None:
    assert await _tls_refusal(door, Authority.new(tmp_path).context(HOST)) == ("FETCH_FAILED", "TLS")


async def test_old_tls_is_refused(door: Door, authority: Authority) -> None:
    context = authority.context(HOST)
    with pytest.warns(DeprecationWarning, match="TLSVersion"):
        context.minimum_version = ssl.TLSVersion.TLSv1
    with pytest.warns(DeprecationWarning, match="TLSVersion"):
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    assert await _tls_refusal(door, context) == ("FETCH_FAILED", "TLS")


async def test_http_in_the_clear_is_refused(door: Door) -> None:
    async def bad_request(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer(b"no", 400))
        writer.close()

    async with await asyncio.start_server(bad_request, "127.0.0.1") as server:
        with pytest.raises(Unreachable) as refused:
            await door.fetch(f"https://{HOST}:{server.sockets[0].getsockname()[1]}/")
    assert (refused.value.code, refused.value.problems[0].values["cause"]) == ("FETCH_FAILED", "TLS")


async def test_where_nobody_listens_is_another_failure(door: Door, site: Site) -> None:
    with pytest.raises(Unreachable) as refused:
        await door.fetch(f"https://{HOST}:{_free_port()}/")
    assert (refused.value.code, refused.value.problems[0].values["cause"]) == ("FETCH_FAILED", "connection")


def _free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return int(bound.getsockname()[1])


# What is kept, and what is joined.


@pytest.mark.parametrize(
    ("headers", "fresh"),
    [
        ({"Cache_Control": "public, max-age=60"}, 60),
        ({"Cache_Control": "max-age=31536000, immutable"}, 300),
        ({"Cache_Control": "max-age=60", "Age": "20"}, 40),
        ({"Cache_Control": "s-maxage=90"}, 10),
        ({}, 10),
    ],
)
async def test_an_answer_is_kept_as_long_as_it_says(
    door: Door, site: Site, clock: Clock, headers: dict[str, str], fresh: int
) -> None:
    site.pages["/a"] = answer(b"1", **headers)
    await door.fetch(site.url("/a"))
    site.pages["/a"] = answer(b"2")
    clock.now += fresh - 1
    assert await door.fetch(site.url("/a#fragment")) == b"1"
    clock.now += 1
    assert await door.fetch(site.url("/a")) == b"2"


@pytest.mark.parametrize("said", ["no-store", "no-cache", "max-age=0", "max-age=60, no-store", "private, max-age=0"])
async def test_what_is_not_to_be_kept_is_not(door: Door, site: Site, said: str) -> None:
    site.pages["/a"] = answer(b"1", Cache_Control=said)
    await door.fetch(site.url("/a"))
    await door.fetch(site.url("/a"))
    assert site.asked == ["/a", "/a"]


async def test_a_failure_is_kept_for_a_while(door: Door, site: Site, clock: Clock) -> None:
    assert [await refusal(door, site.url("/gone")) for _ in range(2)] == ["FETCH_FAILED"] * 2
    assert site.asked == ["/gone"]
    site.pages["/gone"] = answer(b"back")
    clock.now += 10
    assert await door.fetch(site.url("/gone")) == b"back"


async def test_what_comes_as_something_else_is_something_else(door: Door, site: Site) -> None:
    await door.fetch(site.url("/"), "application/json")
    await door.fetch(site.url("/"), "image/png")
    assert len(site.asked) == 2


async def test_what_is_asked_for_at_once_is_fetched_once(door: Door, site: Site) -> None:
    async def slowly(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.2)
        writer.write(answer(b"1", Cache_Control="no-store"))

    site.pages["/a"] = slowly
    waiting = [asyncio.create_task(door.fetch(site.url("/a"))) for _ in range(20)]
    await asyncio.sleep(0.05)
    waiting[0].cancel()  # who asked first need not be who waits for it
    answers = await asyncio.gather(*waiting, return_exceptions=True)
    assert answers[1:] == [b"1"] * 19
    assert isinstance(answers[0], asyncio.CancelledError)
    assert site.asked == ["/a"]


async def test_a_host_is_asked_by_few_at_once_and_so_are_all(authority: Authority, clock: Clock) -> None:
    async def slowly(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.05)
        writer.write(answer(b"1"))

    names = [f"host-{number}.test" for number in range(8)]
    pages: dict[str, bytes | Answering] = {f"/{number}": slowly for number in range(12)}
    hosts = Hosts({name: [["127.0.0.1"]] for name in names})
    door = Door(authority.trusted, clock, permitted=LOOPBACK, resolver=hosts.addresses, seconds=10)
    async with serving(Site(pages), authority.context(*names)) as site:
        await asyncio.gather(*(door.fetch(site.url(path, names[0])) for path in pages))
        assert site.most_at_once == 4
        await asyncio.gather(*(door.fetch(site.url(path, name)) for path in pages for name in names[1:]))
        assert 4 < site.most_at_once <= 16
        assert len(site.asked) == 12 * 8


async def test_that_there_was_no_turn_is_not_kept(authority: Authority, site: Site, hosts: Hosts, clock: Clock) -> None:
    door = Door(authority.trusted, clock, permitted=LOOPBACK, resolver=hosts.addresses, seconds=0.3)
    site.pages |= {f"/slow/{number}": dripping(CHUNKED, b"1\r\nx\r\n", 0.02) for number in range(8)}
    slow = [asyncio.create_task(refusal(door, site.url(path))) for path in site.pages if path != "/"]
    await asyncio.sleep(0)
    assert await refusal(door, site.url("/")) == "FETCH_TIMED_OUT"
    assert await asyncio.gather(*slow) == ["FETCH_TIMED_OUT"] * 8
    assert "/" not in site.asked
    assert await door.fetch(site.url("/")) == b"{}"


async def test_lookups_that_hang_keep_nobody_from_asking_later(
    authority: Authority, site: Site, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their threads cannot be called off. Who came in vain is told so at once, and may come again at once."""
    go, asked = threading.Event(), Counter[str]()

    def looked_up(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        asked[host] += 1
        if host != HOST:
            go.wait(30)
        return [(2, 1, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", looked_up)
    names = Names()
    hanging = [asyncio.create_task(names.addresses(f"h{number}.test", 443)) for number in range(63)]
    await asyncio.sleep(0)
    door = Door(authority.trusted, clock, permitted=LOOPBACK, resolver=names.addresses, seconds=SECONDS)
    assert await door.fetch(site.url("/")) == b"{}"
    hanging.append(asyncio.create_task(names.addresses("h63.test", 443)))
    await asyncio.sleep(0)
    for task in hanging:
        task.cancel()
    assert await refusal(door, site.url("/gone")) == "FETCH_TOO_MANY"
    go.set()
    async with asyncio.timeout(5):
        while await refusal(door, site.url("/gone")) != "FETCH_FAILED":  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    assert asked[HOST] == 2


async def test_without_threads_no_turn_is_lost(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    names = Names()
    with monkeypatch.context() as poor:
        poor.setattr(threading.Thread, "start", refused)
        for _ in range(100):
            with pytest.raises(BlockingIOError):
                await names.addresses("127.0.0.1", 443)
    assert await names.addresses("127.0.0.1", 443) == ["127.0.0.1"]


async def test_so_many_may_wait_and_the_next_is_told_at_once(authority: Authority, clock: Clock) -> None:
    async def never(_host: str, _port: int) -> Sequence[str]:
        await asyncio.sleep(60)
        return []

    door = Door(authority.trusted, clock, resolver=never, seconds=0.3)
    waiting = [asyncio.create_task(refusal(door, f"https://h{number}.city.jp/")) for number in range(256)]
    await asyncio.sleep(0)
    async with asyncio.timeout(0.2):
        assert await refusal(door, "https://badges.city.jp/") == "FETCH_TOO_MANY"
        joined = asyncio.create_task(refusal(door, "https://h0.city.jp/"))  # is under way anyhow
    assert set(await asyncio.gather(*waiting, joined)) == {"FETCH_TIMED_OUT"}
    assert await refusal(door, "https://badges.city.jp/") == "FETCH_TIMED_OUT"


async def test_nothing_is_left_open(door: Door, site: Site) -> None:
    site.pages |= {"/slow": dripping(CHUNKED, b"1\r\nx\r\n", 0.02), "/moved": moved("/")}
    await asyncio.gather(*(refusal(door, site.url(path)) for path in ("/slow", "/gone")))
    await door.fetch(site.url("/moved"))
    async with asyncio.timeout(2):
        while site.at_once:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
