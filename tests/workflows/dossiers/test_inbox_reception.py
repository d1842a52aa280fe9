"""At reception a task is due when reception is: it shows so in the inbox and comes in that order, and judges nobody."""

import re
from typing import Any
from uuid import UUID

import pytest

from hoso_workflows import audit
from hoso_workflows.dossiers import views, worklist
from hoso_workflows.dossiers.service import Outcome
from hoso_workflows.dossiers.worklist import TaskFilter
from hoso_workflows.lifecycle import commands
from hoso_workflows.monitoring import escalation, overdue
from hoso_workflows.monitoring.escalation import Level
from support.builders import dossier_rows
from support.world import DESK, FOUNDED, World, instant, person

CLERK, DESK_HEAD = person("reception", DESK), person("head", DESK)
MORNING = instant("2026-03-02 10:00")

# A dossier that is filed on Monday, 2 March, 8:00, has to be answered by the 3rd, 8:00; an hour later, an hour later.


async def found(world: World, reader: UUID = CLERK, limit: int = 50, **wanted: Any) -> list[tuple[str, Any]]:
    """Steps with their dates, in the order of the inbox, read page by page."""
    read: list[tuple[str, Any]] = []
    after = None
    while True:
        page = await worklist.search(
            world.service, TaskFilter(**wanted), reader=reader, at=MORNING, limit=limit, after=after
        )
        read += [(item["step"], item["due"]) for item in page.items]
        after = page.after
        if after is None:
            return read


async def due(world: World, task: str) -> Any:
    """The date of a task that is read by itself."""
    return (await views.task(world.service, UUID(task), reader=CLERK, at=MORNING))["due"]


async def waiting(world: World) -> list[tuple[str, Any]]:
    """Three dossiers at reception and one behind it; what the inbox of the desk is to show of them."""
    await world.files("2026-03-02 09:00")
    await world.files("2026-03-02 08:00")
    await world.accepts(await world.files("2026-03-02 08:00"), "2026-03-02 13:30")
    await world.files("2026-03-02 15:00")
    return [
        ("B2", "2026-03-02T15:30:00+07:00"),
        ("B1", "2026-03-03T08:00:00+07:00"),
        ("B1", "2026-03-03T09:00:00+07:00"),
        ("B1", "2026-03-03T15:00:00+07:00"),
    ]


@pytest.mark.parametrize("limit", [1, 2, 50])
@pytest.mark.parametrize("reader", [CLERK, DESK_HEAD])
async def test_a_task_at_reception_comes_in_the_order_in_which_reception_is_due(
    world: World, reader: UUID, limit: int
) -> None:
    assert await waiting(world) == await found(world, reader, limit)


async def test_a_search_for_what_is_due_soon_finds_what_reception_has_to_answer_soon(world: World) -> None:
    expected = await waiting(world)
    assert await found(world, due_before=instant("2026-03-03 09:00")) == expected[:2]
    assert await found(world, role="reception", due_before=instant("2026-03-03 09:01")) == expected[:3]


async def test_while_a_supplement_is_awaited_it_is_not_due_and_then_anew(world: World) -> None:
    dossier = await world.files()
    (task,) = (each["id"] for each in dossier.body["tasks"])
    read = [await due(world, task)]

    asked = await world.does(dossier, commands.AskSupplement("thiếu bản sao"), CLERK, "2026-03-02 09:00")
    read.append(await due(world, task))
    await world.does(asked, commands.ReceiveSupplement(), CLERK, "2026-03-05 07:00")
    read.append(await due(world, task))

    assert read == ["2026-03-03T08:00:00+07:00", None, "2026-03-05T17:00:00+07:00"]
    assert await found(world) == [("B1", "2026-03-05T17:00:00+07:00")]


async def accepted(world: World, dossier: Outcome) -> Outcome:
    return await world.accepts(dossier)


