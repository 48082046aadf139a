"""Credentials in pictures: read back by others, the pixels unchanged, and nothing believed of a stranger's file."""

from __future__ import annotations

import io
import json
import struct
import xml.etree.ElementTree as ElementTree
import zlib

import pytest
import resvg_py
from PIL import Image

from graph_service import artwork
from graph_service.domain.achievement import AchievementType
from graph_service.endorse.bake import MAX_BYTES, MAX_TEXT, NAMESPACE, bake, unbake
from graph_service.endorse.report import Outcome
from graph_service.endorse.verify import judge
from graph_service.errors import GraphServiceError
from tests.conformance.shared import STANDARDS, needs_shared
from tests.unit.endorse.building import FOUND, NOW, UNIVERSITY, UNIVERSITY_KEY, achievement_credential, signed

DRAWN = artwork.badge("学級経営の基礎 ]]>", AchievementType.MICRO_CREDENTIAL, field="学級経営", endorsers=2)
SVG = DRAWN.encode()
PNG = artwork.png(DRAWN)
CREDENTIAL = json.dumps(signed(achievement_credential(name="]]> & <b> 学級経営"), UNIVERSITY_KEY, issuer=UNIVERSITY))
JWS = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJ4In0.c2lnbmF0dXJl"
BOTH = pytest.mark.parametrize("credential", [CREDENTIAL, JWS], ids=["JSON", "JWS"])
OPENBADGES = f'xmlns:o="{NAMESPACE}"'.encode()


def pixels(png: bytes) -> tuple[tuple[int, int], bytes]:
    """What somebody else's library sees of a PNG: its size and every pixel."""
    image = Image.open(io.BytesIO(png))
    return image.size, image.convert("RGBA").tobytes()


def refused(image: bytes) -> str:
    with pytest.raises(GraphServiceError) as refusal:
        unbake(image)
    return refusal.value.code


