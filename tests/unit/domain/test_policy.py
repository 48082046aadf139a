"""Who may speak for whom; the whole actor × action table is a page that a person can read."""

from pathlib import Path

import pytest

from graph_service.domain import key
from graph_service.domain.endorsement import TARGETS, Action, State
from graph_service.domain.iri import Iri
from graph_service.domain.lifecycle import Side
from graph_service.domain.policy import PUBLIC, SPEAKS_FOR, Matter, Membership, Principal, Role
from graph_service.domain.time import Span, instant
from graph_service.endorse.lifecycle import ENDORSEMENT, KEY, NOT_OURS
from graph_service.errors import IllegalTransition, NotPermitted
from graph_service.pathway.lifecycle import PATHWAY_VERSION

PAGE = Path(__file__).parents[3] / "docs" / "permissions.md"
BOARD, SCHOOL = Iri("https://a.example/board"), Iri("https://a.example/school")
AT = instant("2026-11-21T00:00:00Z")
YEAR = Span(instant("2026-04-01T00:00:00Z"), instant("2027-04-01T00:00:00Z"))


def member(role: Role, profile: Iri = BOARD, span: Span = YEAR) -> Principal:
    return Principal(Iri(f"urn:x:{role}"), (Membership(role, profile, span),))


@pytest.mark.parametrize("role", list(Role))
def test_a_role_speaks_only_for_its_sides_at_its_profile(role: Role) -> None:
    assert member(role).sides(BOARD, AT) == SPEAKS_FOR[role]
    assert member(role).sides(SCHOOL, AT) == frozenset()


def test_a_role_is_a_span() -> None:
    assert member(Role.ENDORSER).sides(BOARD, instant("2027-04-01T00:00:00Z")) == frozenset()
    assert member(Role.OPERATOR).operates(AT)
    assert not member(Role.OPERATOR).operates(instant("2027-04-01T00:00:00Z"))


def test_an_operator_may_do_what_an_owner_may_but_not_endorse() -> None:
    member(Role.OPERATOR).require("GRANT_ROLE", Side.OWNER, SCHOOL, AT)
    with pytest.raises(NotPermitted):
        member(Role.OPERATOR).require("ISSUE", Side.ENDORSER, SCHOOL, AT)


def test_who_asked_does_not_decide() -> None:
    both = Principal(
        Iri("urn:x:both"), (Membership(Role.ENDORSER, BOARD, YEAR), Membership(Role.ENDORSER, SCHOOL, YEAR))
    )
    matter = Matter(endorser=BOARD, owner=SCHOOL, requested_by=both.id)
    assert Side.ENDORSER not in matter.sides(both, AT)
    assert Side.ENDORSER in Matter(endorser=BOARD, owner=SCHOOL).sides(both, AT)


def test_a_holder_may_request_but_never_decide() -> None:
    learner = Iri("urn:uuid:1")
    teacher = Principal(Iri("urn:x:teacher"), learner=learner)
    matter = Matter(endorser=BOARD, owner=SCHOOL, holder=learner)
    assert matter.sides(teacher, AT) == {Side.HOLDER, Side.REQUESTER}
    assert Matter(endorser=BOARD, owner=SCHOOL, holder=Iri("urn:uuid:2")).sides(teacher, AT) == frozenset()


def test_what_is_own_is_that_of_one_profile_or_of_one_person() -> None:
    learner = Iri("urn:uuid:1")
    board, school = member(Role.ENDORSER), member(Role.ENDORSER, SCHOOL)
    both = Principal(board.id, board.memberships + school.memberships)
    holder = Principal(board.id, board.memberships, learner)
    assert Matter(endorser=BOARD, owner=BOARD).is_own(board, AT)
    assert not Matter(endorser=BOARD, owner=SCHOOL).is_own(board, AT)
    assert Matter(endorser=BOARD, owner=SCHOOL).is_own(both, AT)
    assert Matter(endorser=BOARD, owner=SCHOOL, holder=learner).is_own(holder, AT)


