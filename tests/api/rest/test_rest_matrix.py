"""The matrix of permissions, written by hand, over real HTTP.

Of every operation one person of each answer asks at every commit, and everybody in turns: that the table decides every
cell as the matrix says is held in memory (`test_rest_matrix_mutations.py`); here its doors are tried.
"""

from collections.abc import AsyncIterator, Iterator, Mapping
from uuid import UUID

import httpx
import pytest

from hoso_models import postgres
from hoso_workflows.operation.rate_limit import Limit, Purpose
from hoso_workflows.organisation.permissions import table
from support import api_client, permission_matrix, rotation
from support.api_client import Rest
from support.permission_matrix import CASES, PEOPLE, Case, Names
from support.world import World, instant

EXPECTED = permission_matrix.expected()
#: Looking up and giving feedback are throttled by network, and all ask from one.
UNLIMITED = {
    each: Limit(permission_matrix.NO_TIME, 1)
    for each in (Purpose.LOOK_UP, Purpose.PAPER, Purpose.CREDENTIALS, Purpose.FEEDBACK)
}
_SHARED: dict[tuple[str, object], Names] = {}
_TOKENS: dict[UUID, str] = {}


@pytest.fixture(scope="module")
def matrix_url(server: postgres.Server) -> Iterator[str]:
    """One world for a whole matrix: who is refused changes nothing, who is not has a dossier of their own.

    What is entered once is refused a second time, so each of the two tests has its own.
    """
    _SHARED.clear()
    _TOKENS.clear()
    with permission_matrix.founded(server) as url:
        yield url


@pytest.fixture
def world_url(matrix_url: str) -> str:
    """The shared world."""
    return matrix_url


@pytest.fixture
async def asking(world: World) -> AsyncIterator[Rest]:
    """The API over it."""
    clock = api_client.Clock(instant(permission_matrix.AT))
    transport = api_client.application(world, clock, limits=UNLIMITED)
    async with httpx.AsyncClient(transport=transport, base_url="http://hoso.test") as client:
        yield Rest(world, client, clock, api_client.Contract(), _TOKENS)


async def known(rest: Rest, case: Case, *, own: bool) -> Names:
    """The names of a dossier in the state of a case, shared by all who may not change it."""
    if case.state is None:
        return {}
    key = (rest.world.db.url.database or "", case.state)
    if own or key not in _SHARED:
        found = await permission_matrix.names(rest.world, await case.state(rest.world))
        if own:
            return found
        _SHARED[key] = found
    return _SHARED[key]


def test_the_matrix_has_a_row_for_every_operation_and_a_column_for_everybody() -> None:
    operations = {operation.partition(" ")[0] for operation in EXPECTED}
    described = api_client.Contract().operations
    assert operations == {operation["operationId"] for *_, operation in described} | {
        "assign_to_others",
        "attach_internally",
    }
    assert list(EXPECTED) == list(CASES)
    assert {tuple(row) for row in EXPECTED.values()} == {tuple(PEOPLE)}
    assert len(EXPECTED) * len(PEOPLE) > 1000


@pytest.mark.parametrize("matrix_url", ["one"], indirect=True)
@pytest.mark.parametrize("operation", EXPECTED)
async def test_one_person_of_each_answer_is_answered_as_the_matrix_says(asking: Rest, operation: str) -> None:
    of_each_answer = {cell: who for who, cell in reversed(EXPECTED[operation].items())}
    expected = {who: cell for cell, who in of_each_answer.items()}
    assert await answers(asking, operation, expected) == expected


@pytest.mark.parametrize("matrix_url", ["all"], indirect=True)
@pytest.mark.parametrize("operation", rotation.rotated(EXPECTED))
async def test_everybody_is_answered_as_the_matrix_says(asking: Rest, operation: str) -> None:
    assert await answers(asking, operation, EXPECTED[operation]) == EXPECTED[operation]


async def answers(asking: Rest, operation: str, expected: Mapping[str, str]) -> dict[str, str]:
    """Cells of the answers to these people, each of whom leaves the row that the act leaves."""
    case, found = CASES[operation], {}
    before = await asking.world.one("select coalesce(max(id), 0) from access_log")
    for who, cell in expected.items():
        names = await known(asking, case, own=case.changes and cell < "400")
        found[who] = await permission_matrix.answered(asking, case, who, names)
    await leaves_rows(asking, operation.partition(" ")[0], found, before)
    return found


async def leaves_rows(rest: Rest, operation: str, expected: Mapping[str, str], before: int) -> None:
    """A logged act leaves a row for each officer who was answered, and for each who was refused; the last row was `before`."""
    act = table.ACTS.acts.get(operation)
    if act is None or not act.logged:
        return
    rows = await rest.world.db.rows(
        "select granted, principal_id from access_log where act = $1 and id > $2 group by granted, principal_id",
        [operation, before],
    )
    names = {person: who for who, person in PEOPLE.items()}
    theirs = permission_matrix.OWN.get(operation, frozenset())
    own = permission_matrix.APPLICANTS | theirs
    answered = {
        who
        for who, cell in expected.items()
        if (cell == "empty" and who not in theirs) or (cell == "200" and who not in own)
    }
    refused = {who for who, cell in expected.items() if cell in ("403", "404")}
    assert {(names[row.principal_id], row.granted) for row in rows} == {
        *((who, True) for who in answered),
        *((who, False) for who in refused),
    }
