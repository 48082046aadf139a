"""Credentials as JSON Web Tokens: what we sign, what another library sees in it, what we refuse to sign or believe."""

from __future__ import annotations

import json
from typing import Any

import jwt
import pytest

from graph_service.domain.iri import Iri
from graph_service.domain.time import Span
from graph_service.endorse import base64url, contexts, controller, credential, jsontext, vc_jwt
from graph_service.endorse.evidence import Found
from graph_service.endorse.jsontext import Document
from graph_service.endorse.keys import Algorithm, PrivateKey
from graph_service.endorse.report import Name, Outcome, Report
from graph_service.endorse.verify import judge, missing
from graph_service.errors import CredentialError, GraphServiceError, LimitExceeded, ProofError
from tests.unit.endorse.building import (
    BADGE,
    BASE,
    BOARD,
    BOARD_KEY,
    CLAIM,
    FOUND,
    LIST,
    NOW,
    P256_KEY,
    SINCE,
    UNIVERSITY,
    UNIVERSITY_KEY,
    UNTIL,
    achievement_credential,
    endorsement,
    key_of,
    published,
    signed,
    status,
    token,
)

KEYS = {BOARD.id: published(BOARD, *map(key_of, Algorithm))}
WORLD: Found = {**FOUND, **KEYS}
KID = controller.kid(BOARD.id, P256_KEY.public)
SET = f"{BASE}/.well-known/jwks.json"
GOOD = [name for name in Name if name is not Name.HOSTED]


def made(header: Any, payload: Any, key: PrivateKey = P256_KEY) -> bytes:
    """A token of anything at all with a good signature; texts are taken as they are."""
    parts = [part if isinstance(part, bytes) else jsontext.write(part) for part in (header, payload)]
    data = ".".join(map(base64url.encode, parts)).encode()
    return data + b"." + base64url.encode(key.sign(data)).encode()


def parts_of(compact: str) -> tuple[Document, Document]:
    header, payload, _ = compact.split(".")
    return json.loads(base64url.decode(header)), json.loads(base64url.decode(payload))


HEADER, PAYLOAD = parts_of(token(endorsement()))


def wrong(report: Report) -> set[tuple[str, str]]:
    return {(check.name, check.code) for check in report.checks if check.outcome is not Outcome.OK}


def proof(report: Report) -> list[tuple[str, str]]:
    return [(check.outcome, check.code) for check in report.checks if check.name is Name.PROOF]


# What we sign.


@pytest.mark.parametrize("algorithm", Algorithm)
def test_another_library_verifies_what_we_sign(algorithm: Algorithm) -> None:
    key = key_of(algorithm)
    compact = token(endorsement(), key)
    jwk = jwt.PyJWK(controller.jwk(BOARD.id, key.public))
    found = jwt.decode_complete(compact, jwk, [algorithm.jws], options={"verify_exp": False, "verify_nbf": False})
    assert found["header"] == {"alg": algorithm.jws, "kid": controller.kid(BOARD.id, key.public), "typ": "JWT"}
    claims = {"iss": BOARD.id, "sub": BADGE, "jti": CLAIM.id, "nbf": 1788220800, "exp": 1945987200}
    assert found["payload"] == {**endorsement(), **claims}


@pytest.mark.parametrize("algorithm", Algorithm)
def test_we_verify_what_we_sign(algorithm: Algorithm) -> None:
    report = judge(token(endorsement(), key_of(algorithm)).encode(), WORLD, NOW, [BOARD.id])
    assert [(check.name, check.code) for check in report.checks] == [(name, f"{name.name}_OK") for name in GOOD]
    assert (report.id, report.issuer, report.trusted, report.exit_code) == (CLAIM.id, BOARD.id, True, 0)


@pytest.mark.parametrize("algorithm", Algorithm)
def test_we_verify_what_another_library_signs(algorithm: Algorithm) -> None:
    key = key_of(algorithm)
    native: Any = key._native
    kid = controller.kid(BOARD.id, key.public)
    compact = jwt.encode(PAYLOAD, native, algorithm.jws, {"kid": kid, "typ": "vc+jwt", "jwk": key.public.jwk()})
    assert judge(compact.encode(), WORLD, NOW).exit_code == 0


