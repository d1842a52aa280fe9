"""Running dossiers move to another version of their procedure: told beforehand, one by one, and nothing open is lost."""

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest

import hoso_bpmn
from hoso_bpmn.package import package
from hoso_workflows import audit, errors
from hoso_workflows.dossiers import migration
from hoso_workflows.dossiers.migration import Judged, Migration, Verdict
from hoso_workflows.dossiers.service import Outcome
from hoso_workflows.lifecycle.commands import AskSupplement, Claim, Complete, ReceiveSupplement
from hoso_workflows.procedures import publication
from support import rebuilds
from support.builders.histories import local
from support.world import DEPARTMENT, DESK, FOUNDED, PROVINCE, World, person, publish_package

P1 = "1.014464"
APPROVER = person("procedure_approver", PROVINCE)
AT = local("2026-03-03 08:00")


def changed(*changes: tuple[str, str], more: str = "") -> package.Package:
    """The procedure with other words in its drawing, and without its scenarios, which speak of the old one."""
    files = {
        path: data for path, data in package.bundled(P1).files.items() if not path.startswith("scenarios/")
    }
    drawing = files["process.bpmn"].decode()
    for before, after in changes:
        assert before in drawing
        drawing = drawing.replace(before, after)
    drawing = drawing.replace("</bpmn:process>", f"{more}</bpmn:process>")
    return package.read({**files, "process.bpmn": drawing.encode()})


RENAMED = ('name="B4. Thẩm định hồ sơ, dự thảo văn bản trình"', 'name="B4. Thẩm định"')
#: Another id for the step that specialists do.
OTHER_ID = ('"B4"', '"Tham_dinh"'), (">B4<", ">Tham_dinh<")
#: The step moves to the lane of the head of division.
OTHER_LANE = (
    ("<bpmn:flowNodeRef>B4</bpmn:flowNodeRef>", ""),
    (
        "<bpmn:flowNodeRef>B3</bpmn:flowNodeRef>",
        "<bpmn:flowNodeRef>B3</bpmn:flowNodeRef><bpmn:flowNodeRef>B4</bpmn:flowNodeRef>",
    ),
)


async def appraised(world: World, at: str = "2026-03-02 08:00") -> Outcome:
    """A dossier at the specialist's step, taken by the first of them."""
    before = await world.accepts(await world.files(at))
    for _ in range(2):
        before = await world.completes(before)
    (task,) = before.body["tasks"]
    return await world.does(before, Claim(UUID(task["id"])), person("specialist"))


async def moves(world: World, mapping: Mapping[str, str] | None = None, actor: UUID = APPROVER) -> Migration:
    return await migration.apply(world.service, P1, 1, 2, actor=actor, at=AT, mapping=mapping)


async def planned(world: World, mapping: Mapping[str, str] | None = None) -> Migration:
    return await migration.plan(world.service, P1, 1, 2, actor=APPROVER, at=AT, mapping=mapping)


async def version(world: World, dossier: Outcome) -> int:
    found: int = await world.one(
        "select v.number from dossier d join workflow_version v on v.id = d.workflow_version_id"
        " where d.reference = $1",
        dossier.reference,
    )
    return found


async def row(world: World, dossier: Outcome, columns: str) -> tuple[Any, ...]:
    found = await world.db.row(f"select {columns} from dossier where reference = $1", [dossier.reference])  # noqa: S608 - names of our own
    assert found is not None
    return tuple(found)


async def sound(world: World) -> bool:
    return [str(difference) async for difference in audit.differences(world.service)] == []


async def test_a_dry_run_says_what_would_happen_and_changes_nothing(world: World) -> None:
    dossier = await appraised(world)
    await publish_package(world.db, changed(RENAMED))
    told = await planned(world)
    assert told == Migration(P1, 1, 2, (Judged(dossier.reference, dossier.code, Verdict.SAFE),))
    assert (told.ok, told.counts) == (True, {"safe": 1, "needs mapping": 0, "blocked": 0, "moved": 0})
    assert await version(world, dossier) == 1
    assert await world.one("select count(*) from dossier_event where kind = 'migrated'") == 0


