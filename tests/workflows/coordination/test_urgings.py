"""Calls upon units: whom they reach, until when, and that they are answered once."""

from dataclasses import replace

import pytest

from hoso_models import UrgingKind
from hoso_workflows import errors
from hoso_workflows.coordination import refusals, urgings
from hoso_workflows.coordination.urgings import Call, Urging
from hoso_workflows.procedures.reference_data import calendar_of
from support.coordinators import COORDINATOR, appointed, asked
from support.world import DEPARTMENT, OTHER, World, instant, person

HEAD, OTHERS = person("head"), person("head", OTHER)
CALL = Call(UrgingKind.URGING, DEPARTMENT, "Báo cáo hồ sơ quá hạn", "2 ngày làm việc")


async def urged(world: World, call: Call = CALL) -> Urging:
    calendar = await calendar_of(world.service.reference_data, call.unit)
    return await urgings.urge(world.db, calendar, call, asked(await appointed(world), "2026-03-05 10:00"))


async def test_the_heads_are_told_and_the_term_is_counted_in_working_days(world: World) -> None:
    found = await urged(world)
    # Thursday and two working days: Monday, as it closes.
    assert (found.due_at, found.overdue) == (instant("2026-03-09 17:00"), False)
    rows = await world.db.rows("select principal_id from notice where topic = 'urging.asked'")
    heads = {HEAD, person("division_head"), person("agency_head")}
    assert ({row.principal_id for row in rows}, found.told) == (heads, 3)


async def test_a_call_that_is_not_answered_in_time_is_overdue_and_so_is_a_late_answer(world: World) -> None:
    found = await urged(world)
    asking = asked(COORDINATOR, "2026-03-09 17:01")
    (waiting,) = (await urgings.read(world.db, asking, waiting=True)).items
    assert waiting.overdue
    answered = await urgings.answer(world.db, found.id, "Đã giải quyết xong", asked(HEAD, "2026-03-10 08:00"))
    assert (answered.answer, answered.answered_by, answered.overdue) == (
        "Đã giải quyết xong",
        "head 1 · Sở Văn hóa, Thể thao và Du lịch",
        True,
    )
    assert (await urgings.read(world.db, asking, waiting=True)).items == ()
    assert await world.one("select principal_id from notice where topic = 'urging.answered'") == COORDINATOR
    with pytest.raises(refusals.UrgingAnswered):
        await urgings.answer(world.db, found.id, "Lần nữa", asked(HEAD, "2026-03-10 08:05"))


async def test_an_answer_in_time_is_not_overdue_afterwards(world: World) -> None:
    found = await urged(world, replace(CALL, kind=UrgingKind.INSPECTION))
    await urgings.answer(world.db, found.id, "Xong", asked(HEAD, "2026-03-06 08:00"))
    (later,) = (await urgings.read(world.db, asked(HEAD, "2026-06-01 08:00"))).items
    assert (later.kind, later.overdue) == (UrgingKind.INSPECTION, False)


async def test_a_call_names_dossiers_of_the_unit_and_no_others(world: World) -> None:
    reference = (await world.accepts(await world.files())).reference
    code = await world.one("select code from dossier where reference = $1", reference)
    found = await urged(world, replace(CALL, dossiers=(f" {reference} ", code)))
    assert found.dossiers == (code, code)
    with pytest.raises(errors.FormRefused) as refused:
        await urged(world, replace(CALL, unit=OTHER, dossiers=(code,)))
    assert [each.field for each in refused.value.faults] == ["dossiers"]


@pytest.mark.parametrize("term", ["mai", "0"])
async def test_a_term_that_is_none_is_refused_at_its_field(world: World, term: str) -> None:
    with pytest.raises(errors.FormRefused) as refused:
        await urged(world, replace(CALL, term=term))
    assert [each.field for each in refused.value.faults] == ["term"]


async def test_heads_read_and_answer_the_calls_upon_their_own_unit(world: World) -> None:
    found = await urged(world)
    with pytest.raises(errors.Forbidden):
        await urgings.answer(world.db, found.id, "Xong", asked(OTHERS))
    with pytest.raises(errors.Forbidden):
        await urgings.answer(world.db, found.id, "Xong", asked(COORDINATOR))
    assert (await urgings.read(world.db, asked(OTHERS))).items == ()
    with pytest.raises(errors.Forbidden):
        await urgings.read(world.db, asked(person("clerk")))
