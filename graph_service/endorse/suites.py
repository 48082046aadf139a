"""The cryptosuites that are known here; of any other proof nothing can be said."""

from __future__ import annotations

from graph_service.endorse import ecdsa_rdfc_2019, ecdsa_sd_2023, ed25519_signature_2020, eddsa_rdfc_2022
from graph_service.endorse.data_integrity import Suite
from graph_service.endorse.jsontext import Document

SUITES = (
    eddsa_rdfc_2022.SUITE,
    ecdsa_rdfc_2019.SUITE,
    ecdsa_sd_2023.SUITE,
    ed25519_signature_2020.SUITE,
)


def suite_of(proof: Document) -> Suite | None:
    """Return the cryptosuite of a proof, if it is known."""
    named = proof.get("type"), proof.get("cryptosuite")
    return next((suite for suite in SUITES if (suite.type, suite.cryptosuite) == named), None)
