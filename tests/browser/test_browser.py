"""Every page in every state, in a real Chromium: narrow and wide, Japanese and English, light and dark.

Screenshots are left in `.cache/screenshots` to be looked at.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Page

from tests.browser.gallery import HOSTILE, Gallery

pytestmark = pytest.mark.browser

SCREENSHOTS = Path(__file__).parents[2] / ".cache/screenshots"
LOCALES = {"ja": "ja-JP", "en": "en-GB"}
WIDTHS = (360, 1280)
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
TEACHERS = ("nothing-yet", "face-to-face", "nearly", "complete")

AWARDS = ("award", "award, revoked")
CREDENTIALS = ("valid", "of a profile", "expired", "revoked", "earlier version", "hostile: script", "hostile: unbroken")
BADGES = ("badge", "badge, expired endorsement", "badge, revoked endorsement", "badge, earlier version")
STATES = [
    *((name, None) for name in (*CREDENTIALS, *AWARDS, *BADGES, "start", "personas", "verify", "missing")),
    *((name, None) for name in ("recognition", "of a pathway")),
    *((name, None) for name in ("badge, doubtful", "of somebody elsewhere", "key compromised")),
    ("award, unsigned", "proud"),
    *((name, "officer") for name in ("badge, earlier version", "earlier version")),
    *(("pathway", teacher) for teacher in (None, *TEACHERS)),
    ("hostile pathway", "nearly"),
    ("large pathway", None),
    ("large pathway", "on-the-way"),
]
LOOKS = [
    *((name, persona, width, language) for name, persona in STATES for width in WIDTHS for language in LOCALES),
    *((f"hostile badge: {key}", None, *rest) for key in HOSTILE for rest in ((360, "ja"), (1280, "en"))),
]


@dataclass
class Look:
    """A page as a browser has it, and what the browser complained of or asked for."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


@asynccontextmanager
async def looking(
    chromium: Browser, site: str, path: str, *, persona: str | None = None, language: str = "ja", width: int = 1280,
    dark: bool = False, scripts: bool = True,
) -> AsyncIterator[Look]:  # fmt: skip
    """Open a page, as a persona if one is given."""
    context = await chromium.new_context(
        locale=LOCALES[language],
        viewport={"width": width, "height": 900},
        color_scheme="dark" if dark else "light",
        java_script_enabled=scripts,
        extra_http_headers={"X-Persona": persona} if persona else {},
    )
    page = await context.new_page()
    look = Look(page)
    page.on("console", lambda said: look.complaints.append(said.text))
    page.on("pageerror", lambda error: look.complaints.append(str(error)))
    page.on("request", lambda request: look.asked.append(request.url))
    page.on("dialog", lambda dialog: look.complaints.append(f"dialog: {dialog.message}"))
    await page.goto(site + path)
    yield look
    await context.close()


async def scrolled(page: Page) -> None:
    """Scroll to the end, so that every picture is fetched, and back."""
    for _ in range(await page.evaluate("Math.ceil(document.body.scrollHeight / 800)")):
        await page.mouse.wheel(0, 800)
    await page.wait_for_load_state("networkidle")
    await page.evaluate("scrollTo(0, 0)")


@pytest.mark.parametrize(("name", "persona", "width", "language"), LOOKS)
async def test_a_page_is_in_order(
    chromium: Browser, site: str, gallery: Gallery, name: str, persona: str | None, width: int, language: str
) -> None:
    async with looking(chromium, site, gallery.paths[name], persona=persona, language=language, width=width) as look:
        page = look.page
        await scrolled(page)
        assert await page.locator("html").get_attribute("lang") == language
        assert await page.locator("h1").count() == 1
        assert await page.title() not in ("", "stolen")
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        assert (
            await page.evaluate(
                "[...document.images].filter(i => i.checkVisibility() && !i.naturalWidth).map(i => i.src)"
            )
            == []
        )
        expected = ["Failed to load resource: the server responded with a status of 404 (Not Found)"]
        assert look.complaints == (expected if name == "missing" else [])
        assert [url for url in look.asked if not url.startswith(site)] == []
        violations = (await Axe().run(page, options=RULES)).response["violations"]
        assert [(each["id"], [node["html"] for node in each["nodes"]][:3]) for each in violations] == []
        shot = "-".join(filter(None, (re.sub(r"\W+", "-", name), persona, language, str(width))))
        await page.screenshot(path=SCREENSHOTS / f"{shot}.png", full_page=True)


@pytest.mark.parametrize(
    "name", ["valid", "revoked", "award", "badge", "pathway", "start", "personas", "verify", "missing"]
)
async def test_a_dark_page_has_contrast(chromium: Browser, site: str, gallery: Gallery, name: str) -> None:
    persona = "nearly" if name == "pathway" else None
    async with looking(chromium, site, gallery.paths[name], persona=persona, dark=True) as look:
        violations = (await Axe().run(look.page, options={"runOnly": ["color-contrast"]})).response["violations"]
        assert [node["html"] for each in violations for node in each["nodes"]] == []
        await look.page.screenshot(path=SCREENSHOTS / f"dark-{name}.png", full_page=True)