def test_what_has_no_end_has_no_claim_of_it() -> None:
    compact = token(endorsement(validity=Span(SINCE)))
    assert "exp" not in parts_of(compact)[1]
    assert judge(compact.encode(), WORLD, NOW).exit_code == 0


def test_somebody_without_an_id_is_no_subject() -> None:
    document = achievement_credential()
    del document["credentialSubject"]["id"]
    document["credentialSubject"]["identifier"] = [
        {"type": "IdentityObject", "hashed": True, "identityHash": "sha256$00", "identityType": "emailAddress"}
    ]
    compact = token(document, UNIVERSITY_KEY, issuer=UNIVERSITY)
    assert "sub" not in parts_of(compact)[1]
    assert judge(compact.encode(), FOUND, NOW).exit_code == 0


def test_no_end_and_no_known_end_are_not_the_same() -> None:
    document = endorsement(validity=Span(SINCE))
    claims = {**PAYLOAD_CLAIMS, "iss": BOARD.id, "exp": None}
    assert wrong(judge(made(HEADER, {**document, **claims}), WORLD, NOW)) >= {("proof", "CLAIM_MISMATCH")}


def test_the_last_second_of_the_calendar_is_a_number() -> None:
    document = {**endorsement(), "validUntil": "9999-12-31T23:59:59Z"}
    assert parts_of(token(document))[1]["exp"] == 253402300799


@pytest.mark.parametrize(
    ("members", "code", "path"),
    [
        ({"proof": []}, "PROOF_GENERATION_ERROR", ("proof",)),
        ({"iss": BOARD.id}, "PROOF_GENERATION_ERROR", ("iss",)),
        ({"exp": 1}, "PROOF_GENERATION_ERROR", ("exp",)),
        ({"endorsementJwt": ["a.b.c"]}, "PROOF_GENERATION_ERROR", ("endorsementJwt", 0)),
        (
            {"issuer": {**credential.profile(BOARD), "endorsementJwt": ["a.b.c"]}},
            "PROOF_GENERATION_ERROR",
            ("issuer", "endorsementJwt", 0),
        ),
        ({"secret": 1}, "DATA_LOSS_DETECTION_ERROR", ("secret",)),
        ({"https://example.org/secret": 1}, "KEY_NOT_A_TERM", ("https://example.org/secret",)),
        ({"description": "\x07"}, "TEXT_CONTROL_CHARACTER", ("description",)),
        ({"validFrom": "yesterday"}, "INVALID_INSTANT", ("validFrom",)),
    ],
)
def test_what_a_data_integrity_proof_would_not_cover_is_no_token_either(
    members: Document, code: str, path: tuple[str | int, ...]
) -> None:
    with pytest.raises(GraphServiceError) as refused:
        vc_jwt.begin({**endorsement(), **members}, KID, Algorithm.P256)
    assert (refused.value.code, refused.value.problems[0].path) == (code, path)


@pytest.mark.parametrize("member", ["issuer", "id", "validFrom"])
def test_a_claim_that_open_badges_demands_must_have_something_to_say(member: str) -> None:
    document = {name: value for name, value in endorsement().items() if name != member}
    with pytest.raises(ProofError) as refused:
        vc_jwt.begin(document, KID, Algorithm.P256)
    assert [problem.path for problem in refused.value.problems] == [(member,)]
    assert refused.value.code == "MISSING_MEMBER"


