"""Endorsements with arbitrary, seeded content: every kind, target, length of text and script."""

from __future__ import annotations

import os
import random
import unicodedata
from collections.abc import Iterator

from graph_service.domain.endorsement import Kind
from graph_service.domain.iri import Iri
from graph_service.domain.time import OPEN_END, Instant, Span, later
from graph_service.endorse import multibase
from graph_service.endorse.credential import Claim, Profile, StatusSlot
from tests.unit.endorse.building import BASE, BOARD, LIST, SINCE

HOW_MANY = int(os.environ.get("DOCUMENTS", "100"))
"""`make thorough` asks for 1,000."""

_RANGES = ((0x20, 0x7E), (0xA0, 0x24F), (0x370, 0x5FF), (0x3041, 0x30FE), (0x4E00, 0x9FFF), (0x1F300, 0x1F6FF))
_STEERING = "\n\t\"\\<>&{}$`'\u2028\u200d\ufffd\U00020b9f"


def text(dice: random.Random, most: int) -> str:
    """Return text of many scripts, with what is hard to quote; no controls but tab and line feed."""
    letters = [
        dice.choice(_STEERING) if dice.random() < 0.1 else chr(dice.randint(*dice.choice(_RANGES)))
        for _ in range(dice.randint(1, most))
    ]
    return "".join(each for each in letters if unicodedata.category(each) not in ("Cn", "Cs")) or "-"


def claims(count: int, seed: int, issuer: Profile = BOARD) -> Iterator[Claim]:
    """Return claims about profiles, achievements, awards and pathway versions."""
    dice = random.Random(seed)
    targets = ("profiles/x", "achievements/x", "awards/x", "pathways/x/versions/7")
    for number in range(count):
        since = later(SINCE, seconds=dice.randint(0, 10**6))
        until = dice.choice((OPEN_END, Instant("2031-01-01T00:00:00Z")))
        yield Claim(
            id=Iri(f"{BASE}/credentials/{number:026}"),
            name=text(dice, 80),
            issuer=Profile(
                issuer.id, text(dice, 40), dice.choice(("", issuer.url)), dice.choice(("", text(dice, 200)))
            ),
            subject=Iri(f"{BASE}/{dice.choice(targets)}{dice.choice(('', '-%E5%AD%A6', '-学級'))}{number}"),
            kind=Iri(f"{BASE}/kinds/{dice.choice(list(Kind))}"),
            validity=Span(since, until),
            status=StatusSlot(LIST, dice.randrange(131_072)),
            comment=dice.choice(("", text(dice, 60), text(dice, 3000))),
            digest=dice.choice(("", multibase.digest(dice.randbytes(8)))),
            awarded=dice.choice(("", SINCE)),
        )
