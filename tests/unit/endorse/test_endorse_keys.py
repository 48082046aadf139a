"""Keys of three kinds, and of a fourth that only others have: their names, their signatures, and which are refused."""

from __future__ import annotations

import json
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from graph_service.endorse import multibase
from graph_service.endorse.keys import Algorithm, ForeignAlgorithm, PrivateKey, PublicKey, refuse_test_key
from graph_service.errors import CredentialError, ProofError
from tests.unit.endorse.building import BOARD_KEY, P256_KEY, key_of

RFC_7638: dict[str, Any] = {
    "kty": "RSA",
    "e": "AQAB",
    "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknj"
    "hMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5h"
    "ajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
    "alg": "RS256",
    "kid": "2011-04-29",
}
RFC_8037 = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
RFC_7515 = {
    "kty": "EC",
    "crv": "P-256",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
}
RFC_7515_RSA = {
    "kty": "RSA",
    "e": "AQAB",
    "n": "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yR"
    "T-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXB"
    "dQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9ia"
    "GNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ",
}
RFC_7520_RSA = {
    "kty": "RSA",
    "e": "AQAB",
    "n": "n4EPtAOCc9AlkeQHPzHStgAbgs7bTZLwUBZdR8_KuKPEHLd4rHVTeT-O-XV2jRojdNhxJWTDvNd7nqQ0VEiZQHz_AJmSCpMaJMRB"
    "SFKrKb2wqVwGU_NsYOYL-QtiWN2lbzcEe6XC0dApr5ydQLrHqkHHig3RBordaZ6Aj-oBHqFEHYpPe7Tpe-OfVfHd1E6cS6M1FZcD"
    "1NNLYD5lFHpPI9bTwJlsde3uhGqC0ZCuEHg8lhzwOHrtIQbS0FVbb9k3-tVTU4fg_3L_vniUFAKwuCLqKnS2BYwdq_mzSnbLY7h_"
    "qixoR7jig3__kRhuaxwUkRz5iaiQkqgc5gHdrNP5zw",
}
RFC_7520_EC = {
    "kty": "EC",
    "crv": "P-256",
    "x": "Ze2loSV3wrroKUN_4zhwGhCqo3Xhu1td4QjeQ5wIVR0",
    "y": "HlLtdXARY_f55A3fnzQbPcm6hgr34Mp8p-nuzQCE0Zw",
}


def refusal(read: Any, value: Any) -> str:
    with pytest.raises(CredentialError) as refused:
        read(value)
    return refused.value.code


def test_a_seed_gives_a_known_multikey_and_stays_out_of_sight() -> None:
    key = PrivateKey.generate(Algorithm.ED25519, bytes(32))
    assert key.public.multibase == "z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp"
    assert repr(key) == f"PrivateKey(public={key.public!r})"


@pytest.mark.parametrize(
    ("algorithm", "entropy"),
    [(Algorithm.ED25519, b""), (Algorithm.ED25519, bytes(31)), (Algorithm.P256, bytes(32)), (Algorithm.RSA, b"1")],
)
def test_a_key_takes_so_much_entropy_and_no_other(algorithm: Algorithm, entropy: bytes) -> None:
    with pytest.raises(ValueError, match="bytes of entropy"):
        PrivateKey.generate(algorithm, entropy)


@pytest.mark.parametrize("entropy", [bytes(48), b"\xff" * 48])
def test_every_entropy_gives_a_p256_key(entropy: bytes) -> None:
    key = PrivateKey.generate(Algorithm.P256, entropy)
    key.public.verify(key.sign(b"text"), b"text")


@pytest.mark.parametrize("algorithm", Algorithm)
def test_a_key_comes_back_from_each_of_its_forms(algorithm: Algorithm) -> None:
    key = key_of(algorithm)
    again = PrivateKey.read(algorithm, key.secret)
    assert again == key
    assert PublicKey.read(key.public.multibase) == key.public == PublicKey.from_jwk(key.public.jwk())
    key.public.verify(again.sign(b"text"), b"text")


def test_our_rsa_keys_are_as_strong_as_the_others() -> None:
    assert len(key_of(Algorithm.RSA).sign(b"text")) * 8 == 3072