def test_everybody_else_speaks_for_nobody() -> None:
    assert Matter(endorser=BOARD, owner=SCHOOL).sides(PUBLIC, AT) == frozenset()
    assert PUBLIC.readers(AT) == ()


@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("state", [None, *State])
def test_only_the_moves_of_the_table_happen(state: State | None, action: Action, side: Side) -> None:
    by, after = ENDORSEMENT.moves.get((state, action), (frozenset(), None))
    if side in by:
        assert ENDORSEMENT.next(state, action, {side}) == after
    else:
        with pytest.raises((IllegalTransition, NotPermitted)):
            ENDORSEMENT.next(state, action, {side})


def test_what_a_compromised_key_signed_never_counts_again() -> None:
    assert KEY.actions(key.State.COMPROMISED, set(Side)) == frozenset()
    assert {by for by, _ in KEY.moves.values()} == {frozenset({Side.OWNER})}


@pytest.mark.parametrize("state", [State.DECLINED, State.WITHDRAWN, State.REVOKED])
def test_terminal_states_never_leave(state: State) -> None:
    """Only whether the endorsed side shows it can change, of what was revoked."""
    assert {after for (before, _), (_, after) in ENDORSEMENT.moves.items() if before == state} <= {state}


def permissions_page() -> str:
    lines = [
        "# Who may do what to an endorsement, to a key, and to a pathway",
        "",
        "Written from `endorse/lifecycle.py`, `pathway/lifecycle.py` and `domain/policy.py` by `tests/unit/domain/test_policy.py`, which compares it.",
        "",
        "| state | action | side | state after |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| {state or '(none)'} | {action} | {', '.join(sorted(by))} | {after} |"
        for (state, action), (by, after) in ENDORSEMENT.moves.items()
    ]
    lines += ["", "| standing | what nobody does here |", "|---|---|"]
    lines += [f"| {standing} | {', '.join(sorted(actions))} |" for standing, actions in NOT_OURS.items()]
    lines += ["", "| state of a key | action | side | state after |", "|---|---|---|---|"]
    lines += [
        f"| {state or '(none)'} | {action} | {', '.join(sorted(by))} | {after} |"
        for (state, action), (by, after) in KEY.moves.items()
    ]
    lines += ["", "| state of a pathway version | action | side | state after |", "|---|---|---|---|"]
    lines += [
        f"| {state or '(none)'} | {action} | {', '.join(sorted(by))} | {after} |"
        for (state, action), (by, after) in PATHWAY_VERSION.moves.items()
    ]
    lines += ["", "| role | speaks for |", "|---|---|"]
    lines += [f"| {role} | {', '.join(sorted(sides)) or 'nobody; reads only'} |" for role, sides in SPEAKS_FOR.items()]
    lines += ["", "| kind | of what |", "|---|---|"]
    lines += [f"| {kind} | {', '.join(sorted(targets))} |" for kind, targets in TARGETS.items()]
    lines += [
        "",
        "The holder of an award speaks for HOLDER and REQUESTER. Who made a request never speaks for ENDORSER in it; where somebody without an account was invited, only the invitation does. OPERATOR may do what OWNER may.",
        "",
        "`enrol`, `endEnrolment`: HOLDER; EDITOR or ISSUER of the pathway's owner, who enrols learners whom the owner knows. `waive`, `endWaiver`: EDITOR of the pathway's owner. `claimEquivalence`, `endEquivalence`: EDITOR of the claimant.",
        "",
        "`setAwardDisplay`: HOLDER. `setEndorsementPolicy`, `trustIssuer`, `endTrust`: OWNER. Where a profile wants different people, ISSUE is refused to who accepted or prepared (SAME_PERSON), of what nobody accepted (ACCEPT_FIRST) and with other words than were accepted (COMMENT_CHANGED). Where it does not allow self-endorsement, REQUEST and OFFER within one profile are refused, and ISSUE to the holder and to whoever has a role at the owner that speaks (SELF_ENDORSEMENT).",
        "",
    ]
    return "\n".join(lines)


def test_the_page_of_permissions_says_what_the_tables_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == permissions_page()


if __name__ == "__main__":
    PAGE.write_text(permissions_page(), encoding="utf-8")