@pytest.mark.parametrize("name", ["valid", "badge", "pathway", "start", "personas", "verify"])
async def test_a_page_says_the_same_without_javascript(
    chromium: Browser, site: str, gallery: Gallery, name: str
) -> None:
    texts = []
    for scripts in (True, False):
        async with looking(chromium, site, gallery.paths[name], persona="nearly", scripts=scripts) as look:
            texts.append(await look.page.locator("main").inner_text())
    assert texts[0] == texts[1]


async def test_the_keyboard_reaches_everything_in_order(chromium: Browser, site: str, gallery: Gallery) -> None:
    async with looking(chromium, site, gallery.paths["pathway"], persona="nearly") as look:
        page = look.page
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.className") == "skip"
        await page.keyboard.press("Enter")
        assert await page.evaluate("document.activeElement.id") == "main"
        wanted = await page.locator("main :is(a[href], input:not([type=hidden]), button, summary):visible").count()
        reached: list[str] = []
        while len(reached) < 4 * wanted:  # a date field has several stops
            await page.keyboard.press("Tab")
            place = await page.evaluate("document.activeElement.closest('main') && document.activeElement.outerHTML")
            if place is None:
                break
            reached.append(place)
        assert len(set(reached)) == len(set(await _stops(page)))
        outlines = await page.evaluate(
            "(() => { const s = document.querySelector('summary'); s.focus(); return getComputedStyle(s).outlineStyle })()"
        )
        assert outlines != "none"


async def _stops(page: Page) -> list[str]:
    stops: list[str] = await page.locator(
        "main :is(a[href], input:not([type=hidden]), button, summary):visible"
    ).evaluate_all("all => all.map(each => each.outerHTML)")
    return stops


async def test_a_group_folds_with_the_keyboard_alone(chromium: Browser, site: str, gallery: Gallery) -> None:
    async with looking(chromium, site, gallery.paths["pathway"], scripts=False) as look:
        summary = look.page.locator("summary").first
        await summary.focus()
        await look.page.keyboard.press("Enter")
        assert not await look.page.locator(".parts").first.is_visible()


async def test_the_language_switch_holds_without_javascript(chromium: Browser, site: str, gallery: Gallery) -> None:
    async with looking(chromium, site, gallery.paths["badge"], scripts=False) as look:
        await look.page.get_by_role("link", name="English").click()
        assert await look.page.locator("h1").inner_text() == "Crisis management in schools"
        await look.page.get_by_role("link", name="Mid-career training").click()
        assert await look.page.locator("html").get_attribute("lang") == "en"


async def test_somebody_signs_in_looks_and_signs_out_without_javascript(
    chromium: Browser, site: str, gallery: Gallery
) -> None:
    async with looking(chromium, site, "/personas", scripts=False) as look:
        page = look.page
        await page.get_by_role("button", name="complete").click()
        assert await page.get_by_role("link", name="complete").count() == 1
        await page.goto(site + gallery.paths["pathway"])
        assert "100%" in await page.locator(".score").inner_text()
        assert await _cookie(page.context, "graph-service-session") == (True, "Lax")
        await page.goto(site + "/personas")
        await page.get_by_role("button", name="サインアウト").click()
        await page.goto(site + gallery.paths["pathway"])
        assert await page.locator(".score").count() == 0


async def _cookie(context: BrowserContext, name: str) -> tuple[bool, str]:
    cookie = next(each for each in await context.cookies() if each["name"] == name)
    return cookie["httpOnly"], cookie["sameSite"]


async def test_another_choice_is_no_failure(chromium: Browser, site: str, gallery: Gallery) -> None:
    async with looking(chromium, site, gallery.paths["pathway"], persona="face-to-face") as look:
        assert "100%" in await look.page.locator(".score").inner_text()
        assert await look.page.locator(":is(.group, .leaf) :is(.mark.open, .mark.near)").count() == 0


async def test_what_is_asked_at_an_earlier_day_is_answered_as_then(
    chromium: Browser, site: str, gallery: Gallery
) -> None:
    async with looking(chromium, site, gallery.paths["pathway"] + "?at=2026-03-31", persona="complete") as look:
        assert "0%" in await look.page.locator(".score").inner_text()


async def test_a_badge_is_drawn_at_every_size(chromium: Browser, site: str, gallery: Gallery) -> None:
    images = "".join(
        f'<img src="{site}{gallery.paths["badge"]}/image" width="{size}" height="{size}">' for size in (32, 64, 512)
    )
    async with looking(chromium, site, "/") as look:
        await look.page.set_content(images, wait_until="networkidle")
        assert await look.page.evaluate("[...document.images].map(i => i.naturalWidth)") == [512, 512, 512]
        await look.page.screenshot(path=SCREENSHOTS / "badge-sizes.png")


async def test_a_large_pathway_is_folded_and_fits_unfolded(chromium: Browser, site: str, gallery: Gallery) -> None:
    async with looking(chromium, site, gallery.paths["large pathway"], persona="on-the-way", width=360) as look:
        page = look.page
        assert await page.locator("details[open]").count() == 1
        folded = await page.evaluate("document.body.scrollHeight")
        await page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
        assert await page.evaluate("document.body.scrollHeight") > 3 * folded
        assert await page.evaluate("document.documentElement.scrollWidth") <= 360
