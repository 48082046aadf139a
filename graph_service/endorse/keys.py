"""Keys of issuers: Ed25519, P-256 and RSA, as Multikey (Controlled Identifiers 1.0, §2.2.2) and as JWK (RFC 7517).

A public key has one name in text, its Multikey; equal keys are equal text. Signatures are raw, as JWS has them
(RFC 7518, RFC 8037): 64 bytes of Ed25519, r and s of 32 bytes each for P-256, PKCS #1 v1.5 with SHA-256 for RSA.
Keys of others may be P-384 besides (r and s of 48 bytes each, with SHA-384).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Any, cast

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
    load_der_public_key,
)

from graph_service.endorse import base64url, multibase
from graph_service.endorse.jsontext import Document
from graph_service.endorse.plain import names
from graph_service.errors import CredentialError, Problem, ProofError

PUBLISHED_TEST_KEYS = frozenset(
    {
        "z6MkjZRZv3aez3r18pB1RBFJR1kwUVJ5jHt92JmQwXbd5hwi",  # Open Badges implementation guide and validator
        "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2",  # W3C vc-di-eddsa
        "z6MktgKTsu1QhX6QPbyqG6geXdw6FQCZBPq7uQpieWbiQiG7",  # W3C vc-di-eddsa, proof sets and chains
        "z6MkhWqdDBPojHA7cprTGTt5yHv5yUi1B8cnXn8ReLumkw6E",
        "z6MkmEq87wkHCYnWnNZkigeDMGTN7oUw1upkhzd77KuXERS1",
        "z6Mkm1S51iPHJvDEkJ9MRtxJmT8Pqo6wHipAFwBAjN83vntT",
        "zDnaepBuvsQ8cpsWrVKw8fbpGpvPeNSjVPTWoq6cRqaYzBKVP",  # W3C vc-di-ecdsa
        "zDnaeTHfhmSaQKBc7CmdL3K7oYg3D6SC7yowe2eBeVd2DH32r",  # W3C vc-di-ecdsa, selective disclosure
        "z82LkuBieyGShVBhvtE2zoiD6Kma4tJGFtkAhxR5pfkp5QPw4LutoYWhvQCnGjdVn14kujQ",  # W3C vc-di-ecdsa, P-384
        "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",  # RFC 8037, appendix A; from here on thumbprints
        "FtIu-VbGrfe_KB6CH7GNwODB72MNxj_ml11dEvO-7kk",  # RFC 8032, §7.1: tests 2, 3, 1024 and SHA(abc)
        "FVV5umTuau890q59V-4Ga_R6qWb7ON_ivJc4EjvCwTM",
        "lZI1vM7tnlYapaF5-cy86ptx0tT_8Av721hhiNB5ti4",
        "iiDHHfFVNG6ICMUTsicgrWf1igtFYZEK73xlobt1ah4",
        "IsUn6_e04MaShXFIISMp4kG62LWzMIPy_MvSA5pJgX8",  # RFC 7515, appendix A.2
        "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U",  # RFC 7515, appendix A.3
        "cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s",  # RFC 7517, appendix A.2, P-256
        "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs",  # RFC 7517, appendix A.2, RSA
        "9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI",  # RFC 7520, §3.3
        "HsSFalww3yP-dO-lWGYgFcyV5H22oScIFc4V2Y6GOto",  # RFC 7520, §5.4
    }
)
"""Keys whose private half is printed in a standard: anybody can sign with them."""

RSA_BITS = 3072  # of our own keys: as strong as Ed25519 and P-256, and good beyond 2030 (NIST SP 800-57)
_RSA_LEAST, _RSA_MOST = 2048, 4096  # of others: RFC 7518, §3.3, and what still costs little
_RSA_EXPONENT = 65537  # that everybody uses; with small ones signatures were forged
_MULTIKEY_MOST = 768  # characters; RSA of 4096 bits has 722

_PRIVATE_MEMBERS = ("d", "p", "q", "dp", "dq", "qi", "oth", "k")  # of a JWK
# Points of small order: with such a key one signature fits many messages. As y, the sign left out (RFC 8032, §5.1).
_FIELD = 2**255 - 19
_Y8 = int.from_bytes(bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"), "little")
_SMALL_ORDER = {0, 1, _FIELD - 1, _Y8, _FIELD - _Y8}

_Public = Ed25519PublicKey | EllipticCurvePublicKey | RSAPublicKey
_Private = Ed25519PrivateKey | EllipticCurvePrivateKey | RSAPrivateKey


class Algorithm(StrEnum):
    """What kind of key it is; each signs in one way. Keys of our own are of one of these."""

    ED25519 = "Ed25519"
    P256 = "P-256"
    RSA = "RSA"

    @property
    def jws(self) -> str:
        """The `alg` of its signatures in a JWS."""
        return _JWS[self]

    @property
    def jws_names(self) -> frozenset[str]:
        """Every `alg` by which others may name them: RFC 9864 has Ed25519 in place of EdDSA."""
        return frozenset({self.jws, self} if self is Algorithm.ED25519 else {self.jws})

    @property
    def entropy(self) -> int:
        """How many random bytes `PrivateKey.generate` takes; the primes of an RSA key are found elsewhere."""
        return {Algorithm.ED25519: 32, Algorithm.P256: 48, Algorithm.RSA: 0}[self]


class ForeignAlgorithm(StrEnum):
    """What a key of others may be besides: we check what it signed, and never make one."""

    P384 = "P-384"

    @property
    def jws(self) -> str:
        """The `alg` of its signatures in a JWS."""
        return _JWS[self]

    @property
    def jws_names(self) -> frozenset[str]:
        """Every `alg` by which others may name them."""
        return frozenset({self.jws})


AnyAlgorithm = Algorithm | ForeignAlgorithm

_JWS: dict[AnyAlgorithm, str] = {
    Algorithm.ED25519: "EdDSA",
    Algorithm.P256: "ES256",
    Algorithm.RSA: "RS256",
    ForeignAlgorithm.P384: "ES384",
}
_HEADERS: dict[AnyAlgorithm, bytes] = {  # multicodec
    Algorithm.ED25519: b"\xed\x01",
    Algorithm.P256: b"\x80\x24",
    Algorithm.RSA: b"\x85\x24",
    ForeignAlgorithm.P384: b"\x81\x24",
}


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The half that everybody may know. Made by `read`, `from_jwk` or `generate`, so it is well formed and suitable."""

    algorithm: AnyAlgorithm
    multibase: str  # Multikey

    @classmethod
    def read(cls, text: str) -> PublicKey:
        """Read a Multikey. Raises CredentialError (INVALID_MULTIBASE, INVALID_MULTIKEY, UNSUITABLE_KEY)."""
        key = _native(text)
        _refuse_unsuitable(key)
        return cls(_content(key)[0], text)

    @classmethod
    def from_jwk(cls, jwk: Document) -> PublicKey:
        """Read a JWK. Raises CredentialError (PRIVATE_KEY_PUBLISHED, INVALID_JWK, UNSUITABLE_KEY)."""
        if any(member in jwk for member in _PRIVATE_MEMBERS):
            raise CredentialError(Problem("PRIVATE_KEY_PUBLISHED"))
        key = _named(_of_jwk(jwk))
        if jwk.get("use", "sig") != "sig" or "verify" not in names(jwk.get("key_ops", "verify")):
            raise CredentialError(Problem("INVALID_JWK", {"member": "use"}))
        if str(jwk.get("alg", key.algorithm.jws)) not in key.algorithm.jws_names:
            raise CredentialError(Problem("INVALID_JWK", {"member": "alg"}))
        return key

    def jwk(self) -> Document:
        """Return the JWK with the members that make the key, in the order of RFC 7638, §3.2."""
        return _jwk(_native(self.multibase))

    @property
    def thumbprint(self) -> str:
        """The SHA-256 thumbprint of the JWK (RFC 7638)."""
        text = json.dumps(self.jwk(), separators=(",", ":"))
        return base64url.encode(hashlib.sha256(text.encode()).digest())

    def verify(self, signature: bytes, data: bytes) -> None:
        """Check a raw signature. Raises ProofError (PROOF_VERIFICATION_ERROR)."""
        key = _native(self.multibase)
        try:
            if isinstance(key, Ed25519PublicKey):
                key.verify(signature, data)
            elif isinstance(key, EllipticCurvePublicKey):
                length = key.key_size // 8
                if len(signature) != 2 * length:
                    raise InvalidSignature
                r, s = (int.from_bytes(half, "big") for half in (signature[:length], signature[length:]))
                key.verify(encode_dss_signature(r, s), data, ec.ECDSA(SHA256() if length == 32 else SHA384()))
            else:
                key.verify(signature, data, PKCS1v15(), SHA256())
        except InvalidSignature:
            raise ProofError(Problem("PROOF_VERIFICATION_ERROR")) from None


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """Both halves; the secret one stays out of every text."""

    public: PublicKey
    _native: _Private = field(repr=False, compare=False)

    @classmethod
    def generate(cls, algorithm: Algorithm, entropy: bytes) -> PrivateKey:
        """Make a key from `algorithm.entropy` random bytes. Raises ValueError for any other length."""
        if len(entropy) != algorithm.entropy:
            raise ValueError(f"{algorithm} takes {algorithm.entropy} bytes of entropy")
        match algorithm:
            case Algorithm.ED25519:
                return cls._of(Ed25519PrivateKey.from_private_bytes(entropy))
            case Algorithm.P256:  # FIPS 186-5, A.2.1: more bits than the order has, so that none is favoured
                return cls._of(ec.derive_private_key(int.from_bytes(entropy, "big") % (_P256_ORDER - 1) + 1, _P256))
            case Algorithm.RSA:
                return cls._of(rsa.generate_private_key(_RSA_EXPONENT, RSA_BITS))

    @classmethod
    def read(cls, algorithm: Algorithm, secret: bytes) -> PrivateKey:
        """Read what `secret` gave. Raises ValueError if it is nothing of the kind."""
        if algorithm is Algorithm.ED25519:
            return cls._of(Ed25519PrivateKey.from_private_bytes(secret))
        # What we have sealed ourselves need not be tested for primes again; that takes longer than signing.
        key = load_der_private_key(secret, None, unsafe_skip_rsa_key_validation=True)
        if not isinstance(key, _Private) or _content(key.public_key())[0] is not algorithm:
            raise ValueError(f"no key of {algorithm}")
        return cls._of(key)

    @classmethod
    def _of(cls, native: _Private) -> PrivateKey:
        return cls(_named(native.public_key()), native)

    @property
    def secret(self) -> bytes:
        """What is to be sealed: the seed of an Ed25519 key (32 bytes), else PKCS #8 in DER."""
        if isinstance(self._native, Ed25519PrivateKey):
            return self._native.private_bytes_raw()
        return self._native.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())

    def sign(self, data: bytes) -> bytes:
        """Return the raw signature over `data`."""
        if isinstance(self._native, Ed25519PrivateKey):
            return self._native.sign(data)
        if isinstance(self._native, EllipticCurvePrivateKey):
            r, s = decode_dss_signature(self._native.sign(data, ec.ECDSA(SHA256())))
            return r.to_bytes(32, "big") + s.to_bytes(32, "big")
        return self._native.sign(data, PKCS1v15(), SHA256())