# What we do not believe, though the signature holds.


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"typ": "vc+jwt"}, []),
        ({"jwk": P256_KEY.public.jwk()}, []),
        ({"typ": "JOSE"}, [("failed", "MALFORMED_PROOF_ERROR")]),
        ({"typ": None}, [("failed", "MALFORMED_PROOF_ERROR")]),
        ({"crit": ["exp"]}, [("failed", "MALFORMED_PROOF_ERROR")]),
        ({"x5u": "https://attacker.example"}, [("failed", "MALFORMED_PROOF_ERROR")]),
        ({"jku": "https://attacker.example", "x5c": []}, [("failed", "MALFORMED_PROOF_ERROR")] * 2),
        ({"b64": False}, [("failed", "MALFORMED_PROOF_ERROR")]),
        ({"cty": "vc"}, [("failed", "MALFORMED_PROOF_ERROR")]),
        ({"kid": 7}, [("failed", "MALFORMED_PROOF_ERROR")]),
        ({"kid": ""}, [("failed", "MALFORMED_PROOF_ERROR")]),
        ({"alg": "none"}, [("failed", "MALFORMED_PROOF_ERROR")]),
        ({"alg": "nOnE"}, [("failed", "MALFORMED_PROOF_ERROR")]),
        ({"alg": "HS256"}, [("failed", "MALFORMED_PROOF_ERROR")]),
        ({"alg": None}, [("failed", "MALFORMED_PROOF_ERROR")]),
        ({"alg": ["ES256"]}, [("failed", "MALFORMED_PROOF_ERROR")]),
        ({"alg": "ES512"}, [("unknown", "UNSUPPORTED_PROOF")]),
        ({"alg": "ES384"}, [("failed", "PROOF_VERIFICATION_ERROR")]),
        ({"alg": "RS256"}, [("failed", "PROOF_VERIFICATION_ERROR")]),
        ({"alg": "EdDSA"}, [("failed", "PROOF_VERIFICATION_ERROR")]),
        ({"jwk": BOARD_KEY.public.jwk()}, [("failed", "PROOF_VERIFICATION_ERROR")]),
        ({"jwk": {**P256_KEY.public.jwk(), "d": "AQ"}}, [("failed", "PRIVATE_KEY_PUBLISHED")]),
        ({"jwk": "AQ"}, [("failed", "MALFORMED_PROOF_ERROR")]),
        ({"kid": KID + "x"}, [("unknown", "NOT_CHECKED")]),
        ({"kid": None}, [("failed", "MALFORMED_PROOF_ERROR")]),
    ],
)
def test_headers(changes: Document, expected: list[tuple[str, str]]) -> None:
    data = made({**HEADER, **changes}, PAYLOAD)
    report = judge(data, WORLD, NOW)
    assert proof(report) == (expected or [("ok", "PROOF_OK")])
    assert (report.authentic is Outcome.OK) == (not expected)


def test_the_key_in_the_header_is_never_believed() -> None:
    """Who signs with a key of his own and sends it along stays unknown, with a `kid` or without."""
    own = PrivateKey.generate(Algorithm.P256, b"own key".ljust(48, b"."))
    header = {"alg": "ES256", "typ": "JWT", "jwk": own.public.jwk()}
    report = judge(made(header, PAYLOAD, own), WORLD, NOW)
    assert wrong(report) == {("key", "CONTROLLER_UNAVAILABLE"), ("proof", "NOT_CHECKED"), ("issuer", "NOT_CHECKED")}
    report = judge(made(header, PAYLOAD, own), {**WORLD, SET: {"keys": []}}, NOW)
    assert wrong(report) == {
        ("key", "INVALID_VERIFICATION_METHOD"),
        ("proof", "NOT_CHECKED"),
        ("issuer", "NOT_CHECKED"),
    }
    report = judge(made({**header, "kid": KID}, PAYLOAD, own), WORLD, NOW)
    assert wrong(report) == {("proof", "PROOF_VERIFICATION_ERROR")}


@pytest.mark.parametrize("claim", ["iss", "sub", "jti", "nbf", "exp"])
@pytest.mark.parametrize("value", [None, "https://attacker.example", 1, True, 1788220800.0, []])
def test_a_claim_says_what_the_credential_says(claim: str, value: Any) -> None:
    report = judge(made(HEADER, {**PAYLOAD, claim: value}), WORLD, NOW)
    (check,) = [check for check in report.checks if check.name is Name.PROOF]
    assert (check.code, check.path) == ("CLAIM_MISMATCH", (claim,))
    assert report.authentic is Outcome.FAILED


@pytest.mark.parametrize("claim", ["iss", "sub", "jti", "nbf", "exp"])
def test_a_claim_that_is_left_out_contradicts_nothing(claim: str) -> None:
    """What signs the credential signs what it says itself; 1EdTech's own samples have no `sub`."""
    payload = {name: content for name, content in PAYLOAD.items() if name != claim}
    assert judge(made(HEADER, payload), WORLD, NOW).exit_code == 0


