"""Procedures change on days: a version becomes active on the day of its law, and a procedure closes and opens by date."""

import asyncio
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from hoso_bpmn.package import package
from hoso_workflows import errors
from hoso_workflows.procedures import openings, publication
from hoso_workflows.procedures.publication import Version
from support.world import CITIZEN, FOUNDED, OTHER, PROVINCE, World, instant, person

DECLARER, APPROVER = person("procedure_declarer"), person("procedure_approver", PROVINCE)
PROCEDURE = "1.014464"
DAY = date(2026, 3, 16)
BEFORE, ON = "2026-03-15 23:59", "2026-03-16 00:00"


async def approved(world: World, remark: bytes = b"2") -> int:
    """One more approved version of the procedure: its number."""
    bundled = package.bundled(PROCEDURE)
    data = replace(bundled, files={**bundled.files, "readme.md": remark}).to_zip()
    declared = await publication.declare(world.db, data, actor=DECLARER, at=FOUNDED)
    await publication.submit(world.db, PROCEDURE, declared.number, actor=DECLARER, at=FOUNDED)
    decision = {"decision_no": "2/QĐ-UBND", "decision_date": date(2026, 1, 5)}
    await publication.approve(world.db, PROCEDURE, declared.number, actor=APPROVER, at=FOUNDED, **decision)
    return declared.number


async def activate(world: World, number: int, begins: date | None = DAY, **more: Any) -> Version:
    given = {"actor": APPROVER, "at": instant("2026-03-02 08:00"), **more}
    return await publication.activate(world.db, PROCEDURE, number, begins=begins, **given)


async def unscheduled(world: World, number: int, at: str = "2026-03-03 08:00") -> Version:
    return await publication.unschedule(world.db, PROCEDURE, number, actor=APPROVER, at=instant(at))


async def statuses(world: World, day: date | None = None) -> list[str]:
    """Statuses of the versions of the procedure on a day, oldest first; without one, as they are stored."""
    found = await publication.versions(world.db, PROCEDURE, day=day)
    return [version.status for version in reversed(found.items)]


async def number_of(world: World, at: str) -> int:
    """The number of the version on which a dossier that is filed then runs."""
    filed = await world.files(at)
    return await world.one(
        "select v.number from dossier d join workflow_version v on v.id = d.workflow_version_id"
        " where d.reference = $1",
        filed.reference,
    )


async def test_a_version_takes_over_on_the_day_of_its_law_and_what_runs_goes_on(world: World) -> None:
    running = await world.accepts(await world.files())
    scheduled = await activate(world, await approved(world))
    assert (scheduled.status, scheduled.active_from, scheduled.activated_by) == ("approved", DAY, APPROVER)
    assert [await number_of(world, at) for at in (BEFORE, ON)] == [1, 2]
    assert await statuses(world) == ["active", "approved"]
    assert await statuses(world, DAY - timedelta(days=1)) == ["active", "approved"]
    assert await statuses(world, DAY) == ["retired", "active"]
    after = await world.completes(running, "2026-03-17 09:00")
    assert after.version == running.version + 1


async def test_lists_and_packages_are_those_of_the_day(world: World) -> None:
    await activate(world, await approved(world))
    for day, number in ((DAY - timedelta(days=1), 1), (DAY, 2)):
        listed = (await publication.active(world.db, day=day)).items
        assert [(each.procedure, each.number, each.status) for each in listed] == [
            ("1.013871", 1, "active"),
            (PROCEDURE, number, "active"),
        ]
        found = await publication.active_package(world.db, PROCEDURE, day=day)
        assert ("readme.md" in found.files) == (number == 2)
        assert (await world.service.reference_data.active(PROCEDURE, day)).number == number
        assert (await publication.version(world.db, PROCEDURE, number, day=day)).status == "active"


