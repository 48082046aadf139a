"""Proofs of every cryptosuite that is checked, made as their issuers would make them."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterable
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA384

from graph_service.endorse import base64url, data_integrity, multibase, rdfc10
from graph_service.endorse.expansion import SAFE
from graph_service.endorse.jsontext import Document
from graph_service.endorse.keys import Algorithm, PrivateKey, PublicKey
from graph_service.endorse.nquads import Quad
from graph_service.endorse.plain import Purpose
from tests.unit.endorse.building import BOARD, BOARD_KEY, FOUND, P256_KEY, SINCE, published

_P384 = ec.derive_private_key(0x384384384384, ec.SECP384R1())
P384 = PublicKey.read(
    multibase.encode(
        b"\x81\x24"
        + bytes([2 + _P384.public_key().public_numbers().y % 2])
        + _P384.public_key().public_numbers().x.to_bytes(48, "big")
    )
)
EPHEMERAL = PrivateKey.generate(Algorithm.P256, b"for one credential".ljust(48, b"."))

EDDSA, ECDSA, SD, ED25519_2020 = "eddsa-rdfc-2022", "ecdsa-rdfc-2019", "ecdsa-sd-2023", "Ed25519Signature2020"


def sign_p384(data: bytes) -> bytes:
    r, s = decode_dss_signature(_P384.sign(data, ec.ECDSA(SHA384())))
    return r.to_bytes(48, "big") + s.to_bytes(48, "big")


def _found() -> dict[str, Any]:
    board: Any = published(BOARD, BOARD_KEY)
    for key in (P256_KEY.public, P384):
        multikey = {"type": "Multikey", "controller": BOARD.id, "publicKeyMultibase": key.multibase}
        board["verificationMethod"].append({"id": method(key), **multikey})
        board["assertionMethod"].append(method(key))
    return {**FOUND, BOARD.id: board}


def method(key: PublicKey) -> str:
    return f"{BOARD.id}#{key.multibase}"


KEYS = _found()
"""What `FOUND` has, with the board's keys of every kind."""


def options(suite: str, method: str, **members: Any) -> Document:
    """What a proof says of itself."""
    kind = {"type": suite} if suite == ED25519_2020 else {"type": "DataIntegrityProof", "cryptosuite": suite}
    return {**kind, "created": SINCE, "verificationMethod": method, "proofPurpose": "assertionMethod", **members}


def with_proof(document: Document, proof: Document, key: PrivateKey | None) -> Document:
    """Add a proof, by this key or that of P-384, beside those that are there."""
    algorithm = "sha256" if key else "sha384"
    content = data_integrity.unsecured(document, proof)
    data = data_integrity.hash_data(content, proof, Purpose.VERIFY, SAFE, algorithm)
    value = multibase.encode(key.sign(data) if key else sign_p384(data))
    return {**document, "proof": [*document.get("proof", []), {**proof, "proofValue": value}]}


def eddsa(document: Document, **members: Any) -> Document:
    return with_proof(document, options(EDDSA, method(BOARD_KEY.public), **members), BOARD_KEY)


def ecdsa(document: Document, **members: Any) -> Document:
    return with_proof(document, options(ECDSA, method(P256_KEY.public), **members), P256_KEY)


def ecdsa_p384(document: Document, **members: Any) -> Document:
    return with_proof(document, options(ECDSA, method(P384), **members), None)


# Selective disclosure: an issuer, and a holder who shows a document that has fewer statements, or all.


def statements(document: Document) -> list[str]:
    """The statements of a document with the labels of the issuer."""
    labels = {node: f"_:u{base64url.encode(label(name))}" for node, name in blanks(document).items()}
    return rdfc10.lines(quads(document), labels)


def quads(document: Document) -> list[Quad]:
    return list(dict.fromkeys(SAFE.quads(document, Purpose.VERIFY)))


def blanks(document: Document) -> dict[str, str]:
    return rdfc10.label(quads(document))


def label(name: str) -> bytes:
    return hmac.digest(b"secret of the issuer", name.removeprefix("_:").encode(), "sha256")


def disclosed(
    document: Document,
    mandatory: Callable[[str], bool],
    *,
    shown: Document | None = None,
    key: PrivateKey = P256_KEY,
    ephemeral: PrivateKey = EPHEMERAL,
    changed: Callable[..., list[Any]] = lambda *components: [*components],
    header: bytes = b"\xd9\x5d\x01",
) -> Document:
    """Sign a document as its issuer, and show all of it or less. `changed` is what the holder does to the proof."""
    shown = document if shown is None else shown
    signed, lines = statements(document), statements(shown)
    assert {*lines} <= {*signed}
    proof = options(SD, method(key.public))
    together = "".join(filter(mandatory, signed)).encode()
    public = multibase.decode(ephemeral.public.multibase)
    proof_hash = data_integrity.configuration_hash(document, proof, Purpose.VERIFY, SAFE)
    components = changed(
        key.sign(proof_hash + public + hashlib.sha256(together).digest()),
        public,
        [ephemeral.sign(line.encode()) for line in lines if not mandatory(line)],
        {number: label(f"c14n{number}") for number in range(len(blanks(shown)))},
        [place for place, line in enumerate(lines) if mandatory(line)],
    )
    value = "u" + base64url.encode(header + cbor(components))
    return {**shown, "proof": [{**proof, "proofValue": value}]}


def cbor(item: Any) -> bytes:
    """Write a value as CBOR."""
    match item:
        case int():
            return _head(0, item)
        case bytes():
            return _head(2, len(item)) + item
        case str():
            return _head(3, len(item.encode())) + item.encode()
        case list():
            return _head(4, len(item)) + b"".join(map(cbor, item))
        case dict():
            return _head(5, len(item)) + b"".join(cbor(each) for pair in item.items() for each in pair)
    raise TypeError(item)


def _head(major: int, count: int) -> bytes:
    if count < 24:
        return bytes([major << 5 | count])
    size = next(size for size in (1, 2, 4, 8) if count < 1 << 8 * size)
    return bytes([major << 5 | 24 + size.bit_length() - 1]) + count.to_bytes(size, "big")


def stating(*members: str) -> Callable[[str], bool]:
    """Make the statements with these properties mandatory."""
    marks = [f"/credentials#{member}> " for member in members]
    return lambda line: any(mark in line for mark in marks)


def everything(_line: str) -> bool:
    return True


def nothing(_line: str) -> bool:
    return False


def codes(checks: Iterable[Any], name: str) -> dict[str, str]:
    """The codes of a check, and how it came out."""
    return {check.code: check.outcome for check in checks if check.name == name}
