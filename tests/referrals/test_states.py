"""The table of states is the contract's, arrow by arrow."""

import pytest

from referrals import states, story
from referrals.models import Step
from referrals.states import BSeR, MoveRefused, Role, State

# A second copy, written from the contract: from -> {to: who}.
CONTRACT = {
    "draft": {"submitted": "patient"},
    "unconfirmed": {"submitted": "patient", "expired": "clock"},
    "submitted": {"received": "clinic", "expired": "clock"},
    "received": {
        "needs_information": "clinic",
        "accepted": "clinic",
        "declined": "clinic",
        "could_not_reach": "clinic",
        "not_genuine": "clinic",
        "expired": "clock",
    },
    "needs_information": {
        "received": "patient clinic",
        "declined": "clinic",
        "could_not_reach": "clinic",
        "expired": "clock",
    },
    "accepted": {
        "scheduled": "clinic",
        "needs_information": "clinic",
        "declined": "clinic",
        "could_not_reach": "clinic",
        "expired": "clock",
    },
    "scheduled": {"accepted": "clinic patient", "completed": "clinic patient clock"},
}
ENDS = {"completed", "declined", "could_not_reach", "not_genuine", "withdrawn", "redirected", "expired"}


def contract_arrows() -> set[tuple[str, str, str]]:
    arrows = {
        (before, to, who) for before, row in CONTRACT.items() for to, roles in row.items() for who in roles.split()
    }
    return arrows | {(before, end, "patient") for before in CONTRACT for end in ("withdrawn", "redirected")}


def test_the_table_has_exactly_the_arrows_of_the_contract():
    ours = {(move.before.value, move.to.value, role.value) for move in states.MOVES for role in move.roles}
    assert ours == contract_arrows()


def test_the_states_are_those_of_the_contract_and_the_ends_lead_nowhere():
    assert set(State.values) == set(CONTRACT) | ENDS
    assert {state.value for state in states.ENDS} == ENDS
    assert all(states.open_moves(end, role) == [] for end in states.ENDS for role in Role)


def test_every_name_leads_one_way_from_one_state():
    keys = [(move.before, move.name) for move in states.MOVES]
    assert len(keys) == len(set(keys))


def test_every_end_names_a_next_step_and_every_declined_reason_too():
    assert set(states.NEXT_STEPS) == states.ENDS
    assert all(str(step) for step in states.NEXT_STEPS.values())
    assert all(str(reason.next_step) and str(reason.to_patient) for reason in states.DECLINE_REASONS)


def test_every_state_and_move_has_words_for_the_patient():
    assert set(story.STANDS) == set(State) - {State.DRAFT}
    assert set(story.HAPPENED) == {move.name for move in states.MOVES}


def test_every_move_has_a_business_status_and_all_nine_are_used():
    assert {move.bser for move in states.MOVES} == set(BSeR)
    assert BSeR.values == ["2.0", "3.0", "4.0", "5.1.1", "5.1.2", "5.1.3", "5.1.4", "6.0", "7.0"]


def test_the_history_has_room_for_every_word_of_the_table():
    longest = {field.name: getattr(field, "max_length", None) or 0 for field in Step._meta.get_fields()}
    assert max(len(move.name) for move in states.MOVES) <= longest["move"]
    assert max(map(len, State.values)) <= longest["to"]
    assert max(map(len, Role.values)) <= longest["role"]
    assert max(len(reason.code) for reason in (*states.DECLINE_REASONS, *states.WITHDRAW_REASONS)) <= longest["reason"]


def test_a_refusal_lists_what_is_open_instead():
    with pytest.raises(MoveRefused) as refused:
        states.allowed("submitted", "accept", Role.CLINIC)
    assert refused.value.open_moves == ["start"]
    assert "open moves: start" in str(refused.value)


def test_a_move_is_refused_to_the_wrong_role():
    with pytest.raises(MoveRefused) as refused:
        states.allowed("received", "accept", Role.PATIENT)
    assert refused.value.open_moves == ["withdraw", "redirect"]


@pytest.mark.parametrize("reason", ["", "because", "not_mine"])
def test_declining_needs_one_of_the_coded_reasons(reason):
    with pytest.raises(MoveRefused) as refused:
        states.allowed("received", "decline", Role.CLINIC, reason)
    assert "no_capacity" in refused.value.reasons


def test_a_move_without_reasons_takes_none_and_withdrawing_may_have_one():
    with pytest.raises(MoveRefused):
        states.allowed("received", "accept", Role.CLINIC, "no_capacity")
    assert states.allowed("submitted", "withdraw", Role.PATIENT).to == State.WITHDRAWN
    assert states.allowed("submitted", "withdraw", Role.PATIENT, "not_mine").to == State.WITHDRAWN
