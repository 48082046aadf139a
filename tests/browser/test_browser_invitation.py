"""The pages of an invitation as people use them: read, typed code, answer, and what is wrong is told in place."""

from __future__ import annotations

import email
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from email.policy import SMTP
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page

from graph_service.domain.endorsement import Kind
from graph_service.endorse import jsontext
from graph_service.remote.mail import Folder
from graph_service.services import inviting, mailing
from graph_service.services.call import Call
from graph_service.services.inviting import Invitation
from tests.browser.gallery import AT, Gallery
from tests.browser.test_browser import LOCALES, RULES, SCREENSHOTS, WIDTHS, looking
from tests.signers import Person

pytestmark = pytest.mark.browser

ADDRESS = "kocho@aoba.example.jp"
ANOTHER_DAY = "MATCH (i:Invitation) SET i.createdAt = '2000-01-01T00:00:00Z' RETURN i.id AS row"
"""Lets all invitations so far be older than the hours in which they are counted."""
Inviting = Callable[[], Awaitable[str]]


@pytest.fixture
def invited(gallery: Gallery, tmp_path: Path) -> Inviting:
    """Return what invites somebody by mail and answers with the path of the link."""
    world, cast = replace(gallery.world, post=Folder(tmp_path)), gallery.cast
    comment = {"ja": "青葉中学校の取組みについて、校長先生からひとことお願いします。\n期限は月末です。"}

    async def invite() -> str:
        asked = Invitation(target=gallery.badges["crisis"], kind=Kind.ENDORSE, to=ADDRESS, comment=comment)
        await world.store.connection.define("another day", ANOTHER_DAY)
        await inviting.invite(world, Call(cast.dean, AT), asked)
        await mailing.deliver(world, "http://here.example", lambda: AT)
        (mail,) = Path(tmp_path).glob("*.eml")  # noqa: ASYNC240
        text = email.message_from_bytes(mail.read_bytes(), policy=SMTP).get_content()
        found = re.search(r"(/invitations/\S+)", text)
        assert found
        return found[1]

    return invite


async def checked(page: Page, name: str, width: int, language: str) -> None:
    """Leave a screenshot; nothing may be wrong with the page."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=SCREENSHOTS / f"invitation {name} {width} {language}.png", full_page=True)
    found = await Axe().run(page, options=RULES)
    assert found.response["violations"] == [], found.generate_report()
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize("width", WIDTHS)
async def test_every_step_looks_right(
    chromium: Browser, site: str, invited: Inviting, width: int, language: str
) -> None:
    path = await invited()
    async with looking(chromium, site, "/invitations", width=width, language=language) as look:
        page = look.page
        await checked(page, "code", width, language)
        await page.fill("#code", path.rpartition("/")[2].lower().replace("-", " "))
        await page.click("button[type=submit]")
        await checked(page, "asked", width, language)
        await page.fill("#stated-address", "other@aoba.example.jp")
        await page.fill("#name", "山田 花子")
        await page.fill("#position", "校長")
        await page.fill("#text", "生徒指導の実践を、校内研修で広く伝えています。")
        await page.click("button[value=STATED]")
        await checked(page, "wrong", width, language)
        assert await page.input_value("#text") == "生徒指導の実践を、校内研修で広く伝えています。"
        await page.fill("#stated-address", ADDRESS)
        await page.click("button[value=STATED]")
        await checked(page, "done", width, language)
        await page.goto(site + path)
        await checked(page, "used", width, language)
        assert {request.split("/")[2] for request in look.asked} == {site.split("/")[2]}
        assert [each for each in look.complaints if "400" not in each and "409" not in each] == []


async def test_without_scripts_and_by_keyboard(chromium: Browser, site: str, invited: Inviting) -> None:
    path = await invited()
    async with looking(chromium, site, path, scripts=False) as look:
        page = look.page
        await page.focus("#stated-address")
        for typed in (ADDRESS, "山田 花子", "校長", "確かめました。"):
            await page.keyboard.type(typed)
            await page.keyboard.press("Tab")
        async with page.expect_navigation():
            await page.keyboard.press("Enter")
        assert "署名しました" in await page.text_content("h1")


async def test_a_signed_file_is_uploaded(
    chromium: Browser, site: str, invited: Inviting, gallery: Gallery, tmp_path: Path
) -> None:
    path, person = await invited(), Person.new("山田 花子")
    subject = {"id": gallery.badges["crisis"], "type": ["EndorsementSubject"], "endorsementComment": "確かめました。"}
    file = tmp_path / "credential.json"
    file.write_bytes(person.sign(person.claim(subject)))
    async with looking(chromium, site, path) as look:
        await look.page.fill("#signed-address", ADDRESS)
        await look.page.set_input_files("#file", file)
        await look.page.click("button[value=SIGNED]")
        assert "証明書を検証し" in await look.page.text_content("h1")
        await look.page.goto(f"{site}/credentials?id={jsontext.read(file.read_bytes())['id']}")
        await checked(look.page, "signed elsewhere", 1280, "ja")
        assert person.did in await look.page.text_content("main")


async def test_another_site_cannot_send_the_form(chromium: Browser, site: str, invited: Inviting) -> None:
    path = await invited()
    async with looking(chromium, site, "/") as look:
        form = (
            f'<form method="post" action="{site}{path}"><input name="answer" value="DECLINED"><button>x</button></form>'
        )
        await look.page.goto(f"data:text/html,{form.replace('#', '%23')}")
        async with look.page.expect_response(lambda response: response.request.method == "POST") as sent:
            await look.page.click("button")
        assert (await sent.value).status == 400
        assert (await look.page.goto(site + path)).status == 200
