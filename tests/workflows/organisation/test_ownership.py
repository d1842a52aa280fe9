"""Rights over a procedure: the same for its running dossiers, under a revocation, and in the database itself."""

import asyncio
from uuid import UUID

import pytest

from hoso_bpmn.package import package
from hoso_models import PrincipalKind, errors
from hoso_workflows import errors as rejections
from hoso_workflows.dossiers import migration
from hoso_workflows.organisation import principals, units
from hoso_workflows.procedures import owners, publication
from support.world import DEPARTMENT, FOUNDED, OTHER, PROVINCE, SINCE, World, instant, person

CODE = "1.014464"
DECLARER, APPROVER = person("procedure_declarer"), person("procedure_approver", PROVINCE)
AT = instant("2026-03-02 09:00")
WAITING = "select count(*) from pg_locks where not granted and relation = 'role_assignment'::regclass"


def other() -> package.Package:
    return package.read({**package.bundled(CODE).files, "readme.md": b"2"})


async def submitted(world: World) -> None:
    await publication.declare(world.db, other().to_zip(), actor=DECLARER, at=AT)
    await publication.submit(world.db, CODE, 2, actor=DECLARER, at=AT)


async def approved(world: World, actor: UUID = APPROVER) -> publication.Version:
    return await publication.approve(
        world.db, CODE, 2, decision_no="2/QĐ-UBND", decision_date=SINCE, actor=actor, at=AT
    )


async def test_dossiers_are_moved_only_by_those_whom_the_procedure_is_of(world: World) -> None:
    stranger = UUID(int=21)
    async with world.db.transaction() as tx:
        principals.principal(
            tx, PrincipalKind.OFFICER, "Người phê duyệt · Sở Y tế", at=FOUNDED, identity=stranger
        )
        await tx.flush()
        units.assign(tx, stranger, OTHER, "procedure_approver", SINCE)
        units.assign(tx, stranger, OTHER, "administrator", SINCE)
    await submitted(world)
    await approved(world)
    for move in (migration.plan, migration.apply):
        with pytest.raises(rejections.Forbidden):
            await move(world.service, CODE, 1, 2, actor=stranger, at=AT)
        assert (await move(world.service, CODE, 1, 2, actor=APPROVER, at=AT)).dossiers == ()


async def test_an_office_taken_away_meanwhile_approves_nothing(world: World) -> None:
    await submitted(world)
    async with world.db.transaction() as tx:
        await tx.rows(
            "update role_assignment set valid_to = '2026-03-01' where principal_id = $1", [APPROVER]
        )
        approving = asyncio.create_task(approved(world))
        while not await world.one(WAITING):  # noqa: ASYNC110 - the database says nothing of who waits
            await asyncio.sleep(0.01)
    with pytest.raises(rejections.Forbidden):
        await approving
    assert (await publication.version(world.db, CODE, 2)).status == "submitted"


async def test_two_who_claim_a_procedure_at_once_make_one_owner(world: World) -> None:
    top, data = person("procedure_declarer", PROVINCE), package.bundled("1.001806").to_zip()
    await asyncio.gather(*(publication.declare(world.db, data, actor=top, at=AT) for _ in range(3)))
    assert [each.unit for each in await owners.owners(world.db, "1.001806")] == [PROVINCE]


async def test_an_owner_is_never_rewritten(world: World) -> None:
    for statement in ("update procedure_owner set unit_code = 'H27.SYT'", "delete from procedure_owner"):
        with pytest.raises(errors.ConstraintViolated) as violated:
            await world.changed(statement)
        assert violated.value.name == "procedure_owner_append_only"


@pytest.mark.parametrize("column", ["declared_for", "submitted_by", "submitted_for"])
@pytest.mark.parametrize("approver", ["approved_by", "approved_for"])
async def test_the_database_itself_keeps_those_who_brought_a_version_from_approving_it(
    world: World, column: str, approver: str
) -> None:
    await submitted(world)
    await approved(world)
    with pytest.raises(errors.ConstraintViolated) as violated:
        await world.changed(
            f"update workflow_version set {column} = $1, {approver} = $1 where number = 2 and procedure_code = $2",  # noqa: S608 - the columns above
            person("head", DEPARTMENT),
            CODE,
        )
    assert violated.value.name == "ck_workflow_version_other_persons"