async def test_the_first_act_after_the_day_moves_the_statuses_along(world: World) -> None:
    await activate(world, await approved(world))
    third = await approved(world, b"3")
    assert await statuses(world) == ["active", "approved", "approved"]
    later = instant("2026-03-20 08:00")
    with pytest.raises(errors.NotScheduled, match=r"version 3 .* is approved"):
        await publication.unschedule(world.db, PROCEDURE, third, actor=APPROVER, at=later)
    await activate(world, third, date(2026, 4, 1), at=later)
    assert await statuses(world) == ["retired", "active", "approved"]
    retired = "select retired_at from workflow_version where number = 1 and procedure_code = $1"
    assert await world.one(retired, PROCEDURE) == instant(ON)


async def test_an_activation_is_taken_back_before_its_day_and_not_after_it(world: World) -> None:
    number = await approved(world)
    await activate(world, number)
    taken = await unscheduled(world, number, BEFORE)
    assert (taken.status, taken.active_from, taken.activated_by) == ("approved", None, None)
    assert await number_of(world, ON) == 1
    with pytest.raises(errors.NotScheduled, match=r"version 2 .* is approved"):
        await unscheduled(world, number)
    await activate(world, number)
    with pytest.raises(errors.NotScheduled) as refused:
        await unscheduled(world, number, ON)
    assert refused.value.status == "active"
    acts = await world.db.rows(
        "select kind, payload ->> 'active_from' from administration_event order by number"
    )
    assert [tuple(row) for row in acts] == [
        ("activation_scheduled", "2026-03-16"),
        ("activation_taken_back", "2026-03-16"),
        ("activation_scheduled", "2026-03-16"),
    ]


async def test_one_activation_at_a_time_waits_for_its_day(world: World) -> None:
    second, third = await approved(world), await approved(world, b"3")
    await activate(world, second)
    for number in (second, third):
        with pytest.raises(errors.ActivationScheduled) as refused:
            await activate(world, number, date(2026, 5, 1))
        assert (refused.value.number, refused.value.begins) == (second, DAY)
    # What is to hold today does so; the scheduled one takes its place on its day.
    await activate(world, third, None)
    assert await statuses(world) == ["retired", "approved", "active"]
    assert [await number_of(world, at) for at in (BEFORE, ON)] == [3, 2]


async def test_two_who_schedule_at_once_get_one_activation(world: World) -> None:
    numbers = [await approved(world), await approved(world, b"3")]
    done = await asyncio.gather(*(activate(world, each) for each in numbers), return_exceptions=True)
    assert sorted(type(each).__name__ for each in done) == ["ActivationScheduled", "Version"]


async def test_a_scheduled_version_may_be_brought_forward(world: World) -> None:
    number = await approved(world)
    await activate(world, number)
    active = await activate(world, number, None)
    assert (active.status, active.active_from) == ("active", date(2026, 3, 2))
    assert await statuses(world) == ["retired", "active"]


async def test_a_day_that_has_passed_activates_nothing(world: World) -> None:
    number = await approved(world)
    with pytest.raises(errors.FormRefused, match="2026-03-01 has passed; today is 2026-03-02") as refused:
        await activate(world, number, date(2026, 3, 1))
    assert [fault.field for fault in refused.value.faults] == ["active_from"]
    assert await statuses(world) == ["active", "approved"]


async def test_only_an_approver_of_the_owner_schedules_and_takes_back(world: World) -> None:
    number = await approved(world)
    for actor in (DECLARER, person("agency_head", OTHER), CITIZEN):
        with pytest.raises(errors.Forbidden):
            await activate(world, number, actor=actor)
        with pytest.raises(errors.Forbidden):
            await publication.unschedule(
                world.db, PROCEDURE, number, actor=actor, at=instant("2026-03-03 08:00")
            )
    assert await statuses(world) == ["active", "approved"]


async def test_a_procedure_whose_first_version_waits_says_when_it_begins(world: World) -> None:
    await activate(world, await approved(world))
    await world.changed("delete from workflow_version where number = 1 and procedure_code = $1", PROCEDURE)
    with pytest.raises(errors.ProcedureNotYet) as refused:
        await world.files(BEFORE)
    assert refused.value.begins == DAY
    assert await number_of(world, ON) == 2


