"""The page on which anything can be verified, as people use it: files, a text, links; one or many; on paper."""

from __future__ import annotations

import csv
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page

from tests.browser.gallery import HOSTILE, Gallery
from tests.browser.test_browser import LOCALES, RULES, SCREENSHOTS, WIDTHS, Look, looking

pytestmark = pytest.mark.browser


async def fetched(page: Page, site: str, path: str) -> bytes:
    """Return a document of the service as a program gets it."""
    answer = await page.request.get(site + path, headers={"Accept": "application/vc"})
    assert answer.ok
    return await answer.body()


@pytest.fixture(scope="module")
async def files(
    chromium: Browser, site: str, gallery: Gallery, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    """Files as people have them: good, revoked, changed, of somebody unknown, hostile, a picture, and no badge at all."""
    folder, found = tmp_path_factory.mktemp("files"), {}
    paths = gallery.paths
    async with looking(chromium, site, "/verify") as look:
        for name, path in (
            ("有効.json", paths["award"]),
            ("裏書.jwt", f"{paths['valid']}.jwt"),
            ("画像.png", f"{paths['award']}.png"),
            ("画像.svg", f"{paths['award']}.svg"),
            ("失効.json", paths["revoked"]),
            ("期限切れ.json", paths["expired"]),
            ("他所.json", paths["of somebody elsewhere"]),
        ):
            found[name] = folder / name
            found[name].write_bytes(await fetched(look.page, site, path))
    genuine = json.loads(found["有効.json"].read_bytes())
    changed = genuine | {"name": HOSTILE["script"], "issuer": genuine["issuer"] | {"name": HOSTILE["unbroken"]}}
    elsewhere = found["裏書.jwt"].read_bytes()
    given = {
        "改ざん.json": json.dumps(changed).encode(),
        "不明.json": found["失効.json"].read_bytes().replace(b"graph-service.example", b"badges.invalid"),
        "壊れた.json": b"{",
        "=1+1.json": elsewhere,
    }
    for name, content in given.items():
        found[name] = folder / name
        found[name].write_bytes(content)
    return found


@asynccontextmanager
async def verified(
    chromium: Browser, site: str, files: Sequence[Path], *, language: str = "ja", width: int = 1280,
    dark: bool = False, scripts: bool = False,
) -> AsyncIterator[Look]:  # fmt: skip
    """Send files with the form and look at what comes."""
    async with looking(chromium, site, "/verify", language=language, width=width, dark=dark, scripts=scripts) as look:
        await look.page.set_input_files("#file", files)
        await look.page.click("button[type=submit]")
        await look.page.wait_for_selector(".report, .wrong")
        yield look


async def in_order(look: Look, site: str, shot: str, width: int) -> None:
    """Leave a screenshot; nothing may be wrong with the page."""
    page = look.page
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=SCREENSHOTS / f"verify-{shot}.png", full_page=True)
    assert await page.locator("h1").count() == 1
    assert await page.title() not in ("", "stolen")
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    assert look.complaints == []
    assert [url for url in look.asked if not url.startswith(site)] == []
    violations = (await Axe().run(page, options=RULES)).response["violations"]
    assert [(each["id"], [node["html"] for node in each["nodes"]][:3]) for each in violations] == []


STATES = {
    "有効.json": "ok",
    "画像.png": "ok",
    "失効.json": "ended",
    "期限切れ.json": "ended",
    "他所.json": "unknown",
    "不明.json": "unknown",
    "改ざん.json": "failed",
    "壊れた.json": "failed",
}


@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", STATES)
async def test_a_report_is_in_order(
    chromium: Browser, site: str, files: dict[str, Path], name: str, width: int, language: str
) -> None:
    async with verified(chromium, site, [files[name]], language=language, width=width, scripts=True) as look:
        assert await look.page.locator(f".verdict.{STATES[name]}").count() == 1
        for summary in await look.page.locator("summary").all():
            await summary.click()
        await in_order(look, site, f"{name.replace('.', '-')}-{language}-{width}", width)


MANY = (*STATES, "裏書.jwt", "画像.svg", "=1+1.json")


@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize("width", WIDTHS)
async def test_many_are_in_order(
    chromium: Browser, site: str, files: dict[str, Path], width: int, language: str
) -> None:
    several = [files[name] for name in MANY]
    async with verified(chromium, site, several, language=language, width=width, scripts=True) as look:
        assert await look.page.locator("article.report").count() == len(MANY)
        await in_order(look, site, f"many-{language}-{width}", width)


@pytest.mark.parametrize("name", ["有効.json", "不明.json", "改ざん.json"])
async def test_a_dark_report_has_contrast(chromium: Browser, site: str, files: dict[str, Path], name: str) -> None:
    async with verified(chromium, site, [files[name]], dark=True, scripts=True) as look:
        await in_order(look, site, f"dark-{name}", 1280)


