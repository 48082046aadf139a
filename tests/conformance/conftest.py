"""The JavaScript peer, installed once a session."""

from __future__ import annotations

import pytest

from tests.conformance.peer import NotInstalledError, Peer


@pytest.fixture(scope="session")
def peer(tmp_path_factory: pytest.TempPathFactory) -> Peer:
    try:
        return Peer.install(tmp_path_factory.mktemp("node-vc"))
    except NotInstalledError as reason:
        pytest.skip(str(reason))
