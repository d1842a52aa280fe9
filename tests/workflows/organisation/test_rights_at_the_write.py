"""Rights hold at the moment of the write: whoever loses one between the look and the write has not acted.

The barrier is a real one: the change is committed by a second connection when the service is about to send its statement.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from typing import Any

import pytest

from hoso_bpmn.package import package
from hoso_models.storage import database
from hoso_models.storage.database import Transaction
from hoso_workflows import audit, errors
from hoso_workflows.dossiers import migration
from hoso_workflows.dossiers.service import DossierService
from hoso_workflows.lifecycle.commands import Claim, Command, Correct, ReceiveSupplement, Unclaim, Withdraw
from support import databases
from support.world import (
    CITIZEN,
    DEPARTMENT,
    DESK,
    PROVINCE,
    STRANGER,
    World,
    instant,
    only_task,
    person,
    publish_package,
)

RECEPTION, CHIEF = person("reception", DESK), person("head")
FIRST, SECOND = person("specialist"), person("specialist", number=2)
APPROVER, ADMINISTRATOR = person("procedure_approver", PROVINCE), person("administrator", PROVINCE)
P1 = "1.014464"
#: What an administrator may take away, by a statement with the officer as `$1`.
TAKEN_AWAY = {
    "the role": "delete from role_assignment where principal_id = $1",
    "the role from tomorrow": "update role_assignment set valid_to = '2026-03-01' where principal_id = $1",
    "the account": "update principal set closed_at = '2026-03-02 00:00+07' where id = $1",
}
STANDS_IN = """
insert into substitution (id, principal_id, substitute_id, valid_from, valid_to, reason)
values (gen_random_uuid(), $1, $2, '2026-03-02', '2026-03-04', 'Nghỉ phép')
"""
Change = Callable[[database.Database], Awaitable[Any]]


@pytest.fixture
async def administrator(world_url: str) -> AsyncIterator[database.Database]:
    """A second process's way to the same database."""
    async with database.connect(databases.as_owner(world_url)) as elsewhere:
        yield elsewhere


class Barrier:
    """Holds the service's next write back until somebody else's change is committed."""

    def __init__(self, world: World, administrator: database.Database, patch: pytest.MonkeyPatch) -> None:
        self._elsewhere = administrator
        self._change: tuple[str, tuple[Any, ...]] | None = None
        self._send, send = world.db.one_statement, Transaction.rows

        async def sent(tx: Transaction, sql: str, parameters: Any = ()) -> Any:
            await self._let_change_before(sql)
            return await send(tx, sql, parameters)

        patch.setattr(world.db, "one_statement", self._sent)
        patch.setattr(Transaction, "rows", sent)

    def before_the_write(self, sql: str, *parameters: Any) -> None:
        """A change to commit just before the next act is written."""
        self._change = (sql, parameters)

    @property
    def passed(self) -> bool:
        """True once a write has reached the change."""
        return self._change is None

    async def _sent(self, sql: str, parameters: Any = ()) -> Any:
        await self._let_change_before(sql)
        return await self._send(sql, parameters)

    async def _let_change_before(self, sql: str) -> None:
        if self._change and ("update engine_state" in sql or "insert into engine_state" in sql):
            change, self._change = self._change, None
            await self._elsewhere.one_statement(*change)


@pytest.fixture
def barrier(world: World, administrator: database.Database, monkeypatch: pytest.MonkeyPatch) -> Barrier:
    """Between the service's look and its write."""
    return Barrier(world, administrator, monkeypatch)


@asynccontextmanager
async def refused_and_remembered(
    world: World, *kinds: type[errors.Refusal], altered: Collection[str] = ()
) -> AsyncIterator[None]:
    """A check that the block is refused and stores nothing but the attempt, once.

    `altered` names what the test itself changed beside the events.
    """
    events, attempts = (
        "select count(*) from dossier_event",
        "select count(*) from access_log where not granted",
    )
    stored, kept = await world.one(events), await world.one(attempts)
    with pytest.raises(kinds):
        yield
    assert await world.one(events) == stored
    assert await world.one(attempts) == kept + (errors.NotCompetent not in kinds)
    assert {found.what async for found in audit.differences(world.service)} == set(altered)


@pytest.mark.parametrize("change", TAKEN_AWAY.values(), ids=TAKEN_AWAY.keys())
async def test_an_officer_who_lost_the_right_a_moment_ago_completes_nothing(
    world: World, barrier: Barrier, change: str
) -> None:
    before = await world.at_the_specialists("online")
    barrier.before_the_write(change, FIRST)
    # Whoever plays no role there any more does not know of the dossier either.
    async with refused_and_remembered(world, errors.NotFound):
        await world.completes(before, actor=FIRST)
    assert barrier.passed


async def test_an_act_that_was_written_first_stands(
    world: World, barrier: Barrier, administrator: database.Database
) -> None:
    before = await world.at_the_specialists("online")
    async with administrator.transaction() as tx:
        await tx.rows(TAKEN_AWAY["the role"], [FIRST])
        after = await world.completes(before, actor=FIRST)
    assert after.version == before.version + 1
    async with refused_and_remembered(world, errors.NotFound):
        await world.does(after, Claim(only_task(after)), FIRST)


async def test_a_unit_whose_competence_ended_a_moment_ago_does_nothing_more(
    world: World, barrier: Barrier
) -> None:
    before = await world.at_the_specialists("online")
    barrier.before_the_write("update competence set valid_to = '2026-03-01' where part = 'handling'")
    async with refused_and_remembered(world, errors.NotCompetent):
        await world.completes(before, actor=FIRST)
    assert barrier.passed


