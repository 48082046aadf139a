"""A board that endorses a university's badge, with keys made of fixed entropy."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from types import FrameType
from typing import Any

from graph_service.domain.iri import Iri
from graph_service.domain.time import Instant, Span
from graph_service.endorse import controller, credential, eddsa_rdfc_2022, status_list, vc_jwt
from graph_service.endorse.controller import PublishedKey
from graph_service.endorse.credential import Claim, Profile, Related, StatusSlot
from graph_service.endorse.jsontext import Document
from graph_service.endorse.keys import Algorithm, PrivateKey

BASE = "https://graph-service.example"
BOARD = Profile(Iri(f"{BASE}/profiles/board"), "みなと市教育委員会", "https://board.example/")
UNIVERSITY = Profile(Iri(f"{BASE}/profiles/university"), "みなと大学")
BADGE = Iri(f"{BASE}/achievements/class-management")
LIST = Iri(f"{BASE}/status/01JB00000000000000000000AA")

BOARD_KEY = PrivateKey.generate(Algorithm.ED25519, b"board key".ljust(32, b"."))
UNIVERSITY_KEY = PrivateKey.generate(Algorithm.ED25519, b"university key".ljust(32, b"."))
P256_KEY = PrivateKey.generate(Algorithm.P256, b"p256 key".ljust(48, b"."))

SINCE = Instant("2026-09-01T00:00:00Z")
UNTIL = Instant("2031-09-01T00:00:00Z")
NOW = Instant("2026-11-21T07:46:40Z")

CLAIM = Claim(
    id=Iri(f"{BASE}/credentials/01JB00000000000000000000AB"),
    name="学級経営の基礎への裏書",
    issuer=BOARD,
    subject=BADGE,
    kind=Iri(f"{BASE}/kinds/ENDORSE"),
    validity=Span(SINCE, UNTIL),
    status=StatusSlot(LIST, 94567),
    comment="到達目標と評価方法を確認しました。",
    digest="zQmWvQxTqbG2Z9HPJgG57jjwR154cKhbtJenbyYTWkjgF3e",
)


RECOGNITION = Related(Iri(f"{BASE}/endorsements/01JB/recognition"), "application/json", CLAIM.digest)


def endorsement(**changes: Any) -> Document:
    return credential.endorsement(replace(CLAIM, **changes))


def achievement_credential(**members: Any) -> Document:
    """A badge of the university that carries `members`, such as endorsements; without a status."""
    context = endorsement()["@context"]
    return {
        "@context": context,
        "id": f"{BASE}/credentials/01JB00000000000000000000AC",
        "type": ["VerifiableCredential", "AchievementCredential"],
        "issuer": credential.profile(UNIVERSITY),
        "validFrom": SINCE,
        "credentialSubject": {
            "id": "urn:uuid:00000000-0000-4000-8000-000000000000",
            "type": ["AchievementSubject"],
            "achievement": {
                "id": BADGE,
                "type": ["Achievement"],
                "name": "学級経営の基礎",
                "description": "学級を経営する。",
                "criteria": {"id": f"{BADGE}#criteria", "narrative": "課題を提出する。"},
                "creator": credential.profile(UNIVERSITY),
            },
        },
        **members,
    }


def signed(document: Document, key: PrivateKey = BOARD_KEY, *, issuer: Profile = BOARD) -> Document:
    options = eddsa_rdfc_2022.Options(controller.method_id(issuer.id, key.public), SINCE)
    draft = eddsa_rdfc_2022.begin(document, options)
    return draft.finish(key.sign(draft.data))


@cache
def key_of(algorithm: Algorithm) -> PrivateKey:
    """The board's key of this kind."""
    match algorithm:
        case Algorithm.ED25519:
            return BOARD_KEY
        case Algorithm.P256:
            return P256_KEY
        case Algorithm.RSA:
            return PrivateKey.generate(algorithm, b"")


def token(document: Document, key: PrivateKey = P256_KEY, *, issuer: Profile = BOARD) -> str:
    draft = vc_jwt.begin(document, controller.kid(issuer.id, key.public), key.public.algorithm)
    return draft.finish(key.sign(draft.data))


def status(*positions: int, since: str = SINCE, until: str = UNTIL, **changes: Any) -> Document:
    """The board's status list in which these positions are revoked."""
    document = status_list.credential(
        LIST,
        credential.profile(BOARD),
        positions,
        valid_from=Instant(since),
        valid_until=Instant(until),
        ttl_seconds=300,
    )
    return signed({**document, **changes})


def published(profile: Profile, *keys: PrivateKey, **state: Any) -> Document:
    return controller.document(credential.profile(profile), [PublishedKey(key.public, **state) for key in keys])


def calls(of: Callable[..., Any], work: Callable[[], object]) -> list[dict[str, Any]]:
    """Do some work; return the arguments of every call of a function on the way."""
    found: list[dict[str, Any]] = []

    def look(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code is of.__code__:
            found.append(dict(frame.f_locals))

    sys.setprofile(look)
    try:
        work()
    finally:
        sys.setprofile(None)
    return found


FOUND: dict[str, Document] = {
    BOARD.id: published(BOARD, BOARD_KEY),
    UNIVERSITY.id: published(UNIVERSITY, UNIVERSITY_KEY),
    LIST: status(),
}