def refuse_test_key(key: PublicKey) -> None:
    """Refuse a key with which anybody can sign. Raises CredentialError (PUBLISHED_TEST_KEY)."""
    if not PUBLISHED_TEST_KEYS.isdisjoint({key.multibase, key.thumbprint}):
        raise CredentialError(Problem("PUBLISHED_TEST_KEY", {"key": key.multibase}))


_P256, _P384 = ec.SECP256R1(), ec.SECP384R1()
_P256_ORDER = _P256.group_order


def _named(key: _Public) -> PublicKey:
    """Name a key by its Multikey. Raises CredentialError (UNSUITABLE_KEY)."""
    _refuse_unsuitable(key)
    algorithm, content = _content(key)
    return PublicKey(algorithm, multibase.encode(_HEADERS[algorithm] + content))


def _content(key: _Public) -> tuple[AnyAlgorithm, bytes]:
    if isinstance(key, Ed25519PublicKey):
        return Algorithm.ED25519, key.public_bytes_raw()
    if isinstance(key, EllipticCurvePublicKey):
        return _curve(key), key.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    return Algorithm.RSA, key.public_bytes(Encoding.DER, PublicFormat.PKCS1)


def _curve(key: EllipticCurvePublicKey) -> AnyAlgorithm:
    return Algorithm.P256 if isinstance(key.curve, ec.SECP256R1) else ForeignAlgorithm.P384


