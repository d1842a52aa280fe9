"""Letters of apology that the ladder puts before a head: at least one day before expiry, while the law allows one."""

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

import hoso_calendar as wt
from hoso_workflows.correspondence import drafted_apologies
from hoso_workflows.correspondence.drafted_apologies import Drafted
from hoso_workflows.lifecycle import commands
from hoso_workflows.monitoring import escalation
from hoso_workflows.organisation import permissions
from support import instants
from support import world as worlds
from support.builders.histories import local
from support.procedures import unlimited
from support.world import DEPARTMENT, DESK, OTHER, person

HEAD, DESK_HEAD = person("head"), person("head", DESK)
CALENDAR = wt.load("ha-tinh")


async def sweep(world: worlds.World, at: str) -> None:
    calendars = await world.service.reference_data.unit_calendars()
    await escalation.sweep(world.db, calendars, at=worlds.instant(at))


async def waiting(world: worlds.World, who: UUID, at: str) -> list[Drafted]:
    when = worlds.instant(at)
    rights = await permissions.held(world.db, who, when)
    return list((await drafted_apologies.search(world.service, rights, at=when)).items)


async def accepted(world: worlds.World) -> worlds.Outcome:
    return await world.accepts(await world.files())  # due on Thursday 5 March at 17:00


async def test_a_letter_waits_for_the_head_from_the_working_day_before_the_date_and_not_on_it(
    world: worlds.World,
) -> None:
    dossier = await accepted(world)
    await sweep(world, "2026-03-03 23:00")
    before = await waiting(world, HEAD, "2026-03-03 23:00")
    await sweep(world, "2026-03-04 08:00")

    (letter,) = await waiting(world, HEAD, "2026-03-04 08:00")

    assert before == []
    assert (letter.code, letter.unit, letter.due_promised, letter.last_day, letter.due) == (
        dossier.code,
        DEPARTMENT,
        local("2026-03-05 17:00"),
        date(2026, 3, 4),
        date(2026, 3, 9),
    )
    assert letter.step == "B2. Chuyển hồ sơ về Phòng QLBCXB"
    assert letter.reason == "Bước “B2. Chuyển hồ sơ về Phòng QLBCXB” chưa xong theo thời hạn đã định."
    assert await waiting(world, DESK_HEAD, "2026-03-04 08:00") == []
    assert await waiting(world, HEAD, "2026-03-05 00:00") == []


async def test_it_names_the_step_to_work_on_first_and_moves_the_date_by_how_late_that_is(
    world: worlds.World,
) -> None:
    """The step has a limit of its own and no place in the plan; the other, which is planned, is late by less."""
    dossier = await accepted(world)
    await world.changed(_BESIDE, dossier.reference, local("2026-02-26 08:00"))
    await sweep(world, "2026-03-04 08:00")

    (letter,) = await waiting(world, HEAD, "2026-03-04 08:00")

    assert (letter.step, letter.due, letter.reason) == (
        "Xác minh",
        date(2026, 3, 11),
        "Bước “Xác minh” chưa xong theo thời hạn đã định.",
    )


#: Another open step of the dossier, with a limit that has passed and no place in the plan.
_BESIDE = """
insert into user_task (id, dossier_id, element, name, lane, role, unit_code, status, outcomes, opened_at, arrived_at, due_own, due_dossier,
  dossier_late_from, procedure_code)
select gen_random_uuid(), t.dossier_id, 'XM', 'Xác minh', t.lane, t.role, t.unit_code, t.status, '[]', t.opened_at, t.arrived_at, $2,
  t.due_dossier, t.dossier_late_from, t.procedure_code
from user_task t join dossier d on d.id = t.dossier_id where d.reference = $1 and t.status = 'open'
"""


async def test_where_no_limit_and_no_plan_has_passed_it_says_only_that_there_is_no_result(
    world: worlds.World,
) -> None:
    await unlimited.publish(world)
    await world.completes(await world.accepts(await world.files(procedure=unlimited.CODE)))
    await sweep(world, "2026-03-20 08:00")

    (letter,) = await waiting(world, person("head", OTHER), "2026-03-20 08:00")

    assert (letter.due, letter.reason) == (
        date(2026, 3, 24),
        "Hồ sơ đang ở bước “B3. Phân công công chức xử lý hồ sơ”, chưa giải quyết xong.",
    )


async def test_signing_it_promises_the_new_date_and_it_waits_no_more(world: worlds.World) -> None:
    dossier = await accepted(world)
    await sweep(world, "2026-03-04 08:00")
    (letter,) = await waiting(world, HEAD, "2026-03-04 08:00")
    assert letter.due is not None

    await world.does(dossier, commands.Reappoint(letter.due, letter.reason), HEAD, "2026-03-04 09:00")

    promised = await world.one("select due_promised from dossier where reference = $1", dossier.reference)
    issued = await world.one("select count(*) from letter where form = '04'")
    assert (promised, issued) == (local("2026-03-09 17:00"), 1)
    await sweep(world, "2026-03-04 10:00")
    assert await waiting(world, HEAD, "2026-03-04 10:00") == []


async def test_none_waits_while_the_clock_stands_still_or_when_there_is_a_result(world: worlds.World) -> None:
    dossier = await accepted(world)
    await sweep(world, "2026-03-04 08:00")
    await world.does(dossier, commands.Suspend("Chờ", "Luật"), HEAD, "2026-03-04 09:00")

    assert await waiting(world, HEAD, "2026-03-04 09:01") == []


@given(
    behind=st.integers(min_value=-3_000, max_value=3_000),
    promise=instants.within(CALENDAR, local("2026-02-01 00:00"), timedelta(days=242)),
    ahead=st.integers(min_value=1, max_value=2_000),
)
def test_the_suggested_day_is_a_working_day_after_the_promise_and_grows_with_the_delay(
    behind: int, promise: datetime, ahead: int
) -> None:
    at = CALENDAR.add_minutes(promise, -ahead)
    planned = CALENDAR.add_minutes(at, -behind)

    day = drafted_apologies.suggested(CALENDAR, promise, planned, at)
    later = drafted_apologies.suggested(
        CALENDAR, promise, CALENDAR.add_minutes(planned, -CALENDAR.nominal_day), at
    )

    assert day is not None
    assert later is not None
    assert CALENDAR.is_working(day)
    assert promise.date() < day <= later


def test_where_the_calendar_ends_no_day_is_suggested() -> None:
    last = CALENDAR.last
    promise = datetime(last.year, last.month, last.day, 17, 0, tzinfo=CALENDAR.zone)
    assert drafted_apologies.suggested(CALENDAR, promise, None, promise) is None


async def test_where_a_unit_has_no_calendar_the_letter_waits_without_a_day(
    world: worlds.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await accepted(world)
    await sweep(world, "2026-03-04 08:00")

    async def none_known() -> dict[str, wt.WorkCalendar]:
        return {}

    monkeypatch.setattr(world.service.reference_data, "unit_calendars", none_known)
    assert [each.due for each in await waiting(world, HEAD, "2026-03-04 08:00")] == [None]
