"""What an endorsement is: kind, state and the actions that move it."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What an endorser says. The kind is part of the signed claim."""

    ENDORSE = "ENDORSE"  # 裏書: vouches for the content
    RECOMMEND = "RECOMMEND"  # 推薦: recommends the earner


class TargetType(StrEnum):
    """What can be endorsed."""

    PROFILE = "Profile"
    ACHIEVEMENT = "Achievement"
    AWARD = "Award"


class State(StrEnum):
    """Where an endorsement stands. LAPSED is derived on read and never written."""

    REQUESTED = "REQUESTED"
    RETURNED = "RETURNED"
    ACCEPTED = "ACCEPTED"
    ISSUED = "ISSUED"
    DECLINED = "DECLINED"
    WITHDRAWN = "WITHDRAWN"
    REVOKED = "REVOKED"


class Action(StrEnum):
    """What somebody does to an endorsement."""

    REQUEST = "REQUEST"
    OFFER = "OFFER"
    ACCEPT = "ACCEPT"
    ISSUE = "ISSUE"
    REISSUE = "REISSUE"
    RETURN = "RETURN"
    RESUBMIT = "RESUBMIT"
    DECLINE = "DECLINE"
    WITHDRAW = "WITHDRAW"
    REVOKE = "REVOKE"


class Ended(StrEnum):
    """Why a span of an award or endorsement ended before its time."""

    REVOKED = "REVOKED"  # true until then (PROSPECTIVE)
    VOID = "VOID"  # issued in error: never true