@pytest.mark.parametrize("algorithm", Algorithm)
def test_a_signature_is_of_this_key_and_text_alone(algorithm: Algorithm) -> None:
    key = key_of(algorithm)
    signature = key.sign(b"text")
    other = PrivateKey.generate(algorithm, b"another key".ljust(algorithm.entropy, b".")[: algorithm.entropy])
    cases = [
        (key, signature, b"texts"),
        (other, signature, b"text"),
        (key, signature[:-1], b"text"),
        (key, signature + b"\0", b"text"),
        (key, b"", b"text"),
        (key, bytes(len(signature)), b"text"),
    ]
    for used, presented, text in cases:
        with pytest.raises(ProofError) as refused:
            used.public.verify(presented, text)
        assert refused.value.code == "PROOF_VERIFICATION_ERROR"


@pytest.mark.parametrize("algorithm", Algorithm)
def test_another_library_reads_the_jwk_and_the_signature(algorithm: Algorithm) -> None:
    key = key_of(algorithm)
    theirs = jwt.PyJWK({**key.public.jwk(), "alg": algorithm.jws})
    assert theirs.Algorithm.verify(b"text", theirs.key, key.sign(b"text"))


@pytest.mark.parametrize(
    ("jwk", "thumbprint"),
    [
        (RFC_7638, "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"),
        (RFC_8037, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"),
        (RFC_7515, "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U"),
        (RFC_7515_RSA, "IsUn6_e04MaShXFIISMp4kG62LWzMIPy_MvSA5pJgX8"),
        (RFC_7520_RSA, "9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI"),
        (RFC_7520_EC, "HsSFalww3yP-dO-lWGYgFcyV5H22oScIFc4V2Y6GOto"),
    ],
)
def test_thumbprints_are_those_of_the_standards_and_their_keys_are_refused(jwk: Any, thumbprint: str) -> None:
    key = PublicKey.from_jwk(jwk)
    assert key.thumbprint == thumbprint
    assert refusal(refuse_test_key, key) == "PUBLISHED_TEST_KEY"
    refuse_test_key(BOARD_KEY.public)


SEEDS_OF_RFC_8032 = (
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
    "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
    "f5e5767cf153319517630f226876b86c8160cc583bc013744c6bf255f5cc0ee5",
    "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
)


def test_an_ed25519_key_may_name_its_signature_outright() -> None:
    assert PublicKey.from_jwk({**RFC_8037, "alg": "Ed25519"}) == PublicKey.from_jwk({**RFC_8037, "alg": "EdDSA"})
    for jwk, alg in ((RFC_8037, "ES256"), (RFC_7515, "Ed25519"), (RFC_7638, "Ed25519")):
        assert refusal(PublicKey.from_jwk, {**jwk, "alg": alg}) == "INVALID_JWK"


@pytest.mark.parametrize("seed", SEEDS_OF_RFC_8032)
def test_a_key_whose_seed_is_printed_is_refused(seed: str) -> None:
    key = PrivateKey.generate(Algorithm.ED25519, bytes.fromhex(seed)).public
    assert refusal(refuse_test_key, key) == "PUBLISHED_TEST_KEY"


@pytest.mark.parametrize(
    "text",
    [
        "z",
        "z6Mk",
        BOARD_KEY.public.multibase + "1",
        multibase.encode(b"\x82\x24" + bytes(66) + b"\x02"),  # P-521
        multibase.encode(b"\x81\x24" + b"\x02" + b"\xff" * 48),  # not on the curve
        multibase.encode(b"\x81\x24" + b"\x04" + bytes(96)),
        multibase.encode(b"\x80\x24" + b"\x02" + b"\xff" * 32),  # not on the curve
        multibase.encode(b"\x80\x24" + b"\x04" + bytes(64)),
        multibase.encode(b"\x85\x24" + b"\x30\x00"),
    ],
)
def test_what_is_no_multikey_of_ours_is_refused(text: str) -> None:
    assert refusal(PublicKey.read, text) == "INVALID_MULTIKEY"


def test_another_library_signs_with_p384_and_we_check() -> None:
    theirs = ec.derive_private_key(384, ec.SECP384R1())
    jwk = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(theirs.public_key()))
    key = PublicKey.from_jwk({**jwk, "alg": "ES384"})
    assert key.algorithm is ForeignAlgorithm.P384
    assert key.jwk().items() <= jwk.items()
    assert PublicKey.read(key.multibase) == key
    assert key.multibase.startswith("z82")
    signature = jwt.algorithms.ECAlgorithm(jwt.algorithms.ECAlgorithm.SHA384).sign(b"text", theirs)
    key.verify(signature, b"text")
    for presented, text in ((signature, b"texts"), (signature[:64], b"text"), (signature + b"\0", b"text")):
        with pytest.raises(ProofError) as refused:
            key.verify(presented, text)
        assert refused.value.code == "PROOF_VERIFICATION_ERROR"
    assert refusal(PublicKey.from_jwk, {**jwk, "alg": "ES256"}) == "INVALID_JWK"
    assert refusal(PublicKey.from_jwk, {**jwk, "crv": "P-256"}) == "INVALID_JWK"


