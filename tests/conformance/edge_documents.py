"""Documents at the edges of JSON-LD: what may be signed, what must be refused, and who says so.

Each is the endorsement below with something put at one place.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from random import Random
from typing import Any

V2 = "https://www.w3.org/ns/credentials/v2"
OB = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"

ENDORSEMENT: dict[str, Any] = {
    "@context": [V2, OB, EXTENSIONS],
    "id": "https://board.example/endorsements/1",
    "type": ["VerifiableCredential", "EndorsementCredential"],
    "name": "Endorsement",
    "issuer": {"id": "https://board.example/profiles/board", "type": ["Profile"], "name": "Board"},
    "validFrom": "2026-09-01T08:00:00Z",
    "validUntil": "2031-08-31T22:00:00Z",
    "credentialSubject": {
        "id": "https://badges.example/achievements/1",
        "type": ["EndorsementSubject"],
        "endorsementComment": "Good.",
    },
    "credentialSchema": [
        {
            "id": "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_endorsementcredential_schema.json",
            "type": "1EdTechJsonSchemaValidator2019",
        }
    ],
    "credentialStatus": {
        "id": "https://board.example/status/1#7",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "7",
        "statusListCredential": "https://board.example/status/1",
    },
}

GONE = object()
PROOF = {
    "type": "DataIntegrityProof",
    "cryptosuite": "eddsa-rdfc-2022",
    "created": "2026-09-01T08:00:00Z",
    "verificationMethod": "https://board.example/profiles/board#key",
    "proofPurpose": "assertionMethod",
    "proofValue": "z3",
}


def changed(place: str, value: Any) -> dict[str, Any]:
    """Return the endorsement with `value` at a place such as `credentialSubject.id`; GONE takes it away."""
    document = copy.deepcopy(ENDORSEMENT)
    *outer, last = place.split("/")
    node: Any = document
    for step in outer:
        node = node[int(step) if isinstance(node, list) else step]
    key = int(last) if isinstance(node, list) else last
    if value is GONE:
        del node[key]
    else:
        node[key] = copy.deepcopy(value)
    return document


def comment(value: Any) -> dict[str, Any]:
    return changed("credentialSubject/endorsementComment", value)


def achievement(**members: Any) -> dict[str, Any]:
    """Return an AchievementCredential whose achievement has these members besides the necessary ones."""
    document = changed("type", ["VerifiableCredential", "AchievementCredential"])
    document["credentialSubject"] = {
        "type": ["AchievementSubject"],
        "achievement": {
            "id": "https://badges.example/achievements/1",
            "type": ["Achievement"],
            "name": "Data",
            "description": "Reads data.",
            "criteria": {"narrative": "Do it."},
            **members,
        },
    }
    return document


def embedded(**members: Any) -> dict[str, Any]:
    document = changed("credentialStatus/id", "https://board.example/status/1#8")
    return {**document, "id": "https://board.example/endorsements/2", "proof": PROOF, **members}


_BLANKS = {"type": ["Address"], "addressCountry": "JP"}
_TWINS = [{"type": ["IdentifierEntry"], "identifier": "1", "identifierType": "identifier"}] * 2

# Both sides accept these, and write the same canonical form.
ACCEPTED: dict[str, dict[str, Any]] = {
    "as it is": ENDORSEMENT,
    "two contexts": {**changed("credentialSchema", GONE), "@context": [V2, OB]},
    "contexts in other order": changed("@context", [V2, EXTENSIONS, OB]),
    "context twice": changed("@context", [V2, OB, OB, EXTENSIONS]),
    "data integrity context too": changed(
        "@context", [V2, OB, EXTENSIONS, "https://w3id.org/security/data-integrity/v2"]
    ),
    "VCDM 1.1": {
        **changed("validFrom", GONE),
        "@context": ["https://www.w3.org/2018/credentials/v1", OB.replace("3.0.3", "3.0.1"), EXTENSIONS],
        "validUntil": "2031-08-31T22:00:00Z",
        "issuanceDate": "2026-09-01T08:00:00Z",
        "credentialStatus": {"id": "https://board.example/status/1", "type": "1EdTechRevocationList"},
    },
    "type as a string": changed("credentialSubject/type", "EndorsementSubject"),
    "type twice": changed("credentialSubject/type", ["EndorsementSubject", "EndorsementSubject"]),
    "type as an absolute IRI": changed(
        "credentialSubject/type", ["EndorsementSubject", "https://board.example/kinds/ENDORSE"]
    ),
    "type as a compact IRI without prefix": changed("credentialSubject/type", ["EndorsementSubject", "ext:Kind"]),
    "issuer as a string": changed("issuer", "https://board.example/profiles/board"),
    "issuer id only": changed("issuer", {"id": "https://board.example/profiles/board"}),
    "no id": changed("id", GONE),
    "subject without id": changed("credentialSubject/id", GONE),
    "status without id": changed("credentialStatus/id", GONE),
    "two subjects": changed("credentialSubject", [ENDORSEMENT["credentialSubject"], {"id": "urn:x:2"}]),
    "URN": changed("credentialSubject/id", "urn:uuid:00000000-0000-4000-8000-000000000000"),
    "DID": changed("credentialSubject/id", "did:example:123#key?x=1"),
    "IRI beyond ASCII": changed("credentialSubject/id", "https://例え.example/学び/データ"),
    "IRI beyond the first plane": changed("credentialSubject/id", "https://badges.example/𠮟"),
    "IRI with percent signs": changed("credentialSubject/id", "https://badges.example/%E5%AD%A6%20x"),
    "IRI with brackets": changed("credentialSubject/id", "https://[::1]/a'()*,;=!$&"),
    "data IRI": changed("issuer/image", {"id": "data:image/png;base64," + "A" * 3000, "type": "Image"}),
    "upper-case scheme": changed("credentialSubject/id", "HTTPS://badges.example/1"),
    "digest": changed("credentialSubject/digestMultibase", "zQmWvQxTqbG2Z9HPJgG57jjwR154cKhbtJenbyYTWkjgF3e"),
    "related resource": changed("relatedResource", [{"id": "https://board.example/r/1", "digestSRI": "sha256-x"}]),
    "comment in Japanese": comment("見本として良い。"),
    "comment with quotes": comment("She said \"good\" \\ and 'fine'"),
    "comment with tab and lines": comment("a\tb\nc\r\nd"),
    "comment with separators": comment("a\u2028b\u2029c\u0085d"),
    "comment with zero width": comment("a\u200bb\ufeffc\u00ad"),
    "comment in two normal forms": comment(["\u00e9", "e\u0301"]),
    "comment beyond the first plane": comment("😀𠮟"),
    "comment empty": comment(""),
    "comment of spaces": comment("  "),
    "comment like an IRI": comment("https://badges.example/"),
    "comment like a keyword": comment("@id"),
    "comment like a blank node": comment("_:b0"),
    "comment like markup": comment("<b>&amp;</b> \\u0041 ^^<x> @en"),
    "comment twice the same": comment(["Good.", "Good."]),
    "comments": comment(["Good.", "Better."]),
    "comment truth": comment(True),
    "comment number": comment(7),
    "comment negative": comment(-7),
    "comment with language": comment({"@value": "Good.", "@language": "en"}),
    "comment with upper-case language": comment({"@value": "Good.", "@language": "EN-gb"}),
    "comment with long language": comment({"@value": "良い", "@language": "ja-Jpan-JP-x-kansai"}),
    "comment with direction": comment({"@value": "طيب", "@language": "ar", "@direction": "rtl"}),
    "comment with direction only": comment({"@value": "طيب", "@direction": "rtl"}),
    "comment plain in an object": comment({"@value": "Good."}),
    "comment in two languages": comment([{"@value": "a", "@language": "en"}, {"@value": "a", "@language": "ja"}]),
    "index as a number": changed("credentialStatus/statusListIndex", 7),
    "date with a fraction": changed("validFrom", "2026-09-01T08:00:00.000Z"),
    "date with an offset": changed("validFrom", "2026-09-01T17:00:00+09:00"),
    "date that is none": changed("validFrom", "yesterday"),
    "terms of use": changed(
        "termsOfUse", [{"id": "https://board.example/terms", "type": "https://board.example/Terms"}]
    ),
    "refresh service": changed("refreshService", {"id": "https://board.example/r", "type": "1EdTechCredentialRefresh"}),
    "awarded date": changed("awardedDate", "2026-08-28T12:00:00Z"),
    "evidence": changed(
        "evidence", [{"id": "https://board.example/e", "type": ["Evidence"], "narrative": "N", "genre": "g"}]
    ),
    "issuer with a blank node": changed("issuer/address", _BLANKS),
    "issuer twice the same address": changed("issuer/address", [_BLANKS, _BLANKS]),
    "twin blank nodes": changed("issuer/otherIdentifier", _TWINS),
    "nested blank nodes": changed(
        "issuer/address", {**_BLANKS, "geo": {"type": "GeoCoordinates", "latitude": 52.5, "longitude": -1.25}}
    ),
    "parent organisation": changed("issuer/parentOrg", {"id": "https://p.example", "type": ["Profile"], "name": "P"}),
    "issuer that is its own parent": changed(
        "issuer/parentOrg",
        {"id": "https://board.example/profiles/board", "type": ["Profile"], "name": "Board"},
    ),
    "subject that is the issuer": changed("credentialSubject/id", "https://board.example/profiles/board"),
    "subject that is the credential": changed("credentialSubject", {"id": "https://board.example/endorsements/1"}),
    "empty object property": changed("issuer/url", ""),
    "achievement": achievement(),
    "achievement with credits": achievement(creditsAvailable=3.5),
    "whole number as a float": achievement(creditsAvailable=36.0),
    "zero": achievement(creditsAvailable=0),
    "negative zero": achievement(creditsAvailable=-0.0),
    "largest exact integer": achievement(creditsAvailable=2**53 - 1),
    "fraction": achievement(creditsAvailable=0.1),
    "small fraction": achievement(creditsAvailable=0.001),
    "criteria with id": achievement(criteria={"id": "https://badges.example/criteria", "narrative": "Do it."}),
    "tags": achievement(tag=["b", "a", "ä", "学"]),
    "ordered values": achievement(
        resultDescription=[
            {
                "id": "urn:x:r",
                "type": ["ResultDescription"],
                "name": "G",
                "resultType": "LetterGrade",
                "allowedValue": ["F", "A", "A"],
            }
        ]
    ),
    "one ordered value": achievement(
        resultDescription=[{"type": ["ResultDescription"], "name": "G", "resultType": "Status", "allowedValue": "A"}]
    ),
    "creator that is the issuer": achievement(creator=ENDORSEMENT["issuer"]),
    "alignments": achievement(
        alignment=[
            {
                "type": ["Alignment"],
                "targetName": f"T{n}",
                "targetUrl": f"https://f.example/{n}",
                "targetType": "ext:X",
            }
            for n in range(3)
        ]
    ),
    "embedded endorsement": changed("endorsement", [embedded()]),
    "embedded twice": changed("endorsement", [embedded(), embedded(id="https://board.example/endorsements/3")]),
    "embedded twice the same, with many members": changed(
        "endorsement", [embedded(proof={**PROOF, "id": "urn:x:p", "nonce": "n", "domain": "d"})] * 2
    ),
    "embedded in the issuer": changed("issuer/endorsement", [embedded()]),
    "embedded in the achievement": achievement(endorsement=[embedded()]),
    "embedded with an array of proofs": changed("endorsement", [embedded(proof=[PROOF])]),
    "embedded with two proofs": changed("endorsement", [embedded(proof=[PROOF, {**PROOF, "id": "urn:x:p"}])]),
    "embedded JWT": changed("endorsementJwt", ["a.b.c"]),
}

# The safe mode of jsonld.js refuses these; so must we. The code is ours.
REFUSED_BY_BOTH: dict[str, tuple[str, dict[str, Any]]] = {
    "undefined property": ("DATA_LOSS_DETECTION_ERROR", changed("secret", "x")),
    "undefined property of the subject": (
        "DATA_LOSS_DETECTION_ERROR",
        changed("credentialSubject/secret", "x"),
    ),
    "undefined property deep inside": (
        "DATA_LOSS_DETECTION_ERROR",
        changed("credentialSchema/0/secret", "x"),
    ),
    "subject without type": ("DATA_LOSS_DETECTION_ERROR", changed("credentialSubject/type", GONE)),
    "status without type": ("DATA_LOSS_DETECTION_ERROR", changed("credentialStatus/type", GONE)),
    "issuer terms without type": (
        "DATA_LOSS_DETECTION_ERROR",
        changed("issuer", {"id": "https://board.example", "email": "b@board.example"}),
    ),
    "undefined type": (
        "DATA_LOSS_DETECTION_ERROR",
        changed("credentialSubject/type", ["EndorsementSubject", "Kind"]),
    ),
    "misspelt type": ("DATA_LOSS_DETECTION_ERROR", changed("type/1", "EndorsementCredentail")),
    "type that needs the extensions": ("DATA_LOSS_DETECTION_ERROR", changed("@context", [V2, OB])),
    "empty type": ("DATA_LOSS_DETECTION_ERROR", changed("type/1", "")),
    "relative id": ("DATA_LOSS_DETECTION_ERROR", changed("id", "endorsements/1")),
    "absolute path as id": ("DATA_LOSS_DETECTION_ERROR", changed("id", "/endorsements/1")),
    "fragment as id": ("DATA_LOSS_DETECTION_ERROR", changed("credentialSubject/id", "#1")),
    "empty id": ("DATA_LOSS_DETECTION_ERROR", changed("credentialSubject/id", "")),
    "relative issuer": ("DATA_LOSS_DETECTION_ERROR", changed("issuer", "board")),
    "relative status list": (
        "DATA_LOSS_DETECTION_ERROR",
        changed("credentialStatus/statusListCredential", "status/1"),
    ),
    "keyword as id": ("DATA_LOSS_DETECTION_ERROR", changed("credentialSubject/id", "@foo")),
    "real keyword as id": ("DATA_LOSS_DETECTION_ERROR", changed("credentialSubject/id", "@id")),
    "keyword as type": ("DATA_LOSS_DETECTION_ERROR", changed("type/1", "@foo")),
    "id with a space": ("INVALID_IRI", changed("credentialSubject/id", "https://badges.example/a b")),
    "id with a line end": ("INVALID_IRI", changed("credentialSubject/id", "https://badges.example/1\n")),
    "id with a no-break space": (
        "INVALID_IRI",
        changed("credentialSubject/id", "https://badges.example/\u00a0"),
    ),
    "id with a byte order mark": (
        "INVALID_IRI",
        changed("credentialSubject/id", "https://badges.example/\ufeff"),
    ),
    "id with an ideographic space": (
        "INVALID_IRI",
        changed("credentialSubject/id", "https://badges.example/\u3000"),
    ),
    "id with a line separator": (
        "INVALID_IRI",
        changed("credentialSubject/id", "https://badges.example/\u2028"),
    ),
    "id of a number": ("INVALID_JSON_LD", changed("credentialSubject/id", 5)),
    "id of several": ("INVALID_JSON_LD", changed("credentialSubject/id", ["urn:x:1", "urn:x:2"])),
    "id of an object": ("INVALID_JSON_LD", changed("credentialSubject/id", {"name": "x"})),
    "null id": ("NULL_VALUE", changed("credentialSubject/id", None)),
    "type of a number": ("INVALID_JSON_LD", changed("credentialSubject/type", 5)),
    "language with a space": ("INVALID_LANGUAGE_TAG", comment({"@value": "x", "@language": "en GB"})),
    "language with an underscore": ("INVALID_LANGUAGE_TAG", comment({"@value": "x", "@language": "en_GB"})),
    "empty language": ("INVALID_LANGUAGE_TAG", comment({"@value": "x", "@language": ""})),
    "language of a number": ("INVALID_LANGUAGE_TAG", comment({"@value": "x", "@language": 1})),
    "wrong direction": ("VALUE_OBJECT", comment({"@value": "x", "@direction": "up"})),
    "language of a truth value": ("VALUE_OBJECT", comment({"@value": True, "@language": "en"})),
    "language without value": ("KEY_NOT_A_TERM", comment({"@language": "en"})),
    "value with a stray member": ("VALUE_OBJECT", comment({"@value": "x", "name": "y"})),
    "value with an undefined type": ("VALUE_OBJECT", comment({"@value": "x", "@type": "Foo"})),
    "value of an object": ("VALUE_OBJECT", comment({"@value": {"name": "x"}})),
    "null value object": ("VALUE_OBJECT", comment({"@value": None})),
    "unknown keyword": ("KEY_NOT_A_TERM", changed("@foo", "x")),
    "blank node as key": ("KEY_NOT_A_TERM", changed("_:b0", "x")),
    "reverse": ("KEY_NOT_A_TERM", changed("@reverse", {"issuer": {"id": "urn:x:1"}})),
    "reverse of a value": ("KEY_NOT_A_TERM", changed("@reverse", {"name": "x"})),
    "twice the id": ("KEY_NOT_A_TERM", changed("@id", "https://board.example/other")),
    "unknown context": ("UNKNOWN_CONTEXT", changed("@context", [V2, "https://attacker.example/context"])),
    "context of a number": ("INLINE_CONTEXT", changed("@context", [V2, 5])),
    "redefined term": (
        "INLINE_CONTEXT",
        changed("@context", [V2, OB, {"name": "https://attacker.example/name"}]),
    ),
    "null context": ("INLINE_CONTEXT", changed("@context", [V2, OB, None])),
    "no context": ("MISSING_CONTEXT", changed("@context", GONE)),
    "proof that is a name only": ("DATA_LOSS_DETECTION_ERROR", changed("proof", "urn:x:1")),
    "nothing but an id": ("DATA_LOSS_DETECTION_ERROR", {"@context": [V2], "id": "urn:x:1"}),
    "nothing but a context": ("DATA_LOSS_DETECTION_ERROR", {"@context": [V2]}),
    "empty document": ("EMPTY_VALUE", {}),
}

# jsonld.js accepts these, we do not: the JSON says something else than the RDF, or verifiers would disagree.
REFUSED_BY_US: dict[str, tuple[str, dict[str, Any]]] = {
    "absolute IRI as key": (
        "KEY_NOT_A_TERM",
        {**ENDORSEMENT, "https://www.w3.org/2018/credentials#validUntil": "2099-01-01T00:00:00Z"},
    ),
    "compact IRI as key": ("KEY_NOT_A_TERM", changed("ext:validUntil", "2099-01-01T00:00:00Z")),
    "id spelt as keyword": (
        "KEY_NOT_A_TERM",
        changed("credentialSubject", {"@id": "urn:x:1", "type": "EndorsementSubject"}),
    ),
    "type spelt as keyword": (
        "KEY_NOT_A_TERM",
        changed("credentialSubject", {"id": "urn:x:1", "@type": "EndorsementSubject"}),
    ),
    "included": ("KEY_NOT_A_TERM", changed("@included", [{"id": "urn:x:1", "name": "x"}])),
    "graph": ("KEY_NOT_A_TERM", {"@context": [V2, OB, EXTENSIONS], "@graph": [ENDORSEMENT]}),
    "nest": ("KEY_NOT_A_TERM", changed("@nest", {"description": "x"})),
    "index": ("KEY_NOT_A_TERM", changed("credentialSubject/@index", "x")),
    "set": ("KEY_NOT_A_TERM", comment({"@set": ["x"]})),
    "list": ("KEY_NOT_A_TERM", comment({"@list": ["x"]})),
    "typed value": ("VALUE_OBJECT", comment({"@value": "x", "@type": "https://x.example/t"})),
    "JSON value": ("VALUE_OBJECT", comment({"@value": {"a": 1}, "@type": "@json"})),
    "number in a value object": ("VALUE_OBJECT", comment({"@value": 7})),
    "value with an index": ("VALUE_OBJECT", comment({"@value": "x", "@index": "y"})),
    "null": ("NULL_VALUE", changed("description", None)),
    "null in an array": ("NULL_VALUE", comment(["x", None])),
    "empty array": ("EMPTY_VALUE", changed("evidence", [])),
    "empty object": ("EMPTY_VALUE", changed("evidence", [{}])),
    "nested array": ("NESTED_ARRAY", changed("credentialSubject", [[ENDORSEMENT["credentialSubject"]]])),
    "inline context": (
        "INLINE_CONTEXT",
        changed("@context", [V2, OB, EXTENSIONS, {"more": "https://x.example/more"}]),
    ),
    "inline context inside": (
        "INLINE_CONTEXT",
        changed("credentialSubject/@context", {"more": "https://x.example/more"}),
    ),
    "pinned context inside": ("INLINE_CONTEXT", changed("credentialSubject/@context", [V2])),
    "context as a string": ("INLINE_CONTEXT", {"@context": V2, "id": "urn:x:1", "name": "x"}),
    "other context first": ("CONTEXT_ORDER", changed("@context", [EXTENSIONS, V2, OB])),
    "blank node id": ("INVALID_IRI", changed("credentialSubject/id", "_:b0")),
    "blank node type": ("INVALID_IRI", changed("credentialSubject/type", ["EndorsementSubject", "_:b0"])),
    "id with markup": ("INVALID_IRI", changed("credentialSubject/id", "https://badges.example/<x>")),
    "id with a quote": ("INVALID_IRI", changed("credentialSubject/id", 'https://badges.example/"')),
    "id with a backslash": ("INVALID_IRI", changed("credentialSubject/id", "https://badges.example/\\")),
    "id with a direction mark": (
        "INVALID_IRI",
        changed("credentialSubject/id", "https://badges.example/\u202e"),
    ),
    "id with a zero width space": (
        "INVALID_IRI",
        changed("credentialSubject/id", "https://badges.example/\u200b"),
    ),
    "id that is a scheme": ("INVALID_IRI", changed("credentialSubject/id", "https:")),
    "described twice": (
        "DESCRIBED_TWICE",
        changed("credentialSubject", {"id": "https://board.example/endorsements/1", "name": "Other"}),
    ),
    "status entry described twice": (
        "DESCRIBED_TWICE",
        changed("evidence", [{"id": "https://board.example/status/1#7", "type": ["Evidence"], "name": "x"}]),
    ),
    "two directions": (
        "AMBIGUOUS_VALUE",
        comment([{"@value": "x", "@direction": "ltr"}, {"@value": "x", "@direction": "rtl"}]),
    ),
    "with and without direction": ("AMBIGUOUS_VALUE", comment(["x", {"@value": "x", "@direction": "rtl"}])),
    "control character": ("TEXT_CONTROL_CHARACTER", comment("a\u0000b")),
    "backspace": ("TEXT_CONTROL_CHARACTER", comment("a\bb")),
    "form feed": ("TEXT_CONTROL_CHARACTER", comment("a\fb")),
    "noncharacter": ("TEXT_CONTROL_CHARACTER", comment("a\ufffeb")),
    "delete": ("TEXT_CONTROL_CHARACTER", comment("a\u007fb")),
    "number with an exponent": ("INEXACT_NUMBER", achievement(creditsAvailable=1e-7)),
    "number beyond 2^53": ("INEXACT_NUMBER", achievement(creditsAvailable=2**53)),
    "large float": ("INEXACT_NUMBER", achievement(creditsAvailable=1e21)),
    "float of 17 digits": ("INEXACT_NUMBER", achievement(creditsAvailable=0.30000000000000004)),
    "JSON literal": (
        "DATA_LOSS_DETECTION_ERROR",
        changed("credentialSchema/0", {"id": "urn:x:s", "type": "JsonSchema", "jsonSchema": {"type": "object"}}),
    ),
    "embedded without context": (
        "MISSING_CONTEXT",
        changed("endorsement", [{k: v for k, v in embedded().items() if k != "@context"}]),
    ),
}


def _nested(levels: int) -> dict[str, Any]:
    profile: dict[str, Any] = {"id": "https://p.example/0", "type": ["Profile"]}
    for level in range(1, levels):
        profile = {"id": f"https://p.example/{level}", "type": ["Profile"], "parentOrg": profile}
    return profile


REFUSED_BY_US["one object too deep"] = ("LIMIT_EXCEEDED", changed("issuer", _nested(40)))
ACCEPTED["nested twenty times"] = changed("issuer", _nested(20))


_KEYS = [
    *(
        "id",
        "type",
        "name",
        "description",
        "url",
        "image",
        "address",
        "email",
        "geo",
        "parentOrg",
        "endorsement",
        "proof",
    ),
    *(
        "validFrom",
        "awardedDate",
        "evidence",
        "termsOfUse",
        "relatedResource",
        "digestSRI",
        "creator",
        "tag",
        "criteria",
    ),
    *(
        "alignment",
        "resultDescription",
        "allowedValue",
        "creditsAvailable",
        "narrative",
        "targetUrl",
        "caption",
        "related",
    ),
    *(
        "endorsementComment",
        "statusListIndex",
        "statusPurpose",
        "ttl",
        "inLanguage",
        "version",
        "identifier",
        "hashed",
    ),
    *(
        "secret",
        "@id",
        "@type",
        "@included",
        "ext:x",
        "xsd",
        "achievement",
        "result",
        "source",
        "latitude",
        "jsonSchema",
    ),
]
_TYPES = [
    *(
        "Profile",
        "Achievement",
        "EndorsementSubject",
        "AchievementSubject",
        "Image",
        "Address",
        "Evidence",
        "Alignment",
    ),
    *(
        "GeoCoordinates",
        "ResultDescription",
        "Criteria",
        "Related",
        "VerifiableCredential",
        "DataIntegrityProof",
        "Foo",
    ),
    *("https://x.example/T", "ext:T", "@json", "_:t", "BitstringStatusListEntry", "JsonSchema"),
]
_VALUES: list[Any] = [
    *(
        "x",
        "",
        "日本",
        "a\tb",
        "urn:x:1",
        "https://x.example/1",
        "https://x.example/a b",
        "foo",
        "cred:x",
        "sec:x",
        "#f",
        "_:b",
        "@foo",
        "xsd:x",
    ),
    *(
        0,
        1,
        -5,
        3.5,
        0.1,
        1e-7,
        1e21,
        2**53,
        True,
        False,
        None,
        [],
        {},
        ["a", "b"],
        ["a", "a"],
        [["a"]],
        [1, "1"],
    ),
    *(
        {"id": "urn:x:2"},
        {"@value": "v"},
        {"@value": "v", "@language": "en"},
        {"@value": "v", "@direction": "rtl"},
    ),
    *(
        {"@value": 1, "@type": "urn:t"},
        {"@list": ["a"]},
        ["x", {"@value": "x"}],
        {"type": "Profile", "name": "P"},
    ),
]


def random_document(random: Random) -> dict[str, Any]:
    """Return one of the documents above with a few things put at random places."""
    document = copy.deepcopy(random.choice([ENDORSEMENT, achievement(), *ACCEPTED.values()]))
    for _ in range(random.choice([0, 1, 1, 2, 3, 5])):
        node = random.choice(list(_objects(document)))
        key = random.choice([*_KEYS, *node.keys() - {"@context"}])
        value = random.choice(_TYPES) if key in ("type", "@type") else copy.deepcopy(random.choice(_VALUES))
        if isinstance(value, dict) and random.random() < 0.5:
            value = {"type": random.choice(_TYPES), **value}
        node[key] = [*node[key], value] if isinstance(node.get(key), list) and random.random() < 0.5 else value
    return document


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        value = [child for key, child in value.items() if key != "@context"]
    if isinstance(value, list):
        for child in value:
            yield from _objects(child)
