"""The life cycle of an endorsement: one table of state × action × side."""

from __future__ import annotations

from graph_service.domain.endorsement import Action, State
from graph_service.domain.lifecycle import Lifecycle, Side

_ENDORSER = frozenset({Side.ENDORSER})
_REQUESTER = frozenset({Side.REQUESTER})

ENDORSEMENT: Lifecycle[State, Action] = Lifecycle(
    {
        (None, Action.REQUEST): (_REQUESTER, State.REQUESTED),
        (None, Action.OFFER): (_ENDORSER, State.ACCEPTED),
        (State.REQUESTED, Action.ACCEPT): (_ENDORSER, State.ACCEPTED),
        (State.REQUESTED, Action.ISSUE): (_ENDORSER, State.ISSUED),  # accept and sign in one act
        (State.REQUESTED, Action.RETURN): (_ENDORSER, State.RETURNED),
        (State.REQUESTED, Action.DECLINE): (_ENDORSER, State.DECLINED),
        (State.REQUESTED, Action.WITHDRAW): (_REQUESTER, State.WITHDRAWN),
        (State.RETURNED, Action.RESUBMIT): (_REQUESTER, State.REQUESTED),
        (State.RETURNED, Action.WITHDRAW): (_REQUESTER, State.WITHDRAWN),
        (State.ACCEPTED, Action.ISSUE): (_ENDORSER, State.ISSUED),
        (State.ACCEPTED, Action.WITHDRAW): (_ENDORSER, State.WITHDRAWN),
        (State.ISSUED, Action.REISSUE): (_ENDORSER, State.ISSUED),
        (State.ISSUED, Action.REVOKE): (_ENDORSER, State.REVOKED),
    }
)