def chunk(type_: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + type_ + data + struct.pack(">I", zlib.crc32(type_ + data))


def with_text(*texts: bytes) -> bytes:
    """The PNG with these `iTXt` chunks."""
    return PNG[:33] + b"".join(chunk(b"iTXt", text) for text in texts) + PNG[33:]


@BOTH
def test_a_png_is_read_by_another_library_and_looks_the_same(credential: str) -> None:
    baked = bake(PNG, credential)
    assert Image.open(io.BytesIO(baked)).text == {"openbadgecredential": credential}  # type: ignore[attr-defined]
    assert pixels(baked) == pixels(PNG)
    assert pixels(PNG)[0] == (512, 512)
    assert baked.index(b"iTXt") < baked.index(b"IDAT")
    assert unbake(baked) == credential


@BOTH
def test_an_svg_is_read_by_another_parser_and_looks_the_same(credential: str) -> None:
    baked = bake(SVG, credential)
    first = next(iter(ElementTree.fromstring(baked)))
    assert first.tag == f"{{{NAMESPACE}}}credential"
    assert (first.get("verify") or first.text) == credential
    assert pixels(resvg_py.svg_to_bytes(svg_string=baked.decode())) == pixels(PNG)
    assert unbake(baked) == credential


@pytest.mark.parametrize("image", [PNG, SVG], ids=["PNG", "SVG"])
def test_what_is_taken_out_verifies(image: bytes) -> None:
    assert judge(unbake(bake(image, CREDENTIAL)).encode(), FOUND, NOW).authentic is Outcome.OK


@pytest.mark.parametrize("image", [PNG, SVG], ids=["PNG", "SVG"])
def test_baked_anew_it_carries_the_new_one_only(image: bytes) -> None:
    assert bake(bake(image, CREDENTIAL), JWS) == bake(image, JWS)


def test_nothing_but_the_credential_is_added() -> None:
    named = f' xmlns:openbadges="{NAMESPACE}"'.encode()
    element = f'<openbadges:credential verify="{JWS}"></openbadges:credential>'.encode()
    assert bake(SVG, JWS).replace(named, b"", 1).replace(element, b"", 1) == SVG
    text = chunk(b"iTXt", b"openbadgecredential\0\0\0\0\0" + JWS.encode())
    assert bake(PNG, JWS).replace(text, b"", 1) == PNG


@needs_shared
@pytest.mark.parametrize(
    "name", ["simple-json.png", "simple-jwt.png", "simple-jwt_v1.png", "simple-json.svg", "simple-jwt_v1.svg"]
)
def test_the_official_samples_are_read(name: str) -> None:
    text = unbake((STANDARDS / "examples" / "ob30-validator" / name).read_bytes())
    if "json" in name:
        assert json.loads(text)["name"] == "Teamwork Badge"
    else:
        assert text.count(".") == 2


@pytest.mark.parametrize(
    ("image", "code"),
    [
        (b"", "NOT_AN_IMAGE"),
        (b"GIF89a", "NOT_AN_IMAGE"),
        (b"<html><svg/></html>", "NOT_AN_IMAGE"),
        (b"{}", "NOT_AN_IMAGE"),
        (PNG, "NOT_BAKED"),
        (SVG, "NOT_BAKED"),
        (PNG[:-12], "INVALID_IMAGE"),
        (PNG[:100], "INVALID_IMAGE"),
        (PNG[:8], "INVALID_IMAGE"),
        (PNG[:8] + PNG[33:], "INVALID_IMAGE"),
        (PNG.replace(b"IDAT", b"IDAX", 1), "INVALID_IMAGE"),
        (with_text(b"openbadgecredential\0\1\0\0\0" + zlib.compress(b"{}")), "INVALID_IMAGE"),
        (with_text(b"openbadgecredential\0\0\0\0"), "INVALID_IMAGE"),
        (with_text(b"openbadgecredential\0\0\0\0\0\xff\xfe"), "INVALID_IMAGE"),
        (with_text(b"openbadgecredential\0\0\0\0\0{}", b"openbadgecredential\0\0\0\0\0{}"), "BAKED_TWICE"),
        (with_text(b"openbadgecredentials\0\0\0\0\0{}"), "NOT_BAKED"),
        (b"<svg><g></svg>", "INVALID_IMAGE"),
        (b"<svg " + OPENBADGES + b'><o:credential verify="a.b.c">{}</o:credential></svg>', "BAKED_TWICE"),
        (b"<svg " + OPENBADGES + b"><o:credential>1</o:credential><g><o:credential>2</o:credential></g></svg>", "BAKED_TWICE"),
        (b"<svg " + OPENBADGES + b"><o:credential><o:credential>{}</o:credential></o:credential></svg>", "INVALID_IMAGE"),
        (b"<svg " + OPENBADGES + b"><o:credential/></svg>", "NOT_BAKED"),
        (b'<svg xmlns:o="https://example.org/"><o:credential>{}</o:credential></svg>', "NOT_BAKED"),
        (b'<!DOCTYPE svg [<!ENTITY a "{}">]><svg ' + OPENBADGES + b"><o:credential>&a;</o:credential></svg>", "INVALID_IMAGE"),
        (b'<!DOCTYPE svg SYSTEM "file:///etc/passwd"><svg ' + OPENBADGES + b"><o:credential>&a;</o:credential></svg>", "INVALID_IMAGE"),
        (b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg/>', "INVALID_IMAGE"),
        (b'<!DOCTYPE svg [<!ENTITY % a SYSTEM "https://example.org/">%a;]><svg/>', "INVALID_IMAGE"),
    ],
)  # fmt: skip
def test_what_is_not_one_credential_in_a_picture_is_refused(image: bytes, code: str) -> None:
    assert refused(image) == code


def test_sizes_are_bounded() -> None:
    assert refused(PNG + b"." * MAX_BYTES) == "LIMIT_EXCEEDED"
    assert refused(with_text(b"openbadgecredential\0\0\0\0\0" + b"x" * (MAX_TEXT + 1))) == "LIMIT_EXCEEDED"


def test_what_cannot_be_read_back_is_not_baked() -> None:
    latin = '<?xml version="1.0" encoding="iso-8859-1"?><svg>é</svg>'.encode("iso-8859-1")
    for image, code in ((latin, "INVALID_IMAGE"), (b"<svg/>", "NOT_AN_IMAGE"), (PNG[:-4], "INVALID_IMAGE")):
        with pytest.raises(GraphServiceError) as refusal:
            bake(image, '{"name": "学級経営"}')
        assert refusal.value.code == code


def test_every_prefix_and_every_changed_byte_of_a_png_is_answered() -> None:
    baked = bake(PNG, JWS)
    for place in range(0, len(baked), 997):
        assert refused(baked[:place]) in ("NOT_AN_IMAGE", "INVALID_IMAGE")
        changed = bytearray(baked)
        changed[place] ^= 0xFF
        assert refused(bytes(changed)) in ("NOT_AN_IMAGE", "INVALID_IMAGE")


@pytest.mark.parametrize("image", [PNG, SVG, b"\xef\xbb\xbf" + SVG], ids=["PNG", "SVG", "SVG with a mark"])
def test_a_picture_is_verified_by_what_it_carries(image: bytes) -> None:
    report = judge(bake(image, CREDENTIAL), FOUND, NOW)
    assert (report.authentic, report.issuer) == (Outcome.OK, UNIVERSITY.id)
    assert [check.code for check in judge(image, FOUND, NOW).checks] == ["NOT_BAKED"]