@lru_cache(maxsize=1024)
def _native(text: str) -> _Public:
    """Return the key of a Multikey. Raises CredentialError (INVALID_MULTIBASE, INVALID_MULTIKEY)."""
    data = multibase.decode(text, _MULTIKEY_MOST)
    header, content = data[:2], data[2:]
    key: Any = None
    try:
        if header == _HEADERS[Algorithm.ED25519]:
            key = Ed25519PublicKey.from_public_bytes(content)
        elif header == _HEADERS[Algorithm.P256]:
            key = EllipticCurvePublicKey.from_encoded_point(_P256, content)
        elif header == _HEADERS[ForeignAlgorithm.P384]:
            key = EllipticCurvePublicKey.from_encoded_point(_P384, content)
        elif header == _HEADERS[Algorithm.RSA]:
            key = load_der_public_key(content)
        good = isinstance(key, _Public) and _content(key)[1] == content  # one key has one spelling
    except (ValueError, UnsupportedAlgorithm):
        good = False
    if not good:
        raise CredentialError(Problem("INVALID_MULTIKEY", {"value": text[:200]}))
    return cast(_Public, key)


def _of_jwk(jwk: Document) -> _Public:
    """Read the members that make the key, each in its one spelling. Raises CredentialError (INVALID_JWK)."""
    key: Any = None
    try:
        match jwk.get("kty"), jwk.get("crv"):
            case "OKP", "Ed25519":
                key = Ed25519PublicKey.from_public_bytes(base64url.decode(jwk["x"]))
            case "EC", "P-256" | "P-384" as name:
                curve = _P256 if name == "P-256" else _P384
                key = ec.EllipticCurvePublicNumbers(_integer(jwk["x"]), _integer(jwk["y"]), curve).public_key()
            case "RSA", None:
                key = rsa.RSAPublicNumbers(_integer(jwk["e"]), _integer(jwk["n"])).public_key()
    except (KeyError, TypeError, ValueError):
        pass
    if key is None or not _jwk(key).items() <= jwk.items():
        raise CredentialError(Problem("INVALID_JWK", {"member": "kty"}))
    return cast(_Public, key)