def test_when_it_was_signed_and_for_whom_is_no_member_of_the_credential() -> None:
    payload = {**PAYLOAD, "iat": 1788220801, "aud": "urn:uuid:00000000-0000-4000-8000-000000000000"}
    assert judge(made(HEADER, payload), WORLD, NOW).exit_code == 0


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"validUntil": None}, "INVALID_INSTANT"),
        ({"id": None}, "MISSING_MEMBER"),
        ({"issuer": "https://attacker.example"}, "CLAIM_MISMATCH"),
        ({"credentialSubject": [endorsement()["credentialSubject"]] * 2}, "CLAIM_MISMATCH"),
        ({"secret": 1}, "DATA_LOSS_DETECTION_ERROR"),
        ({"https://example.org/secret": 1}, "KEY_NOT_A_TERM"),
        ({"azp": 1788220800}, "DATA_LOSS_DETECTION_ERROR"),
    ],
)
def test_documents_that_do_not_agree_with_their_claims_or_say_what_nobody_knows(changes: Document, code: str) -> None:
    report = judge(made(HEADER, {**PAYLOAD, **changes}), WORLD, NOW)
    assert code in {check.code for check in report.checks if check.name is Name.PROOF}
    assert report.authentic is Outcome.FAILED


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"eyJh.eyJi.c2ln", "INVALID_JSON"),
        (b"e30.e30.", "MALFORMED_PROOF_ERROR"),
        (b"AQ.AQ.AQ", "INVALID_JSON"),
        (b"W10.W10.AQ", "MALFORMED_PROOF_ERROR"),
        (made(b'{"alg":"ES256","alg":"ES256"}', PAYLOAD), "DUPLICATE_KEY"),
        (made(HEADER, b'{"id":"urn:x:1","id":"urn:x:2"}'), "DUPLICATE_KEY"),
        (made(HEADER, b'{"nbf":NaN}'), "NUMBER_OUT_OF_RANGE"),
        (made(HEADER, b"\xff"), "NOT_UTF8"),
        (made(HEADER, {"vc": [endorsement()]}), "MALFORMED_PROOF_ERROR"),
        (made(HEADER, PAYLOAD)[:-1], "MALFORMED_PROOF_ERROR"),  # 85 characters of base64url are no bytes
    ],
)
def test_what_cannot_be_read_is_a_check_and_no_crash(data: bytes, code: str) -> None:
    report = judge(data, WORLD, NOW)
    assert code in {check.code for check in report.checks}
    assert report.authentic is not Outcome.OK
    assert missing(data, {}) == ()


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("spoil", [lambda text: text + "=", lambda text: text[:-1] + chr(ord(text[-1]) + 1)])
def test_base64url_has_one_spelling(place: int, spoil: Any) -> None:
    """Padding, or bits behind the last byte: another text with the same bytes is not the same token."""
    assert base64url.decode("AQ") == b"\1"
    parts = ["e30", "e30", "AQ"]
    parts[place] = spoil("AQ")
    with pytest.raises(CredentialError) as refused:
        vc_jwt.read(".".join(parts))
    assert refused.value.code == "MALFORMED_PROOF_ERROR"


def test_a_token_is_read_up_to_a_limit() -> None:
    with pytest.raises(LimitExceeded):
        vc_jwt.read("e30." + "A" * vc_jwt.MAX_TEXT + ".AQ")


# Whose key it is.


def test_what_is_needed_is_the_issuers_document_and_the_list() -> None:
    compact = token(endorsement()).encode()
    assert missing(compact, {}) == (BOARD.id, LIST)
    assert missing(compact, WORLD) == ()
    assert missing(made({**HEADER, "alg": "none"}, PAYLOAD), {}) == (LIST,)


