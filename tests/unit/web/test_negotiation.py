"""Who gets a page, and who the document."""

from __future__ import annotations

import pytest

from graph_service.web.negotiation import wants_page, wants_token

CHROMIUM = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


@pytest.mark.parametrize(
    "accept",
    [
        CHROMIUM,
        "text/html",
        "TEXT/HTML",
        "text/html;q=0.1",
        "text/html, */*",
        "text/html;charset=utf-8, */*;q=0.1",
        "text/html, application/vc;q=0.9",
        "text/html, text/plain, */*;q=0.01",
    ],
)
def test_a_page(accept: str) -> None:
    assert wants_page(accept)


@pytest.mark.parametrize(
    "accept",
    [
        "",
        "*/*",
        "application/*",
        "text/*",
        "application/vc",
        "application/json",
        "application/ld+json",
        "application/vc+jwt",
        "text/html, application/vc",
        "text/plain, text/html;q=0.1",
        "application/jwt, text/html",
        "application/ld+json, text/html",
        "text/html;q=0",
        "text/html;q=0.5, */*",
        "text/html;q=0.5, application/json;q=0.6",
        "text/html;q=2",
        "text/html;q=x",
        "text/html;q=-1",
        "text/htmlx",
        "," * 1000 + "text/html",
    ],
)
def test_a_document(accept: str) -> None:
    assert not wants_page(accept)


@pytest.mark.parametrize(
    "accept",
    [
        "application/vc+jwt",
        "application/jwt",
        "text/plain",
        "TEXT/PLAIN",
        "text/plain, */*;q=0.1",
        "application/vc;q=0.5, application/jwt",
    ],
)
def test_a_token(accept: str) -> None:
    assert wants_token(accept)


@pytest.mark.parametrize(
    "accept",
    [
        "",
        "*/*",
        "application/vc",
        "application/json",
        "application/vc, application/vc+jwt",
        "text/plain, */*",
        "text/plain;q=0",
        "application/jwt;q=0.5, application/ld+json;q=0.6",
    ],
)
def test_no_token(accept: str) -> None:
    assert not wants_token(accept)
