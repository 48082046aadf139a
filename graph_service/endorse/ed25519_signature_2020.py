"""The proof type Ed25519Signature2020 (W3C vc-di-eddsa), which badges of the data model 1.1 carry; checked only."""

from __future__ import annotations

from graph_service.endorse.data_integrity import SHA256, of_one_signature
from graph_service.endorse.keys import Algorithm

SUITE = of_one_signature("Ed25519Signature2020", None, {Algorithm.ED25519: SHA256})
