import base64
from pathlib import Path

import pytest

from graph_service.errors import ConfigurationError
from graph_service.settings import Fetching, Mode, Settings

KEY = base64.b64encode(b"k" * 32).decode()
GOOD = {"GRAPH_SERVICE_BASE_URL": "https://badges.example", "GRAPH_SERVICE_MASTER_KEY": KEY}


def test_settings_are_read_from_their_names() -> None:
    settings = Settings.from_environment({**GOOD, "GRAPH_SERVICE_PORT": "8123", "OTHER": "x"})
    assert (settings.port, settings.mode, settings.base_url) == (8123, Mode.PRODUCTION, "https://badges.example")


def test_all_problems_come_at_once() -> None:
    with pytest.raises(ConfigurationError) as refused:
        Settings.from_environment(
            {"GRAPH_SERVICE_PROT": "1", "GRAPH_SERVICE_PORT": "x", "GRAPH_SERVICE_BASE_URL": "http://badges.example/"}
        )
    assert sorted((p.code, p.values["name"]) for p in refused.value.problems) == [
        ("SETTING_INVALID", "GRAPH_SERVICE_BASE_URL"),
        ("SETTING_INVALID", "GRAPH_SERVICE_PORT"),
        ("SETTING_UNKNOWN", "GRAPH_SERVICE_PROT"),
    ]


def test_what_may_be_fetched_is_read_and_shown() -> None:
    settings = Settings.from_environment(
        {"GRAPH_SERVICE_FETCH": "off", "GRAPH_SERVICE_FETCH_PRIVATE": "10.1.0.0/16, fd00:1::/64,192.168.1.7"}
    )
    assert settings.fetch is Fetching.OFF
    assert settings.masked()["GRAPH_SERVICE_FETCH_PRIVATE"] == "10.1.0.0/16,fd00:1::/64,192.168.1.7/32"
    assert Settings().masked()["GRAPH_SERVICE_FETCH"] == "on"
    wrong = {"GRAPH_SERVICE_FETCH": "yes", "GRAPH_SERVICE_FETCH_PRIVATE": "10.1.2.3/16"}
    with pytest.raises(ConfigurationError) as refused:
        Settings.from_environment(wrong)
    assert [(p.code, p.values["name"]) for p in refused.value.problems] == [("SETTING_INVALID", name) for name in wrong]


def test_production_needs_a_base_and_a_master_key() -> None:
    with pytest.raises(ConfigurationError) as refused:
        Settings.from_environment({}).completed()
    assert sorted((p.code, p.values["name"]) for p in refused.value.problems) == [
        ("SETTING_NEEDED", "GRAPH_SERVICE_BASE_URL"),
        ("SETTING_NEEDED", "GRAPH_SERVICE_MASTER_KEY"),
    ]
    assert Settings.from_environment(GOOD).completed().base_url == "https://badges.example"


def test_who_trusts_only_some_documents_names_them() -> None:
    limits = {"GRAPH_SERVICE_REQUESTS_AT_ONCE": "8", "GRAPH_SERVICE_REQUEST_DEADLINE": "2.5"}
    settings = Settings.from_environment({**GOOD, **limits, "GRAPH_SERVICE_TRUSTED_ONLY": "1"})
    assert (settings.requests_at_once, settings.request_deadline) == (8, 2.5)
    assert settings.masked()["GRAPH_SERVICE_TRUSTED_ONLY"] == "1"
    with pytest.raises(ConfigurationError) as refused:
        settings.completed()
    assert [(p.code, p.values["name"]) for p in refused.value.problems] == [
        ("SETTING_NEEDED", "GRAPH_SERVICE_DOCUMENTS")
    ]
    wrong = {"GRAPH_SERVICE_REQUESTS_AT_ONCE": "0", "GRAPH_SERVICE_TRUSTED_ONLY": "yes"}
    with pytest.raises(ConfigurationError) as unreadable:
        Settings.from_environment(wrong)
    assert [(p.code, p.values["name"]) for p in unreadable.value.problems] == [
        ("SETTING_INVALID", name) for name in wrong
    ]


def test_production_identifiers_are_https() -> None:
    with pytest.raises(ConfigurationError) as refused:
        Settings.from_environment({**GOOD, "GRAPH_SERVICE_BASE_URL": "http://badges.example"}).completed()
    assert refused.value.code == "SETTING_INVALID"


def test_development_needs_nothing() -> None:
    assert Settings.from_environment({"GRAPH_SERVICE_MODE": "development"}).completed().base_url is not None


def test_secrets_may_stand_in_files_and_are_never_shown(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(KEY + "\n")
    settings = Settings.from_environment(
        {"GRAPH_SERVICE_BASE_URL": "https://a.example", "GRAPH_SERVICE_MASTER_KEY_FILE": str(file)}
    )
    assert settings.master_key == b"k" * 32
    assert settings.masked()["GRAPH_SERVICE_MASTER_KEY"] == "***"
    with pytest.raises(ConfigurationError) as refused:
        Settings.from_environment({**GOOD, "GRAPH_SERVICE_MASTER_KEY": "secret-but-wrong"})
    assert "secret-but-wrong" not in str(refused.value)


def test_an_unreadable_secret_file_is_named() -> None:
    with pytest.raises(ConfigurationError) as refused:
        Settings.from_environment({**GOOD, "GRAPH_SERVICE_NEO4J_PASSWORD_FILE": "missing/file"})
    assert refused.value.code == "SETTING_FILE_UNREADABLE"


def test_every_setting_is_documented() -> None:
    page = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
    assert [name for name in Settings().masked() if f"`{name}`" not in page] == []


def test_mail_has_a_server_and_an_address_it_comes_from() -> None:
    mail = {"GRAPH_SERVICE_MAIL": "smtps://user:secret@mail.example:465", "GRAPH_SERVICE_MAIL_FROM": "badges@a.example"}
    settings = Settings.from_environment({**GOOD, **mail}).completed()
    assert settings.masked()["GRAPH_SERVICE_MAIL"] == "***"
    with pytest.raises(ConfigurationError) as refused:
        Settings.from_environment({**GOOD, "GRAPH_SERVICE_MAIL": mail["GRAPH_SERVICE_MAIL"]}).completed()
    assert [(p.code, p.values["name"]) for p in refused.value.problems] == [
        ("SETTING_NEEDED", "GRAPH_SERVICE_MAIL_FROM")
    ]


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("MAIL", "mail.example"),
        ("MAIL", "https://mail.example"),
        ("MAIL", "smtp://user:secret@mail.example/x"),
        ("MAIL", "smtp://mail.example:x"),
        ("MAIL_FROM", "Badges <badges@a.example>"),
        ("MAIL_FROM", "badges@a.example\nBcc: x@y.example"),
    ],
)
def test_what_mail_cannot_use_is_refused(name: str, wrong: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        Settings.from_environment({**GOOD, f"GRAPH_SERVICE_{name}": wrong})
    assert refused.value.code == "SETTING_INVALID"
    assert "secret" not in str(refused.value)
