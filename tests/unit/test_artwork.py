"""Badge images: one visual system, safe whatever a name holds."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ElementTree

import pytest
import resvg_py
from PIL import Image

from graph_service.artwork import INK, PALETTE, RING, badge, colour, glyph, png
from graph_service.domain.achievement import AchievementType

SVG = "{http://www.w3.org/2000/svg}"
NAMES = [
    "学校の危機管理",
    "<script>alert(1)</script>",
    "\"' onload=alert(1) x='",
    "&lt;b&gt; &#0; ]]>",
    "a\x00b\x1f\u202e\ufffe\ud800c",
    "👩🏽‍🏫",
    "Z" + "\u0351\u0317" * 40,
    "شارة",
    "",
    "W" * 5000,
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", AchievementType)
def test_a_name_is_only_text(name: str, kind: AchievementType) -> None:
    root = ElementTree.fromstring(badge(name, kind, field=name, endorsers=2, description=name))
    names = {each.tag.removeprefix(SVG) for each in root.iter()}
    assert names <= {"svg", "title", "desc", "g", "circle", "rect", "path", "polygon", "text"}
    assert not [key for each in root.iter() for key in each.attrib if key.startswith("on") or key in ("style", "href")]
    title = root.find(f"{SVG}title")
    assert title is not None
    assert len(title.text or "") <= 200
    assert not re.search(r"[\x00-\x1f\u202a-\u202e\u2066-\u2069]", title.text or "")


def test_equal_badges_have_equal_pictures() -> None:
    drawn = {badge("学級経営", AchievementType.BADGE, field="学級", endorsers=1) for _ in range(3)}
    assert len(drawn) == 1


def test_every_kind_has_a_shape_of_its_own() -> None:
    assert len({badge("x", kind) for kind in AchievementType}) == len(AchievementType)


def test_the_ring_says_who_endorses_now() -> None:
    rings = [badge("x", AchievementType.BADGE, endorsers=count).count(RING) for count in (0, 1, 2, 6, 600)]
    assert rings == [0, 2, 3, 7, 7]


def test_a_field_has_a_colour() -> None:
    assert colour("生徒指導") == colour("生徒指導") in PALETTE
    assert colour("ＡＢＣ") == colour("ABC")
    assert colour(None) == INK
    assert len({colour(f"field {n}") for n in range(100)}) == len(PALETTE)


@pytest.mark.parametrize("ink", [*PALETTE, INK])
def test_the_glyph_can_be_read_on_every_colour(ink: str) -> None:
    """Contrast as WCAG 2.2 defines it (relative luminance)."""
    channels = [int(ink[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels)
    assert 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05) >= 4.5


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("学校の危機管理", "学"),
        ("いじめの早期発見と対応", "早"),
        ("学級経営の基礎：最終課題", "最"),
        ("1人1台端末の授業活用", "人"),
        ("Mid-career training", "MC"),
        ("ﾊﾝｶｸ", "ハ"),
        ("شارة المعلم", "ش"),
        ("<script>", "S"),
        ("🏆", "★"),
        ("", "★"),
        ("：", "★"),
    ],
)
def test_the_glyph_is_taken_from_the_name(name: str, letters: str) -> None:
    assert glyph(name) == letters


def test_a_png_is_the_same_picture_whether_or_not_a_font_is_there() -> None:
    """Where no font has the glyph it is left out; shape, colour and ring stay."""
    drawn = badge("学校の危機管理", AchievementType.CERTIFICATE, field="学校経営", endorsers=2)
    bare = Image.open(io.BytesIO(resvg_py.svg_to_bytes(svg_string=drawn, skip_system_fonts=True))).convert("RGBA")
    found = Image.open(io.BytesIO(png(drawn))).convert("RGBA")
    assert (found.size, bare.size) == ((512, 512), (512, 512))
    ink = tuple(bytes.fromhex(colour("学校経営")[1:]))
    middle, edge, corner = (256, 256), (256, 110), (2, 2)
    assert bare.getpixel(middle)[:3] == ink
    assert found.getpixel(edge)[:3] == bare.getpixel(edge)[:3] == ink
    assert found.getpixel(corner)[3] == 0
