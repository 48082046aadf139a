"""The life cycles of an endorsement and of a key: each one table of state × action × side."""

from __future__ import annotations

from collections.abc import Mapping, Set

from graph_service.domain import key
from graph_service.domain.endorsement import Action, Standing, State
from graph_service.domain.lifecycle import Lifecycle, Side

_ENDORSER = frozenset({Side.ENDORSER})
_REQUESTER = frozenset({Side.REQUESTER})
_ENDORSED = frozenset({Side.ENDORSED, Side.HOLDER})
_OWNER = frozenset({Side.OWNER})
_OPERATOR = frozenset({Side.OPERATOR})

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
        (State.ISSUED, Action.RECONFIRM): (_ENDORSER, State.ISSUED),
        (State.ISSUED, Action.HIDE): (_ENDORSED, State.ISSUED),
        (State.ISSUED, Action.SHOW): (_ENDORSED, State.ISSUED),
        (None, Action.KEEP): (_REQUESTER, State.ISSUED),
        (State.ISSUED, Action.KEEP): (_REQUESTER, State.ISSUED),
        (State.ISSUED, Action.RECHECK): (_REQUESTER | _OPERATOR, State.ISSUED),
        (State.ISSUED, Action.FOLLOW): (_OPERATOR, State.REVOKED),
        (State.REVOKED, Action.HIDE): (_ENDORSED, State.REVOKED),
        (State.REVOKED, Action.SHOW): (_ENDORSED, State.REVOKED),
    }
)

NOT_OURS: Mapping[str, Set[Action]] = {
    Standing.OWN: frozenset({Action.KEEP, Action.RECHECK, Action.FOLLOW}),
    Standing.ATTESTED: frozenset({Action.RECONFIRM, Action.KEEP, Action.RECHECK, Action.FOLLOW}),
    Standing.FOREIGN: frozenset({Action.RECONFIRM, Action.REISSUE, Action.REVOKE}),
}
"""What nobody does here, by standing: in the place of who signed it elsewhere, or to what was signed here."""

KEY: Lifecycle[key.State, key.Action] = Lifecycle(
    {
        (None, key.Action.ROTATE): (_OWNER, key.State.ACTIVE),
        (key.State.ACTIVE, key.Action.ROTATE): (_OWNER, key.State.RETIRED),  # by the one that is made
        (key.State.ACTIVE, key.Action.RETIRE): (_OWNER, key.State.RETIRED),
        (key.State.ACTIVE, key.Action.COMPROMISE): (_OWNER, key.State.COMPROMISED),
        (key.State.RETIRED, key.Action.COMPROMISE): (_OWNER, key.State.COMPROMISED),
    }
)