async def test_tasks_dates_and_claims_stay_and_the_words_are_those_of_the_new_version(world: World) -> None:
    dossier = await appraised(world)
    dates = "due_first, due_legal, due_promised, cycle, status, accepted_at"
    before, (task,) = await row(world, dossier, dates), dossier.body["tasks"]
    await publish_package(world.db, changed(RENAMED))
    assert (await moves(world)).counts["moved"] == 1
    assert await version(world, dossier) == 2
    assert await row(world, dossier, dates) == before
    kept = await world.db.row(
        "select id, name, assignee_id, due_own from user_task where status = 'open'", []
    )
    assert kept is not None
    assert (str(kept.id), kept.name, kept.assignee_id) == (task["id"], "B4. Thẩm định", person("specialist"))
    assert kept.due_own.astimezone(AT.tzinfo).isoformat() == task["due"]
    assert await sound(world)


async def test_a_moved_dossier_goes_the_new_way(world: World) -> None:
    """The new version has the head of division look at the draft before the director does."""
    dossier = await appraised(world)
    new = changed(
        ('sourceRef="B4" targetRef="B5"', 'sourceRef="B4" targetRef="B4b"'),
        (
            "<bpmn:flowNodeRef>B3</bpmn:flowNodeRef>",
            "<bpmn:flowNodeRef>B3</bpmn:flowNodeRef><bpmn:flowNodeRef>B4b</bpmn:flowNodeRef>",
        ),
        ("<bpmn:incoming>Flow_5</bpmn:incoming>", "<bpmn:incoming>Flow_11</bpmn:incoming>"),
        more='<bpmn:userTask id="B4b" name="Duyệt dự thảo"/>'
        '<bpmn:sequenceFlow id="Flow_11" sourceRef="B4b" targetRef="B5"/>',
    )
    await publish_package(world.db, new)
    await moves(world)
    after = await world.completes(dossier, "2026-03-03 09:00", actor=person("specialist"))
    assert [(task["step"], task["role"]) for task in after.body["tasks"]] == [("B4b", "division_head")]
    for outcome in (None, "Trình UBND tỉnh", None, None):
        after = await world.completes(after, "2026-03-03 10:00", outcome=outcome)
    assert after.status == "returned"
    assert await sound(world)


async def test_moving_twice_finds_nothing_left_and_what_has_ended_stays(world: World) -> None:
    ended = await appraised(world)
    ended = await world.completes(ended, actor=person("specialist"))
    for outcome in ("Trình UBND tỉnh", None, None):
        ended = await world.completes(ended, outcome=outcome)
    dossier = await appraised(world)
    await publish_package(world.db, changed(RENAMED))
    assert [judged.reference for judged in (await moves(world)).dossiers] == [dossier.reference]
    assert (await moves(world)).dossiers == ()
    assert await version(world, ended) == 1
    assert await world.one("select count(*) from dossier_event where kind = 'migrated'") == 1


async def test_a_step_with_another_id_needs_a_mapping(world: World) -> None:
    dossier = await appraised(world)
    await publish_package(world.db, changed(*OTHER_ID))
    (judged,) = (await moves(world)).dossiers
    assert (judged.verdict, judged.why, judged.moved) == (
        Verdict.NEEDS_MAPPING,
        ("B4 is not in the new version",),
        False,
    )
    assert await version(world, dossier) == 1
    moved = await moves(world, {"B4": "Tham_dinh"})
    assert (moved.ok, moved.counts["moved"]) == (True, 1)
    assert await world.one("select element from user_task where status = 'open'") == "Tham_dinh"
    after = await world.completes(dossier, "2026-03-03 09:00", actor=person("specialist"))
    assert after.body["tasks"][0]["step"] == "B5"
    assert await sound(world)


async def test_a_step_that_goes_to_another_role_is_given_back(world: World) -> None:
    dossier = await appraised(world)
    await publish_package(world.db, changed(*OTHER_LANE))
    await moves(world)
    kept = await world.db.row("select role, assignee_id from user_task where status = 'open'", [])
    assert kept is not None
    assert tuple(kept) == ("division_head", None)
    (task,) = dossier.body["tasks"]
    with pytest.raises(errors.Forbidden):
        await world.does(dossier, Complete(UUID(task["id"])), person("specialist"), "2026-03-03 09:00")
    await world.does(dossier, Complete(UUID(task["id"])), person("division_head"), "2026-03-03 09:00")
    assert await sound(world)