@pytest.mark.parametrize(
    ("document", "outcome", "code"),
    [
        (None, "unknown", "CONTROLLER_UNAVAILABLE"),
        (published(BOARD, BOARD_KEY), "failed", "INVALID_VERIFICATION_METHOD"),
        (published(UNIVERSITY, P256_KEY), "failed", "INVALID_CONTROLLED_IDENTIFIER_DOCUMENT_ID"),
        (
            {**published(BOARD, P256_KEY), "assertionMethod": []},
            "failed",
            "INVALID_RELATIONSHIP_FOR_VERIFICATION_METHOD",
        ),
        (published(BOARD, P256_KEY, revoked=NOW), "failed", "KEY_REVOKED"),
        (b"[]", "failed", "INVALID_CONTROLLED_IDENTIFIER_DOCUMENT"),
    ],
)
def test_keys_come_from_the_issuer_alone(document: Any, outcome: str, code: str) -> None:
    elsewhere: Found = {KID: {"nothing": "here"}, SET: {"keys": []}}
    report = judge(token(endorsement()).encode(), {**WORLD, **elsewhere, BOARD.id: document}, NOW)
    assert wrong(report) >= {("key", code), ("proof", "NOT_CHECKED"), ("issuer", "NOT_CHECKED")}
    assert report.authentic is Outcome(outcome)


@pytest.mark.parametrize(
    ("state", "code"), [({"revoked": "2030-01-01T00:00:00Z"}, "KEY_REVOKED"), ({"expires": NOW}, "KEY_EXPIRED")]
)
def test_revoked_and_expired_keys(state: dict[str, str], code: str) -> None:
    document = published(BOARD, P256_KEY)
    document["verificationMethod"][0].update(state)
    assert ("key", code) in wrong(judge(token(endorsement()).encode(), {**WORLD, BOARD.id: document}, NOW))


def test_somebody_elses_key_signs_nothing_for_the_issuer() -> None:
    other = published(UNIVERSITY, P256_KEY)
    kid = controller.kid(UNIVERSITY.id, P256_KEY.public)
    report = judge(made({**HEADER, "kid": kid}, PAYLOAD), {**FOUND, UNIVERSITY.id: other, kid: other}, NOW)
    assert ("key", "CONTROLLER_UNAVAILABLE") in wrong(report)  # the board's JWK set might have it
    assert missing(made({**HEADER, "kid": kid}, PAYLOAD), {**WORLD, SET: None}) == ()


def test_a_did_key_issues_tokens_without_being_looked_up() -> None:
    did = f"did:key:{P256_KEY.public.multibase}"
    document = {**endorsement(), "issuer": {**credential.profile(BOARD), "id": did}}
    del document["credentialStatus"]
    data = made({**HEADER, "kid": f"{did}#{P256_KEY.public.multibase}"}, {**document, **PAYLOAD_CLAIMS, "iss": did})
    assert (missing(data, {}), judge(data, {}, NOW).exit_code) == ((), 0)


PAYLOAD_CLAIMS = {claim: PAYLOAD[claim] for claim in ("sub", "jti", "nbf", "exp")}


