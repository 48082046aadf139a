"""JSON-LD contexts as package data, pinned by SHA-256; nothing is ever fetched.

A context address is not a version: the body of OB 3.0.3 has changed in place twice, and a changed context
changes what a signature covers. So the bytes are pinned here, and a change is an incident. Sources and
licences of the files: NOTICE.md.
"""

from __future__ import annotations

import hashlib
import json
from importlib import resources
from typing import Any

from graph_service.errors import CredentialError, Problem

CREDENTIALS_V1 = "https://www.w3.org/2018/credentials/v1"
CREDENTIALS_V2 = "https://www.w3.org/ns/credentials/v2"
CONTROLLED_IDENTIFIERS = "https://www.w3.org/ns/cid/v1"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
CLR = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
OPEN_BADGES_EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
DID = "https://www.w3.org/ns/did/v1"
JWK = "https://w3id.org/security/jwk/v1"
MULTIKEY = "https://w3id.org/security/multikey/v1"

PINNED = {  # address: (file, SHA-256 of its bytes)
    CREDENTIALS_V1: (
        "credentials-v1.jsonld",
        "ab4ddd9a531758807a79a5b450510d61ae8d147eab966cc9a200c07095b0cdcc",
    ),
    CREDENTIALS_V2: (
        "credentials-v2.jsonld",
        "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734",
    ),
    CONTROLLED_IDENTIFIERS: (
        "cid-v1.jsonld",
        "ea216ecc1cb02cd39b693dba2250141e270ba0bf95890be107dd9a9e8e43de85",
    ),
    OPEN_BADGES: (
        "ob-v3p0-context-3.0.3.json",
        "3d34f4d4ef1bce691106e63798beb5e7b862ba841423f5ee1e53ab7ddf3bca84",
    ),
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json": (
        "ob-v3p0-context-3.0.2.json",
        "00666ad080ba407687ed1846b7f5e7495f5019042b202a727de47c48a1755c53",
    ),
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json": (
        "ob-v3p0-context-3.0.1.json",
        "d582f3564282fb3b709136d28412e78e70b678b4dbc2f0221f67d84932748355",
    ),
    "https://purl.imsglobal.org/spec/ob/v3p0/context.json": (  # with credentials/v1 alone
        "ob-v3p0-context.json",
        "b077fa134d909d92c1dcd1c153f2af1b244aeb415967fdc1467d7fc5dd48ac10",
    ),
    OPEN_BADGES_EXTENSIONS: (
        "ob-v3p0-extensions.json",
        "146f85aa16effd7ca1da8056eb443f53ce1eca8a34186cb062832c0a97d889c3",
    ),
    CLR: (
        "clr-v2p0-context-2.0.1.json",
        "880f1902d4158f2f33ce06af41b90719977cd1ea337a9de2e41edb3ff5e543d6",
    ),
    "https://www.w3.org/ns/credentials/status/v1": (
        "credentials-status-v1.jsonld",
        "fda5add353231e6a6884a46b12e6c75464281900cb348284d9c360f62381d9f7",
    ),
    DID: (
        "did-v1.jsonld",
        "62c1054bf404d6dd3a4b26b64f830fd72095f6a26edc4469908c94351352ce5f",
    ),
    "https://w3id.org/security/data-integrity/v1": (
        "security-data-integrity-v1.jsonld",
        "b5d829bd09aa7c42abc6efa0c8ed7635313b5487f37ccfce3ecd149ca9418554",
    ),
    "https://w3id.org/security/data-integrity/v2": (
        "security-data-integrity-v2.jsonld",
        "67f21e6e33a6c14e5ccfd2fc7865f7474fb71a04af7e94136cb399dfac8ae8f4",
    ),
    JWK: (
        "security-jwk-v1.jsonld",
        "0f14b62f6071aafe00df265770ea0c7508e118247d79b7d861a406d2aa00bece",
    ),
    MULTIKEY: (
        "security-multikey-v1.jsonld",
        "ba2c182de2d92f7e47184bcca8fcf0beaee6d3986c527bf664c195bbc7c58597",
    ),
    "https://w3id.org/security/suites/ed25519-2020/v1": (
        "security-suites-ed25519-2020-v1.jsonld",
        "b9e1ab971fd8bf2c7553e0c4a9438e0b9450afde1ea1ca5b2492368b9f549588",
    ),
}


def load(address: str) -> dict[str, Any]:
    """Return a fresh copy of the pinned context document.

    Raises CredentialError: UNKNOWN_CONTEXT if it is not in the table, CONTEXT_CHANGED if its file is not what
    was pinned.
    """
    if address not in PINNED:
        raise CredentialError(Problem("UNKNOWN_CONTEXT", {"context": address}))
    file, digest = PINNED[address]
    content = resources.files(__name__).joinpath(file).read_bytes()
    if hashlib.sha256(content).hexdigest() != digest:
        raise CredentialError(Problem("CONTEXT_CHANGED", {"context": address, "file": file}))
    document: dict[str, Any] = json.loads(content)
    return document


def check() -> list[Problem]:
    """Load every context; return what is wrong with the files of this installation."""
    problems: list[Problem] = []
    for address in PINNED:
        try:
            load(address)
        except CredentialError as error:
            problems.extend(error.problems)
    return problems
