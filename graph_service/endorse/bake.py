"""Baking: a picture carries the credential that it stands for (OB 3.0, “Baked Badge”; of awards only).

A PNG has it in an `iTXt` chunk, an SVG in an element of its own; the picture itself stays as it is, byte for byte.
The credential is JSON, or a compact JWS. Those of Open Badges 2 are read too; they may be just an address.
"""

from __future__ import annotations

import re
import struct
import zlib
from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.parsers import expat

from graph_service.endorse import jsontext
from graph_service.errors import CredentialError, LimitExceeded, Problem

MAX_BYTES = 4 * 2**20  # of a picture
MAX_TEXT = 2 * jsontext.MAX_BYTES  # of a credential, which a JWS makes longer
KEYWORD = b"openbadgecredential"
NAMESPACE = "https://purl.imsglobal.org/ob/v3p0"

_PNG = b"\x89PNG\r\n\x1a\n"


def bake(image: bytes, credential: str) -> bytes:
    """Return a PNG or SVG that carries a credential, in place of whatever badge it carried before.

    What leaves here has been read back. Raises what `unbake` raises, but for NOT_BAKED.
    """
    _check_size(image)
    baked = _bake_png(image, credential) if image.startswith(_PNG) else _bake_svg(image, credential)
    if unbake(baked) != credential.strip():
        raise CredentialError(_INVALID_SVG)  # it is not in UTF-8
    return baked


def unbake(image: bytes) -> str:
    """Return the credential that a stranger's PNG or SVG carries. Nothing is looked up, no entity is known.

    Raises LimitExceeded for a picture above MAX_BYTES and for a credential longer than any that is read;
    CredentialError: NOT_AN_IMAGE, INVALID_IMAGE, NOT_BAKED, and BAKED_TWICE, since readers would differ.
    """
    _check_size(image)
    found = _png_texts(image) if image.startswith(_PNG) else _Svg.read(image).texts
    if len(found) != 1:
        raise CredentialError(Problem("BAKED_TWICE" if found else "NOT_BAKED"))
    text = found[0].strip()
    if len(text.encode(errors="replace")) > MAX_TEXT:
        raise LimitExceeded("bytes", MAX_TEXT)
    return text


def is_image(data: bytes) -> bool:
    """Tell whether data begins like a picture; no credential does."""
    return data.startswith(_PNG) or data.removeprefix(BOM_UTF8).lstrip().startswith(b"<")


def _check_size(image: bytes) -> None:
    if len(image) > MAX_BYTES:
        raise LimitExceeded("bytes", MAX_BYTES)


# PNG (W3C Portable Network Graphics, §5).


class _Chunk(NamedTuple):
    type: bytes
    data: bytes

    def __bytes__(self) -> bytes:
        typed = self.type + self.data
        return struct.pack(">I", len(self.data)) + typed + struct.pack(">I", zlib.crc32(typed))


_INVALID_PNG = Problem("INVALID_IMAGE", {"form": "PNG"})
_KEYED = (KEYWORD + b"\0", b"openbadges\0")  # Open Badges 3 and 2


def _chunks(image: bytes) -> Iterator[_Chunk]:
    """Yield the chunks of a PNG, IHDR first and IEND last; what follows that is no part of the picture."""
    place = len(_PNG)
    while place + 12 <= len(image):
        (length,) = struct.unpack_from(">I", image, place)
        chunk = _Chunk(image[place + 4 : place + 8], image[place + 8 : place + 8 + length])
        whole = bytes(chunk)
        if not image.startswith(whole, place) or (place == len(_PNG)) is not (chunk.type == b"IHDR"):
            break
        yield chunk
        if chunk.type == b"IEND":
            return
        place += len(whole)
    raise CredentialError(_INVALID_PNG)


def _is_baked(chunk: _Chunk) -> bool:
    return chunk.type == b"iTXt" and chunk.data.startswith(_KEYED)


def _bake_png(image: bytes, credential: str) -> bytes:
    kept = [chunk for chunk in _chunks(image) if not _is_baked(chunk)]
    place = next((number for number, chunk in enumerate(kept) if chunk.type == b"IDAT"), len(kept) - 1)
    kept.insert(place, _Chunk(b"iTXt", _KEYED[0] + b"\0\0\0\0" + credential.encode()))
    return _PNG + b"".join(map(bytes, kept))


