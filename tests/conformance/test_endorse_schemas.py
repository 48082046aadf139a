"""What we issue is valid by 1EdTech's strict JSON schemas."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import jwt
import pytest

from graph_service.domain.time import Span
from graph_service.endorse import credential
from tests.conformance.shared import STANDARDS, needs_shared, read_json
from tests.unit.endorse.building import (
    BOARD,
    BOARD_KEY,
    P256_KEY,
    RECOGNITION,
    SINCE,
    UNIVERSITY,
    UNIVERSITY_KEY,
    achievement_credential,
    endorsement,
    published,
    signed,
    token,
)
from tests.unit.endorse.test_endorse_credential import VERSION
from tests.unit.endorse.test_endorse_tampering import award

SCHEMAS = STANDARDS / "schemas" / "ob-v3p0-2024-07"

pytestmark = needs_shared


def faults(document: Any, name: str, part: str | None = None) -> list[str]:
    schema = read_json(SCHEMAS / f"{name}.json")
    if part:
        schema = {"$schema": schema["$schema"], "$defs": schema["$defs"], "$ref": f"#/$defs/{part}"}
    validator = jsonschema.Draft201909Validator(schema, format_checker=jsonschema.Draft201909Validator.FORMAT_CHECKER)
    return [error.message for error in validator.iter_errors(json.loads(json.dumps(document)))]


@pytest.mark.parametrize("changes", [{}, {"comment": "", "digest": ""}, {"related": (RECOGNITION,)}])
def test_an_endorsement(changes: dict[str, Any]) -> None:
    assert faults(signed(endorsement(**changes)), "endorsementcredential") == []


@pytest.mark.parametrize("changes", [{}, {"comment": "", "digest": ""}, {"validity": Span(SINCE)}])
def test_the_payload_of_a_token(changes: dict[str, Any]) -> None:
    payload = jwt.decode(token(endorsement(**changes)), options={"verify_signature": False})
    assert {"iss", "sub", "jti", "nbf"} <= payload.keys()
    assert faults(payload, "endorsementcredential") == []


def test_the_schema_can_find_fault() -> None:
    document = signed(endorsement())
    del document["name"]
    document["validFrom"] = "yesterday"
    assert len(faults(document, "endorsementcredential")) == 2


def test_a_badge_that_carries_endorsements() -> None:
    assert faults(achievement_credential(endorsement=[signed(endorsement())]), "achievementcredential") == []


def test_an_award_in_both_forms() -> None:
    document = award(signed(endorsement()))
    payload = jwt.decode(token(document, UNIVERSITY_KEY, issuer=UNIVERSITY), options={"verify_signature": False})
    assert faults(signed(document, UNIVERSITY_KEY, issuer=UNIVERSITY), "achievementcredential") == []
    assert faults(payload, "achievementcredential") == []


def test_a_published_achievement() -> None:
    document = json.loads(credential.published_achievement(VERSION).bytes)
    assert faults(document, "achievementcredential", "Achievement") == []


def test_a_profile_with_its_keys() -> None:
    assert faults(published(BOARD, BOARD_KEY, P256_KEY), "profile") == []