def _jwk(key: _Public) -> Document:
    if isinstance(key, Ed25519PublicKey):
        return {"crv": "Ed25519", "kty": "OKP", "x": base64url.encode(key.public_bytes_raw())}
    if isinstance(key, EllipticCurvePublicKey):
        point, length = key.public_numbers(), key.key_size // 8
        return {"crv": _curve(key).value, "kty": "EC", "x": _text(point.x, length), "y": _text(point.y, length)}
    numbers = key.public_numbers()
    return {"e": _text(numbers.e), "kty": "RSA", "n": _text(numbers.n)}


def _integer(text: str) -> int:
    return int.from_bytes(base64url.decode(text), "big")


def _text(number: int, length: int = 0) -> str:
    return base64url.encode(number.to_bytes(length or (number.bit_length() + 7) // 8, "big"))


def _refuse_unsuitable(key: _Public) -> None:
    """Refuse a key with which signatures prove little. Raises CredentialError (UNSUITABLE_KEY)."""
    if isinstance(key, Ed25519PublicKey):
        y = int.from_bytes(key.public_bytes_raw(), "little") % 2**255  # without the sign of x
        good = y < _FIELD and y not in _SMALL_ORDER
    elif isinstance(key, RSAPublicKey):
        good = _RSA_LEAST <= key.key_size <= _RSA_MOST and key.public_numbers().e == _RSA_EXPONENT
    else:
        good = True
    if not good:
        raise CredentialError(Problem("UNSUITABLE_KEY", {"algorithm": _content(key)[0]}))
