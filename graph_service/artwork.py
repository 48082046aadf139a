"""Badge images in one visual system, drawn from what the badge says of itself: SVG, and PNG for who needs that.

Shape is the kind, colour the field, the ring says that somebody endorses it now, one notch for each endorser. The
glyph is taken from the name. Equal badges get equal bytes; whatever a name holds, it is only ever text.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from html import escape

import resvg_py

from graph_service.domain.achievement import AchievementType

SIZE = 128
MOST_NOTCHES = 6
NAME_LIMIT = 200

INK = "#4a5568"  # of badges without a field
PALETTE = (
    "#1f5fa8",
    "#8a3b8f",
    "#00695c",
    "#b3261e",
    "#7a5900",
    "#37662b",
    "#5b4bb7",
    "#9c4221",
    "#0b6b86",
    "#a02c66",
)
"""Colours of fields; white on each of them has a contrast of more than 4.5."""
RING = "#9a6b00"
RIM = "#c3cbd6"

_CENTRE = SIZE / 2
_FONTS = "'Noto Sans JP','Noto Sans CJK JP','Hiragino Sans','Yu Gothic',system-ui,sans-serif"


def badge(
    name: str, kind: AchievementType, *, field: str | None = None, endorsers: int = 0, description: str = ""
) -> str:
    """Return the image of a badge. `endorsers`: how many profiles endorse it now; `description`: for screen readers."""
    ink = colour(field)
    letters = glyph(name)
    size = 56 if len(letters) == 1 else 42
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}" width="512" height="512" role="img" '
        f'aria-labelledby="t d"><title id="t">{_text(name)}</title><desc id="d">{_text(description)}</desc>'
        f"{_ring(endorsers)}"
        f'<g fill="{ink}" stroke="{ink}" stroke-width="8" stroke-linejoin="round">{_SHAPES[kind]}</g>'
        f'<g transform="translate(3.8 3.8) scale(.94)" fill="none" stroke="#ffffff" stroke-opacity=".35" '
        f'stroke-width="2" stroke-linejoin="round">{_SHAPES[kind]}</g>'
        f'<text x="64" y="64" dy=".36em" text-anchor="middle" font-family="{_FONTS}" font-weight="700" '
        f'font-size="{size}" fill="#ffffff">{escape(letters)}</text></svg>'
    )


@lru_cache(maxsize=128)
def png(drawn: str) -> bytes:
    """Return a picture as PNG, 512 pixels wide and high.

    The glyph is set in the fonts of the system, so a PNG may differ between two machines. Where no font has it, the
    badge is drawn without; shape, colour and ring tell badges apart still.
    """
    return resvg_py.svg_to_bytes(svg_string=drawn)


def colour(field: str | None) -> str:
    """Return the colour of a field: the same for the same name."""
    if field is None:
        return INK
    return PALETTE[sha256(unicodedata.normalize("NFKC", field).encode(errors="replace")).digest()[0] % len(PALETTE)]


def glyph(name: str) -> str:
    """Return what stands for a name: its first Chinese character, else the initials of its first two words.

    Of a name in two parts (`course：piece`) the second is what tells badges apart.
    """
    text = unicodedata.normalize("NFKC", name)
    text = text.rpartition(":")[2].strip() or text
    if ideograph := next((each for each in text if "\u4e00" <= each <= "\u9fff"), ""):
        return ideograph
    words = ["".join(each for each in word if each.isalnum()) for word in text.replace("-", " ").split()]
    initials = [word[0] for word in words if word][:2]
    if initials and not initials[0].isascii():
        return initials[0]
    return "".join(initials).upper() or "★"


def _ring(endorsers: int) -> str:
    """Draw the plate that it all lies on, and the ring with a notch for each endorser at its foot."""
    if not endorsers:
        return f'<circle cx="64" cy="64" r="62" fill="#ffffff" stroke="{RIM}" stroke-width="2"/>'
    notches = min(endorsers, MOST_NOTCHES)
    drawn = [f'<circle cx="64" cy="64" r="59" fill="#ffffff" stroke="{RING}" stroke-width="6"/>']
    for place in range(notches):
        x, y = _point(57, 90 - 14 * (place - (notches - 1) / 2))
        drawn.append(f'<circle cx="{x}" cy="{y}" r="4.5" fill="#ffffff" stroke="{RING}" stroke-width="3"/>')
    return "".join(drawn)


def _point(radius: float, degrees: float) -> tuple[float, float]:
    angle = math.radians(degrees)
    return round(_CENTRE + radius * math.cos(angle), 1), round(_CENTRE + radius * math.sin(angle), 1)


def _polygon(corners: int, radius: float, *, turned: float = -90, inner: float | None = None) -> str:
    """Draw a regular polygon; with `inner` a star whose inner corners have that radius."""
    steps = corners if inner is None else corners * 2
    radii = [radius if inner is None or step % 2 == 0 else inner for step in range(steps)]
    points = (_point(each, turned + 360 * step / steps) for step, each in enumerate(radii))
    return f'<polygon points="{" ".join(f"{x},{y}" for x, y in points)}"/>'


_LAYERS = '<path d="m32 93 32 11 32-11M41 104l23 8 23-8" fill="none" stroke-width="5"/>'
_SHAPES: Mapping[AchievementType, str] = {
    AchievementType.BADGE: '<circle cx="64" cy="64" r="44"/>',
    AchievementType.COMPETENCY: _polygon(4, 48),
    AchievementType.COURSE: '<rect x="28" y="28" width="72" height="72" rx="6"/>',
    AchievementType.MICRO_CREDENTIAL: _polygon(6, 46),
    AchievementType.CERTIFICATE: _polygon(12, 47, inner=41),
    AchievementType.CERTIFICATION: '<path d="M64 20 100 32v30c0 22-15 36-36 46-21-10-36-24-36-46V32z"/>',
    AchievementType.LICENSE: _polygon(8, 46, turned=-67.5),
    AchievementType.LEARNING_PROGRAM: '<rect x="33" y="35" width="62" height="52" rx="6"/>' + _LAYERS,
}


def _text(text: str) -> str:
    """Return text for SVG: nothing that steers, nothing that XML cannot hold, and not too long."""
    kept = "".join(each for each in text[:NAME_LIMIT] if unicodedata.category(each) not in ("Cc", "Cf", "Cs", "Cn"))
    return escape(kept)
