"""Mail on its way: over real SMTP, once however many processes try, and again after a failure or a crash."""

from __future__ import annotations

import asyncio
import email
from collections.abc import AsyncIterator
from dataclasses import replace
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

import pytest

from graph_service.domain.achievement import AchievementDraft
from graph_service.domain.endorsement import Kind
from graph_service.domain.iri import Iri
from graph_service.domain.language import LanguageMap
from graph_service.domain.time import Instant, later
from graph_service.errors import Unavailable
from graph_service.remote.mail import Folder, Mail, Smtp, message
from graph_service.services import achievements, inviting, mailing, requests
from graph_service.services.call import World
from graph_service.services.inviting import Invitation
from tests.casts import START, Cast
from tests.integration.mail_server import MailServer, mail_server

ADDRESS = "kocho@aoba.example.jp"
HERE = "https://graph-service.example"
MAIL = Mail("01K", ADDRESS, "推薦のお願い", "本文\n", "ja", START)


@pytest.fixture
async def server() -> AsyncIterator[MailServer]:
    async with mail_server() as running:
        yield running


def over(server: MailServer, cast: Cast) -> World:
    return replace(cast.world, post=Smtp(f"smtp://127.0.0.1:{server.port}", "service@here.example"))


async def invite(cast: Cast, world: World, **changes: Any) -> Iri:
    another_day = "MATCH (i:Invitation) SET i.createdAt = '2000-01-01T00:00:00Z' RETURN i.id AS row"
    await world.store.connection.define("another day", another_day)  # for only so many are sent within one
    asked = replace(Invitation(target=cast.badge, kind=Kind.ENDORSE, to=ADDRESS), **changes)
    return (await inviting.invite(world, cast.call(cast.dean), asked)).endorsement


async def deliver(world: World, at: Instant) -> int:
    return await mailing.deliver(world, HERE, lambda: at)


def now(cast: Cast) -> Instant:
    return cast.call(cast.dean).at


async def invitation(cast: Cast, endorsement: Iri) -> dict[str, Any]:
    text = "MATCH (i:Invitation)-[:INVITES_TO]->(e:Endorsement {id: $id}) RETURN properties(i) AS row"
    (row,) = await cast.world.store.run("invitation", text, {"id": endorsement})
    return row


def read(data: bytes) -> EmailMessage:
    found = email.message_from_bytes(data.removesuffix(b".\r\n"), policy=SMTP)
    assert isinstance(found, EmailMessage)
    assert not found.defects
    return found


async def test_it_goes_out_over_smtp(cast: Cast, server: MailServer) -> None:
    world = over(server, cast)
    endorsement = await invite(cast, world)
    assert await deliver(world, now(cast)) == 1
    assert server.envelopes[-1] == f"RCPT TO:<{ADDRESS}>"
    (sent,) = map(read, server.messages)
    assert (sent["To"], sent["From"], sent["Content-Language"]) == (ADDRESS, "service@here.example", "ja")
    assert (sent["Subject"], sent.get_content_type()) == ("推薦・裏書のお願い（Graph Service）", "text/plain")
    text = sent.get_content()
    assert "学校の危機管理" in text
    assert f"{HERE}/invitations/" in text
    found = await invitation(cast, endorsement)
    assert found["sentAt"]
    assert {"sealed", "nextTry"}.isdisjoint(found)
    assert await deliver(world, later(now(cast), days=1)) == 0
    assert len(server.messages) == 1


async def test_in_english_where_that_was_asked(cast: Cast, server: MailServer) -> None:
    world = over(server, cast)
    await invite(cast, world, mail_language="en")
    await deliver(world, now(cast))
    assert "You need no account" in read(server.messages[0]).get_content()


async def test_many_processes_send_it_once(cast: Cast, server: MailServer) -> None:
    world = over(server, cast)
    for _ in range(5):
        await invite(cast, world)
    at = now(cast)
    assert sum(await asyncio.gather(*(deliver(world, at) for _ in range(6)))) == 5
    assert len(server.messages) == 5


async def test_it_is_tried_again_later_and_less_often(cast: Cast, server: MailServer) -> None:
    world = over(server, cast)
    server.refuses = True
    endorsement = await invite(cast, world)
    at = now(cast)
    for pause in (60, 120, 240):
        assert await deliver(world, at) == 0
        assert (await invitation(cast, endorsement))["nextTry"] == later(at, seconds=pause)
        assert await deliver(world, later(at, seconds=pause - 1)) == 0
        at = later(at, seconds=pause)
    tried = len(server.envelopes)
    server.refuses = False
    assert await deliver(world, at) == 1
    assert len(server.envelopes) == tried + 2
    assert tried == 3