async def test_the_table_goes_along_as_csv(
    chromium: Browser, site: str, files: dict[str, Path], tmp_path: Path
) -> None:
    async with verified(chromium, site, [files[name] for name in MANY]) as look:
        asked = len(look.asked)
        async with look.page.expect_download() as download:
            await look.page.get_by_role("link", name="CSV").click()
        saved = await download.value
        assert saved.suggested_filename == "verification.csv"
        await saved.save_as(tmp_path / "table.csv")
        assert [url for url in look.asked[asked:] if not url.startswith("data:")] == []
    with (tmp_path / "table.csv").open(encoding="utf-8-sig", newline="") as table:
        rows = {row["source"]: row for row in csv.DictReader(table)}
    assert set(rows) == {f"'{name}" if name.startswith("=") else name for name in MANY}
    assert (rows["有効.json"]["authentic"], rows["失効.json"]["codes"]) == ("ok", "CREDENTIAL_REVOKED")


async def test_nothing_unknown_looks_good(chromium: Browser, site: str, files: dict[str, Path]) -> None:
    doubtful = [files[name] for name, state in STATES.items() if state in ("unknown", "failed")]
    async with verified(chromium, site, doubtful) as look:
        assert await look.page.locator(".verdict.ok").count() == 0
        assert await look.page.locator(".overview .marks .mark.ok").count() == 0
    async with verified(chromium, site, [files["不明.json"]]) as look:
        assert await look.page.locator(".report > .tiles > .tile.ok").count() == 0
        assert "何も証明しません" in await look.page.locator(".claim").inner_text()


async def test_a_text_is_pasted(chromium: Browser, site: str, files: dict[str, Path]) -> None:
    async with looking(chromium, site, "/verify", scripts=False) as look:
        await look.page.fill("#document", json.dumps(json.loads(files["有効.json"].read_bytes()), indent=2))
        await look.page.click("button[type=submit]")
        assert await look.page.locator("h1").inner_text() == "この証明は有効です"
        assert "貼り付けた文字列" in await look.page.locator(".record").inner_text()


async def test_a_link_is_followed(chromium: Browser, site: str, gallery: Gallery) -> None:
    async with looking(chromium, site, "/verify", scripts=False) as look:
        await look.page.fill("#url", gallery.world.base_url + gallery.paths["award"])
        await look.page.click("button[type=submit]")
        assert await look.page.locator("h1").inner_text() == "この証明は有効です"


async def test_an_earlier_day_is_asked_about(chromium: Browser, site: str, files: dict[str, Path]) -> None:
    async with looking(chromium, site, "/verify", scripts=False) as look:
        await look.page.set_input_files("#file", files["期限切れ.json"])
        await look.page.click("summary")
        await look.page.fill("#at", "2026-06-01")
        await look.page.click("button[type=submit]")
        assert await look.page.locator("h1").inner_text() == "この証明は有効です"
        assert "2026年6月1日 23:59" in await look.page.locator(".record").inner_text()


async def test_what_was_left_out_is_said_on_the_form(chromium: Browser, site: str) -> None:
    async with looking(chromium, site, "/verify", scripts=False) as look:
        await look.page.click("button[type=submit]")
        assert await look.page.get_by_role("alert").count() == 1
        assert await look.page.locator("#file").count() == 1


async def test_it_is_found_from_every_page(chromium: Browser, site: str, gallery: Gallery) -> None:
    for path in ("/", gallery.paths["valid"], gallery.paths["missing"]):
        async with looking(chromium, site, path, scripts=False) as look:
            await look.page.locator('a[href$="verify"]').last.click()
            assert await look.page.locator("#document").count() == 1


@pytest.mark.parametrize("language", LOCALES)
async def test_each_report_is_printed_on_a_sheet(
    chromium: Browser, site: str, files: dict[str, Path], language: str
) -> None:
    names = ("有効.json", "失効.json", "不明.json")
    async with verified(chromium, site, [files[name] for name in names], language=language, width=704) as look:
        page = look.page
        printed = await page.pdf(
            format="A4", prefer_css_page_size=True, path=SCREENSHOTS / f"verify-print-{language}.pdf"
        )
        assert printed.count(b"/Type /Page\n") == 1 + len(names)
        await page.emulate_media(media="print")
        await page.screenshot(path=SCREENSHOTS / f"verify-print-{language}.png", full_page=True)
        assert await page.locator(".again").is_hidden()
        for report in await page.locator("article.report").all():
            text = await report.locator(".record").inner_text()
            assert "2026" in text
            assert len(await report.locator(".record code").first.inner_text()) == 64