async def test_a_dossier_whose_acceptance_would_come_again_is_blocked(world: World) -> None:
    accepted, filed = await world.accepts(await world.files()), await world.files()
    swapped = (('id="B1"', 'id="_"'), ('id="B2"', 'id="B1"'), ('id="_"', 'id="B2"'))
    await publish_package(world.db, changed(*swapped))
    told = {judged.reference: judged for judged in (await moves(world)).dossiers}
    assert {reference: judged.verdict for reference, judged in told.items()} == {
        accepted.reference: Verdict.BLOCKED,
        filed.reference: Verdict.BLOCKED,
    }
    assert told[accepted.reference].why == ("it has been accepted, and B2 would accept it again",)
    assert told[filed.reference].why == (
        "it has not been accepted, and the new version accepts it somewhere else",
    )
    assert await version(world, accepted) == await version(world, filed) == 1


async def test_a_case_that_the_new_version_does_not_have_blocks(world: World) -> None:
    await appraised(world)
    found = changed()
    manifest = found.files["procedure.toml"].decode().replace('id = "default"', 'id = "cap-moi"')
    await publish_package(world.db, package.read({**found.files, "procedure.toml": manifest.encode()}))
    (judged,) = (await moves(world)).dossiers
    assert (judged.verdict, "default" in judged.why[0]) == (Verdict.BLOCKED, True)


def charging(*fees: tuple[str, int]) -> package.Package:
    """The procedure with these fees, by name and amount."""
    drawn = changed()
    head = drawn.files["procedure.toml"].decode().partition("[[case.fee]]")[0]
    listed = (f'[[case.fee]]\nname = "{name}"\namount = {amount}\n' for name, amount in fees)
    return package.read({**drawn.files, "procedure.toml": (head + "".join(listed)).encode()})


async def test_a_version_with_another_fee_in_the_place_of_an_assessed_one_blocks(world: World) -> None:
    await publish_package(world.db, charging(("Lệ phí", 20_000)))
    dossier = await appraised(world)
    why = "its fee 1, Lệ phí, is assessed, and is another one in the new version, or none"
    blocked = Judged(dossier.reference, dossier.code, Verdict.BLOCKED, (why,))
    await publish_package(world.db, charging(("Phí thẩm định", 50_000), ("Lệ phí", 20_000)))
    for judged in (migration.plan, migration.apply):
        told = await judged(world.service, P1, 2, 3, actor=APPROVER, at=AT)
        assert told.dossiers == (blocked,)
    await publish_package(world.db, charging(("Lệ phí", 30_000), ("Phí thẩm định", 50_000)))
    moved = await migration.apply(world.service, P1, 2, 4, actor=APPROVER, at=AT)
    assert moved.counts["moved"] == 1
    owed = await world.one("select amount from fee where number = 1")
    assert (owed, await version(world, dossier), await sound(world)) == (20_000, 4, True)


async def test_a_new_timer_around_an_open_step_is_set_and_kept_in_the_list(world: World) -> None:
    await appraised(world)
    boundary = (
        '<bpmn:boundaryEvent id="Qua_han" attachedToRef="B4"><bpmn:timerEventDefinition>'
        "<bpmn:timeDuration>2 ngày làm việc</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>"
        '<bpmn:sequenceFlow id="Flow_11" sourceRef="Qua_han" targetRef="B5"/>'
    )
    listed = "<bpmn:flowNodeRef>B4</bpmn:flowNodeRef>"
    lane = listed + listed.replace("B4", "Qua_han")
    await publish_package(world.db, changed((listed, lane), more=boundary))
    await moves(world)
    timer = await world.db.row("select element, due_at from timer", [])
    assert timer is not None
    # Two working days from the instant of the move, 3 March: 4 and 5 March.
    assert (timer.element, timer.due_at) == ("Qua_han", local("2026-03-05 17:00"))
    assert await sound(world)


async def test_a_supplement_that_is_awaited_stays_awaited(world: World) -> None:
    dossier = await appraised(world)
    desk = person("reception", DESK)
    dossier = await world.does(dossier, AskSupplement("Bản sao mờ"), desk, "2026-03-02 11:00")
    await publish_package(world.db, changed(RENAMED))
    await moves(world)
    assert (await row(world, dossier, "status, clock_running"))[:2] == ("awaiting_supplement", False)
    after = await world.does(dossier, ReceiveSupplement(), desk, "2026-03-04 09:00")
    # The whole term from 4 March: 5, 6 and 9 March.
    assert after.body["due_legal"] == "2026-03-09T17:00:00+07:00"
    assert await sound(world)