def _png_texts(image: bytes) -> list[str]:
    return [_text(chunk.data.partition(b"\0")[2]) for chunk in _chunks(image) if _is_baked(chunk)]


def _text(data: bytes) -> str:
    """Return the text of an `iTXt` chunk: it follows compression (which must be none), language, translated keyword."""
    try:
        if data[:1] != b"\0":
            raise ValueError("compressed")
        _language, _translated, text = data[2:].split(b"\0", 2)
        return text.decode()
    except ValueError:
        raise CredentialError(_INVALID_PNG) from None


# SVG: read by an XML parser that takes no entities; written between the bytes that are there.

_ELEMENTS = (f"{NAMESPACE} credential", "http://openbadges.org assertion")  # Open Badges 3 and 2
_INVALID_SVG = Problem("INVALID_IMAGE", {"form": "SVG"})
_TAG = re.compile(rb"""<[^\s<>/"']+(?:[^<>"']|"[^"]*"|'[^']*')*>""")


@dataclass(slots=True)
class _Svg:
    """What stands in an SVG: the credentials, and where (in bytes) they and its first tag begin."""

    first: int = 0
    texts: list[str] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)  # begin of the first tag, and of the last
    depth: int = 0
    reading: int = 0  # depth of the credential that is being read

    @classmethod
    def read(cls, image: bytes) -> _Svg:
        """Read an SVG. Raises CredentialError."""
        svg, parser = cls(), expat.ParserCreate(namespace_separator=" ")

        def refuse(*_: object) -> None:
            raise CredentialError(_INVALID_SVG)

        parser.buffer_text = True
        parser.EntityDeclHandler = parser.SkippedEntityHandler = refuse
        parser.StartElementHandler = lambda name, given: svg.start(name, given, parser.CurrentByteIndex)
        parser.CharacterDataHandler = svg.text
        parser.EndElementHandler = lambda _: svg.end(parser.CurrentByteIndex)
        try:
            parser.Parse(image, True)  # noqa: FBT003 (expat knows no names)
        except expat.ExpatError:
            raise CredentialError(_INVALID_SVG if svg.depth else Problem("NOT_AN_IMAGE")) from None
        return svg

    def start(self, name: str, attributes: dict[str, str], place: int) -> None:
        """Begin an element."""
        if not self.depth and name.rpartition(" ")[2] != "svg":
            raise CredentialError(Problem("NOT_AN_IMAGE"))
        if self.reading:
            raise CredentialError(_INVALID_SVG)
        self.first = self.first if self.depth else place
        self.depth += 1
        if name in _ELEMENTS:
            self.reading = self.depth
            self.texts += attributes.get("verify", ""), ""
            self.spans.append((place, place))

    def text(self, data: str) -> None:
        """Take text."""
        if self.reading:
            self.texts[-1] += data

    def end(self, place: int) -> None:
        """End an element; of a credential that stands in the attribute or in the body, the other is nothing."""
        if self.reading == self.depth:
            self.reading = 0
            self.texts[-2:] = filter(str.strip, self.texts[-2:])
            self.spans[-1] = self.spans[-1][0], place
        self.depth -= 1


def _bake_svg(image: bytes, credential: str) -> bytes:
    svg = _Svg.read(image)
    for begin, last in reversed(svg.spans):
        alone = _tag(image, begin)
        end = begin + len(alone) if alone.endswith(b"/>") else image.index(b">", last) + 1
        image = image[:begin] + image[end:]
    tag = _tag(image, svg.first)
    named = f' xmlns:openbadges="{NAMESPACE}"'.encode()
    bare = tag if b"xmlns:openbadges" in tag else tag[:-1] + named + b">"
    return image[: svg.first] + bare + _element(credential) + image[svg.first + len(tag) :]


def _tag(image: bytes, place: int) -> bytes:
    if (found := _TAG.match(image, place)) is None:  # not UTF-8
        raise CredentialError(_INVALID_SVG)
    return found.group()


def _element(credential: str) -> bytes:
    if credential.lstrip().startswith("{"):
        body = credential.replace("]]>", "]]]]><![CDATA[>")
        return f"<openbadges:credential><![CDATA[{body}]]></openbadges:credential>".encode()
    return f'<openbadges:credential verify="{credential}"></openbadges:credential>'.encode()
