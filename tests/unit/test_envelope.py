import pytest

from graph_service.envelope import Envelope
from graph_service.errors import ConfigurationError

NONCE = b"n" * 12


def test_what_was_sealed_opens_in_its_context_only() -> None:
    envelope = Envelope(b"k" * 32)
    sealed = envelope.seal(b"secret", "key of a", NONCE)
    assert envelope.open(sealed, "key of a") == b"secret"
    with pytest.raises(ConfigurationError) as refused:
        envelope.open(sealed, "key of b")
    assert refused.value.code == "MASTER_KEY_WRONG"


def test_another_master_key_opens_nothing() -> None:
    sealed = Envelope(b"k" * 32).seal(b"secret", "a", NONCE)
    with pytest.raises(ConfigurationError):
        Envelope(b"x" * 32).open(sealed, "a")


def test_keyed_hashes_match_only_for_one_purpose_and_key() -> None:
    one = Envelope(b"k" * 32)
    assert one.keyed_hash("a@b.example", "mail") == Envelope(b"k" * 32).keyed_hash("a@b.example", "mail")
    assert (
        len({one.keyed_hash("x", "mail"), one.keyed_hash("x", "api-key"), Envelope(b"x" * 32).keyed_hash("x", "mail")})
        == 3
    )