async def test_batches_leave_nobody_out(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migration, "BATCH", 2)
    dossiers = [await world.accepts(await world.files()) for _ in range(5)]
    await publish_package(world.db, changed(RENAMED))
    moved = await moves(world)
    assert {judged.reference for judged in moved.dossiers if judged.moved} == {d.reference for d in dossiers}
    assert await sound(world)


async def test_who_works_on_a_dossier_while_it_moves_loses_nothing(world: World) -> None:
    dossiers = [await world.accepts(await world.files()) for _ in range(6)]
    await publish_package(world.db, changed(RENAMED))
    work = [world.completes(dossier, "2026-03-03 08:00") for dossier in dossiers]
    moved, *done = await asyncio.gather(moves(world), *work)
    assert moved.counts["moved"] == 6
    assert [outcome.body["tasks"][0]["step"] for outcome in done] == ["B3"] * 6
    assert [await version(world, dossier) for dossier in dossiers] == [2] * 6
    assert await sound(world)


async def test_two_migrations_at_once_move_each_dossier_once(world: World) -> None:
    for _ in range(4):
        await world.accepts(await world.files())
    await publish_package(world.db, changed(RENAMED))
    one, other = await asyncio.gather(moves(world), moves(world))
    assert one.counts["moved"] + other.counts["moved"] == 4
    assert await world.one("select count(*) from dossier_event where kind = 'migrated'") == 4
    assert await sound(world)


@pytest.mark.parametrize("actor", [person("specialist"), person("procedure_declarer")])
async def test_only_approver_and_administrator_move_dossiers(world: World, actor: UUID) -> None:
    await publish_package(world.db, changed(RENAMED))
    with pytest.raises(errors.Forbidden):
        await moves(world, actor=actor)
    assert await world.one("select act from access_log order by at desc limit 1") == "migrating dossiers"
    assert (await moves(world, actor=person("administrator", PROVINCE))).dossiers == ()


async def test_nobody_moves_to_what_nobody_has_approved(world: World) -> None:
    declarer = person("procedure_declarer", DEPARTMENT)
    await publication.declare(world.db, changed(RENAMED).to_zip(), actor=declarer, at=FOUNDED)
    with pytest.raises(errors.VersionStands):
        await moves(world)
    with pytest.raises(errors.NotFound):
        await migration.plan(world.service, P1, 1, 9, actor=APPROVER, at=AT)


async def test_the_version_follows_from_the_events(world: World) -> None:
    dossier = await appraised(world)
    await publish_package(world.db, changed(RENAMED))
    await moves(world)
    await world.changed(
        "update dossier set workflow_version_id = (select id from workflow_version where procedure_code = $1"
        " and number = 1)",
        P1,
    )
    assert [str(d) async for d in audit.differences(world.service)] == [
        f"{dossier.reference} ({dossier.code}): version is stored as '{P1} 1', its events say '{P1} 2'"
    ]
    await audit.rebuild(world.service, dossier.reference)
    assert await version(world, dossier) == 2
    assert await rebuilds.differing(world.service, dossier.reference) == []
    assert await sound(world)


async def test_dossiers_do_not_move_to_the_version_that_they_run_on(world: World) -> None:
    dossier = await appraised(world)
    with pytest.raises(errors.FormRefused, match="target"):
        await migration.apply(world.service, P1, 1, 1, actor=APPROVER, at=AT)
    assert await world.one("select count(*) from dossier_event where kind = 'migrated'") == 0
    assert await version(world, dossier) == 1


async def test_a_dossier_that_breaks_the_migration_keeps_nobody_behind_it_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    dossiers = [await appraised(world) for _ in range(3)]
    await publish_package(world.db, changed(RENAMED))
    moving = hoso_bpmn.migrate
    broken: list[Any] = []

    def breaking(*given: Any, **more: Any) -> Any:
        if not broken:
            broken.append(given)
            raise RuntimeError("hỏng")
        return moving(*given, **more)

    monkeypatch.setattr(hoso_bpmn, "migrate", breaking)
    told = await moves(world)
    assert told.counts == {"safe": 2, "needs mapping": 0, "blocked": 1, "moved": 2}
    assert [judged.why for judged in told.dossiers if not judged.moved] == [("RuntimeError: hỏng",)]
    assert sorted([await version(world, dossier) for dossier in dossiers]) == [1, 2, 2]
    assert (await moves(world)).counts["moved"] == 1
    assert await sound(world)