def test_keys_printed_in_a_standard_are_refused() -> None:
    published_key = PrivateKey.read(Algorithm.ED25519, base64url.decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"))
    found = {**WORLD, BOARD.id: published(BOARD, BOARD_KEY, published_key)}
    report = judge(token(endorsement(), published_key).encode(), found, NOW)
    assert wrong(report) == {("issuer", "PUBLISHED_TEST_KEY")}


# Dates, status and what is embedded: as with Data Integrity.


def test_a_token_is_revoked_and_ends_like_any_other_form() -> None:
    compact = token(endorsement()).encode()
    assert wrong(judge(compact, {**WORLD, LIST: status(94567)}, NOW)) == {("status", "CREDENTIAL_REVOKED")}
    assert ("dates", "EXPIRED") in wrong(judge(compact, WORLD, CLAIM.validity.until))
    assert wrong(judge(compact, WORLD, NOW, about=[BOARD.id])) == {("subject", "SUBJECT_MISMATCH")}


def test_a_status_list_may_come_as_a_token() -> None:
    document = {name: value for name, value in status(94567).items() if name != "proof"}
    found: Found = {**WORLD, LIST: token(document).encode()}
    assert wrong(judge(token(endorsement()).encode(), found, NOW)) == {("status", "CREDENTIAL_REVOKED")}
    assert missing(token(endorsement()).encode(), {LIST: found[LIST]}) == (BOARD.id,)


def test_embedded_tokens_are_opened() -> None:
    good, other = token(endorsement()), token(endorsement(subject=Iri("https://other.example/badge")))
    spoilt = good[:-4] + ("AAAA" if good[-4:] != "AAAA" else "BBBB")
    document = achievement_credential(endorsementJwt=[good, other, spoilt, "no token", 7])
    badge = signed(document, UNIVERSITY_KEY, issuer=UNIVERSITY)
    assert missing(badge, {}) == (UNIVERSITY.id, BOARD.id, LIST)
    report = judge(badge, WORLD, NOW)
    assert (report.authentic, report.exit_code) == ("ok", 1)
    assert [wrong(inner) for inner in report.embedded] == [
        set(),
        {("subject", "SUBJECT_MISMATCH")},
        {("proof", "PROOF_VERIFICATION_ERROR")},
        {("document", "INVALID_JSON")},
        {("document", "UNSUPPORTED_FORM")},
    ]
    whole = signed(achievement_credential(endorsementJwt=[good]), UNIVERSITY_KEY, issuer=UNIVERSITY)
    assert judge(whole, WORLD, NOW).exit_code == 0


def test_a_proof_within_a_token_must_hold_too() -> None:
    document = signed(endorsement())
    claims = {**PAYLOAD_CLAIMS, "iss": BOARD.id}
    assert judge(made(HEADER, {**document, **claims}), WORLD, NOW).exit_code == 0
    document["proof"][0]["created"] = NOW
    assert wrong(judge(made(HEADER, {**document, **claims}), WORLD, NOW)) == {("proof", "PROOF_VERIFICATION_ERROR")}


# The VC Data Model 1.1: the credential in `vc`, and claims that may say what is left out there (§6.3.1).

FIRST = [contexts.CREDENTIALS_V1, "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json"]
SUBJECT = {"type": ["EndorsementSubject"], "endorsementComment": "裏書"}
CREDENTIAL = {
    "@context": FIRST,
    "id": CLAIM.id,
    "type": ["VerifiableCredential", "EndorsementCredential"],
    "issuer": {"id": BOARD.id, "type": ["Profile"], "name": "みなと市教育委員会"},
    "name": "裏書",
    "issuanceDate": "2026-09-01T00:00:00Z",
    "expirationDate": "2031-09-01T00:00:00Z",
    "credentialSubject": {"id": BADGE, **SUBJECT},
}
CLAIMS = {"iss": BOARD.id, "sub": BADGE, "jti": CLAIM.id, "nbf": 1788220800, "exp": 1945987200, "iat": 1788220801}


def first(credential: Document, claims: Document) -> bytes:
    return made(HEADER, {"vc": credential, **claims})


def test_a_token_of_the_first_data_model_is_judged() -> None:
    report = judge(first(CREDENTIAL, CLAIMS), WORLD, NOW, about=[BADGE])
    assert (wrong(report), report.document, report.exit_code) == (set(), CREDENTIAL, 0)


@pytest.mark.parametrize(
    ("without", "read_as"),
    [
        ("id", {"id": CLAIM.id}),
        ("issuer", {"issuer": BOARD.id}),
        ("issuanceDate", {"issuanceDate": "2026-09-01T00:00:00Z"}),
        ("expirationDate", {"expirationDate": "2031-09-01T00:00:00Z"}),
    ],
)
def test_claims_say_what_the_credential_leaves_out(without: str, read_as: Document) -> None:
    rest = {name: value for name, value in CREDENTIAL.items() if name != without}
    report = judge(first(rest, CLAIMS), WORLD, NOW)
    assert (wrong(report), report.document) == (set(), {**rest, **read_as})
    assert judge(first(rest, {**CLAIMS, "exp": 1788220801}), WORLD, NOW).exit_code == 1  # it ended long ago


def test_the_subject_may_be_named_by_its_claim_alone() -> None:
    report = judge(first({**CREDENTIAL, "credentialSubject": SUBJECT}, CLAIMS), WORLD, NOW, about=[BADGE])
    assert (wrong(report), report.document) == (set(), CREDENTIAL)
    report = judge(first({**CREDENTIAL, "credentialSubject": SUBJECT}, CLAIMS), WORLD, NOW, about=[BOARD.id])
    assert wrong(report) == {("subject", "SUBJECT_MISMATCH")}


@pytest.mark.parametrize("claim", ["iss", "sub", "jti", "nbf", "exp"])
@pytest.mark.parametrize("value", [None, "https://attacker.example", 1, True, 1788220800.0, []])
def test_claims_may_not_contradict_the_credential(claim: str, value: Any) -> None:
    report = judge(first(CREDENTIAL, {**CLAIMS, claim: value}), WORLD, NOW)
    (check,) = [check for check in report.checks if check.name is Name.PROOF]
    assert (check.code, check.path, report.authentic) == ("CLAIM_MISMATCH", (claim,), "failed")


@pytest.mark.parametrize("value", [None, True, 1e3, 10**12, -(10**12), "1788220800", {"id": 1}])
def test_claims_that_say_nothing_fill_in_nothing(value: Any) -> None:
    rest = {name: value for name, value in CREDENTIAL.items() if name not in ("id", "issuanceDate", "expirationDate")}
    report = judge(first(rest, {**CLAIMS, "jti": None, "nbf": value, "exp": value}), WORLD, NOW)
    assert report.authentic is Outcome.FAILED
    assert report.document == rest


@pytest.mark.parametrize("member", ["credentialStatus", "@context", "credentialSubject", "name", "evidence", "nonce"])
def test_nothing_is_smuggled_in_beside_the_credential(member: str) -> None:
    """It is neither read nor passed over: another reader might take it for the credential's."""
    payload = {**CLAIMS, member: {"id": "urn:x:1"}}
    report = judge(first(CREDENTIAL, payload), WORLD, NOW)
    assert wrong(report) >= {("proof", "DATA_LOSS_DETECTION_ERROR")}
    assert (report.document, report.authentic) == (CREDENTIAL, "failed")


@pytest.mark.parametrize(
    ("changes", "outcome", "code"),
    [
        ({"iss": BOARD.id}, "failed", "DATA_LOSS_DETECTION_ERROR"),
        ({"vc": CREDENTIAL}, "failed", "DESCRIBED_TWICE"),
        ({"secret": 1}, "failed", "DATA_LOSS_DETECTION_ERROR"),
        ({"@context": [*FIRST, "https://other.example/context"]}, "unknown", "UNKNOWN_CONTEXT"),
        ({"@context": [*FIRST, "urn:x:context"]}, "failed", "INVALID_IRI"),
        ({"@context": [*FIRST, {"secret": "https://x.example/secret"}]}, "failed", "INLINE_CONTEXT"),
        ({"@context": FIRST[::-1]}, "failed", "CONTEXT_ORDER"),
        ({"type": ["VerifiableCredential", "DegreeCredential"]}, "unknown", "UNSUPPORTED_TYPE"),
    ],
)
def test_the_credential_in_a_token_is_read_like_any_other(changes: Document, outcome: str, code: str) -> None:
    report = judge(first({**CREDENTIAL, **changes}, CLAIMS), WORLD, NOW)
    assert code in {check.code for check in report.checks if check.outcome == outcome}
    assert report.authentic is (Outcome.FAILED if code == "UNSUPPORTED_TYPE" else Outcome(outcome))


def test_a_credential_of_the_second_data_model_in_vc_has_its_own_dates() -> None:
    document = {name: value for name, value in endorsement().items() if name not in ("validFrom", "validUntil")}
    report = judge(first(document, CLAIMS), WORLD, NOW)
    assert (wrong(report), report.document) == (set(), {**document, "validFrom": SINCE, "validUntil": UNTIL})


def test_a_proof_within_covers_what_stood_there_and_no_claim() -> None:
    document = signed(endorsement())
    assert judge(first(document, CLAIMS), WORLD, NOW).exit_code == 0
    rest = signed({name: value for name, value in endorsement().items() if name != "validUntil"})
    assert wrong(judge(first(rest, CLAIMS), WORLD, NOW)) == {("proof", "PROOF_VERIFICATION_ERROR")}