async def refused(world: World, dossier: Outcome) -> Outcome:
    (task,) = (each["id"] for each in dossier.body["tasks"])
    return await world.does(dossier, commands.Refuse(UUID(task), "không thuộc thẩm quyền"), CLERK)


@pytest.mark.parametrize("answered", [accepted, refused])
async def test_once_reception_has_answered_its_task_is_one_without_a_limit(
    world: World, answered: Any
) -> None:
    dossier = await world.files()
    (task,) = (each["id"] for each in dossier.body["tasks"])

    await answered(world, dossier)

    assert await due(world, task) is None


async def test_it_is_told_as_overdue_reception_alone_and_never_as_a_late_step(world: World) -> None:
    await world.files()
    at = instant("2026-03-03 08:01")
    calendars = await world.service.reference_data.unit_calendars()

    swept = await escalation.sweep(world.db, calendars, at=at)
    steps = await overdue.steps(world.db, calendars, at=at)

    assert swept.reached == {Level.RECEPTION_WAITS: 1, Level.RECEPTION_OVERDUE: 1}
    assert steps.items == ()
    assert await world.one("select due_own from user_task") is None


async def differing(world: World) -> list[str]:
    return [each.what.split()[-1] async for each in audit.differences(world.service)]


async def test_a_date_that_was_altered_is_found_and_written_anew(world: World) -> None:
    dossier = await world.files()
    assert await differing(world) == []
    await world.changed("update user_task set reception_due = reception_due + interval '1 day'")
    assert await differing(world) == ["reception_due"]

    await audit.rebuild(world.service, dossier.reference)

    assert (await differing(world), await found(world)) == ([], [("B1", "2026-03-03T08:00:00+07:00")])


#: Thousands at reception, thousands that were answered, and as many steps of other roles at the same desk.
_THOUSANDS = """
insert into user_task (id, dossier_id, element, name, lane, role, unit_code, status, milestone, outcomes, opened_at, arrived_at,
  reception_due, due_own)
select gen_random_uuid(), (select id from dossier limit 1), 'B1', 'X', 'X', case when n % 4 < 3 then 'reception' else 'clerk' end,
  $1, case when n % 4 = 1 then 'closed' else 'open' end, 'accept', '[]', $2, $2,
  case when n % 4 in (0, 2) then $2::timestamptz + make_interval(mins => n) end,
  case when n % 4 = 3 then $2::timestamptz + make_interval(mins => n) end
from generate_series(1, 12000) n
"""


@pytest.mark.parametrize(
    ("units", "pairs", "index"),
    [
        ([], [(DESK, "reception")], "ix_user_task_inbox"),
        ([DESK], [], "ix_user_task_unit_shown"),
    ],
)
@pytest.mark.parametrize("place", [None, (instant("2026-03-04 08:00"), UUID(int=0))])
@pytest.mark.parametrize("wanted", [TaskFilter(), TaskFilter(due_before=instant("2026-03-06 08:00"))])
async def test_of_thousands_at_reception_a_page_reads_no_more_than_it_shows(
    world: World, units: Any, pairs: Any, index: str, place: Any, wanted: TaskFilter
) -> None:
    await dossier_rows.dossier(world.db, await dossier_rows.refers(world.db), FOUNDED)
    await world.changed(_THOUSANDS, DESK, instant("2026-03-02 08:00"))
    await world.changed("vacuum analyze user_task")
    asked = worklist._Question(wanted, place, 51, person("clerk", DESK), FOUNDED)
    sql = asked.sql(units, pairs)

    plan = [row[0] for row in await world.db.rows(f"explain (analyze, timing off) {sql}", asked.parameters)]

    walked = [line for line in plan if f"Index Only Scan using {index} on user_task u" in line]
    assert walked, plan
    assert [line for line in plan if "Seq Scan on user_task" in line or "Removed by Filter" in line] == []
    assert max(int(rows) for line in walked for rows in re.findall(r"actual rows=(\d+)", line)) == 51