async def test_a_server_that_is_away_is_waited_for(cast: Cast) -> None:
    world = replace(cast.world, post=Smtp("smtp://127.0.0.1:1", "service@here.example"))
    endorsement = await invite(cast, world)
    assert await deliver(world, now(cast)) == 0
    assert (await invitation(cast, endorsement))["sealed"]
    await requests.withdraw(world, cast.call(cast.dean), endorsement=endorsement)


async def test_a_slow_server_does_not_eat_up_the_time_of_the_next_mail(cast: Cast, server: MailServer) -> None:
    """Each is taken for a minute from when it is its turn, not from when the first one was sent."""
    world = over(server, cast)
    server.refuses = True
    endorsements = [await invite(cast, world) for _ in range(3)]
    start = now(cast)
    times = [start, *(later(start, seconds=50 * number) for number in range(3))]
    ticking = iter(times)
    assert await mailing.deliver(world, HERE, lambda: next(ticking)) == 0
    found = {(await invitation(cast, each))["nextTry"] for each in endorsements}
    assert found == {later(at, seconds=mailing.FIRST_PAUSE) for at in times[1:]}
    for each in endorsements:
        await requests.withdraw(world, cast.call(cast.dean), endorsement=each)


async def test_a_crash_between_taking_and_sending_loses_nothing(cast: Cast, server: MailServer) -> None:
    class Crash:
        async def send(self, mail: Mail) -> None:
            raise KeyboardInterrupt

    world = over(server, cast)
    await invite(cast, world)
    at = now(cast)
    with pytest.raises(KeyboardInterrupt):
        await deliver(replace(world, post=Crash()), at)
    assert await deliver(world, at) == 0  # somebody may be at it
    assert await deliver(world, later(at, seconds=mailing.FIRST_PAUSE)) == 1
    assert len(server.messages) == 1


async def test_what_was_withdrawn_is_not_sent_and_forgotten(cast: Cast, server: MailServer) -> None:
    world = over(server, cast)
    endorsement = await invite(cast, world)
    await requests.withdraw(world, cast.call(cast.dean), endorsement=endorsement)
    assert await deliver(world, now(cast)) == 0
    found = await invitation(cast, endorsement)
    assert {"sealed", "sentAt"}.isdisjoint(found)
    assert server.messages == []


async def test_what_ran_out_is_not_sent_and_forgotten(cast: Cast, server: MailServer) -> None:
    world = over(server, cast)
    endorsement = await invite(cast, world)
    assert await deliver(world, later(now(cast), days=15)) == 0
    assert "sealed" not in await invitation(cast, endorsement)
    assert server.messages == []


async def test_names_say_nothing_but_a_name(cast: Cast, server: MailServer) -> None:
    name = "偽の件名\nBcc: all@aoba.example.jp\r\n\r\n\u202egnp.exe {code}\n.\nMAIL FROM:<x>" + "長" * 300
    text = LanguageMap({"ja": name})
    draft = AchievementDraft(text, LanguageMap({"ja": "x"}), LanguageMap({"ja": "x"}))
    badge = await achievements.create(cast.world, cast.call(cast.desk), cast.university, draft)
    world = over(server, cast)
    await invite(cast, world, target=badge)
    await deliver(world, now(cast))
    sent = read(server.messages[0])
    assert sent.keys() == [
        "From",
        "To",
        "Subject",
        "Date",
        "Message-ID",
        "Auto-Submitted",
        "Content-Type",
        "Content-Transfer-Encoding",
        "MIME-Version",
        "Content-Language",
    ]
    (line,) = [each for each in sent.get_content().splitlines() if "偽の件名" in each]
    assert "Bcc: all@aoba.example.jp" in line
    assert "\u202e" not in line
    assert len(line) < 140


@pytest.mark.parametrize("to", ["a@b.example\r\nBcc: c@d.example", "a@b.example\nX: y"])
def test_a_header_that_is_none_is_refused(to: str) -> None:
    with pytest.raises(ValueError, match="Header values"):
        message(replace(MAIL, to=to), "service@here.example")


async def test_the_folder_keeps_what_would_be_sent(tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    await Folder(folder).send(MAIL)
    (file,) = folder.iterdir()
    assert (file.name, file.stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == ("01K.eml", 0o600, 0o700)
    assert read(file.read_bytes()).get_content().splitlines() == ["本文"]
    assert "本文".encode() in file.read_bytes()


async def test_a_password_never_goes_over_an_open_line(server: MailServer) -> None:
    post = Smtp(f"smtp://user:secret@127.0.0.1:{server.port}", "service@here.example")
    with pytest.raises(Unavailable):
        await post.send(MAIL)
    assert not server.messages
