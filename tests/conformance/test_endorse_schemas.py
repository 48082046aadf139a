"""What we issue is valid by 1EdTech's strict JSON schemas."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from graph_service.endorse import credential
from tests.conformance.shared import STANDARDS, needs_shared, read_json
from tests.unit.endorse.building import BOARD, BOARD_KEY, achievement_credential, endorsement, published, signed
from tests.unit.endorse.test_endorse_credential import VERSION

SCHEMAS = STANDARDS / "schemas" / "ob-v3p0-2024-07"

pytestmark = needs_shared


def faults(document: Any, name: str, part: str | None = None) -> list[str]:
    schema = read_json(SCHEMAS / f"{name}.json")
    if part:
        schema = {"$schema": schema["$schema"], "$defs": schema["$defs"], "$ref": f"#/$defs/{part}"}
    validator = jsonschema.Draft201909Validator(schema, format_checker=jsonschema.Draft201909Validator.FORMAT_CHECKER)
    return [error.message for error in validator.iter_errors(json.loads(json.dumps(document)))]


@pytest.mark.parametrize("changes", [{}, {"comment": "", "digest": ""}])
def test_an_endorsement(changes: dict[str, Any]) -> None:
    assert faults(signed(endorsement(**changes)), "endorsementcredential") == []


def test_the_schema_can_find_fault() -> None:
    document = signed(endorsement())
    del document["name"]
    document["validFrom"] = "yesterday"
    assert len(faults(document, "endorsementcredential")) == 2


def test_a_badge_that_carries_endorsements() -> None:
    assert faults(achievement_credential(endorsement=[signed(endorsement())]), "achievementcredential") == []


def test_a_published_achievement() -> None:
    document = json.loads(credential.published_achievement(VERSION).bytes)
    assert faults(document, "achievementcredential", "Achievement") == []


def test_a_profile_with_its_keys() -> None:
    assert faults(published(BOARD, BOARD_KEY), "profile") == []
