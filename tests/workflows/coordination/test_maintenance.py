"""Maintenance is announced the lawful number of working days before, else with a reason why it cannot wait."""

from dataclasses import replace
from datetime import date

import pytest

from hoso_workflows import errors
from hoso_workflows.coordination import maintenance, refusals
from hoso_workflows.coordination.maintenance import Maintenance, Plan
from hoso_workflows.procedures.reference_data import calendar_of
from support.coordinators import appointed, asked
from support.world import CITIZEN, PROVINCE, World, instant, person

#: A Friday evening; the announcement is of Friday.
PLAN = Plan(
    PROVINCE,
    "Cổng dịch vụ công",
    "Nâng cấp máy chủ",
    instant("2026-03-07 20:00"),
    instant("2026-03-07 23:00"),
)


async def announced(world: World, plan: Plan, at: str = "2026-03-06 09:00") -> Maintenance:
    calendar = await calendar_of(world.service.reference_data, plan.unit)
    return await maintenance.announce(world.db, calendar, plan, asked(await appointed(world), at))


@pytest.mark.parametrize(
    ("day", "days", "basis"),
    [
        (date(2026, 3, 6), 1, "Thông tư 32/2017/TT-BTTTT điều 11 khoản 2 điểm e"),
        (date(2026, 6, 30), 1, "Thông tư 32/2017/TT-BTTTT điều 11 khoản 2 điểm e"),
        (date(2026, 7, 1), 7, "Nghị định 224/2026/NĐ-CP điều 13"),
    ],
)
def test_the_law_of_the_day_says_how_many_working_days_before(day: date, days: int, basis: str) -> None:
    found = maintenance.notice_on(day)
    assert (found.working_days, found.basis) == (days, basis)


async def test_a_saturday_is_no_working_day_after_a_friday(world: World) -> None:
    with pytest.raises(refusals.NoticeTooShort) as refused:
        await announced(world, PLAN)
    assert (refused.value.given, refused.value.required) == (0, 1)
    assert await world.one("select count(*) from maintenance") == 0
    found = await announced(world, PLAN, "2026-03-05 16:00")
    assert (found.given_days, found.required_days, found.urgency) == (1, 1, None)


async def test_from_july_seven_working_days_are_asked_for(world: World) -> None:
    starts, ends = instant("2026-07-14 20:00"), instant("2026-07-14 22:00")
    plan = replace(PLAN, starts_at=starts, ends_at=ends)
    with pytest.raises(refusals.NoticeTooShort):
        await announced(world, plan, "2026-07-06 08:00")
    assert (await announced(world, plan, "2026-07-03 08:00")).given_days == 7


async def test_what_cannot_wait_is_announced_with_its_reason_and_every_officer_below_is_told(
    world: World,
) -> None:
    found = await announced(world, replace(PLAN, urgency="Vá lỗ hổng bảo mật"))
    officers = await world.one(
        "select count(distinct principal_id) from role_assignment r join principal p on p.id = r.principal_id"
        " where p.kind = 'officer'"
    )
    assert (found.urgency, found.told) == ("Vá lỗ hổng bảo mật", officers)
    assert await world.one("select count(*) from notice where topic = 'maintenance.announced'") == officers


async def test_what_is_announced_is_read_by_anybody_until_it_is_over_or_cancelled(world: World) -> None:
    found = await announced(world, PLAN, "2026-03-05 16:00")
    during, over = instant("2026-03-07 22:59"), instant("2026-03-07 23:00")
    (public,) = await maintenance.announcements(world.db, during)
    assert (public.unit_name, public.service, public.ends_at) == ("UBND tỉnh", PLAN.service, PLAN.ends_at)
    assert await maintenance.announcements(world.db, over) == []
    by = await appointed(world)
    with pytest.raises(refusals.MaintenanceOver):
        await maintenance.cancel(world.db, found.id, asked(by, "2026-03-07 20:00"))
    await maintenance.cancel(world.db, found.id, asked(by, "2026-03-06 09:00"))
    assert (
        await maintenance.coming(world.db, during),
        await maintenance.announcements(world.db, during),
    ) == (
        [],
        [],
    )
    assert await world.one("select count(distinct topic) from notice where topic like 'maintenance.%'") == 2


async def test_a_beginning_that_has_passed_and_an_end_before_it_are_refused(world: World) -> None:
    for wrong, field in (
        (replace(PLAN, starts_at=instant("2026-03-05 08:00")), "starts_at"),
        (replace(PLAN, ends_at=PLAN.starts_at), "ends_at"),
        (replace(PLAN, announcement=""), "announcement"),
    ):
        with pytest.raises(errors.FormRefused) as refused:
            await announced(world, wrong)
        assert [each.field for each in refused.value.faults] == [field]


@pytest.mark.parametrize("who", [CITIZEN, person("head")])
async def test_who_has_no_office_over_the_unit_announces_nothing(world: World, who) -> None:
    calendar = await calendar_of(world.service.reference_data, PROVINCE)
    with pytest.raises(errors.Forbidden):
        await maintenance.announce(world.db, calendar, PLAN, asked(who, "2026-03-05 16:00"))
