"""No relation of the table of permissions is idle: each one taken out changes cells written by hand, over HTTP too."""

import pytest

from hoso_workflows.organisation.permissions import Relation, table
from support import api_client, permission_decisions, permission_matrix
from support.api_client import Rest
from support.permission_decisions import AT_THE_SHELL, BESIDE, NARROWED, Decisions, act_of
from support.permission_matrix import CASES, PEOPLE
from support.world import World

EXPECTED = permission_matrix.expected()
PAIRS = [(act.name, relation) for act in table.ROWS for relation in act.who]


@pytest.fixture
def world_url(server):
    """A world of its own, for what is asked under another table."""
    with permission_matrix.founded(server) as url:
        yield url


@pytest.fixture
async def decisions(world: World) -> Decisions:
    """Rights and states of the world, in memory."""
    return await permission_decisions.loaded(world)


def by_hand(operation: str) -> dict[str, bool]:
    """Rights as the matrix says: an answer, or a refusal that is not one of rights."""
    if operation in BESIDE:
        return {who: who in BESIDE[operation] for who in PEOPLE}
    given = ("409", "422", *(["empty"] if operation in NARROWED else []))
    return {who: cell[:2] == "20" or cell in given for who, cell in EXPECTED[operation].items()}


def at_the_shell() -> set[str]:
    """The acts of the operator, as the table says."""
    return {act.name for act in table.ACTS.acts.values() if Relation.OPERATOR in act.who}


OPERATIONS = [*EXPECTED, *BESIDE]


def differing(decisions: Decisions, act: str) -> list[tuple[str, str]]:
    """The cells of an act that its decisions contradict."""
    return [
        (operation, who)
        for operation in OPERATIONS
        if act_of(operation) == act
        for who, allowed in decisions.row(operation).items()
        if allowed is not by_hand(operation)[who]
    ]


async def test_the_decisions_in_memory_are_those_of_the_matrix(decisions: Decisions) -> None:
    found = {operation: decisions.row(operation) for operation in OPERATIONS}
    assert found == {operation: by_hand(operation) for operation in OPERATIONS}
    assert at_the_shell() == AT_THE_SHELL


async def test_every_relation_taken_out_is_seen_by_the_matrix(
    decisions: Decisions, monkeypatch: pytest.MonkeyPatch
) -> None:
    unseen = []
    for act, relation in PAIRS:
        with monkeypatch.context() as patch:
            patch.setattr(table, "ACTS", table.ACTS.without(act, relation))
            if not differing(decisions, act) and at_the_shell() == AT_THE_SHELL:
                unseen.append((act, relation))
    assert [str(x) for x in unseen] == []
    assert len(PAIRS) > 100


class _Unheld(api_client.Contract):
    def check(self, response: object) -> None:
        """No description foresees what another table answers."""


async def test_the_doors_obey_another_table(
    rest: Rest, decisions: Decisions, monkeypatch: pytest.MonkeyPatch
) -> None:
    rest.clock.turn(permission_matrix.AT)
    rest.contract = _Unheld()
    states = {case.state for case in CASES.values() if case.state}
    known = {
        state: await permission_matrix.names(rest.world, await state(rest.world))
        for state in sorted(states, key=lambda each: each.__name__)
    }
    deaf, asked = [], 0
    for act, relation in PAIRS:
        if relation is Relation.ANYBODY:
            continue
        with monkeypatch.context() as patch:
            patch.setattr(table, "ACTS", table.ACTS.without(act, relation))
            for operation, who in [each for each in differing(decisions, act) if each[0] in CASES][:1]:
                asked += 1
                case = CASES[operation]
                found = await permission_matrix.answered(rest, case, who, known.get(case.state, {}))
                if found == EXPECTED[operation][who]:
                    deaf.append((operation, who, str(relation)))
    assert (deaf, asked > 60) == ([], True)