def test_no_key_of_ours_is_of_p384() -> None:
    assert set(Algorithm).isdisjoint(set(ForeignAlgorithm))
    pkcs8 = ec.derive_private_key(384, ec.SECP384R1()).private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    with pytest.raises(ValueError, match="no key of P-256"):
        PrivateKey.read(Algorithm.P256, pkcs8)


def test_a_point_has_one_spelling() -> None:
    numbers = P256_KEY.public.jwk()
    assert set(numbers) == {"crv", "kty", "x", "y"}
    uncompressed = multibase.encode(b"\x80\x24\x04" + b"".join(map(decoded, (numbers["x"], numbers["y"]))))
    assert refusal(PublicKey.read, uncompressed) == "INVALID_MULTIKEY"


def decoded(text: str) -> bytes:
    return jwt.utils.base64url_decode(text)


def rsa_jwk(bits: int, exponent: int = 65537) -> dict[str, Any]:
    numbers: Any = rsa.generate_private_key(exponent, bits).public_key()
    return json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(numbers))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"d": "AQ"}, "PRIVATE_KEY_PUBLISHED"),
        ({"k": "AQ"}, "PRIVATE_KEY_PUBLISHED"),
        ({"kty": "oct"}, "INVALID_JWK"),
        ({"crv": "P-384"}, "INVALID_JWK"),
        ({"crv": "P-521"}, "INVALID_JWK"),
        ({"crv": ["P-256"]}, "INVALID_JWK"),
        ({"x": None}, "INVALID_JWK"),
        ({"x": RFC_7515["y"]}, "INVALID_JWK"),
        ({"x": RFC_7515["x"] + "="}, "INVALID_JWK"),
        ({"x": "AA" + RFC_7515["x"]}, "INVALID_JWK"),
        ({"x": RFC_7515["x"][:-1] + "V"}, "INVALID_JWK"),  # stray bits after the last byte
        ({"use": "enc"}, "INVALID_JWK"),
        ({"key_ops": ["sign"]}, "INVALID_JWK"),
        ({"key_ops": None}, "INVALID_JWK"),
        ({"alg": "ES384"}, "INVALID_JWK"),
        ({"alg": None}, "INVALID_JWK"),
    ],
)
def test_a_jwk_that_is_no_public_key_for_signatures_is_refused(changes: dict[str, Any], code: str) -> None:
    assert refusal(PublicKey.from_jwk, {**RFC_7515, **changes}) == code


@pytest.mark.parametrize(("bits", "exponent"), [(1024, 65537), (2048, 3), (8192, None)])
def test_rsa_keys_that_are_weak_or_costly_are_refused(bits: int, exponent: int | None) -> None:
    # A modulus of 8192 bits takes long to find, and nothing here factors it.
    jwk = rsa_jwk(bits, exponent) if exponent else {**RFC_7638, "n": "_" * 1365 + "w"}
    assert refusal(PublicKey.from_jwk, jwk) == "UNSUITABLE_KEY"


@pytest.mark.parametrize(
    "point",
    [
        bytes(32),
        b"\1" + bytes(31),
        b"\1" + bytes(30) + b"\x80",
        b"\xec" + b"\xff" * 30 + b"\x7f",
        b"\xed" + b"\xff" * 30 + b"\x7f",
        bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
        bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85"),
    ],
)
def test_ed25519_keys_that_prove_nothing_are_refused(point: bytes) -> None:
    """With a point of small order one signature fits every eighth message, or every one."""
    assert refusal(PublicKey.read, multibase.encode(b"\xed\x01" + point)) == "UNSUITABLE_KEY"
