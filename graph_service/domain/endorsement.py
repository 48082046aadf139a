"""What an endorsement is: kind, state and the actions that move it."""

from __future__ import annotations

from collections.abc import Mapping, Set
from enum import StrEnum


class Kind(StrEnum):
    """What an endorser says. The kind is part of the signed claim."""

    ENDORSE = "ENDORSE"  # 裏書: vouches for the content
    RECOMMEND = "RECOMMEND"  # 推薦: recommends the earner
    RECOGNISE = "RECOGNISE"  # 研修として認定: counts it as a training, with the data of `recognition.py`
    ACCREDIT = "ACCREDIT"  # 機関認証: vouches for the institution


class TargetType(StrEnum):
    """What can be endorsed."""

    PROFILE = "Profile"
    ACHIEVEMENT = "Achievement"
    AWARD = "Award"
    PATHWAY_VERSION = "PathwayVersion"


TARGETS: Mapping[Kind, Set[TargetType]] = {
    Kind.ENDORSE: frozenset(TargetType),
    Kind.RECOMMEND: frozenset({TargetType.PROFILE, TargetType.AWARD}),  # whoever earned or offers, not a content
    Kind.RECOGNISE: frozenset({TargetType.PROFILE, TargetType.ACHIEVEMENT, TargetType.PATHWAY_VERSION}),  # for anybody
    Kind.ACCREDIT: frozenset({TargetType.PROFILE}),  # an institution
}
"""Of what each kind can be said."""


class Standing(StrEnum):
    """Whose word a signed endorsement is. A statement is never passed off as the signature of who made it."""

    OWN = "OWN"  # signed with the endorsing profile's own key
    ATTESTED = "ATTESTED"  # the service's profile signs what a person without account stated
    FOREIGN = "FOREIGN"  # somebody's own credential, signed elsewhere


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
    RETURN = "RETURN"
    RESUBMIT = "RESUBMIT"
    DECLINE = "DECLINE"
    WITHDRAW = "WITHDRAW"
    REVOKE = "REVOKE"
    REISSUE = "REISSUE"  # the same document, signed anew
    RECONFIRM = "RECONFIRM"  # another endorsement of the version that stands is prepared
    HIDE = "HIDE"
    SHOW = "SHOW"
    KEEP = "KEEP"  # somebody's own credential is brought here, signed elsewhere; or what supersedes it
    RECHECK = "RECHECK"  # its issuer is asked whether it still holds
    FOLLOW = "FOLLOW"  # it was revoked where it was signed, so it is here


class Ended(StrEnum):
    """Why a span of an award or endorsement ended before its time."""

    REVOKED = "REVOKED"  # true until then (PROSPECTIVE)
    VOID = "VOID"  # issued in error: never true
