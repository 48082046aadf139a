"""14 and 15 November: two heads without an account are asked by mail; one has answered, the other has not."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from graph_service.demo.stage import Stage
from graph_service.domain.endorsement import Kind, State
from graph_service.domain.iri import Iri
from graph_service.domain.policy import PUBLIC
from graph_service.domain.time import Instant, later
from graph_service.remote.mail import Mail, Post
from graph_service.services import answering, inviting, mailing
from graph_service.services.answering import Stated
from graph_service.services.call import Call
from graph_service.services.inviting import Invitation

OPEN_UNTIL = Instant("2036-03-31T15:00:00Z")  # whenever the demo is tried, there is a mail to answer
HEAD, OTHER_HEAD = "kocho@wakaba-jhs.example", "kocho@hinata-es.example"
_CODE = re.compile(r"/invitations/(\S+)")


@dataclass
class Letterbox:
    """Keeps a copy of the mail that passes, as the one who gets it would."""

    post: Post | None
    kept: list[Mail] = field(default_factory=list)

    async def send(self, mail: Mail) -> None:
        """Keep the mail and pass it on."""
        self.kept.append(mail)
        if self.post is not None:
            await self.post.send(mail)


async def invite_heads(stage: Stage, recommended: Iri, waiting: Iri) -> None:
    """Let two teachers ask; the head who is asked for `recommended` answers."""
    asked = await _invite(stage, "exactly-five", recommended, HEAD)
    await _answer(stage, asked)
    await _invite(stage, "both-ways", waiting, OTHER_HEAD)


async def _invite(stage: Stage, teacher: str, award: Iri, address: str) -> Iri:
    comment = {"ja": "校内での取組みについて、校長先生から推薦をお願いします。"}
    invitation = Invitation(target=award, kind=Kind.RECOMMEND, to=address, comment=comment)
    world, call = replace(stage.world, post=Letterbox(None)), await stage.as_(teacher, "11-14")
    return (await inviting.invite(world, call, invitation, lapses_at=OPEN_UNTIL)).endorsement


async def _answer(stage: Stage, endorsement: Iri) -> None:
    """Read the mail and make a statement, unless that was done by an earlier start."""
    (found,) = await stage.world.store.read("endorsement/for_action", id=endorsement)
    if found["state"] != State.REQUESTED:
        return
    letterbox, at = Letterbox(stage.world.post), Instant("2026-11-15T00:00:00Z")
    await mailing.deliver(replace(stage.world, post=letterbox), stage.world.base_url, lambda: at)
    for mail in letterbox.kept:
        code = _CODE.findall(mail.text)[0]
        text = "不登校の生徒と家庭への支援を、学年会の中心になって進めています。"
        call = Call(PUBLIC, later(at, seconds=60))
        seen = (await answering.look(stage.world, call.at, code)).number
        stated = Stated(address=mail.to, name="若葉 みのり", position="校長", text=text, language="ja", seen=seen)
        await answering.state(stage.world, call, code, stated)