async def close(world: World, begins: date | None = DAY, **more: Any) -> openings.Opening:
    given = {"basis": "NQ 1/2026", "actor": APPROVER, "at": instant("2026-03-02 08:00"), **more}
    return await openings.close(world.db, PROCEDURE, valid_from=begins, **given)


async def reopen(world: World, begins: date | None, at: str, basis: str = "NQ 2/2026") -> openings.Opening:
    return await openings.reopen(
        world.db, PROCEDURE, basis=basis, actor=APPROVER, at=instant(at), valid_from=begins
    )


async def test_a_closed_procedure_takes_no_new_dossier_and_what_runs_goes_on(world: World) -> None:
    running = await world.accepts(await world.files())
    closing = await close(world)
    assert (closing.valid_from, closing.is_open, closing.entered_by) == (DAY, False, APPROVER)
    await world.files(BEFORE)
    with pytest.raises(errors.ProcedureClosed) as refused:
        await world.files(ON)
    assert (refused.value.since, refused.value.basis) == (DAY, "NQ 1/2026")
    assert (await world.completes(running, "2026-03-17 09:00")).version == running.version + 1
    listed = [(await publication.active(world.db, day=day)).items for day in (DAY - timedelta(days=1), DAY)]
    assert [[each.procedure for each in items] for items in listed] == [["1.013871", PROCEDURE], ["1.013871"]]


async def test_a_procedure_is_opened_again_from_a_day_on(world: World) -> None:
    await close(world)
    await reopen(world, date(2026, 4, 1), "2026-03-20 08:00")
    with pytest.raises(errors.ProcedureClosed):
        await world.files("2026-03-31 23:59")
    await world.files("2026-04-01 00:00")
    found = await openings.openings(world.db, PROCEDURE)
    assert [(each.valid_from, each.is_open, each.basis) for each in found] == [
        (date(2026, 4, 1), True, "NQ 2/2026"),
        (DAY, False, "NQ 1/2026"),
    ]


async def test_a_closing_is_undone_before_its_day_by_opening_from_the_same_day(world: World) -> None:
    await close(world)
    await reopen(world, DAY, BEFORE)
    filed = await world.files(ON)
    assert await world.db.rows("select from dossier where reference = $1", [filed.reference])


async def test_closing_what_is_closed_and_opening_what_is_open_changes_nothing(world: World) -> None:
    with pytest.raises(errors.OpeningStands) as refused:
        await reopen(world, DAY, "2026-03-02 08:00")
    assert (refused.value.is_open, refused.value.since) == (True, None)
    await close(world)
    for begins in (DAY, date(2026, 5, 1)):
        with pytest.raises(errors.OpeningStands) as refused:
            await close(world, begins)
        assert (refused.value.is_open, refused.value.since) == (False, DAY)
    assert len(await openings.openings(world.db, PROCEDURE)) == 1


async def test_every_fault_of_a_closing_is_named(world: World) -> None:
    with pytest.raises(errors.FormRefused) as refused:
        await close(world, date(2026, 3, 1), basis="  ")
    assert [fault.field for fault in refused.value.faults] == ["basis", "valid_from"]
    with pytest.raises(errors.NotFound):
        await openings.close(
            world.db,
            "9.999999",
            basis="NQ",
            actor=APPROVER,
            at=instant("2026-03-02 08:00"),
        )


@pytest.mark.parametrize("actor", [DECLARER, person("agency_head", OTHER), CITIZEN])
async def test_only_an_approver_of_the_owner_closes(world: World, actor: Any) -> None:
    with pytest.raises(errors.Forbidden):
        await close(world, actor=actor)
    await world.files(ON)


async def test_days_are_local(world: World) -> None:
    utc = datetime.fromisoformat("2026-03-15T16:59:00+00:00")  # 23:59 in Vietnam
    with pytest.raises(errors.FormRefused):
        await close(world, date(2026, 3, 14), at=utc)
    await close(world, None, at=utc + timedelta(minutes=1))
    with pytest.raises(errors.ProcedureClosed):
        await world.files(utc + timedelta(minutes=1))