async def test_a_substitute_whose_days_were_cut_short_a_moment_ago_does_nothing(
    world: World, barrier: Barrier
) -> None:
    before = await world.at_the_specialists("online")
    await world.changed(STANDS_IN, FIRST, person("division_head"))
    barrier.before_the_write("update substitution set valid_from = '2026-02-01', valid_to = '2026-03-01'")
    async with refused_and_remembered(world, errors.Forbidden):
        await world.completes(before, actor=person("division_head"))
    assert barrier.passed


async def test_a_task_is_not_handed_to_somebody_who_lost_the_role_a_moment_ago(
    world: World, barrier: Barrier
) -> None:
    before = await world.at_the_specialists("online")
    barrier.before_the_write(TAKEN_AWAY["the role"], SECOND)
    async with refused_and_remembered(world, errors.Forbidden):
        await world.does(before, Claim(only_task(before), SECOND), CHIEF)
    assert barrier.passed
    assert await world.one("select count(*) from user_task where assignee_id is not null") == 0


@pytest.mark.parametrize("command", [Withdraw("Đổi ý"), ReceiveSupplement()])
async def test_who_is_the_applicant_no_more_does_not_act_as_one(
    world: World, barrier: Barrier, command: Command
) -> None:
    before = await world.at_the_specialists("online")
    if isinstance(command, ReceiveSupplement):
        before = await world.completes(
            await world.files(channel="online"), outcome="supplement", reason="Thiếu"
        )
    barrier.before_the_write("update party set principal_id = $1", STRANGER)
    async with refused_and_remembered(world, errors.NotFound, altered=["party principal_id"]):
        await world.does(before, command, CITIZEN)
    assert barrier.passed


async def test_a_right_that_changes_beside_the_act_only_has_it_decided_again(
    world: World, barrier: Barrier
) -> None:
    before = await world.at_the_specialists("online")
    barrier.before_the_write(STANDS_IN, SECOND, FIRST)
    await world.completes(before, actor=FIRST)
    assert barrier.passed
    assert await world.one("select on_behalf_of from user_task where element = 'B4'") is None


async def test_two_services_guard_each_other(world: World, administrator: database.Database) -> None:
    """One process has the officer's rights at hand from before, the other one took them away."""
    before = await world.at_the_specialists("online")
    await world.does(before, Claim(only_task(before)), FIRST)
    await world.does(before, Unclaim(only_task(before)), FIRST)
    await administrator.one_statement(TAKEN_AWAY["the role"], [FIRST])
    elsewhere = World(DossierService(administrator))
    for service in (world, elsewhere):
        async with refused_and_remembered(world, errors.NotFound):
            await service.completes(before, actor=FIRST)
    assert await world.one("select count(*) from user_task where element = 'B4' and status = 'open'") == 1


@pytest.mark.parametrize("change", TAKEN_AWAY.values(), ids=TAKEN_AWAY.keys())
async def test_an_administrator_who_lost_the_right_a_moment_ago_corrects_nothing(
    world: World, barrier: Barrier, change: str
) -> None:
    before = await world.at_the_specialists("online")
    (newest,) = await world.db.rows("select max(seq) as seq from dossier_event")
    correct = Correct(newest.seq, instant("2026-03-02 10:05"), "Đồng hồ sai")
    barrier.before_the_write(change, ADMINISTRATOR)
    async with refused_and_remembered(world, errors.NotFound):
        await world.does(before, correct, ADMINISTRATOR, "2026-03-02 12:00")
    assert barrier.passed


def worded_otherwise() -> package.Package:
    """The procedure with another name for one of its steps, and without its scenarios."""
    files = package.bundled(P1).files
    drawing = files["process.bpmn"].replace(b'name="B4. ', b'name="4. ')
    kept = {path: data for path, data in files.items() if not path.startswith("scenarios/")}
    return package.read({**kept, "process.bpmn": drawing})


@pytest.mark.parametrize("change", TAKEN_AWAY.values(), ids=TAKEN_AWAY.keys())
async def test_an_approver_who_lost_the_right_a_moment_ago_moves_no_dossier(
    world: World, barrier: Barrier, change: str
) -> None:
    await world.at_the_specialists("online")
    await publish_package(world.db, worded_otherwise())
    barrier.before_the_write(change, APPROVER)
    async with refused_and_remembered(world, errors.Forbidden):
        await migration.apply(world.service, P1, 1, 2, actor=APPROVER, at=instant("2026-03-02 12:00"))
    assert barrier.passed


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (TAKEN_AWAY["the role"], errors.Forbidden),
        (TAKEN_AWAY["the account"], errors.Forbidden),
        (
            "update competence set valid_to = '2026-03-01' where part = 'handling' and $1::uuid is not null",
            errors.NotCompetent,
        ),
    ],
    ids=["the role", "the account", "competence"],
)
async def test_nothing_is_filed_on_rights_of_a_moment_ago(
    world: World, barrier: Barrier, change: str, refusal: type[errors.Refusal]
) -> None:
    barrier.before_the_write(change, RECEPTION)
    async with refused_and_remembered(world, refusal):
        await world.files()
    assert barrier.passed
    for table in ("dossier", "party", "engine_state", "user_task", "fee", "component"):
        assert await world.one(f"select count(*) from {table}") == 0  # noqa: S608 - names of our own


async def test_competence_that_another_unit_got_a_moment_ago_is_heard_at_filing(
    world: World, barrier: Barrier
) -> None:
    barrier.before_the_write("update competence set unit_code = $1 where part = 'deciding'", DEPARTMENT)
    filed = await world.files()
    assert barrier.passed
    assert (
        await world.one("select deciding_unit from dossier where reference = $1", filed.reference)
        == DEPARTMENT
    )
