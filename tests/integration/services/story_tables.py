"""What the demo's story comes to, worked out by hand from its tables (graph_service/demo), not by the engine.

**When face to face.** The crowd came on 12 May (61), 16 June (58), 20 August (76 who took nothing online, 7 who did)
and 8 October (44 and 5). Of those who tell something came: 12 May face-to-face-in-spring and consent-ended; 16 June
no-consent and consent-to-the-other-board; 20 August face-to-face, both-ways and pieces-then-face-to-face; 8 October
face-to-face-in-autumn and attendance-issued-again (whose award of May is void). attendance-void never counts.

    15 July      61 + 58 + 4                                   = 123
    1 October    123 + 76 + 7 + 3                              = 209
    20 November  209 + 44 + 5 + 2                              = 260

**When online.** Nobody before 3 August, when the board endorsed crisis management. On 1 October nine: exactly-five,
six-of-eight, all-eight, both-ways, before-the-revision, earned-before-endorsed, endorsement-revoked, badge-expired and
badge-revoked (renewed-after-a-gap is in its gap, later-half has two badges). By 20 November the last three of these
have lost a badge or its endorsement, and later-half and renewed-after-a-gap have come: eight. both-ways is the one
who did both.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Counts:
    """How many of the 360 completed 中堅研 in which way."""

    only_face_to_face: int
    only_online: int
    both: int
    not_complete: int


MID_CAREER = {
    "2026-07-15T00:00:00Z": Counts(123, 0, 0, 237),
    "2026-10-01T00:00:00Z": Counts(208, 8, 1, 143),
    "2026-11-20T00:00:00Z": Counts(259, 7, 1, 93),
}

EVER_COMPLETE = 270
"""The 267 of 20 November and the three who no longer are."""

SEEN_BY_THE_BOARD = 296
"""360 less the 60 of the crowd with nothing yet, registered-only, and the three who did not consent to this board."""

COMPLETE_AND_SEEN = 264
"""The 267 less no-consent, consent-ended and consent-to-the-other-board."""

# Online = (counted of five ÷ 5 + crisis management) ÷ 2; the way that is further along counts.
PERCENTAGES = {
    "exactly-five": 100,
    "six-of-eight": 100,
    "all-eight": 100,
    "face-to-face": 100,
    "both-ways": 100,
    "before-the-revision": 100,
    "earned-before-endorsed": 100,
    "later-half": 100,
    "renewed-after-a-gap": 100,
    "face-to-face-in-spring": 100,
    "face-to-face-in-autumn": 100,
    "pieces-then-face-to-face": 100,
    "attendance-issued-again": 100,
    "no-consent": 100,
    "consent-ended": 100,
    "consent-to-the-other-board": 100,
    "endorsement-revoked": 90,  # four of five, and crisis management: (4/5 + 1) / 2
    "badge-expired": 90,
    "badge-revoked": 90,
    "badge-void": 90,
    "two-awards-of-one-badge": 90,
    "without-crisis": 50,  # five of five, without crisis management: (5/5 + 0) / 2
    "four-of-five": 90,
    "not-endorsed": 90,
    "waiting-for-the-board": 90,
    "two-endorsements-missing": 80,  # (3/5 + 1) / 2
    "after-the-revision": 90,
    "only-crisis": 60,  # (1/5 + 1) / 2
    "one-badge": 10,
    "two-badges": 20,
    "three-badges": 30,
    "asked-the-head": 10,
    "asked-too-late": 10,
    "was-declined": 10,
    "attendance-void": 0,
    "ability-not-collected": 0,
    "task-before-the-pieces": 0,
    "all-pieces-no-task": 0,
    "half-the-pieces": 0,
    "many-pieces": 0,
    "first-piece": 0,
    "registered-only": 0,
}

IF_ABSENCE_WERE_ENDORSED = {
    "2026-07-15T00:00:00Z": set(),  # without crisis management nobody completes
    "2026-10-01T00:00:00Z": {"not-endorsed", "waiting-for-the-board", "two-endorsements-missing"},
    "2026-11-20T00:00:00Z": {"not-endorsed", "waiting-for-the-board", "endorsement-revoked"},
}
"""Who has four of five counted, crisis management among them, and holds that badge: on 1 October these three, 1人1台端末
being endorsed still; after 10 November one of them has three only, and another who was complete has four.
Near misses hold it too: all-eight is complete anyway, without-crisis lacks the required one."""

# Four parts weigh the same: units ÷ 3 (at most 1), meetings, the badge that two endorse, the inner stack.
STEP_UP = {
    "all-four-parts": 100,
    "credits-exactly-by-decimals": 100,
    "credits-just-below": 99,  # (2.9/3 + 3) / 4 = 99.17 %
    "renewed-badge-counts-once": 99,
    "endorsed-by-another-board": 97,  # (2.7/3 + 3) / 4 = 97.5 %
    "one-endorsement-missing": 75,
    "three-meetings-on-three-days": 25,
    "three-meetings-on-two-days": 75,
    "first-second-of-april": 100,
    "year-end-last-second": 97,
    "inner-stack-not-collected": 100,
    "inner-stack-half-done": 87,  # (3 + 2/4) / 4 = 87.5 %
    "superseded-version": 100,
    "revoked-after-completion": 97,
    "void": 97,
}

ONCE_COMPLETE = {
    "endorsement-revoked",
    "badge-expired",
    "badge-revoked",
    "revoked-after-completion",
}
"""Complete at some instant, and not on 20 November; void awards never were."""

IF_YAMATE_ENDORSED = {"reflection": {"endorsed-by-another-board"}, "guidance": {"one-endorsement-missing"}}
"""Each lacks this one endorsement, and nothing else."""

# The refresher programme: percentage, and the version that the answer is about. The first asks for six knowledge badges and
# the ability badge (two parts), the second for three, the ability badge and a presentation (three parts).
REFRESHER = {
    "no-knowledge-badge": (0, 2),
    "three-knowledge-badges": (33, 2),  # 1/3 of the second is more than (3/6)/2 of the first
    "six-knowledge-badges": (50, 1),  # 1/2 of the first is more than 1/3 of the second
    "fifteen-knowledge-badges": (50, 1),
    "stays-with-the-first-version": (100, 1),
    "gains-by-the-second-version": (100, 2),
    "pinned-to-the-first-version": (75, 1),  # (3/6 + 1) / 2
    "began-after-the-close": (66, 2),  # no presentation
    "presentation-waived": (100, 2),
    "waiver-ran-out": (75, 1),  # (3/6 + 1) / 2 of the first is more than 2/3 of the second
    "earned-elsewhere": (100, 2),
    "claimed-by-its-issuer-alone": (66, 2),
}

NEAREST_MISS = {
    ("refresher", "began-after-the-close", "presentation"): "NOT_HELD",
    ("refresher", "waiver-ran-out", "presentation"): "WAIVER_EXPIRED",
    ("refresher", "claimed-by-its-issuer-alone", "ability"): "NOT_HELD",
    ("mid-career", "endorsement-revoked", "devices"): "ENDORSEMENT_REVOKED",
    ("mid-career", "not-endorsed", "absence"): "NOT_ENDORSED",
    ("mid-career", "after-the-revision", "classroom"): "ENDORSED_OTHER_VERSION",
    ("mid-career", "badge-expired", "bullying"): "EXPIRED",
    ("mid-career", "badge-revoked", "guidance"): "REVOKED",
    ("mid-career", "badge-void", "special-needs"): "VOID",
}
"""Why one requirement of one teacher is open on 20 November, under the version that is asked about: the newest."""

KNOWLEDGE_BADGES = {
    "no-knowledge-badge": 0,
    "three-knowledge-badges": 3,
    "six-knowledge-badges": 6,
    "fifteen-knowledge-badges": 15,
}

HOLD_THE_REFRESHER_BADGE = {
    "stays-with-the-first-version",
    "gains-by-the-second-version",
    "presentation-waived",
    "earned-elsewhere",
    "credits-exactly-by-decimals",
    "credits-just-below",
    "renewed-badge-counts-once",
}
"""Awarded by the service once it has looked. The last three, of やまて市, hold the ability badge, its three knowledge badges
and those of 保護者・地域との連携: six. Who was let off for a time is not complete any more."""

WAIT_FOR_A_DECISION = {
    "mid-career": 267,
    "reflection": 1,  # ability-not-collected
    "guidance": 2,  # task-before-the-pieces, and badge-revoked, who holds its parts still
    "special-needs": 1,  # badge-void
    "bullying": 1,  # badge-expired
    "psychology": 2,  # revoked-after-completion and void
    "data": 12,  # of やまて市's 15 all but all-four-parts, who has the badge, and two who did not do all of it
}
"""Complete, and without the output. In courses whose badge is awarded at once nobody waits."""
