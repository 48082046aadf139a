"""The cryptosuite ecdsa-rdfc-2019 (W3C vc-di-ecdsa, §3.2); checked only.

With a key of P-384 all hashes are SHA-384, those that name blank nodes too.
"""

from __future__ import annotations

from graph_service.endorse.data_integrity import SHA256, SHA384, TYPE, of_one_signature
from graph_service.endorse.keys import Algorithm, ForeignAlgorithm

SUITE = of_one_signature(TYPE, "ecdsa-rdfc-2019", {Algorithm.P256: SHA256, ForeignAlgorithm.P384: SHA384})
